"""Typed events on the tickets they belong to: which of them count, and what the tickets' own stamps add.

Rows of events refer to tickets by `ticket_row` from here on. The order of events at one instant is `seq`: that of the
export, or the position among all rows read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from slaaudit.frames import EVENTS, INSTANT
from slaaudit.frames import ROW as TICKET_ROW
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows.event_rows import EVENT, POSITION, REPEATED, UPDATE, EventRows
from slaaudit.sources.rows.ids import NUMBER as ID_NUMBER
from slaaudit.sources.rows.ids import row_numbers
from slaaudit.threads import in_order, threads_for

_STATUS_FIELDS = ("status", "state")
_STAMPS = ("first_reply_at", "solved_at", "closed_at")


@dataclass(frozen=True)
class Placed:
    """Events on their tickets, not yet in order. `rows`: those that count, `created` aside: `frames.EVENTS`, `extra.*`,
    `_file`, `_row`. `creations`: one `created` event per ticket, in the order of the tickets. `numbered`: the export
    itself says the order of events at one instant. `ignored`: rows of changes that change nothing.
    """

    rows: pl.DataFrame
    creations: pl.DataFrame
    numbered: bool
    rejected: int
    duplicates: int
    ignored: int = 0


def place(events: EventRows, tickets: pl.DataFrame, rejects: Rejects, *, rejected_tickets: pl.Series) -> Placed:
    """The events on `tickets`. Told and left out: events of unknown tickets, before the creation, and all `created`
    events of a ticket but one, which tells who created it.
    """
    rows, sieve = events.rows, Sieve(events.rows, rejects)
    ticket_row = row_numbers(rows["ticket_id"], tickets["ticket_id"], as_numbers=events.id_numbers)
    unknown = ticket_row.is_null()
    if unknown.any():
        lost = rows["ticket_id"].is_in(rejected_tickets.unique().implode())
        sieve.reject(unknown & lost, "ticket_rejected", "ticket_id")
        sieve.reject(unknown, "unknown_ticket", "ticket_id")
    is_creation = rows["event"] == "created"
    created_at = tickets["created_at"].gather(ticket_row)
    sieve.reject(~is_creation & (rows["at"] < created_at), "before_creation", "at")
    placed = rows.with_columns(ticket_row=ticket_row, created_at=created_at)
    creations, duplicates = _creations(placed, is_creation & sieve.kept, sieve, numbered=events.numbered)
    counts = sieve.settled() & ~is_creation
    placed = placed.drop("ticket_id", "created_at", ID_NUMBER, strict=False)
    counting, ignored = _that_change_something(placed if counts.all() else placed.filter(counts))
    counting = _with_changes(counting, events.changes)
    created = _created_events(tickets, creations, seq=_extreme(counting["seq"].min()) - 1)
    return Placed(counting, created, events.numbered, sieve.rejected, duplicates, ignored)


def _that_change_something(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """`rows` without the changes that only repeat the value before, and how many those are. If nothing else is left of
    a ticket and field (the change itself could not be used), its rows stay.
    """
    if REPEATED not in rows.columns:
        return rows, 0
    others = (~pl.col(REPEATED)).any().over("ticket_row", "field")
    kept = rows.filter(~(pl.col(REPEATED) & others)) if rows[REPEATED].any() else rows
    return kept.drop(REPEATED), rows.height - kept.height


def _with_changes(rows: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the changes of each update in its place: events of its time and order, told apart by its position."""
    if POSITION not in rows.columns:
        return rows
    is_update = rows["event"] == UPDATE
    updates = rows.filter(is_update).drop("event", "field", "old", "new", strict=False)
    found = changes.join(updates, on=POSITION, how="inner", validate="m:1", maintain_order="left")
    whole = [rows.filter(~is_update), found.with_columns(event=pl.lit("change", EVENT))]
    return pl.concat(whole, how="diagonal").sort("seq", maintain_order=True)


