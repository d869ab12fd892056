"""One input as a text frame: every cell as the file has it, and the rows that were damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from slaaudit.sources.rejects import ROW
from slaaudit.threads import in_order, threads_for


@dataclass(frozen=True)
class TextTable:
    """A text frame. `frame`: one row per usable row of the input; its columns are named `"0"`, `"1"`, … and are text,
    or dates and times where the format has such a type; then `_row`, the row in the input as a spreadsheet numbers
    it (delimited text: the header is row 1; other formats: the first entry is row 1). `headings`: what the input
    calls its columns, in order. `damaged`: one row per unusable row: `_row`, `code`, `value`.
    `doubtful`: likewise, of usable rows. `notes`: what a reader of the report should know about how this was read.
    `list_name`: the JSON list (`tickets`, `_embedded.conversations`) or the sheet that this was; "" = the whole file.
    `nested`: the headings in whose cells objects or lists of objects stand as JSON text. `more`: this is a page, and
    it says that another follows.
    """

    headings: tuple[str, ...]
    frame: pl.DataFrame
    damaged: pl.DataFrame = field(default_factory=lambda: damaged_rows([]))
    doubtful: pl.DataFrame = field(default_factory=lambda: damaged_rows([]))
    notes: tuple[str, ...] = ()
    list_name: str = ""
    nested: frozenset[str] = frozenset()
    more: bool = False

    @property
    def rows(self) -> int:
        """How many rows the input has, usable or not; blank rows are not rows."""
        return self.frame.height + self.damaged.height


def damaged_rows(rows: Sequence[tuple[int, str, str]]) -> pl.DataFrame:
    """A frame of damaged rows from (row, code, value as far as it could be read)."""
    return pl.DataFrame(rows, schema={ROW: pl.UInt32, "code": pl.String, "value": pl.String}, orient="row")


def in_one_piece(frame: pl.DataFrame) -> pl.DataFrame:
    """One piece a column: every later pass is faster, and none has to copy. Few columns at a time save memory."""
    columns = (frame.to_series(at) for at in range(frame.width))
    for at, column in enumerate(in_order(pl.Series.rechunk, columns, threads_for(frame.height))):
        frame.replace_column(at, column)
    return frame


def without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` without the rows in which every cell is empty; `_row` does not count as a cell."""
    cells = [name for name in frame.columns if name != ROW]
    if not cells or any(frame[name].null_count() == 0 for name in cells):
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(cells).is_null()))


def doubtful_rows(frame: pl.DataFrame, code: str = "bad_character") -> pl.DataFrame:
    """The rows of a text frame with what could not be decoded: `_row`, `code`, `value` (the first such cell)."""
    replaced = pl.coalesce(
        pl.when(pl.col(name).str.contains("\ufffd", literal=True)).then(pl.col(name))
        for name in frame.columns
        if frame[name].dtype == pl.String
    )
    rows = frame.select(ROW, code=pl.lit(code), value=replaced)
    return rows.filter(pl.col("value").is_not_null())
