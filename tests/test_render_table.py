"""The table: what fits on a terminal, what a pipe gets, and that no cell can steer either."""

import re
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from fake_audit import a_report, an_audit, clock
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from slaaudit.frames import OUTCOMES
from slaaudit.render import RenderOptions, rendered
from slaaudit.render.layout import display_width
from slaaudit.reports import Report, compliance, log

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def table(report: Report, **options: Any) -> list[str]:
    text = rendered(report, "table", RenderOptions(**options)).decode()
    assert text.endswith("\n")
    return text.removesuffix("\n").split("\n")


def month() -> Any:
    return an_audit(
        [
            clock("T-1", "first_reply", "fulfilled", elapsed=10, target=60, agent="Ann", due_date="2026-10-01 09:00"),
            clock("T-2", "first_reply", "missed", elapsed=90, target=60, agent="Bob", due_date="2026-10-01 09:00"),
            clock("T-3", "resolution", "fulfilled", elapsed=6000, target=9000, due_date="2026-10-09 09:00"),
            clock("T-4", "resolution", "running", elapsed=600, target=9000, due_date="2026-10-09 09:00"),
        ]
    )


def test_on_80_columns_a_month_is_understood_at_a_glance() -> None:
    assert table(compliance.build(month()), width=80) == [
        "Compliance per month by metric",
        "",
        "                                       Avg",
        "Month    Metric       Fulfilled  fulfilled  Missed  Compliance  Running  Clocks",
        "───────────────────────────────────────────────────────────────────────────────",
        "2026-10  first_reply          1    0:10:00       1     50.00 %        0       2",
        "2026-10  resolution           1  100:00:00       0    100.00 %        1       2",
        "───────────────────────────────────────────────────────────────────────────────",
        "total                         2                  1     66.66 %        1       4",
        "",
        "Not shown: max fulfilled, min fulfilled, avg missed, max missed, min missed. All",
        "columns: a wider terminal, or -f csv.",
    ]


def test_plain_is_every_column_in_full() -> None:
    lines = table(compliance.build(month()))
    assert lines[2].split() == ["Avg", "Max", "Min", "Avg", "Max", "Min", "Not", "No", "No"]
    for word in ("Running", "Paused", "Cancelled", "measurable", "target", "level", "Excluded", "Clocks"):
        assert word in lines[3]
    assert not any(ESCAPE.search(line) for line in lines)


def test_the_terminal_without_colours_shows_what_the_pipe_shows_if_all_columns_fit() -> None:
    report = log.build(month())
    assert table(report, width=1000) == table(report)
    frame = pl.DataFrame({"subject": ["李小龍 ok", "e\u0301té", "x"], "missed": [1, 22, 333]})
    assert table(a_report(frame), width=1000) == table(a_report(frame))


def test_colours_change_nothing_but_the_styles() -> None:
    for report in (compliance.build(month()), log.build(month())):
        colored, plain = table(report, width=100, color=True), table(report, width=100)
        assert [ESCAPE.sub("", line).rstrip() for line in colored] == plain
        assert colored != plain


def test_colours_may_be_forced_into_a_pipe_which_still_gets_every_column() -> None:
    report = compliance.build(month())
    assert [ESCAPE.sub("", line).rstrip() for line in table(report, color=True)] == table(report)


def test_missed_promises_are_highlighted_and_the_share_is_bold() -> None:
    lines = table(compliance.build(month()), width=80, color=True)
    october, resolution = lines[5], lines[6]
    assert "\x1b[1;31m     1\x1b[0m" in october
    assert "\x1b[1m   50.00 %\x1b[0m" in october
    assert "\x1b[1;31m" not in resolution
    missed = table(log.build(month()), width=80, color=True)[5]
    assert "\x1b[1;31m -0:30:00\x1b[0m" in missed
    assert "\x1b[1;31mmissed   \x1b[0m" in missed


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 160, 300])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for report in (compliance.build(month()), log.build(month())):
        assert max(cell_len(line) for line in table(report, width=width)) <= max(width, 30)


def test_what_does_not_fit_is_named_with_the_way_to_get_it() -> None:
    text = " ".join(table(log.build(month()), width=80)[-4:])
    assert text.startswith(" Not shown: requester, department, level, sla started, closed, target, elapsed,")
    assert text.endswith("All columns: a wider terminal, or -f csv.")


def test_outcomes_that_did_not_occur_are_hidden_on_a_terminal_and_not_named() -> None:
    text = "\n".join(table(compliance.build(month()), width=300))
    assert "Running" in text
    for outcome in OUTCOMES[3:]:
        assert outcome.replace("_", " ") not in text.lower()
    assert "Not shown" not in text


def test_times_of_an_outcome_that_did_not_occur_are_hidden_and_the_counts_stay() -> None:
    audit: Any = an_audit([clock("T-1", "resolution", "missed", elapsed=9, target=5)])
    headings = table(compliance.build(audit), width=300)[2:4]
    assert headings[0].split() == ["Avg", "Max", "Min"]
    assert headings[1].split() == [
        "Month", "Metric", "Fulfilled", "Missed", "missed", "missed", "missed", "Compliance", "Clocks",
    ]  # fmt: skip


