"""A case's `ticket` and `events` → what an export would say of the ticket, with the old value of every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slaaudit.cases.times import DEFAULT_CREATED, CaseClock
from slaaudit.durations import parse_duration
from slaaudit.frames import ACTORS, CUSTOM, EVENTS_OF, INSTANT, STATES, TICKETS, vendor_dtype
from slaaudit.policy import Policy
from slaaudit.policy.mistakes import Mistakes
from slaaudit.problems import did_you_mean
from slaaudit.yaml_nodes import Path

# What a case may say of its ticket: the stamps and the state follow from its events.
_FOLLOWS = ("ticket_id", "state", "created_at", "changed_at", "first_reply_at", "solved_at", "closed_at", "source_row")
FIELDS = tuple(name for name in TICKETS.names if name not in _FOLLOWS)
WORDS = {
    "actor": ACTORS,
    "opener": ("requester", "agent"),
    "event": tuple(word for word in EVENTS_OF if word not in ("created", "message", "change", "work")),
}
KINDS = ("message", "note", "work", "event", "change")
_EXTRA_KEYS = {"event": ("actor",), "change": ("from", "to")}
_NOTHING = (None, "none")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One event after the creation; the columns are those of `frames.EVENTS`."""

    at: datetime
    event: str
    actor: str | None = None
    public: bool | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What a case says of its ticket; `ticket` holds the values after all events, `events` are in time order."""

    created: datetime
    opened_by: str
    ticket: Mapping[str, Any]
    events: tuple[CaseEvent, ...]


@dataclass(slots=True)
class _Reading:
    """The ticket's values while its events are read, one after the other."""

    policy: Policy
    clock: CaseClock
    found: Mistakes
    values: dict[str, str | None] = field(default_factory=dict)
    due_dates: dict[str, datetime | None] = field(default_factory=dict)


def read_story(content: Mapping[str, Any], path: Path, policy: Policy, found: Mistakes) -> Story | None:
    """The story of a case, or None when its creation cannot be read; other mistakes go to `found`."""
    raw = content.get("ticket", {})
    if not isinstance(raw, dict):
        found.add((*path, "ticket"), "wrong_type", "'ticket' is a mapping of fields", "write ticket: {priority: high}")
        return None
    here = (*path, "ticket")
    created = _instant(raw.get("created", DEFAULT_CREATED), (*here, "created"), CaseClock(policy.timezone), found)
    if created is None:
        return None
    reading = _Reading(policy, CaseClock(policy.timezone, created), found)
    opened_by = _word("opener", raw.get("opened_by", "requester"), (*here, "opened_by"), found)
    _read_ticket(raw, here, reading)
    events = _read_events(content.get("events", []), (*path, "events"), reading)
    values: dict[str, Any] = {**reading.values, **reading.due_dates}
    if isinstance(tags := values.get("tags"), str):
        values["tags"] = tags.split("|")
    return Story(created, opened_by, values, tuple(events))


def _read_ticket(raw: Mapping[str, Any], path: Path, reading: _Reading) -> None:
    reading.values["status"] = "new"
    for name, value in raw.items():
        if name in ("created", "opened_by"):
            continue
        if vendor_dtype(name) == INSTANT:
            at = None if value in _NOTHING else _instant(value, (*path, name), reading.clock, reading.found)
            reading.due_dates[name] = at
        elif not _is_field(name):
            known = ("created", "opened_by", *FIELDS)
            hint = did_you_mean(name, known) or f"other columns of an export are written {CUSTOM}NAME"
            reading.found.add((*path, name), "unknown_key", f"'{name}' is no field of a ticket", hint, of_key=True)
        else:
            reading.values[name] = _field_value(name, value, (*path, name), reading)


def _read_events(raw: object, path: Path, reading: _Reading) -> list[CaseEvent]:
    """The events in time order; at the same instant in the order written."""
    if not isinstance(raw, list):
        reading.found.add(path, "wrong_type", "'events' is a list", "write - {at: +30m, message: agent}")
        return []
    placed = [(_event_at(item, (*path, index), reading), index) for index, item in enumerate(raw)]
    in_order = sorted((at, index) for at, index in placed if at is not None)
    events = [_read_event(raw[index], at, (*path, index), reading) for at, index in in_order]
    return [event for event in events if event is not None]


def _event_at(item: object, path: Path, reading: _Reading) -> datetime | None:
    if not isinstance(item, dict) or "at" not in item:
        reading.found.add(path, "missing_key", "an event needs 'at'", "write {at: +30m, message: agent}")
        return None
    at = _instant(item["at"], (*path, "at"), reading.clock, reading.found)
    if at is not None and reading.clock.created is not None and at < reading.clock.created:
        reading.found.add((*path, "at"), "bad_instant", f"'{item['at']}' is before the ticket's creation")
    return at


