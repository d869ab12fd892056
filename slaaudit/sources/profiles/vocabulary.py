"""What the columns of a profile's tables may be called, and which words belong into which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from slaaudit.frames import ACTORS, CUSTOM, EVENTS, EVENTS_OF, INSTANT, STATES, TICKETS
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.sources.profiles.tables import Holds

AFTER = ".after"  # a duration since the creation, in place of the instant
VENDOR = ("vendor_due.", "vendor_outcome.", "vendor_elapsed.")  # and a metric: the help desk's own clocks
OUTCOMES = ("fulfilled", "missed", "running", "paused", "cancelled")
UNITS = ("minutes", "hours", "seconds", "milliseconds", "days", "hms", "since_1970")
REQUESTER = "requester_of_ticket"  # of rows of events: the requester that the row itself names
UNKNOWN = "unknown"  # of messages: nothing tells whether the requester could see them
OTHER_ID = "other_id"  # a second id of the ticket, by which other tables may name it

_TICKETS = tuple(name for name in TICKETS.names if name != "source_row")
_EVENTS = ("ticket_id", *(name for name in EVENTS.names if name != "ticket_row"), REQUESTER)
_CLOCKS = ("metric", "due_at", "outcome", "elapsed", "started_at", "ended_at")
_TRUTHS = ("true", "false")
_DURATIONS = ("elapsed", "new")


@cache
def known_columns(holds: Holds) -> tuple[str, ...]:
    """The canonical columns that a table may have; of tickets also `custom.NAME`."""
    if holds in ("events", "names", "nothing"):
        return {"events": _EVENTS, "names": ("id", "name", "role")}.get(holds, ())
    instants = [name for name, dtype in TICKETS.schema.items() if dtype == INSTANT and name != "created_at"]
    vendor = [f"{prefix}{metric}" for prefix in VENDOR for metric in builtin_metrics()]
    own = {"updates": (OTHER_ID, "at", "seq", "actor"), "clocks": _CLOCKS}.get(holds, (OTHER_ID,))
    return (*_TICKETS, *own, *(f"{name}{AFTER}" for name in instants), *vendor)


def shown_columns(holds: Holds) -> tuple[str, ...]:
    """The same for a message: METRIC and NAME stand for what would be a long list."""
    plain = tuple(column for column in known_columns(holds) if "." not in column)
    if not is_known(f"{CUSTOM}NAME", holds):
        return plain
    return (*plain, f"STAMP{AFTER}", *(f"{prefix}METRIC" for prefix in VENDOR), f"{CUSTOM}NAME")


def is_known(column: str, holds: Holds) -> bool:
    """Whether a table that holds this may have the column."""
    if column.startswith(CUSTOM):
        return len(column) > len(CUSTOM) and holds in ("tickets", "updates", "details", "clocks")
    return column in known_columns(holds)


def our_words(column: str) -> tuple[str, ...]:
    """The only words that can be in a column; empty if it can hold any."""
    words: Mapping[str, Iterable[str]] = {
        "event": EVENTS_OF,
        "actor": ACTORS,
        "role": ACTORS,
        "public": (*_TRUTHS, UNKNOWN),
        "deleted": _TRUTHS,
        "from_invitation": _TRUTHS,
        "state": STATES,
        "outcome": OUTCOMES,
        "metric": builtin_metrics(),
    }
    return OUTCOMES if column.startswith("vendor_outcome.") else tuple(words.get(column, ()))


def is_duration(column: str) -> bool:
    """Whether the column holds a duration, which has a unit."""
    return column in _DURATIONS or column.endswith(AFTER) or column.startswith("vendor_elapsed.")


def is_outcome(column: str) -> bool:
    """Whether the column holds the help desk's own verdict."""
    return column == "outcome" or column.startswith("vendor_outcome.")
