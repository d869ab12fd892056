"""The compliance report of buckets: tallies add up, percentiles are looked up in all times put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit
from slaaudit.buckets.ranks import values_at
from slaaudit.buckets.sorting import Order, Runs
from slaaudit.reports import compliance
from slaaudit.reports.compliance import ComplianceOptions
from slaaudit.reports.filter_words import UnseenWords
from slaaudit.reports.report import Report
from slaaudit.reports.selection import plain_text
from slaaudit.reports.tallies import JUDGED, merged, tallied


@dataclass
class ComplianceParts:
    """What the buckets tell so far. Times for percentiles lie in `folder`, so many `at_once` in memory."""

    options: ComplianceOptions
    folder: Path
    at_once: int
    clocks: int = 0
    counted: int = 0
    _tallies: list[pl.DataFrame] = field(default_factory=list)
    _times: dict[tuple[str, ...], Runs] = field(default_factory=dict)
    _unseen: UnseenWords = field(init=False)

    def __post_init__(self) -> None:
        self._unseen = UnseenWords(self.options.where)

    def add(self, audit: Audit) -> None:
        """One more bucket. Raises `SlaauditError` with everything that is wrong with the options."""
        compliance.check(audit, self.options)
        rows, clocks = compliance.dated_clocks(audit, self.options)
        self.clocks += clocks
        self.counted += rows.height
        self._tallies = [
            merged(
                pl.concat([*self._tallies, plain_text(tallied(rows, self.options.tally_keys))]), self.options.tally_keys
            )
        ]
        self._unseen.look(audit)
        for keys in {tuple(self.options.keys), ()} if self.options.percentiles else ():
            self._add_times(rows, keys)

    def _add_times(self, rows: pl.DataFrame, keys: tuple[str, ...]) -> None:
        """How often each time occurs in each group."""
        judged = rows.filter(pl.col("outcome").is_in(JUDGED) & pl.col("elapsed").is_not_null())
        times = plain_text(judged.group_by(*keys, "elapsed").agg(times=pl.len().cast(pl.Int64)))
        by = (*keys, "elapsed", "times")
        order = Order(by, (False,) * len(by), nulls_last=True)
        runs = self._times.setdefault(keys, Runs(self.folder, f"times-{len(self._times)}", order))
        runs.add(times)

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all buckets."""
        return compliance.report_of(
            self._tallies[0],
            self._percentiles,
            self.options,
            account=account,
            notes=(*notes, *self.options.selection.notes(self.counted, self.clocks), *self._unseen.notes()),
            timezone=timezone,
        )

    def _percentiles(self, keys: Sequence[str], ranks: Sequence[int]) -> pl.DataFrame:
        """As `tallies.percentiles`."""
        runs = self._times[tuple(keys)]
        return values_at(runs, keys, ranks, self.at_once)
