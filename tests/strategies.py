"""Random policies and random exports, small enough to be read when one of them breaks something.

A policy is the plain mapping of its YAML; a ticket and its events are plain records (`oracle_story.Record`), and
`export_of` makes the canonical frames of them. Instants lie on a grid of half hours, so that ties and exact boundaries
are common.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from oracle_story import Record
from oracle_time import instant, microseconds

import slaaudit.policy
from slaaudit.frames import EVENTS, INSTANT, PROBLEMS, TICKETS, conform
from slaaudit.policy import Policy, loads_policy
from slaaudit.sources import Export
from slaaudit.sources.export import COUNTS, SHOWS

# The same examples in every run. What breaks is not made smaller, which takes minutes: HYPOTHESIS_PROFILE=search does.
_COMMON: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("ci", derandomize=True, phases=[Phase.explicit, Phase.generate], **_COMMON)
settings.register_profile("search", **_COMMON)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
EFFORT = int(os.environ.get("HYPOTHESIS_EFFORT", "1"))  # times as many examples, for a long search

HALF_HOUR = 30 * 60_000_000
MONDAY = microseconds(datetime(2026, 3, 23, 6, tzinfo=UTC))  # the clocks of Europe change at the end of this week
BUILT_IN: Mapping[str, Record] = yaml.safe_load(
    Path(slaaudit.policy.__file__).with_name("metrics.yaml").read_text(encoding="utf-8")
)
CALENDARS: dict[str, Any] = {
    "office": {
        "hours": {"mon-thu": "09:00-12:30, 13:00-17:30", "fri": "09:00-16:00"},
        "holidays": {"dates": ["2026-03-25"], "special": {"2026-03-27": "10:00-11:00"}},
    },
    "night": {"hours": {"daily": "00:00-03:30, 22:00-24:00"}, "timezone": "Europe/Amsterdam"},
    "far": {"hours": {"mon,wed,sun": "08:00-20:00"}, "timezone": "Pacific/Chatham"},
    "always": "24x7",
}
PRIORITIES = (None, "low", "high", "Urgent")
DEPARTMENTS = (None, "Sales", "Support")
AGENTS = (None, "Ann", "Bo")
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed", "spam", "deleted")
LIVING = ("new", "new", "new", "open", "pending")  # in which tickets are created, as far as their history tells
TAGS = (None, "vip", "test", "vip|test")
CHANNELS = ("email", "chat", "call")
DUE_DATES = ("vendor_due.one", "vendor_due.other")
DATED = tuple(name for name, metric in BUILT_IN.items() if metric["repeat"] == "once" and "sum" not in metric)


def effort(examples: int) -> settings:
    """The profile's settings with so many examples."""
    return settings(PROFILE, max_examples=examples * EFFORT)


amounts = st.sampled_from(["0h", "30m", "1h", "2h", "4h", "8h", "20h"])
ticket_conditions = st.sampled_from([
    {"priority": "urgent"},
    {"priority": ["low", "high"]},
    {"priority": {"empty": True}},
    {"priority": {"not": "high"}},
    {"department": "Sales"},
    {"department": {"not": ["Sales"]}},
    {"agent": {"empty": False}},
    {"tags": {"contains": "vip"}},
    {"not": {"tags": "test"}},
    {"state": ["pending", "on_hold"]},
    {"state": "solved"},
    {"channel": "chat"},
    {"last_message_by": "requester"},
    {"any": [{"priority": "high"}, {"department": "Support", "tags": "vip"}]},
])  # fmt: skip
excludes = st.sampled_from(["none", "none", None, "none", {"tags": "test"}, "none", {"state": ["deleted", "solved"]}])
fallbacks = st.sampled_from([[{"level": "a"}], [{"level": "a"}], []])
pauses = st.sampled_from([
    {"state": "pending"},
    {"state": ["pending", "on_hold"]},
    {"priority": "low"},
    {"last_message_by": "agent"},
    {"tags": {"contains": "test"}},
    {"state": {"not": ["new", "open"]}},
])  # fmt: skip
event_conditions = st.sampled_from([
    {"event": "created"},
    {"event": "message", "actor": "requester", "public": True},
    {"event": "message", "actor": "agent"},
    {"event": "message", "replied": False},
    {"event": "solved"},
    {"event": "reopened"},
    {"event": "assigned"},
    {"event": "owned"},
    {"event": "disowned"},
    {"event": "change", "field": "priority"},
    {"event": "change", "field": "priority", "new": "high"},
    {"event": "change", "state": "pending"},
    {"event": "chat_started"},
    [{"event": "created", "opened_by": "agent"}, {"event": "work"}],
])  # fmt: skip
triggers = st.sampled_from([
    ["created"],
    ["created", "changed"],
    ["created", {"changed": "priority"}],
    [{"changed": "department"}, "agent_reply"],
    ["created", "requester_message"],
    ["note", "changed"],
])  # fmt: skip


