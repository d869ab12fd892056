"""CSV for spreadsheets: RFC 4180 quoting, UTF-8 without a mark, one line feed a row, snake_case header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from slaaudit.render.delimited import Alone, Lines, Shared
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.threads import in_order, threads

_ROWS = 16_384  # that are written at a time
_SHARE = 6  # of the rows that may be in memory at a time: their text takes several times as much, in several threads


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
    """The rows, some at a time: fewer of a report that is on disk because memory is scarce."""
    rows = report.frame
    if hasattr(rows, "iter_shared"):
        yield from rows.iter_shared(_ROWS)
    else:
        number = min(_ROWS, max(1, getattr(rows, "at_once", _ROWS * _SHARE) // _SHARE))
        yield from (Alone(part) for part in rows.iter_slices(number) if part.height)
