"""One export audited as a whole, in slices and in buckets: all that a run shows, to be compared byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from slaaudit.audit import audit, last_instant
from slaaudit.buckets.reading import Asked
from slaaudit.buckets.running import Run
from slaaudit.buckets.sizes import Plan
from slaaudit.parts.compliance import ComplianceParts
from slaaudit.parts.judging import Judge, Parts
from slaaudit.parts.log import LogParts
from slaaudit.parts.slices import judged_in_slices
from slaaudit.policy import Policy
from slaaudit.problems import SlaauditError
from slaaudit.render import FORMATS
from slaaudit.render.writing import rendered
from slaaudit.reports import ComplianceOptions, LogOptions, Report, compliance, log
from slaaudit.sources import read_export
from slaaudit.sources.rejects import kinds_of

Options = ComplianceOptions | LogOptions
COMPLIANCE = ComplianceOptions(per="week", by=("department", "metric"), percentiles=(50, 90), sort=("-missed",))
LOG = LogOptions(all=True, sort=("agent", "-sla"))


def as_a_whole(paths: Sequence[str | Path], policy: Policy, options: Options, *, as_of: datetime | None = None) -> Any:
    """What an audit of everything at once shows."""
    try:
        found = audit(read_export(paths, fallback_timezone=policy.timezone), policy, as_of=as_of)
        made = compliance.build(found, options) if isinstance(options, ComplianceOptions) else log.build(found, options)
    except SlaauditError as error:
        return error.problems
    return shown(made, found.export.problems, kinds_of(found.export.problems))


def in_slices(
    paths: Sequence[str | Path],
    policy: Policy,
    options: Options,
    *,
    slices: int,
    at_once: int,
    threads: int = 1,
    as_of: datetime | None = None,
) -> Any:
    """What a run in memory shows, in so many slices, with so many rows of a report at a time."""
    try:
        export = read_export(paths, fallback_timezone=policy.timezone)
        parts = parts_of(options, None, at_once)
        judge = Judge(policy=policy, as_of=as_of or last_instant(export), parts=parts)
        made, _ = judged_in_slices(export, judge, slices, threads)
    except SlaauditError as error:
        return error.problems
    return shown(made, export.problems, kinds_of(export.problems))


def parts_of(options: Options, folder: Path | None, at_once: int) -> Parts:
    """What makes the report of these options."""
    made = ComplianceParts if isinstance(options, ComplianceOptions) else LogParts
    return made(options, folder, at_once)  # type: ignore[arg-type]


def in_buckets(
    paths: Sequence[str | Path], policy: Policy, options: Options, *, buckets: int, piece: int, at_once: int
) -> Any:
    """What a run in so many buckets shows, read in pieces of so many bytes, with so many rows of a report in memory."""
    asked = Asked(paths=paths, fallback_timezone=policy.timezone)
    run = Run(asked=asked, policy=policy, parts=lambda folder, rows: parts_of(options, folder, rows))
    try:
        with run.judged(*asked.inputs(), Plan(buckets, piece, at_once, 0)) as judged:
            return shown(judged.report, judged.problems, judged.kinds)
    except SlaauditError as error:
        return error.problems


def shown(report: Report, problems: pl.DataFrame, kinds: pl.DataFrame) -> dict[str, Any]:
    """The bytes of every format, the footer, and the rows that could not be used."""
    rows = [row for part in problems.iter_slices(7) for row in part.rows()] if problems.height else []
    formats = {name: rendered(report, name) for name in FORMATS if name != "xlsx"}
    return {**formats, "footer": report.footer(), "problems": rows, "kinds": kinds.sort("code").rows()}