@st.composite
def own_metrics(draw: st.DrawFn) -> dict[str, Any]:
    """A metric of a policy's own, of any shape that the grammar allows."""
    metric = {
        "title": "Own",
        "start": draw(event_conditions),
        "repeat": draw(st.sampled_from(["each", "once"])),
        "on_solved": draw(st.sampled_from(["stop", "cancel", "ignore", "discard"])),
        "on_reopen": draw(st.sampled_from(["ignore", "resume", "restart"])),
        "needs": ["messages"],
    }
    if draw(st.booleans()):
        metric["stop"] = draw(event_conditions)
    else:
        metric["on_solved"] = "stop"  # something must stop it
    if draw(st.booleans()):
        metric["counts_in"] = draw(pauses.filter(lambda pause: "state" in pause))
    if draw(st.booleans()):
        metric["applies_to"] = draw(ticket_conditions)
    return metric


@st.composite
def targets(draw: st.DrawFn, metric: str, calendars: Sequence[str]) -> Any:
    """A target in one of its written forms."""
    if draw(st.booleans()):
        return draw(amounts)
    target: dict[str, Any] = {}
    if metric in DATED and draw(st.integers(0, 2)) == 0:
        target["due"] = draw(st.sampled_from(DUE_DATES))
    elif draw(st.booleans()):
        target["target"] = draw(amounts if metric == "work_logged" else amounts | st.sampled_from(["1bd", "2bd"]))
    else:
        target["by_priority"] = {"urgent": draw(amounts), "high": draw(amounts)}
        if draw(st.booleans()):
            target["by_priority"]["otherwise"] = draw(amounts)
    if draw(st.booleans()):
        target["calendar"] = draw(st.sampled_from(calendars))
    if draw(st.booleans()):
        target["pause"] = draw(pauses)
    if draw(st.booleans()):
        target["warn_at"] = draw(st.sampled_from(["50%", "100%"]))
    return target


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """A policy with up to three levels over a few metrics, up to two of them its own."""
    calendars = draw(st.lists(st.sampled_from(sorted(CALENDARS)), min_size=1, max_size=2, unique=True))
    metrics = draw(st.lists(st.sampled_from([*BUILT_IN, "own", "other"]), min_size=4, max_size=8, unique=True))
    levels: dict[str, Any] = {}
    for name in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        of_level = {metric: draw(targets(metric, calendars)) for metric in metrics if draw(st.integers(0, 3))}
        levels[name] = {"calendar": draw(st.sampled_from(calendars)), "targets": of_level or {metrics[0]: "4h"}}
        if draw(st.booleans()):
            levels[name]["pause"] = draw(pauses)
    policy: dict[str, Any] = {
        "policy": "random",
        "timezone": "Europe/Amsterdam",
        "calendars": {name: CALENDARS[name] for name in calendars},
        "levels": levels,
        "rules": draw(st.lists(rules(sorted(levels)), min_size=1, max_size=4)) + draw(fallbacks),
        "on_level_change": draw(st.sampled_from(["retarget", "keep", "restart"])),
    }
    policy["rules"] = [{"name": f"rule {number}", **rule} for number, rule in enumerate(policy["rules"])]
    if own := {name: draw(own_metrics()) for name in ("own", "other") if name in metrics}:
        policy["metrics"] = own
    if (exclude := draw(excludes)) is not None:
        policy["exclude"] = exclude
    return policy


