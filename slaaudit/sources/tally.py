"""What the inputs held: the numbers that every row read is accounted for with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slaaudit.sources.assembling import Assembled
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.vocabulary import AFTER
from slaaudit.sources.rows.names import NameTables

# What a table holds → by which of the three accounts its rows are kept.
_ACCOUNT = {"tickets": "ticket", "details": "detail", "clocks": "detail", "updates": "event", "events": "event"}
_OF_TICKETS = ("tickets", "updates", "details", "clocks")


@dataclass(frozen=True)
class Tally:
    """Rows read, damaged and ignored by account (ticket, detail, event), and what columns the tickets have."""

    rows: Mapping[str, int]
    damaged: Mapping[str, int]
    ignored: Mapping[str, int]
    columns: frozenset[str]

    @classmethod
    def of(cls, tables: Sequence[MappedTable], *, details_are_tickets: bool = False) -> Tally:
        """What these tables hold; it keeps nothing of their cells. `details_are_tickets`: no other table has any."""
        accounts = _ACCOUNT | ({"details": "ticket"} if details_are_tickets else {})
        by_account: dict[str, list[MappedTable]] = {"ticket": [], "detail": [], "event": []}
        for table in tables:
            if account := accounts.get(table.table.holds):
                by_account[account].append(table)
        return cls(
            {account: sum(table.rows_read for table in these) for account, these in by_account.items()},
            {account: sum(table.damaged.height for table in these) for account, these in by_account.items()},
            {account: sum(table.ignored for table in these) for account, these in by_account.items()},
            frozenset(
                name.removesuffix(AFTER) for table in tables if table.table.holds in _OF_TICKETS for name in table.names
            ),
        )

    def counts(self, found: Assembled, copies: int, names: NameTables) -> dict[str, int]:
        """Where every row went, by the names of `export.COUNTS`; `copies`: events that repeat others."""
        return self._tickets(found) | self._events(found, copies) | self._details(found) | self._names(names)

    def _tickets(self, found: Assembled) -> dict[str, int]:
        damaged, tickets = self.damaged["ticket"], found.rows
        ids = tickets.rejected_ids if tickets else found.happened.rejected_ids.drop_nulls()
        lost = ids.drop_nulls().unique()
        if lost.len():  # the search is in all tickets
            lost = lost.filter(~lost.is_in(found.tickets["ticket_id"].implode()))
        return {
            "ticket_rows": self.rows["ticket"],
            "ticket_rows_ignored": self.ignored["ticket"],
            "ticket_rows_rejected": damaged + (tickets.rejected if tickets else 0),
            "tickets_rejected": damaged + lost.len() + ids.null_count(),
            "duplicates": tickets.duplicates if tickets else 0,
            "tickets": found.tickets.height,
        }

    def _events(self, found: Assembled, copies: int) -> dict[str, int]:
        happened, placed = found.happened, found.placed
        return {
            "event_rows": self.rows["event"],
            "event_rows_rejected": self.damaged["event"] + happened.rejected + placed.rejected,
            "event_duplicates": placed.duplicates + copies + happened.duplicates,
            "event_rows_ignored": self.ignored["event"] + placed.ignored,
        }

    def _details(self, found: Assembled) -> dict[str, int]:
        return {
            "detail_rows": self.rows["detail"],
            "detail_rows_ignored": self.ignored["detail"],
            "detail_rows_rejected": self.damaged["detail"] + found.details_rejected,
            "detail_duplicates": found.details_repeated,
        }

    def _names(self, names: NameTables) -> dict[str, int]:
        return {
            "name_rows": names.rows,
            "name_rows_ignored": names.ignored,
            "name_rows_rejected": names.rejected,
        }
