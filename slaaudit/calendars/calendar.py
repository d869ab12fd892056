"""A calendar, and what it is asked for: elapsed open time, due instants, openings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path as FilePath

import polars as pl

from slaaudit.calendars.findings import Findings, Path
from slaaudit.calendars.openings import Openings
from slaaudit.calendars.rules import CalendarRules, read_rules
from slaaudit.calendars.special_days import day_number
from slaaudit.durations import format_hms
from slaaudit.frames import DURATION, INSTANT
from slaaudit.problems import Problem, SlaauditError
from slaaudit.zones import DAY, FIRST_INSTANT, LAST_INSTANT, to_local, to_utc

_LOOK_BACK = 60 * DAY  # a clock is compiled a little beyond its horizon: most due dates lie soon after the last event
_LOOK_AHEAD = 400 * DAY


def validate_spec(
    spec: object, *, timezone: str = "UTC", base_dir: FilePath | None = None
) -> list[tuple[Path, Problem]]:
    """Everything that is wrong with a calendar's mapping: the path of the item (keys, list positions) and the problem.

    `timezone` is that of a calendar which names none; .ics files are looked up in `base_dir`.
    """
    found = Findings()
    read_rules(spec, timezone, base_dir, found)
    return found.items


class Calendar:
    """The hours of a support team, built from the same mapping as in a policy, or from the word `24x7`.

    >>> office = Calendar({"hours": {"mon-fri": "09:00-17:00"}}, timezone="Europe/Amsterdam")
    >>> friday = pl.Series([datetime(2026, 1, 2, 15, 30)]).dt.replace_time_zone("UTC")  # 16:30 in Amsterdam
    >>> office.due(friday, pl.Series([timedelta(hours=1)])).to_list()
    [datetime.datetime(2026, 1, 5, 8, 30, tzinfo=zoneinfo.ZoneInfo(key='UTC'))]

    Series of instants are `Datetime` with a time zone, of any unit; results are in microseconds and UTC. Null in,
    null out. Raises `SlaauditError` if anything is wrong with the mapping.
    """

    def __init__(
        self, spec: Mapping[str, object] | str, *, timezone: str = "UTC", base_dir: FilePath | None = None
    ) -> None:
        found = Findings()
        self.rules: CalendarRules = read_rules(spec, timezone, base_dir, found)
        found.raise_if_any()
        self._clock: BusinessClock | None = None

    @property
    def timezone(self) -> str:
        """The IANA time zone whose wall clocks the hours are read on."""
        return self.rules.timezone

    @property
    def is_always_open(self) -> bool:
        """Whether business time is real time (24x7 without holidays)."""
        return self.rules.is_always_open

    def clock(self, first: int, last: int) -> BusinessClock:
        """The engine's view, compiled for instants from `first` through `last` (microseconds); it grows by itself."""
        return BusinessClock(self.rules, first, last)

    def elapsed(self, starts: pl.Series, ends: pl.Series) -> pl.Series:
        """Open time from each start to each end, as Duration; negative if the end is earlier."""
        begin, end = _physical(starts), _physical(ends)
        clock = self._clock_over(pl.concat([begin, end]))
        return (clock.open_time(end) - clock.open_time(begin)).cast(DURATION).alias("elapsed")

    def due(self, starts: pl.Series, targets: pl.Series | timedelta) -> pl.Series:
        """The earliest instant, not before the start, at which the target's open time has passed since the start."""
        begin = _physical(starts)
        wanted = targets if isinstance(targets, pl.Series) else pl.Series([targets], dtype=DURATION)
        budget = wanted.cast(DURATION).to_physical()
        return self._clock_over(begin).due(begin, budget).cast(INSTANT).alias("due")

    def working_days_due(self, starts: pl.Series, days: pl.Series | int) -> pl.Series:
        """The same local clock time so many working days later; see `BusinessClock.working_days_due`."""
        begin = _physical(starts)
        due = self._clock_over(begin).working_days_due(begin, days)
        return due.cast(INSTANT).alias("due")

    def openings(self, from_: datetime | date, to: datetime | date) -> pl.DataFrame:
        """One row per opening in [`from_`, `to`), cut at its ends: `opens_at`, `closes_at`, sorted and disjoint.

        A date stands for its local midnight; a datetime must carry a time zone.
        """
        first, last = (self._instant(moment) for moment in (from_, to))
        if self.is_always_open:
            spans = pl.DataFrame({"opens": [first], "closes": [last]})
        else:
            spans = Openings(self.rules, first, last, first).merged
        cut = spans.select(
            opens_at=pl.col("opens").clip(lower_bound=first), closes_at=pl.col("closes").clip(upper_bound=last)
        )
        inside = cut.filter(pl.col("opens_at") < pl.col("closes_at"))
        return inside.select(pl.all().cast(INSTANT))

    def holiday_names(self, first_date: date, last_date: date) -> pl.DataFrame:
        """One row per holiday from `first_date` through `last_date`: `date`, `name` (null = unnamed), by date."""
        days = self.rules.special_days.holidays(day_number(first_date), day_number(last_date))
        return days.select(pl.col("day").cast(pl.Int32).cast(pl.Date).alias("date"), "name")

    def _clock_over(self, instants: pl.Series) -> BusinessClock:
        if self._clock is None:
            first, last = _ends(instants) or (0, 0)
            self._clock = self.clock(first, last)
        return self._clock

    def _instant(self, moment: datetime | date) -> int:
        if isinstance(moment, datetime):
            return int(_physical(pl.Series([moment]))[0])
        return int(to_utc(pl.Series([day_number(moment) * DAY]), self.timezone)[0])


