"""Where conditions hold: every comparison is made on the few different words of its column, then told of all events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Node, Not, comparisons
from slaaudit.engine.columns import constant, flags
from slaaudit.engine.history import History
from slaaudit.engine.traits import DERIVED_EVENTS, TRAITS
from slaaudit.frames import EVENTS_OF

OF_EVENT = ("field", "old", "new")
MESSAGE_COLUMNS = ("last_message_by", "last_message_public")
WORKED_OUT = ("state", "changed_at", "deleted", *MESSAGE_COLUMNS)  # what `Timeline.value` does not take as exported
_SAMPLE, _PER_WORD = 20_000, 2  # values of a sample, at least, for each different one in it
_COMPARED_EACH = 8  # more words than that are looked up in a table
_REMEMBERED = 32  # words, at most, of which it is kept what is true of them


def changes_by_events(name: str) -> bool:
    """Whether a column has the value of the ticket until a change of just that column."""
    return name not in (*TRAITS, *OF_EVENT, *WORKED_OUT)


@dataclass(frozen=True)
class Pools:
    """What is true of the tickets' columns, of each value that there is once per ticket or change (`Held.pool`).

    `schema` has every column that a condition may name; `timezone` is that of its dates.
    """

    history: History
    schema: Mapping[str, pl.DataType]
    timezone: str
    _words: dict[str, pl.Series | None] = field(default_factory=dict)

    def words(self, name: str) -> pl.Series | None:
        """The column's pool as an enumeration of its words; None unless it is text with few different ones."""
        if name not in self._words:
            pool = self.history.held(name).pool
            self._words[name] = _few_words(pool) if pool.dtype == pl.String else None
        return self._words[name]

    def is_fixed(self, node: Node) -> bool:
        """Whether it is about tickets: none of its columns ever changes, as far as the export shows."""
        names = {each.column for each in comparisons(node)}
        return bool(names) and all(changes_by_events(name) and self.history.held(name).is_fixed for name in names)

    def holds(self, node: Node) -> pl.Series:
        """Whether a comparison is true of each value of its pool, or anything else that is fixed of each ticket."""
        if isinstance(node, Comparison):
            words = self.words(node.column)
            return self.true_of(node, self.history.held(node.column).pool) if words is None else self.among(node, words)
        if isinstance(node, Not):
            return ~self.holds(node.part)
        return combined(node, [self.holds(part) for part in node.parts], self.history.tickets.height)

    def among(self, comparison: Comparison, values: pl.Series) -> pl.Series:
        """Whether a comparison is true of each of many truth values or words of an enumeration."""
        is_enum = isinstance(values.dtype, pl.Enum)
        words = values.dtype.categories.to_list() if is_enum else [False, True]  # type: ignore[attr-defined]  # an `Enum`
        *is_true, null_is_true = self.true_of_each(comparison, [*words, None], pl.String() if is_enum else pl.Boolean())
        found = is_among(values, words, is_true)
        return found.fill_null(null_is_true) if found.null_count() else found

    def true_of(self, comparison: Comparison, values: pl.Series) -> pl.Series:
        """Whether a comparison is true of each of some values."""
        return _true_of(comparison, values, self.schema, self.timezone)

    def true_of_each(self, comparison: Comparison, words: Sequence[object], dtype: pl.DataType) -> Sequence[bool]:
        """As `true_of`, of some words; it is remembered of a few, for the other parts of an export."""
        if len(words) > _REMEMBERED:
            return self.true_of(comparison, pl.Series(words, dtype=dtype)).to_list()
        column = self.schema[comparison.column]
        return _remembered(repr(comparison), comparison, tuple(words), dtype, column, self.timezone)


def _true_of(comparison: Comparison, values: pl.Series, schema: Mapping[str, pl.DataType], timezone: str) -> pl.Series:
    expression = Condition(comparison, {}).expr(schema, timezone=timezone)
    found = values.alias(comparison.column).to_frame().select(expression.alias("holds")).to_series()
    return found if found.len() == values.len() else constant(found[0], values.len(), pl.Boolean)


@lru_cache(maxsize=1_000)
def _remembered(
    written: str,  # as `1` and `true` are equal in Python
    comparison: Comparison,
    words: tuple[object, ...],
    dtype: pl.DataType,
    column: pl.DataType,
    timezone: str,
) -> tuple[bool, ...]:
    return tuple(_true_of(comparison, pl.Series(words, dtype=dtype), {comparison.column: column}, timezone))


