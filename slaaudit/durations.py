"""Durations as people write them (`4h`, `1h30m`, `0:45`) and as reports show them (`H:MM:SS`). Microseconds inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import overload

import polars as pl

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
_LONGEST = 87_660_000 * HOUR  # ten thousand years: keeps sums of a few durations far from the end of Int64
_FITS = 1 << 62  # a mean times their number that is less stands for a sum of 64 bits, however the mean is rounded

_UNITS = {"h": HOUR, "m": MINUTE, "s": SECOND, "ms": 1_000}
_PARTS = re.compile(r"\s*".join(rf"(?:([0-9]+)\s*(?:{unit}))?" for unit in ("h", "min|m", "s", "ms")))
_CLOCK = re.compile(r"([0-9]+):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?")
_WORKING_DAYS = re.compile(r"([0-9]+)bd")
_DAYS = re.compile(r"([0-9]+)\s*(d|days?|w|wks?|weeks?)", re.IGNORECASE)
_BARE = re.compile(r"[0-9]+")
_FORMS = "write it as 4h, 90m, 1h30m, 45s, 500ms or 1:30:00"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a target allows: open time in microseconds, or whole working days; exactly one of them is set."""

    microseconds: int | None = None
    working_days: int | None = None

    def __str__(self) -> str:
        """As in a policy: `2bd`, `1h30m`."""
        if self.microseconds is None:
            return f"{self.working_days}bd"
        return _in_units(self.microseconds)


def parse_duration(text: str) -> int:
    """Microseconds of a duration: hours, minutes (m or min), seconds and ms in this order, `H:MM` or `H:MM:SS`.

    >>> parse_duration("1h30m") == parse_duration("90m") == parse_duration("1:30") == 90 * MINUTE
    True
    >>> parse_duration("0:00:00.25") == parse_duration("250ms") == 250_000
    True

    Raises `ValueError`, whose text says what to write, on anything else: a number without its unit, a negative
    duration, days and weeks (which have no one length).

    >>> parse_duration("1d")
    Traceback (most recent call last):
    ValueError: '1d' has no one length: write 24h (hours of the calendar) or 1bd (working days)
    """
    written = str(text).strip()
    parts = _PARTS.fullmatch(written.casefold())
    if parts is not None and any(parts.groups()):
        amounts = zip(parts.groups(), _UNITS.values(), strict=True)
        return _within(sum(int(number or 0) * unit for number, unit in amounts), written)
    clock = _CLOCK.fullmatch(written)
    if clock is not None and int(clock[2]) < 60 and int(clock[3] or 0) < 60:
        seconds = (int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3] or 0)
        return _within(seconds * SECOND + int((clock[4] or "").ljust(6, "0")), written)
    raise ValueError(_what_is_wrong(written))


def parse_target(text: str) -> Amount:
    """The amount of a target: a duration as in `parse_duration`, or working days.

    >>> parse_target("4h")
    Amount(microseconds=14400000000, working_days=None)
    >>> parse_target("2bd")
    Amount(microseconds=None, working_days=2)
    """
    days = _WORKING_DAYS.fullmatch(str(text).strip().casefold())
    if days is None:
        return Amount(microseconds=parse_duration(text))
    if len(days[1]) > 6:
        raise ValueError(f"'{text}' is too long: a target has at most 999999bd")
    return Amount(working_days=int(days[1]))


