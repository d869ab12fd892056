"""The dates that are not like the others: holidays (listed, of a country, of an .ics file) and special hours."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.calendars.opening_hours import Span
from slaaudit.problems import did_you_mean

if TYPE_CHECKING:
    from slaaudit.calendars.ics import AllDayEvent

_DAYS = {"day": pl.Int64(), "name": pl.String()}
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """The days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates `first` to `last`, both inclusive, and what they are called."""

    first: date
    last: date
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SpecialHours:
    """The dates `first` to `last`, both inclusive, that are open at `spans` and at no other time."""

    first: date
    last: date
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """All exceptions of a calendar. Days are counted from 1970-01-01, in the calendar's own zone.

    Order of strength: special hours, then listed dates, then `exclude`, then the holidays of the country and of the
    .ics file. A country's holidays are known for the years that the `holidays` package knows; other years have none.
    """

    listed: tuple[Dates, ...] = ()
    excluded: tuple[Dates, ...] = ()
    special: tuple[SpecialHours, ...] = ()
    country: str | None = None
    subdivision: str | None = None
    events: tuple[AllDayEvent, ...] = ()

    def holidays(self, first: int, last: int) -> pl.DataFrame:
        """One row per holiday from day `first` through `last`: `day`, `name` (null = unnamed), sorted by day.

        A date with several names has them all, joined by `; `. A date with special hours is no holiday.
        """
        given = pl.concat(
            [self._of_country(first, last), _expanded(_occurrences(self.events, first, last), first, last)]
        )
        excluded = _expanded(self.excluded, first, last)["day"]
        special = _expanded([Dates(hours.first, hours.last) for hours in self.special], first, last)["day"]
        every = pl.concat(
            [_expanded(self.listed, first, last), given.filter(~pl.col("day").is_in(excluded.implode()))]
        ).filter(pl.col("day").is_between(first, last) & ~pl.col("day").is_in(special.implode()))
        names = pl.col("name").drop_nulls().unique(maintain_order=True).str.join("; ")
        one_each = every.group_by("day", maintain_order=True).agg(names)
        return one_each.with_columns(pl.col("name").replace("", None)).sort("day")

    def hours(self, first: int, last: int) -> pl.DataFrame:
        """One row per span of a date with special hours: `day`, `opens`, `closes`; null times where it is closed."""
        schema = {"day": pl.Int64, "opens": pl.Int64, "closes": pl.Int64}
        parts = [pl.DataFrame(schema=schema)]
        for hours in self.special:
            days = _expanded([Dates(hours.first, hours.last)], first, last).select("day")
            spans: Sequence[Span | tuple[None, None]] = hours.spans or [(None, None)]
            times = pl.DataFrame(spans, schema={"opens": pl.Int64, "closes": pl.Int64}, orient="row")
            parts.append(days.join(times, how="cross"))
        return pl.concat(parts)

    def _of_country(self, first: int, last: int) -> pl.DataFrame:
        if self.country is None:
            return pl.DataFrame(schema=_DAYS)
        return _holidays_of(self.country, self.subdivision, _year_of(first), _year_of(last))


def _expanded(ranges: Iterable[Dates], first: int, last: int) -> pl.DataFrame:
    """One row per date of the ranges within `first` to `last`: `day`, `name`."""
    rows = [(day_number(dates.first), day_number(dates.last), dates.name) for dates in ranges]
    frame = pl.DataFrame(rows, schema={"from": pl.Int64, "to": pl.Int64, "name": pl.String}, orient="row")
    clipped = frame.with_columns(pl.col("from").clip(lower_bound=first), pl.col("to").clip(upper_bound=last))
    within = clipped.filter(pl.col("from") <= pl.col("to"))
    days = pl.int_ranges("from", pl.col("to") + 1).alias("day")
    return within.select(days, "name").explode("day").select(pl.col("day").cast(pl.Int64), "name")


def _occurrences(events: Iterable[AllDayEvent], first: int, last: int) -> list[Dates]:
    """The dates of the events, the yearly ones for each year that can reach into `first` to `last`."""
    first_year, last_year = _year_of(first), _year_of(last)
    dates: list[Dates] = []
    for event in events:
        length = event.last.toordinal() - event.first.toordinal()
        earliest = first_year - length // 365 - 1 if event.yearly else event.first.year
        latest = last_year if event.yearly else event.first.year
        for year in range(max(event.first.year, earliest), latest + 1):
            try:
                start = event.first.replace(year=year)
            except ValueError:  # 29 February of a common year does not occur (RFC 5545, section 3.3.10)
                continue
            end = date.fromordinal(min(start.toordinal() + length, date.max.toordinal()))
            dates.append(Dates(start, end, event.name or None))
    return dates


def _year_of(day: int) -> int:
    return date.fromordinal(min(max(day + _EPOCH, 1), date.max.toordinal())).year


@cache
def _holidays_of(country: str, subdivision: str | None, first: int, last: int) -> pl.DataFrame:
    """Every holiday of the years `first` through `last` that the `holidays` package knows; it makes each year by
    itself, so that no horizon can change one.
    """
    import holidays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of categories that are known for fewer years
        entity = holidays.country_holidays(country, subdiv=subdivision)
        known = holidays.country_holidays(
            country,
            subdiv=subdivision,
            years=range(max(first, entity.start_year), min(last, entity.end_year) + 1),
            language=entity.default_language,  # its names would follow the locale of the machine otherwise
        )
    rows = [(day_number(day), name) for day, name in sorted(known.items())]
    return pl.DataFrame(rows, schema=_DAYS, orient="row")


def country_problem(country: str) -> str | None:
    """The hint for a country that the `holidays` package does not know, or None if it knows it."""
    from holidays.registry import EntityLoader

    # its list of countries with their subdivisions would import the modules of all of them
    known = list(EntityLoader.get_country_codes(include_aliases=True))
    if country in known:
        return None
    near = country.upper() if country.upper() in known else ""
    hint = f"did you mean '{near}'?" if near else did_you_mean(country, known)
    return hint or "give the two-letter code of the country (ISO 3166), such as NL, DE or US"


def subdivision_problem(country: str, subdivision: str) -> str | None:
    """The hint for a subdivision that the `holidays` package does not know, or None if it knows it."""
    import holidays

    entity = holidays.country_holidays(country)
    known = (*entity.subdivisions, *entity.subdivisions_aliases)
    if subdivision in known:
        return None
    if not known:
        return f"no subdivisions of {country} are known; leave the key out"
    near = subdivision.upper() if subdivision.upper() in known else ""
    hint = f"did you mean '{near}'?" if near else did_you_mean(subdivision, known)
    return hint or f"{country} has: {', '.join(entity.subdivisions)}"
