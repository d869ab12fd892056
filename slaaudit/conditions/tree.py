"""What a condition is once it is parsed: a small tree of comparisons, and the `Condition` that holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Path = tuple[str | int, ...]
Operand = str | bool | int | Decimal | date  # datetime is a date


@dataclass(frozen=True, slots=True)
class Comparison:
    """One column against its operands; `operator` is the word as written, `is` for a bare value or list."""

    column: str
    operator: str
    operands: tuple[Operand, ...]
    path: Path = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is; no parts: everywhere."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where some part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is not, missing values included."""

    part: Node


Node = Comparison | AllOf | AnyOf | Not


def comparisons(node: Node) -> Iterator[Comparison]:
    """Every comparison in the tree, in the order written."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from comparisons(node.part)
    else:
        for part in node.parts:
            yield from comparisons(part)


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. `raw` is the mapping as written; two conditions that mean the same are equal.

    `place` is (file, line, column) of the condition and `places` those of the entries inside it, by their path
    in `raw`; the policy loader sets both so that messages about columns can point at the line.
    """

    tree: Node
    raw: Mapping[str, Any] = field(compare=False)
    place: tuple[str, int, int] | None = field(default=None, compare=False)
    places: Mapping[Path, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def matches_everything(self) -> bool:
        """Whether the condition is the empty mapping, true on every row."""
        return self.tree == AllOf(())

    def columns(self) -> frozenset[str]:
        """Names of the columns that the condition looks at."""
        return frozenset(comparison.column for comparison in comparisons(self.tree))

    def comparisons(self) -> tuple[Comparison, ...]:
        """The single comparisons in it, in the order written."""
        return tuple(comparisons(self.tree))

    def expr(self, schema: Mapping[str, pl.DataType], *, timezone: str) -> pl.Expr:
        """A boolean expression, never null, over a frame of this schema; dates are local dates in `timezone`.

        The empty condition is a literal: it has one row unless it stands beside columns or in a filter.
        Raises `SlaauditError` with one problem for each column that is not in the schema (`unknown_column`) and
        each value that cannot be compared with its column (`wrong_operand`).
        """
        from slaaudit.conditions.compiling import compile_condition

        return compile_condition(self, schema, timezone)

    def describe(self) -> str:
        """The condition in words for reasons: `priority is urgent and department is one of Sales, Presales`."""
        from slaaudit.conditions.describing import describe

        return describe(self.tree)

    def placed(self, file: str, place: tuple[int, int], places: Mapping[Path, tuple[int, int]]) -> Condition:
        """The same condition that knows where it stands in its file."""
        return replace(self, place=(file, *place), places=places)
