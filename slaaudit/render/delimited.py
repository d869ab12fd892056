"""Rows → lines of CSV, many at a time: what repeats is written once and looked up, and the rest is only joined.

A word of an `Enum`, a flag or a small number is quoted and guarded once, with the comma behind it, not once a row;
neighbours that have few combinations are one text. Other text is copied as it is where one look at all of it shows
that nothing needs quotes or would be run by a spreadsheet, which is so for most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol, cast

import polars as pl

from slaaudit.render.cells import guarded, may_be_formula, spreadsheet_cells
from slaaudit.render.lists import Lists
from slaaudit.render.looked_up import Looked, Piece, duration_parts, instant_parts, looked, text_of
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.reports.whole_seconds import from_seconds, in_seconds

_SPECIAL = '[",\r\n]'  # what is quoted, as is an empty text: an empty cell is a missing value
_ROWS = 16_384  # of one text
_MANY_ROWS = 16_000  # for which more combinations are worth writing down
_FEW_COMBINATIONS, _MOST_COMBINATIONS = 4_096, 32_768  # of neighbours that are written down as one text
_FEW_NUMBERS, _SMALL_NUMBERS = 64, 256  # that are written down at least, and at most: larger ones repeat too seldom
_NUMBERS = ("number", "count")


class Shared(Protocol):
    """Some rows of a report, of which columns can be told by places in a pool that all of its rows share.

    `pools`: of each such column the values, and the column of `frame` that has their places; `frame` has the others.
    `seconds`: those of them that are told in whole seconds, and the type that they have in the report.
    """

    @property
    def frame(self) -> pl.DataFrame:
        """One row per row of the report."""

    @property
    def pools(self) -> Mapping[str, tuple[pl.Series, str]]:
        """Column → its values, and which column of `frame` has the places."""

    @property
    def seconds(self) -> Mapping[str, pl.DataType]:
        """Column of `frame` that has whole seconds → its type in the report."""


@dataclass(frozen=True)
class Alone:
    """Rows as a report has them."""

    frame: pl.DataFrame
    pools: Mapping[str, tuple[pl.Series, str]] = field(default_factory=dict)
    seconds: Mapping[str, pl.DataType] = field(default_factory=dict)


@dataclass
class Lines:
    """Writes the rows of a report as lines of CSV; what is looked up is kept from one lot of rows to the next."""

    report: Report
    options: RenderOptions
    _lists: Lists = field(default_factory=Lists)

    def header(self) -> bytes:
        """The names of the columns."""
        names = pl.Series(self.report.frame.columns, dtype=pl.String)
        return ",".join(_quoted(names)).encode() + b"\n"

    def of(self, rows: Shared) -> list[bytes]:
        """The rows, a line each; of so many that they are still near when they are written, a text."""
        columns = self.report.frame.columns
        ends = dict.fromkeys(columns, ",") | {columns[-1]: "\n"}
        places = {name: rows.pools[name][1] if name in rows.pools else "" for name in columns}
        pieces: list[Piece] = []
        for by, names in groupby(columns, key=places.__getitem__):
            if by:
                pieces.append(self._shared({name: ends[name] for name in names}, rows, by))
            else:
                for name in names:
                    pieces += self._pieces_of(rows.frame[name], ends[name], rows.seconds.get(name))
        joined = self._joined(pieces)
        if all(isinstance(piece, Looked) for piece in joined):
            return self._lists.rows(cast("list[Looked]", joined), _ROWS)
        lines = text_of(joined).to_frame("line")
        return [bytes(some["line"].str.join("").cast(pl.Binary).item()) for some in lines.iter_slices(_ROWS)]

    def of_other_pools(self) -> Lines:
        """The same for rows with other pools."""
        return Lines(self.report, self.options, self._lists.fresh())

    def _shared(self, ends: Mapping[str, str], rows: Shared, by: str) -> Looked:
        """The cells of neighbouring columns that have the same places, with the end of each: written once a value."""

        def texts() -> pl.Series:
            values = {column: rows.pools[column][0].alias(column) for column in ends}
            cells = text_of([each for column, end in ends.items() for each in self._pieces_of(values[column], end)])
            return pl.concat([cells, pl.Series(["".join(ends.values())])], rechunk=True)

        name = f"values of {[*ends]}"  # as a list: headings may have commas in them
        return looked(name, rows.frame[by], self._lists.kept((name,), texts, passes=True))

    def _pieces_of(self, cells: pl.Series, end: str, dtype: pl.DataType | None = None) -> Sequence[Piece]:
        """What cells look like, with the end of each; with a `dtype` they are told in whole seconds."""
        kind, parts = self.report.kinds[cells.name], None
        in_word = self._looked_up(cells, kind, end) if dtype is None else None
        if in_word is not None:
            return [in_word]
        if kind == "instant" or (kind == "duration" and self.options.durations in (None, "hms")):
            seconds = in_seconds(cells) if dtype is None else cells
            if seconds is not None and kind == "instant":
                parts = instant_parts(seconds, self.report.timezone, end)
            elif seconds is not None:
                parts = duration_parts(seconds, end)
        return parts or [self._text(cells if dtype is None else from_seconds(cells, dtype)), end]

    def _looked_up(self, cells: pl.Series, kind: str, end: str) -> Looked | None:
        dtype = cells.dtype
        if isinstance(dtype, pl.Enum):
            words = f"words of {cells.name}"
            texts = self._list(words, end, lambda: self._quoted_words(dtype.categories))
            return looked(words, cells, texts, pl.lit(cells).to_physical())
        if kind == "flag" and isinstance(dtype, pl.Boolean):
            flags = f"flags{end}"
            return looked(flags, cells, self._list(flags, end, lambda: pl.Series(["false", "true"])))
        least, most = (cells.min(), cells.max()) if kind in _NUMBERS and dtype.is_integer() else (None, None)
        if isinstance(least, int) and isinstance(most, int) and least >= 0 and most < _SMALL_NUMBERS:
            number = max(_FEW_NUMBERS, 1 << most.bit_length())  # more than needed, so that few lists are made
            numbers = f"numbers below {number}{end}"
            texts = self._list(numbers, end, lambda: pl.int_range(number, eager=True).cast(pl.String))
            return looked(numbers, cells, texts)
        return None

    def _list(self, name: str, end: str, texts: Callable[[], pl.Series]) -> pl.Series:
        def with_end() -> pl.Series:
            return (texts().extend_constant("", 1) + end).rechunk()

        return self._lists.kept((name,), with_end)

    def _joined(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The pieces, neighbours made one that have few combinations."""
        most = _MOST_COMBINATIONS if self.report.frame.height >= _MANY_ROWS else _FEW_COMBINATIONS
        joined: list[Piece] = []
        for piece in pieces:
            before = joined.pop() if joined else ""
            if isinstance(piece, str) and isinstance(before, str):
                joined.append(before + piece)
            elif isinstance(piece, Looked) and isinstance(before, Looked):
                joined += self._combined(before, piece, most)
            else:
                joined += [before, piece]
        return [piece for piece in joined if not isinstance(piece, str) or piece]

    def _combined(self, first: Looked, second: Looked, most: int) -> list[Piece]:
        names, number = (*first.names, *second.names), second.texts.len()
        if first.texts.len() * number > most:
            return [first, second]

        def texts() -> pl.Series:
            both = first.texts.alias("first").to_frame().join(second.texts.alias("second").to_frame(), how="cross")
            return both.select(pl.concat_str("first", "second")).to_series().rechunk()

        passes = self._lists.passes(first) or self._lists.passes(second)
        return [Looked(names, first.place * number + second.place, self._lists.kept(names, texts, passes=passes))]

    def _text(self, cells: pl.Series) -> pl.Series:
        """The cells as text, quoted where they need it; null is empty."""
        if cells.dtype != pl.String or (not self.options.raw and may_be_formula(cells)):
            cells = spreadsheet_cells(cells.to_frame(), self.report, self.options).to_series()
        if cells.str.contains(_SPECIAL).any() or (cells == "").any():
            cells = _quoted(cells)
        return cells.fill_null("") if cells.null_count() else cells

    def _quoted_words(self, words: pl.Series) -> pl.Series:
        cells = words.to_frame("word").select(pl.col("word") if self.options.raw else guarded(pl.col("word")))
        return _quoted(cells.to_series())


def _quoted(cells: pl.Series) -> pl.Series:
    """The texts, those in quotes that need them; null stays null."""
    text = pl.col("text")
    inside = text.str.replace_all('"', '""', literal=True)
    needs_quotes = text.str.contains(_SPECIAL) | (text == "")
    quoted = pl.when(needs_quotes).then(pl.concat_str(pl.lit('"'), inside, pl.lit('"'))).otherwise(text)
    return cells.to_frame("text").select(quoted).to_series()
