"""A calendar in which no target of any level counts."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.policy.checks.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per calendar."""
    used = {target.calendar for level in subject.policy.levels.values() for target in level.targets.values()}
    for name in subject.reading.written.calendars:
        if name not in used:
            what = f"no target counts in the calendar '{name}'"
            yield Finding(("calendars", name), what, "name it in a level or a target, or remove it", of_key=True)
