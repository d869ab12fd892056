"""How each metric is spoken of: what was due, and the words for its coming."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """`subject` is due and comes. `of` names a clock that can run several times by its start, if a message started it.

    `due` and `done` are the verbs: `was due … and came`. A span of time (`is_span`) `was to end … and ended`.
    """

    subject: str
    of: str = ""
    due: str = "due"
    would: str = "would be due"
    done: str = "came"
    has_done: str = "come"

    @property
    def is_span(self) -> bool:
        """Whether it is something that lasts and shall end, rather than something that shall come."""
        return self.done == "ended"


_ENDS = {"due": "to end", "would": "would have to end", "done": "ended", "has_done": "ended"}
_UPDATE = "The update that follows the agent's message"
PHRASES = {
    "first_reply": Phrases("The first reply"),
    "next_reply": Phrases("The next reply", "The reply to the requester's message"),
    "periodic_update": Phrases("The next update", _UPDATE),
    "pausable_update": Phrases("The next update", _UPDATE),
    "requester_wait": Phrases("The requester's wait", **_ENDS),
    "agent_work": Phrases("The work of the agents", **_ENDS),
    "resolution": Phrases("The solution"),
    "first_resolution": Phrases("The first solution"),
    "first_assign": Phrases("The assignment to an agent"),
    "ownership": Phrases("The turn of the department", **_ENDS),
    "chat_answer": Phrases("The answer to the chat", "The answer to the chat"),
    "call_answer": Phrases("The answer to the call", "The answer to the call"),
}


def phrases_of(metric: str, title: str) -> Phrases:
    """The phrases of a metric; those of a policy's own call it by its title."""
    return PHRASES.get(metric) or Phrases(f"“{title}”", **_ENDS)
