"""Whether one literal, or all the literals of a case, cannot hold without another."""

from __future__ import annotations

from collections.abc import Callable

from slaaudit.policy.logic.literals import Case, Literal

_Test = Callable[[str, str], bool]
_TEXT_TESTS: dict[str, _Test] = {
    "contains": lambda text, part: part in text,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
# What never holds of an empty text, let alone of nothing. A pattern may.
_OF_VALUES = ("is", "contains", "contains_all", "starts_with", "ends_with", "span")


def case_implies(case: Case, other: Case) -> bool:
    """Whether whatever fits the case fits the other."""
    return all(any(implies(literal, wanted) for literal in case) for wanted in other)


def implies(given: Literal, wanted: Literal) -> bool:
    """Whether `wanted` is true wherever `given` is."""
    if given == wanted:
        return True
    if given.column != wanted.column:
        return False
    if wanted.negated:
        return implies(wanted.opposite(), given.opposite()) if given.negated else excludes(given, wanted.opposite())
    return not given.negated and _implies(given, wanted)


def excludes(one: Literal, other: Literal) -> bool:
    """Whether no value can be both; neither is negated."""
    if "empty" in (one.operator, other.operator):
        return one.operator != other.operator and {one.operator, other.operator} <= {"empty", *_OF_VALUES}
    if one.span is not None and other.span is not None:
        return one.kind != "list" and one.span.apart(other.span)
    if one.kind not in ("text", "flag") or "is" not in (one.operator, other.operator):
        return False
    words, test = (one, other) if one.operator == "is" else (other, one)
    return not any(fits(word, test) for word in words.words)


def fits(word: str, test: Literal) -> bool:
    """Whether a text of this word could be what `test`, which is not negated, asks for."""
    if test.operator == "is":
        return word in test.words
    if test.operator == "contains_all":
        return all(part in word for part in test.words)
    check = _TEXT_TESTS.get(test.operator)
    return check is None or any(check(word, part) for part in test.words)


def _implies(given: Literal, wanted: Literal) -> bool:
    if given.span is not None and wanted.span is not None:
        return given.span.within(wanted.span)
    if wanted.operator == "contains_all":
        return _implies_all_parts(given, wanted)
    if given.operator == "contains_all":
        single = (Literal(given.column, _SINGLE[given.kind], given.kind, frozenset([word])) for word in given.words)
        return any(_implies(each, wanted) for each in single)
    if given.operator == wanted.operator and given.words <= wanted.words:
        return given.operator in ("is", "contains", "starts_with", "ends_with", "matches")
    if given.kind != "text" or wanted.operator not in _TEXT_TESTS:
        return False
    return _is_kept(given.operator, wanted.operator) and all(fits(word, wanted) for word in given.words)


_SINGLE = {"list": "is", "text": "contains", "flag": "contains", "instant": "contains", "unknown": "contains"}


def _is_kept(given: str, wanted: str) -> bool:
    """Whether what is true of the words of `given` is true of the texts that fit it."""
    return given in ("is", wanted) or (given in ("starts_with", "ends_with") and wanted == "contains")


def _implies_all_parts(given: Literal, wanted: Literal) -> bool:
    if given.operator == "contains_all" and wanted.words <= given.words:
        return True
    if given.kind != "text":
        return False
    if given.operator == "contains_all":
        return all(any(part in word for word in given.words) for part in wanted.words)
    is_one_text = given.operator in ("is", *_TEXT_TESTS)
    return is_one_text and bool(given.words) and all(fits(word, wanted) for word in given.words)
