"""The clocks of a log on disk: sorted runs, as narrow as in memory, each with the values of its tickets beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl

from slaaudit.audit import Audit
from slaaudit.engine.log import TICKET, Clocks
from slaaudit.frames import INSTANT
from slaaudit.parts.ordered_clocks import OrderedClocks, encoded, in_order, narrow_clocks, sort_keys
from slaaudit.parts.sorting import Order, in_slices, offsets, sample
from slaaudit.parts.words import Words
from slaaudit.reports.log import LogOptions
from slaaudit.reports.selection import sort_columns
from slaaudit.reports.whole_seconds import from_seconds, joined

_BLOCK = 2_048  # rows of a run whose tickets lie together, so that a stretch of rows needs a stretch of tickets
_GROUP = 1_024  # rows that are read at a time, at least, and stay in memory as long as one of them is needed
_NARROW, _WITH_TEXT = 4, 2  # so many of them take no more memory than a row of the report, and with their text


@dataclass(frozen=True)
class Run:
    """Clocks in order: `rows`, with what they are sorted by, of which `_ticket` is the row of each among `tickets`.

    A ticket may be there several times.
    """

    rows: pl.DataFrame
    tickets: pl.DataFrame


@dataclass(frozen=True)
class NewRun(Run):
    """One that is not on disk yet. `held`: columns with words of the tickets; those of the policy are `Enum`s.
    `seconds`: as in `engine.log.Clocks`.
    """

    held: Collection[str]
    seconds: Mapping[str, pl.DataType]


class ClocksOnDisk:
    """Clocks of parts of any tickets on their way to an order: each part is a run in `folder`, and they are read with
    no more than so many rows of the report in memory `at_once`.
    """

    def __init__(self, options: LogOptions, folder: Path, at_once: int) -> None:
        self._options, self._folder, self._at_once = options, folder, at_once
        self._descends = sort_columns(options.sort)
        self._keys = [f"sort {name}" for name in self._descends]
        by = (*self._keys, "sla_started", "ticket", "metric")
        directions = (*self._descends.values(), False, False, False)
        self._order = Order(by, directions, nulls_last=True)
        self._none: Run | None = None  # how they look on disk
        self._types = pl.Schema()  # and in memory
        self._heights: list[int] = []
        self._samples: list[pl.DataFrame] = []
        self._times: dict[str, pl.DataType] = {}  # of what some part tells in seconds
        self._held: dict[str, Words] = {}

    def of(self, audit: Audit, keep: pl.Series) -> NewRun:
        """The clocks of one part that are kept, in order."""
        clocks = narrow_clocks(audit, keep, self._options)
        keys = [_number(key) for key in sort_keys(clocks, self._descends)]
        of_tickets = {name: values for name, (values, places) in clocks.pools.items() if places == TICKET}
        held = {name: pool for name, pool in clocks.pools.items() if name not in of_tickets}
        cells = clocks.frame.drop(places for _, places in held.values())
        words = [encoded(values).gather(clocks.frame[places]).alias(name) for name, (values, places) in held.items()]
        rows = pl.DataFrame([*keys, *cells, *words])[in_order(clocks.frame, keys, self._descends)]
        tickets = pl.DataFrame([values.alias(name) for name, values in of_tickets.items()])
        return NewRun(*_beside(rows, tickets), held.keys(), clocks.seconds)

    def add(self, run: NewRun) -> None:
        """One more part."""
        self._times.update(run.seconds)
        if not self._held:
            self._held = {name: Words() for name in run.held}
        told = [self._held[cells.name].told(cells) if cells.name in run.held else _number(cells) for cells in run.rows]
        rows = pl.DataFrame(told)
        if self._none is None:
            self._none, self._types = Run(rows.clear(), run.tickets.clear()), run.rows.schema
        if rows.is_empty():
            return
        for path, frame in zip(self._paths(len(self._heights)), (rows, run.tickets), strict=True):
            frame.write_ipc(path, compression="lz4", record_batch_size=_GROUP)
        self._samples.append(sample(self._sorted_by(rows, run.tickets["ticket"])))
        self._heights.append(rows.height)

    def ordered(self) -> pl.DataFrame:
        """All of them: what renderers need of a frame."""
        height = sum(self._heights)
        if height <= self._at_once * _NARROW:
            return cast("pl.DataFrame", self._merged([*map(self._read, range(len(self._heights)))]))
        keys = map(self._keys_of, range(len(self._heights)))
        parts = offsets(self._order, self._samples, keys, -(-height // (self._at_once * _NARROW)))
        return cast("pl.DataFrame", ClocksInParts(self, parts, height, self._at_once * _WITH_TEXT))

    def part(self, begins: Sequence[int], ends: Sequence[int]) -> OrderedClocks:
        """The clocks of one part of the order: of each run those from one row up to another."""
        spans = enumerate(zip(begins, ends, strict=True))
        return self._merged([self._read(number, a, b) for number, (a, b) in spans if b > a])

    def _paths(self, number: int) -> tuple[Path, Path]:
        return self._folder / f"log-{number}-rows.arrow", self._folder / f"log-{number}-tickets.arrow"

    def _read(self, number: int, begin: int = 0, end: int | None = None) -> Run:
        """Some rows of a run, with the tickets that they need."""
        of_rows, of_tickets = (pl.scan_ipc(path, glob=False) for path in self._paths(number))
        rows = of_rows.slice(begin, (self._heights[number] if end is None else end) - begin).collect()
        first, last = cast("int", rows[TICKET].min()), cast("int", rows[TICKET].max())
        tickets = of_tickets.slice(first, last - first + 1).collect()
        return Run(rows.with_columns(rows[TICKET] - first), tickets)

    def _keys_of(self, number: int) -> pl.DataFrame:
        """What the rows of a run are sorted by."""
        of_rows, of_tickets = (pl.scan_ipc(path, glob=False) for path in self._paths(number))
        rows = of_rows.select(*self._keys, "sla_started", "metric", TICKET).collect()
        return self._sorted_by(rows, of_tickets.select("ticket").collect().to_series())

    def _sorted_by(self, rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
        started = rows["sla_started"]
        if started.dtype != INSTANT:
            started = from_seconds(started, INSTANT)
        return pl.DataFrame([*(rows[key] for key in self._keys), started, ids[rows[TICKET]], rows["metric"]])

    def _merged(self, runs: Sequence[Run]) -> OrderedClocks:
        """The clocks of several runs in one order; of none, none."""
        if self._none is None:
            raise ValueError("no part was added, not even an empty one")
        runs = runs or [self._none]
        tickets = pl.concat([run.tickets for run in runs])
        pools = {cells.name: (cells, TICKET) for cells in tickets[tickets["ticket"].arg_unique()].sort("ticket")}
        numbers = (tickets["ticket"].rank("dense") - 1).cast(pl.UInt32).alias(TICKET)
        frame = pl.DataFrame([self._column(name, runs) for name in runs[0].rows.columns if name != TICKET])
        seconds = {name: dtype for name, dtype in self._times.items() if frame.schema[name] != dtype}
        places = pl.concat(_moved([run.rows[TICKET] for run in runs], [run.tickets.height for run in runs]))
        clocks = Clocks(frame.drop(self._keys).with_columns(numbers[places]), pools, seconds)
        order = in_order(clocks.frame, [frame[key] for key in self._keys], self._descends)
        return OrderedClocks(clocks, order, self._options.shown)

    def _column(self, name: str, runs: Sequence[Run]) -> pl.Series:
        """A column of several runs, words as such."""
        parts, dtype = [run.rows[name] for run in runs], self._types[name]
        if name in self._held:
            return self._held[name].read(parts).alias(name)
        if isinstance(dtype, pl.Enum):
            return dtype.categories.cast(dtype).gather(pl.concat(parts, rechunk=True)).alias(name)
        return joined(parts, self._times.get(name))


class ClocksInParts:
    """Rows of the log in order that are read part by part: what a renderer needs of a frame.

    `at_once`: of how many the text may be in memory.
    """

    def __init__(self, runs: ClocksOnDisk, offsets: Sequence[Sequence[int]], height: int, at_once: int) -> None:
        self._runs, self._offsets = runs, offsets
        nothing = runs.part([], [])
        self.columns, self.schema = nothing.columns, nothing.schema
        self.height, self.at_once = height, at_once

    def is_empty(self) -> bool:
        """Whether there is no row: never, as none are not in parts."""
        return self.height == 0

    def iter_slices(self, n_rows: int = 10_000) -> Iterator[pl.DataFrame]:
        """The rows in order, `n_rows` at a time."""
        return in_slices((rows for part in self._parts() for rows in part.iter_slices(part.height)), n_rows)

    def iter_shared(self, n_rows: int) -> Iterator[Clocks]:
        """As `OrderedClocks.iter_shared`; each part has pools of its own."""
        for part in self._parts():
            yield from part.iter_shared(n_rows)

    def _parts(self) -> Iterator[OrderedClocks]:
        for begins, ends in zip(self._offsets, self._offsets[1:], strict=False):
            part = self._runs.part(begins, ends)
            if not part.is_empty():
                yield part


def _beside(rows: pl.DataFrame, tickets: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows in order, and the tickets that they need, block by block: `_ticket` is a row there instead of one of all."""
    if rows.is_empty():
        return rows, tickets.clear()
    block = pl.int_range(rows.height, dtype=pl.UInt64, eager=True) // _BLOCK
    key = block * tickets.height + rows[TICKET].cast(pl.UInt64)
    places = (key.rank("dense") - 1).cast(pl.UInt32)
    needed = (key.unique().sort() % tickets.height).cast(pl.UInt32)
    return rows.with_columns(places.alias(TICKET)), tickets[needed]


def _moved(parts: Sequence[pl.Series], lengths: Sequence[int]) -> list[pl.Series]:
    """Places in lists of these lengths as places in all of them, one behind the other."""
    return [part + sum(lengths[:number]) for number, part in enumerate(parts)]


def _number(cells: pl.Series) -> pl.Series:
    """Words of an `Enum` by their numbers; others as they are."""
    return cells.to_physical() if isinstance(cells.dtype, pl.Enum) else cells
