"""Columns made without a query are those that polars' own functions make, for all lengths and nulls."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaaudit.engine.columns import (
    after,
    as_rows,
    before,
    conformed,
    constant,
    flagged,
    flags,
    is_first_of_run,
    no_nulls,
    places,
)

TRUTHS = st.lists(st.booleans(), max_size=9).map(lambda values: pl.Series(values, dtype=pl.Boolean))
NULLABLE = st.lists(st.none() | st.booleans(), max_size=9).map(lambda values: pl.Series(values, dtype=pl.Boolean))
NUMBERS = st.lists(st.none() | st.integers(0, 3), max_size=9).map(lambda values: pl.Series(values, dtype=pl.UInt32))


@given(TRUTHS, st.booleans())
def test_a_flag_before_or_after_each_row_is_the_shifted_one(flag: pl.Series, edge: bool) -> None:
    assert before(flag, edge).equals(flag.shift(1, fill_value=edge))
    assert after(flag, edge).equals(flag.shift(-1, fill_value=edge))
    assert before(flag).n_chunks() == after(flag).n_chunks() == 1


@given(NUMBERS | TRUTHS)
def test_the_first_of_a_run_differs_from_the_one_before_and_a_null_from_everything(values: pl.Series) -> None:
    assert is_first_of_run(values).equals((values != values.shift(1)).fill_null(True))


@given(NULLABLE)
def test_a_flag_without_nulls_is_false_where_it_was_null(flag: pl.Series) -> None:
    assert no_nulls(flag).equals(flag.fill_null(False))
    assert no_nulls(flag).null_count() == 0


@given(TRUTHS)
def test_flagged_rows_are_found_and_kept_in_order(flag: pl.Series) -> None:
    assert places(flag).equals(flag.arg_true())
    frame = pl.DataFrame({"row": pl.int_range(flag.len(), eager=True), "flag": flag})
    assert flagged(frame, flag).equals(frame.filter(flag))


@pytest.mark.parametrize("length", [0, 1, 5])
@pytest.mark.parametrize(
    ("value", "dtype"), [(0, pl.Int64()), (None, pl.Int32()), (True, pl.Boolean()), ("b", pl.Enum(["a", "b"]))]
)
def test_a_constant_column_is_one_value_repeated(value: object, dtype: pl.DataType, length: int) -> None:
    column = constant(value, length, dtype)
    assert column.dtype == dtype
    assert column.to_list() == [value] * length
    assert flags(True, length).to_list() == [True] * length


def test_to_write_into_a_constant_column_changes_no_other() -> None:
    one = constant(0, 3, pl.Int64())
    other = one.clone().scatter(1, 7)
    assert (one.to_list(), other.to_list()) == ([0, 0, 0], [0, 7, 0])


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int32, pl.Int64, pl.UInt8])
def test_numbers_become_rows_and_null_stays_null(dtype: type[pl.DataType]) -> None:
    rows = as_rows(pl.Series([0, None, 127], dtype=dtype))
    assert (rows.dtype, rows.to_list()) == (pl.UInt32, [0, None, 127])


def test_a_frame_is_conformed_to_the_names_order_and_types_of_a_schema() -> None:
    frame = pl.DataFrame({"more": [1], "b": [2], "a": [3]})
    found = conformed(frame, {"a": pl.Int8(), "b": pl.Duration("us")})
    assert dict(found.schema) == {"a": pl.Int8(), "b": pl.Duration("us")}
    assert found["a"].to_list() == [3]
