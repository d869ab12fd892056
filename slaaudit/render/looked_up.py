"""Times and durations → text by looking their parts up: every date and time of day is written once, not once a row."""

from __future__ import annotations

from functools import cache

import polars as pl

from slaaudit.zones import DAY

_SECOND = 1_000_000
_HOUR = 3_600
_MOST = 1_000_000  # parts that are worth writing down beforehand


def date_and_time(local_times: pl.Series) -> pl.Series | None:
    """`2026-10-25 01:30:00` of local times; None if they are not of whole seconds, or too far apart."""
    times = local_times.to_physical()
    days, within = times // DAY, times % DAY
    first, last = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(last, int) or last - first > _MOST:
        return None
    if (within % _SECOND != 0).any():
        return None
    dates = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True).cast(pl.Date).dt.strftime("%Y-%m-%d ")
    return _joined(dates.gather((days - first).cast(pl.UInt32)), _clock().gather((within // _SECOND).cast(pl.UInt32)))


def hours_minutes_seconds(durations: pl.Series) -> pl.Series | None:
    """`H:MM:SS` of durations, as `durations.hms`; None if they are not of whole seconds, or too far apart."""
    total = durations.to_physical()
    size = total.abs()
    hours, within = size // (_HOUR * _SECOND), size % (_HOUR * _SECOND)
    most = hours.max()
    if not isinstance(most, int) or most > _MOST or (within % _SECOND != 0).any():
        return None
    written = pl.int_range(most + 1, eager=True).cast(pl.String)
    written = pl.concat([written, "-" + written])
    at = hours + (total < 0).cast(pl.Int64) * (most + 1)
    return _joined(written.gather(at.cast(pl.UInt32)), _within_hour().gather((within // _SECOND).cast(pl.UInt32)))


def _joined(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit(first), pl.lit(second))).to_series()


@cache
def _clock() -> pl.Series:
    """The 86,400 times of a day: `00:00:00`."""
    nanoseconds = pl.int_range(0, DAY * 1_000, _SECOND * 1_000, eager=True)
    return nanoseconds.cast(pl.Time).dt.strftime("%H:%M:%S")


@cache
def _within_hour() -> pl.Series:
    """The 3,600 seconds of an hour: `:00:00`."""
    return _clock().head(_HOUR).str.slice(2)
