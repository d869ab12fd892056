"""Business hours for pandas: with numpy for all stretches at once, or with businesstimedelta one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from .pandas_clocks import Story, seconds_of

ZONE = "Europe/Amsterdam"
OFFICE, EXTENDED, ALWAYS = range(3)
# The hours of a week: calendar, weekdays (Monday = 0), opens, closes.
WEEK = (
    (OFFICE, (0, 1, 2, 3), time(9), time(12, 30)),
    (OFFICE, (0, 1, 2, 3), time(13), time(17, 30)),
    (OFFICE, (4,), time(9), time(16)),
    (EXTENDED, (0, 1, 2, 3, 4), time(7), time(20)),
    (EXTENDED, (5,), time(9), time(13)),
)
OFFICE_OPENS = time(9)  # on every working day


class OpenTime:
    """The open time between instants: that up to the end less that up to the start, by a search in the openings."""

    def __init__(self, story: Story, holidays: Sequence[date]) -> None:
        first, last = (pd.Timestamp(at, unit="s").normalize() for at in (story.tickets["since"].min(), story.as_of))
        days = pd.date_range(first - pd.Timedelta(days=7), last + pd.Timedelta(days=30))
        working = days[~days.isin(pd.DatetimeIndex(holidays))]
        self.openings = {OFFICE: _openings(OFFICE, working), EXTENDED: _openings(EXTENDED, days)}

    def between(self, calendar: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """The seconds that each stretch was open; `calendar` numbers the calendars."""
        spent = until - since
        for number in self.openings:
            is_its = calendar == number
            spent[is_its] = self._before(number, until[is_its]) - self._before(number, since[is_its])
        return spent

    def _before(self, number: int, instants: np.ndarray) -> np.ndarray:
        opens, closes, before = self.openings[number]
        at = np.searchsorted(opens, instants, side="right") - 1
        return before[at] + np.minimum(instants, closes[at]) - opens[at]


def _openings(calendar: int, days: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When it opens and closes, and the open time before each opening."""
    spans = []
    for number, weekdays, *times in WEEK:
        if number == calendar:
            on = days[days.day_of_week.isin(weekdays)]
            spans.append([_instants(on + pd.Timedelta(f"{clock}")) for clock in times])
    opens, closes = (np.sort(np.concatenate(each)) for each in zip(*spans, strict=True))
    return opens, closes, np.cumsum(closes - opens) - (closes - opens)


def _instants(local: pd.DatetimeIndex) -> np.ndarray:
    return seconds_of(local.tz_localize(ZONE).tz_convert("UTC").tz_localize(None))


def next_working_day(started: np.ndarray, holidays: Sequence[date]) -> np.ndarray:
    """The same clock time one working day of the office later; a start on another day counts from the next opening."""
    local = pd.to_datetime(started, unit="s", utc=True).tz_convert(ZONE).tz_localize(None)
    day, closed = local.to_numpy().astype("datetime64[D]"), np.array(holidays, dtype="datetime64[D]")
    clock = (local - local.normalize()).where(np.is_busday(day, holidays=closed), pd.Timedelta(f"{OFFICE_OPENS}"))
    due = np.busday_offset(day, 1, roll="forward", holidays=closed)
    return _instants(pd.DatetimeIndex(due.astype("datetime64[s]")) + clock)


class RowByRow:
    """businesstimedelta, called for one stretch after the other; `wall` and `cpu` are the seconds that took so far."""

    def __init__(self, holidays: Sequence[date]) -> None:
        import businesstimedelta as business
        import pytz

        zone = pytz.timezone(ZONE)
        hours = {
            number: [
                business.WorkDayRule(start_time=opens, end_time=closes, working_days=list(weekdays), tz=zone)
                for calendar, weekdays, opens, closes in WEEK
                if calendar == number
            ]
            for number in (OFFICE, EXTENDED)
        }
        closed = business.HolidayRule(set(holidays), tz=zone)
        self.rules = {OFFICE: business.Rules([*hours[OFFICE], closed]), EXTENDED: business.Rules(hours[EXTENDED])}
        self.wall = self.cpu = 0.0

    def between(self, calendar: np.ndarray, since: np.ndarray, until: np.ndarray) -> np.ndarray:
        """As `OpenTime.between`."""
        began = perf_counter(), process_time()
        spent = [self._one(*stretch) for stretch in zip(calendar.tolist(), since.tolist(), until.tolist(), strict=True)]
        self.wall, self.cpu = self.wall + perf_counter() - began[0], self.cpu + process_time() - began[1]
        return np.array(spent, dtype=np.int64)

    def _one(self, calendar: int, since: int, until: int) -> int:
        if calendar == ALWAYS:
            return until - since
        found = self.rules[calendar].difference(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC))
        return int(found.timedelta.total_seconds())