@st.composite
def rules(draw: st.DrawFn, levels: Sequence[str]) -> dict[str, Any]:
    """A rule; its name is given by its place."""
    rule: dict[str, Any] = {"level": draw(st.sampled_from([*levels, *levels, "none", None]))}
    if rule["level"] is None:
        rule = {"stop": True}  # keeps the level so far from the rules after it
    if draw(st.integers(0, 2)):
        rule["when"] = draw(ticket_conditions)
    if "level" in rule and draw(st.integers(0, 2)) == 0:
        rule["stop"] = False
    if draw(st.integers(0, 2)) == 0:
        rule["on"] = draw(triggers)
    return rule


def _moves(name: str, values: Sequence[str | None]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just("change"), st.just(name), st.sampled_from(values))


happenings = st.one_of(
    st.tuples(st.just("message"), st.sampled_from(["requester", "agent"]), st.just(True)),
    st.tuples(
        st.just("message"),
        st.sampled_from(["requester", "agent", "agent", "system"]),
        st.sampled_from([True, True, False]),
    ),
    _moves("status", STATUSES),
    _moves("status", ("open", "pending", "solved")),
    _moves("priority", PRIORITIES),
    _moves("department", DEPARTMENTS),
    _moves("agent", AGENTS),
    _moves("tags", TAGS),
    st.sampled_from(["chat_started", "chat_answered", "call_started", "call_answered", "merged", "deleted"]).map(
        lambda word: (word, None, None)
    ),
    st.tuples(st.just("work"), st.none(), st.sampled_from(["30m", "1h", "2h"])),
)  # fmt: skip


due_steps = st.sampled_from([-30, -1, 0, 1, 3, 8, 9, 17, 25, 40, 61, 100, 160, 400])


