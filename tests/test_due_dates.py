"""Targets that are the export's own due dates: how they are written, merged, shown, refused and told of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import strategies
from oracle_time import microseconds

from slaaudit.audit import audit
from slaaudit.cases import load_cases
from slaaudit.conditions import parse_condition
from slaaudit.explain import explain, json_of, md_of, text_of
from slaaudit.explain.bar import bar_of
from slaaudit.policy import Policy, loads_policy
from slaaudit.policy.effective import effective_policy
from slaaudit.policy.loading import reads_policy
from slaaudit.policy.origins import target_origins
from slaaudit.problems import SlaauditError
from slaaudit.sources import Export

TEXT = """\
policy: Due dates
timezone: Europe/Amsterdam
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}, other: {hours: {daily: 24h}}}
levels:
  dated:
    calendar: office
    pause: {state: pending}
    warn_at: 60%
    targets:
      first_reply: {due: vendor_due.one}
      resolution: {due: vendor_due.other, calendar: office, pause: {state: on_hold}}
  timed: {based_on: dated, targets: {first_reply: 4h, resolution: {by_priority: {high: 8h, otherwise: 16h}}}}
  again: {based_on: timed, targets: {resolution: {due: closed_at}}}
  same: {based_on: dated, targets: {resolution: {warn_at: 90%}}}
