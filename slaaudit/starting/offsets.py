"""The offsets from UTC that the times of an export are written with: a hint at where its clocks are."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from slaaudit.problems import SlaauditError
from slaaudit.sources import Export
from slaaudit.sources.files.inputs import STDIN
from slaaudit.sources.files.json_paths import open_paths
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.column_cells import ELSE

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
_SAMPLE = 200  # cells of a column
_OFFSET = re.compile(r"(Z|\+hh:?mm)$")  # at the end of a layout whose times say their offset
_IN_LISTS = ("[", "*")  # steps of a path to more than one value of an entry


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant as it was written: with an offset from UTC."""

    at: datetime
    offset: timedelta


def stamps_of(export: Export, *, encoding: str | None = None, stdin: bytes = b"") -> list[Stamp]:
    """Times with offsets from the first table of the export that has some, from its first row to its last.

    Its files are read again (`stdin`: what standard input held): an export knows instants only.
    None if no table has any.
    """
    headings: dict[str, dict[str, list[str]]] = {}
    for table in export.reading:
        written = [
            heading for one in table.columns if _OFFSET.search(one.layout) for heading in one.heading.split(ELSE)
        ]
        if written:
            headings.setdefault(table.file, {}).setdefault(table.list_name, []).extend(written)
    for file, lists in headings.items():
        for text in _texts(file, encoding, stdin):
            columns = _columns(text, lists.get(text.list_name, ()))
            if found := [stamp for cells in columns for stamp in _in_column(cells)]:
                return found
    return []


def zones_of_times(export: Export) -> list[str]:
    """The zones in which times of the export were read that do not say their offset, in order."""
    return list(dict.fromkeys(one.timezone for table in export.reading for one in table.columns if one.timezone))


def _texts(file: str, encoding: str | None, stdin: bytes) -> list[TextTable]:
    if file != STDIN and not Path(file).is_file():  # a pipe, which can be read but once
        return []
    try:
        return read_tables(file, stdin if file == STDIN else Path(file), encoding=encoding)
    except SlaauditError:  # it has changed meanwhile
        return []


def _columns(text: TextTable, headings: Collection[str]) -> list[pl.Series]:
    """The columns of these headings and paths; of paths only those to one value an entry."""
    paths = [each for each in headings if each not in text.headings and not any(sign in each for sign in _IN_LISTS)]
    tables = [text, *([open_paths(text, None, paths)] if text.nested and paths else [])]
    columns = [
        table.frame[str(number)]
        for table in tables
        for number, heading in enumerate(table.headings)
        if heading in headings
    ]
    return [cells for cells in columns if cells.dtype == pl.String]


def _in_column(cells: pl.Series) -> list[Stamp]:
    """The column's times, if it is one of times; a sample that is spread over all of its rows."""
    texts = cells.drop_nulls()
    sample = texts.gather_every(max(1, texts.len() // _SAMPLE)).str.strip_chars().to_list()
    if not sample or not all(_ISO.fullmatch(text) for text in sample[:5]):
        return []
    return [stamp for text in sample if _ISO.fullmatch(text) and (stamp := _stamp(text))]


def _stamp(text: str) -> Stamp | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:  # the 31st of a month that has 30 days
        return None
    offset = at.utcoffset()
    return None if offset is None else Stamp(at, offset)
