"""More columns of tickets that another table holds: typed, one row per ticket, merged onto the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import INSTANT
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows.after_creation import Grains, with_instants
from slaaudit.sources.rows.ids import row_numbers
from slaaudit.sources.rows.ticket_cells import typed_cells
from slaaudit.sources.rows.tickets import TicketRows, check_happened, one_row_each, ticket_ids

_NOT_MERGED = ("ticket_id", FILE, ROW)


@dataclass(frozen=True)
class DetailRows:
    """Rows of one table of details, still with its durations since the creation: the tickets may have to tell it."""

    found: TicketRows
    grains: Grains


@dataclass(frozen=True)
class Merged:
    """Tickets with the details, and what became of their rows: read = used + rejected + duplicates."""

    tickets: pl.DataFrame
    rejected: int = 0
    duplicates: int = 0


def type_details(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> DetailRows:
    """The rows of one table of details with typed cells. Raises `SlaauditError` (`ruined_ids`)."""
    sieve = Sieve(table.frame, rejects)
    ids = ticket_ids(table, profile, sieve)
    typed = {"ticket_id": ids, **typed_cells(table, stamps, profile, sieve, needed=())}
    typed.setdefault("changed_at", pl.repeat(None, ids.len(), dtype=INSTANT, eager=True))
    frame = pl.DataFrame(typed).with_columns(table.frame.select(FILE, ROW))
    kept = sieve.settled()
    found = TicketRows(frame.filter(kept), sieve.rejected, ids.filter(~kept))
    return DetailRows(found, Grains.of(table, profile))


def as_tickets(details: Sequence[DetailRows], rejects: Rejects) -> list[TicketRows]:
    """Details that say when their tickets were created, as rows of tickets."""
    return [_settled(one, one.found.rows["created_at"], rejects, code="missing_date") for one in details]


def merged(
    tickets: pl.DataFrame, details: Sequence[DetailRows], rejects: Rejects, *, rejected_tickets: pl.Series
) -> Merged:
    """`tickets` with what the details add: columns that they lack, and cells that are null. Their own values win.

    Told and left out: details of unknown tickets, and rows of one ticket that differ.
    """
    result = Merged(tickets)
    for one in details:
        created_at = tickets["created_at"].gather(row_numbers(one.found.rows["ticket_id"], tickets["ticket_id"]))
        placed = _settled(one, created_at, rejects, code="unknown_ticket", rejected_tickets=rejected_tickets)
        chosen = one_row_each([placed], rejects)
        added = with_columns_of(result.tickets, chosen.rows.drop(FILE, ROW))
        result = Merged(added, result.rejected + chosen.rejected, result.duplicates + chosen.duplicates)
    return result


def with_columns_of(tickets: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """`tickets` with the cells of `details` (one row per ticket, by `ticket_id`) where they have none."""
    names = [name for name in details.columns if name not in _NOT_MERGED]
    rows = row_numbers(tickets["ticket_id"], details["ticket_id"])
    cells = details.select(names)[rows] if details.height else details.select(names).clear(tickets.height)
    filled = [
        pl.select(pl.coalesce(tickets[name], cells[name])).to_series().alias(name)
        if name in tickets.columns
        else cells[name]
        for name in names
    ]
    return tickets.with_columns(filled)


def _settled(
    details: DetailRows,
    created_at: pl.Series,
    rejects: Rejects,
    *,
    code: str,
    rejected_tickets: pl.Series | None = None,
) -> TicketRows:
    """The rows whose tickets' creation is known (others are told with `code`), with instants for their durations."""
    rows, sieve = details.found.rows, Sieve(details.found.rows, rejects)
    if rejected_tickets is not None:
        lost = rows["ticket_id"].is_in(rejected_tickets.unique().implode())
        sieve.reject(created_at.is_null() & lost, "ticket_rejected", "ticket_id")
    sieve.reject(created_at.is_null(), code, "ticket_id" if code == "unknown_ticket" else "created_at")
    whole = with_instants(rows, created_at, details.grains, sieve)
    check_happened(whole, created_at, sieve)
    kept = sieve.settled()
    lost_ids = details.found.rejected_ids.append(rows["ticket_id"].filter(~kept))
    return TicketRows(whole.filter(kept), details.found.rejected + sieve.rejected, lost_ids)
