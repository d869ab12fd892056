"""The date columns of all tables, read together: one may settle the order of day and month for another."""

from __future__ import annotations

from collections.abc import Sequence

from slaaudit.frames import INSTANT, TICKETS
from slaaudit.sources.cells import trimmed
from slaaudit.sources.columns import MappedTable
from slaaudit.sources.dates import DateColumn, ReadColumn, read_dates
from slaaudit.sources.profiles import Profile
from slaaudit.sources.rejects import Sieve

TICKET_STAMPS = tuple(name for name, dtype in TICKETS.schema.items() if dtype == INSTANT)
EVENT_STAMPS = ("at",)
Stamps = dict[tuple[int, str], ReadColumn]  # by number of the table and canonical name of the column


def read_stamps(
    tables: Sequence[MappedTable], profile: Profile, *, timezone: str | None, day_first: bool | None
) -> tuple[Stamps, list[str]]:
    """All date columns of all tables, and a note on the time zone for each table that does not say its own."""
    wanted = [
        (table, name)
        for table in tables
        for name in (TICKET_STAMPS if table.role == "tickets" else EVENT_STAMPS)
        if name in table.frame.columns
    ]
    columns = []
    for table, name in wanted:
        cells = table.frame[name]
        text = cells if cells.dtype.is_temporal() else trimmed(cells, profile.null_words)
        columns.append(DateColumn(table.file, table.headings[name], text))
    read = read_dates(columns, timezone=timezone, day_first=day_first)
    stamps = {(table.number, name): column for (table, name), column in zip(wanted, read, strict=True)}
    local = {table.file: None for table, name in wanted if _says_nothing(stamps[table.number, name])}
    return stamps, [f"{file}: times without a time zone are local times in {timezone}" for file in local]


def _says_nothing(column: ReadColumn) -> bool:
    return column.local and column.instants.null_count() < len(column.instants)


def check_stamp(sieve: Sieve, name: str, read: ReadColumn, *, needed: bool) -> None:
    """Reject (if the column is not `needed`: note) cells that are no dates; note those that a clock change touches."""
    check = sieve.reject if needed else sieve.note
    check(read.bad, "bad_date", name, layout=read.layout)
    sieve.note(read.skipped, "skipped_local_time", name)
    sieve.note(read.repeated, "repeated_local_time", name)
