"""All-day events of an iCalendar file (RFC 5545): what a holiday calendar consists of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAYS = re.compile(r"\+?P(?:([0-9]{1,3})W|([0-9]{1,4})D)")
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_READ = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "STATUS")


@dataclass(frozen=True, slots=True)
class AllDayEvent:
    """Dates `first` to `last`, both inclusive; `yearly`: again on the same date of every later year that has it."""

    first: date
    last: date
    name: str
    yearly: bool = False


@dataclass(slots=True)
class _Event:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


class IcsError(ValueError):
    """The file is not a calendar of all-day events; the message says in which line, and why."""


def read_all_day_events(file: Path) -> tuple[AllDayEvent, ...]:
    """The events of an .ics file, in the order of the file; cancelled ones are left out.

    Raises `OSError` if the file cannot be read and `IcsError` on anything that would be understood wrongly: an
    event with a time of day, a rule other than FREQ=YEARLY, exceptions of a rule.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IcsError("the text is not UTF-8") from None
    if "BEGIN:VCALENDAR" not in text.upper():
        raise IcsError("this is not an iCalendar file: it has no BEGIN:VCALENDAR")
    events = (_all_day(event) for event in _events(text) if event.values.get("STATUS", "").upper() != "CANCELLED")
    return tuple(events)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each content line; a line that starts with a blank continues the one before."""
    started, content = 0, ""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if line[:1] in (" ", "\t"):
            content += line[1:]
            continue
        if content:
            yield started, content
        started, content = number, line
    if content:
        yield started, content


def _events(text: str) -> Iterator[_Event]:
    event: _Event | None = None
    inside: list[str] = []  # components inside the event, such as its alarms, have properties of their own
    for number, line in _unfolded(text):
        match = _LINE.fullmatch(line)
        name, value = (match[1].upper(), match[3].strip()) if match else ("", "")
        if name == "BEGIN" and value.upper() == "VEVENT":
            event, inside = _Event(number), []
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield event
            event = None
        elif name == "BEGIN":
            inside.append(value)
        elif name == "END" and inside:
            inside.pop()
        elif event is not None and not inside and name in _READ:
            event.values[name], event.lines[name] = value, number


def _all_day(event: _Event) -> AllDayEvent:
    for name in ("RDATE", "EXDATE", "RECURRENCE-ID"):
        if name in event.values:
            raise IcsError(f"line {event.lines[name]}: {name} is not understood; list the dates one event each")
    if "DTSTART" not in event.values:
        raise IcsError(f"line {event.line}: an event without DTSTART")
    first = _date(event, "DTSTART")
    last = _last(event, first)
    if last < first:
        raise IcsError(f"line {event.lines['DTEND']}: the event ends before it begins")
    name = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], event.values.get("SUMMARY", ""))
    return AllDayEvent(first, last, name.strip(), yearly=_is_yearly(event))


def _last(event: _Event, first: date) -> date:
    """The last date of the event: DTEND is the day after it; without one (or with an equal one) it is a single day."""
    if "DTEND" in event.values:
        end = _date(event, "DTEND")
        return end if end <= first else end - timedelta(days=1)
    if "DURATION" not in event.values:
        return first
    days = _DAYS.fullmatch(event.values["DURATION"])
    if days is None:
        raise IcsError(f"line {event.lines['DURATION']}: DURATION:{event.values['DURATION']} is not whole days (P2D)")
    length = max(int(days[1] or 0) * 7 + int(days[2] or 0), 1)
    return date.fromordinal(min(first.toordinal() + length - 1, date.max.toordinal()))


def _date(event: _Event, name: str) -> date:
    value = event.values[name]
    parts = _DATE.fullmatch(value)
    where = f"line {event.lines[name]}: {name}:{value}"
    if parts is None:
        raise IcsError(f"{where} is not a whole day; holidays are all-day events (VALUE=DATE, such as 20261225)")
    try:
        return date(*(int(part) for part in parts.groups()))
    except ValueError:
        raise IcsError(f"{where} is not a date that exists") from None


def _is_yearly(event: _Event) -> bool:
    if "RRULE" not in event.values:
        return False
    rule = {part.upper() for part in event.values["RRULE"].split(";") if part}
    if rule - {"INTERVAL=1"} != {"FREQ=YEARLY"}:
        what = f"line {event.lines['RRULE']}: RRULE:{event.values['RRULE']} is not understood, only FREQ=YEARLY is"
        raise IcsError(f"{what}; list the dates one event each")
    return True