class BusinessClock:
    """Open time on one calendar, on Int64 series of microseconds since 1970; null in, null out.

    Compiled for the instants from `first` through `last`, and again for more whenever instants or due dates lie
    outside. F(`first`) is 0 for ever, so that growing never changes a value given out before, and several threads can
    ask one clock: each goes on with what it has compiled or found, whichever of them is kept.
    """

    def __init__(self, rules: CalendarRules, first: int, last: int) -> None:
        self._rules = rules
        if rules.opens_weekly:
            earliest, latest = max(first - _LOOK_BACK, FIRST_INSTANT), min(last + _LOOK_AHEAD, LAST_INSTANT)
        else:  # special hours only: few, so that all of them are known at once
            earliest, latest = FIRST_INSTANT, LAST_INSTANT
        self._openings = Openings(rules, earliest, latest, origin=first)

    def open_time(self, instants: pl.Series) -> pl.Series:
        """F(t), the open time from the clock's first instant to each instant (negative before it); monotone.

        On a calendar that is always open, F(t) is t itself.
        """
        if self._rules.is_always_open:
            return instants
        ends = _ends(instants)
        openings = self._openings if ends is None else self._covering(*ends)
        return openings.open_time(instants)

    def instant(self, open_time: pl.Series) -> pl.Series:
        """F⁻¹: the earliest instant with each open time. Raises `SlaauditError` if it lies beyond the year 9999.

        Earliest may mean a close before the start: a due date is `max(start, instant(F(start) + target))`.
        """
        if self._rules.is_always_open:
            _refuse_far(open_time)
            return open_time
        ends = _ends(open_time)
        openings = self._openings if ends is None else self._reaching(*ends)
        return openings.instant(open_time)

    def due(self, instants: pl.Series, targets: pl.Series) -> pl.Series:
        """The earliest instant, not before each start, by which the target (microseconds) of open time has passed.

        Raises `ValueError` on a negative target.
        """
        if (ends := _ends(targets)) is not None and ends[0] < 0:
            raise ValueError("a target of open time cannot be negative")
        ready = self.instant(self.open_time(instants) + targets)
        frame = pl.DataFrame({"ready": ready, "start": instants if len(instants) == len(ready) else instants[0]})
        later = pl.max_horizontal("ready", "start")
        return frame.select(pl.when(pl.col("ready").is_not_null()).then(later)).to_series()

    def working_days_due(self, instants: pl.Series, days: pl.Series | int) -> pl.Series:
        """The same local clock time so many working days after each instant; null if either is null.

        A working day is a local date with any opening. A start outside one counts from the first opening of the next.
        Raises `ValueError` on a negative number of days.
        """
        number = pl.lit(days, pl.Int64) if isinstance(days, int) else days.cast(pl.Int64)
        frame = instants.alias("start").to_frame().with_columns(number=number)
        frame = frame.with_columns(pl.when(~pl.any_horizontal(pl.all().is_null())).then(pl.all()))
        starts, numbers = _ends(frame["start"]), _ends(frame["number"])
        if starts is None or numbers is None:
            return frame["start"].alias("due")
        if numbers[0] < 0:
            raise ValueError("a number of working days cannot be negative")
        openings = self._covering(*starts)
        frame = frame.with_columns(due=self._days_later(frame["start"], frame["number"], openings))
        # A start in the second of two equal hours is later than that local time.
        later = pl.max_horizontal("start", "due")
        return frame.select(due=pl.when(pl.col("due").is_not_null()).then(later)).to_series()

    def _days_later(self, start: pl.Series, number: pl.Series, openings: Openings) -> pl.Series:
        local = to_local(start, self._rules.timezone)
        day = local // DAY
        while True:
            working = openings.working_days
            at = working["day"].search_sorted(day, side="left").cast(pl.Int64)
            target = at + number
            if (target.max() or 0) < working.height:  # type: ignore[operator]  # of integers
                break
            openings = self._grown_right(openings, "another working day")
        at = at.clip(upper_bound=working.height - 1)
        is_working = working["day"].gather(at) == day
        clock = (local - day * DAY).zip_with(is_working, working["clock"].gather(at))
        return to_utc(working["day"].gather(target) * DAY + clock, self._rules.timezone)

    def _covering(self, first: int, last: int, known: Openings | None = None) -> Openings:
        """The openings for the instants from `first` through `last` too; the horizon at least doubles if it grows."""
        if first < FIRST_INSTANT or last > LAST_INSTANT:
            what = "an instant lies outside the years 1 to 9999"
            raise SlaauditError(Problem(code="instant_out_of_range", what=what, hint="correct the date in the export"))
        known = self._openings if known is None else known
        span = known.last - known.first
        earliest = known.first if first >= known.first else max(min(first, known.first - span), FIRST_INSTANT)
        latest = known.last if last <= known.last else min(max(last, known.last + span), LAST_INSTANT)
        if (earliest, latest) == (known.first, known.last):
            return known
        self._openings = grown = Openings(self._rules, earliest, latest, known.origin)
        return grown

    def _reaching(self, least: int, most: int) -> Openings:
        """The openings in which each open time from `least` through `most` is reached after the first instant."""
        known = self._openings
        while known.ends[0] >= least and known.first > FIRST_INSTANT:
            known = self._covering(known.first - 1, known.last, known)
        while known.ends[1] < most:
            known = self._grown_right(known, f"{format_hms(most - known.ends[1])} more of open time")
        return known

    def _grown_right(self, known: Openings, wanted: str) -> Openings:
        if known.last == LAST_INSTANT:
            what = f"no due date: the calendar never opens again, but {wanted} is needed"
            hint = "give the calendar hours per weekday, or a shorter target"
            raise SlaauditError(Problem(code="calendar_ends", what=what, hint=hint))
        return self._covering(known.first, known.last + 1, known)


def _physical(instants: pl.Series) -> pl.Series:
    """Microseconds since 1970. Raises `TypeError` on a series that is not of instants."""
    if instants.dtype == pl.Null:
        return instants.cast(pl.Int64)
    if not isinstance(instants.dtype, pl.Datetime) or instants.dtype.time_zone is None:
        raise TypeError(f"instants must be Datetime with a time zone, not {instants.dtype}: use dt.replace_time_zone")
    return instants.cast(INSTANT).to_physical()


def _refuse_far(due: pl.Series) -> None:
    """Raises `SlaauditError` if a due instant lies beyond the year 9999, the last that dates can tell."""
    last = due.max()
    if isinstance(last, int) and last > LAST_INSTANT:
        what, hint = "no due date: it would lie beyond the year 9999", "give a shorter target, or none"
        raise SlaauditError(Problem(code="due_out_of_range", what=what, hint=hint))


def _ends(values: pl.Series) -> tuple[int, int] | None:
    """The least and the greatest value, or None if there is none."""
    least, greatest = values.min(), values.max()
    return (least, greatest) if isinstance(least, int) and isinstance(greatest, int) else None
