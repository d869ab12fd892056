"""Bytes → text frame: one input of any format, as a table of text with row numbers."""

from __future__ import annotations

from pathlib import Path

from slaaudit.sources.content import open_content
from slaaudit.sources.delimited import read_delimited
from slaaudit.sources.json_text import read_json
from slaaudit.sources.parquet import read_parquet
from slaaudit.sources.stopping import unreadable
from slaaudit.sources.table import TextTable

_READERS = {"delimited": read_delimited, "json": read_json, "parquet": read_parquet}


def read_table(name: str, source: Path | bytes, *, encoding: str | None = None) -> TextTable:
    """The text frame of a file, or of bytes called `name`; what is in it decides the format, not the extension.

    Delimited text (comma, semicolon, tab or bar), JSON, NDJSON or Parquet, plain or packed with gzip or zstd, in UTF-8,
    UTF-16 or Windows-1252, or in `encoding`. Raises `SlaauditError` for what cannot be read at all.
    """
    try:
        content = open_content(name, source, encoding=encoding)
        return _READERS[content.kind](content)
    except OSError as error:
        raise unreadable(name, error) from None
