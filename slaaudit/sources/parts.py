"""Mapped tables → the tickets and events that they hold: a whole export, or a part of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import WORDS
from slaaudit.sources.assembling import Assembled, assemble, type_tables
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.export import Export, TableReading
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.mapping.wholes import WHOLE, Whole
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.recognition.left_out import one_a_kind
from slaaudit.sources.rejects import Rejects
from slaaudit.sources.rows.cells import distinct_numbers
from slaaudit.sources.rows.event_rows import EVENT
from slaaudit.sources.rows.from_events import with_last_values
from slaaudit.sources.rows.history import snapshot_events, sorted_events
from slaaudit.sources.rows.names import NameTables
from slaaudit.sources.rows.vendor_clocks import clock_notes
from slaaudit.sources.tally import Tally
from slaaudit.stages import ORDERING, TICKETS, Watch, unwatched


@dataclass(frozen=True)
class Part:
    """What tables hold: a whole export, or those of its tickets that are in a part of the rows.

    `kinds` of events (event, field) that there are, and of changes that there would be; `unclear`: of some message of
    an agent nothing tells whether it was a reply. `columns` that are told something about. `event_notes`,
    `earlier_clocks`: of each table of events and of clocks.
    """

    tickets: pl.DataFrame
    events: pl.DataFrame
    problems: pl.DataFrame
    kinds: frozenset[tuple[str, str | None]]
    unclear: bool
    columns: frozenset[str]
    counts: Mapping[str, int]
    event_notes: tuple[str, ...]
    earlier_clocks: tuple[tuple[str, int], ...]
    look_ahead: frozenset[str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the reports must know."""
        return (*self.event_notes, *clock_notes(self.earlier_clocks))


def part_of(
    tables: list[MappedTable],
    names: NameTables,
    stamps: Stamps,
    profile: Profile,
    *,
    tally: Tally,
    rejects: Rejects,
    whole: Whole = WHOLE,
    watch: Watch = unwatched,
) -> Part:
    """The tickets and events in these tables, whose rows name tickets by their own ids. Empties `tables`."""
    typed = type_tables(tables, names, stamps, profile, rejects)
    watch(TICKETS, sum(tally.rows.values()))
    found = assemble(typed, rejects, whole)
    watch(ORDERING, found.placed.rows.height)
    kinds, unclear = _kinds(found)
    ordered, copies = sorted_events(found.placed, snapshot_events(found.tickets, found.placed, found.look_ahead))
    return Part(
        tickets=with_last_values(found.tickets, ordered, tally.columns),
        events=ordered,
        problems=rejects.frame(),
        kinds=kinds,
        unclear=unclear,
        columns=tally.columns - found.look_ahead,
        counts=tally.counts(found, copies, typed.names),
        event_notes=found.happened.notes,
        earlier_clocks=found.earlier_clocks,
        look_ahead=found.look_ahead,
    )


def export_of(
    part: Part,
    profile: Profile,
    *,
    files: tuple[str, ...],
    notes: tuple[str, ...],
    reading: tuple[TableReading, ...] = (),
) -> Export:
    """The export that a part is, with what is known of the files."""
    # messages show nothing if nothing tells which of the agents' were replies
    kinds = [(event, field) for event, field in part.kinds if event != "message" or not part.unclear]
    return Export(
        tickets=part.tickets,
        events=part.events,
        problems=part.problems.drop("ticket_id"),
        problem_tickets=part.problems["ticket_id"],
        shows=profile.shown(part.columns, kinds),
        counts=part.counts,
        files=files,
        source=profile.source,
        title=profile.title,
        state_words=profile.states,
        notes=one_a_kind(notes, files),
        reading=reading,
        look_ahead=part.look_ahead,
    )


def _kinds(found: Assembled) -> tuple[frozenset[tuple[str, str | None]], bool]:
    """The kinds of events (event, field) that there are, and of changes that there would be; and whether of some
    message of an agent nothing tells if it was a reply.
    """
    rows = found.placed.rows
    from_agent = (pl.col("event") == "message") & (pl.col("actor") == "agent")
    unclear = bool(rows.select(from_agent & pl.col("public").is_null()).to_series().any())
    # a number for each kind, from 0 where there is no field: much faster than pairs
    words = len(EVENT.categories)
    number = (pl.col("field").to_physical() + 1).fill_null(0) * words + pl.col("event").to_physical()
    kinds = distinct_numbers(rows.select(number).to_series())
    events, fields = (kinds % words).cast(pl.UInt8).cat.to(EVENT), kinds // words
    fields = (fields.set(fields == 0, None) - 1).cat.to(WORDS)
    return frozenset([*zip(events, fields, strict=True), *(("change", field) for field in found.shown)]), unclear
