"""The log of an audit in parts: their clocks put in one order, in memory or on disk, and read in that order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit
from slaaudit.engine.log import ORDER, TICKET, Clocks, clocks_of
from slaaudit.parts.sorting import Order, Runs
from slaaudit.reports import log
from slaaudit.reports.columns import LOG_KEY
from slaaudit.reports.filter_words import UnseenWords
from slaaudit.reports.log import LogOptions
from slaaudit.reports.report import Report
from slaaudit.reports.selection import as_text, sort_columns
from slaaudit.reports.whole_seconds import from_seconds

_FEW = 4_096  # different texts that are worth an `Enum`
_SAMPLE = 10_000
_NUMBERS = 2**63  # of Int64 that are not negative
_SHARED = 2  # rows of a ticket, from which on its values are better written once


@dataclass(frozen=True)
class LogPart:
    """What the log needs of the audit of one part: the rows it shows, the words of the filter, how many clocks were
    `counted`, of any outcome, and out of how many.
    """

    rows: Clocks | pl.DataFrame
    words: Mapping[str, pl.Series | None]
    counted: int
    clocks: int


class _Rows(Protocol):
    """Rows of the log on their way to an order."""

    def of(self, audit: Audit, keep: pl.Series) -> Clocks | pl.DataFrame:
        """Those of the clocks of one part that are kept, as they are added."""

    def add(self, rows: Clocks | pl.DataFrame) -> None:
        """Those of one more part."""

    def ordered(self) -> pl.DataFrame:
        """All of them, or what renderers need of a frame."""


class LogParts:
    """What the parts tell so far. The rows lie in `folder`, so many `at_once` in memory; without a folder in memory,
    all of them, but narrow.
    """

    def __init__(self, options: LogOptions, folder: Path | None, at_once: int) -> None:
        self._options = options
        self._rows: _Rows = _InMemory(options) if folder is None else _OnDisk(options, folder, at_once)
        self._unseen = UnseenWords(options.where)
        self._clocks = self._counted = 0

    def of(self, audit: Audit) -> LogPart:
        """What the log needs of one part. Raises `SlaauditError` with everything that is wrong with the options."""
        log.check(audit, self._options)
        wanted = log.wanted_clocks(audit, self._options)
        words = self._unseen.words_in(audit)
        return LogPart(self._rows.of(audit, wanted.keep), words, wanted.counted, wanted.clocks)

    def add(self, part: LogPart) -> None:
        """One more part."""
        self._clocks += part.clocks
        self._counted += part.counted
        self._rows.add(part.rows)
        self._unseen.add(part.words)

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all parts; there must be one."""
        rows = self._rows.ordered()
        return log.report_of(
            rows,
            self._options,
            left_out=self._counted - rows.height,
            account=account,
            notes=(*notes, *self._options.selection.notes(self._counted, self._clocks), *self._unseen.notes()),
            timezone=timezone,
        )


class _OnDisk:
    """Rows in sorted runs on disk."""

    def __init__(self, options: LogOptions, folder: Path, at_once: int) -> None:
        descends = sort_columns(options.sort)
        by = tuple(dict.fromkeys([*descends, *LOG_KEY]))
        order = Order(by, tuple(descends.get(name, False) for name in by), nulls_last=True)
        self._shown = options.shown
        self._runs = Runs(folder, "log", order)
        self._at_once = at_once

    def of(self, audit: Audit, keep: pl.Series) -> pl.DataFrame:
        columns = dict.fromkeys([*self._shown, *self._runs.order.by])
        return pl.DataFrame([_sortable(cells) for cells in audit.log(list(columns), in_order=False, keep=keep)])

    def add(self, rows: Clocks | pl.DataFrame) -> None:
        self._runs.add(cast("pl.DataFrame", rows))

    def ordered(self) -> pl.DataFrame:
        return cast("pl.DataFrame", self._runs.rows(self._shown, self._at_once))


