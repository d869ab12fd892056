"""The canonical frames as data: what a row is, and each column's type, unit and meaning.

Instants are `Datetime("us", "UTC")` and end in `_at`; durations are `Duration("us")`; spans are half-open.
`ticket_row` is the row number of the ticket in the tickets frame (which is sorted by `ticket_id`): frames
refer to tickets and events by row number, and columns are gathered only when a report asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
DURATION = pl.Duration("us")
ROW = pl.UInt32()
CUSTOM = "custom."  # prefix of every column of an export that is not a canonical one
# What the help desk itself said of one of its own clocks: columns of the tickets, named by these and a metric.
VENDOR_DUE, VENDOR_OUTCOME, VENDOR_ELAPSED = "vendor_due.", "vendor_outcome.", "vendor_elapsed."
VENDOR = {VENDOR_DUE: INSTANT, VENDOR_OUTCOME: pl.String(), VENDOR_ELAPSED: DURATION}

STATES = ("new", "open", "pending", "on_hold", "solved", "closed", "spam", "deleted", "merged")
DONE_STATES = ("solved", "closed")
GONE_STATES = ("spam", "deleted", "merged")

EVENTS_OF = (
    "created", "message", "change", "chat_started", "chat_answered", "call_started", "call_answered",
    "work", "merged", "deleted",
)  # fmt: skip
ACTORS = ("requester", "agent", "system")

OUTCOMES = (
    "fulfilled", "missed", "running", "paused", "cancelled", "not_measurable", "no_target", "no_level", "excluded",
)  # fmt: skip


def vendor_dtype(name: str) -> pl.DataType | None:
    """The type of a column that tells of the help desk's own clocks (`vendor_due.resolution`); None for all others."""
    prefix = f"{name.partition('.')[0]}."
    return VENDOR.get(prefix) if len(name) > len(prefix) else None


EVENT = pl.Enum(EVENTS_OF)
ACTOR = pl.Enum(ACTORS)
WORDS = pl.Categorical()  # text with few different values: compared with text and written as such


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type, whether it may be null, and what it means (with the unit)."""

    name: str
    dtype: pl.DataType
    nullable: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One canonical frame: what a row is, its columns in order, and the columns it is sorted by."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column name → dtype, in order."""
        return {column.name: column.dtype for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)


def _text(name: str, meaning: str, *, nullable: bool = True) -> Column:
    return Column(name, pl.String(), nullable, meaning)


def _words(name: str, meaning: str) -> Column:
    return Column(name, WORDS, True, meaning)


def _instant(name: str, meaning: str, *, nullable: bool = True) -> Column:
    return Column(name, INSTANT, nullable, meaning)


TICKETS = Frame(
    "tickets",
    "a ticket as exported; unique by ticket_id",
    ("ticket_id",),
    (
        _text("ticket_id", "the help desk's id of the ticket", nullable=False),
        _text("requester", "who asked"),
        _text("account", "the customer's organisation"),
        _text("customer_group", "the group the requester belongs to"),
        _text("department", "who holds the ticket: department, group or queue"),
        _text("agent", "the agent assigned; null = nobody"),
        _text("agent_status", "the assigned agent's own status, as exported"),
        _text("priority", "the help desk's own word for the priority"),
        _text("status", "the help desk's own word for the status"),
        _text("state", f"the status in our words: {' '.join(STATES)}; null until the policy's states are applied"),
        _text("channel", "how the ticket came: email, chat, call, web, …"),
        Column("tags", pl.List(pl.String()), True, "the ticket's tags"),
        _text("subject", "the subject line"),
        _text("referrer_url", "the page from which the ticket was started"),
        Column("from_invitation", pl.Boolean(), True, "created from a chat invitation"),
        Column("deleted", pl.Boolean(), True, "the help desk marks the ticket as deleted"),
        _instant("created_at", "creation", nullable=False),
        _instant("changed_at", "last change of any kind"),
        _instant("first_reply_at", "first public agent message, as exported"),
        _instant("solved_at", "last solve, as exported"),
        _instant("closed_at", "close, as exported"),
        Column("source_row", pl.UInt32(), True, "row in the export, header = 1; null for tickets made from events"),
    ),
)

EVENTS = Frame(
    "events",
    "a thing that happened to a ticket; each ticket's first event is its one `created`",
    ("ticket_row", "at", "seq"),
    (
        Column("ticket_row", ROW, False, "row number of the ticket in the tickets frame"),
        _instant("at", "when it happened", nullable=False),
        Column("seq", pl.Int64(), False, "order among events of one ticket at one instant; `created` is always first"),
        Column("event", EVENT, False, f"what happened: {' '.join(EVENTS_OF)}"),
        Column("actor", ACTOR, True, f"who did it: {' '.join(ACTORS)}"),
        Column("public", pl.Boolean(), True, "visible to the requester (messages)"),
        _words(
            "field", "the field that changed (changes): a ticket column, `status` in the help desk's words or `state`"
        ),
        _words("old", "value before the change; null = empty"),
        _words("new", "value after the change; null = empty. For `work`, a duration"),
    ),
)

PROBLEMS = Frame(
    "problems",
    "a row of the export that could not be used as it stands",
    ("file", "row", "column", "code"),
    (
        _text("code", "stable snake_case word for the kind of problem", nullable=False),
        _text("file", "the file it is in", nullable=False),
        Column("row", pl.UInt32(), True, "row in the file, header = 1; null = the whole file"),
        _text("column", "the column as the export names it"),
        _text("value", "the value as exported"),
        _text("what", "what is wrong and what was done with the row", nullable=False),
        _text("hint", "what to do about it", nullable=False),
        Column("rejected", pl.Boolean(), False, "true: the row was not used; false: it was used as `what` says"),
    ),
)


def conform(frame: pl.DataFrame, contract: Frame) -> pl.DataFrame:
    """`frame` with the contract's columns first, in its order and types; missing nullable ones become null.

    Other columns (custom fields) follow in their own order. Raises `ValueError` on a missing column that may not
    be null, or a null in one: that is a defect of the caller, not of the input.
    """
    missing = [c for c in contract.columns if c.name not in frame.columns]
    if needed := [c.name for c in missing if not c.nullable]:
        raise ValueError(f"{contract.name}: missing columns {needed}")
    columns = [
        pl.lit(None, c.dtype).alias(c.name) if c in missing else pl.col(c.name).cast(c.dtype) for c in contract.columns
    ]
    extra = [name for name in frame.columns if name not in contract.names]
    conformed = frame.select(*columns, *extra)
    if nulls := [c.name for c in contract.columns if not c.nullable and conformed[c.name].null_count()]:
        raise ValueError(f"{contract.name}: nulls in {nulls}")
    return conformed
