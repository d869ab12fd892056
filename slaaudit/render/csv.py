"""CSV for spreadsheets: RFC 4180 quoting, UTF-8 without a mark, one line feed a row, snake_case header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from slaaudit.render.delimited import Alone, Lines, Shared
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.threads import in_order, threads

_LEAST, _MOST = 16_384, 32_768  # rows that are made at a time: what each lot costs is little then
_LOTS = 32  # that keep every thread busy
_SHARE = 6  # of the rows that may be in memory at a time: their text takes several times as much, in several threads


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the header and one line a row.

    Times are `YYYY-MM-DD HH:MM:SS` in the policy's zone, durations `H:MM:SS` or what `options.durations` says, shares
    `0.9312`, missing values empty. Text that a spreadsheet would run as a formula starts with `'` unless
    `options.raw`. The total is not written: a reader would count it as a row.
    """
    lines = Lines(report, options)
    out.write(lines.header())
    lots = _lots(lines, _parts(report))
    for first in lots:  # alone: it makes what all of them look up
        _write(first[0].of(first[1]), out)
        break
    for texts in in_order(lambda lot: lot[0].of(lot[1]), lots, threads()):
        _write(texts, out)


def _write(texts: Iterable[bytes], out: BinaryIO) -> None:
    for text in texts:
        out.write(text)


def _lots(lines: Lines, parts: Iterable[Shared]) -> Iterator[tuple[Lines, Shared]]:
    """The rows, each part with what writes it."""
    pools: Mapping[str, object] = {}
    for rows in parts:
        if pools and rows.pools is not pools:
            lines = lines.of_other_pools()
        pools = rows.pools
        yield lines, rows


def _parts(report: Report) -> Iterator[Shared]:
    """The rows, some at a time: fewer of a report that is on disk because memory is scarce."""
    rows = report.frame
    number = min(max(rows.height // _LOTS, _LEAST), _MOST, max(1, getattr(rows, "at_once", _MOST * _SHARE) // _SHARE))
    if hasattr(rows, "iter_shared"):
        yield from rows.iter_shared(number)
    else:
        yield from (Alone(part) for part in rows.iter_slices(number) if part.height)