@dataclass
class _InMemory:
    """Rows of parts that follow each other in the order of the tickets."""

    options: LogOptions
    _columns: dict[str, list[pl.Series]] = field(default_factory=dict)
    _pools: dict[str, tuple[list[pl.Series], str]] = field(default_factory=dict)
    _times: dict[str, pl.DataType] = field(default_factory=dict)  # of what some part tells in seconds

    def of(self, audit: Audit, keep: pl.Series) -> Clocks:
        columns = dict.fromkeys([*self.options.shown, *sort_columns(self.options.sort), "sla_started", "metric"])
        verdicts = audit.verdicts.filter(keep)
        return clocks_of(verdicts, audit.timeline, audit.policy, audit.export.shows, columns).in_seconds()

    def add(self, rows: Clocks | pl.DataFrame) -> None:
        clocks = cast("Clocks", rows)
        before = {places: sum(map(len, parts)) for parts, places in self._pools.values()}  # values of earlier parts
        for cells in clocks.frame:
            moved = cells + before[cells.name] if before.get(cells.name) else cells
            self._columns.setdefault(cells.name, []).append(moved)
        self._times.update(clocks.seconds)
        for name, (values, places) in clocks.pools.items():
            self._pools.setdefault(name, ([], places))[0].append(values)

    def ordered(self) -> pl.DataFrame:
        # one column after the other, and each part's own at once forgotten: two of everything would be much
        frame = pl.DataFrame([self._column(name) for name in list(self._columns)])
        pools = {
            name: (_encoded(pl.concat(parts, rechunk=True)), places) for name, (parts, places) in self._pools.items()
        }
        seconds = {name: dtype for name, dtype in self._times.items() if frame.schema[name] != dtype}
        clocks = Clocks(frame, pools, seconds)
        return cast("pl.DataFrame", OrderedClocks(clocks, self._order(clocks), self.options.shown))

    def _column(self, name: str) -> pl.Series:
        """A column of all parts: in seconds only if each of them tells it so."""
        parts, dtype = self._columns.pop(name), self._times.get(name)
        if dtype is not None and any(part.dtype == dtype for part in parts):
            parts = [part if part.dtype == dtype else from_seconds(part, dtype) for part in parts]
        return pl.concat(parts, rechunk=True)

    def _order(self, clocks: Clocks) -> pl.Series:
        """The rows in order, as numbers."""
        descends = sort_columns(self.options.sort)
        keys = [_sortable(cells).alias(f"sort {cells.name}") for cells in clocks.made(list(descends))]
        least = _key(clocks.frame)
        directions = [*descends.values(), *(False for _ in least)]
        nulls_last = [*(True for _ in keys), *(False for _ in least)]  # these have none, and it takes twice as long
        sorting = pl.DataFrame([*keys, *least])
        order = pl.arg_sort_by(sorting.columns, descending=directions, nulls_last=nulls_last, maintain_order=True)
        return sorting.select(order).to_series()


class OrderedClocks:
    """Rows of the log in order, of which some are made at a time: what a renderer needs of a frame."""

    def __init__(self, clocks: Clocks, order: pl.Series, columns: Sequence[str]) -> None:
        self._clocks = clocks
        self._order = order
        self.columns = list(columns)
        self.height = order.len()
        self.schema = clocks.at(order.head(0)).made(columns).schema

    def is_empty(self) -> bool:
        """Whether there is no row."""
        return self.height == 0

    def iter_slices(self, n_rows: int = 10_000) -> Iterator[pl.DataFrame]:
        """The rows in order, `n_rows` at a time."""
        for start in range(0, self.height, n_rows):
            yield self._clocks.at(self._order.slice(start, n_rows)).made(self.columns)

    def iter_shared(self, n_rows: int) -> Iterator[Clocks]:
        """As `iter_slices`, but times stay in seconds, and texts that many rows share are told by their places."""
        pools = {name: pool for name, pool in self._clocks.pools.items() if self._is_shared(pool)}
        made = [name for name in self.columns if name not in pools]
        kept = dict.fromkeys(places for name, (_, places) in pools.items() if name in self.columns)
        for start in range(0, self.height, n_rows):
            clocks = self._clocks.at(self._order.slice(start, n_rows))
            frame = pl.DataFrame([*clocks.narrow(made), *(clocks.frame[places] for places in kept)])
            yield Clocks(frame, pools, clocks.seconds)

    def _is_shared(self, pool: tuple[pl.Series, str]) -> bool:
        values, places = pool
        is_short = isinstance(values.dtype, pl.Enum) and places != TICKET  # its words are shared even better
        return not is_short and self.height > _SHARED * values.len()


def _key(frame: pl.DataFrame) -> list[pl.Series]:
    """The columns that put the clocks in order; one number instead, if there are numbers enough for it."""
    started, ticket, metric = (frame[name].to_physical() for name in ORDER)
    if frame.is_empty():
        return [frame[name] for name in ORDER]
    first, last, tickets, metrics = (
        cast("int", each) for each in (started.min(), started.max(), ticket.max(), metric.max())
    )
    if (last - first + 1) * (tickets + 1) * (metrics + 1) >= _NUMBERS:
        return [frame[name] for name in ORDER]
    since = pl.lit(started).cast(pl.Int64) - first
    key = (since * (tickets + 1) + pl.lit(ticket)) * (metrics + 1) + pl.lit(metric)
    return [pl.select(key=key).to_series()]


def _encoded(values: pl.Series) -> pl.Series:
    """Texts of which there are few different ones as an `Enum`, in the order of letters; other values as they are."""
    if values.dtype != pl.String:
        return values
    if values.gather_every(max(1, values.len() // _SAMPLE)).n_unique() > _FEW:
        return values
    words = values.unique().drop_nulls().sort()
    return values.cast(pl.Enum(words)) if words.len() <= _FEW else values


def _sortable(cells: pl.Series) -> pl.Series:
    """The cells, as text where their words are not in the order of letters."""
    is_ordered = isinstance(cells.dtype, pl.Enum) and cells.dtype.categories.is_sorted()
    return cells if is_ordered or not isinstance(cells.dtype, pl.Enum | pl.Categorical) else as_text(cells)
