"""Whole columns without a query: polars plans one for `pl.repeat`, `shift` and the like, which takes longer than the
work itself on a part of an export.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def constant(value: object, length: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """So many times the same value, which may be null."""
    return pl.Series([value], dtype=dtype).new_from_index(0, length)


def flags(value: bool, length: int) -> pl.Series:
    """So many times the same truth value."""
    return constant(value, length, pl.Boolean)


def no_nulls(flag: pl.Series) -> pl.Series:
    """The flag, false where it is null."""
    return flag & flag.is_not_null() if flag.null_count() else flag


def places(flag: pl.Series) -> pl.Series:
    """The rows that are flagged, ascending: `arg_true` takes far longer."""
    return pl.int_range(flag.len(), dtype=pl.UInt32, eager=True).filter(flag)


def as_rows(numbers: pl.Series) -> pl.Series:
    """Whole numbers that are known to be rows, as such: that each fits is not looked at again. Null stays null."""
    return numbers.cast(pl.UInt32, wrap_numerical=True)


def before(flag: pl.Series, first: bool = False) -> pl.Series:
    """The flag one row earlier; `first` for the first row. In one piece.

    What is filtered by a flag in pieces is in pieces too, from which it is slow to gather.
    """
    return pl.concat([pl.Series([first]), flag.head(flag.len() - 1)], rechunk=True) if flag.len() else flag


def after(flag: pl.Series, last: bool = False) -> pl.Series:
    """The flag one row later; `last` for the last row. In one piece."""
    return pl.concat([flag.slice(1), pl.Series([last])], rechunk=True) if flag.len() else flag


def is_first_of_run(values: pl.Series) -> pl.Series:
    """Whether each value differs from the one before it: of sorted values, whether it is there for the first time."""
    if values.is_empty():
        return flags(True, 0)
    differs = values.slice(1) != values.head(values.len() - 1)
    return pl.concat([flags(True, 1), differs | differs.is_null() if differs.null_count() else differs], rechunk=True)


def flagged(frame: pl.DataFrame, flag: pl.Series) -> pl.DataFrame:
    """The rows of the frame that are flagged."""
    return frame if flag.all() else pl.DataFrame([values.filter(flag) for values in frame])


def conformed(columns: Mapping[str, pl.Series] | pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The columns of a schema in its types."""
    return pl.DataFrame([columns[name].cast(dtype).alias(name) for name, dtype in schema.items()])
