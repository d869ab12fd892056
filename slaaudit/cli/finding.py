"""From the options to a report: the audit in memory, or in buckets where the export may be larger than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slaaudit.cli import loading
from slaaudit.cli.gates import Gate
from slaaudit.cli.values import Mistakes
from slaaudit.problems import SlaauditError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from slaaudit.audit import Audit
    from slaaudit.buckets.sizes import Plan
    from slaaudit.cli.options import Input, Judging
    from slaaudit.cli.watching import Watcher
    from slaaudit.parts.judging import Parts
    from slaaudit.policy import Policy
    from slaaudit.reports import ComplianceOptions, LogOptions, Report


_ROWS_AT_ONCE = 500_000  # of a report while it is written


@dataclass(frozen=True)
class Found:
    """A report, and what goes with it: the rows that could not be used as they stand, the `kinds` of them, and the
    `counts` that a gate looks at.
    """

    report: Report
    problems: pl.DataFrame
    kinds: pl.DataFrame
    counts: Callable[[], Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """A report by its options, of an export judged by a policy; `stdin`: what of the export is on standard input."""

    options: ComplianceOptions | LogOptions
    source: Input
    stdin: bytes
    policy: Policy
    judging: Judging
    gate: Gate
    watch: Watcher

    @property
    def is_log(self) -> bool:
        """Whether it is the log."""
        from slaaudit.reports import LogOptions

        return isinstance(self.options, LogOptions)

    @property
    def as_of(self) -> datetime | None:
        """What `--as-of` says."""
        return loading.as_of_instant(self.judging.as_of, self.policy.timezone)

    @property
    def also(self) -> Callable[[Audit], Mapping[str, int]] | None:
        """What counts the clocks that the gate looks at, if there is one."""
        return (lambda audit: self.gate.counts(audit, self.options.selection)) if self.gate.is_set else None


@contextmanager
def found(
    options: ComplianceOptions | LogOptions,
    source: Input,
    judging: Judging,
    *,
    memory: str | None,
    gate: Gate,
    watch: Watcher,
) -> Iterator[Found]:
    """What the options ask for; a report in buckets can be written as long as the block lasts.

    `memory`: what `--memory` says.
    """
    policy = loading.policy_of(judging, watch)
    stdin = loading.standard_input(source, watch)
    wanted = _Wanted(
        options=options, source=source, stdin=stdin, policy=policy, judging=judging, gate=gate, watch=watch
    )
    plan = _plan(wanted, memory)
    if plan is None:
        yield _in_memory(wanted)
        return
    with _in_buckets(wanted, plan) as one:
        yield one


def _in_memory(wanted: _Wanted) -> Found:
    from slaaudit.audit import last_instant
    from slaaudit.parts.judging import Judge
    from slaaudit.parts.slices import judged_in_slices, number_of_slices
    from slaaudit.sources.rejects import kinds_of
    from slaaudit.threads import threads

    policy, watch, is_log = wanted.policy, wanted.watch, wanted.is_log
    watch.expect(len(policy.metrics_in_use), is_log=is_log)
    export = loading.export_of(wanted.source, policy, watch, wanted.stdin)
    judge = Judge(
        policy=policy,
        as_of=wanted.as_of or last_instant(export),
        parts=_parts(wanted.options)(None, _ROWS_AT_ONCE),
        also=wanted.also,
        watch=watch,
    )
    number = number_of_slices(export, threads())
    watch.expect(len(policy.metrics_in_use), number, is_log=is_log)
    report, told = judged_in_slices(export, judge, number, threads())
    return Found(report, export.problems, kinds_of(export.problems), lambda: told.counts)


@contextmanager
def _in_buckets(wanted: _Wanted, plan: Plan) -> Iterator[Found]:
    from slaaudit.buckets.running import Run

    asked = loading.asked(wanted.source, wanted.policy, wanted.stdin)
    run = Run(
        asked=asked,
        policy=wanted.policy,
        parts=_parts(wanted.options),
        as_of=wanted.as_of,
        also=wanted.also,
        watch=wanted.watch,
    )
    with run.judged(*asked.inputs(), plan) as judged:
        yield Found(judged.report, judged.problems, judged.kinds, lambda: judged.counts)


def _parts(options: ComplianceOptions | LogOptions) -> Callable[[Path | None, int], Parts]:
    from slaaudit.reports import ComplianceOptions

    if isinstance(options, ComplianceOptions):
        from slaaudit.parts.compliance import ComplianceParts

        return lambda folder, at_once: ComplianceParts(options, folder, at_once)
    from slaaudit.parts.log import LogParts

    return lambda folder, at_once: LogParts(options, folder, at_once)


def _plan(wanted: _Wanted, given: str | None) -> Plan | None:
    """How to split the export; None if memory holds it. `given`: what `--memory` says."""
    from slaaudit.buckets import sizes
    from slaaudit.sources.files.inputs import STDIN, find_inputs
    from slaaudit.threads import threads

    source, report = wanted.source, "log" if wanted.is_log else "compliance"
    exports = [name for name in source.exports if name != STDIN]
    try:
        inputs, _ = find_inputs(exports, source.events, every_table=True) if exports or source.events else ([], [])
        size = sizes.text_bytes([wanted.stdin, *(one.source for one in inputs)])
    except (SlaauditError, OSError):
        return None  # reading says what is wrong
    memory = sizes.bytes_of(given) if given else sizes.memory_by_default(size, report)
    plan = None if memory is None else sizes.plan(size, memory, report, threads())
    return plan if plan and plan.buckets > 1 else None


def check(memory: str | None, mistakes: Mistakes) -> None:
    """Note a `--memory` that is no size, or too little."""
    from slaaudit.buckets import sizes

    if memory is None:
        return
    size = sizes.bytes_of(memory)
    if size is None:
        mistakes.note("wrong_memory", f"--memory cannot be '{memory}'", "a size: 500MB, 2GB or 1.5GiB")
    elif size < sizes.LEAST:
        least = f"{sizes.LEAST // 1_000_000} MB"
        what = f"--memory {memory} is too little"
        mistakes.note("wrong_memory", what, f"the program alone takes most of {least}: give it that at least")
