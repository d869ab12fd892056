"""Wall clocks: the instant of a local time and the local time of an instant, for whole columns at once.

Local times are Int64 microseconds since 1970-01-01 00:00 on the zone's own clocks; instants count from the same
date in UTC. The rules are those of `zoneinfo`, read once a zone and year, so that they hold for every year (the
time zones inside Polars end in 2099). A local time that occurs twice is its first occurrence, and one that does not
exist moves forward by the length of the gap (RFC 5545, section 3.3.5; Python's `fold=0`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

DAY = 86_400_000_000
FIRST_INSTANT = -62_135_596_800_000_000  # 0001-01-01T00:00:00Z, the earliest that Python's datetime can show
LAST_INSTANT = 253_402_300_799_999_999  # 9999-12-31T23:59:59.999999Z, the latest
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NO_ZONES = {"localtime", "Factory"}
_SECOND = 1_000_000
_FIRST_CHANGE = 1800  # no zone has clock changes before (the first are of 1844)
_RULED_FROM = 2100  # no zone has listed changes after 2087: from here on only its yearly rule counts, and
_CYCLE = 400  # such rules repeat with the Gregorian calendar, whose 400 years are whole weeks
_CYCLE_DAYS = 146_097


class _Change(NamedTuple):
    """A change of a zone's offset; all in microseconds."""

    at: int
    before: int
    after: int


class _Offsets(NamedTuple):
    """The offsets of a zone over some years: `offsets[i]` holds after the i-th change."""

    at: pl.Series
    wall: pl.Series  # the local time from which the new offset holds, by the rule for gaps and overlaps
    offsets: pl.Series


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone; machine-dependent names such as `localtime` are not."""
    return name in _listed_names() or name in zone_names()


@cache
def zone_names() -> frozenset[str]:
    """Every IANA time zone of this machine (its own data or the `tzdata` package)."""
    return frozenset(available_timezones() - _NO_ZONES)


@cache
def _listed_names() -> frozenset[str]:
    """Those of `zone_names` that the `tzdata` package lists: for the machine's own, each file must be opened."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split()) - _NO_ZONES


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """The instants of local times in `zone`; null stays null."""
    table = _offsets_over(local, zone)
    return local - table.offsets.gather(table.wall.search_sorted(local, side="right"))


def to_local(instants: pl.Series, zone: str) -> pl.Series:
    """The local times in `zone` of instants; null stays null."""
    table = _offsets_over(instants, zone)
    return instants + table.offsets.gather(table.at.search_sorted(instants, side="right"))


def day_of(instant: int) -> int:
    """The UTC date of an instant, in days since 1970-01-01."""
    return instant // DAY


def _offsets_over(times: pl.Series, zone: str) -> _Offsets:
    first, last = times.min(), times.max()
    if not isinstance(first, int) or not isinstance(last, int):
        return _offsets(zone, 1970, 1970)
    return _offsets(zone, _year_of(first - 2 * DAY), _year_of(last + 2 * DAY))


def _year_of(time: int) -> int:
    within = min(max(time, FIRST_INSTANT), LAST_INSTANT)
    return (EPOCH + timedelta(microseconds=within)).year


@lru_cache(maxsize=256)
def _offsets(zone: str, first_year: int, last_year: int) -> _Offsets:
    changes = [change for year in range(first_year, last_year + 1) for change in _changes_in(zone, year)]
    start = changes[0].before if changes else _offset_in(zone, first_year)
    return _Offsets(
        at=pl.Series([change.at for change in changes], dtype=pl.Int64),
        wall=pl.Series([change.at + max(change.before, change.after) for change in changes], dtype=pl.Int64),
        offsets=pl.Series([start, *(change.after for change in changes)], dtype=pl.Int64),
    )


@cache
def _changes_in(zone: str, year: int) -> tuple[_Change, ...]:
    """The changes of the zone's offset in one UTC year, in order.

    Looking every two days finds them all: in no zone are two changes less than 95 hours apart.
    """
    if year < _FIRST_CHANGE:
        return ()
    if year >= _RULED_FROM + _CYCLE:
        cycles = (year - _RULED_FROM) // _CYCLE
        shift = cycles * _CYCLE_DAYS * DAY
        same = _changes_in(zone, year - cycles * _CYCLE)
        return tuple(_Change(at + shift, before, after) for at, before, after in same)
    end = _new_year(year + 1)
    looks = [*range(_new_year(year), end, 2 * DAY), end]
    looked = [(instant // _SECOND, _offset(zone, instant // _SECOND)) for instant in looks]
    return tuple(_between(zone, *pair) for pair in pairwise(looked) if pair[0][1] != pair[1][1])


def _between(zone: str, first: tuple[int, int], last: tuple[int, int]) -> _Change:
    """The change between two looks, each a second and its offset."""
    (early, before), (late, after) = first, last
    while late - early > 1:
        middle = (early + late) // 2
        if _offset(zone, middle) == before:
            early = middle
        else:
            late = middle
    return _Change(late * _SECOND, before, after)


def _offset_in(zone: str, year: int) -> int:
    """The offset at the start of a year, in microseconds."""
    while year >= _RULED_FROM + _CYCLE:
        year -= _CYCLE
    return _offset(zone, _new_year(max(year, _FIRST_CHANGE)) // _SECOND)


def _offset(zone: str, second: int) -> int:
    offset = (EPOCH + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).utcoffset()
    return (offset or timedelta()) // timedelta(microseconds=1)


def _new_year(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
