"""The values of the tickets' columns over time, from the changes that the export shows.

A value holds from the change that made it until the next: the value after an event is `new` of the last change at or
before it; before the first change it is that change's `old`; without any change it is what the export says. Events
after the as-of instant do not exist, but they tell what the values were before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from slaaudit.frames import CUSTOM


@dataclass(frozen=True)
class History:
    """The values of the tickets' columns over their events, rolled back to what they were after each."""

    tickets: pl.DataFrame
    events: pl.DataFrame  # all of them: later ones tell what the values were before
    kept: pl.Series | None  # which of them happened by the as-of instant; None = all
    first: pl.Series
    _values: dict[str, pl.Series] = field(default_factory=dict)

    def value(self, name: str) -> pl.Series:
        """The column's value after each kept event."""
        if name not in self._values:
            values = self.values_of_all(name)
            self._values[name] = values if self.kept is None else values.filter(self.kept)
        return self._values[name]

    def changes(self, name: str) -> pl.Series:
        """Which events change the column (a custom field is known with and without its prefix)."""
        events = self.events
        return (events["event"] == "change") & events["field"].is_in([name, name.removeprefix(CUSTOM)]).fill_null(False)

    def values_of_all(self, name: str) -> pl.Series:
        """The column's value after each event, those after the as-of instant included."""
        exported, changed = self.tickets[name], self.changes(name)
        if not changed.any():
            return exported.gather(self.events["ticket_row"])
        texts = _as_text(exported)
        changes = self.events.select("ticket_row", "old", "new").filter(changed)
        first_changes = changes.unique("ticket_row", keep="first", maintain_order=True)
        initial = texts.scatter(first_changes["ticket_row"], first_changes["old"])
        pool = pl.concat([initial.alias(name), changes["new"].alias(name)])
        marks = pl.DataFrame({"ticket_row": self.events["ticket_row"], "first": self.first, "changed": changed})
        ordinal = pl.col("changed").cum_sum() + (texts.len() - 1)
        source = pl.when("changed").then(ordinal).when("first").then("ticket_row").cast(pl.UInt32).forward_fill()
        return _from_text(pool.gather(marks.select(source).to_series()), exported.dtype)


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
