"""A calendar as written in a policy, read and checked: weekly hours, special days, time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from slaaudit.calendars.findings import Findings, Path
from slaaudit.calendars.opening_hours import Week, read_spans, read_week
from slaaudit.calendars.special_days import Dates, SpecialDays, SpecialHours, country_problem, subdivision_problem
from slaaudit.problems import did_you_mean
from slaaudit.zones import DAY, is_zone, zone_names

if TYPE_CHECKING:
    from slaaudit.calendars.ics import AllDayEvent

ALWAYS = "24x7"
_KEYS = ("hours", "holidays", "timezone")
_HOLIDAY_KEYS = ("country", "subdivision", "dates", "special", "ics", "exclude")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_HINT = "write a date as 2026-12-24, or dates from … through … as 2026-12-24..2027-01-02"


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """When a calendar is open: `week` by weekday (Monday first), except on its special days; in `timezone`."""

    timezone: str
    week: Week
    special_days: SpecialDays

    @property
    def is_always_open(self) -> bool:
        """Whether no exception can ever close it: then business time is real time."""
        nothing_special = self.special_days == SpecialDays()
        return nothing_special and all(spans == ((0, DAY),) for spans in self.week)

    @property
    def opens_weekly(self) -> bool:
        """Whether some weekday has hours; if not, it opens on dates with special hours only."""
        return any(self.week)


def read_rules(spec: object, timezone: str, base_dir: FilePath | None, found: Findings) -> CalendarRules:
    """The rules of a calendar's mapping, or of the word `24x7`. What is wrong goes to `found`."""
    if spec == ALWAYS:
        _check_zone(timezone, ("timezone",), found)
        return CalendarRules(timezone, (((0, DAY),),) * 7, SpecialDays())
    if not isinstance(spec, Mapping):
        what = f"a calendar is a mapping with its hours, or {ALWAYS}, not '{spec}'"
        found.add((), "bad_calendar", what, 'such as {hours: {mon-fri: "9:00-17:00"}, holidays: {country: NL}}')
        return CalendarRules(timezone, ((),) * 7, SpecialDays())
    found.check_keys(spec, _KEYS, ())
    own = spec.get("timezone", timezone)
    _check_zone(own, ("timezone",), found)
    special_days = _read_special_days(spec.get("holidays"), base_dir, found)
    if "hours" not in spec:
        hint = 'such as hours: {mon-fri: "9:00-17:00"}, or {daily: closed} for special hours only'
        found.add((), "missing_key", "a calendar needs its hours", hint)
        return CalendarRules(str(own), ((),) * 7, special_days)
    rules = CalendarRules(str(own), read_week(spec["hours"], ("hours",), found), special_days)
    if not found.items and not rules.opens_weekly and not any(hours.spans for hours in special_days.special):
        what = "this calendar never opens, so that no target could ever be met or missed"
        found.add(("hours",), "calendar_never_opens", what, "give at least one day hours")
    return rules


def _check_zone(name: object, path: Path, found: Findings) -> None:
    if not isinstance(name, str) or not is_zone(name):
        near = did_you_mean(str(name), zone_names(), limit=1)
        hint = near or "give an IANA time zone, such as Europe/Amsterdam or UTC"
        found.add(path, "unknown_zone", f"unknown time zone '{name}'", hint)


def _read_special_days(raw: object, base_dir: FilePath | None, found: Findings) -> SpecialDays:
    if raw is None:
        return SpecialDays()
    path: Path = ("holidays",)
    if not isinstance(raw, Mapping):
        what = f"holidays are a mapping, not '{raw}'"
        found.add(path, "bad_holidays", what, "such as {country: NL, dates: [2026-12-24]}")
        return SpecialDays()
    found.check_keys(raw, _HOLIDAY_KEYS, path)
    country, subdivision = _read_country(raw, path, found)
    return SpecialDays(
        listed=_read_list(raw.get("dates"), (*path, "dates"), found),
        excluded=_read_list(raw.get("exclude"), (*path, "exclude"), found),
        special=_read_special(raw.get("special"), (*path, "special"), found),
        country=country,
        subdivision=subdivision,
        events=_read_ics(raw.get("ics"), base_dir, (*path, "ics"), found),
    )


