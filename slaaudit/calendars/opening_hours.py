"""Opening hours as written: weekdays (`mon-fri`) and times of day (`09:00-12:30, 13:00-17:30`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from slaaudit.calendars.findings import Findings, Path
from slaaudit.problems import did_you_mean
from slaaudit.zones import DAY

# Local times of a day, half-open, in microseconds since its midnight. An overnight span closes after 24:00.
Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]  # Monday first

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER_OF = {name: number for names in (WEEKDAYS, FULL_NAMES) for number, name in enumerate(names)}
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_SECOND = 1_000_000
_HOURS_HINT = 'write hours as "9:00-17:00" or "09:00-12:30, 13:00-17:30" (24-hour clock, with minutes), "24h" or closed'
_DAYS_HINT = "days are mon tue wed thu fri sat sun, a range (mon-fri), a list (mon,wed), or daily"


def read_week(hours: object, path: Path, found: Findings) -> Week:
    """The spans of each weekday, Monday first, split at midnight so that each piece belongs to its own day.

    What is wrong goes to `found`: an unknown day, a day given twice, a bad time, spans of one day that overlap.
    """
    if not isinstance(hours, Mapping):
        what = f"hours must say the times of each weekday, not '{hours}'"
        found.add(path, "bad_hours", what, 'write {mon-fri: "9:00-17:00"}, or {daily: "24h"}')
        return ((),) * 7
    given: dict[int, object] = {}
    spans: list[list[Span]] = [[] for _ in WEEKDAYS]
    for key, value in hours.items():
        of_key = read_spans(value, (*path, str(key)), found)
        for number in _read_days(str(key), (*path, str(key)), found):
            if number in given:
                what = f"{WEEKDAYS[number]} is given twice: by '{given[number]}' and by '{key}'"
                found.add((*path, str(key)), "day_given_twice", what, "give each day once, such as mon-thu and fri")
            given[number] = key
            _place(of_key, number, spans)
    return tuple(tuple(sorted(of_day)) for of_day in spans)


def read_spans(value: object, path: Path, found: Findings) -> tuple[Span, ...]:
    """The spans of one day, sorted; `closed` has none. An overnight span closes after 24:00 (as 24:00 + its end)."""
    if isinstance(value, list | tuple):
        spans = [span for number, item in enumerate(value) for span in _read_text(item, (*path, number), found)]
    else:
        spans = _read_text(value, path, found)
    spans.sort()
    for (opens, closes), (following, end) in pairwise(spans):
        if following < min(closes, DAY):
            what = f"{_shown(opens, closes)} and {_shown(following, end)} overlap"
            found.add(path, "overlapping_hours", what, "hours of one day must not overlap; join them into one")
    return tuple(spans)


def _place(spans: tuple[Span, ...], day: int, week: list[list[Span]]) -> None:
    for opens, closes in spans:
        week[day].append((opens, min(closes, DAY)))
        if closes > DAY:
            week[(day + 1) % 7].append((0, closes - DAY))


def _read_days(key: str, path: Path, found: Findings) -> list[int]:
    """Weekday numbers (Monday 0) of `mon`, `mon-fri`, `mon,wed`, `daily`; a range may go over Sunday (`sun-thu`)."""
    if key.strip().casefold() == "daily":
        return list(range(7))
    numbers: list[int] = []
    for part in key.split(","):
        ends = [_NUMBER_OF.get(name.strip().casefold()) for name in part.split("-")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:
            found.add(path, "unknown_day", f"'{part.strip()}' is not a day of the week", _day_hint(part))
        else:
            numbers += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return numbers


def _day_hint(part: str) -> str:
    unknown = [name.strip() for name in part.split("-") if name.strip().casefold() not in _NUMBER_OF]
    return (did_you_mean(unknown[0], (*_NUMBER_OF, "daily"), limit=1) if unknown else "") or _DAYS_HINT


def _read_text(value: object, path: Path, found: Findings) -> list[Span]:
    if not isinstance(value, str):
        found.add(path, "bad_hours", f"'{value}' is not opening hours", _HOURS_HINT)
        return []
    text = value.strip().casefold()
    if text == "closed":
        return []
    if text == "24h":
        return [(0, DAY)]
    spans = [_read_span(part.strip(), path, found) for part in text.split(",")]
    return [span for span in spans if span is not None]


def _read_span(text: str, path: Path, found: Findings) -> Span | None:
    opening, dash, closing = (part.strip() for part in text.partition("-"))
    times = [_TIME.fullmatch(opening), _TIME.fullmatch(closing)]
    if not dash or times[0] is None or times[1] is None:
        found.add(path, "bad_hours", f"'{text}' is not opening hours", _HOURS_HINT)
        return None
    opens, closes = _microseconds(times[0]), _microseconds(times[1])
    for wrong in (name for name, time in ((opening, opens), (closing, closes)) if time is None):
        found.add(path, "bad_time", f"there is no time {wrong}", "times go from 0:00 to 23:59, or 24:00 as an end")
    if opens is None or closes is None:
        return None
    if opens == DAY:
        hint = "give hours that open at midnight to the next day, as 0:00"
        found.add(path, "bad_time", f"'{text}' opens at 24:00", hint)
        return None
    if opens == closes:
        found.add(path, "bad_time", f"'{text}' ends when it begins", 'for a whole day write "24h" or "00:00-24:00"')
        return None
    return opens, closes if closes > opens else closes + DAY


def _microseconds(time: re.Match[str]) -> int | None:
    hour, minute, second = (int(part or 0) for part in time.groups())
    total = (hour * 3600 + minute * 60 + second) * _SECOND
    return total if minute < 60 and second < 60 and total <= DAY else None


def _shown(opens: int, closes: int) -> str:
    return "-".join(_clock_time(time if time <= DAY else time - DAY) for time in (opens, closes))


def _clock_time(time: int) -> str:
    minutes, seconds = divmod(time // _SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
