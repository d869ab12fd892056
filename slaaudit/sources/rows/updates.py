"""Rows that repeat the whole ticket at each update → the changes between them, and the ticket as of the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import INSTANT, vendor_dtype
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile, TableProfile
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.after_creation import Grains, with_instants
from slaaudit.sources.rows.event_rows import POSITION, UPDATE, EventRows
from slaaudit.sources.rows.events import order_of
from slaaudit.sources.rows.ticket_cells import typed_cells
from slaaudit.sources.rows.tickets import HAPPENED, TicketRows, ticket_ids

_OF_THE_UPDATE = ("ticket_id", "at", "seq", "actor", FILE, ROW, POSITION)
_CHANGE = ("field", "old", "new")
_DONE_TO = ("status", "state", "agent")  # what somebody makes of a ticket
_HAPPENED_FIRST = ("status", "agent")  # what may have happened between the creation of a ticket and its first update


@dataclass(frozen=True)
class UpdateRows:
    """Rows of one table of updates on their way: typed, with `at`, `seq` (null where the file's order is theirs) and
    `actor`. `fields`: the columns whose changes are events.
    """

    found: TicketRows
    table: TableProfile
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Updates:
    """What all tables of updates tell: the events, the tickets as of their last update, and the fields that it shows.

    `look_ahead`: stamps of the tickets that every row has as they were in the end: no event follows from them.
    """

    events: EventRows
    tickets: TicketRows
    fields: frozenset[str]
    look_ahead: frozenset[str]


def type_updates(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> UpdateRows:
    """The rows of one table of updates with typed cells. Raises `SlaauditError` (`ruined_ids`)."""
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    ids = ticket_ids(table, profile, sieve)
    typed = {"ticket_id": ids, **typed_cells(table, stamps, profile, sieve, needed=("at", "created_at"))}
    sieve.reject(typed["at"].is_null(), "missing_date", "at")
    nothing = pl.repeat(None, raw.height, dtype=pl.String, eager=True)
    text = {n: cells.trimmed(raw[n], profile.null_words) if n in raw.columns else nothing for n in ("seq", "actor")}
    typed["seq"] = order_of(text["seq"], table, sieve)
    typed["actor"] = cells.worded(text["actor"], profile.actor_words)
    frame = _without_early_stamps(pl.DataFrame(typed), Grains.of(table, profile), sieve)
    frame = frame.with_columns(raw.select(FILE, ROW))
    kept = sieve.settled()
    found = TicketRows(frame.filter(kept), sieve.rejected, ids.filter(~kept))
    return UpdateRows(found, table.table, _fields(frame, table.table))


def _without_early_stamps(rows: pl.DataFrame, grains: Grains, sieve: Sieve) -> pl.DataFrame:
    """`rows` with nothing that happened before the creation, as far as they tell it: such stamps are read as empty."""
    if "created_at" not in rows.columns:
        return rows
    created_at = rows["created_at"]
    rows = with_instants(rows, created_at, grains, sieve)
    for name in [name for name in HAPPENED if name in rows.columns]:
        early = (rows[name] < created_at).fill_null(False)
        sieve.note(early, "before_creation", name)
        rows = rows.with_columns(pl.when(~early).then(pl.col(name)).alias(name))
    return rows


def _fields(rows: pl.DataFrame, table: TableProfile) -> tuple[str, ...]:
    """The columns of which a change is an event, in the order of the table."""
    return tuple(
        name
        for name, dtype in rows.schema.items()
        if name not in (*_OF_THE_UPDATE, *table.final) and not dtype.is_temporal() and vendor_dtype(name) is None
    )


def read_updates(tables: Sequence[UpdateRows]) -> Updates:
    """The updates of all tables, put in order: by ticket, time, their own number, the order of the rows."""
    groups: dict[str, list[UpdateRows]] = {}
    for table in tables:
        groups.setdefault(table.table.name, []).append(table)
    ordered, changes, duplicates, first = [], [], 0, 0
    for group in groups.values():
        rows, copies = _in_order(group, first)
        first += rows.height
        duplicates += copies
        ordered.append(rows)
        changes.append(_changes(rows, dict.fromkeys(field for table in group for field in table.fields)))
    every = pl.concat(ordered, how="diagonal")
    rejected_ids = pl.concat([table.found.rejected_ids for table in tables])
    events = EventRows(
        every.select("ticket_id", "at", "actor", FILE, ROW, POSITION, event=pl.lit(UPDATE)),
        sum(table.found.rejected for table in tables),
        rejected_ids,
        changes=pl.concat(changes),
        duplicates=duplicates,
    )
    tickets = TicketRows(_last(every), 0, rejected_ids)
    fields = frozenset(field for table in tables for field in table.fields)
    return Updates(events, tickets, fields, _look_ahead(tables))


def _look_ahead(tables: Iterable[UpdateRows]) -> frozenset[str]:
    return frozenset(
        name
        for table in tables
        for name, dtype in table.found.rows.schema.items()
        if dtype == INSTANT and name in table.table.final
    )


def _in_order(group: Sequence[UpdateRows], first: int) -> tuple[pl.DataFrame, int]:
    """The rows of one kind of update in order, each once and with its position, and how many were copies."""
    rows = pl.concat([table.found.rows for table in group], how="diagonal")
    key = ["ticket_id", "at", "seq"]
    content = [name for name in rows.columns if name not in (FILE, ROW)]
    repeated = rows.select(pl.struct(key).is_duplicated()).to_series()
    distinct = rows
    if repeated.any():
        numbered = rows.with_row_index("index")
        once = numbered.filter(repeated).unique(subset=content, keep="first", maintain_order=True)
        distinct = pl.concat([numbered.filter(~repeated), once]).sort("index").drop("index")
    ordered = distinct.sort(key, nulls_last=False, maintain_order=True)
    return ordered.with_row_index(POSITION, offset=first), rows.height - distinct.height


def _changes(rows: pl.DataFrame, fields: Iterable[str]) -> pl.DataFrame:
    """One row per field that differs from the update before: `_position`, `field`, `old`, `new`; in that order.

    Of what a first update holds, status and agent are changes from nothing: it proves them for its own moment, and a
    ticket may be solved or assigned by then. All else is taken to have been so since the creation.
    """
    texts = rows.select(POSITION, "ticket_id", *(_as_text(rows, field) for field in fields))
    continues = (pl.col("ticket_id") == pl.col("ticket_id").shift(1)).fill_null(False)
    before = {field: pl.when(continues).then(pl.col(field).shift(1)) for field in fields}
    parts = [
        texts.select(POSITION, field=pl.lit(field), old=before[field], new=field, told=continues | (field in _DONE_TO))
        .filter(pl.col("told") & pl.col("old").ne_missing(pl.col("new")))
        .drop("told")
        for field in fields
    ]
    nothing = pl.DataFrame(schema={POSITION: pl.UInt32, **dict.fromkeys(_CHANGE, pl.String)})
    return pl.concat([nothing, *parts]).sort(POSITION, maintain_order=True)


def _as_text(rows: pl.DataFrame, field: str) -> pl.Expr:
    """A column as the text that a change carries: tags joined by `|`, booleans as `true` and `false`."""
    return pl.col(field).list.join("|") if rows[field].dtype == pl.List else pl.col(field).cast(pl.String)


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """The last update of each ticket as a row of tickets: created when the first row that tells it says, or else at its
    first update.
    """
    first = rows.group_by("ticket_id", maintain_order=True).agg(
        _created=pl.coalesce(pl.col("created_at").drop_nulls().first(), pl.col("at").first())
        if "created_at" in rows.columns
        else pl.col("at").first()
    )
    last = rows.unique("ticket_id", keep="last", maintain_order=True)
    last = last.join(first, on="ticket_id", how="left", validate="1:1", maintain_order="left")
    changed = pl.coalesce("changed_at", "at") if "changed_at" in rows.columns else pl.col("at")
    dropped = ("at", "seq", "actor", POSITION, "_created")
    return last.with_columns(created_at="_created", changed_at=changed).drop(dropped)
