"""A log of updates and a list of changes are two ways to tell the same story: they must be judged alike."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from source_oracle import FIELDS, Story, as_csv, generic_rows, stamp, told_after_each_instant, update_rows
from strategies import effort

from slaaudit.audit import audit, last_instant
from slaaudit.policy import loads_policy
from slaaudit.sources import Export, read_export

PROFILE = """
source: shop
title: Shop desk
about: The update log of a shop.
states: {new: [new], open: [open], pending: [pending], on_hold: [on_hold], solved: [solved], closed: [closed]}
tables:
  log:
    title: Update log
    holds: updates
    known_by: [No, Changed]
    final: [solved_at, custom.edits]
    columns:
      ticket_id: "No"
      at: Changed
      seq: Seq
      status: Status
      agent: Agent
      department: Department
      priority: Priority
      tags: Tags
      created_at: Opened
      solved_at: Done
      custom.edits: Edits
"""
POLICY = loads_policy("""
policy: P
timezone: UTC
calendars: {office: {hours: {daily: "08:10-11:40"}}}
levels:
  a: {calendar: office, targets: {resolution: 1h, first_assign: 20m, ownership: 40m, requester_wait: 30m}}
  b: {targets: {resolution: {target: 2h, pause: {state: pending}}, first_assign: 5m, ownership: 1h, requester_wait: 1h}}
rules: [{name: high, when: {priority: high}, level: a}, {name: tagged, when: {tags: vip}, level: a}, {level: b}]
""")
VALUES = {
    "status": ["new", "open", "pending", "on_hold", "solved", "closed"],
    "agent": ["", "Ann", "Bo"],
    "department": ["", "Sales", "Support"],
    "priority": ["", "low", "high"],
    "tags": ["", "vip", "vip|new"],
}
wholes = st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in FIELDS})
parts = st.fixed_dictionaries({}, optional={name: st.sampled_from(VALUES[name]) for name in FIELDS})
# a ticket of which every field changes, so that both ways show the same kinds of changes
ANCHOR = Story("0", 0, dict.fromkeys(FIELDS, "") | {"status": "new"}, [(5, {n: VALUES[n][1] for n in FIELDS})], 0)


@st.composite
def stories(draw: st.DrawFn) -> list[Story]:
    found = [ANCHOR]
    for number in range(draw(st.integers(1, 3))):
        created, wait = draw(st.integers(0, 120)), draw(st.sampled_from([0, 0, 5, 60]))
        minutes = sorted(draw(st.lists(st.integers(created + wait, 400), max_size=6)))
        updates = [(minute, draw(parts)) for minute in minutes]
        found.append(Story(f"T{number}", created, draw(wholes), updates, created + wait))
    return found


def read(profile: str | None, files: dict[str, str]) -> Export:
    with TemporaryDirectory() as folder:
        if profile:
            Path(folder, "shop.yaml").write_text(profile)
        for name, text in files.items():
            Path(folder, name).write_text(text)
        source = str(Path(folder, "shop.yaml")) if profile else "generic"
        return read_export([Path(folder, name) for name in files], source=source)


def from_log(rows: list[dict[str, str]], *, with_creation: bool) -> Export:
    head = ["No", "Changed", "Seq", "Done", "Edits", *(name.title() for name in FIELDS)]
    return read(PROFILE, {"log.csv": as_csv(rows, [*head, *(["Opened"] if with_creation else [])])})


def from_changes(told: list[Story], *, with_creation: bool) -> Export:
    tickets, events = generic_rows(told, with_creation=with_creation)
    files = {
        "tickets.csv": as_csv(tickets, ["ticket_id", "created_at", "changed_at", *FIELDS]),
        "events.csv": as_csv(events, ["ticket_id", "at", "event", "field", "old", "new", "seq"]),
    }
    return read(None, files)


def changes(export: Export) -> list[tuple[Any, ...]]:
    ids = export.tickets["ticket_id"].gather(export.events["ticket_row"])
    return export.events.with_columns(ticket=ids).select("ticket", "at", "event", "field", "old", "new").rows()


def verdicts(export: Export) -> pl.DataFrame:
    log = audit(export, POLICY).log()
    return log.sort("metric", "ticket", "cycle")


@given(told=stories(), with_creation=st.booleans(), chance=st.randoms())
@effort(9)
def test_a_log_of_updates_is_judged_like_the_list_of_its_changes(
    told: list[Story], with_creation: bool, chance: random.Random
) -> None:
    rows = update_rows(told, with_creation=with_creation)
    again = chance.choices(rows, k=3)
    log = from_log(chance.sample([*rows, *again], len(rows) + 3), with_creation=with_creation)
    listed = from_changes(told, with_creation=with_creation)
    assert changes(log) == changes(listed)
    assert log.counts["event_duplicates"] == len(again)
    columns = [*(name for name in listed.tickets.columns if name not in ("source_row", "solved_at"))]
    assert log.tickets.select(columns).equals(listed.tickets.select(columns))
    assert last_instant(log) == last_instant(listed)
    assert {"status_changes", "solves", "agent_changes", "department_changes", "changes"} == log.shows == listed.shows
    assert verdicts(log).equals(verdicts(listed))


@given(told=stories(), chance=st.randoms())
@effort(4)
def test_after_each_instant_the_ticket_is_what_the_log_said_then(told: list[Story], chance: random.Random) -> None:
    rows = update_rows(told, with_creation=True)
    export = from_log(chance.sample(rows, len(rows)), with_creation=True)
    for number, ticket in enumerate(export.tickets["ticket_id"]):
        story = next(one for one in told if one.ticket_id == ticket)
        events = export.events.filter(ticket_row=number).iter_rows(named=True)
        found = told_after_each_instant(events, story.first)
        held = {stamp(minute): values for minute, values in story.held().items()}
        assert {instant: held[instant] for instant in found} == found
        changed = {stamp(minute) for minute, *_ in story.changes()}
        assert changed == set(found)


@given(told=stories())
@effort(4)
def test_what_looks_ahead_is_no_event_and_moves_no_verdict(told: list[Story]) -> None:
    rows = update_rows(told, with_creation=True)
    looking = from_log(rows, with_creation=True)
    blind = from_log([row | {"Done": "", "Edits": ""} for row in rows], with_creation=True)
    assert looking.look_ahead == {"solved_at"}
    assert looking.tickets["solved_at"].null_count() == 0
    assert set(looking.events["field"].drop_nulls()) <= set(FIELDS)
    assert looking.events.equals(blind.events)
    assert verdicts(looking).equals(verdicts(blind))
