"""`Condition` + schema → one `pl.Expr`, or every reason why it does not fit the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from slaaudit.conditions.comparing import compare
from slaaudit.conditions.tree import AnyOf, Comparison, Condition, Node, Not
from slaaudit.frames import CUSTOM
from slaaudit.problems import Problem, SlaauditError, did_you_mean


@dataclass(frozen=True, slots=True)
class _Compilation:
    """One condition on its way to an expression; mistakes are collected, not raised."""

    condition: Condition
    schema: Mapping[str, pl.DataType]
    timezone: str
    problems: list[Problem] = field(default_factory=list)

    def mistake(self, comparison: Comparison, code: str, what: str, hint: str) -> pl.Expr:
        file, line, column_number = self.condition.place or ("", None, None)
        if comparison.path in self.condition.places:
            line, column_number = self.condition.places[comparison.path]
        place = {"file": file, "line": line, "column_number": column_number}
        self.problems.append(Problem(code=code, what=what, hint=hint, **place))  # type: ignore[arg-type]  # one dict, two types
        return pl.lit(False)


def compile_condition(condition: Condition, schema: Mapping[str, pl.DataType], timezone: str) -> pl.Expr:
    """A boolean expression, never null; raises `SlaauditError` with every column or value that does not fit."""
    compilation = _Compilation(condition, schema, timezone)
    expression = _node(condition.tree, compilation)
    if compilation.problems:
        raise SlaauditError(compilation.problems)
    return expression


def _node(node: Node, compilation: _Compilation) -> pl.Expr:
    if isinstance(node, Comparison):
        return _comparison(node, compilation)
    if isinstance(node, Not):
        return ~_node(node.part, compilation)
    parts = [_node(part, compilation) for part in node.parts]
    if not parts:
        return pl.lit(True)
    return pl.any_horizontal(parts) if isinstance(node, AnyOf) else pl.all_horizontal(parts)


def _comparison(comparison: Comparison, compilation: _Compilation) -> pl.Expr:
    """Never null: a missing value compares as false, so that only `empty: true` and negations match it."""
    dtype = compilation.schema.get(comparison.column)
    if dtype is None:
        what = f"there is no column '{comparison.column}'"
        return compilation.mistake(
            comparison, "unknown_column", what, nearest_column(comparison.column, compilation.schema)
        )
    try:
        return compare(comparison, dtype, compilation.timezone).fill_null(False)
    except ValueError as wrong:
        what = f"the column '{comparison.column}' cannot be compared like this: {wrong}"
        return compilation.mistake(comparison, "wrong_operand", what, "change the value or the comparison")


def nearest_column(name: str, known: Mapping[str, object]) -> str:
    """A hint with the known columns nearest to `name`, or with all of them when none is near."""
    if f"{CUSTOM}{name}" in known:
        return f"did you mean '{CUSTOM}{name}'?"
    return did_you_mean(name, known) or f"known columns: {', '.join(known)}"
