"""The values of the tickets' columns over time, from the changes that the export shows.

A value holds from the change that made it until the next: the value after an event is `new` of the last change at or
before it; before the first change it is that change's `old`; without any change it is what the export says. Events
after the as-of instant do not exist, but they tell what the values were before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from slaaudit.frames import CUSTOM

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
        return self.pool.gather(self.source)

    def at(self, rows: pl.Series) -> pl.Series:
        """The value after some of the kept events; null where the row is null."""
        return self.pool.gather(self.source.gather(rows))


@dataclass(frozen=True)
class History:
    """The values of the tickets' columns over their events, rolled back to what they were after each."""

    tickets: pl.DataFrame
    events: pl.DataFrame  # all of them: later ones tell what the values were before
    kept: pl.Series | None  # which of them happened by the as-of instant; None = all
    first: pl.Series
    _held: dict[str, Held] = field(default_factory=dict)

    def held(self, name: str) -> Held:
        """The column over the kept events."""
        if name not in self._held:
            held = self.held_by_all(name)
            source = held.source if self.kept is None else held.source.filter(self.kept)
            self._held[name] = Held(held.pool, source, held.is_fixed)
        return self._held[name]

    def value(self, name: str) -> pl.Series:
        """The column's value after each kept event."""
        return self.held(name).values

    @cached_property
    def _changes(self) -> tuple[pl.Series, pl.Series]:
        """The rows of all changes, and the field of each."""
        rows = (self.events["event"] == "change").arg_true()
        return rows, self.events["field"].gather(rows)

    def changes(self, name: str) -> pl.Series:
        """The rows of the changes of a column, ascending (a custom field is known with and without its prefix)."""
        rows, fields = self._changes
        is_it = fields == name
        bare = name.removeprefix(CUSTOM)
        return rows.filter(is_it if bare == name else is_it | (fields == bare))

    def held_by_all(self, name: str) -> Held:
        """The column over all events, those after the as-of instant included."""
        exported, rows, ticket_row = self.tickets[name], self.changes(name), self.events["ticket_row"]
        if rows.is_empty():
            return Held(exported, ticket_row, is_fixed=True)
        changes = self.events.select("ticket_row", "old", "new")[rows].cast({"old": pl.String, "new": pl.String})
        texts = _as_text(exported)
        first_changes = changes.filter(is_first_of_run(changes["ticket_row"]))
        initial = texts.clone().scatter(first_changes["ticket_row"], first_changes["old"])
        pool = _from_text(pl.concat([initial.alias(name), changes["new"].alias(name)], rechunk=True), exported.dtype)
        firsts = pl.DataFrame([self.first.alias("first"), ticket_row]).select(pl.when("first").then("ticket_row"))
        ordinals = pl.int_range(texts.len(), pool.len(), dtype=POSITION, eager=True)
        return Held(pool, firsts.to_series().scatter(rows, ordinals).forward_fill(), is_fixed=False)


def is_first_of_run(values: pl.Series) -> pl.Series:
    """Whether each value differs from the one before it: of sorted values, whether it is there for the first time."""
    return (values != values.shift(1)).fill_null(True)


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
