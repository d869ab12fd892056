"""The proof that Polars read a delimited text as it is meant (RFC 4180), and lost nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from os import SEEK_END
from pathlib import Path

import polars as pl

from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.dialect import Dialect
from slaaudit.threads import in_order, threads

_PIECE = 256 * 1024  # stays in the cache of a processor
_MATCHED = 1024 * 1024  # bytes that are held against the grammar at a time
_MANY = 1_000  # delimiters in the head of a file, from which the file is one of short cells; quotes likewise
_LOOKED_AT = 5  # lines at the end of a part


@dataclass(frozen=True)
class Marks:
    """What the bytes of a file have: delimiters between cells, and so many blank lines at the end."""

    delimiters: int
    blank_at_end: int


def is_proven(content: Content, dialect: Dialect, frame: pl.DataFrame) -> bool:
    """Whether `frame` has every cell of the text: each quote is in its place, each row has as many cells as the header.

    A row whose last cell is not empty has all of its cells; where that is so of every row, none needs to be counted.
    """
    is_full = frame.width == 1 or frame.to_series(-1).null_count() == 0
    if dialect.line_end == "\r" and any(b"\n" in piece for piece in _pieces(content)):
        return False
    is_quoted = any(b'"' in piece for piece in _pieces(content))
    if is_quoted and not quotes_are_in_place(content, dialect):
        return False
    if is_full:
        return True
    marks = marks_of(content, dialect, frame if is_quoted else None)
    return marks.delimiters == (frame.height - marks.blank_at_end + 1) * (frame.width - 1)


def quotes_are_in_place(content: Content, dialect: Dialect) -> bool:
    """Whether each quote of the text opens a cell, closes it, or is one of two in a row within a quoted cell.

    Only then do all readers agree. Polars takes a stray quote (`7"`) for the beginning of quoted text where it looks
    for the ends of lines, but not where it looks for cells: it may put two rows into one.

    Parts are held against the grammar several at a time, each as it most likely starts and ends; a part of which that
    turns out wrong, since the one before it ends otherwise, is looked at once more.
    """
    dense = _is_dense(content)
    parts = _parts(content, dialect.line_end.encode(), dense=dense)
    inside = False
    for guess, fits in in_order(lambda part: (part, _fits(part, dialect)), parts, threads()):
        part = guess
        if not fits or guess.starts_inside != inside:
            part = Part(guess.text, inside, inside ^ _is_odd(guess.text))
            if part == guess or not _fits(part, dialect):
                return False
        inside = part.ends_inside
    return not inside


@dataclass(frozen=True)
class Part:
    """Some of the text, up to the end of a line, and whether it starts and ends inside a quoted cell."""

    text: bytes
    starts_inside: bool
    ends_inside: bool


def _is_dense(content: Content) -> bool:
    """Whether quotes are so many that to count them all takes longer than to guess, and to look again now and then."""
    with content.pieces() as stream:
        return stream.read(HEAD).count(b'"') >= _MANY


def _parts(content: Content, end: bytes, *, dense: bool) -> Iterator[Part]:
    """The text in parts; of one with dense quotes it is a guess that no part ends inside a quoted cell."""
    with content.pieces() as stream:
        rest, inside = b"", False
        while piece := stream.read(_MATCHED):
            cut = (_likely_end(piece, end) if dense else piece.rfind(end)) + 1
            if cut == 0:
                rest += piece
                continue
            text, rest = rest + piece[:cut], piece[cut:]
            before, inside = inside, not dense and inside ^ _is_odd(text)
            yield Part(text, before, inside)
        yield Part(rest, inside, ends_inside=False)


def _likely_end(piece: bytes, end: bytes) -> int:
    """Where one of the last lines ends that has an even number of quotes; -1 if there is no line end."""
    last = at = piece.rfind(end)
    for _ in range(_LOOKED_AT):
        before = piece.rfind(end, 0, at) if at > 0 else -1
        if before < 0:
            break
        if piece.count(b'"', before, at) % 2 == 0:
            return at
        at = before
    return last


def _is_odd(text: bytes) -> bool:
    return text.count(b'"') % 2 == 1


def _fits(part: Part, dialect: Dialect) -> bool:
    if not part.starts_inside and b'"' not in part.text:
        return not part.ends_inside
    grammar = _grammar(dialect.delimiter, dialect.line_end, part.starts_inside, part.ends_inside)
    try:
        text = pl.Series([part.text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:  # it is not UTF-8, which Polars need not see where it reads cells
        return False
    return bool(text.str.contains(grammar).all())


@cache
def _grammar(delimiter: str, line_end: str, starts_inside: bool, ends_inside: bool) -> str:
    """The pattern of well-quoted text that starts and ends inside a quoted cell, or outside of any."""
    mark = f"[{delimiter}{line_end}]"
    closed = rf"(?:{mark}|\r\n)"
    quoted = '[^"]*(?:""[^"]*)*'
    start = "" if starts_inside else f'(?:[^"]*{mark})?"'
    end = "" if ends_inside else rf'"(?:{closed}[^"]*|\r)?'
    pattern = rf'{start}{quoted}(?:"{closed}(?:[^"]*{mark})?"{quoted})*{end}'
    return rf"\A(?:{pattern})\z" if starts_inside or ends_inside else rf'\A(?:[^"]*|{pattern})\z'


def marks_of(content: Content, dialect: Dialect, quoted: pl.DataFrame | None) -> Marks:
    """What of the bytes of a file tells how many rows are whole; `quoted`: its cells, if some are quoted."""
    delimiter = dialect.delimiter.encode()
    with content.pieces() as stream:
        by_polars = stream.read(HEAD).count(delimiter) >= _MANY
        size = stream.seek(0, SEEK_END)
        stream.seek(max(size - HEAD, 0))
        tail = stream.read()
    if by_polars:
        counted = _lines_ended(content.source, dialect.delimiter, None if quoted is None else '"')
        counted -= not tail.endswith(delimiter)
    else:
        counted = sum(piece.count(delimiter) for piece in _pieces(content)) - _inside(quoted, dialect)
    ends = len(tail) - len(tail.rstrip(b"\r\n"))
    return Marks(counted, max(tail[len(tail) - ends :].count(dialect.line_end.encode()) - 1, 0))


def _inside(quoted: pl.DataFrame | None, dialect: Dialect) -> int:
    """How many delimiters are within cells, those of the header too."""
    if quoted is None:
        return 0
    times = quoted.select(pl.all().cast(pl.String).str.count_matches(dialect.delimiter, literal=True).sum())
    return int(sum(times.row(0))) + sum(heading.count(dialect.delimiter) for heading in dialect.headings)


def _pieces(content: Content) -> Iterator[bytes]:
    with content.pieces() as stream:
        yield from iter(partial(stream.read, _PIECE), b"")


def _lines_ended(source: Path | bytes, mark: str, quote: str | None) -> int:
    """How many lines a file has if it is this character that ends them, but for those in quoted cells; the last one
    need not have an end.

    Polars counts them on all processors, several times as fast as Python counts characters. But it looks closely at the
    first ones, at a cost in memory of many times their length: they must be short.
    """
    schema = {"line": pl.String}
    lines = pl.scan_csv(source, eol_char=mark, quote_char=quote, has_header=False, schema=schema, glob=False)
    return int(lines.select(pl.len()).collect().item())
