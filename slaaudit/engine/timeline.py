"""The events of every ticket up to the as-of instant, with what was true of the ticket after each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Node, Not
from slaaudit.engine.history import Held, History
from slaaudit.engine.states import exported_states, state_words, states_over_time, unseen_solves
from slaaudit.engine.traits import TRAITS, with_moves, with_traits
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy
from slaaudit.sources import Export

MESSAGE_COLUMNS = ("last_message_by", "last_message_public")
_OF_EVENT = ("field", "old", "new")
WORKED_OUT = ("state", "changed_at", "deleted", *MESSAGE_COLUMNS)  # what `Timeline.value` does not take as exported


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
    _held: dict[str, pl.Series] = field(default_factory=dict)

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
        key = repr(condition.tree)  # many metrics start or stop at the same events
        if key not in self._held:
            condition.expr(self._schema(), timezone=self.timezone)  # raises, naming the nearest known columns
            self._held[key] = self._evaluate(condition)
        return self._held[key]

    def ticket_end(self) -> pl.DataFrame:
        """One row per ticket that exists at `as_of`: `ticket_row`, `first_row`, `last_row`, in ticket order."""
        return self._ends

    @cached_property
    def _ends(self) -> pl.DataFrame:
        firsts = self.rows["first"].arg_true()
        lasts = self.rows["last"].arg_true()
        return pl.DataFrame(
            {"ticket_row": self.rows["ticket_row"].gather(firsts), "first_row": firsts, "last_row": lasts}
        )

    @cached_property
    def last_rows(self) -> pl.Series:
        """The last event of each ticket as a row of the timeline; 0 for tickets that do not exist at `as_of`."""
        rows = pl.repeat(0, self.tickets.height, dtype=pl.UInt32, eager=True)
        return rows.scatter(self._ends["ticket_row"], self._ends["last_row"])

    def last_before(self, ticket_row: pl.Series, instants: pl.Series) -> pl.Series:
        """The last event of each of some tickets before an instant (microseconds), as a row; null if there is none."""
        wanted = pl.DataFrame({"ticket_row": ticket_row, "at": instants})
        keyed = self._keys(wanted)
        if keyed is None:
            return _last_before(wanted, self.rows.select("ticket_row", "at"))
        keys, firsts = keyed
        found = keys.search_sorted(firsts, side="left").cast(pl.Int64) - 1
        rows = found.set(found < 0, None).cast(pl.UInt32)
        return rows.set((self.rows["ticket_row"].gather(rows) != ticket_row).fill_null(True), None)

    def _keys(self, wanted: pl.DataFrame) -> tuple[pl.Series, pl.Series] | None:
        """One number per event that sorts like `ticket_row, at`, and the same of the instants wanted; None if whole
        numbers are too small for it.
        """
        at = self.rows["at"]
        least = min(*(_whole(each.min()) for each in (at, wanted["at"])))
        most = max(*(_whole(each.max()) for each in (at, wanted["at"])))
        unit = next(unit for unit in (1_000_000, 1_000, 1) if unit == 1 or (at % unit == least % unit).all())
        span = (most - least) // unit + 2
        if span * (self.tickets.height + 1) >= 2**63:
            return None
        keys = self.rows["ticket_row"].cast(pl.Int64) * span + (at - least) // unit
        # an event is before an instant if it is before the next whole unit
        ends = (wanted["at"] - least + unit - 1) // unit
        return keys, wanted["ticket_row"].cast(pl.Int64) * span + ends

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
        """The condition after each event: each part of it where it is told by fewest rows, then spread over all."""
        names = condition.columns()
        if names and names <= set(TRAITS):
            return self._true_of(condition, self.traits).gather(self.rows["trait"])
        if names and all(self._is_of_ticket(name) for name in names):
            of_ticket = self._true_of(condition, self.tickets.select(sorted(names)))
            return of_ticket.gather(self.rows["ticket_row"])
        tree = condition.tree
        if isinstance(tree, Comparison):
            return self._compared(condition, tree.column)
        if isinstance(tree, Not):
            return ~self._part(condition, tree.part)
        return self._combined(condition, tree)

    def _combined(self, condition: Condition, tree: AllOf | AnyOf) -> pl.Series:
        """All or any of the parts; those that never change on a ticket are one part."""
        fixed = [part for part in tree.parts if self._is_fixed(part)]
        parts = [part for part in tree.parts if part not in fixed]
        parts += [type(tree)(tuple(fixed))] if fixed and parts else fixed
        found = pl.repeat(isinstance(tree, AllOf), self.rows.height, dtype=pl.Boolean, eager=True)
        for part in parts:
            is_true = self._part(condition, part)
            found = found & is_true if isinstance(tree, AllOf) else found | is_true
        return found

    def _part(self, condition: Condition, part: Node) -> pl.Series:
        return self._evaluate(replace(condition, tree=part))

    def _is_fixed(self, part: Node) -> bool:
        return all(self._is_of_ticket(name) for name in Condition(part, {}).columns())

    def _is_of_ticket(self, name: str) -> bool:
        """Whether the column of the tickets never changes as far as the export shows."""
        is_worked_out = name in (*TRAITS, *_OF_EVENT, *WORKED_OUT)
        return not is_worked_out and self.history.held(name).is_fixed

    def _compared(self, condition: Condition, name: str) -> pl.Series:
        """A single comparison after each event: on the values that there are of its column, each once."""
        if name in TRAITS:
            return self._true_of(condition, self.traits).gather(self.rows["trait"])
        if name in (*_OF_EVENT, *WORKED_OUT):
            return self._true_of(condition, self._column(name, condition).to_frame())
        held: Held = self.history.held(name)
        return self._true_of(condition, held.pool.alias(name).to_frame()).gather(held.source)

    def _true_of(self, condition: Condition, frame: pl.DataFrame) -> pl.Series:
        return _true(frame, condition, self._schema(), self.timezone, frame.height)

    def _column(self, name: str, condition: Condition) -> pl.Series:
        if name in TRAITS:
            return self.traits[name].gather(self.rows["trait"])
        if name in _OF_EVENT:
            return self.rows[name].cast(pl.String)
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


def _whole(found: object) -> int:
    """The least or greatest of a column of whole numbers; 0 for an empty one."""
    return found if isinstance(found, int) else 0


def _last_before(wanted: pl.DataFrame, events: pl.DataFrame) -> pl.Series:
    """As `Timeline.last_before`, for any instants."""
    wanted = wanted.with_row_index("wanted").sort("at")
    events = events.with_row_index("row").sort("at", "row")
    # Both are sorted by instant; polars cannot check that within the groups of `by`.
    found = wanted.join_asof(
        events, on="at", by="ticket_row", strategy="backward", allow_exact_matches=False, check_sortedness=False
    )
    return found.sort("wanted")["row"]


def build_timeline(export: Export, policy: Policy, as_of: int) -> Timeline:
    """The timeline of an export as of an instant (microseconds since 1970, UTC); see `Timeline`."""
    events = export.events.with_columns(pl.col("at").to_physical())
    first = (events["ticket_row"] != events["ticket_row"].shift(1)).fill_null(True)
    is_kept = events["at"] <= as_of
    history = History(export.tickets, events, None if is_kept.all() else is_kept, first)
    known = state_words(export, policy)
    exported = exported_states(export.tickets, known)
    states = states_over_time(history, known, exported)
    unseen = unseen_solves(history, states, exported)
    rows = with_moves(events.with_columns(first=first, state=states), history)
    rows = rows if history.kept is None else rows.filter(is_kept)
    rows = rows.with_columns(last=rows["first"].shift(-1, fill_value=True))
    rows, traits = with_traits(rows)
    rows = rows.rechunk()  # every metric goes over them: pieces would be put together anew each time
    return Timeline(rows, traits, export.tickets, history, as_of, policy.timezone, unseen.rechunk())


def _true(
    frame: pl.DataFrame, condition: Condition, schema: dict[str, pl.DataType], timezone: str, height: int
) -> pl.Series:
    """The condition's value on each row of a frame that holds its columns; a constant one is spread over the rows."""
    values = frame.select(holds=condition.expr(schema, timezone=timezone)).to_series() if frame.width else None
    if values is None:
        constant = pl.select(condition.expr(schema, timezone=timezone)).to_series()[0]
        return pl.repeat(constant, height, dtype=pl.Boolean, eager=True)
    return values if values.len() == height else pl.repeat(values[0], height, dtype=pl.Boolean, eager=True)
