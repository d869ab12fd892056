"""A calendar that is open for less than an hour a week: more likely a slip in the hours than a promise."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.calendars.opening_hours import Week
from slaaudit.durations import HOUR, Amount
from slaaudit.policy.checks.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per calendar, at its hours."""
    for name in subject.reading.written.calendars:
        open_time = open_per_week(subject.policy.calendars[name].rules.week)
        if open_time < HOUR:
            how_long = f"for {Amount(microseconds=open_time)} a week" if open_time else "on no day of the week"
            what = f"the calendar '{name}' is open {how_long}, not counting special days"
            yield Finding(("calendars", name, "hours"), what, "check the hours; they are those of a 24-hour clock")


def open_per_week(week: Week) -> int:
    """Microseconds of open time in a week without special days."""
    return sum(_length(spans) for spans in week)


def _length(spans: tuple[tuple[int, int], ...]) -> int:
    """The time covered; hours after midnight may overlap with those of the day itself."""
    total, until = 0, 0
    for opens, closes in sorted(spans):
        total += max(0, closes - max(opens, until))
        until = max(until, closes)
    return total
