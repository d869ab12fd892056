"""Where the help desk works: its time zone, its country's holidays and its working week, as far as one can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from slaaudit.calendars.opening_hours import WEEKDAYS
from slaaudit.calendars.special_days import country_problem, subdivision_problem
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.starting.offsets import Stamp
from slaaudit.zones import is_zone, zone_names

# One zone for each kind of clock that many help desks live by: what a time like 09:00+02:00 is most probably from.
_COMMON = (
    "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "America/Halifax", "America/Sao_Paulo", "America/Bogota", "America/Mexico_City", "America/Santiago",
    "Asia/Kolkata", "Asia/Dubai", "Asia/Karachi", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo",
    "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Africa/Cairo",
    "Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Perth", "Pacific/Auckland",
)  # fmt: skip
_YEAR = 2026  # zones of a country count as one if their clocks agreed in this year
_SATURDAY_AND_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Time zone, country and subdivision of a help desk; `doubt`: why the zone may be wrong (empty: it was given)."""

    timezone: str = "UTC"
    country: str | None = None
    subdivision: str | None = None
    doubt: str = ""

    @property
    def working_days(self) -> str:
        """The country's working week as a key of `hours`: `mon-fri`, `sun-thu`."""
        weekend = _weekend(self.country) if self.country else _SATURDAY_AND_SUNDAY
        days = [number for number in range(7) if number not in weekend]
        first = next((number for number in days if (number - 1) % 7 not in days), 0)
        in_a_row = [(first + step) % 7 for step in range(len(days))]
        if sorted(in_a_row) != days:
            return f'"{",".join(WEEKDAYS[number] for number in days)}"'
        return f"{WEEKDAYS[in_a_row[0]]}-{WEEKDAYS[in_a_row[-1]]}"


def find_place(
    timezone: str | None = None,
    country: str | None = None,
    subdivision: str | None = None,
    *,
    stamps: Sequence[Stamp] = (),
    zones: Sequence[str] = (),
) -> Place:
    """The place that was named; without `timezone`, the country's, or one whose clocks show the times of the export.

    `stamps`: times of the export that say their offset; `zones`: those that the export or its profile name.
    Raises `SlaauditError` with what is wrong with the names, and for a country of several time zones (`which_zone`)
    when neither tells which of them it is.
    """
    check_place(timezone, country, subdivision)
    if timezone is not None:
        return Place(timezone=timezone, country=country, subdivision=subdivision)
    zone, doubt = _zone_of(country, stamps, zones) if country else _zone_by(stamps, zones)
    return Place(timezone=zone, country=country, subdivision=subdivision, doubt=doubt)


def check_place(timezone: str | None, country: str | None, subdivision: str | None) -> None:
    """Nothing, or one `SlaauditError` with every name that does not exist."""
    problems: list[Problem] = []
    if timezone is not None and not is_zone(timezone):
        near = did_you_mean(timezone, zone_names(), limit=1)
        hint = near or "a policy wants an IANA time zone, such as Europe/Amsterdam or UTC"
        problems.append(Problem(code="unknown_zone", what=f"--timezone: unknown time zone '{timezone}'", hint=hint))
    unknown = None if country is None else country_problem(country)
    if unknown is not None:
        problems.append(Problem(code="unknown_country", what=f"--country: unknown country '{country}'", hint=unknown))
    elif subdivision is not None and country is None:
        problems.append(Problem(code="missing_key", what="--subdivision without its country", hint="add --country"))
    elif subdivision is not None and (wrong := subdivision_problem(str(country), subdivision)) is not None:
        what = f"--subdivision: unknown subdivision '{subdivision}' of {country}"
        problems.append(Problem(code="unknown_subdivision", what=what, hint=wrong))
    if problems:
        raise SlaauditError(problems)


def zones_of(country: str) -> tuple[str, ...]:
    """The time zones of a country that exist on this machine, those with most people first; none is known for some."""
    code = _entity(country).country
    return tuple(zone for of, zone in _zone_table() if of == code and is_zone(zone))


def country_of(timezone: str) -> str | None:
    """The country that a time zone is named for, if the `holidays` package knows it."""
    found = next((country for country, zone in _zone_table() if zone == timezone), None)
    return found if found and country_problem(found) is None else None


@cache
def _zone_table() -> tuple[tuple[str, str], ...]:
    """(country, zone) for every row of the zone table of the time zone database."""
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((row[0], row[2]) for row in rows)


def _zone_of(country: str, stamps: Sequence[Stamp], named: Sequence[str]) -> tuple[str, str]:
    zones = zones_of(country)
    clocks = _one_of_each_clock(zones)
    if len(clocks) == 1:
        return clocks[0], ""
    if len(own := _one_of_each_clock([zone for zone in named if zone in zones])) == 1:
        return own[0], ""
    fitting = _one_of_each_clock([zone for zone in zones if stamps and _shows(zone, stamps)])
    if fitting:
        doubt = f"{country} has other time zones too" if len(fitting) > 1 else ""
        return fitting[0], doubt
    listed = f"{', '.join(clocks[:6])}{', …' if len(clocks) > 6 else ''}"
    what, hint = f"the time zone of {country} is not known", "name it: --timezone ZONE"
    if clocks:
        what, hint = f"{country} has several time zones: {listed}", f"say which, such as --timezone {clocks[0]}"
    raise SlaauditError(Problem(code="which_zone", what=what, hint=hint))


def _zone_by(stamps: Sequence[Stamp], named: Sequence[str]) -> tuple[str, str]:
    local = [zone for zone in named if zone != "UTC" and is_zone(zone)]
    if len(_one_of_each_clock(local)) == 1:
        return local[0], "the export's times are local times there"
    offsets = sorted({stamp.offset for stamp in stamps})
    if not offsets:
        return "UTC", "write the zone of your office"
    if offsets == [timedelta()]:
        return "UTC", "the times in the export are in UTC; write the zone of your office"
    written = " and ".join(_written(offset) for offset in offsets[:3])
    zone = next((zone for zone in _COMMON if is_zone(zone) and _shows(zone, stamps)), None)
    if zone is None:
        return "UTC", f"the times in the export are written with {written}; write the zone of your office"
    return zone, f"the export's times have {written}, as on clocks there"


def _shows(zone: str, stamps: Iterable[Stamp]) -> bool:
    clocks = ZoneInfo(zone)
    return all(stamp.at.astimezone(clocks).utcoffset() == stamp.offset for stamp in stamps)


def _one_of_each_clock(zones: Iterable[str]) -> list[str]:
    """The first of the zones whose clocks agree all through a year."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        clocks = ZoneInfo(zone)
        months = (datetime(_YEAR, month, 1, tzinfo=UTC) for month in range(1, 13))
        found.setdefault(tuple(month.astimezone(clocks).utcoffset() for month in months), zone)
    return list(found.values())


def _written(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@cache
def _entity(country: str):  # type: ignore[no-untyped-def]  # the holidays package has no public type for it
    import holidays

    return holidays.country_holidays(country)


def _weekend(country: str) -> frozenset[int]:
    return frozenset(_entity(country).weekend)
