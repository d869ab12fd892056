"""Open time at every event, per calendar: searched once, shared by all metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from slaaudit.calendars import BusinessClock
from slaaudit.engine.columns import constant, places
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Policy

_AT_ONCE = 1 << 16  # events whose open time is worked out at a time: what that takes stays in the processor's cache


@dataclass
class _Stack:
    """Columns one below the other, so that one gather reads from all of them: `begins` says where each does."""

    values: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.Int64))
    begins: dict[str, int] = field(default_factory=dict)

    def grown(self, added: Sequence[pl.Series]) -> pl.Series:
        """The columns, with some more below them."""
        if added:
            self.values = pl.concat([self.values, *added], rechunk=True)
        return self.values


@dataclass(frozen=True)
class OpenTime:
    """F(t) at the timeline's events for each calendar of a policy, in microseconds; see `slaaudit.calendars`.

    `compiled` are the calendars compiled so far, by name. Audits of the parts of one export may share them, in several
    threads too: of a calendar that two of them compile at a time, both use the one that is there first.
    """

    timeline: Timeline
    policy: Policy
    compiled: dict[str, BusinessClock] = field(default_factory=dict)
    _at_rows: _Stack = field(default_factory=_Stack)
    _at_firsts: _Stack = field(default_factory=_Stack)

    def clock(self, calendar: str) -> BusinessClock:
        """The calendar compiled over the span of the timeline, or of more if it was compiled before."""
        if calendar not in self.compiled:
            at = self.timeline.rows["at"]
            first = at.min()
            first = self.timeline.as_of if first is None else min(int(first), self.timeline.as_of)  # type: ignore[arg-type]
            # the first one counts, even if another thread compiles it too: its F is of one origin
            self.compiled.setdefault(calendar, self.policy.calendars[calendar].clock(first, self.timeline.as_of))
        return self.compiled[calendar]

    @property
    def as_of_row(self) -> int:
        """The row that stands for the as-of instant: one past the last event."""
        return self.timeline.rows.height

    def of_clocks(self, calendar: pl.Series) -> OwnTime:
        """Open time of clocks, each in the calendar with its number in the policy; null = none."""
        has_one = calendar.is_not_null()
        own = [_Own(name, (calendar == number) & has_one) for number, name in enumerate(self.policy.calendars)]
        return OwnTime(self, ~has_one, tuple(one for one in own if one.is_own.any()))

    def at_rows(self, calendars: Sequence[str]) -> tuple[pl.Series, list[int]]:
        """Open time up to each event and the as-of instant, calendar after calendar, and where each of some begins."""
        stack, added = self._at_rows, []
        for calendar in calendars:
            if calendar not in stack.begins:
                stack.begins[calendar] = (self.as_of_row + 1) * len(stack.begins)
                added += [self.clock(calendar).open_time(instants) for instants in self._instants]
        return stack.grown(added), [stack.begins[calendar] for calendar in calendars]

    @cached_property
    def _instants(self) -> list[pl.Series]:
        """Those of the events, so many at a time, and the as-of instant."""
        at = self.timeline.rows["at"]
        slices = [at.slice(first, _AT_ONCE) for first in range(0, at.len(), _AT_ONCE)]
        return [*slices, pl.Series([self.timeline.as_of], dtype=pl.Int64)]

    def at_firsts(self, calendars: Sequence[str]) -> tuple[pl.Series, list[int]]:
        """As `at_rows`, up to the first event of each ticket."""
        firsts, stack, added = self.timeline.first_rows, self._at_firsts, []
        values, begins = self.at_rows(calendars)
        for calendar, begin in zip(calendars, begins, strict=True):
            if calendar not in stack.begins:
                stack.begins[calendar] = firsts.len() * len(stack.begins)
                added.append(values[firsts + begin])
        return stack.grown(added), [stack.begins[calendar] for calendar in calendars]


@dataclass(frozen=True)
class _Own:
    """The clocks of one calendar: of each clock, whether it is one of them."""

    calendar: str
    is_own: pl.Series

    @cached_property
    def places(self) -> pl.Series:
        """Their numbers."""
        return places(self.is_own)

    @cached_property
    def is_all(self) -> bool:
        """Whether there are no others."""
        return self.is_own.all()


@dataclass(frozen=True)
class OwnTime:
    """Open time of some clocks, each in its own calendar, in microseconds; null for clocks that have none."""

    opening: OpenTime
    has_none: pl.Series
    own: tuple[_Own, ...]

    def up_to(self, rows: pl.Series, clocks: pl.Series | None = None) -> pl.Series:
        """Open time up to an event for each clock, or to the as-of instant where the row is `OpenTime.as_of_row`.

        For some of the clocks, by their numbers, if `clocks` are given: as often as each is named.
        """
        if not self.own:
            return constant(None, rows.len(), pl.Int64)
        values, begins = self._columns
        return values[rows + (begins if clocks is None else begins[clocks])]

    def up_to_firsts(self) -> pl.Series:
        """Open time up to the first event of each ticket, of clocks of which each ticket has one."""
        values, begins = self.opening.at_firsts([one.calendar for one in self.own])
        rows = pl.int_range(self.has_none.len(), dtype=pl.UInt32, eager=True)
        return values[rows + self._begins(begins)] if begins else constant(None, rows.len(), pl.Int64)

    @cached_property
    def _columns(self) -> tuple[pl.Series, pl.Series]:
        """Columns one below the other, and where the one of each clock begins."""
        values, begins = self.opening.at_rows([one.calendar for one in self.own])
        return values, self._begins(begins)

    def _begins(self, begins: Sequence[int]) -> pl.Series:
        begin = constant(begins[0], self.has_none.len(), pl.UInt32)
        for one, other in zip(self.own[1:], begins[1:], strict=True):
            begin = begin.set(one.is_own, other)
        return begin.set(self.has_none, None) if self.has_none.any() else begin

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
        found = constant(None, self.has_none.len(), pl.Int64)
        for one in self.own:
            clock = self.opening.clock(one.calendar)
            if one.is_all:
                return of(clock, *values)
            found = found.scatter(one.places, of(clock, *(each.filter(one.is_own) for each in values)))
        return found
