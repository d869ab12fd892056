"""Words of a filter that no clock can have: those of closed sets are mistakes, of the others a note is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.conditions.operands import written
from slaaudit.frames import OUTCOMES, STATES
from slaaudit.problems import Problem, did_you_mean
from slaaudit.reports.columns import known_columns
from slaaudit.reports.nearest_words import nearest_words

if TYPE_CHECKING:
    from slaaudit.audit import Audit
    from slaaudit.conditions import Condition
    from slaaudit.policy import Policy

# Of each column and word of a filter the words that clocks have instead, the nearest of them; None where a clock has
# it, or where the column does not hold words.
Instead = Mapping[tuple[str, str], pl.Series | None]


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
    """The words of a filter that no clock looked at so far has, and the nearest of those that clocks have instead.

    They are the same however the clocks are divided into parts.
    """

    def __init__(self, where: Condition | None) -> None:
        self._unseen = {pair: pl.Series(dtype=pl.String) for pair in _wanted(where)}

    def look(self, audit: Audit) -> UnseenWords:
        """Look at the clocks of an audit, or of one more part of it."""
        self.add(self.instead_in(audit))
        return self

    def instead_in(self, audit: Audit) -> Instead:
        """What the clocks of an audit have instead of the words that are unseen so far. Changes nothing."""
        pairs, known = tuple(self._unseen), known_columns(audit)
        columns = [column for column, _ in pairs if _holds_words(known[column])]
        words = {column: _words(audit.log([column], in_order=False)[column]) for column in dict.fromkeys(columns)}
        return {(column, word): _instead(word, words[column]) if column in words else None for column, word in pairs}

    def add(self, found: Instead) -> None:
        """Take note of what is `instead_in` an audit."""
        for pair, words in found.items():
            if words is None:
                self._unseen.pop(pair, None)
            elif pair in self._unseen:
                self._unseen[pair] = nearest_words(pair[1], pl.concat([self._unseen[pair], words]).unique())

    def notes(self) -> tuple[str, ...]:
        """A note for each of them."""
        return tuple(_note(column, word, near) for (column, word), near in self._unseen.items())


def _instead(word: str, words: pl.Series) -> pl.Series | None:
    """The nearest of the words; None if it is one of them."""
    return None if (words.str.to_lowercase() == word.lower()).any() else nearest_words(word, words)


def _note(column: str, word: str, near: Iterable[str]) -> str:
    meant = did_you_mean(word, near)
    return f"no clock has the {column.replace('_', ' ')} '{word}'" + (f"; {meant}" if meant else "")


def _holds_words(dtype: pl.DataType) -> bool:
    return dtype in (pl.String, pl.Categorical, pl.Enum) or dtype == pl.List(pl.String)


def _words(cells: pl.Series) -> pl.Series:
    """The different words of a column, in no order."""
    words = cells.drop_nulls().explode() if isinstance(cells.dtype, pl.List) else cells
    return words.unique().cast(pl.String).drop_nulls()
