"""Which of many conditions, if any, are true wherever a given one is: found without comparing each with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice

from slaaudit.policy.logic.implication import case_implies
from slaaudit.policy.logic.literals import Case, Literal

_MOST_TRIED = 250_000  # cases compared, all together: bounds the work for policies of thousands of rules
_LEAST_TRIED = 32  # for one condition
_MOST_SPLIT = 64

Accepts = Callable[[int], bool]


class Coverage:
    """Cases of numbered conditions, to be found by what they have in common with others.

    A case that another implies must ask for something that the other asks for, too: for one word at least if it lists
    words, else for something about the same column. So each is kept under one of its literals, the rarest. Of
    `expected` conditions, each is compared with a limited number of others: all of them but in very long policies.
    """

    def __init__(self, expected: int = 1) -> None:
        self._exact: defaultdict[Case, list[int]] = defaultdict(list)
        self._by_key: defaultdict[Hashable, list[tuple[int, Case]]] = defaultdict(list)
        self._limit = max(_LEAST_TRIED, _MOST_TRIED // max(1, expected))

    def add(self, number: int, cases: Sequence[Case]) -> None:
        """Keeps a condition; numbers go up, or they go down."""
        for case in cases:
            self._exact[case].append(number)
            keys = min((_keys(literal) for literal in case), key=self._crowd, default=[()])
            for key in keys:
                self._by_key[key].append((number, case))

    def _crowd(self, keys: Sequence[Hashable]) -> int:
        return max((len(self._by_key.get(key, ())) for key in keys), default=0)

    def covering(self, cases: Sequence[Case], accepts: Accepts) -> tuple[int, ...]:
        """The conditions that together are true wherever one of the cases is, in order; none if there are none.

        Only those that `accepts` says yes to.
        """
        tries = iter(range(self._limit))
        found: set[int] = set()
        for case in cases:
            numbers = self._of_case(case, accepts, tries)
            if not numbers:
                return ()
            found |= numbers
        return tuple(sorted(found))

    def _of_case(self, case: Case, accepts: Accepts, tries: Iterator[int]) -> set[int]:
        for_whole = islice(tries, self._limit // 2)  # what is left is for its words one by one
        if (number := self._first(case, accepts, for_whole)) is not None:
            return {number}
        for literal in case:
            if literal.operator == "is" and not literal.negated and 1 < len(literal.words) <= _MOST_SPLIT:
                singles = (case - {literal} | {_only(literal, word)} for word in sorted(literal.words))
                if numbers := self._of_each(singles, accepts, tries):
                    return numbers
        return set()

    def _of_each(self, cases: Iterable[Case], accepts: Accepts, tries: Iterator[int]) -> set[int]:
        """One condition for each of the cases; none if one of them has none."""
        found: set[int] = set()
        for case in cases:
            if (number := self._first(case, accepts, tries)) is None:
                return set()
            found.add(number)
        return found

    def _first(self, case: Case, accepts: Accepts, tries: Iterator[int]) -> int | None:
        """A condition that the case implies; an equal one rather than one that asks for less."""
        for number in islice(self._exact.get(case, ()), _LEAST_TRIED):
            if accepts(number):
                return number
        for _, (number, other) in zip(tries, self._near(case), strict=False):
            if case_implies(case, other) and accepts(number):
                return number
        return None

    def _near(self, case: Case) -> Iterator[tuple[int, Case]]:
        for key in dict.fromkeys([(), *(key for literal in case for key in self._probes(literal))]):
            yield from self._by_key.get(key, ())

    def _probes(self, literal: Literal) -> list[Hashable]:
        keys = _keys(literal)
        if literal.operator == "is" and not literal.negated:  # one that is implied lists all of its words
            keys = [min(keys, key=lambda key: len(self._by_key.get(key, ())))]
        elif literal.operator == "contains_all" and not literal.negated:
            keys = [("word", literal.column, word) for word in literal.words]
        return [*keys, ("column", literal.column)]


def _keys(literal: Literal) -> list[Hashable]:
    if literal.operator == "is" and not literal.negated and literal.words:
        return [("word", literal.column, word) for word in literal.words]
    return [("column", literal.column)]


def _only(literal: Literal, word: str) -> Literal:
    return Literal(literal.column, "is", literal.kind, frozenset([word]), comparison=literal.comparison)
