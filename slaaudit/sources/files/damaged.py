"""A damaged delimited file, read row by row: the sound rows are used, each damaged one is told with its number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from slaaudit.sources.files.dialect import Dialect
from slaaudit.sources.files.table import damaged_rows, without_blank_rows
from slaaudit.sources.rejects import ROW

_BATCH = 50_000
_SHOWN = 200  # characters of a damaged row that are shown


@dataclass
class _Rows:
    """The sound rows of a file, in batches of columns."""

    width: int
    numbers: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    batches: list[pl.DataFrame] = field(default_factory=list)

    def add(self, number: int, record: list[str]) -> None:
        self.numbers.append(number)
        self.records.append(record)
        if len(self.records) >= _BATCH:
            self.pack()

    def pack(self) -> None:
        cells = list(zip(*self.records, strict=True)) or [()] * self.width
        columns = {str(i): pl.Series(column, dtype=pl.String) for i, column in enumerate(cells)}
        empty_to_null = pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))
        batch = pl.DataFrame({**columns, ROW: pl.Series(self.numbers, dtype=pl.UInt32)})
        self.batches.append(batch.with_columns(empty_to_null) if columns else batch)
        self.numbers, self.records = [], []


def read_damaged(text: str, dialect: Dialect) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The text frame of the sound rows of `text`, and the damaged rows (`_row`, `code`, `value`)."""
    rows, damaged = _Rows(len(dialect.headings)), []
    for number, record in enumerate(_records(text, dialect.delimiter), start=1):
        if number <= dialect.header_row or record == []:
            continue
        if isinstance(record, str):
            damaged.append((number, "bad_quotes", record))
        elif len(record) > rows.width and not any(record[rows.width :]):  # a delimiter too many loses nothing
            rows.add(number, record[: rows.width])
        elif len(record) != rows.width:
            code = "too_few_fields" if len(record) < rows.width else "too_many_fields"
            damaged.append((number, code, dialect.delimiter.join(record)[:_SHOWN]))
        else:
            rows.add(number, record)
    rows.pack()
    return without_blank_rows(pl.concat(rows.batches)), damaged_rows(damaged)


def _records(text: str, delimiter: str) -> Iterator[list[str] | str]:
    """Each record as its cells; one whose quotes do not match as the text of its first line.

    After such a record, reading goes on at the line after its first: a quote that is never closed would otherwise
    swallow the rest of the file. The csv module's limit on the length of a cell bounds how far it looks ahead.
    """
    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=delimiter, strict=True)
        start = at
        try:
            for record in reader:
                yield record
                start = at + reader.line_num
            return
        except csv.Error:
            yield lines[start].rstrip("\r\n")[:_SHOWN]
            at = start + 1
