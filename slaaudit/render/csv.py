"""CSV for spreadsheets: RFC 4180 quoting, UTF-8 without a mark, one line feed a row, snake_case header."""

from __future__ import annotations

import io
from typing import BinaryIO

from slaaudit.render.cells import chunks, spreadsheet_cells
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the header and one line a row.

    Times are `YYYY-MM-DD HH:MM:SS` in the policy's zone, durations `H:MM:SS` or what `options.durations` says, shares
    `0.9312`, missing values empty. Text that a spreadsheet would run as a formula starts with `'` unless
    `options.raw`. The total is not written: a reader would count it as a row.
    """
    for number, rows in enumerate(chunks(report.frame)):
        text = io.BytesIO()
        spreadsheet_cells(rows, report, options).write_csv(text, include_header=number == 0)
        out.write(text.getbuffer())
