"""Words of a filter that no clock can have: those of closed sets are mistakes, of the others a note is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.conditions.operands import written
from slaaudit.frames import OUTCOMES, STATES
from slaaudit.problems import Problem, did_you_mean
from slaaudit.reports.columns import known_columns

if TYPE_CHECKING:
    from slaaudit.audit import Audit
    from slaaudit.conditions import Condition
    from slaaudit.policy import Policy

_MOST_KNOWN = 1_000  # words of a column that are remembered, to suggest the nearest of them


def unknown_words(where: Condition | None, policy: Policy) -> list[Problem]:
    """One problem for each word that `where` wants of a column which by the policy can never have it."""
    closed = _closed(policy)
    return [
        _unknown(column, word, closed[column])
        for column, word in dict.fromkeys(_wanted(where))
        if closed.get(column) and word.casefold() not in {known.casefold() for known in closed[column]}
    ]


def _closed(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """The columns that hold one of so many words, or nothing."""
    return {
        "outcome": OUTCOMES,
        "state": STATES,
        "metric": tuple(policy.metrics),
        "level": tuple(policy.levels),
        "calendar": tuple(policy.calendars),
        "rule": tuple(rule.name for rule in policy.rules),
    }


def _unknown(column: str, word: str, known: tuple[str, ...]) -> Problem:
    if word.casefold() == "none":
        hint = f"for clocks without a {column} write {column}="
    else:
        hint = f"{did_you_mean(word, known)} known: {', '.join(known)}".strip()
    return Problem(code="unknown_word", what=f"--where: there is no {column} '{word}'", hint=hint)


def _wanted(where: Condition | None) -> Iterator[tuple[str, str]]:
    """Column and word of every comparison with whole words."""
    for comparison in where.comparisons() if where else ():
        if comparison.operator == "is":
            yield from ((comparison.column, written(operand)) for operand in comparison.operands)


class UnseenWords:
    """The words of a filter that no clock looked at so far has, and what those columns have instead."""

    def __init__(self, where: Condition | None) -> None:
        self._unseen = dict.fromkeys(_wanted(where))
        self._known: dict[str, set[str]] = {}

    def look(self, audit: Audit) -> UnseenWords:
        """Look at the clocks of an audit, or of one more part of it."""
        self.add(self.words_in(audit))
        return self

    def words_in(self, audit: Audit) -> dict[str, pl.Series | None]:
        """Of each column of the filter the different words that the clocks of an audit have, sorted; None where it
        does not hold words. Changes nothing.
        """
        known = known_columns(audit)
        return {
            column: _words(audit.log([column], in_order=False)[column]) if _holds_words(known[column]) else None
            for column in dict.fromkeys(column for column, _ in tuple(self._unseen))
        }

    def add(self, found: Mapping[str, pl.Series | None]) -> None:
        """Take note of the `words_in` an audit."""
        for column, words in found.items():
            if words is None:
                self._unseen = {pair: None for pair in self._unseen if pair[0] != column}
                continue
            folded = words.str.to_lowercase()
            has = {word for _, word in self._unseen if (folded == word.lower()).any()}
            self._unseen = {(name, word): None for name, word in self._unseen if name != column or word not in has}
            names = self._known.setdefault(column, set())
            names.update(words.head(_MOST_KNOWN - len(names)))

    def notes(self) -> tuple[str, ...]:
        """A note for each of them."""
        return tuple(self._note(column, word) for column, word in self._unseen)

    def _note(self, column: str, word: str) -> str:
        near = did_you_mean(word, self._known[column])
        return f"no clock has the {column.replace('_', ' ')} '{word}'" + (f"; {near}" if near else "")


def _holds_words(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Categorical, pl.Enum) or dtype == pl.List(pl.String)


def _words(cells: pl.Series) -> pl.Series:
    """The different words of a column, sorted."""
    words = cells.drop_nulls().explode() if isinstance(cells.dtype, pl.List) else cells
    return words.unique().cast(pl.String).drop_nulls().sort()
