"""Delimited text (CSV and its relatives) → text frame: the fast reader, and the proof that it lost nothing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import polars as pl

from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.damaged import read_damaged
from slaaudit.sources.files.dialect import Dialect, sniff
from slaaudit.sources.files.encodings import guess_text
from slaaudit.sources.files.few_words import few_words
from slaaudit.sources.files.table import TextTable, damaged_rows, doubtful_rows, in_one_piece, without_blank_rows
from slaaudit.sources.rejects import ROW

_SEPARATOR_LINE = re.compile(rb'"?sep=."?\r?\n', re.IGNORECASE)
_PIECE = 256 * 1024  # stays in the cache of a processor
_MANY = 1_000  # delimiters in the head of a file, from which the file is one of short cells


def read_delimited(content: Content) -> TextTable:
    """The text frame of a delimited file. Cells are as written; an empty cell is null; blank rows are left out.

    Polars reads the file in one go. That is kept only if it is shown to have lost nothing: no row is longer than the
    header (Polars refuses those) and the delimiters add up (it fills shorter rows without a word). Otherwise the file
    is read again row by row, which is slower but can tell each damaged row from the sound ones.
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
    if not _is_complete(content, dialect, frame):
        return None
    return in_one_piece(frame)


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return without_blank_rows(frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.UInt32).alias(ROW)))


def _is_complete(content: Content, dialect: Dialect, frame: pl.DataFrame) -> bool:
    """Whether every row has as many cells as the header: the delimiters between cells number rows × (cells − 1).

    A row whose last cell is not empty has all of them; where that is so of every row, nothing needs to be counted.
    """
    if frame.width == 1 or frame.to_series(-1).null_count() == 0:
        return True
    delimiters, quoted, blank_at_end = _count(content, dialect)
    if quoted:
        inside = frame.select(pl.all().cast(pl.String).str.count_matches(dialect.delimiter, literal=True).sum())
        delimiters -= sum(inside.row(0)) + sum(heading.count(dialect.delimiter) for heading in dialect.headings)
    return bool(delimiters == (frame.height - blank_at_end + 1) * (frame.width - 1))


def _count(content: Content, dialect: Dialect) -> tuple[int, bool, int]:
    """The number of delimiters in the file, whether it has quotes, and how many blank lines end it."""
    delimiter, delimiters, quoted, tail = dialect.delimiter.encode(), 0, False, b""
    with content.pieces() as stream:
        by_polars = stream.read(HEAD).count(delimiter) >= _MANY
        stream.seek(0)
        while piece := stream.read(_PIECE):
            delimiters += 0 if by_polars else piece.count(delimiter)
            quoted = quoted or b'"' in piece
            tail = (tail + piece)[-HEAD:]
    if by_polars:
        delimiters = _lines_ended(content.source, dialect.delimiter) - (not tail.endswith(delimiter))
    ends = len(tail) - len(tail.rstrip(b"\r\n"))
    return delimiters, quoted, max(tail[len(tail) - ends :].count(dialect.line_end.encode()) - 1, 0)


def _lines_ended(source: Path | bytes, mark: str) -> int:
    """How many lines a file has if it is this character that ends them; the last one need not have an end.

    Polars counts them on all processors, several times as fast as Python counts characters. But it looks closely at the
    first ones, at a cost in memory of many times their length: they must be short.
    """
    lines = pl.scan_csv(
        source, eol_char=mark, quote_char=None, has_header=False, schema={"line": pl.String}, glob=False
    )
    return int(lines.select(pl.len()).collect().item())
