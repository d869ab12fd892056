"""Lists of texts, one behind the other in memory, so that rows that only show what is in them are some places there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock

import polars as pl

from slaaudit.render.looked_up import Looked

Names = tuple[str, ...]


class Lists:
    """Lists of texts by what they show. Several threads may use them at a time."""

    def __init__(self, lasting: dict[Names, pl.Series] | None = None) -> None:
        self._lasting = lasting if lasting is not None else {}
        self._passing: dict[Names, pl.Series] = {}
        self._texts = pl.Series(dtype=pl.String)
        self._first: dict[Names, int] = {}  # where in the texts each list begins
        self._lock = Lock()

    def kept(self, names: Names, texts: Callable[[], pl.Series], *, passes: bool = False) -> pl.Series:
        """The list of what the names say, which is made if it is not there yet; one that `passes` is not in `fresh`."""
        lists = self._passing if passes else self._lasting
        if names not in lists:
            lists[names] = texts()
        return lists[names]

    def passes(self, piece: Looked) -> bool:
        """Whether the list of the piece does."""
        return piece.names in self._passing

    def fresh(self) -> Lists:
        """Those that do not pass, which both then share."""
        return Lists(self._lasting)

    def rows(self, pieces: Sequence[Looked], at_once: int) -> list[bytes]:
        """The texts at the places of each row, row by row: of so many rows `at_once`, which are one text."""
        texts, first = self._placed(pieces)
        # one query for all places: to ask costs more than the answer
        of_each = [(piece.place + first[piece.names]).alias(str(n)) for n, piece in enumerate(pieces)]
        places = pl.DataFrame().select_seq(of_each)
        return [_joined(texts, some) for some in places.iter_slices(at_once)]

    def _placed(self, pieces: Sequence[Looked]) -> tuple[pl.Series, dict[Names, int]]:
        """All texts, and where the list of each piece begins."""
        with self._lock:
            missing = {piece.names: piece.texts for piece in pieces if piece.names not in self._first}
            if missing:
                first = self._texts.len()
                self._texts = pl.concat([self._texts, *missing.values()], rechunk=True)
                for names, texts in missing.items():
                    self._first[names] = first
                    first += texts.len()
                for names in missing.keys() & self._passing.keys():  # long ones: not in memory twice
                    self._passing[names] = self._texts.slice(self._first[names], missing[names].len())
            return self._texts, self._first


def _joined(texts: pl.Series, places: pl.DataFrame) -> bytes:
    """What is at the places, one row after the other."""
    by_row = pl.concat(places.get_columns(), rechunk=True)[_by_row(*places.shape)]
    # the texts that are gathered are only views: this one pass copies what they say
    return bytes(texts[by_row].str.join("").cast(pl.Binary).item())


@lru_cache(maxsize=4)
def _by_row(rows: int, columns: int) -> pl.Series:
    """Where the values of the first row are in columns that lie one behind the other, then those of the second, …"""
    number = pl.int_range(rows * columns, dtype=pl.UInt32)
    return pl.select(number % columns * rows + number // columns).to_series()
