"""Events in words."""

from __future__ import annotations

from slaaudit.engine.timeline import Timeline
from slaaudit.explain.words import shortened

_LONGEST = 40  # letters of a value

_MESSAGES = {
    ("requester", True): "message of the requester",
    ("requester", False): "private message of the requester",
    ("agent", True): "reply of an agent",
    ("agent", False): "internal note",
    ("system", True): "automatic message",
    ("system", False): "automatic note",
}
_WORDS = {
    "chat_started": "chat started",
    "chat_answered": "chat answered",
    "call_started": "call started",
    "call_answered": "call answered",
    "merged": "ticket merged into another",
    "deleted": "ticket deleted",
}
_CREATED = {"requester": "ticket created by the requester", "agent": "ticket created by an agent"}


def event_in_words(timeline: Timeline, row: int) -> str:
    """What happened at an event of the timeline: `status: Open → Solved`, `reply of an agent`. Raw text."""
    event, actor, public, field, old, new = (
        timeline.rows[name][row] for name in ("event", "actor", "public", "field", "old", "new")
    )
    if event == "created":
        return _CREATED.get(actor, "ticket created")
    if event == "message":
        return _MESSAGES.get((actor, public is not False), "message")
    if event == "change":
        return f"{field or 'a field'}: {shown_word(old)} → {shown_word(new)}"
    if event == "work":
        return "work logged"
    return _WORDS.get(event, str(event))


def shown_word(text: str | None) -> str:
    """A value as it stands in a sentence: not too long, `(none)` for an empty one. Raw text."""
    return shortened(text, _LONGEST) if text else "(none)"
