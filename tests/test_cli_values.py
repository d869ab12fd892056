"""The texts of options are read exactly, and what is wrong with them is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from slaaudit.cli.values import Mistakes, column_map, condition, moment, ranks, share, words


def said(mistakes: Mistakes) -> list[str]:
    return [str(problem) for problem in mistakes]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("95%", Fraction(95, 100)),
        ("95 %", Fraction(95, 100)),
        ("95", Fraction(95, 100)),
        ("0.95", Fraction(95, 100)),
        ("99.9%", Fraction(999, 1000)),
        ("99.9", Fraction(999, 1000)),
        ("0.5%", Fraction(1, 200)),
        ("1", Fraction(1)),
        ("1%", Fraction(1, 100)),
        ("100", Fraction(1)),
        ("0", Fraction(0)),
    ],
)
def test_a_share_is_read_exactly_in_every_form(text: str, value: Fraction) -> None:
    mistakes = Mistakes()
    assert (share("--fail-under", text, mistakes), said(mistakes)) == (value, [])


@pytest.mark.parametrize("text", ["", "much", "-5%", "101%", "1e2", "95%%", ".5", "٩٥"])
def test_what_is_no_share_is_refused(text: str) -> None:
    mistakes = Mistakes()
    assert share("--fail-under", text, mistakes) is None
    assert said(mistakes) == [
        f"error[wrong_share] --fail-under cannot be '{text}'\n    a share from 0 to 100 %: 95%, 95 or 0.95"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-10-31", date(2026, 10, 31)),
        (" 2026-10-31 14:00 ", datetime(2026, 10, 31, 14)),  # noqa: DTZ001 - naive is what it says
        ("2026-10-31T14:00:00Z", datetime(2026, 10, 31, 14, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_date_or_a_time_with_or_without_offset(text: str, value: date) -> None:
    mistakes = Mistakes()
    assert (moment("--from", text, mistakes), said(mistakes)) == (value, [])


@pytest.mark.parametrize("text", ["1899-12-31", "0001-01-01", "2200-01-01", "9999-12-31T23:59Z"])
def test_a_year_that_no_ticket_has_is_refused(text: str) -> None:
    mistakes = Mistakes()
    assert moment("--to", text, mistakes) is None
    year = text[:4]
    assert said(mistakes) == [f"error[wrong_date] --to: {year} is no year of a ticket\n    a year from 1900 to 2199"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("01/10/2026", "the year comes first: write 2026-10-01 or 2026-01-10"),
        ("31.10.2026", "the year comes first: write 2026-10-31"),
        ("5-5-2026 12:00", "the year comes first: write 2026-05-05"),
        ("40/40/2026", "the year comes first: write 2026-01-31"),
        ("yesterday", "it is local time in the policy's zone unless it ends in Z or +02:00"),
    ],
)
def test_a_date_written_with_its_year_last_is_told_how_to_write_it(text: str, hint: str) -> None:
    mistakes = Mistakes()
    assert moment("--from", text, mistakes) is None
    assert [problem.hint for problem in mistakes] == [hint]


def test_words_are_split_at_commas_and_nothing_is_no_word() -> None:
    assert words(" a, -b,,c ") == ("a", "-b", "c")
    assert words("") == ()


def test_ranks_are_whole_numbers() -> None:
    mistakes = Mistakes()
    assert ranks("50, 90,95", mistakes) == (50, 90, 95)
    assert ranks("50,p90", mistakes) == ()
    assert said(mistakes) == [
        "error[wrong_percentile] --percentiles: 'p90' is not a percentile\n"
        "    whole numbers from 1 to 100, such as 50,90,95"
    ]


def test_several_filters_are_joined_by_and() -> None:
    mistakes = Mistakes()
    joined = condition(["agent=Ann", "priority!=low"], mistakes)
    assert joined is not None
    assert joined.columns() == {"agent", "priority"}
    assert joined.describe() == "agent is Ann and priority is not low"


def test_one_filter_is_itself_and_none_is_none() -> None:
    mistakes = Mistakes()
    alone = condition(["agent=Ann"], mistakes)
    assert alone is not None
    assert (alone.raw, condition([], mistakes)) == ({"agent": "Ann"}, None)


def test_every_bad_filter_is_reported() -> None:
    mistakes = Mistakes()
    condition([";", "agent=Ann", "?"], mistakes)
    assert [problem.code for problem in mistakes] == ["bad_filter", "bad_filter"]


def test_a_column_map_names_ours_first() -> None:
    mistakes = Mistakes()
    pairs = ["created_at=Opened at", "ticket_id = Ref", "subject=a=b"]
    assert column_map(pairs, mistakes) == {"created_at": "Opened at", "ticket_id": "Ref", "subject": "a=b"}
    assert said(mistakes) == []
