"""What files of many shapes say, found out row by row from plain dicts: nothing of the engine is used here.

A row is a mapping of headings to text, as it stands in a file; `""` is an empty cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, str]
FIELDS = ("status", "agent", "department", "priority", "tags")  # of updates, in the order of their columns
AT_ONCE = ("status", "agent")  # of these a first update tells a change from nothing


def stamp(minute: float) -> str:
    """An instant so many minutes after a Monday's 08:00 UTC, to the second."""
    seconds = round(minute * 60)
    days, seconds = divmod(seconds + 8 * 3600, 86_400)
    return f"2026-01-{5 + days:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def as_csv(rows: Iterable[Row], head: Sequence[str]) -> str:
    """The rows as CSV, with every heading even if there is no row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Story:
    """A ticket: when it was created, what it was like at its first update, and each update after that."""

    ticket_id: str
    created: int
    first: Mapping[str, str]
    updates: Sequence[tuple[int, Mapping[str, str]]]  # minute (the first one's is in `began`), what it sets
    began: int

    def states(self) -> list[tuple[int, dict[str, str]]]:
        """The minute of each update, and the whole ticket after it."""
        now = dict(self.first)
        found = [(self.began, dict(now))]
        for minute, sets in self.updates:
            now |= sets
            found.append((minute, dict(now)))
        return found

    def changes(self) -> list[tuple[int, str, str, str]]:
        """Minute, field, old, new, in order."""
        before = {name: "" if name in AT_ONCE else self.first[name] for name in FIELDS}
        found = []
        for minute, now in self.states():
            found += [(minute, name, before[name], now[name]) for name in FIELDS if before[name] != now[name]]
            before = now
        return found

    def held(self) -> dict[int, dict[str, str]]:
        """The ticket after each instant at which anything was told of it."""
        return dict(self.states())


def update_rows(stories: Iterable[Story], *, with_creation: bool) -> list[dict[str, str]]:
    """The update log: the whole ticket again at every update; `Done`, `Edits`: as they were in the end."""
    rows = []
    for story in stories:
        states = story.states()
        done = stamp(states[-1][0] + 9_000)
        for number, (minute, now) in enumerate(states):
            row = {"No": story.ticket_id, "Changed": stamp(minute), "Seq": str(number), "Done": done}
            row |= {"Edits": str(len(states)), **({"Opened": stamp(story.created)} if with_creation else {})}
            rows.append(row | {name.title(): value for name, value in now.items()})
    return rows


def generic_rows(stories: Iterable[Story], *, with_creation: bool) -> tuple[list[Row], list[Row]]:
    """The same as rows of tickets and of events, in slaaudit's own names."""
    tickets, events = [], []
    for story in stories:
        last, now = story.states()[-1]
        created = story.created if with_creation else story.began
        row = {"ticket_id": story.ticket_id, "created_at": stamp(created), "changed_at": stamp(last)}
        tickets.append(row | now)
        for minute, name, old, new in story.changes():
            values = {"field": name, "old": old, "new": new, "seq": str(len(events))}
            events.append({"ticket_id": story.ticket_id, "at": stamp(minute), "event": "change"} | values)
    return tickets, events


@dataclass
class Account:
    """What becomes of the rows of one file: their numbers (the header is row 1) by fate."""

    used: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)


Content = Callable[[Row], Hashable]


def content(row: Row) -> Hashable:
    """The whole row, to compare it."""
    return tuple(sorted(row.items()))


def sorted_out(
    rows: Sequence[Row], account: Account, *, ignored: Callable[[Row], bool], bad: Callable[[Row], bool]
) -> list[tuple[int, Row]]:
    """The rows that are neither ignored nor bad in themselves; the others are in the account."""
    kept = []
    for number, row in enumerate(rows, start=2):
        if ignored(row):
            account.ignored.append(number)
        elif bad(row):
            account.rejected.append(number)
        else:
            kept.append((number, row))
    return kept


def once(rows: Iterable[tuple[int, Row]], account: Account, key: Content = content) -> list[tuple[int, Row]]:
    """The first of each of equal rows."""
    seen: set[Hashable] = set()
    kept = []
    for number, row in rows:
        if key(row) in seen:
            account.duplicates.append(number)
        else:
            seen.add(key(row))
            kept.append((number, row))
    return kept


def one_each(rows: Iterable[tuple[int, Row]], account: Account, *, ticket: str, changed: str | None) -> dict[str, Row]:
    """The one row of each ticket: of several that differ the one that was changed last, if that is clear; else none."""
    versions: dict[str, list[tuple[int, Row]]] = {}
    for number, row in once(rows, account):
        versions.setdefault(row[ticket], []).append((number, row))
    chosen: dict[str, Row] = {}
    for one, found in versions.items():
        stamps = [row[changed] if changed else "" for _, row in found]
        settled = all(stamps) and stamps.count(max(stamps)) == 1
        if len(found) > 1 and not settled:
            account.rejected += [number for number, _ in found]
            continue
        for number, row in found:
            latest = len(found) == 1 or row[changed or ""] == max(stamps)
            (account.used if latest else account.duplicates).append(number)
            if latest:
                chosen[one] = row
    return chosen


def told_after_each_instant(events: Iterable[Mapping[str, Any]], first: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What the changes of one ticket make of it: the values after each instant at which anything changed."""
    now = dict(first)
    found: dict[str, dict[str, str]] = {}
    for event in events:
        if event["event"] == "change":
            now[event["field"]] = event["new"] or ""
            found[f"{event['at']:%Y-%m-%dT%H:%M:%SZ}"] = dict(now)
    return found
