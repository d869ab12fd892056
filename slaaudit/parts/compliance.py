"""The compliance report of parts: tallies add up, percentiles are looked up in all times put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit
from slaaudit.parts.ranks import values_at
from slaaudit.parts.sorting import Order, Runs
from slaaudit.reports import compliance
from slaaudit.reports.compliance import ComplianceOptions
from slaaudit.reports.filter_words import Instead, UnseenWords
from slaaudit.reports.report import Report
from slaaudit.reports.selection import plain_text
from slaaudit.reports.tallies import JUDGED, merged, tallied


@dataclass(frozen=True)
class CompliancePart:
    """What the report needs of the audit of one part: its `tally`, how often each time occurs by some keys, what its
    clocks have `instead` of words of the filter, and how many of its `clocks` are counted.
    """

    tally: pl.DataFrame
    times: Mapping[tuple[str, ...], pl.DataFrame]
    instead: Instead
    counted: int
    clocks: int


@dataclass
class ComplianceParts:
    """What the parts tell so far. Times for percentiles lie in `folder`, so many `at_once` in memory; without a
    folder in memory, all of them.
    """

    options: ComplianceOptions
    folder: Path | None
    at_once: int
    clocks: int = 0
    counted: int = 0
    _tally: pl.DataFrame | None = None
    _times: dict[tuple[str, ...], Runs] = field(default_factory=dict)
    _unseen: UnseenWords = field(init=False)

    def __post_init__(self) -> None:
        self._unseen = UnseenWords(self.options.where)

    def of(self, audit: Audit) -> CompliancePart:
        """What the report needs of one part. Raises `SlaauditError` with everything that is wrong with the options."""
        compliance.check(audit, self.options)
        rows, clocks = compliance.dated_clocks(audit, self.options)
        keys = {tuple(self.options.keys), ()} if self.options.percentiles else set()
        return CompliancePart(
            plain_text(tallied(rows, self.options.tally_keys)),
            {each: _times(rows, each) for each in keys},
            self._unseen.instead_in(audit),
            rows.height,
            clocks,
        )

    def add(self, part: CompliancePart) -> None:
        """One more part."""
        self.clocks += part.clocks
        self.counted += part.counted
        tallies = [part.tally] if self._tally is None else [self._tally, part.tally]
        self._tally = merged(pl.concat(tallies), self.options.tally_keys)
        self._unseen.add(part.instead)
        for keys, times in part.times.items():
            by = (*keys, "elapsed", "times")
            order = Order(by, (False,) * len(by), nulls_last=True)
            self._times.setdefault(keys, Runs(self.folder, f"times-{len(self._times)}", order)).add(times)

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all parts; there must be one."""
        if self._tally is None:
            raise ValueError("no part was added, not even an empty one")
        return compliance.report_of(
            self._tally,
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


def _times(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """How often each time occurs in each group."""
    judged = rows.filter(pl.col("outcome").is_in(JUDGED) & pl.col("elapsed").is_not_null())
    return plain_text(judged.group_by(*keys, "elapsed").agg(times=pl.len().cast(pl.Int64)))
