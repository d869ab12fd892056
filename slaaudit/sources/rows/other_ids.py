"""Rows that name their ticket by its second id (`other_id`) → rows that name it by its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from slaaudit.frames import CUSTOM
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.profiles.vocabulary import OTHER_ID
from slaaudit.sources.rows.cells import trimmed

_OF_TICKETS = ("tickets", "updates")


def by_their_own_ids(tables: Sequence[MappedTable], profile: Profile) -> list[MappedTable]:
    """`tables` with the own ids of tickets in place of the others that they are known by (Jira: 10018 for TCP-1).

    Only an id that is no ticket's own and the `other_id` of exactly one ticket is replaced. Where no table is one of
    tickets or updates, details say which tickets there are. The other id itself is kept as a custom
    field, if no other column has it.
    """
    return (
        [renamed(table, known, profile) for table in tables] if (known := other_ids(tables, profile)) else list(tables)
    )


@dataclass(frozen=True)
class OtherIds:
    """What tickets are called besides: `pairs` of `ticket_id` and `other_id`, and what the tables hold (`holds`) that
    name them by their own ids.
    """

    pairs: pl.DataFrame
    holds: tuple[str, ...]


def other_ids(tables: Sequence[MappedTable], profile: Profile) -> OtherIds | None:
    """The other ids in `tables`, of which only the columns of ids matter; None if there is no column of them."""
    told = [table for table in tables if OTHER_ID in table.frame.columns]
    if not told:
        return None
    holds = _OF_TICKETS if any(table.table.holds in _OF_TICKETS for table in tables) else ("details",)
    tickets = [table for table in tables if table.table.holds in holds]
    own = pl.concat([_ids(table, "ticket_id", profile) for table in tickets]).drop_nulls().unique()
    pairs = pl.concat([pl.DataFrame([_ids(one, name, profile) for name in ("ticket_id", OTHER_ID)]) for one in told])
    pairs = pairs.drop_nulls().unique().filter(pl.col("ticket_id").is_in(own.implode()))
    clear = pairs.filter(~pl.col(OTHER_ID).is_duplicated() & ~pl.col(OTHER_ID).is_in(own.implode()))
    return OtherIds(clear, holds)


def renamed(table: MappedTable, known: OtherIds, profile: Profile) -> MappedTable:
    """`table`, or a part of it, with the own ids."""
    own = table if table.table.holds in known.holds else _renamed(table, known.pairs, profile)
    return _with_custom_field(own)


def _ids(table: MappedTable, column: str, profile: Profile) -> pl.Series:
    return trimmed(table.frame[column], profile.null_words)


def _renamed(table: MappedTable, clear: pl.DataFrame, profile: Profile) -> MappedTable:
    if "ticket_id" not in table.frame.columns or clear.is_empty():
        return table
    ids = _ids(table, "ticket_id", profile).replace(clear[OTHER_ID], clear["ticket_id"])
    return replace(table, frame=table.frame.with_columns(ids))


def _with_custom_field(table: MappedTable) -> MappedTable:
    if OTHER_ID not in table.frame.columns:
        return table
    name, others = CUSTOM + OTHER_ID, {column: of for column, of in table.headings.items() if column != OTHER_ID}
    if name in table.frame.columns or table.headings[OTHER_ID] in others.values():
        return replace(table, frame=table.frame.drop(OTHER_ID), headings=others)
    headings = others | {name: table.headings[OTHER_ID]}
    return replace(table, frame=table.frame.rename({OTHER_ID: name}), headings=headings)
