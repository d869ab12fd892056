"""How fast the help desk is: what its agents aim at, how often they miss it, and when everything takes longer."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from .chance import Curve
from .hours import HOUR
from .tickets import Ticket


class Promise(NamedTuple):
    """What the agents aim at for one kind of customer: the desk that counts, and seconds to a reply."""

    desk: str
    reply: int


class Crowd(NamedTuple):
    """A stretch of days on which a department was slow (pace in per cent) and got more tickets than usual."""

    department: str
    first: date
    last: date
    pace: int
    extra_tickets: int  # a working day


PROMISES = {"gold": Promise("extended", 2 * HOUR), "silver": Promise("office", 4 * HOUR)}
OTHERS = Promise("office", 8 * HOUR)
ON_DUTY = Promise("always", HOUR)  # urgent tickets of gold customers
SOLVED_IN = {"urgent": 9 * HOUR, "high": 18 * HOUR, "normal": 36 * HOUR, "low": 60 * HOUR}
HURRY = {"urgent": 55, "high": 80, "normal": 100, "low": 110}  # per cent of the usual time to a reply
SLOW_AGENTS = {"Koen": 130, "Femke": 115}

CROWDS = (
    Crowd("Support", date(2026, 8, 17), date(2026, 8, 28), 140, 2),  # holidays
    Crowd("Technical", date(2026, 9, 16), date(2026, 9, 18), 260, 12),  # the outage
    Crowd("Billing", date(2026, 10, 1), date(2026, 10, 30), 230, 3),  # the new invoicing system
    Crowd("Sales", date(2026, 11, 2), date(2026, 11, 13), 180, 2),  # the autumn campaign
)

# Permille of what was aimed at, from the quickest case to the slowest; below those, seconds.
REPLY: Curve = ((0, 5), (200, 60), (500, 260), (800, 600), (955, 900), (985, 1400), (1000, 4000))
NEXT_REPLY: Curve = ((0, 5), (300, 100), (700, 420), (930, 900), (980, 1300), (1000, 3000))
EFFORT: Curve = ((0, 40), (300, 260), (600, 600), (760, 880), (910, 1600), (1000, 3500))
CHAT_ANSWER: Curve = ((0, 4), (500, 22), (900, 56), (960, 90), (1000, 400))
CALL_ANSWER: Curve = ((0, 2), (500, 11), (940, 25), (975, 45), (1000, 180))
CUSTOMER_WRITES: Curve = ((0, HOUR // 4), (500, 5 * HOUR), (900, 20 * HOUR), (1000, 60 * HOUR))
WORK = (("5m", 10), ("10m", 20), ("15m", 24), ("25m", 24), ("40m", 14), ("1h", 6), ("1h30m", 3))


def promise_of(ticket: Ticket) -> Promise:
    """What the agents aim at for this ticket, as it is now."""
    group, priority = ticket.fields["customer_group"], ticket.fields["priority"]
    if (group, priority) == ("gold", "urgent"):
        return ON_DUTY
    return PROMISES.get(group, OTHERS)


def paced(ticket: Ticket, seconds: int) -> int:
    """`seconds`, longer or shorter for the priority, the agent, and how busy the department is."""
    fields = ticket.fields
    pace = SLOW_AGENTS.get(fields["agent"], 100) * HURRY[fields["priority"]]
    for crowd in CROWDS:
        if crowd.department == fields["department"] and crowd.first <= ticket.now.date() <= crowd.last:
            pace = pace * crowd.pace // 100
    return max(1, seconds * pace // 10_000)
