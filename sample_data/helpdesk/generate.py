"""Writes the sample data: one quarter of an invented help desk, the same bytes on every machine.

    python generate.py [FOLDER]        # without a folder: tickets.csv and events.csv next to this file

The quarter has the clock change of 25 October 2026 in it, a busy department each month, a few tickets at the
edges of the rules, and a few rows that no program can use as they stand.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from generator import edges, words
from generator.chance import Chance
from generator.habits import CROWDS, Crowd
from generator.hours import HOUR, WINTER, is_open, on_clock
from generator.stories import merge, tell
from generator.tickets import EVENT_COLUMNS, TICKET_COLUMNS, Ticket

SEED = 20261025
FIRST_DAY = date(2026, 8, 15)
DAYS = 92
EXPORTED_AT = datetime(2026, 11, 14, 18, tzinfo=WINTER)

TICKETS_A_DAY = (31, 26, 25, 23, 19, 6, 4)  # Monday to Sunday
USUAL_DAY = 25
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 5, 14, 40, 70, 75, 66, 45, 55, 62, 58, 48, 30, 16, 12, 11, 10, 7, 4)
HOURS_OF_DAY = tuple(enumerate(HOUR_WEIGHTS))  # from midnight


def main(folder: Path) -> None:
    """Both files, written into `folder`."""
    tickets = all_tickets()
    ticket_rows = [ticket.ticket_row() for ticket in tickets]
    event_rows = [row for ticket in tickets for row in ticket.event_rows()]
    write(folder / "tickets.csv", TICKET_COLUMNS, edges.with_bad_tickets(ticket_rows))
    write(folder / "events.csv", EVENT_COLUMNS, edges.with_bad_events(event_rows))


def write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    """One CSV file: UTF-8, LF, quoted only where it must be."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def all_tickets() -> list[Ticket]:
    """The quarter's tickets in the order of their creation, their stories told up to the export."""
    arrivals = sorted([*random_arrivals(Chance(SEED, 0)), *edges.ARRIVALS])
    tickets: list[Ticket] = []
    for number, created_at in enumerate(arrivals, start=1):
        chance = Chance(SEED, number)
        ticket = Ticket(f"HD-{10_000 + number}", created_at, new_fields(number, created_at, chance), chance)
        tell_story(ticket, tickets)
        ticket.cut(EXPORTED_AT)
        tickets.append(ticket)
    return tickets


def tell_story(ticket: Ticket, earlier: Sequence[Ticket]) -> None:
    """What happens to one ticket: an edge case, a doublet of the one before it, or a usual story."""
    by_mail = ticket.fields["channel"] in ("email", "web")
    if edge := edges.STORIES.get(ticket.created_at):
        edge(ticket)
    elif earlier and by_mail and ticket.chance.happens(14):
        same = ("requester", "account", "customer_group", "plan", "subject")
        ticket.begin_with(**{field: earlier[-1].first_fields[field] for field in same})
        merge(ticket, into=earlier[-1].ticket_id)
    else:
        tell(ticket, opened_by_agent=by_mail and is_open("office", ticket.now) and ticket.chance.happens(45))


def random_arrivals(chance: Chance) -> Iterable[datetime]:
    """The instants at which tickets are created, more on working days and in office hours."""
    for day in (FIRST_DAY + timedelta(days=n) for n in range(DAYS)):
        usual = TICKETS_A_DAY[day.weekday()] + chance.between(-2, 3)
        for _ in range(usual + sum(crowd.extra_tickets for crowd in crowds_on(day))):
            created_at = on_clock(day, chance.weighted(HOURS_OF_DAY) * HOUR + chance.below(HOUR))
            if created_at <= EXPORTED_AT:
                yield created_at


def new_fields(number: int, created_at: datetime, chance: Chance) -> dict[str, str]:
    """What a ticket says at its creation."""
    account, group, domain, plans = chance.weighted(words.CUSTOMERS)
    department = chance.weighted([*words.DEPARTMENTS, *extra_weights(created_at.date())])
    channels = words.CHANNELS_BY_DAY if is_open("office", created_at) else words.CHANNELS_BY_NIGHT
    channel = chance.weighted(channels)
    subject = words.ODD_SUBJECTS.get(number, chance.one_of(words.SUBJECTS[department]))
    return {
        "requester": f"{chance.one_of(words.FIRST_NAMES)}.{chance.one_of(words.LAST_NAMES)}@{domain}",
        "account": account,
        "customer_group": group,
        "department": department,
        "agent": "",
        "priority": chance.weighted(words.PRIORITIES),
        "status": "New",
        "channel": channel,
        "tags": "|".join(tag for tag in words.TAGS[department] if chance.happens(280)),
        "subject": subject.replace("{number}", str(chance.between(10, 9999))),
        "referrer_url": chance.one_of(words.PAGES) if channel in ("web", "chat") else "",
        "from_invitation": "true" if channel == "chat" and chance.happens(400) else "false",
        "plan": chance.one_of(plans),
    }


def extra_weights(day: date) -> list[tuple[str, int]]:
    """What a busy day adds to the departments' weights, which are per cent of a usual day's tickets."""
    return [(crowd.department, crowd.extra_tickets * 100 // USUAL_DAY) for crowd in crowds_on(day)]


def crowds_on(day: date) -> list[Crowd]:
    """The busy stretches that a working day falls into."""
    return [crowd for crowd in CROWDS if crowd.first <= day <= crowd.last and day.weekday() < 5]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
