"""Local wall-clock times → instants, and which of them a clock change touches."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.zones import DAY, is_zone, to_local, to_utc, zone_names

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(0?\d|1[0-4])(?::?([0-5]\d))?")
_MINUTE = 60_000_000


@dataclass(frozen=True)
class Located:
    """Instants of local times (microseconds); `skipped` and `repeated` mark those that a clock change affects."""

    instants: pl.Series
    skipped: pl.Series
    repeated: pl.Series


def is_timezone(timezone: str) -> bool:
    """Whether local times can be read in it: an IANA name, or a fixed offset like `+05:00`."""
    return is_zone(timezone) or _FIXED.fullmatch(timezone) is not None


def check_timezone(timezone: str | None) -> None:
    """Nothing, when `timezone` is None, an IANA name or a fixed offset like `+05:00`; else raises `SlaauditError`."""
    if timezone is None or is_timezone(timezone):
        return
    hint = did_you_mean(timezone, zone_names()) or "write a name like Europe/Amsterdam, or an offset like +05:00"
    what = f"there is no time zone called '{timezone}'"
    raise SlaauditError(Problem(code="unknown_timezone", what=what, hint=hint))


def locate(local: pl.Series, timezone: str) -> Located:
    """The instants of local times (both Int64 microseconds) in `timezone`; null stays null.

    A time that does not exist moves forward by the length of the gap; one that occurs twice means its first occurrence.
    """
    never = pl.repeat(False, len(local), dtype=pl.Boolean, eager=True)
    if fixed := _FIXED.fullmatch(timezone):
        minutes = int(fixed[2]) * 60 + int(fixed[3] or 0)
        return Located(local - (minutes if fixed[1] == "+" else -minutes) * _MINUTE, never, never)
    instants = to_utc(local, timezone)
    offset = local - instants
    # Only a time within a day before a change of offset can be touched by it: no gap or overlap is longer.
    later = to_local(instants + DAY, timezone) - instants - DAY
    near = (later != offset).fill_null(False)
    if not near.any():
        return Located(instants, never, never)
    local, first, later = local.filter(near), instants.filter(near), later.filter(near)
    second = local - later
    repeated = (second > first) & (to_local(second, timezone) == local)
    places = near.arg_true()
    skipped = never.clone().scatter(places, to_local(first, timezone) != local)  # scatter changes a series in place
    return Located(instants, skipped, never.clone().scatter(places, repeated))
