"""Times and durations → text by looking their parts up: every hour and second is written once, not once a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import polars as pl

from slaaudit.reports.whole_seconds import in_seconds
from slaaudit.zones import DAY, FIRST_INSTANT, LAST_INSTANT, to_local

_SECOND = 1_000_000
_HOUR = 3_600
_MINUTE = 60
_MOST = 1_000_000  # parts that are worth writing down beforehand
_MOST_MINUTES = 16_384
_TELLING = 1_000  # of these first durations most that are not of whole minutes tell already
_BLOCK = 8_192 * _HOUR  # seconds, about a year: hours are written down for whole blocks
_MOST_BLOCKS = 64
_ROWS_OF_BLOCK = 1_000  # for so many rows each hour of a block may be written down


@dataclass(frozen=True)
class Looked:
    """Cells as places in a list of texts, the last of which is for null.

    `names`: what the list shows, which tells it from others; `place`: that of each cell, `UInt32`, never null.
    """

    names: tuple[str, ...]
    place: pl.Expr
    texts: pl.Series


Piece = pl.Series | Looked | str  # a text is the same in every row


def looked(name: str, cells: pl.Series, texts: pl.Series, place: pl.Expr | None = None) -> Looked:
    """Cells by a place in a list of that name: each its own, or one made of it. Null is the last text."""
    number = (pl.lit(cells) if place is None else place).cast(pl.UInt32)
    return Looked((name,), number.fill_null(texts.len() - 1) if cells.null_count() else number, texts)


def text_of(pieces: Sequence[Piece]) -> pl.Series:
    """The pieces of each row in one text; at least one piece is not the same in every row."""
    # one query for all places: to ask costs more than the answer
    of_each = [piece.place.alias(str(n)) for n, piece in enumerate(pieces) if isinstance(piece, Looked)]
    places = pl.DataFrame().select_seq(of_each)
    texts = [piece.texts[places[str(n)]] if isinstance(piece, Looked) else piece for n, piece in enumerate(pieces)]
    return pl.select(pl.concat_str([pl.lit(text) for text in texts])).to_series()


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
    date, clock = dates[(days - first).cast(pl.UInt32)], _clock()[(within // _SECOND).cast(pl.UInt32)]
    return pl.select(pl.concat_str(pl.lit(date), pl.lit(clock))).to_series()


def hours_minutes_seconds(durations: pl.Series) -> pl.Series | None:
    """`H:MM:SS` of durations, as `durations.hms`; None if they are not of whole seconds, or too long."""
    seconds = in_seconds(durations)
    parts = None if seconds is None else duration_parts(seconds, "")
    if parts is None:
        return None
    text = text_of(parts)
    return text.set(durations.is_null(), None) if durations.null_count() else text


def instant_parts(seconds: pl.Series, zone: str, end: str) -> Sequence[Looked] | None:
    """Texts that together are `2026-10-25 01:30:00`, the local time in the zone, and `end`; of null only `end`.

    None if the instants, given in seconds since 1970 (`UInt32`), are all null or too far apart, if they are of 1970,
    or if the zone's clocks change within an hour.
    """
    first, last = seconds.min(), seconds.max()
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    first, last = first // _BLOCK, last // _BLOCK
    is_worth_it = first > 0 and last - first <= 1 + seconds.len() // _ROWS_OF_BLOCK
    table = _hours_of_zone(zone, first, last) if is_worth_it else None
    if table is None:
        return None
    hours, start = table
    since = pl.lit(seconds) - start
    return (
        looked(f"hours of {zone} from {first} to {last}", seconds, hours, since // _HOUR),
        looked(f"seconds{end}", seconds, _within_hour(end), since % _HOUR),
    )


def duration_parts(seconds: pl.Series, end: str) -> Sequence[Looked] | None:
    """Texts that together are `H:MM:SS`, as `durations.hms`, and `end`; of null only `end`.

    None if the durations, given in seconds (`Int32`), are all null.
    """
    least, most = seconds.min(), seconds.max()
    if not isinstance(least, int) or not isinstance(most, int):
        return None
    size = pl.lit(seconds) if least >= 0 else pl.lit(seconds).abs()
    if least >= 0 and most < _MOST_MINUTES * _MINUTE and _are_minutes(seconds):
        number = 1 << (most // _MINUTE).bit_length()  # more than needed, so that few tables are made
        return (looked(f"minutes below {number}{end}", seconds, _minutes(number, end), size // _MINUTE),)
    number = 1 << (max(most, -least) // _HOUR).bit_length()
    hours = size // _HOUR
    if least < 0:
        hours += (pl.lit(seconds) < 0).cast(pl.Int32) * number
    return (
        looked(f"hours below {number}", seconds, _hours(number), hours),
        looked(f"seconds{end}", seconds, _within_hour(end), size % _HOUR),
    )


def _are_minutes(seconds: pl.Series) -> bool:
    return not any((some % _MINUTE != 0).any() for some in (seconds.head(_TELLING), seconds))


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


@lru_cache(maxsize=8)
def _minutes(number: int, end: str) -> pl.Series:
    """`0:00:00`, `0:01:00` and so on, so many of them, then an empty text; all of them with an end."""
    minutes = pl.int_range(number, eager=True)
    hours, clock = (minutes // 60).cast(pl.String), (minutes % 60).cast(pl.String).str.zfill(2)
    return ((hours + ":" + clock + ":00").extend_constant("", 1) + end).rechunk()


@cache
def _clock() -> pl.Series:
    """The 86,400 times of a day: `00:00:00`."""
    nanoseconds = pl.int_range(0, DAY * 1_000, _SECOND * 1_000, eager=True)
    return nanoseconds.cast(pl.Time).dt.strftime("%H:%M:%S")


@cache
def _within_hour(end: str) -> pl.Series:
    """The 3,600 seconds of an hour, `00:00` each, then an empty text; all of them with an end."""
    return (_clock().head(_HOUR).str.slice(3).extend_constant("", 1) + end).rechunk()
