"""Text → durations, in whole microseconds: plain numbers of a unit, `H:MM:SS`, and dates after 1970-01-01."""

from __future__ import annotations

import polars as pl

from slaaudit.frames import DURATION

_UNITS = {"milliseconds": 1_000, "seconds": 1_000_000, "minutes": 60_000_000, "hours": 3_600_000_000}
_UNITS |= {"days": 24 * _UNITS["hours"]}
UNITS = (*_UNITS, "hms", "since_1970")
_NUMBER = r"^([+-]?)(\d{1,12})(?:\.(\d{1,12}))?$"
# a comma before three figures may set off thousands: 1,500 is not read, but 0,500 and 1500,250 are
_COMMA = r"^([+-]?)(?:(\d+),(\d{1,2}|\d{4,})|(0|\d{4,}),(\d{3}))$"
_CLOCK = r"^([+-]?)(\d{1,7}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,12}))?)?$"
_DATE = r"^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?Z?)?$"
_LONGEST = 200 * 366 * _UNITS["days"]  # what is longer is a mistake, not a duration


def read_spans(cells: pl.Series, unit: str) -> pl.Series:
    """The cells as durations; null for what is empty, or no duration in `unit` (one of `UNITS`).

    Fractions of a unit count, down to the microsecond, after a point or a comma. `hms`: `H:MM:SS` or `H:MM`, hours
    unbounded, perhaps negative. `since_1970`: a date and time that stands for the time since the beginning of 1970.
    """
    if cells.dtype.is_temporal():
        return _since_1970(cells)
    read = _clock() if unit == "hms" else _date() if unit == "since_1970" else _number(_UNITS[unit])
    micros = cells.to_frame("cell").select(read).to_series()
    plausible = micros.is_between(-_LONGEST, _LONGEST)
    return pl.select(pl.when(plausible).then(micros)).to_series().cast(DURATION).alias(cells.name)


def grain_of(unit: str, *, to_the_minute: bool) -> int:
    """The microseconds by which a duration in `unit` may differ from the truth: one unit, or one of its last figure.

    `to_the_minute`: whether no duration of the column says any seconds.
    """
    if unit not in ("hms", "since_1970"):
        return _UNITS[unit]
    return _UNITS["minutes" if unit == "hms" and to_the_minute else "seconds"]


def is_to_the_minute(cells: pl.Series) -> bool:
    """Whether no duration says any seconds."""
    return not cells.dtype.is_temporal() and not cells.str.contains(r":\d+:").any()


def _since_1970(cells: pl.Series) -> pl.Series:
    if isinstance(cells.dtype, pl.Duration):
        return cells.cast(DURATION)
    if isinstance(cells.dtype, pl.Time):
        return cells.cast(pl.Duration("ns")).cast(DURATION)
    return cells.cast(pl.Datetime("us")).to_physical().cast(DURATION)


def _number(size: int) -> pl.Expr:
    """The microseconds that a plain number of units of `size` is; floats would not be exact."""
    plain = pl.col("cell").str.replace(_COMMA, "$1$2$4.$3$5")
    parts = plain.str.extract_groups(_NUMBER)
    whole = parts.struct["2"].cast(pl.Int64)
    whole = pl.when(whole <= _LONGEST // size).then(whole)  # more would not fit into the microseconds
    # a unit may be below the microsecond's million, so the fraction is divided last
    digits = parts.struct["3"]
    rest = _millionths(digits.str.slice(6)) * size // 1_000_000  # a millionth of a day is many microseconds
    return _signed(parts.struct["1"], whole * size + (_millionths(digits) * size + rest) // 1_000_000)


def _clock() -> pl.Expr:
    parts = pl.col("cell").str.extract_groups(_CLOCK)
    return _signed(parts.struct["1"], _time_of_day(parts, at=2))


def _date() -> pl.Expr:
    parts = pl.col("cell").str.extract_groups(_DATE)
    days = parts.struct["1"].str.to_date("%Y-%m-%d", strict=False).to_physical().cast(pl.Int64)
    return days * _UNITS["days"] + _time_of_day(parts, at=2).fill_null(0)


def _time_of_day(parts: pl.Expr, *, at: int) -> pl.Expr:
    """The microseconds of the groups hours, minutes, seconds and fraction, from group number `at` on."""
    hours, minutes, seconds = (parts.struct[str(at + place)].cast(pl.Int64) for place in range(3))
    whole = hours * _UNITS["hours"] + minutes * _UNITS["minutes"] + seconds.fill_null(0) * _UNITS["seconds"]
    return whole + _millionths(parts.struct[str(at + 3)])


def _millionths(digits: pl.Expr) -> pl.Expr:
    """The digits after a decimal point as a number of millionths; further digits are cut off."""
    return digits.fill_null("").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64)


def _signed(sign: pl.Expr, size: pl.Expr) -> pl.Expr:
    return pl.when(sign == "-").then(-size).otherwise(size)
