"""Business time the slow way: local dates walked one by one, their openings added up one by one.

Shares nothing with `slaaudit.calendars`: plain integers and `zoneinfo`, no Polars, no search, no running total.
It reads the same grammar, for specs that are known to be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
MIDNIGHT = 24 * 3600  # seconds
FOR_EVER = 10**18


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """The aware instant of microseconds since 1970."""
    return EPOCH + at * MICROSECOND


def duration(text: str) -> int:
    """Microseconds of `4h`, `90m`, `1h30m`, `45s`, `250ms`."""
    units = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1_000}
    total, rest = 0, text
    while rest:
        digits = ""
        while rest and rest[0].isdigit():
            digits, rest = digits + rest[0], rest[1:]
        unit = ""
        while rest and rest[0].isalpha():
            unit, rest = unit + rest[0], rest[1:]
        total += int(digits) * units[unit]
    return total


def named_days(key: str) -> list[str]:
    """`mon-thu` → the four days, `mon,wed` → both, `sat-mon` → over the weekend, `daily` → all."""
    if key == "daily":
        return list(DAYS)
    days: list[str] = []
    for part in key.split(","):
        first, _, last = (name.strip().lower()[:3] for name in part.partition("-"))
        day = DAYS.index(first)
        days.append(DAYS[day])
        while DAYS[day] != (last or first):
            day = (day + 1) % 7
            days.append(DAYS[day])
    return days


def named_dates(item: Any) -> list[date]:
    """Every date of `2026-12-24`, `2026-12-24..2026-12-31`, `{date: …}`, `{from: …, to: …}`."""
    if isinstance(item, Mapping):
        first, last = str(item.get("date", item.get("from"))), str(item.get("date", item.get("to")))
    else:
        first, _, last = str(item).partition("..")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    dates = [day]
    while day < end:
        day += ONE_DAY
        dates.append(day)
    return dates


@dataclass
class NaiveCalendar:
    """A calendar as its openings from `first` to `last`, both microseconds; no openings: always open.

    `spec` is the mapping of a policy's calendar, or `24x7`. Countries and .ics files are not understood.
    """

    spec: Mapping[str, Any] | str
    timezone: str
    first: int
    last: int

    def __post_init__(self) -> None:
        self.always = self.spec == "24x7"
        own: Mapping[str, Any] = {"hours": {"daily": "24h"}} if isinstance(self.spec, str) else self.spec
        self.zone = ZoneInfo(own.get("timezone", self.timezone))
        self.week = self._week(own["hours"])
        holidays = own.get("holidays") or {}
        self.closed = {day for item in holidays.get("dates", []) for day in named_dates(item)}
        self.special = {
            day: self._intervals(hours)
            for key, hours in (holidays.get("special") or {}).items()
            for day in named_dates(key)
        }
        self.openings = [(-FOR_EVER, FOR_EVER)] if self.always else self._merged()

    def elapsed(self, start: int, end: int) -> int:
        """Open time in [start, end)."""
        return sum(max(0, min(end, closes) - max(start, opens)) for opens, closes in self.openings)

    def due(self, start: int, budget: int) -> int:
        """The earliest instant, not before `start`, by which `budget` of open time has passed."""
        if budget == 0:
            return start
        for opens, closes in self.openings:
            inside = max(0, closes - max(opens, start))
            if inside >= budget:
                return max(opens, start) + budget
            budget -= inside
        raise AssertionError("the oracle's list of openings is too short for this test")

    def working_days_due(self, start: int, days: int) -> int:
        """The same local clock time `days` working days later; outside a working day, from the next one's start."""
        local = instant(start).astimezone(self.zone).replace(tzinfo=None)
        day, clock = local.date(), local - datetime.combine(local.date(), time())
        if not self._pieces(day):
            while not self._pieces(day):
                day += ONE_DAY
            opening = instant(min(opens for opens, _ in self._pieces(day))).astimezone(self.zone).replace(tzinfo=None)
            clock = opening - datetime.combine(day, time())
        while days:
            day += ONE_DAY
            days -= bool(self._pieces(day))
        return max(start, self._placed(day, clock // timedelta(seconds=1), clock.microseconds))

    def _week(self, hours: Mapping[str, Any]) -> dict[str, list[tuple[int, int]]]:
        """The local (opens, closes) of each weekday, in seconds; what lies after midnight is the next weekday's."""
        week: dict[str, list[tuple[int, int]]] = {day: [] for day in DAYS}
        for key, value in hours.items():
            for name in named_days(key):
                for opens, closes in self._intervals(value):
                    week[name].append((opens, min(closes, MIDNIGHT)))
                    if closes > MIDNIGHT:
                        week[DAYS[DAYS.index(name) - 6]].append((0, closes - MIDNIGHT))
        return week

    def _intervals(self, value: Any) -> list[tuple[int, int]]:
        """The (opens, closes) of a day as written, in seconds; overnight ones close after 24:00."""
        if isinstance(value, list):
            return [interval for item in value for interval in self._intervals(item)]
        if value == "closed":
            return []
        if value == "24h":
            return [(0, MIDNIGHT)]
        intervals = []
        for part in value.split(","):
            opens, closes = (self._seconds(clock) for clock in part.split("-"))
            intervals.append((opens, closes if closes > opens else closes + MIDNIGHT))
        return intervals

    @staticmethod
    def _seconds(clock: str) -> int:
        hour, minute, second = (int(part) for part in f"{clock.strip()}:0".split(":")[:3])
        return hour * 3600 + minute * 60 + second

    def _pieces(self, day: date) -> list[tuple[int, int]]:
        """The openings of one local date, as instants. A date that the zone skipped has none."""
        if self._placed(day, 0) == self._placed(day, MIDNIGHT):
            return []
        if day in self.special:
            hours = self.special[day]
        else:
            hours = [] if day in self.closed else self.week[DAYS[day.weekday()]]
        placed = [(self._placed(day, opens), self._placed(day, closes)) for opens, closes in hours]
        return [(opens, closes) for opens, closes in placed if opens < closes]

    def _placed(self, day: date, second: int, microsecond: int = 0) -> int:
        """The instant of a local time. One that occurs twice: the first; one that does not exist: moved by the gap."""
        clock = datetime.combine(day, time()) + timedelta(seconds=second, microseconds=microsecond)
        return microseconds(clock.replace(tzinfo=self.zone, fold=0).astimezone(UTC))

    def _merged(self) -> list[tuple[int, int]]:
        merged: list[tuple[int, int]] = []
        for opens, closes in sorted(self._all_pieces()):
            if merged and opens <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
            else:
                merged.append((opens, closes))
        return merged

    def _all_pieces(self) -> Iterator[tuple[int, int]]:
        day = instant(self.first).date() - 3 * ONE_DAY
        while day <= instant(self.last).date() + 3 * ONE_DAY:
            yield from self._pieces(day)
            day += ONE_DAY
