"""A condition as written (a mapping) → `Condition`, with every mistake in it found at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import isfinite

from slaaudit.conditions.checks import DATE_OPERATORS, ORDER_OPERATORS, WrongOperandError, check_operands
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Condition, Node, Not, Operand, Path
from slaaudit.problems import did_you_mean

TEXT_OPERATORS = ("contains", "contains_any", "contains_all", "contains_none", "matches", "starts_with", "ends_with")
OPERATORS = (*TEXT_OPERATORS, "not", "empty", *DATE_OPERATORS, *ORDER_OPERATORS)
GROUPS = ("any", "all", "not")
DEEPEST = 50  # nested groups; far above any real policy, far below the interpreter's stack

_TOO_DEEP = f"conditions are nested more than {DEEPEST} deep"
_MISSING_HINT = "to match a missing value write {empty: true}"
_Mistake = tuple[Path, str, str]


class ConditionErrors(ValueError):  # noqa: N818 - it carries several errors
    """A condition that cannot be used: `errors` lists (path inside the condition, what is wrong, what to do)."""

    def __init__(self, errors: list[_Mistake]) -> None:
        self.errors = errors
        super().__init__("; ".join(what for _, what, _ in errors))


class _WrongEntryError(Exception):
    """Ends the reading of one entry; the others go on."""

    def __init__(self, path: Path, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.mistake: _Mistake = (path, what, hint)


def parse_condition(raw: object) -> Condition:
    """The condition that `raw`, a mapping as in YAML, stands for. Raises `ConditionErrors` with every mistake.

    Values may be text, whole numbers, `Decimal`, floats (read as they print), truth values and dates. The empty
    mapping matches everything, but only by itself, never inside another condition.
    """
    mistakes: list[_Mistake] = []
    tree = AllOf(()) if raw == {} else _mapping(raw, (), mistakes)
    if mistakes or not isinstance(raw, Mapping):
        raise ConditionErrors(mistakes)
    return Condition(tree, raw)


def _mapping(raw: object, path: Path, mistakes: list[_Mistake]) -> Node:
    """The conjunction of the entries of one mapping."""
    if mistake := _not_a_mapping(raw, path):
        mistakes.append(mistake)
        return AllOf(())
    assert isinstance(raw, Mapping)
    parts: list[Node] = []
    for key, value in raw.items():
        read = _group if key in GROUPS else _column
        try:
            parts.append(read(key, value, (*path, key), mistakes))
        except _WrongEntryError as wrong:
            mistakes.append(wrong.mistake)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _not_a_mapping(raw: object, path: Path) -> _Mistake | None:
    if not isinstance(raw, Mapping):
        return (
            path,
            f"a condition is a mapping of columns to values, not {kind_of(raw)}",
            "write it as {column: value}",
        )
    if not raw:
        return path, "the condition is empty", "name a column and a value, such as {priority: urgent}, or remove it"
    if len(path) > DEEPEST:
        return path, _TOO_DEEP, "write it flatter"
    return None


def _group(key: str, value: object, path: Path, mistakes: list[_Mistake]) -> Node:
    if key == "not":
        return Not(_mapping(value, path, mistakes))
    if not isinstance(value, list | tuple):
        raise _WrongEntryError(
            path, f"'{key}' wants a list of conditions, not {kind_of(value)}", f"write {key}: [{{…}}, {{…}}]"
        )
    if not value:
        raise _WrongEntryError(path, f"the list of '{key}' is empty", "name at least one condition, or remove it")
    parts = tuple(_mapping(part, (*path, index), mistakes) for index, part in enumerate(value))
    if len(parts) == 1:
        return parts[0]
    return AnyOf(parts) if key == "any" else AllOf(parts)


def _column(key: object, value: object, path: Path, mistakes: list[_Mistake]) -> Node:
    if not isinstance(key, str) or not key:
        raise _WrongEntryError(path, f"'{key}' is not the name of a column", "column names are texts")
    if not isinstance(value, Mapping):
        return Comparison(key, "is", _operands(value, path), path)
    if not value:
        what = f"nothing is said about '{key}'"
        raise _WrongEntryError(path, what, f"write {key}: VALUE, or {key}: {{contains: VALUE}}")
    if len(path) > DEEPEST:
        raise _WrongEntryError(path, _TOO_DEEP, "write it flatter")
    parts: list[Node] = []
    for operator, operand in value.items():
        try:
            parts.append(_operator(key, operator, operand, (*path, operator), mistakes=mistakes))
        except _WrongEntryError as wrong:
            mistakes.append(wrong.mistake)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _operator(column: str, operator: object, value: object, path: Path, *, mistakes: list[_Mistake]) -> Node:
    if operator not in OPERATORS or not isinstance(operator, str):
        near = _MEANT.get(str(operator).lower(), "").format(column) or did_you_mean(str(operator), OPERATORS)
        hint = near or f"use one of {', '.join(OPERATORS)}"
        raise _WrongEntryError(path, f"'{operator}' is not a comparison", hint)
    if operator == "not":
        if isinstance(value, Mapping):
            return Not(_column(column, value, path, mistakes))
        return Not(Comparison(column, "is", _operands(value, path), path))
    operands = _operands(value, path)
    if operator not in LIST_OPERATORS and isinstance(value, list | tuple):
        raise _WrongEntryError(
            path, f"'{operator}' wants one value, not a list", _LIST_HINTS.get(operator, "write one value")
        )
    try:
        check_operands(operator, operands)
    except WrongOperandError as wrong:
        raise _WrongEntryError(path, str(wrong), wrong.hint) from None
    if operator == "contains_none":
        return Not(Comparison(column, "contains_any", operands, path))
    return Comparison(column, operator, operands, path)


_MEANT = dict.fromkeys(("is", "equals", "eq", "=", "==", "in", "any_of"), "write {0}: VALUE, or {0}: [VALUE, …]")
_MEANT |= dict.fromkeys(("!=", "<>", "is_not", "not_in", "none_of"), "write {0}: {{not: VALUE}}")
LIST_OPERATORS = ("contains_any", "contains_all", "contains_none", "matches", "starts_with", "ends_with")
_LIST_HINTS = {"contains": "use contains_any or contains_all", "empty": "write true or false"}


def _operands(value: object, path: Path) -> tuple[Operand, ...]:
    if not isinstance(value, list | tuple):
        return (_operand(value, path),)
    if not value:
        raise _WrongEntryError(path, "the list of values is empty", "name at least one value; " + _MISSING_HINT)
    return tuple(_operand(item, (*path, index)) for index, item in enumerate(value))


def _operand(value: object, path: Path) -> Operand:
    if value is None or value == "":
        raise _WrongEntryError(path, "there is no value here", f'{_MISSING_HINT}; for the word null write "null"')
    if isinstance(value, float) and isfinite(value):
        return Decimal(repr(value))
    if isinstance(value, str | bool | int | Decimal | date):
        return value
    what = f"a value is a word, a number, a date or true/false, not {kind_of(value)}"
    raise _WrongEntryError(path, what, "write one value, or a list of them")


def kind_of(value: object) -> str:
    """What a value of a YAML text is, with its article: `a list`, `a number`, `nothing`."""
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (type(None), "nothing"), (bool, "true or false"), ((int, float, Decimal), "a number"), (str, "a text"),
        (Mapping, "a mapping"), ((list, tuple), "a list"), (date, "a date"),
    ]  # fmt: skip
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")