@st.composite
def tickets(draw: st.DrawFn, ticket_id: str, statuses: Sequence[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A ticket created in one of the statuses, with its events in order; what is exported follows from both."""
    created = MONDAY + draw(st.sampled_from([0, 4, 9, 17, 40, 61, 160])) * HALF_HOUR
    values: dict[str, Any] = {
        "priority": draw(st.sampled_from(PRIORITIES)),
        "department": draw(st.sampled_from(DEPARTMENTS)),
        "agent": draw(st.sampled_from(AGENTS)),
        "tags": draw(st.sampled_from(TAGS)),
        "status": draw(st.sampled_from(statuses)),
        "channel": draw(st.sampled_from(CHANNELS)),
        **{name: draw(st.none() | due_steps.map(lambda steps: created + steps * HALF_HOUR)) for name in DUE_DATES},
    }
    opener = draw(st.sampled_from(["requester", "requester", "agent", None]))
    events = [record(created, 0, "created", actor=opener)]
    at, many = created, draw(st.sampled_from([0, 5, 8, 10]))
    steps_and_events = st.tuples(st.sampled_from([0, 1, 1, 2, 4, 16, 48]), happenings)
    happened = draw(st.lists(steps_and_events, min_size=many, max_size=many))
    for seq, (steps, (word, detail, value)) in enumerate(happened, start=1):
        at += steps * HALF_HOUR
        if word == "message":
            events.append(record(at, seq, word, actor=detail, public=value))
        elif word == "change":
            events.append(record(at, seq, word, field=detail, old=values[detail], new=value))
            values[detail] = value
        else:
            events.append(record(at, seq, word, new=value))
    return {"ticket_id": ticket_id, "created_at": created, **values, "tags": _list(values["tags"])}, events


def record(at: int, seq: int, event: str, **columns: Any) -> dict[str, Any]:
    """An event; the columns that are not given are null."""
    return {
        "at": at,
        "seq": seq,
        "event": event,
        **dict.fromkeys(("actor", "public", "field", "old", "new")),
        **columns,
    }


def _list(tags: str | None) -> list[str] | None:
    return None if tags is None else tags.split("|")


Stories = list[tuple[dict[str, Any], list[dict[str, Any]]]]


@st.composite
def exports(draw: st.DrawFn, most: int = 8, *, created_as: Sequence[str] = (*LIVING, "solved", "spam")) -> Stories:
    """A few tickets with their events, by ticket id; more of them often, so that an example is worth its audit."""
    number = draw(st.sampled_from([1, most, most, most]))
    return [draw(tickets(f"T-{position}", created_as)) for position in range(number)]


@st.composite
def instants_of(draw: st.DrawFn, stories: Stories) -> int:
    """An as-of instant at, between or after the events of an export."""
    stamps = sorted({event["at"] for _, events in stories for event in events})
    stamp = stamps[-1] if draw(st.integers(0, 3)) else draw(st.sampled_from(stamps))
    return stamp + draw(st.sampled_from([0, 0, 1, 10 * HALF_HOUR, 100 * HALF_HOUR]))


def ended_at(stories: Stories, as_of: int) -> Stories:
    """The export that would have been made at an instant: its tickets, their events, and their values of then."""
    return [
        (ticket | _values_at(events, as_of), [event for event in events if event["at"] <= as_of])
        for ticket, events in stories
        if ticket["created_at"] <= as_of
    ]


def _values_at(events: Sequence[Record], as_of: int) -> dict[str, Any]:
    """What differs from the export of the end: fields whose changes lie, all or some of them, after the instant."""
    values: dict[str, Any] = {}
    for event in reversed(events):
        if event["event"] == "change" and event["at"] > as_of:
            values[event["field"]] = event["old"]
    return values | ({"tags": _list(values["tags"])} if "tags" in values else {})


shown = st.just(frozenset(SHOWS)) | st.frozensets(st.sampled_from(SHOWS))


def is_dated(raw: Mapping[str, Any], level: str | None, metric: str) -> bool:
    """Whether a level's target for a metric is a due date of the export."""
    target = raw["levels"][level]["targets"].get(metric) if level is not None else None
    return isinstance(target, Mapping) and "due" in target


def is_in_working_days(raw: Mapping[str, Any], level: str | None, metric: str) -> bool:
    """Whether a level's target for a metric is, for some priority at least, a number of working days."""
    target = raw["levels"][level]["targets"].get(metric) if level is not None else None
    return "bd" in str(target)


def without_due_dates(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The policy with a time where it has a due date of the export."""
    levels = {
        name: level | {"targets": {m: "4h" if is_dated(raw, name, m) else t for m, t in level["targets"].items()}}
        for name, level in raw["levels"].items()
    }
    return {**raw, "levels": levels}


def policy_of(raw: Mapping[str, Any]) -> Policy:
    """The policy that the mapping stands for, through its YAML."""
    return loads_policy(yaml.safe_dump(dict(raw), sort_keys=False), file="random.yaml")


def export_of(stories: Stories, *, shows: frozenset[str] = frozenset(SHOWS)) -> Export:
    """The canonical frames of some tickets with their events."""
    rows = [{name: instant(value) if type(value) is int else value for name, value in t.items()} for t, _ in stories]
    columns = {name: TICKETS.schema.get(name, INSTANT) for name in rows[0]}
    events = [
        (row, instant(event["at"]), *(event[name] for name in EVENTS.names[2:]))
        for row, (_, of_ticket) in enumerate(stories)
        for event in of_ticket
    ]
    return Export(
        tickets=conform(pl.DataFrame(rows, schema=columns), TICKETS),
        events=conform(pl.DataFrame(events, schema=EVENTS.schema, orient="row"), EVENTS),
        problems=pl.DataFrame(schema=PROBLEMS.schema),
        shows=shows,
        counts=dict.fromkeys(COUNTS, 0) | {"ticket_rows": len(rows), "tickets": len(rows)},
        files=("random",),
        source="random",
        state_words={},
    )
