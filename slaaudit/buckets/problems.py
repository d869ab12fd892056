"""The rows of all buckets that could not be used as they stand: in one order, and how many of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from slaaudit.frames import PROBLEMS
from slaaudit.parts.sorting import Order, Runs, SortedRows
from slaaudit.sources.rejects import ORDER, kinds_of


@dataclass
class ProblemParts:
    """The problems so far, put aside in `folder`; `at_once`: how many may be in memory at a time."""

    folder: Path
    at_once: int
    number: int = 0
    kinds: pl.DataFrame = field(default_factory=lambda: kinds_of(pl.DataFrame(schema=PROBLEMS.schema)))

    def __post_init__(self) -> None:
        self._order = Order(ORDER, (False,) * len(ORDER), nulls_last=False)
        self._runs = Runs(self.folder, "problems", self._order)

    def add(self, problems: pl.DataFrame) -> None:
        """Those of one more bucket."""
        self.number += problems.height
        self._runs.add(problems)
        merged = self._order.sorted(pl.concat([self.kinds, kinds_of(problems)]))
        first = pl.exclude("code", "times").first()
        self.kinds = (
            merged.group_by("code", maintain_order=True).agg(pl.col("times").sum(), first).select(self.kinds.columns)
        )

    def rows(self) -> pl.DataFrame | SortedRows:
        """All of them, sorted as those of an export."""
        return self._runs.rows(PROBLEMS.names, self.at_once)
