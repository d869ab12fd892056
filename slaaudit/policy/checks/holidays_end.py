"""A calendar whose holidays end in a year before the data does, or before this one: the list was not continued."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from slaaudit.calendars import Calendar
from slaaudit.calendars.special_days import SpecialDays, day_number
from slaaudit.policy.checks.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per calendar in use, at its holidays."""
    used = {target.calendar for level in subject.policy.levels.values() for target in level.targets.values()}
    for name in subject.reading.written.calendars:
        calendar = subject.policy.calendars[name]
        last = last_special(calendar.rules.special_days) if name in used else None
        late = [(why, day) for why, day in _needed(subject, calendar) if last is not None and day.year > last.year]
        if last is not None and late:
            why, day = late[0]
            what = f"the holidays of the calendar '{name}' end on {last}, and {why} {day}"
            hint = f"add those of {last.year + 1} and later, or name a country"
            yield Finding(("calendars", name, "holidays"), what, hint, of_key=True)


def _needed(subject: Subject, calendar: Calendar) -> Iterator[tuple[str, date]]:
    """The days through which holidays should be known, and why."""
    if subject.evidence is not None:
        yield "the export goes on until", subject.evidence.last_at.astimezone(ZoneInfo(calendar.timezone)).date()
    if subject.today is not None:
        yield "today is", subject.today


def last_special(special: SpecialDays) -> date | None:
    """The last date that is a holiday or has other hours. None: there is no such date, or yearly ones never end."""
    if any(event.yearly for event in special.events):
        return None
    listed = [dates.last for dates in special.listed] + [hours.last for hours in special.special]
    listed += [event.last for event in special.events]
    if special.country is not None:
        listed += _last_of_country(special.country, special.subdivision)
    return max(listed, default=None)


@cache
def _last_of_country(country: str, subdivision: str | None) -> list[date]:
    """The last holiday that is known of a country, if there is one."""
    known = SpecialDays(country=country, subdivision=subdivision)
    days = known.holidays(day_number(date.min), day_number(date.max))["day"]
    return [date.fromordinal(date(1970, 1, 1).toordinal() + days[-1])] if len(days) else []