def _read_country(raw: Mapping[object, object], path: Path, found: Findings) -> tuple[str | None, str | None]:
    country, subdivision = raw.get("country"), raw.get("subdivision")
    if country is None:
        if subdivision is not None:
            found.add((*path, "subdivision"), "missing_key", "a subdivision without its country", "add country")
        return None, None
    hint = country_problem(str(country))
    if hint is not None:
        found.add((*path, "country"), "unknown_country", f"unknown country '{country}'", hint)
        return None, None
    if subdivision is not None:
        hint = subdivision_problem(str(country), str(subdivision))
        if hint is not None:
            what = f"unknown subdivision '{subdivision}' of {country}"
            found.add((*path, "subdivision"), "unknown_subdivision", what, hint)
            return str(country), None
    return str(country), None if subdivision is None else str(subdivision)


def _read_list(raw: object, path: Path, found: Findings) -> tuple[Dates, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple):
        raw = [raw]
    items = [_read_dates(item, (*path, number), found) for number, item in enumerate(raw)]
    return tuple(dates for dates in items if dates is not None)


def _read_dates(raw: object, path: Path, found: Findings) -> Dates | None:
    """The dates of `2026-12-24`, `2026-12-24..2027-01-02`, `{date, name}` or `{from, to, name}`."""
    name: object = None
    if isinstance(raw, Mapping):
        keys = ("date", "name") if "date" in raw else ("from", "to", "name")
        found.check_keys(raw, keys, path)
        ends = [raw.get("date"), raw.get("date")] if "date" in raw else [raw.get("from"), raw.get("to")]
        name = raw.get("name")
    elif isinstance(raw, str) and ".." in raw:
        first_text, _, last_text = raw.partition("..")
        ends = [first_text.strip(), last_text.strip()]
    else:
        ends = [raw, raw]
    days = [_as_date(end) for end in ends]
    for end in dict.fromkeys(str(end) for end, day in zip(ends, days, strict=True) if day is None):
        what = f"'{end}' is not a date" if end != "None" else "dates need both from and to"
        found.add(path, "bad_date", what, _DATE_HINT)
    first, last = days
    if first is None or last is None:
        return None
    if last < first:
        found.add(path, "bad_date", f"the dates end ({last}) before they begin ({first})", "swap the two dates")
        return None
    return Dates(first, last, None if name is None else str(name))


def _as_date(raw: object) -> date | None:
    if isinstance(raw, date):
        return None if isinstance(raw, datetime) else raw
    try:
        return date.fromisoformat(str(raw)) if _DATE.fullmatch(str(raw)) else None
    except ValueError:
        return None


def _read_special(raw: object, path: Path, found: Findings) -> tuple[SpecialHours, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        what = f"special hours are a mapping of dates to hours, not '{raw}'"
        found.add(path, "bad_hours", what, 'such as {2026-12-31: "09:00-12:00"}')
        return ()
    special: list[tuple[SpecialHours, Path]] = []
    for key, value in raw.items():
        at = (*path, str(key))
        dates = _read_dates(key, at, found)
        spans = read_spans(value, at, found)
        if any(closes > DAY for _, closes in spans):
            what = "special hours must end at 24:00 at the latest"
            found.add(at, "bad_hours", what, "give the hours after midnight to the next date, with its other hours")
        elif dates is not None:
            special.append((SpecialHours(dates.first, dates.last, spans), at))
    special.sort(key=lambda entry: entry[0].first)
    for (earlier, _), (later, at) in pairwise(special):
        if later.first <= earlier.last:
            what = f"{later.first} is listed twice in the special hours"
            found.add(at, "date_given_twice", what, "give each date its hours once")
    return tuple(hours for hours, _ in special)


def _read_ics(raw: object, base_dir: FilePath | None, path: Path, found: Findings) -> tuple[AllDayEvent, ...]:
    if raw is None:
        return ()
    from slaaudit.calendars.ics import IcsError, read_all_day_events

    file = (base_dir or FilePath()) / str(raw)
    try:
        return read_all_day_events(file)
    except IcsError as error:
        found.add(path, "bad_ics", f"{raw}, {error}" if str(error).startswith("line") else f"{raw}: {error}")
    except OSError as error:
        what = f"cannot read {raw}: {error.strerror or error}"
        found.add(path, "missing_file", what, "the path is relative to the folder of the policy")
    return ()
