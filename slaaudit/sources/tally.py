"""What the inputs held: the numbers that every row read is accounted for with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.sources.columns import MappedTable
from slaaudit.sources.events import EventRows
from slaaudit.sources.history import Placed
from slaaudit.sources.inputs import Role
from slaaudit.sources.tickets import TicketRows


@dataclass(frozen=True)
class Tally:
    """Rows read and rows damaged by role, what columns the tickets have, and the notes on the files."""

    rows: dict[Role, int]
    damaged: dict[Role, int]
    columns: frozenset[str]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, tables: Sequence[MappedTable]) -> Tally:
        """What these tables hold; it keeps nothing of their cells."""
        roles: tuple[Role, ...] = ("tickets", "events")
        return cls(
            {role: sum(table.rows_read for table in tables if table.role == role) for role in roles},
            {role: sum(table.damaged.height for table in tables if table.role == role) for role in roles},
            frozenset(name for table in tables if table.role == "tickets" for name in table.names),
            tuple(note for table in tables for note in table.notes),
        )

    def ticket_counts(self, tickets: TicketRows | None, frame: pl.DataFrame, happened: EventRows) -> dict[str, int]:
        """Where the rows of tickets went; `frame` has the tickets, made from events if there were none."""
        damaged = self.damaged["tickets"]
        ids = tickets.rejected_ids if tickets else happened.rejected_ids.drop_nulls()
        lost = ids.drop_nulls().unique()
        lost = lost.filter(~lost.is_in(frame["ticket_id"].implode()))
        return {
            "ticket_rows": self.rows["tickets"],
            "ticket_rows_rejected": damaged + (tickets.rejected if tickets else 0),
            "tickets_rejected": damaged + lost.len() + ids.null_count(),
            "duplicates": tickets.duplicates if tickets else 0,
            "tickets": frame.height,
        }

    def event_counts(self, happened: EventRows, placed: Placed, copies: int) -> dict[str, int]:
        """Where the rows of events went."""
        return {
            "event_rows": self.rows["events"],
            "event_rows_rejected": self.damaged["events"] + happened.rejected + placed.rejected,
            "event_duplicates": placed.duplicates + copies,
        }
