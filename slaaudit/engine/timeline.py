"""The events of every ticket up to the as-of instant, with what was true of the ticket after each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.engine.history import History
from slaaudit.engine.states import state_words, states_over_time, unseen_solves
from slaaudit.engine.traits import TRAITS, with_moves, with_traits
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy
from slaaudit.sources import Export

MESSAGE_COLUMNS = ("last_message_by", "last_message_public")


@dataclass(frozen=True)
class Timeline:
    """One row per event up to `as_of`, sorted by ticket, instant and seq, and the values after each.

    `rows`: the columns of `frames.EVENTS` with `at` as Int64 microseconds, `first` and `last` (of its ticket), `state`
    (after it), what it does (`engine.traits.with_moves`), and `trait`, its combination in `traits`. `unseen_solves`: of
    each ticket, whether the export says that it is solved but shows no solve.
    """

    rows: pl.DataFrame
    traits: pl.DataFrame
    tickets: pl.DataFrame
    history: History
    as_of: int
    timezone: str
    unseen_solves: pl.Series
    _held: dict[int, tuple[Condition, pl.Series]] = field(default_factory=dict)

    def value(self, name: str) -> pl.Series:
        """The ticket column `name` after each event, in the column's own type."""
        if name == "state":
            return self.rows["state"].cast(pl.String)
        if name == "changed_at":
            return self.rows["at"].cast(INSTANT).alias(name)
        if name in MESSAGE_COLUMNS:
            return self._last_message("actor" if name == "last_message_by" else "public").alias(name)
        values = self.history.value(name)
        if name == "deleted":
            return (values.fill_null(False) | (self.rows["state"] == "deleted")).alias(name)
        return values

    def holds(self, condition: Condition | None) -> pl.Series:
        """Whether the condition is true after each event; no condition is true. Never null."""
        if condition is None:
            return pl.repeat(True, self.rows.height, dtype=pl.Boolean, eager=True)
        if id(condition) not in self._held:
            self._held[id(condition)] = (condition, self._evaluate(condition))
        return self._held[id(condition)][1]

    def ticket_end(self) -> pl.DataFrame:
        """One row per ticket that exists at `as_of`: `ticket_row`, `first_row`, `last_row`, in ticket order."""
        numbered = self.rows.select("ticket_row", "first", "last").with_row_index("row")
        firsts = numbered.filter("first").select("ticket_row", first_row="row")
        return firsts.with_columns(last_row=numbered.filter("last")["row"])

    def at_ticket_end(self, condition: Condition) -> pl.Series:
        """Whether the condition is true of each ticket at `as_of`, in the order of `ticket_end`."""
        frame = self.values_at_end(condition)
        return _true(frame, condition, self._schema(), self.timezone, self.ticket_end().height)

    def values_at_end(self, condition: Condition) -> pl.DataFrame:
        """The columns that the condition looks at as they are at `as_of`, in the order of `ticket_end`."""
        ends = self.ticket_end()
        last = ends["last_row"]
        frame = pl.DataFrame([self._column(name, condition).gather(last) for name in sorted(condition.columns())])
        if "state" in frame.columns:  # marked as deleted, without an event that says when
            is_deleted = self.tickets["deleted"].gather(ends["ticket_row"]).fill_null(False)
            frame = frame.with_columns(state=pl.when(is_deleted).then(pl.lit("deleted")).otherwise("state"))
        return frame

    def _evaluate(self, condition: Condition) -> pl.Series:
        names = sorted(condition.columns())
        if set(names) <= set(TRAITS):
            by_trait = _true(self.traits, condition, self._schema(), self.timezone, self.traits.height)
            return by_trait.gather(self.rows["trait"])
        frame = pl.DataFrame([self._column(name, condition) for name in names])
        return _true(frame, condition, self._schema(), self.timezone, self.rows.height)

    def _column(self, name: str, condition: Condition) -> pl.Series:
        if name in TRAITS:
            return self.traits[name].gather(self.rows["trait"])
        if name in ("field", "old", "new"):
            return self.rows[name]
        if name not in self._schema():
            condition.expr(self._schema(), timezone=self.timezone)  # raises, naming the nearest known columns
        return self.value(name).alias(name)

    def _schema(self) -> dict[str, pl.DataType]:
        """Every column that a condition may name."""
        own: dict[str, pl.DataType] = {name: pl.String() for name in ("field", "old", "new", "last_message_by")}
        own["last_message_public"] = pl.Boolean()
        return {**dict(self.tickets.schema), **own, **dict(self.traits.schema)}

    def _last_message(self, column: str) -> pl.Series:
        is_message = self.rows["event"] == "message"
        row = pl.int_range(self.rows.height, dtype=pl.UInt32, eager=True)
        frame = pl.DataFrame({"row": row, "message": is_message, "first": self.rows["first"]})
        # A ticket's first row without a message points one past the end: nothing was said yet.
        source = pl.when("message").then("row").when("first").then(self.rows.height).forward_fill()
        values = self.rows[column].cast(pl.String if column == "actor" else pl.Boolean)
        return values.extend_constant(None, 1).gather(frame.select(source).to_series())


def build_timeline(export: Export, policy: Policy, as_of: int) -> Timeline:
    """The timeline of an export as of an instant (microseconds since 1970, UTC); see `Timeline`."""
    events = export.events.with_columns(at=pl.col("at").to_physical())
    first = (events["ticket_row"] != events["ticket_row"].shift(1)).fill_null(True)
    is_kept = events["at"] <= as_of
    history = History(export.tickets, events, None if is_kept.all() else is_kept, first)
    known = state_words(export, policy)
    states = states_over_time(history, known)
    unseen = unseen_solves(history, states, known)
    rows = events.with_columns(first=first, state=states)
    rows = rows if history.kept is None else rows.filter(is_kept)
    rows = rows.with_columns(last=pl.col("first").shift(-1, fill_value=True))
    rows, traits = with_traits(with_moves(rows, history))
    return Timeline(rows, traits, export.tickets, history, as_of, policy.timezone, unseen)


def _true(
    frame: pl.DataFrame, condition: Condition, schema: dict[str, pl.DataType], timezone: str, height: int
) -> pl.Series:
    """The condition's value on each row of a frame that holds its columns; a constant one is spread over the rows."""
    values = frame.select(holds=condition.expr(schema, timezone=timezone)).to_series() if frame.width else None
    if values is None:
        constant = pl.select(condition.expr(schema, timezone=timezone)).to_series()[0]
        return pl.repeat(constant, height, dtype=pl.Boolean, eager=True)
    return values if values.len() == height else pl.repeat(values[0], height, dtype=pl.Boolean, eager=True)
