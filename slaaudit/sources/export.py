"""What reading an export yields: the canonical frames, what could not be used, and what the export can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
    "ticket_rows_ignored",  # of something else than tickets, as the profile says
    "tickets_rejected",  # distinct tickets of which no row could be used; each row without an id counts as one
    "duplicates",  # ticket rows that repeat, or are overruled by, another row of the same ticket
    "tickets",
    "event_rows",  # rows read from the event files; updates too, each row one however many changes it shows
    "event_rows_rejected",
    "event_duplicates",
    "event_rows_ignored",  # words of the help desk that mean nothing for an SLA; changes that repeat the value before
    "detail_rows",  # rows read that add to tickets of other tables: details, and clocks of the help desk's own SLA
    "detail_rows_rejected",
    "detail_rows_ignored",
    "detail_duplicates",  # rows that repeat, or are overruled by, another row of the same ticket (of the same clock)
    "name_rows",  # rows read that say what ids are called
    "name_rows_ignored",
    "name_rows_rejected",
)


@dataclass(frozen=True)
class ColumnReading:
    """How one column of a table was read: `heading` as the file has it, `column` as we call it (`""`: not used).

    Of dates: `layout`, how they are written, `timezone`, in which those without one were read (`""`: they say it), the
    `first` and the `last` of them.
    """

    heading: str
    column: str
    layout: str = ""
    timezone: str = ""
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class TableReading:
    """What one table of a file was taken for.

    `list_name`: the JSON list or sheet that it was (`""`: the whole file);
    `table`, `title`, `holds`: of the profile's table (`""`: not used); `proof`: the headings that it was known by.
    """

    file: str
    list_name: str
    table: str
    title: str
    holds: str
    rows: int
    columns: tuple[ColumnReading, ...]
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """The tickets and events of one export, in the canonical frames, with an account of every row read.

    `tickets`: one row per ticket (`frames.TICKETS`, then `custom.*` and `vendor_*`), sorted by `ticket_id` as text.
    `events`: one row per thing that happened (`frames.EVENTS`), sorted by `ticket_row, at, seq`; each ticket has
    exactly one `created` event, the first of its events, at its `created_at`. `problems`: one row per row of the
    export that could not be used as it stands (`frames.PROBLEMS`). `shows`: words of `SHOWS`. `counts`: numbers by
    the names of `COUNTS`; `ticket_rows = rejected + ignored + duplicates + tickets` (0 rows when the tickets were
    made from events), and of the event rows what is neither rejected, ignored nor duplicate is in `events`. `files`:
    the inputs that were read. `source`, `title`: of the profile. `state_words`: the profile's words of each state
    (`frames.STATES`). `notes`: what a reader of the reports should know about how the files were read.
    `problem_tickets`: of each row of `problems`, the id of its ticket; null where the row names none. `reading`: what
    each table of the files was taken for, in their order. `look_ahead`: stamps of the tickets that may lie after all
    that the export can know.
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
    reading: tuple[TableReading, ...] = ()
    look_ahead: frozenset[str] = frozenset()
    title: str = ""
