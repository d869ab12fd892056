"""How a delimited file is written: its delimiter, the end of its lines, its header."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.encodings import guess_text
from slaaudit.sources.files.stopping import stop

DELIMITERS = (",", ";", "\t", "|")
_FURTHER = 1024 * 1024
_LONGEST_HEADER = 8 * 1024 * 1024  # bytes in which the first line must end

_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written: the delimiter, the end of its lines, and its header."""

    delimiter: str
    line_end: str
    headings: tuple[str, ...]
    header_row: int  # as a spreadsheet numbers it: 1, unless blank lines come first


def sniff(content: Content) -> Dialect:
    """The dialect of a delimited file, from its first lines."""
    with content.pieces() as stream:
        head = stream.read(HEAD)
        if len(head) == HEAD and not _LINE_END.search(head.lstrip(b"\r\n")):
            head += stream.read(_LONGEST_HEADER)
            if len(head) > _LONGEST_HEADER and not _LINE_END.search(head.lstrip(b"\r\n")):
                raise _too_long(content.name)
        if head.count(b'"') % 2:  # a quoted cell is cut off: look further, but not through the whole file
            head += stream.read(_FURTHER)
    text = _text_of(head)
    delimiter = max(DELIMITERS, key=lambda mark: _regularity(text, mark))
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        number, record = next((number, record) for number, record in enumerate(records, start=1) if record)
    except StopIteration:
        hint = "export it again; a table has at least a header row"
        raise stop("empty_file", content.name, "the file is empty", hint) from None
    except csv.Error:
        what = "the header row cannot be read: a quote in it may not be closed"
        raise stop("bad_header", content.name, what, "correct the first row, or export the file again") from None
    line_end = _line_end(text, records.line_num)
    return Dialect(delimiter, line_end, tuple(cell.strip() for cell in record), number)


def _line_end(text: str, number: int) -> str:
    """What ends the line of that number, and so all others: `\\r` only where nothing else does.

    A line end may also be written twice over (`\\r\\r\\n`), by Python on Windows for one.
    """
    line, *following = islice(io.StringIO(text, newline=""), number - 1, number + 1)
    return "\r" if line.endswith("\r") and following != ["\r\n"] else "\n"


def _too_long(name: str) -> SlaauditError:
    what = "the first line does not end: this is no table, or its line ends are lost"
    return stop("bad_header", name, what, "export the file again")


def _text_of(head: bytes) -> str:
    """The text of the first bytes of a file, up to the last full character."""
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return guess_text("", head).text


def _regularity(text: str, delimiter: str) -> tuple[int, int]:
    """How well `delimiter` cuts the first lines: how many cells the header has, if most rows have as many."""
    try:
        widths = [len(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if record]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] == 1:
        return (0, 0)
    first = widths[:50]
    return (int(2 * first.count(widths[0]) > len(first)), widths[0])
