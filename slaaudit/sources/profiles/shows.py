"""What an export shows, from what it holds: the same rules for every help desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """What proves that an export shows something: any of these ticket columns, or an event of these kinds.

    `fields`: of changes, only those of these fields; none named: of any.
    """

    columns: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def is_in(self, columns: frozenset[str], kinds: Iterable[tuple[str, str | None]]) -> bool:
        """Whether an export with these ticket columns and events of these kinds (event, field) has it."""
        return bool(self.columns & columns) or any(
            event in self.events and (not self.fields or field in self.fields) for event, field in kinds
        )


def _events(*events: str) -> Evidence:
    return Evidence(events=frozenset(events))


def _changes(*fields: str) -> Evidence:
    return Evidence(events=frozenset({"change"}), fields=frozenset(fields))


def _columns(*columns: str) -> Evidence:
    return Evidence(columns=frozenset(columns))


# In the order of `export.SHOWS`: any of these proves it.
EVIDENCE: Mapping[str, tuple[Evidence, ...]] = {
    "messages": (_events("message"),),
    "first_reply": (_events("message"), _columns("first_reply_at")),
    "status_changes": (_changes("status", "state"),),
    "solves": (_changes("status", "state"), _columns("solved_at", "closed_at")),
    "agent_changes": (_changes("agent"),),
    "department_changes": (_changes("department"),),
    "changes": (_changes(),),
    "chats": (_events("chat_started", "chat_answered"),),
    "calls": (_events("call_started", "call_answered"),),
    "work": (_events("work"),),
}


def shown(columns: Iterable[str], kinds: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """What an export shows (words of `export.SHOWS`) that has these ticket columns and events of these kinds."""
    # a stamp may be told as the time since the creation
    columns, kinds = frozenset(name.removesuffix(".after") for name in columns), list(kinds)
    return frozenset(word for word, proofs in EVIDENCE.items() if any(proof.is_in(columns, kinds) for proof in proofs))
