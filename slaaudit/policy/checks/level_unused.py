"""A level that no rule gives and no other level is based on."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.policy.checks.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per level."""
    bases = {level.based_on for level in subject.written_levels.values()}
    for name in subject.policy.levels:
        if name not in subject.levels_in_use and name not in bases:
            what = f"no rule gives the level '{name}', and no other level is based on it"
            yield Finding(("levels", name), what, "add a rule for it, or remove it", of_key=True)
