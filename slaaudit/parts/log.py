"""The log of an audit in parts: their clocks put in one order, in memory or on disk, and read in that order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit
from slaaudit.parts.clocks_in_memory import ClocksInMemory
from slaaudit.parts.clocks_on_disk import ClocksOnDisk
from slaaudit.reports import log
from slaaudit.reports.filter_words import Instead, UnseenWords
from slaaudit.reports.log import LogOptions
from slaaudit.reports.report import Report


@dataclass(frozen=True)
class LogPart:
    """What the log needs of the audit of one part: the rows it shows, what its clocks have `instead` of words of
    the filter, how many clocks were `counted`, of any outcome, and out of how many.
    """

    rows: Any
    instead: Instead
    counted: int
    clocks: int


class _Rows(Protocol):
    """Rows of the log on their way to an order."""

    def of(self, audit: Audit, keep: pl.Series) -> Any:
        """Those of the clocks of one part that are kept, as they are added."""

    def add(self, rows: Any) -> None:
        """Those of one more part."""

    def ordered(self) -> pl.DataFrame:
        """All of them: what renderers need of a frame."""


class LogParts:
    """What the parts tell so far. The rows lie in `folder`, so many `at_once` in memory; without a folder in memory,
    all of them, but narrow.
    """

    def __init__(self, options: LogOptions, folder: Path | None, at_once: int) -> None:
        self._options = options
        self._rows: _Rows = ClocksInMemory(options) if folder is None else ClocksOnDisk(options, folder, at_once)
        self._unseen = UnseenWords(options.where)
        self._clocks = self._counted = 0

    def of(self, audit: Audit) -> LogPart:
        """What the log needs of one part. Raises `SlaauditError` with everything that is wrong with the options."""
        log.check(audit, self._options)
        wanted = log.wanted_clocks(audit, self._options)
        instead = self._unseen.instead_in(audit)
        return LogPart(self._rows.of(audit, wanted.keep), instead, wanted.counted, wanted.clocks)

    def add(self, part: LogPart) -> None:
        """One more part."""
        self._clocks += part.clocks
        self._counted += part.counted
        self._rows.add(part.rows)
        self._unseen.add(part.instead)

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all parts; there must be one."""
        rows = self._rows.ordered()
        return log.report_of(
            rows,
            self._options,
            left_out=self._counted - rows.height,
            account=account,
            notes=(*notes, *self._options.selection.notes(self._counted, self._clocks), *self._unseen.notes()),
            timezone=timezone,
        )
