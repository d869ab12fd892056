"""An export → the same export with one ticket in it, or why that ticket cannot be told of."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from slaaudit.frames import ROW
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources import Export

_ENOUGH = 3  # letters that two ids have in common at one end, to be near each other
_MOST = 5_000  # ids that are compared letter by letter


def of_ticket(export: Export, ticket_id: str) -> Export:
    """The export with this ticket alone; its values, its events and what the export can show stay as they are.

    Raises `SlaauditError` when there is no such ticket, or when none of its rows could be used.
    """
    row = (export.tickets["ticket_id"] == ticket_id).arg_true()
    if row.is_empty():
        raise SlaauditError(_why_missing(export, ticket_id))
    events = export.events.filter(pl.col("ticket_row") == row[0])
    return replace(
        export,
        tickets=export.tickets[int(row[0]) : int(row[0]) + 1],
        events=events.with_columns(ticket_row=pl.lit(0, ROW)),
        notes=(),
    )


def problems_of(export: Export, ticket_id: str) -> tuple[Problem, ...]:
    """What is wrong with the rows of this ticket, in their order."""
    if export.problem_tickets is None:
        return ()
    named = export.problem_tickets == ticket_id
    rows = export.problems.filter(named.fill_null(False)).select(
        "code", "file", "row", "column", "value", "what", "hint"
    )
    texts = rows.with_columns(pl.col("column", "value").fill_null(""))
    return tuple(Problem(**row) for row in texts.to_dicts())


def _why_missing(export: Export, ticket_id: str) -> list[Problem]:
    found = problems_of(export, ticket_id)
    if any(problem.code != "unknown_ticket" for problem in found):
        what = f"ticket {ticket_id} is in the export, but none of its rows could be used"
        hint = "it has no clock in any report; this is what is wrong with it:"
        return [Problem(code="ticket_rejected", what=what, hint=hint), *found]
    what = f"there is no ticket '{ticket_id}' among the {export.tickets.height:,} of the export"
    return [Problem(code="unknown_ticket", what=what, hint=_nearest(export, ticket_id)), *found]


def _nearest(export: Export, ticket_id: str) -> str:
    """The ids most like this one; only those that share some of its letters are compared one by one."""
    ids, wanted = export.tickets["ticket_id"], ticket_id.strip().lower()
    lowered = pl.col("ticket_id").str.to_lowercase()
    is_near = lowered.str.ends_with(wanted)
    if number := re.search(r"\d+", wanted):  # 17 for T-17, T-17 for 17
        is_near = is_near | (lowered.str.extract(r"(\d+)$") == number[0])
    if len(wanted) > _ENOUGH:
        is_near = is_near | lowered.str.starts_with(wanted[:-_ENOUGH]) | lowered.str.ends_with(wanted[_ENOUGH:])
        is_near = is_near | lowered.str.ends_with(wanted[-_ENOUGH:])
    near = ids.to_frame().filter(is_near)["ticket_id"]
    exact = near.filter(near.str.to_lowercase().str.extract(r"(\d+)$") == number[0]) if number else near.clear()
    if 0 < exact.len() <= 3:
        return did_you_mean(ticket_id, exact.to_list()) or f"did you mean '{exact[0]}'?"
    return did_you_mean(ticket_id, near.head(_MOST).to_list()) or "ids are written as in the export"
