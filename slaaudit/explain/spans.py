"""The engine's stretches of one clock, cut where its calendar opens and closes and where its budget ran out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from slaaudit.calendars import Calendar
from slaaudit.explain.story import Kind, Stretch
from slaaudit.explain.words import MICROSECOND, day, local

_NOTHING = timedelta()
UNNAMED = "holiday"


@dataclass(frozen=True, slots=True)
class Run:
    """Time in which the clock was in one condition: counting (`why` is empty), or not, for a reason."""

    starts: datetime
    ends: datetime
    counted: bool
    why: str
    row: int  # the event of the timeline that brought it


def joined(runs: Sequence[Run], *, goes_on: bool) -> list[Run]:
    """The runs without the empty ones, those of the same condition that follow each other made one.

    The last run of a clock that `goes_on` stays even if it has only just begun.
    """
    found: list[Run] = []
    for run in runs:
        if run.starts == run.ends and not (goes_on and run is runs[-1]):
            continue
        if found and (found[-1].counted, found[-1].why) == (run.counted, run.why):
            found[-1] = replace(found[-1], ends=run.ends)
        else:
            found.append(run)
    return found


def stretches_in(runs: Sequence[Run], calendar: Calendar, *, due: datetime | None) -> list[Stretch]:
    """The runs cut at the calendar's openings; what was counted after `due` is overdue. `used` counts up."""
    if not runs:
        return []
    pieces = _Pieces(calendar, runs[0].starts, runs[-1].ends)
    found: list[Stretch] = []
    used = _NOTHING
    for run in runs:
        for starts, ends, is_open in pieces.cut(run.starts, run.ends, due if run.counted else None):
            kind = _kind(run, is_open=is_open, is_late=due is not None and starts >= due)
            length = ends - starts if is_open else _NOTHING
            used += length if run.counted else _NOTHING
            why = run.why if is_open else pieces.holidays(starts, ends)
            found.append(Stretch(starts=starts, ends=ends, kind=kind, open=length, used=used, why=why))
    return found


def _kind(run: Run, *, is_open: bool, is_late: bool) -> Kind:
    if not is_open:
        return "closed"
    if not run.counted:
        return "paused"
    return "overdue" if is_late else "counted"


class _Pieces:
    """The openings of a calendar from one instant to another."""

    def __init__(self, calendar: Calendar, starts: datetime, ends: datetime) -> None:
        self._calendar = calendar
        self._openings: list[tuple[datetime, datetime]] = calendar.openings(starts, ends).rows()
        self._named = self._names(starts, ends)
        self._year = len({local(instant, calendar.timezone).year for instant in (starts, ends)}) > 1

    def _names(self, starts: datetime, ends: datetime) -> dict[date, str]:
        first, last = (local(instant, self._calendar.timezone).date() for instant in (starts, ends))
        rows = self._calendar.holiday_names(first, last).rows()
        return {day_: name or UNNAMED for day_, name in rows}

    def cut(self, starts: datetime, ends: datetime, due: datetime | None) -> Iterator[tuple[datetime, datetime, bool]]:
        """The pieces of a span, open and closed in turn, the open ones cut at `due`."""
        at = starts
        for opens, closes in self._openings:
            if closes <= starts or opens >= ends:
                continue
            first, last = max(opens, starts), min(closes, ends)
            if at < first:
                yield at, first, False
            if due is not None and first < due < last:
                yield first, due, True
                first = due
            yield first, last, True
            at = last
        if at < ends:
            yield at, ends, False

    def holidays(self, starts: datetime, ends: datetime) -> str:
        """The holidays among the local dates of a closed piece: `Mon 25 Dec: Christmas Day`."""
        zone = self._calendar.timezone
        first, last = local(starts, zone).date(), local(ends - MICROSECOND, zone).date()
        named = [f"{day(each, year=self._year)}: {name}" for each, name in self._named.items() if first <= each <= last]
        return "; ".join(named)
