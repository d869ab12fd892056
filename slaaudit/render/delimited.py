"""Rows → lines of CSV, many at a time: what repeats is written once and looked up, and the rest is only joined.

A word of an `Enum`, a flag or a small number is quoted and guarded once, with the comma behind it, not once a row;
neighbours that have few combinations are one text. Other text is copied as it is where one look at all of it shows
that nothing needs quotes or would be run by a spreadsheet, which is so for most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from slaaudit.frames import INSTANT
from slaaudit.render.cells import FORMULA, guarded, spreadsheet_cells
from slaaudit.render.looked_up import duration_parts, instant_parts
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report

_SPECIAL = '[",\r\n]'  # what is quoted, as is an empty text: an empty cell is a missing value
_FIRST_LETTER = "A"
_MOST_COMBINATIONS = 4_096
_SMALL_NUMBERS = 256
_NUMBERS = ("number", "count")


class Shared(Protocol):
    """Some rows of a report, of which columns can be told by places in a pool that all of its rows share.

    `pools`: of each such column the values, and the column of `frame` that has their places; `frame` has the others.
    """

    @property
    def frame(self) -> pl.DataFrame:
        """One row per row of the report."""

    @property
    def pools(self) -> Mapping[str, tuple[pl.Series, str]]:
        """Column → its values, and which column of `frame` has the places."""


@dataclass(frozen=True)
class Alone:
    """Rows without pools."""

    frame: pl.DataFrame
    pools: Mapping[str, tuple[pl.Series, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """Cells as places in a list of texts, the last of which is for null.

    `columns`: what the texts show, which tells the list from others; `by`: what the places are those of.
    """

    columns: tuple[str, ...]
    by: str
    places: pl.Series
    texts: pl.Series


Piece = pl.Series | Looked | str  # a text is the same in every row


@dataclass
class Lines:
    """Writes the rows of a report as lines of CSV; what is looked up is kept from one lot of rows to the next."""

    report: Report
    options: RenderOptions
    _lists: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)

    def header(self) -> bytes:
        """The names of the columns."""
        names = pl.Series(self.report.frame.columns, dtype=pl.String)
        return ",".join(_quoted(names)).encode() + b"\n"

    def of(self, rows: Shared) -> bytes:
        """The rows, a line each."""
        columns = self.report.frame.columns
        ends = dict.fromkeys(columns, ",") | {columns[-1]: "\n"}
        pieces = [piece for name, end in ends.items() for piece in self._pieces(name, rows, end)]
        return bytes(_text_of(self._joined(pieces)).str.join("").cast(pl.Binary).item())

    def _pieces(self, name: str, rows: Shared, end: str) -> list[Piece]:
        """What the cells of a column look like, with the end of each."""
        if name not in rows.pools:
            return self._pieces_of(rows.frame[name], end)
        values, by = rows.pools[name]
        if (name,) not in self._lists:
            texts = _text_of(self._pieces_of(values.alias(name), end))
            self._lists[name,] = pl.concat([texts, pl.Series([end])], rechunk=True)
        return [self._looked((name,), by, rows.frame[by])]

    def _pieces_of(self, cells: pl.Series, end: str) -> list[Piece]:
        kind, parts = self.report.kinds[cells.name], None
        looked = self._looked_up(cells, kind, end)
        if looked is not None:
            return [looked]
        if kind == "instant" and cells.dtype == INSTANT:
            parts = instant_parts(cells, self.report.timezone, end)
        elif kind == "duration" and self.options.durations in (None, "hms"):
            parts = duration_parts(cells, end)
        if parts is not None:
            return list(parts)
        return [self._text(cells), end]

    def _looked_up(self, cells: pl.Series, kind: str, end: str) -> Looked | None:
        dtype = cells.dtype
        if isinstance(dtype, pl.Enum):
            places = cells.to_physical()
            return self._list(cells.name, places, end, lambda: self._quoted_words(dtype.categories))
        if kind == "flag" and isinstance(dtype, pl.Boolean):
            return self._list(cells.name, cells.cast(pl.UInt8), end, lambda: pl.Series(["false", "true"]))
        least, most = (cells.min(), cells.max()) if kind in _NUMBERS and dtype.is_integer() else (None, None)
        if isinstance(least, int) and isinstance(most, int) and least >= 0 and most < _SMALL_NUMBERS:
            return self._list(cells.name, cells, end, lambda: pl.int_range(_SMALL_NUMBERS, eager=True).cast(pl.String))
        return None

    def _list(self, column: str, places: pl.Series, end: str, texts: Callable[[], pl.Series]) -> Looked:
        name = f"words of {column}"
        if (name,) not in self._lists:
            self._lists[name,] = (texts().extend_constant("", 1) + end).rechunk()
        return self._looked((name,), name, places)

    def _looked(self, columns: tuple[str, ...], by: str, places: pl.Series) -> Looked:
        texts, places = self._lists[columns], places.cast(pl.UInt32)
        return Looked(columns, by, places.fill_null(texts.len() - 1) if places.null_count() else places, texts)

    def _joined(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces, neighbours made one that have the same places, or few combinations."""
        joined: list[Piece] = []
        for piece in pieces:
            before = joined.pop() if joined else ""
            if isinstance(piece, str) and isinstance(before, str):
                joined.append(before + piece)
            elif isinstance(piece, Looked) and isinstance(before, Looked):
                joined += self._combined(before, piece)
            else:
                joined += [before, piece]
        return [piece for piece in joined if not isinstance(piece, str) or piece]

    def _combined(self, first: Looked, second: Looked) -> list[Piece]:
        columns, number = (*first.columns, *second.columns), second.texts.len()
        if first.by == second.by:
            if columns not in self._lists:
                both = pl.DataFrame({"first": first.texts, "second": second.texts})
                self._lists[columns] = both.select(pl.concat_str("first", "second")).to_series().rechunk()
            return [Looked(columns, first.by, first.places, self._lists[columns])]
        if first.texts.len() * number > _MOST_COMBINATIONS:
            return [first, second]
        if columns not in self._lists:
            both = first.texts.alias("first").to_frame().join(second.texts.alias("second").to_frame(), how="cross")
            self._lists[columns] = both.select(pl.concat_str("first", "second")).to_series().rechunk()
        return [Looked(columns, "", first.places * number + second.places, self._lists[columns])]

    def _text(self, cells: pl.Series) -> pl.Series:
        """The cells as text, quoted where they need it; null is empty."""
        if cells.dtype != pl.String or (not self.options.raw and _may_be_formula(cells)):
            cells = spreadsheet_cells(cells.to_frame(), self.report, self.options).to_series()
        if cells.str.contains(_SPECIAL).any() or (cells == "").any():
            cells = _quoted(cells)
        return cells.fill_null("") if cells.null_count() else cells

    def _quoted_words(self, words: pl.Series) -> pl.Series:
        cells = words.to_frame("word").select(pl.col("word") if self.options.raw else guarded(pl.col("word")))
        return _quoted(cells.to_series())


def _text_of(pieces: Sequence[Piece]) -> pl.Series:
    """The pieces of each row in one text; at least one piece is not the same in every row."""
    columns, parts = [], []
    for number, piece in enumerate(pieces):
        text = piece.texts.gather(piece.places) if isinstance(piece, Looked) else piece
        parts.append(pl.lit(text) if isinstance(text, str) else pl.col(str(number)))
        columns += [] if isinstance(text, str) else [text.alias(str(number))]
    return pl.DataFrame(columns).select(pl.concat_str(parts)).to_series()


def _may_be_formula(cells: pl.Series) -> bool:
    """Whether a spreadsheet would run one of the texts."""
    # all that it would run comes before the letters
    return bool((cells < _FIRST_LETTER).any()) and bool(cells.str.contains(FORMULA).any())


def _quoted(cells: pl.Series) -> pl.Series:
    """The texts, those in quotes that need them; null stays null."""
    text = pl.col("text")
    inside = text.str.replace_all('"', '""', literal=True)
    needs_quotes = text.str.contains(_SPECIAL) | (text == "")
    quoted = pl.when(needs_quotes).then(pl.concat_str(pl.lit('"'), inside, pl.lit('"'))).otherwise(text)
    return cells.to_frame("text").select(quoted).to_series()
