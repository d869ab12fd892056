"""What in a condition can never be true together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from slaaudit.policy.logic.implication import excludes, fits, implies
from slaaudit.policy.logic.literals import Case, Literal

_MOST = 50  # literals on one column: beyond that only the first are looked at


def contradiction(cases: Iterable[Case]) -> tuple[Literal, Literal] | None:
    """Two literals that no ticket fits at once, if there are such in every case: those of the first; else None."""
    found = [_of_case(case) for case in cases]
    return None if None in found else next(iter(found), None)


def _position(literal: Literal) -> tuple[str, ...]:
    return tuple(str(step) for step in literal.comparison.path) if literal.comparison else ()


def _of_case(case: Case) -> tuple[Literal, Literal] | None:
    by_column: defaultdict[str, list[Literal]] = defaultdict(list)
    for literal in sorted(case, key=_position):
        by_column[literal.column].append(literal)
    return next((pair for literals in by_column.values() for pair in _pairs(literals[:_MOST])), None)


def _pairs(literals: list[Literal]) -> Iterator[tuple[Literal, Literal]]:
    for one, other in combinations(literals, 2):
        if one.negated and other.negated:
            continue
        positive, second = (other, one) if one.negated else (one, other)
        is_apart = implies(positive, second.opposite()) if second.negated else excludes(positive, second)
        if is_apart:
            yield one, other
    yield from _exhausted(literals)


def _exhausted(literals: list[Literal]) -> Iterator[tuple[Literal, Literal]]:
    """A list of words of which the other literals together leave none."""
    for listed in literals:
        if listed.operator != "is" or listed.negated or listed.kind not in ("text", "flag"):
            continue
        others = [each for each in literals if each is not listed and each.operator not in ("empty", "tree", "span")]
        if others and not any(all(_allows(each, word) for each in others) for word in listed.words):
            yield listed, others[-1]


def _allows(test: Literal, word: str) -> bool:
    if test.negated:
        return test.operator == "matches" or not fits(word, test)
    return fits(word, test)
