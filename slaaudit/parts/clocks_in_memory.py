"""The clocks of a log in memory: all of them, but narrow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import polars as pl

from slaaudit.audit import Audit
from slaaudit.engine.log import Clocks
from slaaudit.parts.ordered_clocks import OrderedClocks, encoded, in_order, narrow_clocks, sort_keys
from slaaudit.reports.log import LogOptions
from slaaudit.reports.selection import sort_columns
from slaaudit.reports.whole_seconds import joined


@dataclass
class ClocksInMemory:
    """Rows of parts that follow each other in the order of the tickets."""

    options: LogOptions
    _columns: dict[str, list[pl.Series]] = field(default_factory=dict)
    _pools: dict[str, tuple[list[pl.Series], str]] = field(default_factory=dict)
    _times: dict[str, pl.DataType] = field(default_factory=dict)  # of what some part tells in seconds

    def of(self, audit: Audit, keep: pl.Series) -> Clocks:
        """The clocks of one part that are kept."""
        return narrow_clocks(audit, keep, self.options)

    def add(self, clocks: Clocks) -> None:
        """Those of one more part."""
        before = {places: sum(map(len, parts)) for parts, places in self._pools.values()}  # values of earlier parts
        for cells in clocks.frame:
            moved = cells + before[cells.name] if before.get(cells.name) else cells
            self._columns.setdefault(cells.name, []).append(moved)
        self._times.update(clocks.seconds)
        for name, (values, places) in clocks.pools.items():
            self._pools.setdefault(name, ([], places))[0].append(values)

    def ordered(self) -> pl.DataFrame:
        """All of them: what renderers need of a frame."""
        # one column after the other, and each part's own at once forgotten: two of everything would be much
        frame = pl.DataFrame([joined(self._columns.pop(name), self._times.get(name)) for name in list(self._columns)])
        pools = {
            name: (encoded(pl.concat(parts, rechunk=True)), places) for name, (parts, places) in self._pools.items()
        }
        seconds = {name: dtype for name, dtype in self._times.items() if frame.schema[name] != dtype}
        clocks = Clocks(frame, pools, seconds)
        descends = sort_columns(self.options.sort)
        order = in_order(frame, sort_keys(clocks, descends), descends)
        return cast("pl.DataFrame", OrderedClocks(clocks, order, self.options.shown))
