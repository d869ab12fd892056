"""What happens to a ticket, from its creation to the end of its story."""

from __future__ import annotations

from .chance import Curve
from .habits import (
    CALL_ANSWER,
    CHAT_ANSWER,
    CUSTOMER_WRITES,
    EFFORT,
    HURRY,
    NEXT_REPLY,
    REPLY,
    SOLVED_IN,
    WORK,
    paced,
    promise_of,
)
from .hours import DAY, HOUR, MINUTE
from .tickets import WAITING, Ticket
from .words import AGENTS


def tell(ticket: Ticket, *, opened_by_agent: bool) -> None:
    """Everything that ever happens to `ticket`."""
    channel = ticket.fields["channel"]
    ticket.log("created", "agent" if opened_by_agent else "requester")
    if opened_by_agent:
        _reach_out(ticket)
    elif channel == "chat":
        _chat(ticket)
    elif channel == "call":
        _call(ticket)
    else:
        _mail(ticket)


def merge(ticket: Ticket, into: str) -> None:
    """The second ticket about the same matter ends in the first one."""
    ticket.log("created", "requester")
    ticket.wait_for(promise_of(ticket).desk, ticket.chance.between(5 * MINUTE, 2 * HOUR))
    ticket.log("merged", "agent", new=into)
    ticket.change("status", "Merged")


def _mail(ticket: Ticket) -> None:
    chance = ticket.chance
    if chance.happens(300):
        ticket.wait(chance.between(1, 20))
        ticket.say("system")
    if chance.happens(25):
        ticket.wait_for("office", chance.between(MINUTE, 4 * HOUR))
        ticket.change("status", "Spam")
    elif chance.happens(8):
        ticket.wait_for("office", chance.between(MINUTE, DAY))
        ticket.log("deleted", "agent")
        ticket.change("status", "Deleted")
    elif chance.happens(8):
        return  # nobody ever looks at it
    else:
        _triage(ticket)
        _answer(ticket)
        _work_until_solved(ticket)


def _chat(ticket: Ticket) -> None:
    chance = ticket.chance
    ticket.log("chat_started", "requester")
    _assign(ticket, "system")
    if chance.happens(55):
        ticket.wait(chance.between(8, 100))
        ticket.change("status", "Closed", "system")  # the visitor left
        return
    ticket.wait(paced(ticket, chance.along(CHAT_ANSWER)))
    ticket.log("chat_answered", "agent")
    ticket.change("status", "Open")
    for _ in range(chance.between(1, 2)):
        ticket.wait(chance.between(10, 60))
        ticket.say("agent")
        ticket.wait(chance.between(15, 90))
        ticket.say("requester")
    _end_live(ticket)


def _call(ticket: Ticket) -> None:
    chance = ticket.chance
    ticket.log("call_started", "requester")
    _assign(ticket, "system")
    if chance.happens(60):
        ticket.wait(chance.between(5, 45))
        ticket.change("status", "Closed", "system")  # hung up while waiting
        return
    ticket.wait(paced(ticket, chance.along(CALL_ANSWER)))
    ticket.log("call_answered", "agent")
    ticket.change("status", "Open")
    ticket.wait(chance.between(60, 900))
    ticket.note()
    ticket.log("work", "agent", new=f"{chance.between(3, 16)}m")
    _end_live(ticket)


def _end_live(ticket: Ticket) -> None:
    ticket.wait(ticket.chance.between(5, 40))
    ticket.say("agent")
    if ticket.chance.happens(700):
        ticket.change("status", "Solved")
        _close(ticket)
    else:
        _work_until_solved(ticket)


def _reach_out(ticket: Ticket) -> None:
    _pick_up(ticket)
    ticket.say("agent")
    ticket.change("status", WAITING)
    if ticket.chance.happens(800):
        _customer_writes(ticket)
        _answer(ticket)
        _work_until_solved(ticket)


