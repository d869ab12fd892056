"""The date columns of all tables, read together: one may settle the order of day and month for another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import INSTANT, TICKETS, VENDOR_DUE
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.dates.columns import DateColumn, ReadColumn, read_dates
from slaaudit.sources.dates.local_time import check_timezone
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.recognition import left_out
from slaaudit.sources.rejects import Sieve
from slaaudit.sources.rows.cells import trimmed

TICKET_STAMPS = tuple(name for name, dtype in TICKETS.schema.items() if dtype == INSTANT)
_STAMPS = {
    "events": ("at",),
    "updates": ("at", *TICKET_STAMPS),
    "clocks": ("due_at", "started_at", "ended_at", *TICKET_STAMPS),
    "names": (),
}
Stamps = dict[tuple[int, str], ReadColumn]  # by number of the table and canonical name of the column


@dataclass(frozen=True)
class Zones:
    """The time zones of times that do not say theirs: `given` by the user for all of them, `fallback` for those whose
    zone neither the heading nor the profile knows.
    """

    given: str | None = None
    fallback: str | None = None

    def of(self, table: MappedTable, name: str, profile: Profile) -> str | None:
        """The zone of one column; None if nothing says it."""
        return self.given or table.zones.get(name) or profile.timezone or self.fallback


def read_stamps(
    tables: Sequence[MappedTable], profile: Profile, *, zones: Zones, day_first: bool | None
) -> tuple[Stamps, list[str]]:
    """All date columns of all tables, and a note on the time zone for each table that does not say its own.

    Raises `SlaauditError` with every column that cannot be understood (see `read_dates`).
    """
    wanted = [(table, name) for table in tables for name in stamps_of(table)]
    check_zones(tables)
    columns = []
    for table, name in wanted:
        cells, words = table.frame[name], profile.null_words
        text = trimmed(cells, words) if isinstance(cells.dtype, pl.Categorical) else cells
        columns.append(DateColumn(table.file, table.headings[name], text, zones.of(table, name, profile), words))
    read = read_dates(columns, day_first=day_first)
    stamps = {(table.number, name): column for (table, name), column in zip(wanted, read, strict=True)}
    return stamps, zone_notes(local_zones(stamps, tables, profile, zones))


def local_zones(
    stamps: Stamps, tables: Sequence[MappedTable], profile: Profile, zones: Zones
) -> list[tuple[int, str, str, str | None]]:
    """The columns that do not say the zone of their times: number of the table, column, file, zone; in order."""
    return [
        (table.number, name, table.file, zones.of(table, name, profile))
        for table in tables
        for name in stamps_of(table)
        if _says_nothing(stamps[table.number, name])
    ]


def zone_notes(local: Iterable[tuple[int, str, str, str | None]]) -> list[str]:
    """A note for each zone of such columns."""
    return left_out.zone_notes((file, zone) for _, _, file, zone in local)


def stamps_of(table: MappedTable) -> list[str]:
    """The columns of the table that hold instants."""
    return [name for name in table.frame.columns if is_stamp(table, name)]


def is_stamp(table: MappedTable, name: str) -> bool:
    """Whether the column of the table holds instants."""
    return name in _STAMPS.get(table.table.holds, TICKET_STAMPS) or (
        name.startswith(VENDOR_DUE) and table.table.holds not in ("events", "names")
    )


def check_zones(tables: Sequence[MappedTable]) -> None:
    """Nothing, unless a heading names a time zone that there is not: then `SlaauditError` (`unknown_timezone`)."""
    problems: list[Problem] = []
    columns = [(table, name) for table in tables for name in stamps_of(table)]
    for table, name in columns:
        try:
            check_timezone(table.zones.get(name))
        except SlaauditError as error:
            wrong = error.problems[0]
            hint = "name the time zone yourself: --timezone Europe/Amsterdam"
            problems.append(
                Problem(code=wrong.code, file=table.file, column=table.headings[name], what=wrong.what, hint=hint)
            )
    if problems:
        raise SlaauditError(problems)


def _says_nothing(column: ReadColumn) -> bool:
    return column.local and column.instants.null_count() < len(column.instants)


def check_stamp(sieve: Sieve, name: str, read: ReadColumn, *, needed: bool) -> None:
    """Reject (if the column is not `needed`: note) cells that are no dates; note those that a clock change touches."""
    check = sieve.reject if needed else sieve.note
    check(read.bad, "bad_date", name, layout=read.written.described if read.written else "")
    sieve.note(read.skipped, "skipped_local_time", name)
    sieve.note(read.repeated, "repeated_local_time", name)
