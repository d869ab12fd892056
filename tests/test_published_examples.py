"""Examples that vendors, projects and guides publish: each is a case, a calculation below, or listed with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from oracle_time import microseconds
from strategies import export_of, record

from slaaudit.audit import audit
from slaaudit.calendars import Calendar
from slaaudit.cases import load_cases, run_cases
from slaaudit.policy import loads_policy
from slaaudit.reports import compliance
from slaaudit.reports.compliance import ComplianceOptions
from slaaudit.yaml_nodes import read_yaml

FOLDER = Path(__file__).parent / "cases" / "published"
FILES = sorted(FOLDER.glob("*.test.yaml"))
PUBLISHED = 150  # examples that were collected, of which each is accounted for here
CALCULATED = {
    "erpnext-metrics-avg-response",
    "rt-starts-3",
    "sn-due-date-outside-schedule",
    "availability-9999-year",
}


def not_ours() -> list[dict[str, Any]]:
    path = FOLDER / "not_ours.yaml"
    document = read_yaml(path.read_text(encoding="utf-8"), file=path.name).value
    assert isinstance(document, dict)
    return list(document["examples"])


def example_of(name: str) -> str:
    """The example's id: the first word of a case's name."""
    return name.split(maxsplit=1)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_every_published_case_comes_out_as_published(path: Path) -> None:
    assert [result.text for result in run_cases(path) if not result.passed] == []


def test_every_published_example_is_somewhere() -> None:
    cases = {example_of(case.name) for path in FILES for case in load_cases(path)}
    listed = {example["id"] for example in not_ours()}
    assert not (cases & listed) and not (cases & CALCULATED) and not (listed & CALCULATED)
    assert len(cases) + len(listed) + len(CALCULATED) == PUBLISHED


def test_every_example_that_is_not_ours_says_why() -> None:
    assert all(example["reason"].endswith(".") and example["source"] for example in not_ours())


def test_plain_business_time_is_never_the_reason() -> None:
    left_out = {example["id"] for example in not_ours() if example["suite"] == "core"}
    assert {name.split("-")[0] for name in left_out} == {"credit"}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def first_opening(calendar: Calendar, at: str) -> datetime:
    """The first open instant at or after another."""
    opens_at: datetime = calendar.openings(instant(at), instant(at) + timedelta(days=30))["opens_at"][0]
    return opens_at


def test_rt_starts_the_clock_at_the_first_opening() -> None:
    monday_and_tuesday = Calendar({"hours": {"mon,tue": "09:00-17:00"}})
    assert first_opening(monday_and_tuesday, "2007-01-06T13:15:00Z") == instant("2007-01-08T09:00:00Z")
    assert first_opening(Calendar({"hours": {"sun": "09:00-17:00"}}), "2007-01-01T00:00:00Z") == instant(
        "2007-01-07T09:00:00Z"
    )


def test_a_servicenow_due_date_outside_the_schedule_moves_to_the_next_opening() -> None:
    weekdays = Calendar({"hours": {"mon-fri": "08:00-16:00"}})
    assert first_opening(weekdays, "2017-01-11T20:30:00Z") == instant("2017-01-12T08:00:00Z")


def test_invictadesk_spreads_24_hours_over_three_working_days() -> None:
    weekdays = Calendar({"hours": {"mon-fri": "09:00-17:00"}})
    start = pl.Series([instant("2024-06-03T09:00:00Z")])
    due = weekdays.due(start, timedelta(hours=24))
    assert weekdays.openings(start[0], due[0])["opens_at"].dt.date().n_unique() == 3


def test_four_nines_allow_52_6_minutes_a_year() -> None:
    year = Calendar("24x7").elapsed(
        pl.Series([instant("2026-01-01T00:00:00Z")]), pl.Series([instant("2027-01-01T00:00:00Z")])
    )
    seconds = year.dt.total_seconds()[0] * 9_999 // 10_000
    downtime = year.dt.total_seconds()[0] - seconds
    assert round(downtime / 60, 1) == 52.6


def test_erpnext_averages_the_replies_of_15_and_5_minutes_to_10() -> None:
    policy = loads_policy(
        """
policy: average reply
metrics:
  reply:
    title: Reply
    start: [{event: created}, {event: message, actor: requester, public: true}]
    stop: {event: message, actor: agent, public: true}
    repeat: each
levels: {standard: {targets: {reply: 1h}}}
rules: [{name: Everyone, level: standard}]
"""
    )
    created = microseconds(instant("2020-03-04T04:00:00Z"))
    said = [(15, "agent"), (60, "requester"), (65, "agent")]
    events = [record(created, 0, "created", actor="requester")] + [
        record(created + minutes * 60_000_000, seq, "message", actor=actor, public=True)
        for seq, (minutes, actor) in enumerate(said, start=1)
    ]
    export = export_of([({"ticket_id": "T-1", "created_at": created, "status": "open"}, events)])
    report = compliance.build(audit(export, policy), ComplianceOptions(per="total"))
    assert report.frame["avg_time_fulfilled"].to_list() == [timedelta(minutes=10)]
