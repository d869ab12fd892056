"""Files → an `Export`: the map of this package. Each step below is a module of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.columns import MappedTable, check_column_map, map_table, role_of
from slaaudit.sources.encodings import check_encoding
from slaaudit.sources.events import EventRows, all_events, type_events
from slaaudit.sources.export import Export
from slaaudit.sources.from_events import tickets_of, with_last_values
from slaaudit.sources.history import Placed, in_order, place, snapshot_events
from slaaudit.sources.inputs import Input, find_inputs
from slaaudit.sources.local_time import check_timezone
from slaaudit.sources.profiles import GENERIC, Profile, load_profile
from slaaudit.sources.reading import read_table
from slaaudit.sources.rejects import FILE, Rejects
from slaaudit.sources.stamps import Stamps, read_stamps
from slaaudit.sources.table import TextTable
from slaaudit.sources.tally import Tally
from slaaudit.sources.tickets import TicketRows, one_per_ticket, type_tickets


def read_export(
    paths: str | Path | Sequence[str | Path],
    *,
    events: Sequence[str | Path] = (),
    source: str | None = None,
    timezone: str | None = None,
    column_map: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
) -> Export:
    """The export in these files: tickets, events and an account of every row (see `Export`).

    `paths`: files, globs, folders, or `-` for `stdin`; `events`: files of events whatever their names. `source`: the
    profile, default `generic`. `timezone`: of times that do not say theirs. `column_map`: our column → theirs.
    `day_first`: the order of day and month where it is not clear. `encoding`: of the text, default by its looks.
    Raises `SlaauditError` with everything that is wrong at the first step that cannot go on.
    """
    check_timezone(timezone)
    check_encoding(encoding)
    profile = load_profile(source or GENERIC)
    inputs, notes = find_inputs([paths] if isinstance(paths, str | Path) else paths, events, stdin=stdin)
    tables = _tables(inputs, profile, column_map or {}, encoding)
    stamps, zone_notes = read_stamps(tables, profile, timezone=timezone, day_first=day_first)
    rejects, tally = _damage_told(inputs, tables), Tally.of(tables)
    tickets, happened = _typed(tables, stamps, profile, rejects)
    frame, placed = _on_tickets(tickets, happened, rejects)
    ordered, copies = in_order(placed, snapshot_events(frame, placed))
    problems = rejects.frame()
    return Export(
        tickets=with_last_values(frame, ordered, tally.columns),
        events=ordered,
        problems=problems.drop("ticket_id"),
        problem_tickets=problems["ticket_id"],
        shows=profile.shown(tally.columns, placed.rows.select("event", "field").unique().rows()),
        counts=tally.ticket_counts(tickets, frame, happened) | tally.event_counts(happened, placed, copies),
        files=tuple(one.name for one in inputs),
        source=profile.source,
        state_words=profile.states,
        notes=(*notes, *tally.notes, *zone_notes, *happened.notes),
    )


def _tables(
    inputs: Sequence[Input], profile: Profile, column_map: Mapping[str, str], encoding: str | None
) -> list[MappedTable]:
    """Every input that has columns at all, as a table with named columns; raises with what is wrong in any of them."""
    problems: list[Problem] = []
    texts: list[tuple[int, Input, TextTable]] = []
    for number, one in enumerate(inputs):
        try:
            texts.append((number, one, read_table(one.name, one.source, encoding=encoding)))
        except SlaauditError as error:
            problems += error.problems
    problems += [] if problems else check_column_map(column_map, profile, [text.headings for _, _, text in texts])
    if problems:
        raise SlaauditError(problems)
    tables: list[MappedTable] = []
    for number, one, text in texts:
        role = one.role or role_of(text.headings, profile, column_map)
        try:
            tables += [map_table(text, role, profile, file=one.name, number=number, column_map=column_map)]
        except SlaauditError as error:
            problems += error.problems
    if problems:
        raise SlaauditError(problems)
    return tables


def _damage_told(inputs: Sequence[Input], tables: Sequence[MappedTable]) -> Rejects:
    """A problem for each row that could not be read, and for each that was read with doubtful characters."""
    rejects = Rejects([one.name for one in inputs])
    for table in tables:
        rejects.name_columns(table.number, table.headings)
        for rows, rejected in ((table.damaged, True), (table.doubtful, False)):
            for code in rows["code"].unique().sort():
                told = rows.filter(pl.col("code") == code).with_columns(pl.lit(table.number, pl.UInt16).alias(FILE))
                rejects.add(code, told, rejected=rejected)
    return rejects


def _typed(
    tables: list[MappedTable], stamps: Stamps, profile: Profile, rejects: Rejects
) -> tuple[TicketRows | None, EventRows]:
    """The rows of tickets (None when no file holds any) and of events. Empties `tables`: the cells need much memory."""
    tickets: list[TicketRows] = []
    events: list[EventRows] = []
    while tables:
        table = tables.pop(0)
        if table.role == "tickets":
            tickets.append(type_tickets(table, stamps, profile, rejects))
        else:
            events.append(type_events(table, stamps, profile, rejects))
    return one_per_ticket(tickets, rejects) if tickets else None, all_events(events)


def _on_tickets(tickets: TicketRows | None, happened: EventRows, rejects: Rejects) -> tuple[pl.DataFrame, Placed]:
    """The tickets, made from the events if there are no others, and the events placed on them."""
    frame = tickets_of(happened.rows, rejects) if tickets is None else tickets.rows
    lost = tickets.rejected_ids if tickets else pl.Series(dtype=pl.String)
    return frame, place(happened, frame, rejects, rejected_tickets=lost)
