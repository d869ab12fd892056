"""Expected-result tests of a policy: small stories of tickets in YAML, and the verdicts that they must get.

    policy: acme.yaml                      # a path, or the policy itself
    as_of: 2026-03-20 18:00                # optional; each case may say its own
    cases:
      - name: a reply within four hours is in time
        ticket: {created: mon 09:00, priority: high, opened_by: requester}
        events:
          - {at: +30m, note: agent}
          - {at: mon 11:00, message: agent}
          - {at: +3h, status: solved}
        expect:
          first_reply: {outcome: fulfilled, elapsed: 2h, due: mon 13:30}
          next_reply: none

Instants are `+1h30m` after the creation, `mon 09:15` (local, at or after the creation) or `2026-03-02 09:15`. A
ticket is created on Monday 2026-03-02 at 09:00 in the policy's zone, with the status `new`, unless the case says
otherwise. Without any `as_of` a case is judged at its own last event. Only what is named under `expect` is compared,
exactly; a list names all cycles of a metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from slaaudit.audit import audit
from slaaudit.case_expectations import COLUMNS, differences
from slaaudit.case_model import Case, load_cases
from slaaudit.frames import CUSTOM, EVENTS, PROBLEMS, STATES, TICKETS, conform, vendor_dtype
from slaaudit.policy import Policy
from slaaudit.sources import Export
from slaaudit.sources.export import COUNTS

__all__ = ["Case", "CaseResult", "load_cases", "run_cases"]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went: `differences` holds one line for each value that is not as expected."""

    case: Case
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.differences

    @property
    def text(self) -> str:
        """`ok NAME`, or `FAILED file:line:col: NAME` with expected and actual of each difference below."""
        if self.passed:
            return f"ok {self.case.name}"
        place = f"{self.case.file}:{self.case.line}:{self.case.column_number}"
        return "\n    ".join([f"FAILED {place}: {self.case.name}", *self.differences])


def run_cases(path: str | Path) -> list[CaseResult]:
    """The results of a file's cases, in its order. Raises `SlaauditError` when the file or its policy is wrong.

    Cases that share an as-of instant are judged in one audit.
    """
    cases = load_cases(path)
    logs: dict[int, list[Mapping[str, Any]]] = {number: [] for number in range(len(cases))}
    for group in _groups(cases):
        for row in _log([cases[number] for number in group]):
            logs[group[int(row["ticket"])]].append(row)
    return [_result(case, logs[number]) for number, case in enumerate(cases)]


def _groups(cases: Sequence[Case]) -> list[list[int]]:
    """The numbers of the cases that can be audited together."""
    groups: dict[tuple[datetime, frozenset[str]], list[int]] = {}
    for number, case in enumerate(cases):
        groups.setdefault((case.as_of, case.shows), []).append(number)
    return list(groups.values())


def _log(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The log of one audit of the cases, each a ticket named by its position."""
    found = audit(_export(cases), cases[0].policy, as_of=cases[0].as_of)
    return found.log(["ticket", "metric", *dict.fromkeys(COLUMNS.values())]).to_dicts()


def _result(case: Case, log: Sequence[Mapping[str, Any]]) -> CaseResult:
    lines: list[str] = []
    for metric, expected in case.expected.items():
        clocks = sorted((row for row in log if row["metric"] == metric), key=lambda row: row["cycle"] or 0)
        lines += differences(metric, expected, clocks, case.clock)
    return CaseResult(case, tuple(lines))


def _export(cases: Sequence[Case]) -> Export:
    """The export that the cases' tickets would come from."""
    width = len(str(len(cases)))
    rows = [
        {**case.ticket, "ticket_id": str(number).zfill(width), "created_at": case.created}
        for number, case in enumerate(cases)
    ]
    events = [event for number, case in enumerate(cases) for event in _events(number, case)]
    named = {name for row in rows for name in row} | _named_columns(cases[0].policy)
    own = {name: pl.String() if name.startswith(CUSTOM) else vendor_dtype(name) for name in sorted(named)}
    schema = TICKETS.schema | {name: dtype for name, dtype in own.items() if dtype is not None}
    return Export(
        tickets=conform(pl.DataFrame([_column(name, rows, dtype) for name, dtype in schema.items()]), TICKETS),
        events=conform(pl.DataFrame(events, schema=EVENTS.schema, orient="row"), EVENTS),
        problems=pl.DataFrame(schema=PROBLEMS.schema),
        shows=cases[0].shows,
        counts=dict.fromkeys(COUNTS, 0) | {"ticket_rows": len(cases), "tickets": len(cases)},
        files=(cases[0].file,),
        source="cases",
        state_words={state: (state,) for state in STATES},
    )


def _column(name: str, rows: Sequence[Mapping[str, Any]], dtype: pl.DataType) -> pl.Series:
    values = [row.get(name) for row in rows]
    if dtype == pl.Boolean():
        values = [None if value is None else value == "true" for value in values]
    return pl.Series(name, values, dtype=dtype)


def _named_columns(policy: Policy) -> set[str]:
    """The columns that conditions and due dates name: a ticket that says nothing of them has none of them."""
    targets = [target for level in policy.levels.values() for target in level.targets.values()]
    metrics = policy.metrics.values()
    conditions = [policy.exclude, *(rule.when for rule in policy.rules), *(target.pause for target in targets)]
    conditions += [each for m in metrics for each in (m.start, m.stop, m.sum, m.counts_in, m.applies_to)]
    dues = {target.due.column for target in targets if target.due is not None}
    return dues | {name for condition in conditions if condition is not None for name in condition.columns()}


def _events(number: int, case: Case) -> list[tuple[Any, ...]]:
    """The rows of `frames.EVENTS` of one ticket, its creation first."""
    created = (number, case.created, 0, "created", case.opened_by, None, None, None, None)
    return [
        created,
        *(
            (number, event.at, seq, event.event, event.actor, event.public, event.field, event.old, event.new)
            for seq, event in enumerate(case.events, start=1)
        ),
    ]
