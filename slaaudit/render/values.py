"""Typed columns → values of JSON: instants as RFC 3339 in UTC, durations as whole seconds, no NaN."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import polars as pl

from slaaudit.render.cells import chunks, durations_as
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report

_INSTANT = "%Y-%m-%dT%H:%M:%S%.6f"
_NUMERIC_DURATIONS = {"seconds": pl.Int64(), "minutes": pl.Float64(), "hours": pl.Float64()}


def json_values(frame: pl.DataFrame, report: Report, options: RenderOptions) -> pl.DataFrame:
    """The same rows and columns with types that JSON has.

    Instants are text such as `2026-10-25T01:30:00Z`, durations whole seconds (or what `options.durations` says:
    numbers for seconds, minutes and hours, text otherwise), shares numbers, flags booleans, tags lists; NaN and
    infinities, which JSON does not have, are null.
    """
    word = options.durations or "seconds"
    makers = {name: _value(report.kinds[name], dtype, word) for name, dtype in frame.schema.items()}
    return frame.select(make(pl.col(name)).alias(name) for name, make in makers.items())


def json_lines(frame: pl.DataFrame, report: Report, options: RenderOptions) -> Iterator[bytes]:
    """The rows as lines of JSON in UTF-8, each with its line feed, many rows at a time."""
    for rows in chunks(frame):
        text = io.BytesIO()
        json_values(rows, report, options).write_ndjson(text)
        yield text.getvalue()


def _value(kind: str, dtype: pl.DataType, durations: str) -> Callable[[pl.Expr], pl.Expr]:
    if kind == "instant":
        return _rfc_3339
    if kind in ("duration", "average"):
        shown, dtype = durations_as(durations, kind=kind), _NUMERIC_DURATIONS.get(durations, pl.String())
        # decimals through text: that gives the nearest floating-point number
        return lambda cells: shown(cells).cast(pl.String).cast(dtype)
    if dtype.is_float():
        return lambda cells: pl.when(cells.is_finite()).then(cells)
    if kind in ("date", "text") or dtype.is_decimal():
        return lambda cells: cells.cast(pl.Float64 if dtype.is_decimal() else pl.String)
    return lambda cells: cells


def _rfc_3339(cells: pl.Expr) -> pl.Expr:
    return cells.dt.strftime(_INSTANT).str.strip_suffix(".000000") + "Z"
