"""One comparison over a column of a given type → `pl.Expr`. Operands that do not fit raise `ValueError`."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from slaaudit.conditions.operands import as_boolean, as_calendar_time, as_duration, as_number, as_span
from slaaudit.conditions.tree import Comparison, Operand
from slaaudit.conditions.words import TEXT_TESTS, in_list, is_text, is_word
from slaaudit.frames import DURATION, INSTANT
from slaaudit.zones import to_utc

_WORDS = pl.List(pl.String)
_ORDER = {"from": ">=", "to": "<=", "before": "<", "after": ">", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


def compare(comparison: Comparison, dtype: pl.DataType, timezone: str) -> pl.Expr:
    """The comparison as a boolean expression, null where the value is missing; `empty` is never null."""
    column, operator, operands = pl.col(comparison.column), comparison.operator, comparison.operands
    if operator == "empty":
        empty = _is_empty(column, dtype)
        return empty if as_boolean(operands[0]) else ~empty
    if isinstance(dtype, pl.List | pl.Array):
        return in_list(_as_words(column, dtype, operator), operator, operands)
    if operator in TEXT_TESTS:
        return TEXT_TESTS[operator](_as_text(column, dtype, operator), operands)
    if operator in _ORDER:
        return _ordered(column, dtype, _ORDER[operator], operands[0], timezone=timezone)
    return pl.any_horizontal(_equal(column, dtype, operands, timezone))


def _is_empty(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Null, the empty list, the empty text or not-a-number."""
    if isinstance(dtype, pl.List):
        return column.is_null() | (column.list.len() == 0).fill_null(True)
    if dtype.is_float():
        return column.is_null() | column.is_nan().fill_null(True)
    is_blank = (column.cast(pl.String) == "").fill_null(True) if is_text(dtype) else pl.lit(False)
    return column.is_null() | is_blank


def _as_text(column: pl.Expr, dtype: pl.DataType, operator: str) -> pl.Expr:
    if is_text(dtype) or dtype.is_integer():
        return column.cast(pl.String)
    raise ValueError(f"it holds {_held(dtype)}, and '{operator}' is for words")


def _as_words(column: pl.Expr, dtype: pl.List | pl.Array, operator: str) -> pl.Expr:
    if operator in _ORDER:
        raise ValueError(f"it holds lists, and '{operator}' is for numbers, dates and durations")
    inner = pl.Series(dtype=dtype.inner).dtype
    if not is_text(inner) and not inner.is_integer():
        raise ValueError(f"it holds lists of {_held(inner)}, not of words")
    return column.cast(_WORDS)


def _equal(column: pl.Expr, dtype: pl.DataType, operands: tuple[Operand, ...], timezone: str) -> list[pl.Expr]:
    """One expression an operand. Text columns compare letter for letter but for case, also with numbers."""
    if is_text(dtype):
        return [is_word(column.cast(pl.String), operands)]
    if dtype.is_numeric():
        return [_number(column, dtype) == _literal(as_number(operand)) for operand in operands]
    if dtype == pl.Boolean:
        return [column == as_boolean(operand) for operand in operands]
    if dtype == pl.Duration:
        return [_microseconds(column) == as_duration(operand) for operand in operands]
    instants = _instants(column, dtype, timezone)
    spans = [as_span(operand, timezone) for operand in operands]
    return [(instants >= start) & (instants < end) for start, end in spans]


def _ordered(column: pl.Expr, dtype: pl.DataType, sign: str, operand: Operand, *, timezone: str) -> pl.Expr:
    if dtype.is_numeric():
        return _signed(_number(column, dtype), sign, _literal(as_number(operand)))
    if dtype == pl.Boolean:
        raise ValueError(f"it holds {_held(dtype)}, which have no order")
    if dtype == pl.Duration:
        return _signed(_microseconds(column), sign, as_duration(operand))
    if is_text(dtype) and not _names_a_time(operand):
        number = column.cast(pl.String).cast(pl.Float64, strict=False).fill_nan(None)
        return _signed(number, sign, _literal(as_number(operand)))
    # A date names a whole day: `to` and `>` look at its end, `from` and `<` at its start.
    start, end = as_span(operand, timezone)
    instants = _instants(column, dtype, timezone)
    return _signed(instants, {">": ">=", "<=": "<"}.get(sign, sign), end if sign in (">", "<=") else start)


def _signed(column: pl.Expr, sign: str, value: int | float) -> pl.Expr:
    signs = {">": column > value, ">=": column >= value, "<": column < value, "<=": column <= value}
    return signs[sign]


def _number(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return column.fill_nan(None) if dtype.is_float() else column


def _literal(number: int | Decimal) -> int | float:
    return number if isinstance(number, int) else float(number)


def _microseconds(column: pl.Expr) -> pl.Expr:
    return column.cast(DURATION).to_physical()


def _names_a_time(operand: Operand) -> bool:
    try:
        as_calendar_time(operand)
    except ValueError:
        return False
    return True


def _instants(column: pl.Expr, dtype: pl.DataType, timezone: str) -> pl.Expr:
    """The column as microseconds since the epoch; texts that are no ISO 8601 date or time become null."""
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        return column.cast(INSTANT).to_physical()
    if isinstance(dtype, pl.Datetime | pl.Date):
        return _local(column.cast(pl.Datetime("us")), timezone)
    if not is_text(dtype):
        raise ValueError(f"it holds {_held(dtype)}, which have no order")
    text = column.cast(pl.String).str.replace(" ", "T", literal=True)
    aware, naive = (
        pl.coalesce(text.str.to_datetime(form, strict=False, time_unit="us") for form in forms)
        for forms in (("%FT%T%.f%#z", "%FT%R%#z"), ("%FT%T%.f", "%FT%R", "%F"))
    )
    return pl.coalesce(aware.to_physical(), _local(naive, timezone))


def _local(naive: pl.Expr, timezone: str) -> pl.Expr:
    """Local times as microseconds since the epoch, by the rules of `zones`."""
    return naive.to_physical().map_batches(lambda local: to_utc(local, timezone), return_dtype=pl.Int64)


def _held(dtype: pl.DataType) -> str:
    """What a column of this type holds, in plain words."""
    if dtype.is_numeric():
        return "numbers"
    if dtype == pl.Boolean:
        return "true and false"
    if dtype == pl.Duration:
        return "durations"
    return "dates and times" if dtype.is_temporal() else f"{dtype} values"