def _triage(ticket: Ticket) -> None:
    """Somebody looks at the ticket, perhaps passes it on, and somebody takes it."""
    chance = ticket.chance
    ticket.wait_for(promise_of(ticket).desk, paced(ticket, chance.along(REPLY) * promise_of(ticket).reply // 4000))
    if chance.happens(90):
        new = chance.one_of([priority for priority in HURRY if priority != ticket.fields["priority"]])
        ticket.change("priority", new)
    if chance.happens(110):
        _hand_over(ticket)
    _pick_up(ticket)
    if chance.happens(120):
        ticket.wait(chance.between(20, 600))
        ticket.note()


def _hand_over(ticket: Ticket) -> None:
    others = [department for department in AGENTS if department != ticket.fields["department"]]
    ticket.change("agent", "")
    ticket.change("department", ticket.chance.one_of(others))
    ticket.wait_for(promise_of(ticket).desk, ticket.chance.between(5 * MINUTE, HOUR))


def _pick_up(ticket: Ticket) -> None:
    _assign(ticket, "agent")
    ticket.change("status", "Open")


def _assign(ticket: Ticket, actor: str) -> None:
    ticket.change("agent", ticket.chance.one_of(AGENTS[ticket.fields["department"]]), actor)


def _answer(ticket: Ticket, curve: Curve = REPLY) -> None:
    """The agent replies to the requester, sooner or later, and perhaps asks something back."""
    promise = promise_of(ticket)
    ticket.wait_for(promise.desk, paced(ticket, ticket.chance.along(curve) * promise.reply // 1000))
    ticket.say("agent")
    if ticket.chance.happens(340):
        ticket.log("work", "agent", new=ticket.chance.weighted(WORK))


def _work_until_solved(ticket: Ticket) -> None:
    chance = ticket.chance
    while chance.happens(300):
        ticket.change("status", WAITING)
        if chance.happens(60):
            return  # the requester never writes again
        _customer_writes(ticket)
        _answer(ticket, NEXT_REPLY)
    if chance.happens(70):
        _hold(ticket)
    if chance.happens(520):
        _make_an_effort(ticket)
    if chance.happens(12):
        return  # forgotten
    ticket.change("status", "Solved")
    _after_solved(ticket)


def _customer_writes(ticket: Ticket) -> None:
    ticket.wait_for("requesters", ticket.chance.along(CUSTOMER_WRITES))
    ticket.say("requester")
    ticket.change("status", "Open", "system")


def _hold(ticket: Ticket) -> None:
    ticket.change("status", "On hold")
    ticket.note()
    ticket.wait_for("office", ticket.chance.between(2 * HOUR, 40 * HOUR))
    ticket.change("status", "Open")
    ticket.wait_for(promise_of(ticket).desk, ticket.chance.between(10 * MINUTE, 2 * HOUR))
    ticket.say("agent")


def _make_an_effort(ticket: Ticket) -> None:
    """Hours of work on the matter; gold customers hear about it in between, others may be passed on."""
    chance = ticket.chance
    left = paced(ticket, chance.along(EFFORT) * SOLVED_IN[ticket.fields["priority"]] // 1000)
    while left > 0:
        step = min(left, chance.between(4 * HOUR, 14 * HOUR))
        ticket.wait_for(promise_of(ticket).desk, step)
        left -= step
        if ticket.fields["customer_group"] == "gold" or left <= 0:
            ticket.say("agent")
        elif chance.happens(150):
            _hand_over(ticket)
            _pick_up(ticket)
    ticket.log("work", "agent", new=chance.weighted(WORK))


def _after_solved(ticket: Ticket) -> None:
    chance = ticket.chance
    if ticket.fields["plan"] == "Trial" and chance.happens(300):
        ticket.change("plan", "Starter", "system")
    if chance.happens(75):
        _customer_writes(ticket)
        ticket.tag("reopened")
        _answer(ticket, NEXT_REPLY)
        ticket.change("status", "Solved")
    _close(ticket)


def _close(ticket: Ticket) -> None:
    ticket.wait(4 * DAY)
    ticket.change("status", "Closed", "system")
