"""What events alone tell about tickets: that they exist, when they began, and the last value of what changed."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from slaaudit.frames import CUSTOM, TICKETS, conform
from slaaudit.sources.rejects import Rejects
from slaaudit.sources.rows.cells import distinct

_KNOWN = ("priority", "status", "department", "agent", "tags")


def tickets_of(rows: pl.DataFrame, rejects: Rejects) -> pl.DataFrame:
    """One ticket per `ticket_id` in the events, created by its earliest `created` event, or else its earliest event."""
    created = pl.col("at").filter(pl.col("event") == "created").min()
    tickets = rows.group_by("ticket_id").agg(created_at=created, earliest=pl.col("at").min()).sort("ticket_id")
    unmarked = tickets.filter(pl.col("created_at").is_null()).select("ticket_id")
    if unmarked.height:
        first = rows.join(unmarked, on="ticket_id", how="semi", maintain_order="left")
        first = first.sort("ticket_id", "at", "seq").unique("ticket_id", keep="first", maintain_order=True)
        rejects.add("no_created_event", first, column="ticket_id", rejected=False)
    return conform(tickets.select("ticket_id", created_at=pl.coalesce("created_at", "earliest")), TICKETS)


def with_last_values(tickets: pl.DataFrame, events: pl.DataFrame, exported: Collection[str]) -> pl.DataFrame:
    """`tickets` with the last value of each changed field that the export has no column of (sorted by name)."""
    changed = distinct(events["field"]).sort()
    fields = [name for name in changed if name not in exported and (name in _KNOWN or name.startswith(CUSTOM))]
    for field in fields:
        changes = events.filter((pl.col("event") == "change") & (pl.col("field") == field))
        last = changes.unique("ticket_row", keep="last", maintain_order=True)
        values = pl.repeat(None, tickets.height, dtype=pl.String, eager=True).scatter(
            last["ticket_row"], last["new"].cast(pl.String)
        )
        tickets = tickets.with_columns((values.str.split("|") if field == "tags" else values).alias(field))
    return tickets
