"""CSV for spreadsheets: RFC 4180 quoting, UTF-8 without a mark, one line feed a row, snake_case header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
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
    first = map(_texts, islice(lots, 1))  # alone: it makes what all of them look up
    for texts in chain(first, in_order(_texts, lots, threads())):
        for text in texts:
            out.write(text)


def _texts(lot: tuple[Lines, Shared]) -> list[bytes]:
    lines, rows = lot
    return lines.of(rows)


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
