"""Why a stretch of a clock did not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slaaudit.conditions import Condition
from slaaudit.engine.timeline import Timeline
from slaaudit.frames import GONE_STATES
from slaaudit.policy import Metric

_GONE = {"spam": "the ticket is marked as spam", "deleted": "the ticket is deleted", "merged": "the ticket is merged"}
_STATES = {
    "new": "the ticket is new",
    "open": "the ticket is open",
    "pending": "waiting for the requester",
    "on_hold": "waiting for someone else",
}


def why_not_counted(stretch: Mapping[str, Any], metric: Metric, pause: Condition | None, timeline: Timeline) -> str:
    """What keeps a stretch (`engine.stretches.STRETCHES`) from counting, by the first of what the engine looks at."""
    row = stretch["row"]
    state = timeline.rows["state"][row]
    if not stretch["running"]:
        return _GONE[state] if state in GONE_STATES else "the ticket is solved"
    condition = pause if stretch["counts"] else metric.counts_in
    assert condition is not None
    if condition.columns() <= {"state", "status"}:
        return _STATES.get(state, f"the ticket is {state}")
    return condition.describe() if stretch["counts"] else f"it counts only while {condition.describe()}"
