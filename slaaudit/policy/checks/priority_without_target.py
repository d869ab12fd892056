"""A target by priority that leaves some priorities without any: tickets of those are not judged by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.origins import nearest_target
from slaaudit.policy.resolved import Path, Target

_HINT = "add 'otherwise'; or, if no promise is meant, write the comment  # allow: priority_without_target"


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per `by_priority` that some rule can lead to."""
    seen: set[Path] = set()
    for level in subject.levels_in_use.values():
        for metric, target in level.targets.items():
            if target.due is not None or None in target.amounts:
                continue
            path = nearest_target(subject.written_levels, level.name, metric, "by_priority").path
            without = _without(subject, target)
            if without and path not in seen:
                yield Finding(path, f"{without} no target for {metric}", _HINT, of_key=True)
            seen.add(path)


def _without(subject: Subject, target: Target) -> str:
    """Who has no target; empty if nobody."""
    named = ", ".join(f"'{cell}'" for cell in target.amounts)
    if subject.evidence is None:
        return f"priorities other than {named} have"
    words: Mapping[str, int] = subject.evidence.words.get("priority", {})
    others = {word: times for word, times in words.items() if word.strip().casefold() not in target.amounts}
    lacking = [f"'{word}' ({times:,}×)" for word, times in others.items()]
    if subject.evidence.unranked:
        lacking.append(f"tickets without a priority ({subject.evidence.unranked:,})")
    if not lacking:
        return ""
    have = "have" if len(lacking) > 1 or subject.evidence.unranked else "has"
    return f"{', '.join(lacking)} {have}"
