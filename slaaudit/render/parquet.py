"""Parquet for notebooks and warehouses: the frame as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

import polars as pl
from polars.io.plugins import register_io_source

from slaaudit.render.cells import chunks, text_schema
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report

_GROUP = 100_000  # rows of a row group


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the rows with native types: instants in UTC, durations in microseconds, shares as numbers, tags as lists.

    Nothing is rounded or escaped: `options` change nothing here. The bytes depend on nothing but the rows, not on how
    they lie in memory.
    """
    to = _Stream(out)
    try:
        _lazy(report).sink_parquet(cast("IO[bytes]", to), row_group_size=_GROUP)
    except Exception:
        if to.error:
            raise to.error from None
        raise


class _Stream(io.RawIOBase):
    """`out` for Polars; what it raises is kept, so that a full disk or a closed pipe is Python's own error."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.error: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Writes all of it."""
        try:
            self._out.write(bytes(data))
        except OSError as error:
            self.error = error
            raise
        return len(data)


def _lazy(report: Report) -> pl.LazyFrame:
    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        for rows in chunks(report.frame):
            yield rows.rechunk()

    return register_io_source(batches, schema=text_schema(report.frame))
