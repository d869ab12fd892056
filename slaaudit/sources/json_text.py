"""JSON and NDJSON → text frame. Polars parses the entries, one a line, and gives every value as text."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from slaaudit.sources.content import HEAD, Content
from slaaudit.sources.encodings import Guess, guess_text
from slaaudit.sources.json_cells import NEST, Keys, columns_of
from slaaudit.sources.json_entries import array_entries
from slaaudit.sources.rejects import ROW
from slaaudit.sources.stopping import stop
from slaaudit.sources.table import TextTable, damaged_rows, doubtful_rows, without_blank_rows

_SHOWN = 200  # characters of a damaged entry that are shown
_DIGITS = 38  # of a whole number, as many as an Int128 holds
_NESTED = re.compile(rf'"{NEST}"\s*:\s*\{{'.encode())


@dataclass
class _Lines:
    """NDJSON: one entry a line; `numbers` of the entries in the input (None: 1, 2, 3, …), and what was damaged."""

    data: bytes
    numbers: list[int] | None = None
    damaged: list[tuple[int, str, str]] = field(default_factory=list)


def read_json(content: Content) -> TextTable:
    """The text frame of a JSON or NDJSON file; the first entry is row 1.

    Numbers and booleans become text (whole numbers without `.0`), lists of plain values are joined by `|`, an object
    called `custom` gives one column a key (`custom.<key>`), any other nested value stays as JSON text.
    """
    data, guess = content.data, Guess("")
    lines = _Lines(data)
    if not _is_one_a_line(content):
        guess = guess_text(content.name, data)
        lines = _entries(content.name, guess.text)
    read = _read(lines, _keys(lines.data))
    if read is None:
        guess = guess if guess.text else guess_text(content.name, data)
        lines, keys = _sound_lines(lines.data.decode() if lines.numbers else guess.text, lines)
        read = _read(lines, keys)
    if read is None:
        raise stop("bad_json", content.name, "the file is not JSON that can be read", "export it again")
    headings, frame = read
    doubtful = doubtful_rows(frame) if guess.damaged else damaged_rows([])
    return TextTable(headings, frame, damaged_rows(lines.damaged), doubtful, guess.notes)


def _entries(name: str, text: str) -> _Lines:
    data, numbers, odd = array_entries(name, text)
    return _Lines(data, numbers, [(number, "not_an_object", entry[:_SHOWN]) for number, entry in odd])


def _is_one_a_line(content: Content) -> bool:
    """Whether the file is NDJSON: by its name, or because its first two lines are objects."""
    with content.pieces() as stream:
        lines = stream.read(HEAD).decode("utf-8", "replace").split("\n")
    lines = [line.strip() for line in lines if line.strip()]
    named = any(suffix in (".ndjson", ".jsonl") for suffix in Path(content.name).suffixes)
    if named or not lines[0].startswith("{"):
        return lines[0].startswith("{")
    return len(lines) > 1 and lines[0].endswith("}") and lines[1].startswith("{")


def _keys(data: bytes) -> Keys | None:
    """The keys of all entries of an NDJSON file, or None when Polars finds something wrong with it."""
    if not data.strip():
        return Keys()
    try:
        schema = pl.scan_ndjson(data, infer_schema_length=None).collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        return None
    inner = schema.get(NEST)
    if inner == pl.String and _NESTED.search(data):
        return None  # some are objects and some are not: their keys have to be looked for one by one
    custom = {f.name: _kind(f.dtype) for f in inner.fields} if isinstance(inner, pl.Struct) else {}
    return Keys({name: _kind(dtype) for name, dtype in schema.items()}, custom)


def _kind(dtype: object) -> str:
    return "list" if isinstance(dtype, pl.List) else "object" if isinstance(dtype, pl.Struct) else "plain"


def _read(lines: _Lines, keys: Keys | None) -> tuple[tuple[str, ...], pl.DataFrame] | None:
    """The headings and the text frame of the entries, or None when they cannot be read."""
    if keys is None:
        return None
    if not keys.kinds:
        return (), pl.DataFrame(schema={ROW: pl.UInt32})
    try:
        frame = pl.read_ndjson(lines.data, schema=dict.fromkeys(keys.kinds, pl.String))
    except (pl.exceptions.PolarsError, OSError):
        return None
    columns = columns_of(frame, keys, lines.data)
    cells = pl.DataFrame([cell.alias(str(position)) for position, (_, cell) in enumerate(columns)])
    numbers = pl.Series(ROW, lines.numbers or range(1, frame.height + 1), dtype=pl.UInt32)
    return tuple(name for name, _ in columns), without_blank_rows(cells.with_columns(numbers))


def _sound_lines(text: str, lines: _Lines) -> tuple[_Lines, Keys]:
    """Of damaged NDJSON: the sound lines, with the damaged ones told, and the keys. Blank lines do not count."""
    keys, sound, numbers, damaged = Keys(), [], [], lines.damaged
    entries = [line for line in text.split("\n") if line.strip()]
    for number, line in zip(lines.numbers or range(1, len(entries) + 1), entries, strict=True):
        try:
            entry = json.loads(line, parse_constant=_refuse, parse_int=_integer, parse_float=_decimal)
            json.dumps(entry, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            damaged.append((number, "bad_json", line.strip()[:_SHOWN]))
            continue
        if not isinstance(entry, dict):
            damaged.append((number, "not_an_object", line.strip()[:_SHOWN]))
            continue
        keys.meet(entry)
        sound.append(line)
        numbers.append(number)
    return _Lines("\n".join(sound).encode(), numbers, damaged), keys


def _refuse(word: str) -> object:
    raise ValueError(word)


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(digits)
    return int(digits)


def _decimal(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError(digits)
    return number
