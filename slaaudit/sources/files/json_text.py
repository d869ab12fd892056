"""JSON and NDJSON → text frames. Polars parses the entries, one a line, and gives every value as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.content import HEAD, Content
from slaaudit.sources.files.encodings import Guess, guess_text
from slaaudit.sources.files.json_cells import json_columns
from slaaudit.sources.files.json_documents import FoundList, are_pages, list_in_array, lists_in_objects
from slaaudit.sources.files.json_lines import Entries, mended, prepared, sound_entries
from slaaudit.sources.files.stopping import stop
from slaaudit.sources.files.table import TextTable, damaged_rows, doubtful_rows, without_blank_rows
from slaaudit.sources.rejects import ROW

_ONE_LINE = bytes.maketrans(b"\n\r", b"  ")  # inside strings JSON writes line breaks as escapes
_AGAIN = "export it again"


@dataclass(frozen=True)
class _Doubt:
    """What was found wrong in the text as a whole: how it was decoded, and halves of characters."""

    guess: Guess
    halves: bool = False

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that were read with doubtful characters."""
        if self.guess.damaged:
            return doubtful_rows(frame)
        return doubtful_rows(frame, "half_character") if self.halves else damaged_rows([])


def read_json(content: Content) -> list[TextTable]:
    """The text frames of a JSON or NDJSON file, one a list of entries; the first entry of a list is row 1.

    A document is a list of objects, an object that holds lists (each is a table), one entry, or an object around one.
    A line of NDJSON is an entry, or a page whose lists are put together. Numbers and booleans become text (whole
    numbers without `.0`), lists of plain values are joined by `|`, an object called `custom` gives one column a key
    (`custom.<key>`), any other nested value stays as JSON text. Of a key that an object has twice the first counts.
    """
    lines = _first_lines(content)
    if lines is None:
        return _from_document(content)
    data, guess = content.data, Guess("")
    if not _is_utf8(data):
        guess = guess_text(content.name, data)
        data = guess.text.encode()
    data, halves = prepared(data)
    found = _pages(data) if are_pages(lines[0]) else []
    return [_table(content.name, one, _Doubt(guess, halves)) for one in found or [FoundList("", Entries(data))]]


def _first_lines(content: Content) -> list[str] | None:
    """The first lines of NDJSON, which a file is by its name or because its first two lines are objects; else None."""
    with content.pieces() as stream:
        head = stream.read(HEAD)
        if head.lstrip().startswith(b"{"):  # an entry may be long, and a page is
            head += stream.readline() + stream.read(HEAD)
    lines = head.decode("utf-8", "replace").split("\n")
    lines = [line.strip() for line in lines if line.strip()]
    named = any(suffix in (".ndjson", ".jsonl") for suffix in Path(content.name.lower()).suffixes)
    if named or not lines[0].startswith("{"):
        return lines if lines[0].startswith("{") else None
    return lines if len(lines) > 1 and lines[0].endswith("}") and lines[1].startswith("{") else None


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False


def _pages(data: bytes) -> list[FoundList]:
    """The lists in pages, one a line; none when they cannot be read as such."""
    try:
        return lists_in_objects(data)
    except pl.exceptions.PolarsError:
        return []


def _from_document(content: Content) -> list[TextTable]:
    guess = guess_text(content.name, content.data)
    text = guess.text.strip()
    lists_in = list_in_array if text.startswith("[") else lists_in_objects
    line, halves = prepared(text.encode().translate(_ONE_LINE))
    try:
        found = lists_in(line)
    except (pl.exceptions.PolarsError, ValueError):
        _stop_unless_json(content.name, guess.text)
        found = _from_mended(content.name, line.decode(), lists_in)
    if not found:
        hint = "write the tickets as an array of objects, or one object a line; events into a file of their own"
        raise stop("no_entries", content.name, "there is no array of objects in this JSON", hint)
    return [_table(content.name, one, _Doubt(guess, halves)) for one in found]


def _stop_unless_json(name: str, text: str) -> None:
    """Nothing, when the standard library reads the text as JSON; else raises with the place of what is wrong."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        what = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise stop("bad_json", name, what, "the file may be cut off: export it again") from None
    except RecursionError:
        raise _too_deep(name) from None


def _from_mended(name: str, line: str, lists_in: Callable[[bytes], list[FoundList]]) -> list[FoundList]:
    """The lists in a document that Polars refuses but that is JSON as the standard library reads it."""
    try:
        return lists_in(mended(line).encode())
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise (_too_deep(name) if "DepthLimit" in str(error) else _unread(name)) from None


def _too_deep(name: str) -> SlaauditError:
    return stop("bad_json", name, "the values are nested too deeply", _AGAIN)


def _unread(name: str) -> SlaauditError:
    return stop("bad_json", name, "the file is not JSON that can be read", _AGAIN)


def _table(name: str, found: FoundList, doubt: _Doubt) -> TextTable:
    entries, columns = found.entries, json_columns(found.entries)
    if columns is None:
        entries = sound_entries(entries)
        columns = json_columns(entries)
    if columns is None:
        raise _unread(name)
    frame = pl.DataFrame([column.cells.alias(str(position)) for position, column in enumerate(columns)])
    frame = frame.with_columns(entries.row_numbers(frame.height)) if columns else pl.DataFrame(schema={ROW: pl.UInt32})
    table = TextTable(tuple(column.name for column in columns), without_blank_rows(frame))
    return replace(
        table,
        damaged=entries.damaged,
        doubtful=doubt.rows(table.frame),
        notes=doubt.guess.notes,
        list_name=found.name,
        nested=frozenset(column.name for column in columns if column.nested),
        more=found.more,
    )
