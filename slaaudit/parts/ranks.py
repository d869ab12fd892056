"""Percentiles of more values than memory holds, exactly: all in order, those at the wanted places picked out."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slaaudit.parts.sorting import Runs, SortedRows
from slaaudit.reports.tallies import percentile_column

_SLICE = 1_000_000  # rows that are looked at a time: a few columns of numbers and words, some dozens of megabytes


def values_at(runs: Runs, keys: Sequence[str], ranks: Sequence[int], at_once: int) -> pl.DataFrame:
    """One row per group of `keys`: `p<rank>_time`, the nearest-rank percentiles of `elapsed`.

    `runs`: rows of `keys`, `elapsed` and `times`, how often it occurs, in this order. Without keys exactly one row.
    """
    rows = runs.rows([*keys, "elapsed", "times"], at_once)
    number, before = pl.col("number"), pl.col("before")
    places = {percentile_column(rank): before + (number * rank + 99) // 100 for rank in ranks}
    wanted = _groups(rows, keys).select(*keys, **places)
    found = _picked(rows, pl.concat([wanted[name] for name in places]).unique().sort())
    place, elapsed = found.get_columns()
    told = wanted.with_columns(
        pl.col(name).replace_strict(place, elapsed, default=None, return_dtype=elapsed.dtype) for name in places
    )
    return told if keys or told.height else told.clear(1)


def _groups(rows: pl.DataFrame | SortedRows, keys: Sequence[str]) -> pl.DataFrame:
    """The groups in order: `number` of values, and how many are `before` it in the groups that come first.

    Without keys one group, or none if there is no value.
    """
    nothing = pl.DataFrame(schema={**{key: rows.schema[key] for key in keys}, "times": pl.Int64})
    counted = [_counted(part, keys) for part in rows.iter_slices(_SLICE)]
    whole = _counted(pl.concat([nothing, *counted]), keys).filter(pl.col("times") > 0)
    return whole.select(*keys, number="times", before=pl.col("times").cum_sum() - pl.col("times"))


def _counted(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The groups in the order in which they come, each with the sum of its `times`."""
    times = pl.col("times").sum()
    return rows.group_by(keys, maintain_order=True).agg(times) if keys else rows.select(times)


def _picked(rows: pl.DataFrame | SortedRows, places: pl.Series) -> pl.DataFrame:
    """The value at each place (from 1) among all values in order: `place`, `elapsed`."""
    passed = 0
    found = [pl.DataFrame(schema={"place": pl.Int64, "elapsed": rows.schema["elapsed"]})]
    for part in rows.iter_slices(_SLICE):
        reached = part["times"].cum_sum() + passed
        last = int(reached[-1]) if len(reached) else passed
        here = places.filter((places > passed) & (places <= last))
        at = reached.search_sorted(here, side="left")
        found.append(pl.DataFrame({"place": here, "elapsed": part["elapsed"].gather(at)}))
        passed = last
    return pl.concat(found)