def test_blank_columns_are_dropped_before_any_that_has_something_in_it() -> None:
    rows = pl.DataFrame({"agent": [None], "ticket": ["T-1"], "subject": ["It"]}, schema_overrides={"agent": pl.String})
    assert table(a_report(rows), width=17)[2].split() == ["Ticket", "Subject"]


@pytest.mark.parametrize("width", [None, 80])
def test_where_nothing_was_decided_a_line_above_the_table_says_why(width: int | None) -> None:
    audit: Any = an_audit([clock("T-1", "resolution", "not_measurable"), clock("T-2", "resolution", "running")] * 2)
    lines = table(compliance.build(audit), width=width)
    told = " ".join(lines[2 : lines.index("", 2)])
    assert told == (
        "No promise was kept or missed. Of 4 clocks: 2 still running, 2 not measurable."
        " What the export does not show: slaaudit log --all --columns ticket,metric,reason."
    )
    if width:
        assert lines[6:8] == [" " * 37 + "Not", "Month    Metric      Running  measurable  Clocks"]


def test_the_columns_asked_for_come_before_the_others() -> None:
    options = compliance.ComplianceOptions(percentiles=(90,))
    assert "90 %" in table(compliance.build(month(), options), width=80)[2]
    columns = log.LogOptions(columns=("reason", "rule", "ticket"))
    assert table(log.build(month(), columns), width=80)[2].split() == ["Reason", "Rule", "Ticket"]


def test_a_long_text_ends_in_an_ellipsis_on_a_terminal_and_is_whole_in_a_pipe() -> None:
    report = a_report(pl.DataFrame({"subject": ["The printer on the third floor is on fire again"], "ticket": ["T-1"]}))
    assert table(report, width=30)[4] == "The printer on the th…  T-1"
    assert table(report)[4] == "The printer on the third floor is on fire again  T-1"


@pytest.mark.parametrize("width", [None, 200])
def test_no_cell_can_steer_the_terminal(width: int | None) -> None:
    hostile = "a\x1b[31mb\x1b]0;title\x07c\rd\x9be\u202ef\u2066g\u2028h"
    frame = pl.DataFrame({"subject": [hostile], "custom.\x1b[2J": ["x"]})
    lines = table(a_report(frame, title="t\x1b[1m"), width=width)
    assert lines[0] == "t\\x1b[1m"
    assert lines[2].split() == ["Subject", "\\x1b[2J"]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "".join(lines))
    assert "a\\x1b[31mb" in lines[4]


def test_line_breaks_in_cells_are_visible_and_break_no_line() -> None:
    lines = table(a_report(pl.DataFrame({"subject": ["one\ntwo\r\nthree\tfour"]})))
    assert lines[4:] == ["one⏎two⏎three four"]


@pytest.mark.parametrize("width", [None, 80])
def test_markup_is_shown_as_it_was_written(width: int | None) -> None:
    text = "[red]x[/] :ok:"
    lines = table(a_report(pl.DataFrame({"custom.[b]h[/b]": [text]})), width=width)
    assert (lines[2], lines[4]) == ("[b]h[/b]", text)


def test_a_report_without_rows_says_so() -> None:
    report = log.build(an_audit([]), log.LogOptions(columns=("ticket", "sla")))  # type: ignore[arg-type]
    expected = ["SLA log", "", "Ticket  Time left", "─────────────────", "(no rows)"]
    assert table(report) == expected
    assert table(report, width=80) == expected


def test_hundreds_of_rows_are_all_there_in_order() -> None:
    report = a_report(pl.DataFrame({"ticket": [f"T-{n}" for n in range(1201)]}))
    assert table(report, width=80)[4:] == [f"T-{n}" for n in range(1201)]


def test_counts_are_grouped_in_thousands_and_flags_are_words() -> None:
    frame = pl.DataFrame({"clocks": [1, 1000, 1234567], "at_risk": [True, False, None]})
    report = a_report(frame, kinds={"clocks": "count", "at_risk": "flag"})
    assert table(report)[4:] == ["        1  yes", "    1,000  no", "1,234,567"]


def test_times_have_no_fractions_of_a_second_and_keep_their_sign() -> None:
    times = [timedelta(hours=5, milliseconds=500), timedelta(microseconds=-1)]
    report = a_report(pl.DataFrame({"sla": times}))
    assert table(report)[4:] == ["  5:00:00", " -0:00:00"]
    assert rendered(report, "csv").decode().splitlines()[1:] == ["5:00:00.500", "-0:00:00.000001"]


def test_durations_follow_the_unit_asked_for() -> None:
    report = a_report(pl.DataFrame({"sla": [timedelta(minutes=-90)]}))
    assert table(report, durations="hours")[4] == "     -1.5"


@pytest.mark.parametrize("text", ["plain", "李小龍", "e\u0301", "ｆｕｌｌ", "한국어", "Ünïcödé", "–…", "ไทย"])
def test_widths_agree_with_those_of_rich(text: str) -> None:
    assert pl.select(display_width(pl.lit(text))).item() == cell_len(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=5), st.sampled_from([None, 80]))
def test_any_text_is_one_line_without_a_control_character(texts: list[str], width: int | None) -> None:
    lines = table(a_report(pl.DataFrame({"subject": texts})), width=width)
    assert len(lines) == 4 + len(texts)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", "".join(lines))
