"""The words of a column whose cells are put aside part by part: each is told by its number as long as they are few."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slaaudit.reports.selection import as_text

FEW_WORDS = 4_096  # different texts that are worth an `Enum`


class Words:
    """The words that were told so far."""

    def __init__(self) -> None:
        self._known = pl.Series(dtype=pl.String)
        self._are_few = True

    def told(self, cells: pl.Series) -> pl.Series:
        """Words of an `Enum` by their numbers (`UInt16`), or as text if there are too many; text stays text."""
        if self._are_few and isinstance(cells.dtype, pl.Enum):
            words = cells.dtype.categories
            known = pl.concat([self._known, words]).unique(maintain_order=True)
            if known.len() <= FEW_WORDS:
                self._known = known
                numbers = words.cast(pl.Enum(known)).to_physical().cast(pl.UInt16)
                return numbers.gather(cells.to_physical()).alias(cells.name)
        self._are_few = False
        return as_text(cells)

    def read(self, parts: Sequence[pl.Series]) -> pl.Series:
        """The words of cells as they were told, when all are: an `Enum` in the order of letters, or text."""
        if self._are_few:
            return self._known.cast(pl.Enum(self._known.sort())).gather(pl.concat(parts, rechunk=True))
        return pl.concat(
            [part if part.dtype == pl.String else self._known.gather(part) for part in parts], rechunk=True
        )
