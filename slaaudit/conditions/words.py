"""Comparisons of words: whole texts, parts of texts, and lists of texts. Case makes no difference but in patterns."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from slaaudit.conditions.operands import written
from slaaudit.conditions.tree import Operand

_WordTest = Callable[[pl.Expr, tuple[Operand, ...]], pl.Expr]


def is_text(dtype: pl.DataType) -> bool:
    """Whether a column of this type holds words; one without any value could."""
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null)


def _lowered(operands: tuple[Operand, ...]) -> list[str]:
    """The operands in lower case, by the same rule as the columns."""
    words = [written(operand) for operand in operands]
    if all(word.isascii() for word in words):  # the rules of Python and Polars differ in rare letters only
        return [word.lower() for word in words]
    return pl.Series(words, dtype=pl.String).str.to_lowercase().to_list()


def is_word(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    """The text is one of the operands, letter for letter but for case."""
    words = _lowered(operands)
    lowered = text.str.to_lowercase()
    return lowered == words[0] if len(words) == 1 else lowered.is_in(words)


def _contains(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    lowered = text.str.to_lowercase()
    return pl.any_horizontal(lowered.str.contains(word, literal=True) for word in _lowered(operands))


def _contains_all(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    return pl.all_horizontal(_contains(text, (operand,)) for operand in operands)


def _matches(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    return pl.any_horizontal(text.str.contains(written(operand)) for operand in operands)


def _starts(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    return pl.any_horizontal(_end(text, word, text.str.head).str.starts_with(word) for word in _lowered(operands))


def _ends(text: pl.Expr, operands: tuple[Operand, ...]) -> pl.Expr:
    return pl.any_horizontal(_end(text, word, text.str.tail).str.ends_with(word) for word in _lowered(operands))


def _end(text: pl.Expr, word: str, cut: Callable[[int], pl.Expr]) -> pl.Expr:
    """As much of one end of the text, in lower case, as a comparison with the word takes.

    A character in lower case is never less than one, and what follows matters to none that could be ASCII.
    """
    return (cut(len(word)) if word.isascii() else text).str.to_lowercase()


TEXT_TESTS: dict[str, _WordTest] = {
    "contains": _contains,
    "contains_any": _contains,
    "contains_all": _contains_all,
    "matches": _matches,
    "starts_with": _starts,
    "ends_with": _ends,
}


def in_list(words: pl.Expr, operator: str, operands: tuple[Operand, ...]) -> pl.Expr:
    """A list of texts: some element equals (`is`, `contains…`), matches, starts or ends so; null for a null list."""
    if operator == "contains_all":
        return pl.all_horizontal(_some(words, is_word, (operand,)) for operand in operands)
    test = TEXT_TESTS[operator] if operator in ("matches", "starts_with", "ends_with") else is_word
    return _some(words, test, operands)


def _some(words: pl.Expr, test: _WordTest, operands: tuple[Operand, ...]) -> pl.Expr:
    return words.list.eval(test(pl.element(), operands)).list.any()
