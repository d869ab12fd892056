"""What an operand means as a number, an instant, a duration or a truth value. All raise `ValueError` otherwise."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import polars as pl

from slaaudit.conditions.tree import Operand
from slaaudit.durations import parse_duration
from slaaudit.zones import DAY, EPOCH, to_utc

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 10**18  # below the largest Int64, so that no comparison can overflow


def written(operand: Operand) -> str:
    """The operand as text, as it was written: `true`, `1.10`, `2026-01-01`."""
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, Decimal):
        return format(operand, "f")
    return operand.isoformat() if isinstance(operand, date) else str(operand)


def as_number(operand: Operand) -> int | Decimal:
    """The operand as a whole number or a decimal."""
    text = "" if isinstance(operand, bool) else written(operand)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"'{written(operand)}' is not a number")
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() and abs(number) < _LARGEST else number


def as_boolean(operand: Operand) -> bool:
    """The operand as true or false (also as words, in any case)."""
    word = written(operand).lower()
    if word not in ("true", "false"):
        raise ValueError(f"'{written(operand)}' is neither true nor false")
    return word == "true"


def as_duration(operand: Operand) -> int:
    """The operand (`4h`, `-1:30:00`) in microseconds."""
    text = written(operand)
    return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)


def as_calendar_time(operand: Operand) -> date | datetime:
    """The operand as a date, or as a date and time (naive when it names no offset)."""
    if isinstance(operand, date):
        return operand
    text = written(operand)
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"'{text}' is not a date (2026-01-31) or a date and time (2026-01-31 14:00)")
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date that exists") from None


def as_span(operand: Operand, timezone: str) -> tuple[int, int]:
    """The half-open span of microseconds since the epoch that the operand names: a whole local day, or an instant.

    An instant is the span of that one microsecond. Local times inside a clock change are read as `zones` does.
    """
    time = as_calendar_time(operand)
    if isinstance(time, datetime):
        start = _placed(_local_microseconds(time), timezone) if time.tzinfo is None else _instant_of(time)
        return start, start + 1
    midnight = _local_microseconds(datetime(time.year, time.month, time.day))  # noqa: DTZ001 - placed just below
    return _placed(midnight, timezone), _placed(midnight + DAY, timezone)


def _local_microseconds(time: datetime) -> int:
    return (time.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND


def _instant_of(time: datetime) -> int:
    return _local_microseconds(time) - (time.utcoffset() or timedelta()) // _MICROSECOND


@lru_cache(maxsize=4096)
def _placed(local: int, timezone: str) -> int:
    return int(to_utc(pl.Series([local], dtype=pl.Int64), timezone).item())


def is_orderable(operand: Operand) -> bool:
    """Whether the operand can be compared with `>`: a number, a date, a date and time, or a duration."""
    for read in (as_number, as_calendar_time, as_duration):
        try:
            read(operand)
        except ValueError:
            continue
        return True
    return False