@dataclass(frozen=True)
class Moments:
    """Some events of a timeline (`marks`; None = all), to tell which conditions hold after each of them.

    `value` gives a column after each event of the whole timeline; `given` are columns that differ from the timeline's
    at these moments.
    """

    rows: pl.DataFrame
    marks: pl.Series | None
    pools: Pools
    value: Callable[[str], pl.Series]
    given: Mapping[str, pl.Series] = field(default_factory=dict)
    _sources: dict[str, pl.Series] = field(default_factory=dict)
    _words: dict[str, pl.Series] = field(default_factory=dict)

    def holds(self, condition: Condition | None) -> pl.Series:
        """Whether the condition is true at each moment; no condition is true. Never null.

        Raises `SlaauditError` when it names an unknown column, or compares one with what it never holds.
        """
        if condition is None:
            return combined(AllOf(()), [], self._height)
        condition.expr(self.pools.schema, timezone=self.pools.timezone)  # raises, naming the nearest known columns
        return self._holds(condition.tree)

    @property
    def _height(self) -> int:
        return self.rows.height if self.marks is None else int(self.marks.sum())

    def _holds(self, node: Node) -> pl.Series:
        if self.pools.is_fixed(node):
            return self.pools.holds(node)[self._some("ticket_row", self.rows["ticket_row"])]
        if isinstance(node, Comparison):
            return self._compared(node)
        if isinstance(node, Not):
            return ~self._holds(node.part)
        # those that never change on a ticket are one part: it is spread over the events once
        fixed = tuple(part for part in node.parts if self.pools.is_fixed(part))
        parts = [part for part in node.parts if not self.pools.is_fixed(part)]
        parts += [type(node)(fixed)] if fixed else []
        return combined(node, [self._holds(part) for part in parts], self._height)

    def _compared(self, comparison: Comparison) -> pl.Series:
        name = comparison.column
        if name == "event":
            return self._is_event(comparison)
        if name in TRAITS:
            return self.pools.among(
                comparison, self.given[name] if name in self.given else self._marked(self.rows[name])
            )
        if not changes_by_events(name):
            return self.pools.true_of(comparison, self._marked(self.value(name)))
        source, words = self._some(name, self.pools.history.held(name).source), self.pools.words(name)
        if words is None:
            return self.pools.holds(comparison)[source]
        if name not in self._words:
            self._words[name] = words[source]
        return self.pools.among(comparison, self._words[name])

    def _is_event(self, comparison: Comparison) -> pl.Series:
        """A comparison of what the event is and does: some of the words is true, or for each operand some is."""
        if comparison.operator == "contains_all":
            each = [replace(comparison, operator="contains", operands=(one,)) for one in comparison.operands]
            return combined(AllOf(()), [self._is_event(one) for one in each], self._height)
        words = [(word,) for word in (*EVENTS_OF, *DERIVED_EVENTS.values())]
        is_true = self.pools.true_of_each(comparison, words, TRAITS["event"])
        is_it = is_among(self._marked(self.rows["event"]), EVENTS_OF, is_true[: len(EVENTS_OF)])
        does_it = [name for name, is_one in zip(DERIVED_EVENTS, is_true[len(EVENTS_OF) :], strict=True) if is_one]
        return combined(AnyOf(()), [is_it, *(self._marked(self.rows[name]) for name in does_it)], self._height)

    def _some(self, name: str, values: pl.Series) -> pl.Series:
        """As `_marked`, kept by name for the next comparison."""
        if name not in self._sources:
            self._sources[name] = self._marked(values)
        return self._sources[name]

    def _marked(self, values: pl.Series) -> pl.Series:
        return values if self.marks is None else values.filter(self.marks)


def combined(node: AllOf | AnyOf, parts: Sequence[pl.Series], height: int) -> pl.Series:
    """All or any of the parts, which have one truth value per row each."""
    is_all = isinstance(node, AllOf)
    if not parts:
        return flags(is_all, height)
    found = parts[0]
    for part in parts[1:]:
        found = found & part if is_all else found | part
    return found


def is_among(values: pl.Series, words: Sequence[object], is_true: Sequence[bool]) -> pl.Series:
    """Whether each value is one of the words that are true; null where it is null. Comparing with each of a few words
    takes a fraction of the time that a look-up takes.
    """
    wanted = [word for word, one in zip(words, is_true, strict=True) if one]
    others = [word for word, one in zip(words, is_true, strict=True) if not one]
    if min(len(wanted), len(others)) > _COMPARED_EACH:
        return pl.Series(is_true, dtype=pl.Boolean)[values.to_physical()]
    fewer = wanted if len(wanted) <= len(others) else others
    found = values != values  # noqa: PLR0124 - none of them, null where the value is
    for word in fewer:
        found = found | (values == word)
    return found if fewer is wanted else ~found


def _few_words(values: pl.Series) -> pl.Series | None:
    """The values as an enumeration of their words; None unless there are few different ones."""
    sample = values.gather_every(max(1, values.len() // _SAMPLE))
    different = sample.unique()
    if different.len() * _PER_WORD > sample.len():
        return None
    words = different.drop_nulls().sort()  # mostly all of them; in an order that other parts have too
    found = values.cast(pl.Enum(words), strict=False)
    if found.null_count() == values.null_count():
        return found
    others = values.filter(found.is_null()).unique().drop_nulls().sort()
    return values.cast(pl.Enum(pl.concat([words, others])))
