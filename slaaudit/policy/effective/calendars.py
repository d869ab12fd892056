"""Calendars with their holidays as dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from slaaudit.calendars import ALWAYS, Calendar
from slaaudit.calendars.special_days import Dates, SpecialDays, day_number
from slaaudit.policy.effective.sources import Sources
from slaaudit.policy.effective.yaml_text import Page, flow, scalar

Years = tuple[int, int]  # the first and the last


def add_calendars(page: Page, sources: Sources, years: Years) -> None:
    """The calendars of the policy; the dates of countries and .ics files are written out for these years.

    The country, or the file, stays: the years before and after have their holidays from there.
    """
    written = sources.reading.written.calendars
    if not written:
        return
    page.add(0, "")
    page.add(0, "calendars:", sources.at("calendars"))
    for name, spec in written.items():
        place = sources.at("calendars", name)
        if spec == ALWAYS:
            page.add(1, f"{scalar(name)}: {ALWAYS}", place)
            continue
        page.add(1, f"{scalar(name)}:", place)
        _add_calendar(page, sources, name, spec, years=years)


def _add_calendar(page: Page, sources: Sources, name: str, spec: Mapping[str, Any], *, years: Years) -> None:
    calendar = sources.reading.policy.calendars[name]
    zone = sources.at("calendars", name, "timezone") if "timezone" in spec else sources.of_key("timezone")
    page.add(2, f"timezone: {scalar(calendar.timezone)}", zone)
    page.add(2, "hours:", sources.at("calendars", name, "hours"))
    for days, hours in spec["hours"].items():
        page.add(3, f"{scalar(days)}: {flow(hours)}", sources.at("calendars", name, "hours", days))
    if spec.get("holidays"):
        page.add(2, "holidays:", sources.at("calendars", name, "holidays"))
        _add_holidays(page, sources, name, spec["holidays"], years=years)


def _add_holidays(page: Page, sources: Sources, name: str, spec: Mapping[str, Any], *, years: Years) -> None:
    path = ("calendars", name, "holidays")
    for key in ("country", "subdivision", "ics", "exclude"):
        if key in spec:
            page.add(3, f"{key}: {flow(spec[key])}", sources.at(*path, key))
    dates = list(_dates(sources, name, spec.get("dates", []), years))
    if dates:
        page.add(3, "dates:", sources.at(*path, "dates") if "dates" in spec else "")
        for text, comment in dates:
            page.add(4, f"- {text}", comment)
    if spec.get("special"):
        page.add(3, "special:", sources.at(*path, "special"))
        for day, hours in spec["special"].items():
            page.add(4, f"{scalar(day)}: {flow(hours)}", sources.at(*path, "special", day))


def _dates(sources: Sources, name: str, raw: object, years: Years) -> Iterator[tuple[str, str]]:
    """The dates as written, then those of the country and the file that are not among them."""
    path = ("calendars", name, "holidays", "dates")
    for number, item in enumerate(raw if isinstance(raw, list) else [raw]):
        yield flow(item), sources.at(*path, number)
    calendar = sources.reading.policy.calendars[name]
    special_days = calendar.rules.special_days
    known = {day for dates in special_days.listed for day in _within(dates, years)}
    of_country = _of_country(special_days, years)
    for day, title in calendar.holiday_names(date(years[0], 1, 1), date(years[1], 12, 31)).rows():
        if day not in known:
            yield day.isoformat(), f"{title or 'unnamed'}, {_from(calendar, day, of_country)}"


def _within(dates: Dates, years: Years) -> Iterator[date]:
    first, last = max(dates.first, date(years[0], 1, 1)), min(dates.last, date(years[1], 12, 31))
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


def _of_country(special_days: SpecialDays, years: Years) -> set[int]:
    alone = SpecialDays(country=special_days.country, subdivision=special_days.subdivision)
    return set(alone.holidays(day_number(date(years[0], 1, 1)), day_number(date(years[1], 12, 31)))["day"])


def _from(calendar: Calendar, day: date, of_country: set[int]) -> str:
    special_days = calendar.rules.special_days
    if day_number(day) not in of_country:
        return "the .ics file"
    return f"country {special_days.country}" + (f" {special_days.subdivision}" if special_days.subdivision else "")
