"""A rule without a condition that other rules follow: it decides every ticket, and they are never looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.logic.triggers import listens_whenever
from slaaudit.policy.resolved import Path, Rule

_NAMED = 3


def catch_alls(rules: Sequence[Rule]) -> list[int]:
    """The numbers of the rules that match every ticket and stop the others, each with triggers of its own."""
    found: list[int] = []
    for number, rule in enumerate(rules):
        is_one = rule.when is None and rule.stop
        if is_one and not any(listens_whenever(rules[each], rule) for each in found):
            found.append(number)
    return found


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per such rule."""
    rules = subject.policy.rules
    told: set[str] = set()
    for number in catch_alls(rules):
        rule = rules[number]
        lost = [each.name for each in rules[number + 1 :] if each.name not in told and listens_whenever(rule, each)]
        told |= set(lost)
        if lost:
            yield Finding(_place(subject, number), _what(rule, lost), "move it to the end, or give it a condition")


def _what(rule: Rule, lost: list[str]) -> str:
    names = ", ".join(f"'{name}'" for name in lost[:_NAMED])
    more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
    after = "the rule after it is" if len(lost) == 1 else f"the {len(lost):,} rules after it are"
    return f"the rule '{rule.name}' matches every ticket: {after} never looked at ({names}{more})"


def _place(subject: Subject, number: int) -> Path:
    """Its condition if it says an empty one, else its name."""
    written = subject.reading.written.rules[number].model_fields_set
    key = next((key for key in ("when", "name") if key in written), None)
    return ("rules", number, key) if key else ("rules", number)
