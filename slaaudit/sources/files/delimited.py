"""Delimited text (CSV and its relatives) → text frame: the fast reader, and the slow one where it is not proven."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import polars as pl

from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.damaged import read_damaged
from slaaudit.sources.files.dialect import Dialect, sniff
from slaaudit.sources.files.encodings import guess_text
from slaaudit.sources.files.few_words import few_words
from slaaudit.sources.files.proof import is_proven
from slaaudit.sources.files.table import TextTable, damaged_rows, doubtful_rows, in_one_piece, without_blank_rows
from slaaudit.sources.rejects import ROW

_SEPARATOR_LINE = re.compile(rb'"?sep=."?\r?\n', re.IGNORECASE)


def read_delimited(content: Content) -> TextTable:
    """The text frame of a delimited file. Cells are as written; an empty cell is null; blank rows are left out.

    Polars reads the file in one go. That is kept only if it is shown to have lost nothing: no row is longer than the
    header (Polars refuses those), the delimiters add up (it fills shorter rows without a word), and every quote stands
    in its place (a stray one may hide a line end from it). Otherwise the file is read again row by row, which is slower
    but right, and can tell each damaged row from the sound ones.
    """
    content = _without_separator_line(content)
    dialect = sniff(content)
    if (frame := _read_whole(content, dialect, few_words(content, dialect))) is not None:
        return TextTable(dialect.headings, frame)
    guess = guess_text(content.name, content.data)
    whole = _read_whole(replace(content, source=guess.text.encode()), dialect) if guess.note or guess.damaged else None
    frame, damaged = read_damaged(guess.text, dialect) if whole is None else (whole, damaged_rows([]))
    doubtful = doubtful_rows(frame) if guess.damaged else damaged_rows([])
    return TextTable(dialect.headings, frame, damaged, doubtful, guess.notes)


def read_part(
    content: Content, dialect: Dialect, words: Collection[str], before: int
) -> tuple[pl.DataFrame, int] | None:
    """The text frame of the header and some of the rows of a file, `before` of which came before, and how many these
    are; None when anything is wrong with them. The columns `words` are categories.
    """
    frame = _parsed(content, dialect, words)
    return None if frame is None else (_numbered(frame, dialect.header_row + 1 + before), frame.height)


def has_separator_line(content: Content) -> bool:
    """Whether the first line tells Excel what the delimiter is (`sep=;`)."""
    return _separator_line(content) is not None


def _separator_line(content: Content) -> re.Match[bytes] | None:
    with content.pieces() as stream:
        return _SEPARATOR_LINE.match(stream.read(HEAD))


def _without_separator_line(content: Content) -> Content:
    """The content without the first line that tells Excel what the delimiter is (`sep=;`)."""
    line = _separator_line(content)
    return replace(content, source=content.data[line.end() :]) if line else content


def _read_whole(content: Content, dialect: Dialect, words: Collection[str] = ()) -> pl.DataFrame | None:
    """The text frame as Polars reads it, or None when the file is damaged or not UTF-8."""
    frame = _parsed(content, dialect, words)
    return None if frame is None else _numbered(frame, dialect.header_row + 1)


def _parsed(content: Content, dialect: Dialect, words: Collection[str] = ()) -> pl.DataFrame | None:
    """All rows as Polars reads them, the columns `words` as categories; None when the file is damaged or not UTF-8."""
    names = [str(position) for position in range(len(dialect.headings))]
    try:
        frame = pl.read_csv(
            content.source,
            separator=dialect.delimiter,
            eol_char=dialect.line_end,
            infer_schema=False,
            schema_overrides=dict.fromkeys(words, pl.Categorical),
            new_columns=names,
            glob=False,
        )
    except (pl.exceptions.PolarsError, OSError):
        return None
    return in_one_piece(frame) if is_proven(content, dialect, frame) else None


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return without_blank_rows(frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.UInt32).alias(ROW)))
