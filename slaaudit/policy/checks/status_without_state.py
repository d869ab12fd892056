"""A status word of the export for which neither the policy nor the export's profile names a state."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.frames import STATES
from slaaudit.policy.checks.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding with all such words, at the policy's states."""
    strange = subject.evidence.strange if subject.evidence else {}
    if strange:
        listed = ", ".join(f"'{word}' ({times:,}×)" for word, times in strange.items())
        what = f"status words of the export without a state, so that no audit of it can run: {listed}"
        hint = f"name them under 'states', each with what it stands for: {', '.join(STATES)}"
        yield Finding(("states",), what, hint, of_key=True)
