"""TSV for cut, awk and databases: one row a line, cells never quoted.

A tab, line feed or carriage return inside a cell is written `\\t`, `\\n`, `\\r`, and a backslash `\\\\`, so that every
line has the same number of tabs and the text can be read back (PostgreSQL's COPY and others read it so).
"""

from __future__ import annotations

import io
from typing import BinaryIO

import polars as pl

from slaaudit.render.cells import chunks, spreadsheet_cells
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the header and one line a row; cells as in CSV, but escaped instead of quoted."""
    escaped = pl.all().str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
    for number, rows in enumerate(chunks(report.frame)):
        cells = spreadsheet_cells(rows, report, options).select(escaped)
        cells = cells.rename(_escape)
        text = io.BytesIO()
        cells.write_csv(text, include_header=number == 0, separator="\t", quote_style="never")
        out.write(text.getbuffer())


def _escape(name: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in name)
