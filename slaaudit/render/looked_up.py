"""Times and durations → text by looking their parts up: every hour and second is written once, not once a row."""

from __future__ import annotations

from functools import cache, lru_cache

import polars as pl

from slaaudit.zones import DAY, FIRST_INSTANT, LAST_INSTANT, to_local

_SECOND = 1_000_000
_HOUR = 3_600
_MOST = 1_000_000  # parts that are worth writing down beforehand
_BLOCK = 8_192 * _HOUR  # seconds, about a year: hours are written down for whole blocks
_MOST_BLOCKS = 64
_ROWS_OF_BLOCK = 1_000  # for so many rows each hour of a block may be written down


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
    parts = duration_parts(durations, "")
    if parts is None:
        return None
    return _joined(*parts).set(durations.is_null(), None) if durations.null_count() else _joined(*parts)


def instant_parts(instants: pl.Series, zone: str, end: str) -> tuple[pl.Series, pl.Series] | None:
    """Two texts that together are `2026-10-25 01:30:00`, the local time in the zone, and `end`; of null only `end`.

    None if the instants are not of whole seconds or too far apart, or if the zone's clocks change within an hour.
    """
    times = instants.to_physical()
    seconds = times // _SECOND
    first, last = seconds.min(), seconds.max()
    if not isinstance(first, int) or not isinstance(last, int) or (seconds * _SECOND != times).any():
        return None
    first, last = first // _BLOCK, last // _BLOCK
    is_worth_it = last - first <= 1 + instants.len() // _ROWS_OF_BLOCK
    table = _hours_of_zone(zone, first, last) if is_worth_it else None
    if table is None:
        return None
    hours, start = table
    since = (seconds - start).cast(pl.UInt32)
    return _looked_up(hours, since // _HOUR), _looked_up(_within_hour(end), since % _HOUR)


def duration_parts(durations: pl.Series, end: str) -> tuple[pl.Series, pl.Series] | None:
    """Two texts that together are `H:MM:SS`, as `durations.hms`, and `end`; of null only `end`.

    None if the durations are not of whole seconds, or too long.
    """
    total = durations.to_physical()
    size = total.abs()
    seconds = size // _SECOND
    most = seconds.max()
    if not isinstance(most, int) or most > _MOST * _HOUR or (seconds * _SECOND != size).any():
        return None
    number = 1 << (most // _HOUR).bit_length()  # more than needed, so that few tables are made
    seconds = seconds.cast(pl.UInt32)
    hours = seconds // _HOUR
    if (total < 0).any():
        hours += (total < 0).cast(pl.UInt32) * number
    return _looked_up(_hours(number), hours), _looked_up(_within_hour(end), seconds % _HOUR)


def _looked_up(texts: pl.Series, places: pl.Series) -> pl.Series:
    """The text at each place; the last one for null."""
    return texts.gather(places.fill_null(texts.len() - 1) if places.null_count() else places)


def _joined(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str(pl.lit(first), pl.lit(second))).to_series()


@lru_cache(maxsize=16)
def _hours_of_zone(zone: str, first: int, last: int) -> tuple[pl.Series, int] | None:
    """The hours of the zone's clocks in some blocks, `2026-10-25 01:` each, then an empty text; and in seconds since
    1970 when the first begins, in UTC.

    None if there are too many of them, or if the clocks change where no hour begins.
    """
    begin, end = first * _BLOCK, (last + 1) * _BLOCK
    if last - first >= _MOST_BLOCKS or begin * _SECOND < FIRST_INSTANT or end * _SECOND > LAST_INSTANT:
        return None
    shift = (to_local(pl.Series([begin * _SECOND]), zone) // _SECOND).item() % _HOUR
    starts = pl.int_range(begin - shift, end, _HOUR, eager=True) * _SECOND
    local = to_local(starts, zone)
    length = to_local(starts + (_HOUR - 1) * _SECOND, zone) - local
    if (local % (_HOUR * _SECOND) != 0).any() or (length != (_HOUR - 1) * _SECOND).any():
        return None
    hours = local.cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:").extend_constant("", 1)
    return hours.rechunk(), begin - shift


@lru_cache(maxsize=8)
def _hours(number: int) -> pl.Series:
    """`0:` and so on, so many of them, then as many with a minus sign, then an empty text."""
    hours = pl.int_range(number, eager=True).cast(pl.String) + ":"
    return pl.concat([hours, "-" + hours, pl.Series([""])], rechunk=True)


@cache
def _clock() -> pl.Series:
    """The 86,400 times of a day: `00:00:00`."""
    nanoseconds = pl.int_range(0, DAY * 1_000, _SECOND * 1_000, eager=True)
    return nanoseconds.cast(pl.Time).dt.strftime("%H:%M:%S")


@cache
def _within_hour(end: str) -> pl.Series:
    """The 3,600 seconds of an hour, `00:00` each, then an empty text; all of them with an end."""
    return (_clock().head(_HOUR).str.slice(3).extend_constant("", 1) + end).rechunk()