rules: [{name: Everyone, level: dated}]
"""
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # at nine in Amsterdam
HOUR = timedelta(hours=1)


def export(one: timedelta | None, other: timedelta | None, *events: tuple[timedelta, str]) -> Export:
    """A ticket of Monday with its due dates, and the status words that it gets."""
    dates = [None if due is None else microseconds(MONDAY + due) for due in (one, other)]
    ticket = dict(zip(strategies.DUE_DATES, dates, strict=True)) | {"ticket_id": "T-1", "status": "new"}
    ticket |= {"created_at": microseconds(MONDAY)}
    records = [strategies.record(microseconds(MONDAY), 0, "created", actor="requester")]
    for seq, (after, status) in enumerate(events, start=1):
        at = microseconds(MONDAY + after)
        records.append(strategies.record(at, seq, "change", field="status", old=ticket["status"], new=status))
        ticket["status"] = status
    return strategies.export_of([(ticket, records)])


def told(policy: Policy, of: Export, metric: str, as_of: timedelta) -> str:
    """The text of the story of the ticket, its lines joined."""
    story = explain(of, policy, "T-1", metric=metric, as_of=MONDAY + as_of)
    assert json_of(story)
    assert md_of(story)
    return " ".join(text_of(story, width=100).split())


@pytest.fixture
def policy() -> Policy:
    return loads_policy(TEXT)


# --- how they are written ------------------------------------------------------------------------------------------


def test_a_due_date_has_no_hours_and_no_pause_but_its_own(policy: Policy) -> None:
    reply, resolution = (policy.levels["dated"].targets[name] for name in ("first_reply", "resolution"))
    assert reply.due is not None
    assert (reply.due.column, dict(reply.amounts)) == ("vendor_due.one", {})
    assert (reply.calendar, reply.pause, f"{reply.warn_at}") == ("24x7", None, "3/5")
    assert (resolution.calendar, resolution.pause) == ("office", parse_condition({"state": "on_hold"}))


def test_a_time_in_place_of_a_due_date_begins_anew_and_so_does_a_due_date_in_place_of_times(policy: Policy) -> None:
    timed, again = policy.levels["timed"].targets, policy.levels["again"].targets
    assert [timed[name].due for name in timed] == [None, None]
    assert {timed[name].calendar for name in timed} == {"office"}
    assert timed["resolution"].pause == parse_condition({"state": "pending"})
    assert again["resolution"].due is not None
    assert (again["resolution"].due.column, dict(again["resolution"].amounts)) == ("closed_at", {})
    assert (again["resolution"].calendar, again["resolution"].pause) == ("24x7", None)


def test_what_a_level_says_besides_leaves_the_due_date(policy: Policy) -> None:
    same, base = policy.levels["same"].targets["resolution"], policy.levels["dated"].targets["resolution"]
    assert (same.due, same.calendar, same.pause, f"{same.warn_at}") == (base.due, base.calendar, base.pause, "9/10")


def test_the_pause_of_a_preset_is_for_times(policy: Policy) -> None:
    with_preset = loads_policy(TEXT.replace("levels:", "preset: zammad\nlevels:", 1))
    assert with_preset.levels["dated"].targets["first_reply"].pause is None


def test_a_policy_with_due_dates_is_shown_as_one_that_means_the_same(policy: Policy) -> None:
    shown = effective_policy(reads_policy(TEXT, file="a.yaml"), (2026, 2026))
    assert loads_policy(shown).levels == policy.levels
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "due: vendor_due.one # a.yaml:10" in lines
    assert "calendar: 24x7 # default: the export's due date knows its own hours" in lines
    assert "pause: none # default: the export's due date knows its own pauses" in lines
    assert "due: closed_at # a.yaml:13" in lines


def test_the_origins_of_a_due_date_leave_out_what_it_does_not_take() -> None:
    written = reads_policy(TEXT).written.levels
    assert set(target_origins(written, "dated", "first_reply")) == {"due", "warn_at"}
    assert set(target_origins(written, "again", "resolution")) == {"due", "warn_at"}
    assert set(target_origins(written, "timed", "first_reply")) == {"target", "calendar", "pause", "warn_at"}


# --- what the export has -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("renamed", "hint"),
    [
        ("vendor_due.ones", "its due dates are vendor_due.ones, vendor_due.other"),
        ("custom.one", "its due dates are vendor_due.other"),
    ],
)
def test_due_dates_that_the_export_does_not_have_are_an_error_at_their_place(renamed: str, hint: str) -> None:
    found = export(HOUR, HOUR)
    ordered = found.tickets.rename({"vendor_due.one": renamed})
    ordered = ordered.select(sorted(ordered.columns))
    with pytest.raises(SlaauditError) as caught:
        audit(Export(**{**vars(found), "tickets": ordered}), loads_policy(TEXT, file="a.yaml"))
    assert str(caught.value) == (
        f"a.yaml:10:21: error[unknown_column] the export has no due dates 'vendor_due.one'\n    {hint}"
    )


def test_an_export_without_any_due_dates_says_so_once_for_each() -> None:
    found = export(HOUR, HOUR)
    texts = found.tickets.with_columns(pl.col(strategies.DUE_DATES).cast(pl.String))
    with pytest.raises(SlaauditError) as caught:
        audit(Export(**{**vars(found), "tickets": texts}), loads_policy(TEXT, file="a.yaml"))
    hints = [problem.hint for problem in caught.value.problems]
    told = "nothing in it was read as a due date: if a column is one, say --map vendor_due.METRIC=HEADING"
    assert hints == [told] * 2


def test_a_metric_that_the_export_does_not_show_is_no_target_without_a_date() -> None:
    policy, columns = loads_policy(TEXT), ["metric", "outcome", "calendar", "target", "due_date"]
    blind = Export(**{**vars(export(HOUR, None)), "shows": frozenset()})
    assert audit(blind, policy).log(columns).rows() == [
        ("first_reply", "not_measurable", "24x7", None, None),
        ("resolution", "no_target", None, None, None),
    ]


def test_the_due_date_of_a_ticket_can_be_a_column_of_the_log(policy: Policy) -> None:
    log = audit(export(HOUR, 2 * HOUR), policy).log(["metric", "vendor_due.one"])
    assert log["vendor_due.one"].to_list() == [MONDAY + HOUR] * 2


# --- how it is told ------------------------------------------------------------------------------------------------


def test_a_story_says_that_it_is_the_export_that_set_the_date(policy: Policy) -> None:
    late = told(policy, export(HOUR, None, (2 * HOUR, "solved")), "first_reply", 3 * HOUR)
    assert (
        "The first reply was due on Mon 2 Mar 2026 at 10:00 (as the export says) and had not come when the ticket was "
        "solved at 11:00, 1 hour late." in late
    )
    assert (
        "Promise: by Mon 2 Mar 2026 10:00, as the export says (vendor_due.one); here 1:00:00 of the calendar 24x7 "
        "(level dated). Counted 2:00:00 of 1:00:00." in late
    )
    assert "▼ due, as the export says (vendor_due.one)" in late


def test_while_it_runs_nothing_can_move_a_date_without_pauses(policy: Policy) -> None:
    running = told(policy, export(2 * HOUR, 2 * HOUR), "first_reply", HOUR)
    assert "is due on Mon 2 Mar 2026 at 11:00 (as the export says): as of Mon 2 Mar 2026" not in running
    assert "is due on Mon 2 Mar 2026 at 11:00 (as the export says): as of 10:00, 1 hour is left." in running
    pausable = told(policy, export(2 * HOUR, 2 * HOUR), "resolution", HOUR)
    assert "at 11:00 (as the export says) if nothing pauses it any more: as of 10:00" in pausable


def test_a_date_that_was_moved_says_so(policy: Policy) -> None:
    events = ((HOUR, "on_hold"), (2 * HOUR, "open"), (4 * HOUR, "solved"))
    moved = told(policy, export(None, 2 * HOUR, *events), "resolution", 5 * HOUR)
    assert "was due on Mon 2 Mar 2026 at 12:00 (the date of the export, moved by pauses) and came at 13:00" in moved
    assert "due: the date of the export (vendor_due.other), moved by the time that did not count" in moved


def test_a_miss_outside_the_hours_of_the_calendar_is_told_without_a_time(policy: Policy) -> None:
    night = export(None, 10 * HOUR, (12 * HOUR, "solved"))
    assert "(as the export says) and came at 21:00, late, outside the hours of its calendar." in told(
        policy, night, "resolution", 12 * HOUR
    )
    assert "as of 21:00 it is late, outside the hours of its calendar." in told(
        policy, export(None, 10 * HOUR), "resolution", 12 * HOUR
    )
    assert "missed due Mon 2 Mar 19:00 0:00:00 late" in told(policy, night, "resolution", 12 * HOUR)


def test_a_date_before_the_start_was_late_from_the_start(policy: Policy) -> None:
    found = export(-HOUR, None, (HOUR, "solved"))
    early = told(policy, found, "first_reply", HOUR)
    assert "was due on Mon 2 Mar 2026 at 08:00 (as the export says, before its clock started)" in early
    assert "at 10:00, late from the start." in early
    assert "the due date of the export (vendor_due.one) has passed already" in early
    story = explain(found, policy, "T-1", metric="first_reply", as_of=MONDAY + HOUR).clocks[0]
    bar = bar_of(story, 10)
    assert bar is not None
    assert bar.due == 0


def test_a_ticket_without_a_date_has_nothing_promised(policy: Policy) -> None:
    assert "Nothing is promised for first reply: the export has no due date for it." in told(
        policy, export(None, HOUR), "first_reply", HOUR
    )


# --- in cases ------------------------------------------------------------------------------------------------------


def test_a_case_gives_its_ticket_due_dates_as_instants(tmp_path: Path) -> None:
    file = tmp_path / "a.test.yaml"
    written = "ticket: {vendor_due.one: +1h, vendor_due.other: none}, expect: {first_reply: {due: +1h}}"
    head = "".join(f"  {line}\n" for line in TEXT.splitlines())
    file.write_text(f"policy:\n{head}cases:\n  - {{name: a, {written}}}\n")
    assert load_cases(file)[0].ticket["vendor_due.one"] == MONDAY + HOUR
    assert load_cases(file)[0].ticket["vendor_due.other"] is None
    file.write_text(file.read_text().replace("vendor_due.one: +1h", "vendor_due.one: soon"))
    with pytest.raises(SlaauditError, match=r"bad_instant.*'soon' is no instant"):
        load_cases(file)
