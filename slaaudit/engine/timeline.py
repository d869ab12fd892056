"""The events of every ticket up to the as-of instant, with what was true of the ticket after each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from weakref import ref

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.engine.columns import after, constant, is_first_of_run
from slaaudit.engine.history import History
from slaaudit.engine.holding import MESSAGE_COLUMNS, OF_EVENT, Moments, Pools
from slaaudit.engine.states import exported_states, state_words, states_over_time, unseen_solves
from slaaudit.engine.traits import DERIVED_EVENTS, TRAITS, with_moves
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy
from slaaudit.sources import Export


@dataclass(frozen=True)
class Timeline:
    """One row per event up to `as_of`, sorted by ticket, instant and seq, and the values after each.

    `rows`: the columns of `frames.EVENTS` with `at` as Int64 microseconds, `first` and `last` (of its ticket), `state`
    (after it), and what it does (`engine.traits.with_moves`). `unseen_solves`: of each ticket, whether the export says
    that it is solved but shows no solve.
    """

    rows: pl.DataFrame
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
        key = "" if condition is None else repr(condition.tree)  # many metrics start or stop at the same events
        if key not in self._held:
            self._held[key] = self._all.holds(condition)
        return self._held[key]

    def moments(self, marks: pl.Series) -> Moments:
        """The events that are marked, to tell which conditions hold after each."""
        return Moments(self.rows, marks, self._pools, self._columns)

    def words(self, name: str) -> pl.Series | None:
        """As `engine.holding.Pools.words`."""
        return self._pools.words(name)

    @property
    def _columns(self) -> Callable[[str], pl.Series]:
        """What gives a column after each event, without a hold on the timeline: in a circle with its own moments it
        would keep its memory until Python looks for circles, which it seldom does.
        """
        return partial(_column_of, ref(self))

    @cached_property
    def _all(self) -> Moments:
        return Moments(self.rows, None, self._pools, self._columns)

    @cached_property
    def _pools(self) -> Pools:
        return Pools(self.history, self._schema(), self.timezone)

    def ticket_end(self) -> pl.DataFrame:
        """One row per ticket that exists at `as_of`: `ticket_row`, `first_row`, `last_row`, in ticket order."""
        return self._ends

    @cached_property
    def _ends(self) -> pl.DataFrame:
        ticket_row, first, last = (self.rows[name] for name in ("ticket_row", "first", "last"))
        first_row, last_row = self.history.where(first), self.history.where(last)
        return pl.DataFrame({"ticket_row": ticket_row.filter(first), "first_row": first_row, "last_row": last_row})

    @property
    def first_rows(self) -> pl.Series:
        """The first event of each ticket that exists at `as_of`, as a row of the timeline."""
        return self._ends["first_row"]

    @cached_property
    def first_at(self) -> pl.Series:
        """The instants of `first_rows`."""
        return self.rows["at"].filter(self.rows["first"])

    @cached_property
    def last_rows(self) -> pl.Series:
        """The last event of each ticket as a row of the timeline; 0 for tickets that do not exist at `as_of`."""
        rows = constant(0, self.tickets.height, pl.UInt32)
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
        return self._at_end.holds(condition)

    def values_at_end(self, condition: Condition) -> pl.DataFrame:
        """The columns that the condition looks at as they are at `as_of`, in the order of `ticket_end`."""
        last = self.rows["last"]
        columns = {name: self._column(name).filter(last) for name in sorted(condition.columns())}
        return pl.DataFrame(columns | ({"state": self._state_at_end.cast(pl.String)} if "state" in columns else {}))

    @cached_property
    def _at_end(self) -> Moments:
        return Moments(self.rows, self.rows["last"], self._pools, self._columns, {"state": self._state_at_end})

    @cached_property
    def _state_at_end(self) -> pl.Series:
        """The state of each ticket at `as_of`: some are marked as deleted without an event that says when."""
        is_deleted = self.tickets["deleted"][self._ends["ticket_row"]].fill_null(False)
        return self.rows["state"].filter(self.rows["last"]).set(is_deleted, "deleted")

    def _column(self, name: str) -> pl.Series:
        """Whatever a condition may name, after each event."""
        if name == "event":
            derived = [pl.when(column).then(pl.lit(word)) for column, word in DERIVED_EVENTS.items()]
            words = pl.concat_list(pl.col("event").cast(pl.String), *derived).list.drop_nulls()
            return self.rows.select(words.alias(name)).to_series()
        if name in TRAITS or name in OF_EVENT:
            return self.rows[name].cast(TRAITS.get(name, pl.String()))
        return self.value(name).alias(name)

    def _schema(self) -> dict[str, pl.DataType]:
        """Every column that a condition may name."""
        own: dict[str, pl.DataType] = {name: pl.String() for name in ("field", "old", "new", "last_message_by")}
        own["last_message_public"] = pl.Boolean()
        return {**dict(self.tickets.schema), **own, **TRAITS}

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


def _column_of(timeline: ref[Timeline], name: str) -> pl.Series:
    found = timeline()
    if found is None:
        raise ReferenceError("the moments of a timeline were asked after it was gone")
    return found._column(name)


def build_timeline(export: Export, policy: Policy, as_of: int) -> Timeline:
    """The timeline of an export as of an instant (microseconds since 1970, UTC); see `Timeline`."""
    # every step goes over them: pieces would be put together anew each time
    events = export.events.with_columns(pl.col("at").to_physical()).rechunk()
    first = is_first_of_run(events["ticket_row"])
    is_kept = events["at"] <= as_of
    history = History(export.tickets, events, None if is_kept.all() else is_kept, first)
    known = state_words(export, policy)
    exported = exported_states(export.tickets, known)
    states = states_over_time(history, known, exported)
    unseen = unseen_solves(history, states, exported)
    rows = with_moves(events.with_columns(first=first, state=states), history)
    rows = rows if history.kept is None else rows.filter(is_kept)
    rows = rows.with_columns(last=after(rows["first"], True))
    return Timeline(rows.rechunk(), export.tickets, history, as_of, policy.timezone, unseen.rechunk())
