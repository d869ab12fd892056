"""Tickets at the edges of the rules, told by hand, and the rows that no program can use as they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .hours import SUMMER, WINTER, local
from .tickets import Ticket

Row = dict[str, str]

GOLD = {"account": "Nine Alders Bakery", "customer_group": "gold", "plan": "Enterprise"}
NO_CONTRACT = {"account": "", "customer_group": "", "plan": "Free", "department": "Support"}
PLAIN = {"channel": "email", "priority": "normal", "tags": "", "referrer_url": "", "from_invitation": "false"}


def _answered_at(ticket: Ticket, answered_at: datetime) -> None:
    """Created, answered at that instant by whoever was there, and solved with it."""
    ticket.log("created", "requester")
    ticket.now = local(answered_at)
    ticket.change("agent", "Anouk")
    ticket.change("status", "Open")
    ticket.say("agent")
    ticket.change("status", "Solved")


def _during_the_clock_change(ticket: Ticket) -> None:
    """Fifty minutes, although the clock on the wall says ten minutes less than none."""
    ticket.begin_with(**PLAIN | GOLD | {"priority": "urgent", "subject": "Oven controller offline since 02:10"})
    _answered_at(ticket, datetime(2026, 10, 25, 2, 20, tzinfo=WINTER))


def _after_the_clock_change(ticket: Ticket) -> None:
    """An hour and a quarter: too late for an urgent ticket of a gold customer."""
    ticket.begin_with(**PLAIN | GOLD | {"priority": "urgent", "subject": "Oven controller offline again"})
    _answered_at(ticket, datetime(2026, 10, 25, 3, 45, tzinfo=WINTER))


def _at_the_last_second(ticket: Ticket) -> None:
    """Eight office hours to the second, at closing time."""
    ticket.begin_with(**PLAIN | NO_CONTRACT | {"subject": "Answered at the last second"})
    _answered_at(ticket, datetime(2026, 9, 8, 17, 30, tzinfo=SUMMER))


def _a_second_too_late(ticket: Ticket) -> None:
    """Eight office hours and one second, at the next opening."""
    ticket.begin_with(**PLAIN | NO_CONTRACT | {"subject": "Answered a second too late"})
    _answered_at(ticket, datetime(2026, 9, 10, 8, 30, 1, tzinfo=SUMMER))


def _at_the_weekend(ticket: Ticket) -> None:
    """Answered outside office hours: no time at all."""
    ticket.begin_with(**PLAIN | NO_CONTRACT | {"subject": "Answered on a Saturday"})
    _answered_at(ticket, datetime(2026, 9, 12, 11, 0, tzinfo=SUMMER))


def _just_a_test(ticket: Ticket) -> None:
    """Made by the help desk's own people to try something."""
    ticket.begin_with(**PLAIN | NO_CONTRACT | {"tags": "test", "subject": "Please ignore: testing the mail form"})
    ticket.log("created", "requester")
    ticket.wait(600)
    ticket.change("status", "Closed")


STORIES: dict[datetime, Callable[[Ticket], None]] = {
    datetime(2026, 8, 18, 10, 15, 0, tzinfo=SUMMER): _just_a_test,
    datetime(2026, 9, 8, 9, 0, 0, tzinfo=SUMMER): _at_the_last_second,
    datetime(2026, 9, 9, 9, 0, 0, tzinfo=SUMMER): _a_second_too_late,
    datetime(2026, 9, 12, 10, 0, 0, tzinfo=SUMMER): _at_the_weekend,
    datetime(2026, 10, 25, 2, 30, 0, tzinfo=SUMMER): _during_the_clock_change,
    datetime(2026, 10, 25, 2, 30, 0, tzinfo=WINTER): _after_the_clock_change,
    datetime(2026, 11, 3, 14, 30, 0, tzinfo=WINTER): _just_a_test,
}
ARRIVALS = tuple(STORIES)


def with_bad_tickets(rows: list[Row]) -> list[Row]:
    """`rows` with five bad ones among them."""
    stranger = {
        "status": "New",
        "agent": "",
        "changed_at": "",
        "first_reply_at": "",
        "solved_at": "",
        "closed_at": "",
    }
    no_such_day = rows[150] | stranger | {"ticket_id": "HD-90001", "created_at": "2026-09-31T10:00:00+02:00"}
    no_id = rows[400] | stranger | {"ticket_id": ""}
    one_word = rows[800] | stranger | {"ticket_id": "HD-90002", "priority": "low"}
    other_word = one_word | {"priority": "high"}
    return [
        *rows[:151], no_such_day, *rows[151:401], no_id, *rows[401:610], rows[600], *rows[610:801],
        one_word, other_word, *rows[801:],
    ]  # fmt: skip


def with_bad_events(rows: list[Row]) -> list[Row]:
    """`rows` with four bad ones among them."""
    model = next(row for row in rows[5000:] if row["event"] == "message" and row["actor"] == "agent")
    unknown_ticket = model | {"ticket_id": "HD-99999", "seq": "2"}
    too_early = model | {"at": "2026-08-01T09:00:00+02:00", "seq": "900"}
    unknown_word = model | {"event": "escalated", "seq": "901", "public": ""}
    place = rows.index(model) + 1
    return [*rows[:place], too_early, unknown_word, model, *rows[place:], unknown_ticket]
