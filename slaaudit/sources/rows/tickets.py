"""Rows of tickets → tickets: typed cells, then one row per ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import polars as pl

from slaaudit.frames import INSTANT, TICKETS, conform
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows.after_creation import Grains, with_instants
from slaaudit.sources.rows.ids import tidy_ids
from slaaudit.sources.rows.ticket_cells import typed_cells

# What becomes an event, or decides whether the ticket is judged at all: a ticket is not judged on half of it.
_NEEDED = ("created_at", "first_reply_at", "solved_at", "closed_at", "deleted")
HAPPENED = ("first_reply_at", "solved_at", "closed_at")
# A spreadsheet that took an id for a number shows it rounded, and its last digits are lost.
_RUINED = r"^\d([.,]\d+)?[eE]\+\d{1,3}$"


@dataclass(frozen=True)
class TicketRows:
    """Rows of tickets on their way: the usable ones, how many others there were, and the ids in those."""

    rows: pl.DataFrame
    rejected: int
    rejected_ids: pl.Series
    duplicates: int = 0


def type_tickets(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> TicketRows:
    """The rows of one file with typed cells, in the file's order: `frames.TICKETS` as far as it has them, `custom.*`,
    `vendor_*`, `_file`, `_row`. Raises `SlaauditError` (`ruined_ids`).
    """
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    ids = ticket_ids(table, profile, sieve)
    typed = {"ticket_id": ids, **typed_cells(table, stamps, profile, sieve, needed=_NEEDED)}
    sieve.reject(typed["created_at"].is_null(), "missing_date", "created_at")
    typed.setdefault("changed_at", pl.repeat(None, raw.height, dtype=INSTANT, eager=True))
    frame = with_instants(pl.DataFrame(typed), typed["created_at"], Grains.of(table, profile), sieve, needed=_NEEDED)
    check_happened(frame, frame["created_at"], sieve)
    frame = frame.with_columns(raw[FILE], raw[ROW])
    kept = sieve.settled()
    return TicketRows(frame.filter(kept) if sieve.rejected else frame, sieve.rejected, ids.filter(~kept))


def ticket_ids(table: MappedTable, profile: Profile, sieve: Sieve) -> pl.Series:
    """The trimmed ids of a table's rows; rows without one are taken out. Raises `SlaauditError` (`ruined_ids`)."""
    ids, numbers = tidy_ids(table.frame["ticket_id"], profile.null_words)
    if numbers is None:
        check_ids(ids, table)
    sieve.reject(ids.is_null(), "missing_ticket_id", "ticket_id")
    return ids


def check_happened(rows: pl.DataFrame, created_at: pl.Series, sieve: Sieve) -> None:
    """Takes out the rows of tickets in which something happened before the creation."""
    for name in HAPPENED:
        if name in rows.columns:
            sieve.reject(rows[name] < created_at, "before_creation", name)


def check_ids(ids: pl.Series, table: MappedTable) -> None:
    """Nothing, unless a spreadsheet has ruined the ticket ids: then `SlaauditError` (`ruined_ids`)."""
    if (found := ruined_id(ids, table.frame[ROW])) is not None:
        refuse_ruined(table, *found)


def ruined_id(ids: pl.Series, rows: pl.Series) -> tuple[int, str] | None:
    """The first row whose id a spreadsheet has ruined, with the id; `rows`: their numbers."""
    if _start_alike(ids):
        return None
    suspects = ids.filter(ids.cast(pl.Int64, strict=False).is_null() & ids.is_not_null())
    ruined = suspects.filter(suspects.str.contains(_RUINED))
    return None if ruined.is_empty() else (rows.filter(ids == ruined[0])[0], ruined[0])


def _start_alike(ids: pl.Series) -> bool:
    """Whether all ids start with the same letter or mark (`T-17`): none of them is a number then."""
    start = next(iter(ids.drop_nulls().head(1).str.head(1)), "")
    return start != "" and not start.isdigit() and bool(ids.str.starts_with(start).all())


def refuse_ruined(table: MappedTable, row: int, ruined: str) -> NoReturn:
    """Raises `SlaauditError` (`ruined_ids`)."""
    what = f"'{ruined}' was a ticket id before a spreadsheet rounded it as a number; which ticket it was is lost"
    hint = "use the export as it was downloaded, or import the column as text"
    heading = table.headings["ticket_id"]
    raise SlaauditError(Problem(code="ruined_ids", file=table.file, row=row, column=heading, what=what, hint=hint))


def one_per_ticket(files: Sequence[TicketRows], rejects: Rejects) -> TicketRows:
    """One row per ticket, sorted by `ticket_id` as text: `frames.TICKETS`, then `custom.*` and `vendor_*`."""
    chosen = one_row_each(files, rejects)
    return TicketRows(finished(chosen.rows), chosen.rejected, chosen.rejected_ids, chosen.duplicates)


def one_row_each(files: Sequence[TicketRows], rejects: Rejects) -> TicketRows:
    """One row per ticket, in no order that means anything.

    Identical rows collapse. Of rows that differ, the one with the latest `changed_at` is the ticket; if that is not
    given for each, or not unique, none of them is used: which is right cannot be told, and it must not depend on the
    order of the rows.
    """
    rows = pl.concat([file.rows for file in files], how="diagonal")
    rejected = sum(file.rejected for file in files)
    rejected_ids = pl.concat([file.rejected_ids for file in files])
    if _ascend(rows["ticket_id"]) or rows["ticket_id"].n_unique() == rows.height:
        return TicketRows(rows, rejected, rejected_ids)
    repeated = rows["ticket_id"].is_duplicated()
    content = [name for name in rows.columns if name not in (FILE, ROW)]
    distinct = rows.filter(repeated).unique(subset=content, keep="first", maintain_order=True)
    versions = Sieve(distinct, rejects)
    marks = distinct.select(**_marks())
    versions.reject(marks["conflicting"], "conflicting_duplicate", "ticket_id")
    versions.note(marks["older"], "older_duplicate", "ticket_id")
    used = pl.concat([rows.filter(~repeated), distinct.filter(versions.settled() & ~marks["older"])])
    unused = distinct.filter(~versions.kept)["ticket_id"]
    duplicates = rows.height - used.height - versions.rejected
    return TicketRows(used, rejected + versions.rejected, rejected_ids.append(unused), duplicates)


def _marks() -> dict[str, pl.Expr]:
    """Of distinct rows of repeated tickets: which are older than another, and which conflict."""
    changed, ticket = pl.col("changed_at"), "ticket_id"
    latest = changed == changed.max().over(ticket)
    settled = (latest.sum().over(ticket) == 1) & (changed.null_count().over(ticket) == 0)
    single = pl.len().over(ticket) == 1
    return {"conflicting": ~single & ~settled, "older": ~single & settled & ~latest}


def finished(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per ticket as the frame of tickets: conforming, with `source_row`, sorted by `ticket_id` as text."""
    own = rows.rename({ROW: "source_row"}).drop(FILE)
    # sorted before columns without any value are added: those take more memory than all others once they are moved
    ordered = own if _ascend(own["ticket_id"]) else own.sort("ticket_id", maintain_order=True)
    return conform(ordered, TICKETS)


def _ascend(ids: pl.Series) -> bool:
    """Whether each id comes after the one before, as text: so it is in many exports, and it is quickly seen."""
    return bool((ids.shift(1) < ids).fill_null(True).all())
