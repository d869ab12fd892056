"""A target for a metric that the export cannot show: every clock of it would be not measurable."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.origins import nearest_target
from slaaudit.policy.resolved import Path, Target

_BY_STATUS = frozenset({"state", "status"})
_NOT_OF_TICKETS = frozenset({"chats", "calls"})  # no history of tickets has them


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per target as written, once an export is known."""
    if subject.evidence is None:
        return
    seen: set[Path] = set()
    for level in subject.levels_in_use.values():
        for metric, target in level.targets.items():
            path = nearest_target(subject.written_levels, level.name, metric).path
            lacking = subject.evidence.unmeasurable.get(metric) or _pause(target, subject.evidence.shows)
            if lacking and path not in seen:
                what = f"{metric} cannot be measured: {lacking}"
                yield Finding(path, what, _hint(lacking), of_key=True)
            seen.add(path)


def _pause(target: Target, shows: frozenset[str]) -> str:
    if target.pause is None or "status_changes" in shows or not target.pause.columns() & _BY_STATUS:
        return ""
    return "it pauses by status, and the export does not show status changes"


def _hint(lacking: str) -> str:
    if _NOT_OF_TICKETS & set(lacking.split()):
        return "leave the target out, or export the events as well that show them"
    return "export the history of the tickets as well, or leave the target out"