def _creations(placed: pl.DataFrame, which: pl.Series, sieve: Sieve, *, numbered: bool) -> tuple[pl.DataFrame, int]:
    """One `created` row per ticket that has any (at its creation, or else the earliest); how many are copies."""
    rows = placed.with_row_index("index").filter(which)
    told = [name for name in rows.columns if name not in ("index", FILE, ROW, *(() if numbered else ("seq",)))]
    distinct = rows.unique(subset=told, keep="first", maintain_order=True)
    ranked = distinct.sort("ticket_row", pl.col("at") != pl.col("created_at"), "at", "seq", maintain_order=True)
    chosen = ranked.unique("ticket_row", keep="first", maintain_order=True)
    others = ranked.join(chosen.select("index"), on="index", how="anti")
    never = pl.repeat(False, placed.height, dtype=pl.Boolean, eager=True)
    sieve.reject(never.clone().scatter(others["index"], True), "conflicting_created", "at")
    elsewhere = chosen.filter(pl.col("at") != pl.col("created_at"))["index"]
    sieve.note(never.clone().scatter(elsewhere, True), "other_created", "at")
    return chosen, rows.height - distinct.height


def _created_events(tickets: pl.DataFrame, creations: pl.DataFrame, *, seq: int) -> pl.DataFrame:
    authors = creations.select("ticket_row", "actor", "public")
    rows = tickets.select(ticket_row=pl.int_range(pl.len(), dtype=TICKET_ROW), at=pl.col("created_at"))
    rows = rows.join(authors, on="ticket_row", how="left", validate="1:1", maintain_order="left")
    return events_frame(rows.with_columns(seq=pl.lit(seq), event=pl.lit("created")))


def _extreme(found: object) -> int:
    """The least or greatest of a column of whole numbers; 0 for an empty one."""
    return found if isinstance(found, int) else 0