def _read_event(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent | None:
    kinds = [key for key in item if key in KINDS or _is_field(key)]
    if len(kinds) != 1:
        what = f"an event says one thing, this one says {' and '.join(kinds) or 'nothing'}"
        hint = f"use one of {', '.join(KINDS)}, or a field of the ticket, such as {{at: +3h, status: solved}}"
        reading.found.add(path, "bad_event", what, hint)
        return None
    kind = kinds[0]
    known = ("at", kind, *_EXTRA_KEYS.get(kind, ()))
    for key in item:
        if key not in known:
            hint = did_you_mean(key, known) or f"known keys here: {', '.join(known)}"
            reading.found.add((*path, key), "unknown_key", f"unknown key '{key}'", hint, of_key=True)
    return _READERS.get(kind, _field_change)(item, at, (*path, kind), reading)


def _message(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent:
    return CaseEvent(at, "message", _word("actor", item["message"], path, reading.found), public=True)


def _note(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent:
    return CaseEvent(at, "message", _word("actor", item["note"], path, reading.found), public=False)


def _work(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent:
    try:
        parse_duration(str(item["work"]))
    except ValueError as wrong:
        reading.found.add(path, "bad_duration", str(wrong))
    return CaseEvent(at, "work", new=str(item["work"]))


def _happening(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent:
    actor = item.get("actor")
    if actor is not None:
        actor = _word("actor", actor, (*path[:-1], "actor"), reading.found)
    return CaseEvent(at, _word("event", item["event"], path, reading.found), actor)


def _change(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent | None:
    name, here = item["change"], path[:-1]
    if not isinstance(name, str) or not _is_field(name):
        hint = did_you_mean(str(name), FIELDS) or f"other columns of an export are written {CUSTOM}NAME"
        reading.found.add(path, "unknown_word", f"'{name}' is no field of a ticket", hint)
        return None
    if "to" not in item:
        reading.found.add(here, "missing_key", "a change needs 'to'", "write to: none when the field was emptied")
        return None
    old = _field_value(name, item["from"], (*here, "from"), reading) if "from" in item else reading.values.get(name)
    return _changed(name, old, _field_value(name, item["to"], (*here, "to"), reading), at, reading)


def _field_change(item: dict[str, Any], at: datetime, path: Path, reading: _Reading) -> CaseEvent:
    name = str(path[-1])
    new = _field_value(name, item[name], path, reading)
    return _changed(name, reading.values.get(name), new, at, reading)


def _changed(name: str, old: str | None, new: str | None, at: datetime, reading: _Reading) -> CaseEvent:
    reading.values[name] = new
    return CaseEvent(at, "change", field=name, old=old, new=new)


_READERS: dict[str, Callable[[dict[str, Any], datetime, Path, _Reading], CaseEvent | None]] = {
    "message": _message,
    "note": _note,
    "work": _work,
    "event": _happening,
    "change": _change,
}


def _is_field(name: str) -> bool:
    return name in FIELDS or name.startswith(CUSTOM)


def _field_value(name: str, value: object, path: Path, reading: _Reading) -> str | None:
    """The value as the text that an export carries; tags joined by `|`."""
    if value in _NOTHING:
        return None
    if isinstance(value, list):
        return "|".join(str(item) for item in value)
    if isinstance(value, dict):
        reading.found.add(path, "wrong_type", f"'{name}' is one value, not a mapping")
        return None
    if name == "status":
        return _status(str(value), path, reading)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _status(word: str, path: Path, reading: _Reading) -> str:
    """A status word, in any case: one of our own, or one that the policy names."""
    known = (*STATES, *(each for words in reading.policy.states.values() for each in words))
    if word.casefold() not in [each.casefold() for each in known]:
        hint = did_you_mean(word, known) or f"use one of {', '.join(known)}, or name it under 'states' in the policy"
        reading.found.add(path, "unknown_word", f"the policy knows no status '{word}'", hint)
    return word


def _word(kind: str, value: object, path: Path, found: Mistakes) -> str:
    """The word, if it is a known one of its kind."""
    word, known = str(value), WORDS[kind]
    if word not in known:
        found.add(path, "unknown_word", f"there is no {kind} '{word}'", f"use one of {', '.join(known)}")
    return word


def _instant(raw: object, path: Path, clock: CaseClock, found: Mistakes) -> datetime | None:
    try:
        return clock.instant(str(raw))
    except ValueError as wrong:
        found.add(path, "bad_instant", str(wrong))
        return None
