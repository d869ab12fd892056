"""What reading an export yields: the canonical frames, what could not be used, and what the export can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

SHOWS = (
    "messages",  # every message, with who wrote it
    "first_reply",  # at least the first public reply of an agent
    "status_changes",  # every change of status
    "solves",  # at least the last solve
    "agent_changes",
    "department_changes",
    "changes",  # the history of any field
    "chats",
    "calls",
    "work",
)
COUNTS = (
    "ticket_rows",  # rows read from the ticket files
    "ticket_rows_rejected",
    "tickets_rejected",  # distinct tickets of which no row could be used; each row without an id counts as one
    "duplicates",  # ticket rows that repeat, or are overruled by, another row of the same ticket
    "tickets",
    "event_rows",  # rows read from the event files
    "event_rows_rejected",
    "event_duplicates",
)


@dataclass(frozen=True)
class Export:
    """The tickets and events of one export, in the canonical frames, with an account of every row read.

    `tickets`: one row per ticket (`frames.TICKETS`, then `custom.*`), sorted by `ticket_id` as text. `events`: one
    row per thing that happened (`frames.EVENTS`), sorted by `ticket_row, at, seq`; each ticket has exactly one
    `created` event, the first of its events, at its `created_at`. `problems`: one row per row of the export that
    could not be used as it stands (`frames.PROBLEMS`). `shows`: words of `SHOWS`. `counts`: numbers by the names
    of `COUNTS`; `ticket_rows = rejected + duplicates + tickets` (0 rows when the tickets were made from events), and of
    the event rows what is neither rejected nor duplicate is in `events`. `files`: the inputs that were read.
    `source`: the name of the profile. `state_words`: the profile's words of each state (`frames.STATES`). `notes`:
    what a reader of the reports should know about how the files were read. `problem_tickets`: of each row of
    `problems`, the id of its ticket; null where the row names none.
    """

    tickets: pl.DataFrame
    events: pl.DataFrame
    problems: pl.DataFrame
    shows: frozenset[str]
    counts: Mapping[str, int]
    files: tuple[str, ...]
    source: str
    state_words: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    problem_tickets: pl.Series | None = None
