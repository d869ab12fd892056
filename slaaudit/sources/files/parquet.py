"""Parquet → text frame: dates and times keep their type, everything else becomes the text a CSV would have."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from slaaudit.durations import hms
from slaaudit.frames import CUSTOM, WORDS
from slaaudit.sources.files.content import Content
from slaaudit.sources.files.few_words import are_few
from slaaudit.sources.files.stopping import stop
from slaaudit.sources.files.table import TextTable, in_one_piece, without_blank_rows
from slaaudit.sources.rejects import ROW

_LARGE = 100_000  # rows from which few words are worth looking for
_SAMPLE = 1_000  # rows at each of three places
_NEST = CUSTOM.removesuffix(".")


def read_parquet(content: Content) -> TextTable:
    """The text frame of a Parquet file; the first row is row 1. A struct called `custom` gives one column a field."""
    try:
        rows = pl.scan_parquet(content.source, glob=False)
        return _table(in_one_piece(_with_few_words(rows).collect()), may_be_words=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):  # damaged pages make Polars panic
        raise stop("bad_parquet", content.name, "the file is not Parquet that can be read", "export it again") from None


def parquet_rows(path: Path) -> int:
    """How many rows a Parquet file has. Raises what Polars raises."""
    return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())


def read_rows(path: Path, start: int, number: int) -> TextTable:
    """The text frame of some of the rows. Raises what Polars raises."""
    return _table(pl.scan_parquet(path, glob=False).slice(start, number).collect(), start + 1)


def _with_few_words(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The columns of a large file that hold few different words as categories, as far as samples tell."""
    height = int(rows.select(pl.len()).collect().item())
    if height < _LARGE:
        return rows
    text = [name for name, dtype in rows.collect_schema().items() if dtype == pl.String]
    places = (0, height // 2, height - _SAMPLE)
    sample = pl.concat([rows.select(text).slice(at, _SAMPLE).collect() for at in places])
    few = [name for name in text if are_few(sample[name].drop_nulls())]
    return rows.with_columns(pl.col(few).cast(WORDS))


def _table(frame: pl.DataFrame, first: int = 1, *, may_be_words: bool = False) -> TextTable:
    columns = [column for series in frame.get_columns() for column in _opened(series)]
    as_text = _as_words if may_be_words and frame.height >= _LARGE else _as_text
    cells = [as_text(column).alias(str(position)) for position, column in enumerate(columns)]
    numbers = pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True).alias(ROW)
    return TextTable(tuple(column.name for column in columns), without_blank_rows(pl.DataFrame([*cells, numbers])))


def _opened(column: pl.Series) -> list[pl.Series]:
    """The fields of a struct called `custom` as columns `custom.<field>`; any other column as it is."""
    if column.name != _NEST or not isinstance(column.dtype, pl.Struct):
        return [column]
    return [column.struct.field(field).alias(CUSTOM + field) for field in column.struct.fields]


def _as_words(cells: pl.Series) -> pl.Series:
    """As `_as_text`, but few different words are categories."""
    if cells.dtype == pl.Boolean:
        return pl.Series(["false", "true"], dtype=WORDS).gather(cells.cast(pl.UInt32))
    return cells if cells.dtype == WORDS else _as_text(cells)


def _as_text(cells: pl.Series) -> pl.Series:
    """`cells` as text, or unchanged if they are text, dates or times."""
    match cells.dtype:
        case pl.String() | pl.Date() | pl.Datetime():
            text = cells
        case pl.Array():
            text = _list_as_text(cells.arr.to_list())
        case pl.List():
            text = _list_as_text(cells)
        case pl.Struct():
            text = pl.select(pl.when(cells.is_not_null()).then(cells.struct.json_encode())).to_series()
        case pl.Duration():
            text = hms(cells)
        case pl.Binary():
            text = cells.bin.encode("hex")
        case pl.Float64() | pl.Float32():
            text = cells.fill_nan(None).cast(pl.String).str.replace(r"\.0$", "")
        case _:
            text = cells.cast(pl.String)
    return text


def _list_as_text(cells: pl.Series) -> pl.Series:
    """Lists of plain values joined by `|`, other lists as JSON."""
    inner = cells.dtype.inner if isinstance(cells.dtype, pl.List) else None
    if isinstance(inner, pl.DataType) and not (inner.is_nested() or isinstance(inner, pl.Duration | pl.Binary)):
        return cells.list.eval(pl.element().drop_nulls().cast(pl.String)).list.join("|")
    wrapped = cells.to_frame("cell").select(pl.struct("cell").struct.json_encode()).to_series()
    return pl.select(pl.when(cells.is_not_null()).then(wrapped.str.slice(8, wrapped.str.len_chars() - 9))).to_series()
