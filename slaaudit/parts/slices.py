"""An export in memory → slices of whole tickets, judged several at a time, → one report."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from slaaudit.audit import notes_of
from slaaudit.engine.states import check_words
from slaaudit.parts.judging import Judge, Told
from slaaudit.reports.report import Report
from slaaudit.sources import Export
from slaaudit.stages import JUDGING, REPORT

_EVENTS_AT_ONCE = 4_000_000  # judged at a time by all threads together: about a gigabyte
_TICKETS_AT_ONCE = 800_000  # likewise: tickets with few events have as many clocks as others
_LEAST_EVENTS = 250_000  # of a part: below, what every part costs would be more than it saves


def judged_in_slices(export: Export, judge: Judge, number: int, threads: int) -> tuple[Report, Told]:
    """The report of an export in memory, judged in about so many slices, some at a time. Raises as `audit`."""
    if number > 1:
        check_words(export, judge.policy)  # of the whole, so that the error names all of them
        judge.watch(JUDGING, export.events.height)
    told = judge.judged(slices_of(export, number), threads if number > 1 else 1)
    judge.watch(REPORT, told.clocks)
    notes = notes_of(export, judge.policy, told.unseen_solves)
    return judge.parts.report(account=told.account, notes=notes, timezone=judge.policy.timezone), told


def number_of_slices(export: Export, threads: int) -> int:
    """Into how many slices an export is best divided: one if it is small, else as many for each thread."""
    events, tickets = export.events.height, export.tickets.height
    rounds = max(-(-events // _EVENTS_AT_ONCE), -(-tickets // _TICKETS_AT_ONCE))
    return max(1, min(rounds * threads, events // _LEAST_EVENTS))


def slices_of(export: Export, number: int) -> list[Export]:
    """The export in `number` parts of about as many events, or fewer; their rows are not copied.

    The first has the counts and the problems of the whole.
    """
    ticket_row = export.events["ticket_row"]
    if number <= 1 or ticket_row.is_empty():
        return [export]
    places = [int(ticket_row[ticket_row.len() * part // number]) for part in range(1, number)]
    firsts = [*sorted({0, *places}), export.tickets.height]
    starts = ticket_row.search_sorted(pl.Series(firsts, dtype=ticket_row.dtype)).to_list()
    bounds = zip(firsts, firsts[1:], starts, starts[1:], strict=False)
    return [_slice(export, *each) for each in bounds]


def _slice(export: Export, first: int, last: int, start: int, end: int) -> Export:
    """The tickets from `first` up to `last`, with their events from `start` up to `end`."""
    events = export.events.slice(start, end - start)
    part = replace(
        export,
        tickets=export.tickets.slice(first, last - first),
        events=events.with_columns(ticket_row=events["ticket_row"] - first),
    )
    if first == 0:
        return part
    return replace(part, counts=dict.fromkeys(export.counts, 0), problems=export.problems.clear())
