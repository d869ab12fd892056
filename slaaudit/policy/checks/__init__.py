"""Warnings: what no schema can find in a policy. One file a check, named by its code; a check is a function.

A new check is a file, a line in `CHECKS`, an entry in `tests/errors/checks` and a row in `manual/checks.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from slaaudit.policy.checks import (
    calendar_hardly_opens,
    calendar_unused,
    column_not_in_export,
    condition_contradicts_itself,
    holidays_end,
    level_unused,
    metric_not_measurable,
    priority_without_target,
    reply_after_resolution,
    rule_matches_everything,
    rule_overruled,
    rule_shadowed,
    status_without_state,
    value_never_occurs,
)
from slaaudit.policy.checks.allowed import Allowed
from slaaudit.policy.checks.evidence import Evidence
from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.loading import Reading
from slaaudit.problems import Problem

__all__ = ["CHECKS", "Evidence", "Finding", "Subject", "warnings_of"]

CHECKS: Mapping[str, Callable[[Subject], Iterator[Finding]]] = {
    "rule_matches_everything": rule_matches_everything.check,
    "rule_shadowed": rule_shadowed.check,
    "rule_overruled": rule_overruled.check,
    "condition_contradicts_itself": condition_contradicts_itself.check,
    "level_unused": level_unused.check,
    "calendar_unused": calendar_unused.check,
    "calendar_hardly_opens": calendar_hardly_opens.check,
    "holidays_end": holidays_end.check,
    "priority_without_target": priority_without_target.check,
    "reply_after_resolution": reply_after_resolution.check,
    "value_never_occurs": value_never_occurs.check,
    "column_not_in_export": column_not_in_export.check,
    "status_without_state": status_without_state.check,
    "metric_not_measurable": metric_not_measurable.check,
}


def warnings_of(
    reading: Reading, *, evidence: Evidence | None = None, today: date | None = None
) -> tuple[Problem, ...]:
    """What is allowed in a policy but hardly meant, in the order of the file; `code` is the name of the check.

    `evidence`: what occurs in an export that it shall judge; `today` is compared with the ends of lists of holidays.
    What the file allows by a comment (`# allow: CODE`) in the line is left out.
    """
    subject, allowed = Subject(reading, evidence, today), Allowed.of(reading.text)
    found = [_problem(code, finding, reading) for code, check in CHECKS.items() for finding in check(subject)]
    shown = [problem for problem in found if not allowed.allows(problem.line or 0, problem.code)]
    return tuple(sorted(shown, key=lambda each: (each.line or 0, each.column_number or 0)))


def _problem(code: str, finding: Finding, reading: Reading) -> Problem:
    line, column_number = reading.document.place(finding.path, of_key=finding.of_key)
    file = reading.document.file
    return Problem(code=code, what=finding.what, hint=finding.hint, file=file, line=line, column_number=column_number)
