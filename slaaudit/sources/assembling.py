"""Mapped tables of all kinds → typed rows, and from these the tickets and the events placed on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.mapping.wholes import WHOLE, Whole
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.rejects import Rejects
from slaaudit.sources.rows.authors import requesters_of, with_actors
from slaaudit.sources.rows.details import DetailRows, as_tickets, merged, type_details
from slaaudit.sources.rows.event_rows import EventRows, all_events
from slaaudit.sources.rows.events import type_events, with_words
from slaaudit.sources.rows.from_events import tickets_of
from slaaudit.sources.rows.history import Placed, place
from slaaudit.sources.rows.names import NameTables, name_tables
from slaaudit.sources.rows.other_ids import by_their_own_ids
from slaaudit.sources.rows.tickets import TicketRows, finished, one_per_ticket, type_tickets
from slaaudit.sources.rows.updates import UpdateRows, Updates, read_updates, type_updates
from slaaudit.sources.rows.vendor_clocks import ClockRows, latest_of_all, tickets_of_clocks, type_clocks, with_clocks
from slaaudit.threads import in_order, threads_for

TypedRows = TicketRows | UpdateRows | DetailRows | ClockRows | EventRows


@dataclass
class Typed:
    """The typed rows of all tables by what they hold; `lookups`: ticket column → the table of names of its ids;
    `words`: ticket column → our words for its values.
    """

    names: NameTables
    lookups: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    tickets: list[TicketRows] = field(default_factory=list)
    updates: list[UpdateRows] = field(default_factory=list)
    details: list[DetailRows] = field(default_factory=list)
    clocks: list[ClockRows] = field(default_factory=list)
    events: list[EventRows] = field(default_factory=list)


@dataclass(frozen=True)
class Assembled:
    """The tickets and the events placed on them, and the rows that each came from.

    `tickets`: the frame (`frames.TICKETS` and others), with details and clocks. `rows`: what the rows of tickets gave;
    None when the tickets were made of other rows. `shown`: fields of which updates show every change.
    `earlier_clocks`: of each table of clocks its file, and how many clocks others followed.
    """

    tickets: pl.DataFrame
    rows: TicketRows | None
    happened: EventRows
    placed: Placed
    shown: frozenset[str] = frozenset()
    look_ahead: frozenset[str] = frozenset()
    details_rejected: int = 0
    details_repeated: int = 0
    earlier_clocks: tuple[tuple[str, int], ...] = ()


def details_are_tickets(tables: Sequence[MappedTable]) -> bool:
    """Whether tables of details are the tickets: none of tickets or updates is there, and some say `created_at`."""
    holds = {table.table.holds for table in tables}
    return not holds & {"tickets", "updates"} and any(
        table.table.holds == "details" and "created_at" in table.frame.columns for table in tables
    )


def names_of(tables: Sequence[MappedTable], profile: Profile, rejects: Rejects) -> NameTables:
    """What the ids in `tables` are called."""
    return name_tables([table for table in tables if table.table.holds == "names"], profile, rejects)


def identified(tables: Sequence[MappedTable], names: NameTables, profile: Profile) -> list[MappedTable]:
    """`tables` with rows that name their tickets by the tickets' own ids."""
    return by_their_own_ids([with_ticket_ids(table, names) for table in tables], profile)


def type_tables(
    tables: list[MappedTable], names: NameTables, stamps: Stamps, profile: Profile, rejects: Rejects
) -> Typed:
    """The rows of all tables with typed cells, some tables at a time. Empties `tables`: the cells need much memory.

    Authors are told by their ids, so names come in place of ids only afterwards.
    """
    requesters = requesters_of(tables, profile)
    typed = Typed(names, _lookups(profile, names), _words(profile))

    def rows_of(table: MappedTable) -> tuple[str, TypedRows | None]:
        known = replace(table, frame=with_actors(table, requesters, names, profile))
        make = _TYPE.get(table.table.holds)
        return table.table.holds, make(typed, known, stamps, profile, rejects) if make else None

    at_a_time = threads_for(sum(table.frame.height for table in tables))
    for holds, rows in in_order(rows_of, (tables.pop(0) for _ in range(len(tables))), at_a_time):
        if rows is not None:
            getattr(typed, holds).append(rows)
    return typed


def _tickets_of(typed: Typed, table: MappedTable, *reading: Any) -> TicketRows:
    return _named(type_tickets(table, *reading), table, typed.names)


def _updates_of(typed: Typed, table: MappedTable, *reading: Any) -> UpdateRows:
    rows = type_updates(table, *reading)
    return replace(rows, found=_named(rows.found, table, typed.names))


def _details_of(typed: Typed, table: MappedTable, *reading: Any) -> DetailRows:
    rows = type_details(table, *reading)
    return replace(rows, found=_named(rows.found, table, typed.names))


