"""A column that a condition or a due date looks at and that the export does not have, or never fills."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.frames import CUSTOM
from slaaudit.policy.checks.evidence import Evidence
from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.due_dates import hint_for_missing
from slaaudit.policy.vocabulary import EVENT_SCHEMA, TICKET_SCHEMA
from slaaudit.problems import did_you_mean

_UNKNOWN = "check that it was exported; --map names the column if it is called something else"
_WHY = dict.fromkeys(("last_message_by", "last_message_public"), "it is known only if the events have the messages")
_OF_EVENTS = EVENT_SCHEMA.keys() - TICKET_SCHEMA.keys()


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per comparison, at the column; once an export is known."""
    if subject.evidence is None:
        return
    for condition in subject.conditions:
        for comparison in condition.condition.comparisons():
            path = condition.path_of(comparison)
            column = comparison.column
            if column.startswith(CUSTOM) and column not in subject.evidence.kinds:
                what = f"the export has no column '{column}', so that no audit of it can run"
                yield Finding(_column_in(path, column), what, _hint(column, subject.evidence), of_key=True)
            elif column in subject.evidence.empty - _OF_EVENTS:
                what = f"'{column}' is empty in every ticket of the export, or was not exported"
                yield Finding(_column_in(path, column), what, _WHY.get(column, _UNKNOWN), of_key=True)
    yield from _of_due_dates(subject, subject.evidence)


def _of_due_dates(subject: Subject, evidence: Evidence) -> Iterator[Finding]:
    """One finding per due date as written, at its column."""
    targets = [target for level in subject.policy.levels.values() for target in level.targets.values()]
    dues = {target.due.path: target.due.column for target in targets if target.due is not None}
    instants = [name for name, kind in evidence.kinds.items() if kind == "instant"]
    for path, column in dues.items():
        if column not in instants:
            what = f"the export has no due dates '{column}', so that no audit of it can run"
            yield Finding(path, what, hint_for_missing(instants))
        elif column in evidence.empty:
            what = f"'{column}' is empty in every ticket of the export, or was not exported"
            yield Finding(path, what, "without a due date a clock is not judged, it is listed as no_target")


def _column_in(path: tuple[str | int, ...], column: str) -> tuple[str | int, ...]:
    """The path of the column's name: an operator may stand below it."""
    at = max(number for number, step in enumerate(path) if step == column)
    return path[: at + 1]


def _hint(column: str, evidence: Evidence) -> str:
    own = sorted(name for name in evidence.kinds if name.startswith(CUSTOM))
    near = did_you_mean(column, evidence.kinds)
    return near or (f"its other columns are {', '.join(own)}" if own else "it has only columns that slaaudit knows")
