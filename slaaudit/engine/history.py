"""The values of the tickets' columns over time, from the changes that the export shows.

A value holds from the change that made it until the next: the value after an event is `new` of the last change at or
before it; before the first change it is that change's `old`; without any change it is what the export says. Events
after the as-of instant do not exist, but they tell what the values were before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from slaaudit.engine.columns import constant, is_first_of_run, no_nulls
from slaaudit.frames import CUSTOM, ROW

POSITION = pl.UInt32()


@dataclass(frozen=True)
class Held:
    """A column over time without a copy of its values: `pool` has each value once per ticket or change, and `source`
    says which of them holds after each kept event. `is_fixed`: no change of it is known, so that `pool` is the
    tickets' own column and `source` their numbers.
    """

    pool: pl.Series
    source: pl.Series
    is_fixed: bool

    @property
    def values(self) -> pl.Series:
        """The value after each kept event."""
        return self.pool[self.source]

    def at(self, rows: pl.Series) -> pl.Series:
        """The value after some of the kept events; null where the row is null."""
        return self.pool[self.source[rows]]


@dataclass(frozen=True)
class Changes:
    """The changes of a column in the order of their `rows`: the ticket of each, whether it is the ticket's first change
    of the column, and the words before and after it.
    """

    rows: pl.Series
    ticket_row: pl.Series
    is_first: pl.Series
    old: pl.Series
    new: pl.Series


@dataclass(frozen=True)
class History:
    """The values of the tickets' columns over their events, rolled back to what they were after each."""

    tickets: pl.DataFrame
    events: pl.DataFrame  # all of them: later ones tell what the values were before
    kept: pl.Series | None  # which of them happened by the as-of instant; None = all
    first: pl.Series
    _held: dict[str, Held] = field(default_factory=dict)

    @cached_property
    def firsts(self) -> pl.Series:
        """The first event of each ticket, as rows of all events."""
        return self.where(self.first)

    @cached_property
    def _numbers(self) -> pl.Series:
        return pl.int_range(self.events.height, dtype=ROW, eager=True)

    def where(self, marks: pl.Series) -> pl.Series:
        """The rows that are marked, of all or of the kept events, ascending: `arg_true` takes far longer."""
        return self._numbers.head(marks.len()).filter(marks)

    def held(self, name: str) -> Held:
        """The column over the kept events."""
        if name not in self._held:
            self._held[name] = self._held_by(name)
        return self._held[name]

    def value(self, name: str) -> pl.Series:
        """The column's value after each kept event."""
        return self.held(name).values

    def is_change_of(self, name: str) -> pl.Series:
        """Whether each event is a change of a column (a custom field is known with and without its prefix)."""
        fields, bare = self.events["field"], name.removeprefix(CUSTOM)
        is_it = fields == name if bare == name else (fields == name) | (fields == bare)
        return no_nulls((self.events["event"] == "change") & is_it)

    def is_changed(self, name: str) -> pl.Series:
        """Whether each kept event is a change of a column."""
        return self._kept(self.is_change_of(name))

    def changes_of(self, name: str) -> Changes:
        """The changes of a column, those after the as-of instant included."""
        marks = self.is_change_of(name)
        ticket_row, old, new = (self.events[each].filter(marks) for each in ("ticket_row", "old", "new"))
        return Changes(self.where(marks), ticket_row, is_first_of_run(ticket_row), old, new)

    def _held_by(self, name: str) -> Held:
        exported, changes, ticket_row = self.tickets[name], self.changes_of(name), self.events["ticket_row"]
        if changes.rows.is_empty():
            return Held(exported, self._kept(ticket_row), is_fixed=True)
        old, new = changes.old.filter(changes.is_first).cast(pl.String), changes.new.cast(pl.String)
        initial = _as_text(exported).clone().scatter(changes.ticket_row.filter(changes.is_first), old)
        pool = _from_text(pl.concat([initial, new.alias(name)], rechunk=True), exported.dtype)
        source = constant(None, ticket_row.len(), POSITION)
        source = source.scatter(self.firsts, ticket_row.filter(self.first))
        source = source.scatter(changes.rows, pl.int_range(exported.len(), pool.len(), dtype=POSITION, eager=True))
        return Held(pool, self._kept(source.forward_fill()), is_fixed=False)

    def _kept(self, values: pl.Series) -> pl.Series:
        return values if self.kept is None else values.filter(self.kept)


def _as_text(values: pl.Series) -> pl.Series:
    """A column as the text that a change would carry: tags joined by `|`, booleans as `true`/`false`."""
    return values.list.join("|") if isinstance(values.dtype, pl.List) else values.cast(pl.String)


def _from_text(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """The inverse of `_as_text`; null for text that is not of the type."""
    if isinstance(dtype, pl.List):
        return values.str.split("|")
    if dtype == pl.Boolean:
        return values.str.to_lowercase().is_in(["true", "yes", "1"])
    return values.cast(dtype, strict=False)
