"""Chance that falls the same way everywhere: `random()` and integers, nothing that Python may change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TypeVar

T = TypeVar("T")

Curve = Sequence[tuple[int, int]]  # (permille of the cases, value): straight lines between the points


class Chance:
    """One stream of chance; each ticket has its own, so that a change to one story leaves others alone."""

    def __init__(self, seed: int, stream: int) -> None:
        self._random = Random(seed * 1_000_000 + stream)

    def below(self, end: int) -> int:
        """A whole number from 0 up to, not including, `end`."""
        return int(self._random.random() * end)

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + self.below(last - first + 1)

    def happens(self, permille: int) -> bool:
        """True in `permille` of 1,000 cases."""
        return self.below(1000) < permille

    def one_of(self, choices: Sequence[T]) -> T:
        """One of `choices`, each as likely as the others."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the (choice, weight) pairs' choices."""
        left = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            if left < weight:
                return choice
            left -= weight
        raise AssertionError("weights are positive")

    def along(self, curve: Curve) -> int:
        """A value of the distribution whose quantiles are the points of `curve`."""
        share = self.below(1000)
        for (low, low_value), (high, high_value) in pairwise(curve):
            if share < high:
                return low_value + (high_value - low_value) * (share - low) // (high - low)
        raise AssertionError("curves end at 1,000")
