"""The entries of a JSON document: an array of objects, or an object that holds one such array → one entry a line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from slaaudit.problems import SlaauditError
from slaaudit.sources.stopping import stop

_DECODER = json.JSONDecoder()
_ONE_LINE = {ord("\n"): " ", ord("\r"): " "}  # inside strings JSON writes line breaks as escapes
_SPACE = re.compile(r"[ \t\r\n]*")
_PREFERRED = ("tickets", "events")  # of several arrays, the one that is called so
_KEYS_OF_A_TICKET = ("id", "ticket_id")  # an object with one of these is an entry itself


@dataclass(frozen=True)
class _Array:
    """Where the entries of an array stand in the text, and where the array ends."""

    entries: list[tuple[int, int]]
    end: int


def array_entries(name: str, text: str) -> tuple[bytes, list[int], list[tuple[int, str]]]:
    """The entries as NDJSON, their numbers (the first is 1), and the number and text of each that is no object.

    The standard library finds where each entry ends, which takes about as long as parsing it; the entries themselves
    go to Polars unparsed. Raises `SlaauditError`: not JSON, or no single array to be found.
    """
    try:
        spans = _entries(name, text, _skip(text, 0))
    except json.JSONDecodeError as error:
        what = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise stop("bad_json", name, what, "the file may be cut off: export it again") from None
    except RecursionError:
        raise stop("bad_json", name, "the values are nested too deeply", "export it again") from None
    lines, rows, odd = [], [], []
    for row, (start, end) in enumerate(spans, start=1):
        if text[start] == "{":
            lines.append(text[start:end].translate(_ONE_LINE))
            rows.append(row)
        else:
            odd.append((row, text[start:end]))
    return "\n".join(lines).encode(), rows, odd


def _entries(name: str, text: str, at: int) -> list[tuple[int, int]]:
    if text[at] == "[":
        array = _array(text, at)
        _end(text, array.end)
        return array.entries
    arrays, keys, end = _arrays_of_object(text, at)
    _end(text, end)
    if any(key.casefold() in _KEYS_OF_A_TICKET for key in keys):
        return [(at, end)]
    filled = {key: array for key, array in arrays.items() if array.entries} or arrays
    preferred = [key for key in filled if key.casefold() in _PREFERRED]
    chosen = preferred if len(preferred) == 1 else list(filled)
    if len(chosen) != 1:
        raise _no_single_array(name, list(filled))
    return filled[chosen[0]].entries


def _no_single_array(name: str, keys: list[str]) -> SlaauditError:
    hint = "write the tickets as an array of objects, or one object a line; events into a file of their own"
    if not keys:
        return stop("no_entries", name, "there is no array of objects in this JSON", hint)
    what = f"there are {len(keys)} arrays of objects in this JSON ({', '.join(keys)}): which one is meant is not clear"
    return stop("no_entries", name, what, hint)


def _arrays_of_object(text: str, at: int) -> tuple[dict[str, _Array], list[str], int]:
    """The arrays of objects (or empty ones) directly inside the object at `at`, all its keys, and where it ends."""
    arrays: dict[str, _Array] = {}
    keys: list[str] = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if not isinstance(key, str) or text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting a key and ':'", text, at)
        keys.append(key)
        at = _skip(text, at + 1)
        first = _skip(text, at + 1)
        if text[at : at + 1] == "[" and text[first : first + 1] in ("{", "]"):
            arrays[key] = _array(text, at)
            at = arrays[key].end
        else:
            _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at, "}")
    return arrays, keys, at + 1


def _array(text: str, at: int) -> _Array:
    entries = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        _, end = _DECODER.raw_decode(text, at)
        entries.append((at, end))
        at = _next(text, end, "]")
    return _Array(entries, at + 1)


def _next(text: str, at: int, closing: str) -> int:
    """Where the next item starts, or where `closing` stands."""
    at = _skip(text, at)
    if text[at : at + 1] == closing:
        return at
    if text[at : at + 1] != ",":
        raise json.JSONDecodeError(f"Expecting ',' or '{closing}'", text, at)
    return _skip(text, at + 1)


def _end(text: str, at: int) -> None:
    if (at := _skip(text, at)) != len(text):
        raise json.JSONDecodeError("Extra data", text, at)


def _skip(text: str, at: int) -> int:
    """The position of the first character from `at` on that is not white space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at
