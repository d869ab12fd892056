"""Which local period an instant falls into, and which instants lie between two bounds; in the policy's zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from slaaudit.problems import Problem, did_you_mean
from slaaudit.zones import DAY, to_local

_HALF_HOUR = 1_800_000_000  # microseconds; the dates of nearly all zones begin at one
_FORMATS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "quarter": "%Y-Q%q", "year": "%Y"}
_MANY_MONTHS = 24
_ENOUGH_CLOCKS = 5  # a month
Bound = date | None  # a datetime is a date too
PERIODS = (*_FORMATS, "total")
DATES = {  # what a clock can be dated by → the column of the log that holds it
    "decided": "decided",
    "started": "sla_started",
    "due": "due_date",
    "closed": "closed",
    "created": "created",
}


def local_time(instants: pl.Series, timezone: str) -> pl.Series:
    """Instants as local times in `timezone`, without a zone, by the same rules as calendars; null stays null."""
    return to_local(instants.to_physical(), timezone).cast(pl.Datetime("us"))


def periods(instants: pl.Series, per: str, *, timezone: str, encoded: bool = False) -> pl.Series:
    """The period as text that sorts chronologically: `2026-10-25`, `2026-W43` (ISO), `2026-10`, `2026-Q4`, `2026`.

    Null where the instant is null; `total` everywhere for the period `total`. `encoded`: as an `Enum`.
    """
    if per == "total":
        total = pl.repeat("total", len(instants), dtype=pl.String, eager=True)
        return total.cast(pl.Enum(["total"])) if encoded else total
    number = instants.to_physical() // _HALF_HOUR
    first, last = number.min(), number.max()
    if isinstance(first, int) and isinstance(last, int) and last - first < len(instants) // 2:
        begins = pl.int_range(first, last + 1, eager=True) * _HALF_HOUR
        told = _periods(pl.concat([begins, begins + (_HALF_HOUR - 1)]), per, timezone, encoded=encoded)
        if told.head(len(begins)).equals(told.tail(len(begins))):  # each half hour lies in one period
            places = (number - first).cast(pl.UInt32, wrap_numerical=True)
            return told[places].alias(instants.name)
    return _periods(instants.to_physical(), per, timezone, encoded=encoded).alias(instants.name)


def _periods(instants: pl.Series, per: str, timezone: str, *, encoded: bool) -> pl.Series:
    """As `periods`, of microseconds since 1970, one by one."""
    days = to_local(instants, timezone) // DAY
    first, last = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(last, int):
        return pl.repeat(None, len(instants), dtype=pl.String, eager=True)
    # each date is written once, however many clocks it has
    dates = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True).cast(pl.Date).dt.strftime(_FORMATS[per])
    dates = dates.cast(pl.Enum(dates.unique(maintain_order=True))) if encoded else dates
    return dates.gather((days - first).cast(pl.UInt32))


def thin_months(dates: pl.Series, clocks: int) -> tuple[str, ...]:
    """The note that a report per month has many months with hardly a clock in them; none where it has not.

    `dates`: the months of its rows; `clocks`: how many are in all of them.
    """
    months = dates.drop_nulls().n_unique()
    if months <= _MANY_MONTHS or clocks >= months * _ENOUGH_CLOCKS:
        return ()
    return (f"{clocks:,} clocks in {months:,} months: --per year gives fewer rows",)


def between(instants: pl.Series, from_: Bound, to: Bound, *, timezone: str) -> pl.Series:
    """True from `from_` through `to`; null instants are in no range, and everything is between None and None.

    Both ends count, as in conditions. A date means the whole local day; a datetime is an instant (a naive one is
    local time: the first if it occurs twice).
    """
    kept = pl.repeat(True, len(instants), dtype=pl.Boolean, eager=True)
    if from_ is not None:
        kept &= _comparable(instants, from_, timezone) >= _operand(from_, timezone)
    if to is not None:
        kept &= _comparable(instants, to, timezone) <= _operand(to, timezone)
    return kept.fill_null(False)


def _comparable(instants: pl.Series, bound: date, timezone: str) -> pl.Series:
    return instants if isinstance(bound, datetime) else local_time(instants, timezone).dt.date()


def _operand(bound: date, timezone: str) -> date:
    return _instant(bound, timezone) if isinstance(bound, datetime) else bound


def reversed_range(from_: Bound, to: Bound, *, timezone: str) -> list[Problem]:
    """One problem if `from_` lies after `to`."""
    if from_ is None or to is None or _instant(from_, timezone) <= _instant(to, timezone):
        return []
    what = f"--from {from_} is after --to {to}: no clock can be between them"
    return [Problem(code="reversed_range", what=what, hint="exchange the two")]


def unknown_word(word: str, known: Iterable[str], *, option: str) -> list[Problem]:
    """One problem if `word` is not one of `known`."""
    words = list(known)
    if word in words:
        return []
    hint = f"{did_you_mean(word, words)} known: {', '.join(words)}".strip()
    return [Problem(code="unknown_word", what=f"{option} cannot be '{word}'", hint=hint)]


def _instant(moment: date, timezone: str) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=ZoneInfo(timezone))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
    return aware.astimezone(ZoneInfo("UTC"))
