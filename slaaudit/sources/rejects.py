"""The list of rows that could not be used as they stand: what `--rejects` writes, one frame for the whole run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter

import polars as pl

from slaaudit.durations import hms
from slaaudit.frames import PROBLEMS, conform
from slaaudit.sources.messages import MESSAGES, OUTCOMES

FILE = "_file"  # position of the input among all inputs of the run
ROW = "_row"  # row in that input, as a spreadsheet numbers it
# the key, and whatever else two problems with one cell differ in: so their order depends on nothing but themselves
ORDER = (*PROBLEMS.key, *(name for name in PROBLEMS.names if name not in PROBLEMS.key))
SHOWN = 100  # characters of a cell that are repeated in a message


class Rejects:
    """Collects problems with rows; `frame()` yields them sorted, one row per problem (`frames.PROBLEMS`).

    `files` are the names of the inputs, in the order that the `_file` column counts.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self._files = pl.Series(files, dtype=pl.String)
        self._headings: dict[str, dict[int, str]] = {}
        self._frames: list[pl.DataFrame] = []

    def name_columns(self, file: int, headings: Mapping[str, str]) -> None:
        """Remember how input number `file` heads its columns: canonical name → heading."""
        for column, heading in headings.items():
            self._headings.setdefault(column, {})[file] = heading

    def add(self, code: str, rows: pl.DataFrame, *, column: str = "", rejected: bool = True, **words: str) -> None:
        """Add one problem per row of `rows`, which has `_file`, `_row` and perhaps `column`, the cell as exported.

        `column` is the canonical name; it is shown as the file heads it. `code` and `words` make the message.
        """
        what, hint = MESSAGES[code]
        outcome = OUTCOMES[rejected]
        self._frames.append(
            rows.with_columns(value=_shown(rows.schema, column)).select(
                code=pl.lit(code),
                file=pl.lit(self._files).gather(pl.col(FILE)),
                row=pl.col(ROW).cast(pl.UInt32),
                column=self._heading(column),
                value=pl.col("value"),
                what=_filled(what, {"outcome": outcome, **words}),
                hint=_filled(hint, words),
                rejected=pl.lit(rejected),
                ticket_id=_ticket_id(rows.columns),
            )
        )

    def _heading(self, column: str) -> pl.Expr:
        if not column:
            return pl.lit(None, pl.String)
        headings = self._headings.get(column, {})
        return pl.col(FILE).cast(pl.Int64).replace_strict(headings, default=column, return_dtype=pl.String)

    def frame(self) -> pl.DataFrame:
        """All problems so far, sorted by file, row, column and code; with `ticket_id`, where the row names one."""
        empty = pl.DataFrame(schema=PROBLEMS.schema | {"ticket_id": pl.String()})
        problems = pl.concat([empty, *(conform(frame, PROBLEMS) for frame in self._frames)])
        return problems.sort(*ORDER, "ticket_id", nulls_last=False, maintain_order=True)


def kinds_of(problems: pl.DataFrame) -> pl.DataFrame:
    """Of each code the first of the problems (`frames.PROBLEMS`), and how many there are (`times`)."""
    counted = problems.group_by("code", maintain_order=True).agg(
        pl.exclude("code").first(), times=pl.len().cast(pl.Int64)
    )
    return counted.select(*problems.columns, "times")


def _ticket_id(columns: Sequence[str]) -> pl.Expr:
    """The id as the row has it; null for rows that were read as a whole."""
    known = pl.col("ticket_id") if "ticket_id" in columns else pl.lit(None)
    return known.cast(pl.String).str.strip_chars()


def _shown(schema: Mapping[str, pl.DataType], column: str) -> pl.Expr:
    """The cell as text (instants in UTC); of rows that were read as a whole, what could be read of them."""
    name = column if column in schema else "value"
    if isinstance(schema.get(name), pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
    if isinstance(schema.get(name), pl.Duration):
        return hms(pl.col(name))
    return pl.col(name).cast(pl.String) if name in schema else pl.lit(None, pl.String)


def _filled(template: str, words: Mapping[str, str]) -> pl.Expr:
    """The message with `words` and columns of the row in the places of their names."""
    parts: list[pl.Expr] = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(pl.lit(text))
        if name is not None:
            parts.append(pl.lit(words[name]) if name in words else _short(pl.col(name).cast(pl.String)))
    return pl.concat_str(parts, ignore_nulls=True)


def _short(text: pl.Expr) -> pl.Expr:
    """What of a cell is repeated in a message."""
    return pl.when(text.str.len_chars() > SHOWN).then(text.str.slice(0, SHOWN - 1) + "…").otherwise(text)


class Sieve:
    """The rows of one frame that may still be used; a row is rejected once, for the first reason found.

    `rows` has `_file`, `_row` and the cells as exported, for the messages.
    """

    def __init__(self, rows: pl.DataFrame, rejects: Rejects) -> None:
        self.rows = rows
        self.kept = pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
        self._rejects = rejects
        self._notes: list[tuple[pl.Series, str, str, dict[str, str]]] = []

    def reject(self, which: pl.Series, code: str, column: str = "", **words: str) -> None:
        """Take out the rows marked in `which` (null is not marked), with a problem each."""
        found = which.fill_null(False) & self.kept
        self._tell(found, code, column, words, rejected=True)
        self.kept = self.kept & ~found

    def note(self, which: pl.Series, code: str, column: str = "", **words: str) -> None:
        """A problem for each row marked in `which` that is still in when all is `settled`."""
        self._notes.append((which, code, column, words))

    def settled(self) -> pl.Series:
        """Which rows are in, now that all have been checked; their notes are told."""
        for which, code, column, words in self._notes:
            self._tell(which.fill_null(False) & self.kept, code, column, words, rejected=False)
        return self.kept

    def _tell(self, found: pl.Series, code: str, column: str, words: Mapping[str, str], *, rejected: bool) -> None:
        if found.any():
            self._rejects.add(code, self.rows.filter(found), column=column, rejected=rejected, **words)

    @property
    def rejected(self) -> int:
        """How many rows are out."""
        return self.rows.height - int(self.kept.sum())
