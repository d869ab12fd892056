"""A ticket of the help desk: its fields, what happened to it, and how it looks when it is exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .chance import Chance
from .hours import later, local

TICKET_COLUMNS = (
    "ticket_id", "requester", "account", "customer_group", "department", "agent", "priority", "status",
    "channel", "tags", "subject", "referrer_url", "from_invitation", "created_at", "changed_at",
    "first_reply_at", "solved_at", "closed_at", "plan",
)  # fmt: skip
EVENT_COLUMNS = ("ticket_id", "at", "seq", "event", "actor", "public", "field", "old", "new")

WAITING = "Waiting for customer"
DONE = ("Solved", "Closed")


@dataclass(frozen=True)
class Event:
    """One thing that happened; the names are those of events.csv."""

    at: datetime
    event: str
    actor: str
    public: str = ""
    field: str = ""
    old: str = ""
    new: str = ""


class Ticket:
    """A ticket while its story is told; `now` only moves forward."""

    def __init__(self, ticket_id: str, now: datetime, fields: dict[str, str], chance: Chance) -> None:
        self.ticket_id = ticket_id
        self.created_at = now
        self.now = now
        self.chance = chance
        self.first_fields = dict(fields)
        self.fields = dict(fields)
        self.events: list[Event] = []

    def wait(self, seconds: int) -> None:
        """Real time passes."""
        self.now = local(self.now + timedelta(seconds=seconds))

    def wait_for(self, desk: str, seconds: int) -> None:
        """Time passes until `desk` has been open for so many seconds."""
        self.now = later(desk, self.now, seconds)

    def log(self, event: str, actor: str, *, public: str = "", new: str = "") -> None:
        """`event` happens now."""
        self.events.append(Event(self.now, event, actor, public, new=new))

    def say(self, actor: str) -> None:
        """A message that the requester can see."""
        self.log("message", actor, public="true")

    def note(self) -> None:
        """A message among agents."""
        self.log("message", "agent", public="false")

    def change(self, field: str, new: str, actor: str = "agent") -> None:
        """A field gets another value now; nothing happens if it has it already."""
        if (old := self.fields[field]) != new:
            self.events.append(Event(self.now, "change", actor, field=field, old=old, new=new))
            self.fields[field] = new

    def begin_with(self, **fields: str) -> None:
        """Other values than those it was made with, before anything happens to it."""
        self.first_fields |= fields
        self.fields |= fields

    def tag(self, word: str) -> None:
        """A tag more."""
        self.change("tags", "|".join([*filter(None, self.fields["tags"].split("|")), word]), "system")

    def cut(self, exported_at: datetime) -> None:
        """Forget what happened after the export was taken, and what it changed."""
        self.events = [event for event in self.events if event.at <= exported_at]
        self.fields = self.first_fields | {event.field: event.new for event in self.events if event.field}

    def ticket_row(self) -> dict[str, str]:
        """The ticket's row of tickets.csv."""
        answers = [e.at for e in self.events if (e.event, e.actor, e.public) == ("message", "agent", "true")]
        done = self.fields["status"] in DONE
        stamps = {
            "created_at": self.created_at,
            "changed_at": self.events[-1].at,
            "first_reply_at": answers[0] if answers else None,
            "solved_at": self._last_became("Solved") if done else None,
            "closed_at": self._last_became("Closed") if done else None,
        }
        return {"ticket_id": self.ticket_id} | self.fields | {name: shown(at) for name, at in stamps.items()}

    def event_rows(self) -> list[dict[str, str]]:
        """The ticket's rows of events.csv, in order."""
        return [
            {"ticket_id": self.ticket_id, "seq": str(seq)} | vars(event) | {"at": shown(event.at)}
            for seq, event in enumerate(self.events, start=1)
        ]

    def _last_became(self, status: str) -> datetime | None:
        return max((e.at for e in self.events if e.field == "status" and e.new == status), default=None)


def shown(at: datetime | None) -> str:
    """ISO 8601 with the offset of that day; nothing for no time stamp."""
    return at.isoformat() if at else ""
