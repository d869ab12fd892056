"""A rule with `stop: false` whose level is always replaced, because a later rule matches wherever it does."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.policy.checks.rule_shadowed import covered_by
from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.logic import Coverage
from slaaudit.policy.logic.triggers import listens_whenever


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per rule, in their order."""
    return iter(list(_from_last(subject))[::-1])


def _from_last(subject: Subject) -> Iterator[Finding]:
    rules = subject.policy.rules
    later = Coverage(len(rules))
    for number in reversed(range(len(rules))):
        rule, cases = rules[number], subject.cases_of_rules[number]
        if rule.level is None and not rule.no_level:
            later = Coverage(len(rules))  # it may stop before a later rule is reached, and leaves the level as it is
            continue
        if not rule.stop:
            accepts = lambda other, rule=rule: listens_whenever(rules[other], rule)  # noqa: E731 - of two words
            covering = later.covering(cases, accepts)
            if covering:
                yield _finding(subject, number, covering)
        later.add(number, cases)


def _finding(subject: Subject, number: int, covering: tuple[int, ...]) -> Finding:
    who = covered_by(subject, covering, "decides instead", "decide instead")
    what = f"the level of the rule '{subject.policy.rules[number].name}' never lasts: {who}"
    return Finding(("rules", number, "stop"), what, "remove stop: false, so that it decides itself", of_key=True)
