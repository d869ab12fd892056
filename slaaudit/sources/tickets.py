"""Rows of tickets → tickets: typed cells, then one row per ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import INSTANT, STATES, TICKETS, conform
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import cells
from slaaudit.sources.columns import MappedTable
from slaaudit.sources.profiles import Profile, fold
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.stamps import TICKET_STAMPS, Stamps, check_stamp

_BOOLEANS = ("from_invitation", "deleted")
_STATES = {fold(state): state for state in STATES}
# What becomes an event, or decides whether the ticket is judged at all: a ticket is not judged on half of it.
_NEEDED = ("created_at", "first_reply_at", "solved_at", "closed_at", "deleted")
_HAPPENED = ("first_reply_at", "solved_at", "closed_at")
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
    `_file`, `_row`. Raises `SlaauditError` (`ruined_ids`).
    """
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    ids = cells.trimmed(raw["ticket_id"], profile.null_words)
    check_ids(ids, table)
    sieve.reject(ids.is_null(), "missing_ticket_id", "ticket_id")
    typed = {"ticket_id": ids}
    for name in [name for name in raw.columns if name not in ("ticket_id", FILE, ROW)]:
        if name == "state" and "status" not in raw.columns:  # our words for the states are the help desk's
            typed["status"] = cells.trimmed(raw[name], profile.null_words)
        else:
            typed[name] = _typed(table, name, stamps, profile=profile, sieve=sieve)
    for name in _HAPPENED:
        if name in typed:
            sieve.reject(typed[name] < typed["created_at"], "before_creation", name)
    typed.setdefault("changed_at", pl.repeat(None, raw.height, dtype=INSTANT, eager=True))
    frame = pl.DataFrame(typed).with_columns(raw[FILE], raw[ROW])
    kept = sieve.settled()
    return TicketRows(frame.filter(kept), sieve.rejected, ids.filter(~kept))


def check_ids(ids: pl.Series, table: MappedTable) -> None:
    """Nothing, unless a spreadsheet has ruined the ticket ids: then `SlaauditError` (`ruined_ids`)."""
    suspects = ids.filter(ids.cast(pl.Int64, strict=False).is_null() & ids.is_not_null())
    ruined = suspects.filter(suspects.str.contains(_RUINED))
    if ruined.is_empty():
        return
    row = table.frame.filter(ids == ruined[0])[ROW][0]
    what = f"'{ruined[0]}' was a ticket id before a spreadsheet rounded it as a number; which ticket it was is lost"
    hint = "use the export as it was downloaded, or import the column as text"
    heading = table.headings["ticket_id"]
    raise SlaauditError(Problem(code="ruined_ids", file=table.file, row=row, column=heading, what=what, hint=hint))


def _typed(table: MappedTable, name: str, stamps: Stamps, *, profile: Profile, sieve: Sieve) -> pl.Series:
    if name in TICKET_STAMPS:
        read = stamps[table.number, name]
        check_stamp(sieve, name, read, needed=name in _NEEDED)
        if name == "created_at":
            sieve.reject(read.instants.is_null(), "missing_date", name)
        return read.instants
    text = cells.trimmed(table.frame[name], profile.null_words)
    if name == "tags":
        return cells.tags(text, profile.list_separator)
    if name in _BOOLEANS:
        truths = cells.worded(text, profile.booleans, pl.Boolean)
        _check(sieve, name, text.is_not_null() & truths.is_null(), "bad_boolean")
        return truths
    if name == "state":
        states = cells.worded(text, _STATES)
        _check(sieve, name, text.is_not_null() & states.is_null(), "unknown_state", words=", ".join(STATES))
        return states
    return text


def _check(sieve: Sieve, name: str, bad: pl.Series, code: str, **words: str) -> None:
    check = sieve.reject if name in _NEEDED else sieve.note
    check(bad, code, name, **words)


def one_per_ticket(files: Sequence[TicketRows], rejects: Rejects) -> TicketRows:
    """One row per ticket, sorted by `ticket_id` as text: `frames.TICKETS`, then `custom.*`.

    Identical rows collapse. Of rows that differ, the one with the latest `changed_at` is the ticket; if that is not
    given for each, or not unique, none of them is used: which is right cannot be told, and it must not depend on the
    order of the rows.
    """
    rows = pl.concat([file.rows for file in files], how="diagonal")
    rejected = sum(file.rejected for file in files)
    rejected_ids = pl.concat([file.rejected_ids for file in files])
    if rows["ticket_id"].n_unique() == rows.height:
        return TicketRows(_finished(rows), rejected, rejected_ids)
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
    return TicketRows(_finished(used), rejected + versions.rejected, rejected_ids.append(unused), duplicates)


def _marks() -> dict[str, pl.Expr]:
    """Of distinct rows of repeated tickets: which are older than another, and which conflict."""
    changed, ticket = pl.col("changed_at"), "ticket_id"
    latest = changed == changed.max().over(ticket)
    settled = (latest.sum().over(ticket) == 1) & (changed.null_count().over(ticket) == 0)
    single = pl.len().over(ticket) == 1
    return {"conflicting": ~single & ~settled, "older": ~single & settled & ~latest}


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    tickets = conform(rows.rename({ROW: "source_row"}).drop(FILE), TICKETS)
    return tickets.sort("ticket_id", maintain_order=True)
