"""Open time at every event, per calendar: searched once, shared by all metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from slaaudit.calendars import BusinessClock
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Policy


@dataclass
class _Stack:
    """Columns one below the other, so that one gather reads from all of them: `begins` says where each does."""

    values: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    begins: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenTime:
    """F(t) at the timeline's events for each calendar of a policy, in microseconds; see `slaaudit.calendars`.

    `clocks` are the calendars compiled so far, by name. Audits of the parts of one export may share them, in several
    threads too: each of a calendar's clocks counts from an instant of its own, but differences are the same.
    """

    timeline: Timeline
    policy: Policy
    clocks: dict[str, BusinessClock] = field(default_factory=dict)
    _at_rows: _Stack = field(default_factory=_Stack)

    def clock(self, calendar: str) -> BusinessClock:
        """The calendar compiled over the span of the timeline, or of more if it was compiled before."""
        if calendar not in self.clocks:
            at = self.timeline.rows["at"]
            first = at.min()
            first = self.timeline.as_of if first is None else min(int(first), self.timeline.as_of)  # type: ignore[arg-type]
            # the first one counts, even if another thread compiles it too: its F is of one origin
            self.clocks.setdefault(calendar, self.policy.calendars[calendar].clock(first, self.timeline.as_of))
        return self.clocks[calendar]

    @property
    def as_of_row(self) -> int:
        """The row that stands for the as-of instant: one past the last event."""
        return self.timeline.rows.height

    def of_clocks(self, calendar: pl.Series) -> OwnTime:
        """Open time of clocks, each in the calendar with its number in the policy; null = none."""
        places, own = pl.int_range(calendar.len(), dtype=pl.UInt32, eager=True), []
        for number, name in enumerate(self.policy.calendars):
            is_own = (calendar == number).fill_null(False)
            if is_own.any():
                own.append(_Own(name, is_own, places.filter(is_own)))
        return OwnTime(self, calendar.is_null(), tuple(own))

    def at_rows(self, calendars: Sequence[str]) -> tuple[pl.Series, list[int]]:
        """Open time up to each event and the as-of instant, calendar after calendar, and where each of some begins."""
        stack, added = self._at_rows, []
        for calendar in calendars:
            if calendar not in stack.begins:
                stack.begins[calendar] = (self.as_of_row + 1) * len(stack.begins)
                instants = (self.timeline.rows["at"], pl.Series([self.timeline.as_of], dtype=pl.Int64))
                added += [self.clock(calendar).open_time(each) for each in instants]
        if added:
            stack.values = pl.concat([stack.values, *added], rechunk=True)
        return stack.values, [stack.begins[calendar] for calendar in calendars]


@dataclass(frozen=True)
class _Own:
    """The clocks of one calendar: of each clock, whether it is one of them, and their numbers."""

    calendar: str
    is_own: pl.Series
    places: pl.Series


@dataclass(frozen=True)
class OwnTime:
    """Open time of some clocks, each in its own calendar, in microseconds; null for clocks that have none."""

    opening: OpenTime
    has_none: pl.Series
    own: tuple[_Own, ...]

    def up_to(self, rows: pl.Series) -> pl.Series:
        """Open time up to an event for each clock, or to the as-of instant where the row is `OpenTime.as_of_row`."""
        values, begins = self.opening.at_rows([one.calendar for one in self.own])
        if not begins:
            return pl.repeat(None, rows.len(), dtype=pl.Int64, eager=True)
        begin = pl.repeat(begins[0], rows.len(), dtype=pl.UInt32, eager=True)
        for one, other in zip(self.own[1:], begins[1:], strict=True):
            begin = begin.set(one.is_own, other)
        return values[rows + begin.set(self.has_none, None)]

    def up_to_instants(self, instants: pl.Series) -> pl.Series:
        """Open time up to an instant for each clock; null where it is null."""
        return self._told(lambda clock, at: clock.open_time(at), instants)

    def instants(self, open_time: pl.Series) -> pl.Series:
        """The earliest instant with each open time; null where it is null."""
        return self._told(lambda clock, value: clock.instant(value), open_time)

    def working_days_due(self, instants: pl.Series, days: pl.Series) -> pl.Series:
        """The instant so many working days after each; null where either is null."""
        return self._told(lambda clock, *of: clock.working_days_due(*of), instants, days)

    def _told(self, of: Callable[..., pl.Series], *values: pl.Series) -> pl.Series:
        """What each calendar's clock tells of the values of its own."""
        found = pl.repeat(0, self.has_none.len(), dtype=pl.Int64, eager=True)
        for one in self.own:
            clock = self.opening.clock(one.calendar)
            if one.places.len() == found.len():
                return of(clock, *values)
            found = found.scatter(one.places, of(clock, *(each.filter(one.is_own) for each in values)))
        return found.set(self.has_none, None)
