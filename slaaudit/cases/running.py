"""Cases → how each went: those of one instant are judged in one audit, whose log is compared with what they expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from slaaudit.audit import audit
from slaaudit.cases.expectations import COLUMNS, differences
from slaaudit.cases.exports import export_of
from slaaudit.cases.model import Case, load_cases


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
    found = audit(export_of(cases), cases[0].policy, as_of=cases[0].as_of)
    return found.log(["ticket", "metric", *dict.fromkeys(COLUMNS.values())]).to_dicts()


def _result(case: Case, log: Sequence[Mapping[str, Any]]) -> CaseResult:
    lines: list[str] = []
    for metric, expected in case.expected.items():
        clocks = sorted((row for row in log if row["metric"] == metric), key=lambda row: row["cycle"] or 0)
        lines += differences(metric, expected, clocks, case.clock)
    return CaseResult(case, tuple(lines))
