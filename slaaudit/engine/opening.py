"""Open time at every event, per calendar: searched once, shared by all metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from slaaudit.calendars import BusinessClock
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Policy


@dataclass(frozen=True)
class OpenTime:
    """F(t) at the timeline's events for each calendar of a policy, in microseconds; see `slaaudit.calendars`."""

    timeline: Timeline
    policy: Policy
    _clocks: dict[str, BusinessClock] = field(default_factory=dict)
    _at_rows: dict[str, pl.Series] = field(default_factory=dict)

    def clock(self, calendar: str) -> BusinessClock:
        """The calendar compiled over the span of the timeline."""
        if calendar not in self._clocks:
            at = self.timeline.rows["at"]
            first = at.min()
            first = self.timeline.as_of if first is None else min(int(first), self.timeline.as_of)  # type: ignore[arg-type]
            self._clocks[calendar] = self.policy.calendars[calendar].clock(first, self.timeline.as_of)
        return self._clocks[calendar]

    def at_rows(self, calendar: str) -> pl.Series:
        """Open time up to each event."""
        if calendar not in self._at_rows:
            self._at_rows[calendar] = self.clock(calendar).open_time(self.timeline.rows["at"])
        return self._at_rows[calendar]

    def at_as_of(self, calendar: str) -> int:
        """Open time up to the as-of instant."""
        return int(self.clock(calendar).open_time(pl.Series([self.timeline.as_of], dtype=pl.Int64))[0])

    def stretches(self, calendar: str, rows: pl.Series, last: pl.Series) -> pl.Series:
        """Open time from each of some events to the next of its ticket among them, or to the as-of instant.

        `rows` are numbers of events, ascending; `last` tells of each whether it is the last of its ticket.
        """
        at = self.at_rows(calendar).gather(rows)
        end = pl.Series([self.at_as_of(calendar)], dtype=pl.Int64)
        return end.zip_with(last, at.shift(-1, fill_value=0).rechunk()) - at
