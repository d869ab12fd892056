"""The log over hand-made clocks: columns, outcomes, filters, order."""

from datetime import date
from typing import Any

from fake_audit import FakeAudit, an_audit, clock

from slaaudit.conditions import parse_condition
from slaaudit.reports import LogOptions, Report, log

DOCUMENTED = [
    "requester", "ticket", "department", "agent", "level", "sla_started", "due_date", "closed", "sla",
    "metric", "cycle", "outcome", "target", "elapsed", "paused", "priority", "account", "rule", "calendar", "reason",
    "decided", "at_risk", "created", "state", "channel", "subject",
]  # fmt: skip


def small() -> FakeAudit:
    return an_audit(
        [
            clock("T-2", "resolution", "missed", elapsed=90, target=60, sla_started="2026-10-02 08:00", agent="Ann"),
            clock("T-1", "resolution", "fulfilled", elapsed=50, target=60, sla_started="2026-10-02 08:00"),
            clock("T-1", "first_reply", "fulfilled", elapsed=10, target=60, sla_started="2026-10-02 08:00"),
            clock("T-9", "resolution", "running", elapsed=5, target=60, sla_started="2026-10-01 08:00", agent="Bob"),
            clock("T-3", "resolution", "no_target", sla_started="2026-10-03 08:00", tags=["vip", "emea"]),
        ]
    )


def build(audit: FakeAudit | None = None, **options: Any) -> Report:
    return log.build(audit or small(), LogOptions(**options))  # type: ignore[arg-type]  # a stand-in


def clocks(report: Report) -> list[str]:
    return report.frame["ticket"].to_list()


def test_the_columns_are_those_documented_in_their_order() -> None:
    assert build().frame.columns == DOCUMENTED


def test_only_fulfilled_and_missed_clocks_are_shown_and_a_note_counts_the_others() -> None:
    report = build()
    assert set(report.frame["outcome"]) == {"fulfilled", "missed"}
    assert report.notes == ("2 clocks that were neither fulfilled nor missed left out; --all shows every outcome",)


def test_all_shows_every_outcome_without_a_note() -> None:
    report = build(all=True)
    assert clocks(report) == ["T-9", "T-1", "T-1", "T-2", "T-3"]
    assert report.notes == ()


def test_a_filter_on_the_outcome_shows_the_outcomes_it_asks_for() -> None:
    report = build(where=parse_condition({"outcome": "running"}))
    assert clocks(report) == ["T-9"]
    assert report.notes == ("1 of 5 clocks are counted: outcome is running",)


def test_a_filter_on_something_else_leaves_out_and_counts_the_others() -> None:
    report = build(where=parse_condition({"agent": ["ann", "bob"]}))
    assert clocks(report) == ["T-2"]
    assert report.notes[1] == "1 clock that was neither fulfilled nor missed left out; --all shows every outcome"


def test_rows_are_sorted_by_start_ticket_metric_and_cycle() -> None:
    assert build().frame.select("ticket", "metric").rows() == [
        ("T-1", "first_reply"),
        ("T-1", "resolution"),
        ("T-2", "resolution"),
    ]


def test_a_sort_by_a_column_that_is_not_shown_keeps_the_key_for_ties() -> None:
    report = build(all=True, sort=("-target", "agent"), columns=("ticket", "metric"))
    assert report.frame.rows() == [
        ("T-2", "resolution"),
        ("T-9", "resolution"),
        ("T-1", "first_reply"),
        ("T-1", "resolution"),
        ("T-3", "resolution"),
    ]


def test_columns_come_in_the_order_asked_for_each_once_and_may_be_those_of_the_tickets() -> None:
    report = build(all=True, columns=("tags", "ticket", "tags"))
    assert report.frame.columns == ["tags", "ticket"]
    assert report.frame["tags"].to_list()[-1] == ["vip", "emea"]
    assert report.kinds == {"tags": "list", "ticket": "text"}


def test_a_range_of_dates_goes_by_the_date_chosen() -> None:
    report = build(all=True, from_=date(2026, 10, 2), to=date(2026, 10, 2), date="started")
    assert clocks(report) == ["T-1", "T-1", "T-2"]
    assert report.notes == ("3 of 5 clocks are counted: started from 2026-10-02 to 2026-10-02",)


def test_there_is_no_total() -> None:
    assert build().total is None


def test_a_log_without_clocks_has_its_columns_all_the_same() -> None:
    report = build(an_audit([]))
    assert (report.frame.columns, report.frame.height) == (DOCUMENTED, 0)
