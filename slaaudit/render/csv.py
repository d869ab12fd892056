"""CSV for spreadsheets: RFC 4180 quoting, UTF-8 without a mark, one line feed a row, snake_case header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from slaaudit.render.delimited import Alone, Lines, Shared
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.threads import in_order, threads

_ROWS = 20_000  # that are written at a time: more would not stay in the caches of a processor


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the header and one line a row.

    Times are `YYYY-MM-DD HH:MM:SS` in the policy's zone, durations `H:MM:SS` or what `options.durations` says, shares
    `0.9312`, missing values empty. Text that a spreadsheet would run as a formula starts with `'` unless
    `options.raw`. The total is not written: a reader would count it as a row.
    """
    lines = Lines(report, options)
    out.write(lines.header())
    parts = _parts(report)
    for first in parts:  # alone: it makes what all of them look up
        out.write(lines.of(first))
        break
    for text in in_order(lines.of, parts, threads()):
        out.write(text)


def _parts(report: Report) -> Iterator[Shared]:
    """The rows, some at a time."""
    if hasattr(report.frame, "iter_shared"):
        yield from report.frame.iter_shared(_ROWS)
    else:
        yield from (Alone(rows) for rows in report.frame.iter_slices(_ROWS) if rows.height)
