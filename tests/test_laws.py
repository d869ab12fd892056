"""What must hold of every audit, whatever the policy and the export: the laws of the design, over random ones."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from oracle_time import instant, microseconds
from strategies import Stories
from test_oracle import rows_of

from slaaudit.audit import Audit, audit
from slaaudit.calendars import Calendar
from slaaudit.policy import loads_policy
from slaaudit.reports import compliance
from slaaudit.reports.compliance import ComplianceOptions
from slaaudit.sources import Export, read_export

Raw = dict[str, Any]
KEY = ("ticket", "metric", "cycle")
JUDGED = ("fulfilled", "missed", "running", "paused", "cancelled")


def audited(raw: Raw, stories: Stories, as_of: int) -> Audit:
    return audit(strategies.export_of(stories), strategies.policy_of(raw), as_of=instant(as_of))


def by_clock(found: Audit) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in KEY): row for row in rows_of(found)}


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_every_ticket_and_every_clock_is_in_one_bucket(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    found = audited(raw, stories, data.draw(strategies.instants_of(stories)))
    account, log = found.account, found.log(["ticket", "metric", "outcome"])
    assert account.tickets == len(stories)
    assert account.tickets == sum(
        (account.after_as_of, account.excluded, account.no_level, account.no_clock, account.judged)
    )
    assert {word: count for word, count in account.outcomes.items() if count} == Counter(log["outcome"])
    assert log["ticket"].n_unique() <= account.excluded + account.no_level + account.judged


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_the_totals_of_a_report_are_the_rows_of_the_log(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    found = audited(raw, stories, data.draw(strategies.instants_of(stories)))
    counted = Counter((row["metric"], row["outcome"]) for row in rows_of(found))
    frame = compliance.build(found, ComplianceOptions(per="total")).frame
    assert set(frame["metric"]) == {metric for metric, _ in counted}
    for row in frame.to_dicts():
        of_metric = {outcome: row[outcome] for outcome in ("fulfilled", "missed", "running", "cancelled")}
        assert of_metric == {outcome: counted[row["metric"], outcome] for outcome in of_metric}


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports(created_as=strategies.LIVING))
def test_an_earlier_audit_is_the_same_from_a_longer_export(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    """As of an instant, an export that ends there and one that goes on say the same."""
    as_of = data.draw(strategies.instants_of(stories))
    ended = strategies.ended_at(stories, as_of)
    assert rows_of(audited(raw, stories, as_of)) == rows_of(audited(raw, ended, as_of))


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_a_miss_is_for_ever(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    """What was missed once stays missed, with the same due date, while its level and its target stay the same."""
    raw = {**raw, "on_level_change": "keep", "exclude": "none"}
    once, later = sorted(data.draw(strategies.instants_of(stories)) for _ in range(2))
    before, after = by_clock(audited(raw, stories, once)), by_clock(audited(raw, stories, later))
    discards = [name for name, metric in raw.get("metrics", {}).items() if metric["on_solved"] == "discard"]
    for key, row in before.items():
        if row["outcome"] == "missed" and row["metric"] not in discards:
            assert {name: after[key][name] for name in ("outcome", "due_date", "decided")} == {
                name: row[name] for name in ("outcome", "due_date", "decided")
            }


@strategies.effort(12)
@given(st.data(), strategies.policies(), strategies.exports(4))
def test_each_ticket_is_judged_by_itself(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    """Any parts of an export, audited apart, give the rows of the whole."""
    as_of = data.draw(strategies.instants_of(stories))
    parts = [row for story in stories for row in rows_of(audited(raw, [story], as_of))]
    whole = rows_of(audited(raw, stories, as_of))
    assert sorted(parts, key=str) == sorted(whole, key=str)


def test_a_ticket_is_judged_alike_among_so_many_that_64_bits_do_not_hold_all_their_time() -> None:
    day, year = 86_400_000_000, 365 * 86_400_000_000
    changes = [("open", "pending", day), ("pending", "open", 2 * day)]
    events = [strategies.record(0, 0, "created", actor="requester")]
    events += [strategies.record(at, 1, "change", field="status", old=old, new=new) for old, new, at in changes]
    stories = [({"ticket_id": f"T-{n:03}", "created_at": 0, "status": "open"}, events) for n in range(400)]
    policy = loads_policy(
        "{policy: Years, calendars: {always: 24x7}, rules: [{level: all}], levels: {all: {calendar: always, "
        "pause: {state: pending}, targets: {resolution: 8760h}}}}"
    )
    told = audit(strategies.export_of(stories), policy, as_of=instant(4_000 * year)).log(["due_date", "elapsed"])
    assert told.unique().rows() == [(instant(year + day), timedelta(days=365 * 4_000 - 1))]


def test_work_on_one_ticket_that_64_bits_do_not_hold_changes_nothing_of_another() -> None:
    hour, created = 3_600_000_000, strategies.record(0, 0, "created", actor="requester")
    logged = {"T-1": ["87660000h"] * 40, "T-2": ["2h", "3h", "4h"], "T-3": ["1h"]}
    stories = [
        (
            {"ticket_id": ticket, "created_at": 0, "status": "open"},
            [created, *(strategies.record(n * hour, 0, "work", new=work) for n, work in enumerate(works, start=1))],
        )
        for ticket, works in logged.items()
    ]
    policy = loads_policy("{policy: Work, rules: [{level: all}], levels: {all: {targets: {work_logged: 4h}}}}")
    told = audit(strategies.export_of(stories), policy).log(["ticket", "elapsed", "due_date", "outcome"])
    longest = timedelta(microseconds=2**63 - 1)
    assert told.rows() == [
        ("T-1", longest, instant(hour), "missed"),
        ("T-2", timedelta(hours=9), instant(2 * hour), "missed"),
        ("T-3", timedelta(hours=1), None, "running"),
    ]


@pytest.mark.parametrize("number", [127, 128, 254, 255, 256])  # about where they need more bits
def test_levels_and_rules_are_told_apart_however_many_there_are(number: int) -> None:
    levels = ", ".join(f"level {n}: {{targets: {{resolution: {n + 1}h}}}}" for n in range(number))
    rules = ", ".join(f"{{name: rule {n}, when: {{subject: s{n}}}, level: level {n}}}" for n in range(number))
    policy = loads_policy(f"{{policy: Many, levels: {{{levels}}}, rules: [{rules}]}}")
    created = strategies.record(0, 0, "created", actor="requester")
    tickets = [{"ticket_id": f"T-{n:03}", "created_at": 0, "status": "open", "subject": f"s{n}"} for n in range(number)]
    told = audit(strategies.export_of([(ticket, [created]) for ticket in tickets]), policy, as_of=instant(0))
    expected = [(f"level {n}", f"rule {n}", timedelta(hours=n + 1)) for n in range(number)]
    assert told.log(["level", "rule", "target"]).rows() == expected


@pytest.mark.parametrize(("years", "is_at_risk"), [(1, False), (36, False), (37, True)])
def test_a_clock_is_at_risk_from_its_share_of_however_long_a_target(years: int, is_at_risk: bool) -> None:
    ticket = {"ticket_id": "T-1", "created_at": 0, "status": "open"}
    export = strategies.export_of([(ticket, [strategies.record(0, 0, "created", actor="requester")])])
    policy = loads_policy(
        "{policy: Years, calendars: {always: 24x7}, rules: [{level: all}], levels: {all: {calendar: always, "
        "warn_at: 80.01%, targets: {resolution: 394200h}}}}"  # of 45 years
    )
    told = audit(export, policy, as_of=instant(years * 365 * 86_400_000_000)).log(["outcome", "at_risk"])
    assert told.rows() == [("running", is_at_risk)]


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_a_holiday_never_makes_a_due_date_earlier(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    as_of = data.draw(strategies.instants_of(stories))
    longer = deepcopy(raw)
    for spec in longer["calendars"].values():
        if isinstance(spec, dict):
            holiday = data.draw(
                st.integers(-2, 14).map(lambda day: f"2026-03-{22 + day:02}" if day < 10 else "2026-04-01")
            )
            spec.setdefault("holidays", {}).setdefault("dates", []).append(holiday)
    plain, with_holiday = by_clock(audited(raw, stories, as_of)), by_clock(audited(longer, stories, as_of))
    assert plain.keys() == with_holiday.keys()
    for key, row in plain.items():
        # A date of the export moves by what a pause took of the open time: where a holiday is, a pause takes nothing.
        if strategies.is_dated(raw, row["level"], row["metric"]):
            continue
        if row["due_date"] is not None and row["calendar"] is not None:
            assert with_holiday[key]["due_date"] >= row["due_date"]
            assert with_holiday[key]["elapsed"] <= row["elapsed"]


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_counted_and_paused_time_are_the_open_time_between(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    found = audited(raw, stories, data.draw(strategies.instants_of(stories)))
    log = found.log().filter(pl.col("outcome").is_in(JUDGED) & pl.col("calendar").is_not_null())
    ends = log["closed"].fill_null(found.as_of)
    for name, calendar in found.policy.calendars.items():
        rows = log["calendar"] == name
        between = calendar.elapsed(log["sla_started"].filter(rows), ends.filter(rows))
        assert (log["elapsed"] + log["paused"]).filter(rows).to_list() == between.to_list()


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_a_clock_is_missed_when_more_than_its_target_was_used(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    found = audited(raw, stories, data.draw(strategies.instants_of(stories)))
    log = found.log()
    used = log.filter(pl.col("outcome").is_in(["fulfilled", "missed", "running", "paused"]))
    for row in used.to_dicts():
        if not strategies.is_dated(raw, row["level"], row["metric"]):
            is_late = row["sla"] < timedelta(0)
            if strategies.is_in_working_days(raw, row["level"], row["metric"]) and row["due_date"] is not None:
                is_late |= row["due_date"] < (row["closed"] or found.as_of)  # outside opening hours too
            assert is_late == (row["outcome"] == "missed")
            assert row["due_date"] is None or row["due_date"] >= row["sla_started"]
    clocks = log.filter(pl.col("calendar").is_not_null())  # a sum can be passed after its end
    late = clocks.filter((pl.col("outcome") == "missed") & pl.col("closed").is_not_null())
    assert late.filter(pl.col("due_date") > pl.col("closed")).is_empty()


@strategies.effort(20)
@given(st.data(), strategies.policies(), strategies.exports())
def test_what_nothing_paused_is_missed_after_the_due_date_of_the_export(
    data: st.DataObject, raw: Raw, stories: Stories
) -> None:
    found = audited(raw, stories, data.draw(strategies.instants_of(stories)))
    dates = {ticket["ticket_id"]: ticket for ticket, _ in stories}
    for row in rows_of(found):
        if row["outcome"] in JUDGED and not row["paused"] and strategies.is_dated(raw, row["level"], row["metric"]):
            date = dates[row["ticket"]][raw["levels"][row["level"]]["targets"][row["metric"]]["due"]]
            end = microseconds(found.as_of) if row["closed"] is None else row["closed"]
            assert row["due_date"] == date
            assert (row["outcome"] == "missed") == (end > date)


@strategies.effort(10)
@given(strategies.policies(), strategies.exports())
def test_without_an_as_of_the_last_event_is_the_end(raw: Raw, stories: Stories) -> None:
    last = max(event["at"] for _, events in stories for event in events)
    default = audit(strategies.export_of(stories), strategies.policy_of(raw))
    assert default.as_of == instant(last)
    assert rows_of(default) == rows_of(audited(raw, stories, last))


def lines_of(stories: Stories) -> tuple[list[list[Any]], list[list[Any]]]:
    """The rows of a `tickets.csv` and an `events.csv`, in the generic format."""
    tickets = [[ticket[name] for name in TICKET_COLUMNS] for ticket, _ in stories]
    rows = [
        [ticket["ticket_id"], *(event[name] for name in EVENT_COLUMNS)]
        for ticket, events in stories
        for event in events
    ]
    return tickets, rows


def read(tickets: Sequence[Sequence[Any]], events: Sequence[Sequence[Any]], folder: Path) -> Export:
    """What the reader makes of such rows, in their order."""
    for name, header, rows in (("tickets", TICKET_COLUMNS, tickets), ("events", ("ticket_id", *EVENT_COLUMNS), events)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *([written(value) for value in row] for row in rows)])
    return read_export([folder / "tickets.csv"], events=[folder / "events.csv"])


def written(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return instant(value).isoformat()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


TICKET_COLUMNS = ("ticket_id", "created_at", "priority", "department", "agent", "tags", "status", "channel")
EVENT_COLUMNS = ("at", "event", "actor", "public", "field", "old", "new")


@strategies.effort(12)
@given(st.data(), strategies.policies(), strategies.exports())
def test_shuffling_the_rows_of_the_files_changes_nothing(data: st.DataObject, raw: Raw, stories: Stories) -> None:
    """Only the order of one ticket's events at one instant says something."""
    raw = strategies.without_due_dates(raw)
    tickets, events = lines_of(stories)
    shuffled = data.draw(st.permutations(events))
    waiting = {
        key: iter([row for row in events if row[:2] == list(key)]) for key in {(row[0], row[1]) for row in events}
    }
    in_order = [next(waiting[row[0], row[1]]) for row in shuffled]
    policy = strategies.policy_of(raw)
    with TemporaryDirectory() as folder:
        straight = audit(read(tickets, events, Path(folder)), policy)
        mixed = audit(read(data.draw(st.permutations(tickets)), in_order, Path(folder)), policy)
    assert rows_of(mixed) == rows_of(straight)
    assert mixed.account == straight.account


def test_always_open_is_real_time() -> None:
    always = Calendar("24x7")
    starts, ends = pl.Series([instant(0)]), pl.Series([instant(86_400_000_001)])
    assert always.elapsed(starts, ends).to_list() == [timedelta(days=1, microseconds=1)]
