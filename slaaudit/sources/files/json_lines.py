"""Entries of JSON, one a line: which of them are sound, which are damaged and told row by row."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from slaaudit.sources.files.table import damaged_rows
from slaaudit.sources.rejects import ROW

_SHOWN = 200  # characters of a damaged entry that are shown
MARK = "\uffff"  # no character: stands before what JSON cannot say (NaN, 1e999) in a document that was mended
_ORDERED = 32  # keys of an object that Polars keeps in their order
_DIGITS = 38  # of a whole number, as many as an Int128 holds
_HIGH, _LOW = rb"[89abAB][0-9a-fA-F]{2}", rb"[c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(rb"\\u[dD](?:%b(?!\\u[dD][c-fC-F])|(?<!\\u[dD]%b\\u[dD])%b)" % (_HIGH, _HIGH, _LOW))
# No characters of Unicode: what stands for the escapes in what Polars reads, which it would forget when it writes.
_CODES = {"\ufdd0": "\\\\", "\ufdd1": '\\"', "\ufdd2": "\\"}
_NO_ESCAPE = re.compile(rb'\\(?!["/bfnrt]|u[0-9a-fA-F]{4})')
_SOUND_ESCAPE = re.compile(rb'\\(?=["/bfnrt]|u[0-9a-fA-F]{4})')
_ESCAPE = re.compile(rb"\\(?:u[dD]%b\\u[dD]%b|(u[dD][89a-fA-F]..)|.)" % (_HIGH, _LOW), re.DOTALL)


@dataclass(frozen=True)
class Entries:
    """NDJSON: one entry a line; `numbers` of the entries in the input (None: 1, 2, 3, …), and what was damaged."""

    data: bytes
    numbers: pl.Series | None = None
    damaged: pl.DataFrame = field(default_factory=lambda: damaged_rows([]))

    @property
    def lines(self) -> pl.Series:
        """The entries as text; blank lines are none."""
        if not self.data.strip():
            return pl.Series(dtype=pl.String)
        lines = pl.read_lines(self.data).to_series()
        return lines.filter(lines.str.contains(r"[^ \t\r]"))

    def row_numbers(self, height: int) -> pl.Series:
        """The number of each of the `height` entries."""
        if self.numbers is None:
            return pl.int_range(1, height + 1, dtype=pl.UInt32, eager=True).alias(ROW)
        return self.numbers.alias(ROW)


def in_order(keys: Collection[str]) -> list[str]:
    """The keys of an object that Polars read, in one order in every run: it hashes those of large ones."""
    return list(keys) if len(keys) <= _ORDERED else sorted(keys)


def as_entries(texts: pl.Series) -> Entries:
    """The entries of a list, each as text; those that are no object are damaged. The first is row 1."""
    frame = pl.DataFrame({"value": texts}).with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.UInt32))
    marked = pl.col("value").str.contains(MARK, literal=True).fill_null(False)
    is_object = pl.col("value").str.starts_with("{").fill_null(False)
    told = frame.filter(~is_object | marked).select(
        ROW,
        code=pl.when(marked).then(pl.lit("bad_json")).otherwise(pl.lit("not_an_object")),
        value=_shown(pl.col("value").fill_null("null")),
    )
    sound = frame if told.is_empty() else frame.filter(is_object & ~marked)
    data = "" if sound.is_empty() else sound["value"].str.join("\n").item()
    return Entries(data.encode(), None if told.is_empty() else sound[ROW], told)


def restored(texts: pl.Series) -> pl.Series:
    """JSON texts that Polars wrote of `prepared` JSON, with their escapes: JSON again."""
    return texts.str.replace_many(_CODES) if _are_coded(texts).any() else texts


def decoded(cells: pl.Series) -> pl.Series:
    """Plain texts that Polars read in `prepared` JSON, with the characters that their escapes stand for."""
    coded = _are_coded(cells)
    if not coded.any():
        return cells
    texts = pl.select(pl.concat_str(pl.lit('"'), restored(cells.filter(coded)), pl.lit('"'))).to_series()
    return cells.clone().scatter(coded.arg_true(), texts.str.json_decode(pl.String))


def _are_coded(cells: pl.Series) -> pl.Series:
    return cells.str.contains("[\ufdd0-\ufdd2]").fill_null(False)


def _shown(value: pl.Expr) -> pl.Expr:
    """The beginning of a damaged entry, as it was."""
    return value.str.replace_all(MARK, "", literal=True).str.replace_many(_CODES).str.slice(0, _SHOWN)


def sound_entries(entries: Entries) -> Entries:
    """Of damaged NDJSON: the sound lines, with the damaged ones told. Blank lines do not count."""
    lines = entries.lines
    frame = pl.DataFrame({ROW: entries.row_numbers(len(lines)), "value": lines.str.strip_chars()})
    value = pl.col("value")
    is_json = value.str.json_path_match("$").is_not_null() & ~pl.Series(_has_long_number(frame["value"]))
    code = pl.when(~is_json).then(pl.lit("bad_json")).when(~value.str.starts_with("{")).then(pl.lit("not_an_object"))
    frame = frame.with_columns(code=pl.when(value == "null").then(pl.lit("not_an_object")).otherwise(code))
    told = frame.filter(pl.col("code").is_not_null()).select(ROW, "code", _shown(value))
    sound = frame.filter(pl.col("code").is_null())
    data = "" if sound.is_empty() else sound["value"].str.join("\n").item()
    return Entries(data.encode(), sound[ROW], pl.concat([entries.damaged, told]))


def _has_long_number(lines: pl.Series) -> pl.Series:
    """Of each line, whether it holds a whole number of more digits than a column can (asked one by one, of few)."""
    suspects = lines.str.contains(rf"\d{{{_DIGITS + 1}}}").fill_null(False)
    found = pl.Series([MARK in mended(line) for line in lines.filter(suspects)], dtype=pl.Boolean)
    return suspects.scatter(suspects.arg_true(), found) if suspects.any() else suspects


def mended(text: str) -> str:
    """The JSON `text` with NaN, infinities and endless numbers as text behind a mark; not JSON: as it is."""
    try:
        value = json.loads(text, parse_constant=_marked, parse_int=_integer, parse_float=_decimal)
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _marked(word: str) -> str:
    return MARK + word


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else MARK + digits


def _decimal(digits: str) -> float | str:
    return number if math.isfinite(number := float(digits)) else MARK + digits


def prepared(data: bytes) -> tuple[bytes, bool]:
    r"""JSON for Polars to read, and whether halves of surrogate pairs (`\ud83d`) were in it: they are U+FFFD now.

    Polars takes such a half, and perhaps its neighbour, for a null character without a word. And where it has to write
    an object as text, it forgets to escape what was escaped: so it gets no escapes, but codes in their place.
    """
    for code in _CODES:
        data = data.replace(code.encode(), "\ufffd".encode())
    if b"\\" not in data:
        return data, False
    whole = _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], data) if _HALF.search(data) else data
    halves = whole != data
    whole = whole.replace(b"\\\\", "\ufdd0".encode())
    if _NO_ESCAPE.search(whole):  # stays, so that Polars finds it wrong
        return _SOUND_ESCAPE.sub("\ufdd2".encode(), whole.replace(rb"\"", "\ufdd1".encode())), halves
    return whole.replace(rb"\"", "\ufdd1".encode()).replace(b"\\", "\ufdd2".encode()), halves
