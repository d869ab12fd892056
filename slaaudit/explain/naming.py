"""What clocks are called, who the ticket is about, and what was promised: shared by the renderers. Raw text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slaaudit.explain.matching import shown_value
from slaaudit.explain.story import ClockStory, Explanation
from slaaudit.explain.words import full, hms, local, shortened

NOBODY = "(none)"
_LONGEST = 200  # letters of a value


def clock_names(clocks: Sequence[ClockStory]) -> list[tuple[str, ClockStory]]:
    """Each clock with its name: the title of its metric, numbered where there are several."""
    titles = [clock.title for clock in clocks]
    return [
        (
            f"{clock.title} {clock.row['cycle']}"
            if titles.count(clock.title) > 1 and clock.row["cycle"]
            else clock.title,
            clock,
        )
        for clock in clocks
    ]


def title(story: Explanation) -> str:
    """The ticket's id and subject."""
    return f"{story.ticket['ticket_id']}  {shortened(story.ticket['subject'] or '', _LONGEST)}".strip()


def remarks(story: Explanation) -> list[str]:
    """What must be known about the export, and the rows of the ticket that could not be used as exported."""
    problems = [f"{problem.where}: {shortened(problem.what, _LONGEST)}" for problem in story.problems]
    return [*story.notes, *problems]


def crosses_years(story: Explanation) -> bool:
    """Whether dates without their year would be ambiguous: something of the ticket was in one year, and something of
    its clocks in another.
    """
    instants = [story.ticket["created_at"], *(span.starts for span in story.levels)]
    for clock in story.clocks:
        instants += [clock.row[name] for name in ("sla_started", "due_date", "closed")] if clock.is_judged else []
        instants += [moment.at for moment in clock.moments]
    return len({local(instant, story.timezone).year for instant in instants if instant is not None}) > 1


def facts(story: Explanation) -> list[tuple[str, str]]:
    """Who and what the ticket is about, as of the as-of instant: label and value."""
    ticket = story.ticket

    def value(name: str) -> str:
        return shortened(shown_value(ticket.get(name), story.timezone) or NOBODY, _LONGEST)

    group = f" ({ticket['customer_group']})" if ticket["customer_group"] else ""
    status = ticket["status"]
    is_own_word = status and status.strip().casefold().replace(" ", "_") != ticket["state"]
    return [
        ("Requester", value("requester")),
        ("Account", f"{value('account')}{group}"),
        ("Department", value("department")),
        ("Agent", value("agent")),
        ("Priority", value("priority")),
        ("State", f"{value('state')} ({status})" if is_own_word else value("state")),
        ("Channel", value("channel")),
        ("Created", full(ticket["created_at"], story.timezone)),
        *([("Tags", value("tags"))] if value("tags") != NOBODY else []),
    ]


def promise(clock: ClockStory, timezone: str) -> str:
    """What was promised and what became of it, in numbers; a date on the clocks of `timezone`."""
    row = clock.row
    if clock.is_sum:
        return f"Promise: at most {clock.allowance} (level {row['level']}). Logged {hms(row['elapsed'])}."
    pause = f", paused while {clock.pause}" if clock.pause else ""
    counts = f", counted only while {clock.counts_in}" if clock.counts_in else ""
    allowance = clock.allowance
    if (clock.allowance or "").endswith("bd"):
        allowance = f"{clock.allowance} (working days; here {hms(row['target'])})"
    if clock.exported_due is not None:
        date = full(clock.exported_due, timezone)
        allowance = f"by {date}, as the export says ({clock.allowance}); here {hms(row['target'])}"
    promised = f"Promise: {allowance} of the calendar {row['calendar']}{pause}{counts} (level {row['level']})."
    paused = f", paused {hms(row['paused'])}" if row["paused"] else ""
    return f"{promised} Counted {hms(row['elapsed'])} of {hms(row['target'])}{paused}."


def margin(clock: ClockStory) -> str:
    """How much was or is left of the target: `0:53:54 late`; nothing for a clock that was cancelled."""
    row, left = clock.row, clock.row["sla"]
    if row["outcome"] == "cancelled":
        return ""
    if left < timedelta() or row["outcome"] == "missed":
        return f"{hms(-left)} {'too much' if clock.is_sum else 'late'}"
    return f"{hms(left)} {'left' if clock.is_sum or row['closed'] is None else 'to spare'}"


def untold(clocks: Sequence[ClockStory]) -> Iterator[str]:
    """One sentence for the clocks that were not judged for the same reason, with how many there are of them."""
    sentences = [clock.sentence for clock in clocks if not clock.is_judged]
    for sentence in dict.fromkeys(sentences):
        number = sentences.count(sentence)
        yield sentence if number == 1 else f"{sentence} ({number} clocks)"