def events_frame(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the columns of `frames.EVENTS`, those it lacks as null."""
    if rows.schema.get("event") == EVENT:  # the first words are those of the contract: no need to look them up
        rows = rows.with_columns(rows["event"].to_physical().cat.to(EVENTS.schema["event"]))
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in EVENTS.schema.items()
    )


def snapshot_events(tickets: pl.DataFrame, placed: Placed, look_ahead: Collection[str] = ()) -> pl.DataFrame:
    """The events that the tickets' own stamps prove, where their history does not show them: the first public reply of
    an agent, the last solve, the close after it. They follow all other events of the same instant. Stamps that look
    ahead of the history that the export shows prove nothing.
    """
    rows = placed.rows
    tickets = tickets.with_columns(pl.lit(None, INSTANT).alias(name) for name in look_ahead if name in tickets.columns)
    if all(tickets[name].null_count() == tickets.height for name in _STAMPS):
        return pl.DataFrame(schema=EVENTS.schema)
    replied = rows.filter((pl.col("event") == "message") & (pl.col("actor") == "agent") & pl.col("public"))[
        "ticket_row"
    ]
    moved = rows.filter((pl.col("event") == "change") & pl.col("field").is_in(_STATUS_FIELDS))["ticket_row"]
    unmarked = pl.repeat(False, tickets.height, dtype=pl.Boolean, eager=True)
    stamps = tickets.select(
        pl.int_range(pl.len(), dtype=TICKET_ROW).alias("ticket_row"),
        *_STAMPS,
        is_replied=unmarked.clone().scatter(replied.unique(), True),
        is_moved=unmarked.clone().scatter(moved.unique(), True),
    )
    return pl.concat(_proven(stamps, _extreme(rows["seq"].max())))


def _proven(stamps: pl.DataFrame, last: int) -> list[pl.DataFrame]:
    solved, closed = pl.col("solved_at"), pl.col("closed_at")
    change = {"event": pl.lit("change"), "field": pl.lit("state")}
    reply = {"event": pl.lit("message"), "actor": pl.lit("agent"), "public": pl.lit(True)}
    unmoved = stamps.filter(~pl.col("is_moved"))
    parts = [
        stamps.filter(~pl.col("is_replied")).with_columns(at=pl.col("first_reply_at"), **reply),
        unmoved.with_columns(at=solved, new=pl.lit("solved"), **change),
        unmoved.filter(solved.is_null()).with_columns(at=closed, new=pl.lit("closed"), **change),
        unmoved.filter(closed > solved).with_columns(at=closed, old=pl.lit("solved"), new=pl.lit("closed"), **change),
    ]
    return [
        events_frame(part.filter(pl.col("at").is_not_null()).with_columns(seq=pl.lit(last + number)))
        for number, part in enumerate(parts, start=1)
    ]


def sorted_events(placed: Placed, snapshot: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """All events sorted by `ticket_row, at, seq`, and how many were left out as exact copies of another."""
    is_in_time = not placed.numbered and snapshot.is_empty() and _mostly_forward(placed)
    rows = pl.concat([placed.creations, events_frame(placed.rows), snapshot])
    order = _order_by_ticket(rows["ticket_row"].rechunk()) if is_in_time else _order(placed, rows)
    ordered = _at(rows, order)
    if is_in_time and (_same_ticket(ordered) & (ordered["at"] < ordered["at"].shift(1))).any():
        order = _order(placed, rows)
        ordered = _at(rows, order)
    repeated = _repeated(placed, order, _same_ticket(ordered) & (ordered["at"] == ordered["at"].shift(1)))
    if repeated.len():
        dropped = pl.repeat(False, ordered.height, dtype=pl.Boolean, eager=True).scatter(repeated, True)
        ordered = ordered.filter(~dropped[order])
    return ordered, repeated.len()


def _at(rows: pl.DataFrame, order: pl.Series) -> pl.DataFrame:
    """The rows in this order. Few columns at a time: another copy of all would be much."""
    return pl.DataFrame(list(in_order(lambda cells: cells.rechunk()[order], rows, threads_for(rows.height))))


def _mostly_forward(placed: Placed) -> bool:
    """Whether the rows are ticket by ticket, or in the order of time: then those of each ticket probably are."""
    at = placed.rows["at"]
    return int((at < at.shift(1)).sum()) <= placed.creations.height


def _same_ticket(rows: pl.DataFrame) -> pl.Series:
    """Of each row, whether it is of the ticket of the row before."""
    return (rows["ticket_row"] == rows["ticket_row"].shift(1)).fill_null(False)


def _order_by_ticket(ticket_row: pl.Series) -> pl.Series:
    """The positions of the rows by ticket; those of one ticket stay in their order. Some tickets at a time."""
    number = threads_for(len(ticket_row))
    tickets = _extreme(ticket_row.max()) + 1
    places = pl.int_range(len(ticket_row), dtype=pl.get_index_type(), eager=True)
    by_ticket = pl.arg_sort_by("ticket_row", maintain_order=True, multithreaded=False)

    def of(first: int, last: int) -> pl.Series:
        within = places.filter(ticket_row.is_between(first, last, closed="left"))
        return within[ticket_row[within].to_frame("ticket_row").select(by_ticket).to_series()]

    bounds = [tickets * part // number for part in range(number + 1)]
    return pl.concat(in_order(lambda pair: of(*pair), pairwise(bounds), number), rechunk=True)


def _order(placed: Placed, rows: pl.DataFrame) -> pl.Series:
    """The positions of the rows in the order of `ticket_row, at, seq`."""
    keys = ["key", "seq"] if placed.numbered else ["key"]  # otherwise the rows are in the order of `seq` already
    sorting = pl.DataFrame({"key": _sort_key(rows), "seq": rows["seq"]})
    return sorting.select(pl.arg_sort_by(keys, maintain_order=True)).to_series()


def _sort_key(rows: pl.DataFrame) -> pl.Series:
    """One whole number per row that sorts like `ticket_row, at`: one key sorts several times faster than two."""
    at = rows["at"].to_physical()
    unit = next(unit for unit in (1_000_000, 1_000, 1) if unit == 1 or (at % unit == 0).all())
    since = (at - _extreme(at.min())) // unit
    span, tickets = _extreme(since.max()) + 1, _extreme(rows["ticket_row"].max()) + 1
    if span * tickets >= 2**63:
        return pl.select(pl.struct(rows["ticket_row"], at).rank("dense")).to_series().cast(pl.Int64)
    return rows["ticket_row"].cast(pl.Int64) * span + since


def _repeated(placed: Placed, order: pl.Series, same: pl.Series) -> pl.Series:
    """The positions (before sorting) of rows that are the same as an earlier row of the export in every column.

    `same`: of each row in order, whether it is of the ticket and the time of the row before.
    """
    tied = order.filter(same | same.shift(-1, fill_value=False)).cast(pl.Int64) - placed.creations.height
    tied = tied.filter(tied.is_between(0, placed.rows.height - 1)).sort()
    told = [name for name in placed.rows.columns if name not in (FILE, ROW, *(() if placed.numbered else ("seq",)))]
    rows = placed.rows[tied].with_columns(position=tied)
    first = rows.unique(subset=told, keep="first", maintain_order=True)["position"]
    return tied.filter(~tied.is_in(first.implode())) + placed.creations.height
