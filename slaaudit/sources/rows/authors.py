"""Who did something: ids of authors → requester, agent or system."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from slaaudit.frames import ACTORS
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Authors, Profile, fold
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.names import NameTables

ACTOR = "actor"
NAMED_REQUESTER = "requester_of_ticket"  # of rows of events: the requester that the row itself names
_SCHEMA = {"ticket_id": pl.String, "requester": pl.String}


def requesters_of(tables: Iterable[MappedTable], profile: Profile) -> pl.DataFrame:
    """Who asked, by their ids: `ticket_id`, `requester`, each pair once; several rows where a ticket changed hands.

    Tables of tickets, updates, details and clocks tell it, rows of events that name the requester, and changes of it.
    Empty unless the export has a column of authors, which is all that it is for.
    """
    tables = list(tables)
    if not any(table.authors for table in tables):
        return pl.DataFrame(schema=_SCHEMA)
    pairs = [pair for table in tables if "ticket_id" in table.frame.columns for pair in _told(table, profile)]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *pairs]).drop_nulls().unique()


def _told(table: MappedTable, profile: Profile) -> list[pl.DataFrame]:
    raw = table.frame
    names = [name for name in ("requester", NAMED_REQUESTER) if name in raw.columns]
    told = [raw.select("ticket_id", requester=name) for name in names]
    if table.table.holds == "events" and "field" in raw.columns:
        fields = cells.mapped(raw["field"], lambda word: profile.fields.get(fold(word)) == "requester", pl.Boolean)
        changes = raw.filter(fields.fill_null(False))
        told += [changes.select("ticket_id", requester=name) for name in ("old", "new") if name in raw.columns]
    return [pl.DataFrame([cells.trimmed(column, profile.null_words) for column in one]) for one in told]


def with_actors(table: MappedTable, requesters: pl.DataFrame, names: NameTables, profile: Profile) -> pl.DataFrame:
    """The rows of `table` with our words for who did it, where it has a column of authors.

    The `system` words of the profile are the system; a role in the table of users comes next; the requester of the
    ticket is one, and everybody else an agent, or what the profile says that `others` are: then only that table tells.
    An id stays where nothing tells who it is.
    """
    authors = table.authors.get(ACTOR)
    if authors is None or ACTOR not in table.frame.columns:
        return table.frame
    rows = pl.DataFrame({name: cells.trimmed(table.frame[name], profile.null_words) for name in ("ticket_id", ACTOR)})
    marked = rows.with_columns(
        system=cells.mapped(rows[ACTOR], lambda word: fold(word) in authors.system, pl.Boolean),
        role=_role(rows[ACTOR], authors, names),
        asked=_in(rows.select("ticket_id", requester=ACTOR), requesters, ["ticket_id", "requester"]),
        known=_in(rows.select("ticket_id"), requesters.select("ticket_id").unique(), ["ticket_id"]),
    )
    actor = (
        pl.when(pl.col(ACTOR).is_in(ACTORS)).then(ACTOR)  # worded already, where one of several columns told it
        .when("system").then(pl.lit("system"))
        .when(pl.col("role").is_not_null()).then("role")
        .when("asked").then(pl.lit("requester"))
        .when(pl.col(ACTOR).is_not_null() & pl.lit(_are_known(authors, names))).then(pl.lit(authors.others))
        .when(pl.col("known") & pl.col(ACTOR).is_not_null() & (authors.others is None)).then(pl.lit("agent"))
        .otherwise(ACTOR)
    )  # fmt: skip
    return table.frame.with_columns(marked.select(actor.alias(ACTOR)).to_series())


def _are_known(authors: Authors, names: NameTables) -> bool:
    """Whether the profile says what those are whom the table of roles does not know, and the export has that table."""
    return authors.others is not None and (authors.roles or "") in names.tables


def _role(ids: pl.Series, authors: Authors, names: NameTables) -> pl.Series:
    table = names.tables.get(authors.roles or "")
    return table.roles(ids) if table else pl.repeat(None, len(ids), dtype=pl.String, eager=True)


def _in(rows: pl.DataFrame, known: pl.DataFrame, on: Sequence[str]) -> pl.Series:
    """Of each row, whether it is among `known`, whose rows are unique."""
    marked = known.with_columns(found=pl.lit(True))
    joined = rows.join(marked, on=list(on), how="left", validate="m:1", maintain_order="left")
    return joined["found"].fill_null(False)
