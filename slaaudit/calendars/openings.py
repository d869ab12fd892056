"""A calendar's openings over a horizon, and open time as the piecewise linear function F of an instant.

Everything is Int64 microseconds: instants since 1970-01-01 UTC, and open time since an origin. F(t) is the open time
from the origin to t (negative before it), so that it never depends on the horizon over which it was compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from slaaudit.calendars.rules import CalendarRules
from slaaudit.calendars.special_days import SpecialDays
from slaaudit.zones import DAY, FIRST_INSTANT, day_of, to_local, to_utc

_FAR = 1 << 61  # farther than any instant or open time, and still without overflow when added to one
_MOST_CELLS = 1_000_000
_MARGIN = 3  # days: a local date is at most one away from the UTC date, and a skipped date moves times by one more


def pieces(rules: CalendarRules, first: int, last: int) -> pl.DataFrame:
    """One row per opening of one local date, for every date that has an instant in [`first`, `last`] and a few more.

    Columns `day` (local date, days since 1970-01-01), `opens`, `closes` (instants); sorted by `opens`. Pieces that a
    clock change leaves empty are not there, nor are those of a date that the zone skipped.
    """
    first_day, last_day = day_of(first) - _MARGIN, day_of(last) + _MARGIN
    special = rules.special_days.hours(first_day, last_day)
    spans = pl.concat([_weekly(rules, first_day, last_day, special["day"]), special.drop_nulls("opens")])
    local = spans.select("day", midnight=pl.col("day") * DAY, opens="opens", closes="closes")
    at = {
        name: to_utc(local["midnight"] + offset, rules.timezone)
        for name, offset in (("opens", local["opens"]), ("closes", local["closes"]), ("starts", 0), ("ends", DAY))
    }
    placed = pl.DataFrame({"day": local["day"], **at})
    happened = pl.col("starts") < pl.col("ends")  # Pacific/Apia had no 2011-12-30: both its midnights are one instant
    return placed.filter(happened & (pl.col("opens") < pl.col("closes"))).select("day", "opens", "closes").sort("opens")


def _weekly(rules: CalendarRules, first_day: int, last_day: int, special: pl.Series) -> pl.DataFrame:
    """The weekly spans of every date that is neither a holiday nor has special hours: `day`, `opens`, `closes`."""
    rows = [(number, *span) for number, spans in enumerate(rules.week) for span in spans]
    schema = {"weekday": pl.Int64, "opens": pl.Int64, "closes": pl.Int64}
    week = pl.DataFrame(rows, schema=schema, orient="row")
    if not rows:
        return week.rename({"weekday": "day"})
    days = pl.DataFrame({"day": pl.int_range(first_day, last_day + 1, eager=True)})
    if rules.special_days != SpecialDays():
        closed = pl.concat([special, rules.special_days.holidays(first_day, last_day)["day"]])
        days = days.filter(~pl.col("day").is_in(closed.implode()))
    monday_first = (pl.col("day") + 3) % 7  # 1970-01-01 was a Thursday
    joined = days.with_columns(weekday=monday_first).join(week, on="weekday", how="inner")
    return joined.select("day", "opens", "closes")


def merged(placed: pl.DataFrame) -> pl.DataFrame:
    """One row per opening: `opens`, `closes`, sorted and disjoint; pieces that touch or overlap have become one."""
    reach = pl.col("closes").cum_max()
    is_new = (pl.col("opens") > reach.shift(1)).fill_null(True)
    marked = placed.select("opens", closes=reach, is_new=is_new, is_last=is_new.shift(-1, fill_value=True))
    return pl.DataFrame(
        {"opens": marked.filter("is_new")["opens"], "closes": marked.filter("is_last")["closes"]},
        schema={"opens": pl.Int64, "closes": pl.Int64},
    )


@dataclass(frozen=True)
class Ranks:
    """How many of the sorted, distinct `keys` are <= a value: what `search_sorted` answers, about ten times as fast.

    The keys lie in cells of one width, none of which holds two; a value's cell tells its rank but for one comparison.
    Not even that is needed where each key begins a cell, as whole hours do in cells of an hour. Keys too close together
    for a table of reasonable size are searched.
    """

    keys: pl.Series
    _first: int = field(init=False)
    _width: int = field(init=False)
    _is_exact: bool = field(init=False)
    _cells: pl.Series = field(init=False)
    _following: pl.Series = field(init=False)

    def __post_init__(self) -> None:
        steps = self.keys.diff().drop_nulls().unique().to_list()
        first, last = (self.keys[0], self.keys[-1]) if len(self.keys) else (0, 0)
        exact, closest = (math.gcd(*steps), min(steps)) if steps else (DAY, DAY)
        is_exact = (last - first) // exact <= _MOST_CELLS // 10  # so many are looked up fast
        width = exact if is_exact else closest
        is_narrow = (last - first) // width > _MOST_CELLS
        starts = pl.Series([], dtype=pl.Int64) if is_narrow else pl.int_range(first, last + 1, width, eager=True)
        inside = self.keys.search_sorted(starts, side="right")
        ends = [pl.Series([number], dtype=pl.UInt32) for number in (0, len(self.keys))]
        object.__setattr__(self, "_first", first)
        object.__setattr__(self, "_width", 0 if is_narrow else width)
        object.__setattr__(self, "_is_exact", is_exact)
        object.__setattr__(self, "_cells", pl.concat([ends[0], inside.cast(pl.UInt32), ends[1]], rechunk=True))
        object.__setattr__(self, "_following", self.keys.extend_constant(_FAR, 1))

    def table(self, by_number: pl.Series) -> pl.Series:
        """What is said of each rank, from 0, laid out for a look-up by `places`."""
        return by_number[self._cells] if self._is_exact else by_number

    def places(self, values: pl.Series) -> pl.Series:
        """Where `table` says what is said of each value's rank; null where it is null."""
        if not self._is_exact:
            return self.number(values).collect().to_series(1).rechunk()
        cell = (values - (self._first - self._width)) // self._width
        return _clipped(cell, 0, len(self._cells) - 1).cast(pl.UInt32, wrap_numerical=True)

    def number(self, values: pl.Series) -> pl.LazyFrame:
        """One row per value, in their order: `value`, and `number`, its rank; null where it is null."""
        value, number = pl.col("value"), pl.col("number")
        frame = values.alias("value").to_frame().lazy()
        if not self._width:
            rank = pl.lit(self.keys).search_sorted(value, side="right")
            return frame.with_columns(number=pl.when(value.is_not_null()).then(rank))
        cell = ((value - self._first) // self._width + 1).clip(0, len(self._cells) - 1).cast(pl.UInt32)
        at_cell = frame.with_columns(number=pl.lit(self._cells).gather(cell))
        if self._is_exact:
            return at_cell
        is_past_next = value >= pl.lit(self._following).gather("number")
        return at_cell.with_columns(number=number + is_past_next.cast(pl.UInt32))


@dataclass(frozen=True)
class Openings:
    """The function F of a calendar, exact for instants from `first` through `last`, and its inverse."""

    rules: CalendarRules
    first: int
    last: int
    origin: int

    @cached_property
    def merged(self) -> pl.DataFrame:
        """The openings; see `merged`."""
        return merged(pieces(self.rules, self.first, self.last))

    def total(self, instant: int) -> int:
        """F of one instant."""
        return self._raw_total(instant) - self._at_origin

    @cached_property
    def ends(self) -> tuple[int, int]:
        """F of the first and of the last instant."""
        return self.total(self.first), self.total(self.last)

    def _raw_total(self, instant: int) -> int:
        opens, closes = (self.merged[name].clip(upper_bound=instant) for name in ("opens", "closes"))
        return int((closes - opens).sum())

    @cached_property
    def _at_origin(self) -> int:
        return self._raw_total(self.origin)

    @cached_property
    def _after(self) -> pl.Series:
        """F at the end of each opening, preceded by F before the first."""
        lengths = self.merged["closes"] - self.merged["opens"]
        before_all = pl.Series([0], dtype=pl.Int64)
        return pl.concat([before_all, lengths.cum_sum()]) - self._at_origin

    @cached_property
    def _lead(self) -> pl.Series:
        """F(t) - t inside each opening, preceded by a number that no instant reaches."""
        return pl.concat([pl.Series([_FAR], dtype=pl.Int64), self._after[1:] - self.merged["closes"]])

    @cached_property
    def _by_start(self) -> Ranks:
        return Ranks(self.merged["opens"])

    @cached_property
    def _by_total(self) -> Ranks:
        return Ranks(self._after[:-1])  # no value asked for lies beyond the last

    @cached_property
    def _lead_by_start(self) -> pl.Series:
        return self._by_start.table(self._lead)

    @cached_property
    def _after_by_start(self) -> pl.Series:
        return self._by_start.table(self._after)

    @cached_property
    def _lead_by_total(self) -> pl.Series:
        return self._by_total.table(self._lead)

    def open_time(self, instants: pl.Series) -> pl.Series:
        """F of each instant; null stays null."""
        place = self._by_start.places(instants)
        in_opening, until_close = instants + self._lead_by_start[place], self._after_by_start[place]
        return in_opening.zip_with(in_opening < until_close, until_close)

    def instant(self, open_time: pl.Series) -> pl.Series:
        """The earliest instant at which F is each value; null stays null.

        Values from above F(`first`) through F(`last`); a lower one gives the first instant of all.
        """
        place = self._by_total.places(open_time - 1)  # by the openings that end before the value is reached
        return _clipped(open_time - self._lead_by_total[place], FIRST_INSTANT, None)

    @cached_property
    def working_days(self) -> pl.DataFrame:
        """One row per local date with an opening: `day`, and `clock`, the local time of its first opening; sorted."""
        days = pieces(self.rules, self.first, self.last).group_by("day").agg(pl.col("opens").min()).sort("day")
        local = to_local(days["opens"], self.rules.timezone)
        return pl.DataFrame({"day": days["day"], "clock": local - days["day"] * DAY})


def _clipped(values: pl.Series, least: int, most: int | None) -> pl.Series:
    """The values within bounds. That they need no clipping, as is usual, is seen faster than they are clipped."""
    lowest, highest = values.min(), values.max()
    if not isinstance(lowest, int) or not isinstance(highest, int):
        return values
    return values if lowest >= least and (most is None or highest <= most) else values.clip(least, most)
