"""The log of buckets: the rows of each put in order on disk, and all of them read in one order."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit
from slaaudit.buckets.sorting import Order, Runs
from slaaudit.reports import log
from slaaudit.reports.columns import LOG_KEY
from slaaudit.reports.filter_words import UnseenWords
from slaaudit.reports.log import LogOptions
from slaaudit.reports.report import Report
from slaaudit.reports.selection import sort_columns


class LogParts:
    """What the buckets tell so far; `at_once`: how many rows may be in memory at a time."""

    def __init__(self, options: LogOptions, folder: Path, at_once: int) -> None:
        descends = sort_columns(options.sort)
        by = tuple(dict.fromkeys([*descends, *LOG_KEY]))
        order = Order(by, tuple(descends.get(name, False) for name in by), nulls_last=True)
        self._options = options
        self._runs = Runs(folder, "log", order)
        self._at_once = at_once
        self._unseen = UnseenWords(options.where)
        self.clocks = self.counted = 0

    def add(self, audit: Audit) -> None:
        """One more bucket. Raises `SlaauditError` with everything that is wrong with the options."""
        log.check(audit, self._options)
        columns = list(dict.fromkeys([*self._options.shown, *self._runs.order.by]))
        rows, counted, clocks = log.wanted(audit, self._options, columns)
        self.clocks += clocks
        self.counted += counted
        self._runs.add(rows.select(columns))
        self._unseen.look(audit)

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all buckets."""
        rows = cast("pl.DataFrame", self._runs.rows(self._options.shown, self._at_once))  # what renderers need of it
        return log.report_of(
            rows,
            self._options,
            left_out=self.counted - rows.height,
            account=account,
            notes=(*notes, *self._options.selection.notes(self.counted, self.clocks), *self._unseen.notes()),
            timezone=timezone,
        )
