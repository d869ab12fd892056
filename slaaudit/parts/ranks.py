"""Percentiles of more values than memory holds, exactly: all in order, those at the wanted places picked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from slaaudit.parts.sorting import Runs, SortedRows
from slaaudit.reports.tallies import percentile_column

_SLICE = 1_000_000


def values_at(runs: Runs, keys: Sequence[str], ranks: Sequence[int], at_once: int) -> pl.DataFrame:
    """One row per group of `keys`: `p<rank>_time`, the nearest-rank percentiles of `elapsed`.

    `runs`: rows of `keys`, `elapsed` and `times`, how often it occurs, in this order. Without keys exactly one row.
    """
    rows = runs.rows([*keys, "elapsed", "times"], at_once)
    groups = _groups(rows, keys)
    number = pl.col("number")
    places = {percentile_column(rank): pl.col("before") + (number * rank + 99) // 100 for rank in ranks}
    wanted = groups.select(*keys, **places)
    all_places = pl.concat([wanted[name] for name in places]).unique().sort() if places else pl.Series(dtype=pl.Int64)
    found = _picked(rows, all_places)
    columns = [
        wanted[name]
        .replace_strict(found["place"], found["elapsed"], default=None, return_dtype=runs_dtype(runs))
        .alias(name)
        for name in places
    ]
    result = pl.DataFrame([*(wanted[key] for key in keys), *columns])
    return (
        result if keys or result.height else pl.DataFrame([pl.Series(c.name, [None], dtype=c.dtype) for c in columns])
    )


def runs_dtype(runs: Runs) -> pl.DataType:
    return (runs.schema or pl.Schema())["elapsed"]


def _slices(rows: pl.DataFrame | SortedRows) -> Iterator[pl.DataFrame]:
    return rows.iter_slices(_SLICE)


def _groups(rows: pl.DataFrame | SortedRows, keys: Sequence[str]) -> pl.DataFrame:
    """The groups in order: `number` of values, and how many are `before` it in the groups that come first."""
    nothing = pl.DataFrame(schema={**{key: rows.schema[key] for key in keys}, "times": pl.Int64})
    parts = [nothing]
    for part in _slices(rows):
        counted = (
            part.group_by(list(keys), maintain_order=True).agg(pl.col("times").sum())
            if keys
            else part.select(pl.col("times").sum())
        )
        parts.append(counted)
    whole = pl.concat(parts)
    whole = (
        whole.group_by(list(keys), maintain_order=True).agg(pl.col("times").sum())
        if keys
        else whole.select(pl.col("times").sum()).filter(pl.col("times") > 0)
    )
    return whole.select(*keys, number="times", before=pl.col("times").cum_sum() - pl.col("times"))


def _picked(rows: pl.DataFrame | SortedRows, places: pl.Series) -> pl.DataFrame:
    """The value at each place (from 1) among all values in order: `place`, `elapsed`."""
    passed = 0
    found = [pl.DataFrame(schema={"place": pl.Int64, "elapsed": rows.schema["elapsed"]})]
    for part in _slices(rows):
        reached = part["times"].cum_sum() + passed
        last = int(reached[-1]) if len(reached) else passed
        here = places.filter((places > passed) & (places <= last))
        at = reached.search_sorted(here, side="left")
        found.append(pl.DataFrame({"place": here, "elapsed": part["elapsed"].gather(at)}))
        passed = last
    return pl.concat(found)
