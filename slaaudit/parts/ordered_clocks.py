"""Clocks in the order of the log, of which some are made at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import polars as pl

from slaaudit.audit import Audit
from slaaudit.engine.log import ORDER, TICKET, Clocks, log_clocks
from slaaudit.parts.words import FEW_WORDS
from slaaudit.reports.log import LogOptions
from slaaudit.reports.selection import as_text, sort_columns

_SAMPLE = 10_000  # values that show, mostly, whether there are too many different ones
_NUMBERS = 2**63  # of Int64 that are not negative
_SHARED = 2  # rows of a ticket, from which on its values are better written once


def narrow_clocks(audit: Audit, keep: pl.Series, options: LogOptions) -> Clocks:
    """The clocks of an audit that are kept, in the order of the verdicts, with what the log shows and sorts by."""
    columns = dict.fromkeys([*options.shown, *sort_columns(options.sort), "sla_started", "metric"])
    verdicts = audit.verdicts.filter(keep)
    return log_clocks(verdicts, audit.timeline, audit.policy, audit.export.shows, columns).in_seconds()


def sort_keys(clocks: Clocks, descends: Mapping[str, bool]) -> list[pl.Series]:
    """The columns to sort by, each called `sort` and its name."""
    return [sortable(cells).alias(f"sort {cells.name}") for cells in clocks.made(list(descends))]


def in_order(clocks: pl.DataFrame, keys: Sequence[pl.Series], descends: Mapping[str, bool]) -> pl.Series:
    """The rows of narrow clocks in order, as numbers: by their sort keys, then by start, ticket and metric."""
    least = _key(clocks)
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


def encoded(values: pl.Series) -> pl.Series:
    """Texts of which there are few different ones as an `Enum`, in the order of letters; other values as they are."""
    if values.dtype != pl.String:
        return values
    if values.gather_every(max(1, values.len() // _SAMPLE)).n_unique() > FEW_WORDS:
        return values
    words = values.unique().drop_nulls().sort()
    return values.cast(pl.Enum(words)) if words.len() <= FEW_WORDS else values


def sortable(cells: pl.Series) -> pl.Series:
    """The cells, as text where their words are not in the order of letters."""
    is_ordered = isinstance(cells.dtype, pl.Enum) and cells.dtype.categories.is_sorted()
    return cells if is_ordered or not isinstance(cells.dtype, pl.Enum | pl.Categorical) else as_text(cells)