def _clocks_of(typed: Typed, table: MappedTable, *reading: Any) -> ClockRows:
    rows = type_clocks(table, *reading)
    return replace(rows, found=_named(rows.found, table, typed.names))


def _events_of(typed: Typed, table: MappedTable, *reading: Any) -> EventRows:
    rows = type_events(table, *reading)
    worded = with_words(rows.rows, typed.words)
    return replace(rows, rows=typed.names.applied_to_changes(worded, typed.lookups))


_TYPE: Mapping[str, Callable[..., TypedRows]] = {
    "tickets": _tickets_of,
    "updates": _updates_of,
    "details": _details_of,
    "clocks": _clocks_of,
    "events": _events_of,
}


def _named(found: TicketRows, table: MappedTable, names: NameTables) -> TicketRows:
    return replace(found, rows=names.applied(found.rows, table.lookups))


def _lookups(profile: Profile, names: NameTables) -> dict[str, str]:
    """Ticket column → the table of names whose ids its values are, as the tables of the profile say."""
    tables = [table for table in profile.tables.values() if table.holds in ("tickets", "updates", "details")]
    return {
        column: spec.names
        for table in reversed(tables)
        for column, spec in table.columns.items()
        if spec.names and spec.names in names.tables
    }


def _words(profile: Profile) -> dict[str, Mapping[str, str]]:
    """Ticket column → the words that the profile has for its values: a history has the help desk's."""
    tables = [table for table in profile.tables.values() if table.holds in ("tickets", "updates", "details")]
    return {column: spec.words for table in reversed(tables) for column, spec in table.columns.items() if spec.words}


def with_ticket_ids(table: MappedTable, names: NameTables) -> MappedTable:
    """The rows of a table, which may name its tickets by the id of something else (the thread of their messages).

    An id that is not known there is none of a ticket, even if a ticket has the same.
    """
    known = names.tables.get(table.lookups.get("ticket_id", ""))
    if known is None:
        return table
    ids = known.tickets(table.frame["ticket_id"].cast(pl.String).str.strip_chars())
    return replace(table, frame=table.frame.with_columns(ids.alias("ticket_id")))


def assemble(typed: Typed, rejects: Rejects, whole: Whole = WHOLE) -> Assembled:
    """The tickets of the best table that has any, with what the others add, and all events placed on them.

    Tables of tickets come first, then updates, details that say when the ticket was created, events, clocks. Empties
    the events and tickets of `typed`: they need much memory. Raises `SlaauditError` (`no_creation`) when only details
    are there, and none says it.
    """
    updates = read_updates(typed.updates) if typed.updates else None
    happened = all_events([*([updates.events] if updates else []), *typed.events], whole)
    frame, rows, more = _tickets(typed, updates, happened, rejects)
    made = rows or (updates.tickets if updates else None)
    lost = made.rejected_ids if made else pl.Series(dtype=pl.String)
    placed = place(happened, frame, rejects, rejected_tickets=lost)
    detailed = merged(frame, more, rejects, rejected_tickets=lost)
    alone = bool(typed.clocks) and made is None and not typed.events
    clocks = latest_of_all(typed.clocks)
    clocked, unused = with_clocks(detailed.tickets, clocks, rejects, rejected_tickets=lost, alone=alone)
    found = [one.found for one in clocks]
    assembled = Assembled(
        clocked,
        rows,
        replace(happened, rows=happened.rows.clear()),
        placed,
        updates.fields if updates else frozenset(),
        updates.look_ahead if updates and not typed.tickets else frozenset(),
        detailed.rejected + unused + sum(one.rejected for one in found),
        detailed.duplicates + sum(one.duplicates for one in found),
        tuple((one.file, one.earlier) for one in clocks),
    )
    typed.events.clear()
    typed.tickets.clear()
    return assembled


def _tickets(
    typed: Typed, updates: Updates | None, happened: EventRows, rejects: Rejects
) -> tuple[pl.DataFrame, TicketRows | None, list[DetailRows]]:
    """The tickets, the rows that they are if there are such rows, and the details that are still to be merged."""
    if typed.tickets:
        rows = one_per_ticket(typed.tickets, rejects)
        return rows.rows, rows, typed.details
    if updates:
        return finished(updates.tickets.rows), None, typed.details
    if created := [one for one in typed.details if "created_at" in one.found.rows.columns]:
        rows = one_per_ticket(as_tickets(created, rejects), rejects)
        return rows.rows, rows, [one for one in typed.details if "created_at" not in one.found.rows.columns]
    if typed.events or not (typed.clocks or typed.details):
        return tickets_of(happened.rows, rejects), None, typed.details
    if typed.clocks:
        return tickets_of_clocks(typed.clocks), None, typed.details
    what = "the tables tell more of tickets, but no table says when the tickets were created"
    hint = "export the tickets too, or name the column: --map created_at=HEADING"
    raise SlaauditError(Problem(code="no_creation", what=what, hint=hint))
