"""A condition that no ticket can ever fit, because two things that it asks for exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.conditions.describing import describe
from slaaudit.conditions.tree import Node, Not
from slaaudit.policy.checks.subject import Finding, Subject, WrittenCondition
from slaaudit.policy.logic import Literal, contradiction
from slaaudit.policy.resolved import Path


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per condition, at the later of the two things."""
    for written in subject.conditions:
        if found := contradiction(subject.cases(written.condition)):
            yield _finding(subject, written, found)


def _finding(subject: Subject, written: WrittenCondition, found: tuple[Literal, Literal]) -> Finding:
    ordered = sorted(found, key=lambda literal: subject.reading.document.place(_path(written, literal)))
    one, other = (describe(_node(literal)) for literal in ordered)
    what = f"{_subject_of(subject, written)}: '{one}' and '{other}' exclude each other"
    return Finding(_path(written, ordered[1]), what, "join them with any, or remove one of them", of_key=True)


def _path(written: WrittenCondition, literal: Literal) -> Path:
    return written.path_of(literal.comparison) if literal.comparison else written.path


def _subject_of(subject: Subject, written: WrittenCondition) -> str:
    if written.path[0] == "rules" and isinstance(number := written.path[1], int):
        return f"the rule '{subject.policy.rules[number].name}' can never match"
    return f"this '{written.path[-1]}' is never true"


def _node(literal: Literal) -> Node:
    assert literal.comparison is not None, "a part that was left whole contradicts nothing"
    is_negated = literal.negated != (literal.comparison.operator == "empty" and _says_no(literal))
    return Not(literal.comparison) if is_negated else literal.comparison


def _says_no(literal: Literal) -> bool:
    """`empty: false` is the negation of `empty: true` already."""
    from slaaudit.conditions.operands import as_boolean

    assert literal.comparison is not None
    return not as_boolean(literal.comparison.operands[0])
