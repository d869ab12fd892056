"""The map of an audit in buckets: split, typed, judged bucket by bucket, merged to one report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import polars as pl

from slaaudit.account import Account
from slaaudit.audit import Audit, notes_of
from slaaudit.buckets.folder import temporary_folder, told_when_full
from slaaudit.buckets.ingesting import TypedExport, typed_export
from slaaudit.buckets.problems import ProblemParts
from slaaudit.buckets.reading import Asked, split_export
from slaaudit.buckets.sizes import Plan
from slaaudit.buckets.splitting import Buckets
from slaaudit.parts.judging import Judge, Parts
from slaaudit.policy import Policy
from slaaudit.reports.report import Report
from slaaudit.sources import Export
from slaaudit.sources.files.inputs import Input
from slaaudit.sources.recognition.left_out import LeftOut
from slaaudit.stages import JUDGING, MERGING, Watch, of_bucket, unwatched
from slaaudit.threads import threads


@dataclass(frozen=True)
class Judged:
    """What an audit in buckets found. `problems`, and `kinds` of them: see `buckets.problems`; `counts`: of `also`."""

    report: Report
    account: Account
    problems: pl.DataFrame
    kinds: pl.DataFrame
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Run:
    """An audit in buckets: of which export, by which policy, as of when (None: the latest instant of the export).

    `parts` makes the parts of the report, which may use a folder and hold so many rows in memory; `also` counts
    something else in the audit of every bucket.
    """

    asked: Asked
    policy: Policy
    parts: Callable[[Path | None, int], Parts]
    as_of: datetime | None = None
    also: Callable[[Audit], Mapping[str, int]] | None = None
    watch: Watch = unwatched

    @contextmanager
    def judged(self, inputs: Sequence[Input], left: Sequence[LeftOut], plan: Plan) -> Iterator[Judged]:
        """What the audit found, which can be read as long as the block lasts; `inputs`, `left` out: those of `asked`.

        Raises `SlaauditError` as `read_export`, `audit` and the report do, and when the disk is too small.
        """
        with temporary_folder(plan.disk) as folder:
            with told_when_full(folder):
                found = self._judged(inputs, left, plan, folder)
            yield found

    def _judged(self, inputs: Sequence[Input], left: Sequence[LeftOut], plan: Plan, folder: Path) -> Judged:
        buckets = Buckets(folder, plan.buckets)
        problems = ProblemParts(folder, plan.at_once)
        split = split_export(self.asked, inputs, left, buckets, size=plan.piece, watch=self.watch)
        typed = typed_export(split, self.policy, problems, self.watch)
        as_of = typed.last if self.as_of is None else self.as_of.astimezone(UTC)
        parts = self.parts(folder, plan.at_once)
        judge = Judge(policy=self.policy, as_of=as_of, parts=parts, also=self.also, watch=unwatched)
        told = judge.judged(self._watched(typed), threads())
        self.watch(MERGING, None)
        account = replace(told.account, problems=problems.number)
        notes = notes_of(typed.whole, self.policy, told.unseen_solves)
        report = parts.report(account=account, notes=notes, timezone=self.policy.timezone)
        rows = cast("pl.DataFrame", problems.rows())  # or what renderers need of one
        return Judged(report, account, rows, problems.kinds, told.counts)

    def _watched(self, typed: TypedExport) -> Iterator[Export]:
        """The export of every bucket."""
        for number, export in enumerate(typed.exports(), start=1):
            self.watch(of_bucket(JUDGING, number, len(typed.counts)), export.events.height)
            yield export
