"""A condition in words."""

from __future__ import annotations

from slaaudit.conditions.operands import as_boolean, written
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Node, Not

# operator → (verb, verb when negated), for one value and for several
_ONE = {
    "is": ("is", "is not"),
    "contains": ("contains", "does not contain"),
    "contains_any": ("contains", "does not contain"),
    "contains_all": ("contains", "does not contain"),
    "matches": ("matches", "does not match"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
}
_SEVERAL = {
    "is": ("is one of", "is none of"),
    "contains_any": ("contains one of", "contains none of"),
    "contains_all": ("contains all of", "does not contain all of"),
    "matches": ("matches one of", "matches none of"),
    "starts_with": ("starts with one of", "starts with none of"),
    "ends_with": ("ends with one of", "ends with none of"),
}


def describe(node: Node) -> str:
    """The tree in words; groups inside groups stand in brackets. The empty condition is `always`."""
    if isinstance(node, Comparison):
        return _comparison(node, negated=False)
    if isinstance(node, Not):
        if isinstance(node.part, Comparison):
            return _comparison(node.part, negated=True)
        return f"not ({describe(node.part)})"
    joiner = " or " if isinstance(node, AnyOf) else " and "
    return joiner.join(_inside(part, node) for part in node.parts) or "always"


def _inside(part: Node, group: AllOf | AnyOf) -> str:
    """A part of a group, in brackets only where `and` and `or` would mix."""
    mixes = isinstance(part, AllOf | AnyOf) and type(part) is not type(group)
    return f"({describe(part)})" if mixes else describe(part)


def _comparison(comparison: Comparison, *, negated: bool) -> str:
    column, operands = comparison.column, comparison.operands
    if comparison.operator == "empty":
        return f"{column} is {'' if as_boolean(operands[0]) != negated else 'not '}empty"
    verbs = (_ONE if len(operands) == 1 else _SEVERAL).get(comparison.operator)
    values = ", ".join(written(operand) for operand in operands)
    if verbs:
        return f"{column} {verbs[negated]} {values}"
    return f"{'not ' if negated else ''}{column} {comparison.operator} {values}"
