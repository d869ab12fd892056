"""One input as tables that come piece by piece: delimited text and Parquet; everything else is read whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.content import HEAD, Content, open_content
from slaaudit.sources.files.delimited import has_separator_line, read_part
from slaaudit.sources.files.dialect import Dialect, sniff
from slaaudit.sources.files.encodings import encoding_of
from slaaudit.sources.files.few_words import few_words
from slaaudit.sources.files.inputs import Input
from slaaudit.sources.files.parquet import parquet_rows, read_rows
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.rejects import ROW

_HEAD = 1024 * 1024  # bytes that tell whose export it is
_ROWS = 10  # and as many rows: a title may stand above the header
_PARQUET_HEAD = 1_000  # rows, of which none is a title
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")  # how gzip and zstandard begin


class NotInPieces(Exception):  # noqa: N818 - it is caught where it is raised on purpose: the file is read whole
    """The input called `name` cannot be read in pieces: it is damaged, or only the whole tells how it is written."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Pieces:
    """A table of an input: its `head`, enough to tell what it is, and `read`, which yields all of it in order.

    `size` of a piece: bytes of the file. A table that was read whole is its own head, and `read` is None.
    """

    head: TextTable
    read: Callable[[int], Iterator[TextTable]] | None = None


def tables_of(one: Input, encoding: str | None, *, whole: bool) -> list[Pieces]:
    """The tables of an input. Raises `SlaauditError` as `read_tables` does."""
    found = None if whole or encoding else _in_pieces(one)
    return found or [Pieces(text) for text in read_tables(one.name, one.source, encoding=encoding)]


def _in_pieces(one: Input) -> list[Pieces] | None:
    if isinstance(one.source, bytes):
        return None
    try:
        if not one.source.is_file() or _must_be_whole(one.source):
            return None
        content = open_content(one.name, one.source)
        if not isinstance(content.source, Path):
            return None
        read = {"delimited": _delimited, "parquet": _parquet}[content.kind]
        return [read(content, content.source)]
    except (KeyError, OSError, SlaauditError, NotInPieces, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None  # reading it whole tells what is wrong


def _must_be_whole(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    return head.startswith(_PACKED) or encoding_of(head) is not None


def _delimited(content: Content, path: Path) -> Pieces:
    if has_separator_line(content):
        raise NotInPieces(content.name)
    dialect = sniff(content)
    words = few_words(content, dialect)
    head = next(_delimited_pieces(content, path, dialect, words, _HEAD), None)
    if head is None or (head.frame.height < _ROWS and path.stat().st_size > _HEAD):
        raise NotInPieces(content.name)
    return Pieces(head, lambda size: _delimited_pieces(content, path, dialect, words, size))


def _delimited_pieces(
    content: Content, path: Path, dialect: Dialect, words: Collection[str], size: int
) -> Iterator[TextTable]:
    """The table in pieces of about `size` bytes, each parsed and proved as the whole file would be."""
    end = dialect.line_end.encode()
    with path.open("rb") as file:
        rest = file.read(size)
        header, rest = _header(rest, end, content.name)
        before = 0
        for piece, is_last in _records(rest, file, end, size):
            tail = piece[-HEAD:]
            has_blank_line = tail[len(tail.rstrip(b"\r\n")) :].count(end) > 1 and not is_last
            if has_blank_line or (before and piece[:1] in (b"\r", b"\n")):
                raise NotInPieces(content.name)  # at the edge of a piece it would not be seen to be in the middle
            found = read_part(replace(content, source=header + piece), dialect, words, before)
            if found is None:
                raise NotInPieces(content.name)
            frame, rows = found
            before += rows
            yield TextTable(dialect.headings, frame)


def _header(data: bytes, end: bytes, name: str) -> tuple[bytes, bytes]:
    """The bytes through the header row, and those after it."""
    start = len(data) - len(data.lstrip(b"\r\n"))
    at = data.find(end, start)
    while at >= 0 and data.count(b'"', start, at) % 2:
        at = data.find(end, at + 1)
    if at < 0:
        raise NotInPieces(name)
    return data[: at + 1], data[at + 1 :]


def _records(data: bytes, file: BinaryIO, end: bytes, size: int) -> Iterator[tuple[bytes, bool]]:
    """Whole records of about `size` bytes, and whether they are the last."""
    while True:
        following = file.read(size)
        cut = _last_end(data, end) if following else len(data)
        if cut or not following:
            yield data[:cut], not following
        if not following:
            return
        data = data[cut:] + following


def _last_end(data: bytes, end: bytes) -> int:
    """Where the last whole record ends: at a line end that is not inside quotes; 0 if there is none."""
    at = data.rfind(end)
    quotes = data.count(b'"', 0, at) if at > 0 else 0
    while at > 0 and quotes % 2:
        before = data.rfind(end, 0, at)
        quotes -= data.count(b'"', max(before, 0), at)
        at = before
    return at + 1 if at > 0 else 0


def _parquet(content: Content, path: Path) -> Pieces:
    rows = parquet_rows(path)

    def read(size: int) -> Iterator[TextTable]:
        at_once = max(1_000, rows * size // max(path.stat().st_size * 8, 1))  # a byte there is several of text
        for start in range(0, max(rows, 1), at_once):
            try:
                yield read_rows(path, start, at_once)
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
                raise NotInPieces(content.name) from None

    return Pieces(read_rows(path, 0, _PARQUET_HEAD), read)


def below_header(piece: TextTable, head: TextTable, recognised: TextTable) -> TextTable:
    """`piece` with the headings of the head as it was recognised, and without the rows above those."""
    if recognised is head or recognised.headings == head.headings:
        return piece
    dropped = head.frame.height - recognised.frame.height
    header_row = head.frame[ROW][dropped - 1]
    return replace(piece, headings=recognised.headings, frame=piece.frame.filter(pl.col(ROW) > header_row))
