"""A rule that never decides, because earlier rules match and stop wherever it would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slaaudit.policy.checks.rule_matches_everything import catch_alls
from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.logic import Coverage, contradiction
from slaaudit.policy.logic.triggers import listens_whenever

_NAMED = 3


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per rule; of those that contradict themselves or follow one without condition, other checks tell."""
    rules = subject.policy.rules
    everything = catch_alls(rules)
    earlier = Coverage(len(rules))
    for number, (rule, cases) in enumerate(zip(rules, subject.cases_of_rules, strict=True)):
        if rule.when is None or contradiction(cases):
            continue
        if not any(each < number and listens_whenever(rules[each], rule) for each in everything):
            covering = earlier.covering(cases, lambda other, rule=rule: listens_whenever(rules[other], rule))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            if covering:
                yield _finding(subject, number, covering)
        if rule.stop:
            earlier.add(number, cases)


def _finding(subject: Subject, number: int, covering: Sequence[int]) -> Finding:
    rules = subject.policy.rules
    who = covered_by(subject, covering, "comes first", "come first")
    what = f"the rule '{rules[number].name}' never decides: {who}"
    first = subject.line("rules", covering[0])
    return Finding(("rules", number, "when"), what, f"move it above line {first}, or remove it", of_key=True)


def covered_by(subject: Subject, numbers: Sequence[int], does: str, do: str) -> str:
    """Which rules match whatever another one matches, and what they do."""
    names = [f"'{subject.policy.rules[each].name}' in line {subject.line('rules', each)}" for each in numbers]
    if len(names) == 1:
        return f"{names[0]} matches whatever it matches, and {does}"
    shown = [*names[:_NAMED], f"{len(names) - _NAMED} more"] if len(names) > _NAMED + 1 else names
    return f"{', '.join(shown[:-1])} and {shown[-1]} together match whatever it matches, and {do}"
