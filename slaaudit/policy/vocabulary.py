"""The words that a policy may use: columns of conditions, events, states, and what an export can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.conditions.operands import written
from slaaudit.conditions.tree import Comparison
from slaaudit.frames import ACTORS, CUSTOM, EVENTS_OF, STATES, TICKETS
from slaaudit.problems import did_you_mean

# What the ticket's messages say, next to the columns of the tickets frame.
TICKET_SCHEMA: dict[str, pl.DataType] = {
    **TICKETS.schema,
    "last_message_by": pl.String(),
    "last_message_public": pl.Boolean(),
}
EVENT_SCHEMA: dict[str, pl.DataType] = {
    **TICKET_SCHEMA,
    "event": pl.String(),
    "actor": pl.String(),
    "public": pl.Boolean(),
    "field": pl.String(),
    "old": pl.String(),
    "new": pl.String(),
    "replied": pl.Boolean(),
    "opened_by": pl.String(),
}
DERIVED_EVENTS = ("solved", "reopened", "assigned", "owned", "disowned")
SHOWS = (
    "messages", "first_reply", "status_changes", "solves", "agent_changes", "department_changes", "changes", "chats",
    "calls", "work",
)  # fmt: skip
TRIGGERS = ("created", "changed", "requester_message", "agent_reply", "note")

WORDS: dict[str, tuple[str, ...]] = {
    "state": STATES,
    "event": (*EVENTS_OF, *DERIVED_EVENTS),
    "actor": ACTORS,
    "opened_by": ("requester", "agent"),
    "last_message_by": ACTORS,
}
_SHOWN_BY: dict[str, str] = {
    "message": "messages",
    "change": "changes",
    "chat_started": "chats",
    "chat_answered": "chats",
    "call_started": "calls",
    "call_answered": "calls",
    "work": "work",
    "solved": "status_changes",
    "reopened": "status_changes",
    "assigned": "agent_changes",
    "owned": "department_changes",
    "disowned": "department_changes",
}
_CHANGES_OF = {
    "state": "status_changes",
    "status": "status_changes",
    "agent": "agent_changes",
    "department": "department_changes",
}


def word_mistakes(comparison: Comparison) -> Iterator[tuple[int, str, str]]:
    """(number, what, hint) for each operand that is no word of a column with a fixed list of words."""
    known = WORDS.get(comparison.column)
    for number, operand in enumerate(comparison.operands if comparison.operator == "is" else ()):
        word = written(operand)
        if known and word.lower() not in known:
            hint = did_you_mean(word, known) or f"use one of {', '.join(known)}"
            yield number, f"'{word}' is no word for '{comparison.column}'", hint
        elif comparison.column == "field" and not is_field(word):
            yield number, f"'{word}' is no field of a ticket", field_hint(word)


def column_hint(name: str, schema: Mapping[str, pl.DataType]) -> str:
    """What to write instead of a column that conditions of this kind do not have."""
    if name in EVENT_SCHEMA:
        return "only start, stop and sum of a metric look at events"
    return did_you_mean(name, schema) or f"a column that slaaudit has no name for is written {CUSTOM}{name}"


def is_field(name: str) -> bool:
    """Whether a ticket can have a field of this name whose changes are events."""
    return name in TICKETS.names or name == "level" or name.startswith(CUSTOM)


def field_hint(name: str) -> str:
    """What to write instead of a field that no ticket has."""
    return (
        did_you_mean(name, (*TICKETS.names, "level"))
        or f"a column that slaaudit has no name for is written {CUSTOM}{name}"
    )


def needs_of(
    events: tuple[Condition | None, ...], counts_in: Condition | None, *, ends_at_solve: bool
) -> tuple[str, ...]:
    """What an export must show for a clock over these event conditions that does not say its `needs` itself."""
    words = {
        written(operand).lower()
        for condition in events
        for comparison in (condition.comparisons() if condition else ())
        if comparison.column == "event"
        for operand in comparison.operands
    }
    needs = {_SHOWN_BY[word] for word in words if word in _SHOWN_BY}
    if counts_in:
        needs |= {_CHANGES_OF.get(column, "changes") for column in counts_in.columns()}
    if ends_at_solve:
        needs.add("solves")
    return tuple(word for word in SHOWS if word in needs)
