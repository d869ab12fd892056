"""The instants of a case as its author writes them: `+1h30m`, `mon 09:15`, `2026-03-02 09:15`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slaaudit.conditions.operands import as_span
from slaaudit.durations import parse_duration

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_DAY = date(2026, 3, 2)  # a Monday: the week of cases that name no date
DEFAULT_CREATED = "mon 09:00"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun) +(\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaseClock:
    """Reads the instants of one case: `timezone` is the policy's; `created` None while the creation itself is read."""

    timezone: str
    created: datetime | None = None

    def instant(self, text: str) -> datetime:
        """The instant in UTC. Naive times are local, inside a clock change as in calendars.

        `+1h30m` counts from the creation in real time; `mon 09:15` is the first such local time at or after the
        creation. Raises `ValueError` with what to write instead.
        """
        try:
            return self._read(text)
        except OverflowError:
            raise ValueError(f"'{text}' is too far away: years go from 1 to 9999") from None

    def _read(self, text: str) -> datetime:
        if text.startswith("+") and self.created is not None:
            return self.created + parse_duration(text[1:]) * _MICROSECOND
        if weekday := _WEEKDAY.fullmatch(text):
            return self._weekday(DAYS.index(weekday[1].lower()), weekday[2])
        if re.match(r"\d{4}-\d{2}-\d{2}.", text):
            return self._placed(text)
        examples = "mon 09:15 or 2026-03-02 09:15" if self.created is None else "+1h30m, mon 09:15 or 2026-03-02 09:15"
        raise ValueError(f"'{text}' is no instant: write {examples}")

    def shown(self, instant: datetime) -> str:
        """`Mon 2026-03-02 09:15:00` in the policy's zone, with a fraction of a second only where there is one."""
        local = instant.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)
        return f"{DAYS[local.weekday()].capitalize()} {local.isoformat(' ')}"

    def _weekday(self, day: int, time: str) -> datetime:
        first = FIRST_DAY
        if self.created is not None:
            first = self.created.astimezone(ZoneInfo(self.timezone)).date()
        first += timedelta(days=(day - first.weekday()) % 7)
        instant = self._placed(f"{first} {time}")
        if self.created is not None and instant < self.created:
            return self._placed(f"{first + timedelta(days=7)} {time}")
        return instant

    def _placed(self, text: str) -> datetime:
        """The instant of an ISO text, with an offset or local."""
        return _EPOCH + as_span(text, self.timezone)[0] * _MICROSECOND
