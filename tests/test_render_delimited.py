"""CSV and TSV: what every kind of cell looks like, and that text from strangers is only text."""

import csv
import io
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from fake_audit import a_report, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.problems import SlaauditError
from slaaudit.render import RenderOptions, rendered
from slaaudit.render.cells import CHUNK
from slaaudit.reports import Report


def lines(report: Report, format: str = "csv", **options: Any) -> list[str]:
    return rendered(report, format, RenderOptions(**options)).decode().split("\n")


def cell(values: list[Any], format: str = "csv", kind: str | None = None, **options: Any) -> list[str]:
    """The cells of one column, below its heading."""
    frame = pl.DataFrame({"x": pl.Series(values)})
    report = a_report(frame, **({"kinds": {"x": kind}} if kind else {}))
    heading, *cells, end = lines(report, format, **options)
    assert (heading, end) == ("x", "")
    return cells


def test_instants_are_on_the_clocks_of_the_policy_with_microseconds_only_where_they_are_not_zero() -> None:
    instants = [utc("2026-10-25 00:30"), utc("2026-10-25 01:30:59"), utc("2026-07-01 10:00:00.250"), None]
    assert cell(instants) == ["2026-10-25 02:30:00", "2026-10-25 02:30:59", "2026-07-01 12:00:00.250000", ""]


def test_durations_are_hours_without_end_minutes_and_seconds() -> None:
    durations = [timedelta(hours=100, seconds=5), timedelta(minutes=-10), timedelta(milliseconds=250), timedelta(0)]
    assert cell(durations) == ["100:00:05", "-0:10:00", "0:00:00.250", "0:00:00"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hms", ["1:30:00", "-0:00:20"]),
        ("seconds", ["5400", "-20"]),
        ("minutes", ["90", "-0.333333"]),
        ("hours", ["1.5", "-0.005556"]),
        ("iso", ["PT1H30M", "-PT20S"]),
    ],
)
def test_durations_can_be_asked_for_in_other_units(word: str, expected: list[str]) -> None:
    assert cell([timedelta(minutes=90), timedelta(seconds=-20)], durations=word) == expected


def test_an_unknown_word_for_durations_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(SlaauditError) as caught:
        cell([timedelta(0)], durations="minuets")
    assert str(caught.value) == (
        "error[unknown_word] --durations cannot be 'minuets'\n"
        "    did you mean 'minutes'? known: hms, seconds, minutes, hours, iso"
    )


def test_averages_are_shown_in_whole_seconds_rounded_half_to_even() -> None:
    averages = [timedelta(seconds=s) for s in (0.4, 0.5, 1.5, 2.500001)]
    assert cell(averages, kind="average") == ["0:00:00", "0:00:00", "0:00:02", "0:00:03"]
    assert cell(averages, kind="average", durations="seconds") == ["0", "0", "2", "3"]


def test_shares_are_fractions_of_four_digits() -> None:
    assert cell([0.9312, 1.0, 0.0, 0.05, 0.9999, None], kind="share") == [
        "0.9312",
        "1.0000",
        "0.0000",
        "0.0500",
        "0.9999",
        "",
    ]


def test_counts_flags_lists_and_numbers_are_plain() -> None:
    assert cell([1234567], kind="count") == ["1234567"]
    assert cell([True, False, None]) == ["true", "false", ""]
    assert cell([["vip", "emea"], [], None]) == ["vip|emea", '""', ""]
    assert cell([1.5, float("nan"), None]) == ["1.5", "", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_gets_a_quote_in_front(start: str) -> None:
    report = a_report(pl.DataFrame({"x": [f"{start}1+2", f"a{start}"]}))
    rows = list(csv.reader(io.StringIO(rendered(report, "csv").decode(), newline="")))
    assert rows == [["x"], [f"'{start}1+2"], [f"a{start}"]]


def test_raw_leaves_such_text_as_it_is() -> None:
    assert cell(["=1+2", "-"], raw=True) == ["=1+2", "-"]


def test_tags_are_guarded_like_any_text() -> None:
    assert cell([["=1", "b"], ["a", "=1"]]) == ["'=1|b", "a|=1"]


def test_our_own_negative_durations_and_numbers_are_not_guarded() -> None:
    assert cell([timedelta(minutes=-10)]) == ["-0:10:00"]
    assert cell([-5]) == ["-5"]


HOSTILE = [
    'say "hi"',
    "a,b",
    "two\nlines",
    "cr\rhere",
    "crlf\r\nend",
    "tab\there",
    "back\\slash",
    " space ",
    "Ünïcödé 李",
    "",
]


def test_csv_read_by_another_reader_gives_the_texts_back() -> None:
    report = a_report(pl.DataFrame({"x": HOSTILE, "y": range(len(HOSTILE))}))
    text = rendered(report, "csv").decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["x", "y"],
        *([t, str(n)] for n, t in enumerate(HOSTILE)),
    ]
    assert text.startswith('x,y\n"say ""hi""",0\n')


def test_tsv_has_one_line_a_row_and_escapes_that_can_be_read_back() -> None:
    report = a_report(pl.DataFrame({"x": HOSTILE, "custom.a\tb": range(len(HOSTILE))}))
    heading, *rows, end = lines(report, "tsv")
    assert (heading, end) == ("x\tcustom.a\\tb", "")
    assert [row.split("\t") for row in rows] == [
        ['say "hi"', "0"], ["a,b", "1"], ["two\\nlines", "2"], ["cr\\rhere", "3"], ["crlf\\r\\nend", "4"],
        ["tab\\there", "5"], ["back\\\\slash", "6"], [" space ", "7"], ["Ünïcödé 李", "8"], ["", "9"],
    ]  # fmt: skip


def test_a_report_without_rows_is_a_heading() -> None:
    report = a_report(pl.DataFrame(schema={"x": pl.String, "y": pl.Duration("us")}))
    assert lines(report) == ["x,y", ""]
    assert lines(report, "tsv") == ["x\ty", ""]


def test_the_total_is_not_a_row() -> None:
    frame = pl.DataFrame({"x": ["a"]})
    assert lines(a_report(frame, total=pl.DataFrame({"x": ["total"]}))) == ["x", "a", ""]


def test_a_long_report_has_one_heading_and_all_its_rows() -> None:
    report = a_report(pl.DataFrame({"x": pl.Series(range(CHUNK + 1))}))
    for format in ("csv", "tsv"):
        assert lines(report, format) == ["x", *map(str, range(CHUNK + 1)), ""]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(), min_size=1))
def test_any_text_survives_csv_and_stays_on_its_line_in_tsv(texts: list[str]) -> None:
    report = a_report(pl.DataFrame({"x": texts, "y": range(len(texts))}))
    raw = rendered(report, "csv", RenderOptions(raw=True)).decode()
    assert [row[0] for row in csv.reader(io.StringIO(raw, newline=""))] == ["x", *texts]
    assert [line.count("\t") for line in rendered(report, "tsv").decode().split("\n")] == [1] * (len(texts) + 1) + [0]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="=+-@\t\r'a1"), min_size=1))
def test_no_text_in_csv_starts_as_a_formula(texts: list[str]) -> None:
    text = rendered(a_report(pl.DataFrame({"x": texts, "y": 1})), "csv").decode()
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
    assert [row[0].removeprefix("'") for row in rows] == [text.removeprefix("'") for text in texts]
