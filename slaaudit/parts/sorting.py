"""Rows in an order that memory need not hold: sorted runs, on disk, read again in parts that follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

_GROUP = 50_000  # rows that are read from a run at a time, at least
_SAMPLES = 1_000  # of each run: they tell where the parts begin
_MARK = "_bound"
_Run = Path | pl.DataFrame  # where rows in order are


@dataclass(frozen=True)
class Order:
    """By which columns rows are sorted, which of them descend, and whether nulls come last in all of them.

    No two rows that are sorted so are equal in all these columns, unless they are equal in every column.
    """

    by: tuple[str, ...]
    descending: tuple[bool, ...]
    nulls_last: bool

    def sorted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows in this order; of rows that are equal in it the earlier ones first."""
        return rows.sort(self.by, descending=self.descending, nulls_last=self.nulls_last, maintain_order=True)


@dataclass
class Runs:
    """Rows on their way to an order: each lot is sorted and put aside in `folder`, in files called `name`; without a
    folder in memory.
    """

    folder: Path | None
    name: str
    order: Order
    schema: pl.Schema | None = None
    height: int = 0
    _runs: list[_Run] = field(default_factory=list)
    _samples: list[pl.DataFrame] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Some more rows, in any order."""
        self.schema = self.schema or rows.schema
        if rows.is_empty():
            return
        ordered = self.order.sorted(rows)
        self._runs.append(self._put_aside(ordered))
        self._samples.append(sample(ordered.select(self.order.by)))
        self.height += rows.height

    def _put_aside(self, ordered: pl.DataFrame) -> _Run:
        if self.folder is None:
            return ordered
        path = self.folder / f"{self.name}-{len(self._runs)}.parquet"
        ordered.write_parquet(path, compression="lz4", statistics=False, row_group_size=_GROUP)
        return path

    def rows(self, columns: Sequence[str], at_once: int) -> pl.DataFrame | SortedRows:
        """All rows in order, with these columns: as a frame if they are no more than `at_once`."""
        if self.schema is None:
            raise ValueError("no rows were added, not even none")
        if self.height > at_once:
            keys = (_lazy(run).select(self.order.by).collect() for run in self._runs)
            parts = offsets(self.order, self._samples, keys, -(-self.height // at_once))
            return SortedRows(self, tuple(columns), parts, at_once)
        frames = [_lazy(run).collect() for run in self._runs]
        return self.order.sorted(pl.concat([pl.DataFrame(schema=self.schema), *frames])).select(columns)

    def part(self, begins: Sequence[int], ends: Sequence[int]) -> pl.DataFrame:
        """The rows of one part in order."""
        spans = zip(self._runs, begins, ends, strict=True)
        found = [_lazy(run).slice(a, b - a).collect() for run, a, b in spans if b > a]
        return self.order.sorted(pl.concat(found)) if found else pl.DataFrame(schema=self.schema)


def _lazy(run: _Run) -> pl.LazyFrame:
    return run.lazy() if isinstance(run, pl.DataFrame) else pl.scan_parquet(run, glob=False)


class SortedRows:
    """Rows in order that are read part by part, so many `at_once`: what a renderer needs of a frame."""

    def __init__(self, runs: Runs, columns: tuple[str, ...], offsets: Sequence[Sequence[int]], at_once: int) -> None:
        self._runs = runs
        self._offsets = offsets
        self.at_once = at_once
        self.columns = list(columns)
        self.height = runs.height
        known = runs.schema or pl.Schema()
        self.schema = pl.Schema({name: known[name] for name in columns})

    def is_empty(self) -> bool:
        """Whether there is no row: never, as `Runs.rows` tells of none by a frame."""
        return self.height == 0

    def iter_slices(self, n_rows: int = 10_000) -> Iterator[pl.DataFrame]:
        """The rows in order, `n_rows` at a time."""
        parts = zip(self._offsets, self._offsets[1:], strict=False)
        return in_slices((self._runs.part(*part).select(self.columns) for part in parts), n_rows)


def sample(keys: pl.DataFrame) -> pl.DataFrame:
    """Some of the rows of a run, from which `offsets` tells where parts begin."""
    return keys.gather_every(max(1, keys.height // _SAMPLES))


def offsets(
    order: Order, samples: Sequence[pl.DataFrame], keys: Iterable[pl.DataFrame], parts: int
) -> list[tuple[int, ...]]:
    """Of each run (a column) at which of its rows each part begins and, in the next row, ends.

    `keys`: of each run the columns that it is sorted by, and `samples` of them.
    """
    some = order.sorted(pl.concat(samples))
    bounds = some[[number * some.height // parts for number in range(1, parts)]]
    return pl.DataFrame([_ranks(order, each, bounds).alias(str(number)) for number, each in enumerate(keys)]).rows()


def _ranks(order: Order, keys: pl.DataFrame, bounds: pl.DataFrame) -> pl.Series:
    """How many rows of a run come before each bound or at it, between 0 and all of them."""
    marked = [keys.with_columns(pl.lit(False).alias(_MARK)), bounds.with_columns(pl.lit(True).alias(_MARK))]
    places = order.sorted(pl.concat(marked))[_MARK].arg_true().cast(pl.Int64)
    inner = places - pl.int_range(len(places), dtype=pl.Int64, eager=True)
    return pl.concat([pl.Series([0]), inner, pl.Series([keys.height])])


def in_slices(frames: Iterable[pl.DataFrame], n_rows: int) -> Iterator[pl.DataFrame]:
    """The rows of frames that follow each other, `n_rows` at a time."""
    left: list[pl.DataFrame] = []
    for frame in frames:
        left.append(frame)
        rows = pl.concat(left)
        whole = rows.height // n_rows * n_rows
        yield from rows[:whole].iter_slices(n_rows) if whole else ()
        left = [rows[whole:]] if whole < rows.height else []
    yield from left
