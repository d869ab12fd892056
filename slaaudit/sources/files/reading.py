"""Bytes → text frames: one input of any format, as tables of text with row numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from slaaudit.sources.files.content import Content, open_content
from slaaudit.sources.files.delimited import read_delimited
from slaaudit.sources.files.stopping import unreadable
from slaaudit.sources.files.table import TextTable

# The modules of other formats than text are imported when a file has them.


def _json(content: Content) -> list[TextTable]:
    from slaaudit.sources.files.json_text import read_json

    return read_json(content)


def _workbook(content: Content) -> list[TextTable]:
    from slaaudit.sources.files.excel import read_workbook

    return read_workbook(content)


def _parquet(content: Content) -> list[TextTable]:
    from slaaudit.sources.files.parquet import read_parquet

    return [read_parquet(content)]


_READERS: dict[str, Callable[[Content], list[TextTable]]] = {
    "delimited": lambda content: [read_delimited(content)],
    "json": _json,
    "excel": _workbook,
    "parquet": _parquet,
}


def read_tables(name: str, source: Path | bytes, *, encoding: str | None = None) -> list[TextTable]:
    """The tables in a file, or in bytes called `name`; what is in it decides the format, not the extension.

    Delimited text (comma, semicolon, tab or bar), JSON, NDJSON, Parquet or an Excel workbook, plain or packed with gzip
    or zstd, in UTF-8, UTF-16 or Windows-1252, or in `encoding`. JSON gives a table a list of entries, a workbook one a
    sheet. Raises `SlaauditError` for what cannot be read at all.
    """
    try:
        content = open_content(name, source, encoding=encoding)
        return _READERS[content.kind](content)
    except OSError as error:
        raise unreadable(name, error) from None
