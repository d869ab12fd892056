"""A condition → the cases in which it is true: each a set of literals that must all hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Literal as Word

from slaaudit.conditions.operands import as_boolean, as_duration, as_number, as_span, written
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Condition, Node, Not, Operand

MOST_CASES = 256  # of one condition; what would be more stays one literal that only its equal implies
ORDER = (">", ">=", "<", "<=", "from", "to", "before", "after")
_WHOLE_TREE = "tree"

Kind = Word["text", "list", "flag", "instant", "unknown"]
Types = Callable[[str], Kind]  # what a column holds; unknown: whatever the export has in it
Case = frozenset["Literal"]


@dataclass(frozen=True, slots=True)
class Span:
    """The values from `low` up to, but not including, `high` of one scale; None: no bound.

    Instants are microseconds since 1970, durations microseconds, and numbers what they are: a bound of numbers that
    belongs to the other side is a step further (`1`), as in (5, 1): just above five.
    """

    scale: Word["number", "instant", "duration"]
    low: tuple[float, int] | None
    high: tuple[float, int] | None

    def within(self, other: Span) -> bool:
        """Whether every value in it is in the other, too."""
        starts = other.low is None or (self.low is not None and self.low >= other.low)
        ends = other.high is None or (self.high is not None and self.high <= other.high)
        return self.scale == other.scale and starts and ends

    def apart(self, other: Span) -> bool:
        """Whether no value is in both."""
        if self.scale != other.scale:
            return False
        pairs = ((self.high, other.low), (other.high, self.low))
        return any(high is not None and low is not None and high <= low for high, low in pairs)


@dataclass(frozen=True, slots=True)
class Literal:
    """One comparison in its simplest words, or its negation (`negated`).

    `operator`: is, contains, contains_all, starts_with, ends_with, matches, empty, span, or tree for a part that is
    too large to be split. Of a list, `is` means that one of its elements is. `words` are in lower case but for matches.
    """

    column: str
    operator: str
    kind: Kind
    words: frozenset[str] = frozenset()
    span: Span | None = None
    tree: Node | None = None
    negated: bool = False
    comparison: Comparison | None = field(default=None, compare=False)

    def opposite(self) -> Literal:
        """The negation."""
        return Literal(
            self.column,
            self.operator,
            self.kind,
            self.words,
            self.span,
            self.tree,
            not self.negated,
            self.comparison,
        )


def cases_of(condition: Condition | None, types: Types, timezone: str) -> tuple[Case, ...]:
    """The cases of a condition, any of which makes it true; no condition is one case without literals."""
    return (frozenset(),) if condition is None else tuple(dict.fromkeys(_cases(condition.tree, types, timezone)))


def _cases(node: Node, types: Types, timezone: str, *, negated: bool = False) -> list[Case]:
    if isinstance(node, Comparison):
        literal = _literal(node, types(node.column), timezone)
        return [frozenset([literal.opposite() if negated else literal])]
    if isinstance(node, Not):
        return _cases(node.part, types, timezone, negated=not negated)
    parts = [_cases(part, types, timezone, negated=negated) for part in node.parts]
    if isinstance(node, AnyOf) != negated:
        together = [case for part in parts for case in part]
        return together if len(together) <= MOST_CASES else [_whole(node, negated)]
    return list(_products(parts, node, negated))


def _products(parts: list[list[Case]], node: AllOf | AnyOf, negated: bool) -> Iterator[Case]:
    """One case for each way to pick a case of every part; parts that would make too many stay whole."""
    number = 1
    for index, part in enumerate(parts):
        number *= len(part)
        if number > MOST_CASES:
            number //= len(part)
            parts[index] = [_whole(node.parts[index], negated)]
    for picked in product(*parts):
        yield frozenset().union(*picked)


def _whole(node: Node, negated: bool) -> Case:
    return frozenset([Literal("", _WHOLE_TREE, "unknown", tree=node, negated=negated)])


def _literal(comparison: Comparison, kind: Kind, timezone: str) -> Literal:
    column, operator, operands = comparison.column, comparison.operator, comparison.operands
    if operator == "empty":
        negated = not as_boolean(operands[0])
        return Literal(column, "empty", kind, negated=negated, comparison=comparison)
    span = _span(operator, operands[0], kind, timezone) if len(operands) == 1 else None
    if span is not None:
        return Literal(column, "span", kind, span=span, comparison=comparison)
    if operator in ("contains", "contains_any"):
        operator = "is" if kind == "list" else "contains"
    is_pattern = operator == "matches"
    words = frozenset(written(each) if is_pattern else written(each).lower() for each in operands)
    return Literal(column, operator, kind, words, comparison=comparison)


def _span(operator: str, operand: Operand, kind: Kind, timezone: str) -> Span | None:
    """The values for which an order, or a date that an instant must be on, is true; None for other comparisons."""
    if operator not in (*ORDER, "is") or (operator == "is" and kind != "instant"):
        return None
    for read in (_instants, _numbers, _durations):
        try:
            return read(operator, written(operand), timezone)
        except ValueError:
            continue
    return None


@lru_cache(maxsize=10_000)
def _days(text: str, timezone: str) -> tuple[int, int]:
    return as_span(text, timezone)


def _instants(operator: str, text: str, timezone: str) -> Span:
    start, end = ((edge, 0) for edge in _days(text, timezone))
    bounds = {
        "is": (start, end),
        **dict.fromkeys(("from", ">="), (start, None)),
        **dict.fromkeys(("before", "<"), (None, start)),
        **dict.fromkeys(("to", "<="), (None, end)),
        **dict.fromkeys(("after", ">"), (end, None)),
    }
    return Span("instant", *bounds[operator])


def _numbers(operator: str, text: str, _: str) -> Span:
    return _ordered("number", operator, float(as_number(text)))  # as the column compares at best


def _durations(operator: str, text: str, _: str) -> Span:
    return _ordered("duration", operator, as_duration(text))


def _ordered(scale: Word["number", "duration"], operator: str, value: float) -> Span:
    at, past = (value, 0), (value, 1)
    bounds = {">": (past, None), ">=": (at, None), "<": (None, at), "<=": (None, past)}
    if operator not in bounds:
        raise ValueError(operator)
    return Span(scale, *bounds[operator])
