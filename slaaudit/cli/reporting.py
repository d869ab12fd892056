"""`slaaudit compliance` and `slaaudit log`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from slaaudit.cli import finding, loading, publishing
from slaaudit.cli.gates import Gate, read_gate
from slaaudit.cli.options import Clocks, Gates, Grouping, Input, Judging, Output, Rows
from slaaudit.cli.values import Mistakes, condition, known_words, moment, ranks, words
from slaaudit.cli.watching import Watcher

if TYPE_CHECKING:
    from datetime import date

    from slaaudit.conditions import Condition
    from slaaudit.reports import ComplianceOptions, LogOptions

COMPLIANCE_EXAMPLES = """
slaaudit compliance exports/ -p policy.yaml
slaaudit compliance exports/ --per quarter --by department,metric
slaaudit compliance tickets.csv --from 2026-10-01 -o since-october.csv
slaaudit compliance tickets.csv --where priority=urgent --percentiles 50,90
slaaudit compliance tickets.csv -q --fail-under 95% || echo "promises broken"
"""
LOG_EXAMPLES = """
slaaudit log exports/ -p policy.yaml --where outcome=missed --sort sla
slaaudit log tickets.csv --all --where ticket=T-17
slaaudit log tickets.csv --where 'elapsed>2h' --columns ticket,custom.plan
slaaudit log tickets.csv -f json | jq '.rows[] | select(.at_risk)'
"""


class _Chosen(TypedDict):
    date: str
    from_: date | None
    to: date | None
    where: Condition | None
    sort: tuple[str, ...]


def compliance(
    source: Input, judging: Judging, grouping: Grouping, clocks: Clocks, *, output: Output, gates: Gates
) -> None:
    """How many promises were kept and missed, per period and group.

    Times are elapsed business time. The report goes to stdout, the account of
    every ticket that was read to stderr.
    """
    from slaaudit.reports import ComplianceOptions
    from slaaudit.reports.periods import PERIODS

    mistakes = _checked(source, judging, output)
    known_words("--per", [grouping.per], PERIODS, mistakes)
    options = ComplianceOptions(
        per=grouping.per,
        by=words(grouping.by),
        percentiles=ranks(grouping.percentiles, mistakes),
        **_chosen(clocks, mistakes),
    )
    gate = read_gate(gates, mistakes)
    mistakes.raise_if_any()
    _publish(options, source, judging, output, gate, strict=gates.strict)


def log(source: Input, judging: Judging, rows: Rows, clocks: Clocks, *, output: Output, gates: Gates) -> None:
    """Every judged clock with its verdict, and why.

    One row a clock: one cycle of one metric on one ticket. The report goes to
    stdout, the account of every ticket that was read to stderr.
    """
    from slaaudit.reports import LogOptions

    mistakes = _checked(source, judging, output)
    columns = None if rows.columns is None else words(rows.columns)
    options = LogOptions(all=rows.all, columns=columns, **_chosen(clocks, mistakes))
    gate = read_gate(gates, mistakes)
    mistakes.raise_if_any()
    _publish(options, source, judging, output, gate, strict=gates.strict)


def _publish(
    options: ComplianceOptions | LogOptions,
    source: Input,
    judging: Judging,
    output: Output,
    gate: Gate,
    *,
    strict: bool,
) -> None:
    """Makes the report, writes it, and closes the gate."""
    with (
        Watcher(quiet=output.quiet) as watch,
        finding.found(options, source, judging, memory=output.memory, gate=gate, watch=watch) as found,
    ):
        publishing.publish(found, output, strict=strict, watch=watch)
    gate.close_on(found.counts)


def _checked(source: Input, judging: Judging, output: Output) -> Mistakes:
    mistakes = Mistakes()
    loading.check(source, judging, mistakes)
    finding.check(output.memory, mistakes)
    publishing.check(output, source, judging, mistakes)
    return mistakes


def _chosen(clocks: Clocks, mistakes: Mistakes) -> _Chosen:
    from slaaudit.reports.periods import DATES

    known_words("--date", [clocks.date], tuple(DATES), mistakes)
    return _Chosen(
        date=clocks.date,
        from_=moment("--from", clocks.from_, mistakes),
        to=moment("--to", clocks.to, mistakes),
        where=condition(clocks.where, mistakes),
        sort=words(clocks.sort),
    )