def format_hms(microseconds: int) -> str:
    """`H:MM:SS`, signed, hours unbounded; a fraction of three or six digits only when it is not zero.

    >>> format_hms(-26 * HOUR), format_hms(250_000), format_hms(1)
    ('-26:00:00', '0:00:00.250', '0:00:00.000001')
    """
    seconds, fraction = divmod(abs(microseconds), SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    sign = "-" if microseconds < 0 else ""
    return f"{sign}{hours}:{minute:02}:{second:02}{_fraction_text(fraction)}"


def format_iso(microseconds: int) -> str:
    """ISO 8601 in hours, minutes and seconds (days have no one length here).

    >>> format_iso(4 * HOUR + 30 * MINUTE), format_iso(-250_000), format_iso(0)
    ('PT4H30M', '-PT0.250S', 'PT0S')
    """
    seconds, fraction = divmod(abs(microseconds), SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    sign = "-" if microseconds < 0 else ""
    parts = (f"{hours}H" if hours else "") + (f"{minute}M" if minute else "")
    if second or fraction or not parts:
        parts += f"{second}{_fraction_text(fraction)}S"
    return f"{sign}PT{parts}"


@overload
def hms(duration: pl.Series) -> pl.Series: ...
@overload
def hms(duration: pl.Expr | str) -> pl.Expr: ...
def hms(duration: pl.Series | pl.Expr | str) -> pl.Series | pl.Expr:
    """`H:MM:SS` of a Duration series, expression or named column, as `format_hms`; null stays null.

    >>> from datetime import timedelta
    >>> hms(pl.Series([timedelta(hours=100), timedelta(seconds=-90), None])).to_list()
    ['100:00:00', '-0:01:30', None]
    """
    if isinstance(duration, pl.Series):
        return pl.select(hms(pl.lit(duration)).alias(duration.name)).to_series()
    sign, hours, minutes, seconds, fraction = _fields(duration)
    two = [part.cast(pl.String).str.zfill(2) for part in (minutes, seconds)]
    return pl.concat_str(sign, hours, pl.lit(":"), two[0], pl.lit(":"), two[1], fraction)


@overload
def iso(duration: pl.Series) -> pl.Series: ...
@overload
def iso(duration: pl.Expr | str) -> pl.Expr: ...
def iso(duration: pl.Series | pl.Expr | str) -> pl.Series | pl.Expr:
    """ISO 8601 (`PT4H30M`) of a Duration series, expression or named column, as `format_iso`; null stays null.

    >>> from datetime import timedelta
    >>> iso(pl.Series([timedelta(hours=100), timedelta(seconds=-90), None])).to_list()
    ['PT100H', '-PT1M30S', None]
    """
    if isinstance(duration, pl.Series):
        return pl.select(iso(pl.lit(duration)).alias(duration.name)).to_series()
    sign, hours, minutes, seconds, fraction = _fields(duration)
    is_whole_minutes = (seconds == 0) & (fraction == "")
    parts = [
        pl.when(hours != 0).then(pl.format("{}H", hours)).otherwise(pl.lit("")),
        pl.when(minutes != 0).then(pl.format("{}M", minutes)).otherwise(pl.lit("")),
        pl.when(is_whole_minutes & ((hours != 0) | (minutes != 0)))
        .then(pl.lit(""))
        .otherwise(pl.format("{}{}S", seconds, fraction)),
    ]
    return pl.concat_str(sign, pl.lit("PT"), *parts)


def fit_together(microseconds: pl.Series) -> bool:
    """Whether the sum of some durations (Int64; null is none), and of any of them, is sure to fit into 64 bits."""
    mean, least = microseconds.mean(), microseconds.min()
    if not isinstance(mean, float) or not isinstance(least, int):
        return True  # there is none
    return least >= 0 and mean * microseconds.len() < _FITS


def whole_seconds(duration: pl.Expr | str) -> pl.Expr:
    """The seconds of a Duration as Int64; parts of a second are cut off (towards zero)."""
    return _expr(duration).dt.total_seconds()


def decimal_minutes(duration: pl.Expr | str) -> pl.Expr:
    """The minutes of a Duration as Decimal with six digits after the point, rounded half away from zero."""
    return _in_millionths(duration, MINUTE)


def decimal_hours(duration: pl.Expr | str) -> pl.Expr:
    """The hours of a Duration as Decimal with six digits after the point, rounded half away from zero."""
    return _in_millionths(duration, HOUR)


def _expr(duration: pl.Expr | str) -> pl.Expr:
    return pl.col(duration) if isinstance(duration, str) else duration


def _in_millionths(duration: pl.Expr | str, unit: int) -> pl.Expr:
    """Integers all the way: the millionths of the unit, rounded, with the decimal point put in front of six digits."""
    per_millionth = unit // 1_000_000
    total = _expr(duration).dt.total_microseconds()
    rounded = total.sign() * ((total.abs() + per_millionth // 2) // per_millionth)
    return rounded.cast(pl.Decimal(38, 0)) * pl.lit("0.000001").cast(pl.Decimal(38, 6))


def _fields(duration: pl.Expr | str) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Sign, hours, minutes, seconds and the text of the fraction."""
    total = _expr(duration).dt.total_microseconds()
    size = total.abs()
    sign = (total < 0).replace_strict({True: "-", False: ""}, return_dtype=pl.String)  # null and name stay
    micros = size % SECOND
    milliseconds = pl.format(".{}", (micros // 1_000).cast(pl.String).str.zfill(3))
    exact = pl.format(".{}", micros.cast(pl.String).str.zfill(6))
    fraction = pl.when(micros == 0).then(pl.lit("")).when(micros % 1_000 == 0).then(milliseconds).otherwise(exact)
    return sign, size // HOUR, size // MINUTE % 60, size // SECOND % 60, fraction


def _fraction_text(micros: int) -> str:
    if micros % 1_000:
        return f".{micros:06}"
    return f".{micros // 1_000:03}" if micros else ""


def _in_units(microseconds: int) -> str:
    parts, rest = "", microseconds
    for name, unit in _UNITS.items():
        number, rest = divmod(rest, unit)
        parts += f"{number}{name}" if number else ""
    return format_hms(microseconds) if rest else parts or "0h"


def _within(microseconds: int, written: str) -> int:
    if microseconds > _LONGEST:
        raise ValueError(f"'{written}' is longer than ten thousand years")
    return microseconds


def _what_is_wrong(written: str) -> str:
    days = _DAYS.fullmatch(written)
    if days is not None:
        per_week = days[2][0] in "wW"
        hours, working = int(days[1]) * (168 if per_week else 24), int(days[1]) * (5 if per_week else 1)
        return f"'{written}' has no one length: write {hours}h (hours of the calendar) or {working}bd (working days)"
    if _BARE.fullmatch(written):
        return f"'{written}' has no unit: write {written}h, {written}m or {written}s"
    if _WORKING_DAYS.fullmatch(written.casefold()):
        return f"'{written}' counts working days: only a target can"
    if written.startswith("-"):
        return f"'{written}' is negative: a duration is zero or more"
    return f"'{written}' is not a duration: {_FORMS}"
