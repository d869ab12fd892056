"""A calendar's openings, one row a local date, and what is special about each date."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from slaaudit.calendars import Calendar
from slaaudit.durations import HOUR, MINUTE, SECOND, Amount
from slaaudit.frames import DURATION
from slaaudit.zones import DAY, EPOCH, to_local, to_utc

CLOSED = "closed"
_UNNAMED = "holiday"
_SPECIAL = "special hours"
_NO_SUCH_DAY = "the zone has no such date"


def opening_days(calendar: Calendar, first: int, last: int) -> pl.DataFrame:
    """One row per local date of the span [`first`, `last`) (of an empty one: of `first`), in order.

    `date`, `weekday` (`Mon`), `hours` (the openings inside the span in local time, `09:00-12:30, 13:00-17:30`, or
    `closed`), `open` (Duration: their length) and `note`: holidays by name, special hours, clock changes; or null.
    """
    days = _days(calendar.timezone, first, last)
    pieces = _pieces(calendar, days, first, last)
    open_days = pieces.group_by("day", maintain_order=True).agg(
        hours=pl.col("text").str.join(", "), open=(pl.col("closes") - pl.col("opens")).sum()
    )
    joined = days.join(open_days, on="day", how="left", validate="1:1", maintain_order="left")
    noted = joined.join(_notes(calendar, days), on="day", how="left", validate="1:1", maintain_order="left")
    return noted.select(
        date=pl.col("day").cast(pl.Int32).cast(pl.Date),
        weekday=pl.col("day").cast(pl.Int32).cast(pl.Date).dt.strftime("%a"),
        hours=pl.col("hours").fill_null(CLOSED),
        open=pl.col("open").fill_null(0).cast(DURATION),
        note="note",
    )


def _days(timezone: str, first: int, last: int) -> pl.DataFrame:
    """The dates of the span: `day` (from 1970-01-01), and the instants `starts` and `ends` between its midnights."""
    ends = to_local(pl.Series([first, max(first, last - 1)]), timezone) // DAY
    day = pl.int_range(ends[0], ends[1] + 1, eager=True)
    return pl.DataFrame({"day": day, "starts": to_utc(day * DAY, timezone), "ends": to_utc((day + 1) * DAY, timezone)})


def _pieces(calendar: Calendar, days: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """One row per opening of a date within the span: `day`, the instants `opens` and `closes`, `text` (local times)."""
    spans = calendar.openings(*(EPOCH + timedelta(microseconds=instant) for instant in (first, last)))
    opens, closes = spans["opens_at"].to_physical(), spans["closes_at"].to_physical()
    zone = calendar.timezone
    reach = pl.DataFrame({"opens": opens, "closes": closes}).with_columns(
        day=pl.int_ranges(to_local(opens, zone) // DAY, to_local(closes - 1, zone) // DAY + 1)
    )
    placed = reach.explode("day").join(days, on="day", how="inner", validate="m:1", maintain_order="left")
    cut = placed.with_columns(opens=pl.max_horizontal("opens", "starts"), closes=pl.min_horizontal("closes", "ends"))
    cut = cut.filter(pl.col("opens") < pl.col("closes"))
    midnight = cut["day"] * DAY
    local = cut.with_columns(
        at=to_local(cut["opens"], zone) - midnight,
        until=to_local(cut["closes"], zone) - midnight,
    )
    until = pl.when(pl.col("closes") == pl.col("ends")).then(DAY).otherwise("until")
    return local.select("day", "opens", "closes", text=pl.format("{}-{}", _clock(pl.col("at")), _clock(until)))


def _clock(time: pl.Expr) -> pl.Expr:
    """`09:00`, `24:00`; with seconds and their fraction only when there are some."""
    minutes = pl.format("{}:{}", _two(time // HOUR), _two(time % HOUR // MINUTE))
    seconds = pl.when(time % MINUTE != 0).then(pl.format(":{}", _two(time % MINUTE // SECOND))).otherwise(pl.lit(""))
    fraction = pl.format(".{}", (time % SECOND).cast(pl.String).str.zfill(6))
    return pl.concat_str(minutes, seconds, pl.when(time % SECOND != 0).then(fraction).otherwise(pl.lit("")))


def _two(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)


def _notes(calendar: Calendar, days: pl.DataFrame) -> pl.DataFrame:
    """`day` and `note` for every date of `days`; null where nothing is special."""
    first, last = days["day"][0], days["day"][-1]
    special_days = calendar.rules.special_days
    holidays = special_days.holidays(first, last).select("day", holiday=pl.col("name").fill_null(_UNNAMED))
    special = special_days.hours(first, last).select("day", special=pl.lit(_SPECIAL)).unique()
    changes = [_change(change) for change in _ahead(days["ends"], calendar) - _ahead(days["starts"], calendar)]
    exists = days.select(
        "day",
        change=pl.Series(changes, dtype=pl.String),
        lost=pl.when(pl.col("starts") == pl.col("ends")).then(pl.lit(_NO_SUCH_DAY)),
    )
    joined = exists.join(holidays, on="day", how="left", maintain_order="left")
    joined = joined.join(special, on="day", how="left", maintain_order="left")
    note = pl.concat_str("holiday", "special", "change", "lost", separator="; ", ignore_nulls=True)
    return joined.select("day", note=pl.when(note != "").then(note))


def _ahead(midnights: pl.Series, calendar: Calendar) -> pl.Series:
    """How far the clocks were ahead of UTC just before: a gap at midnight belongs to the date that it takes from."""
    before = midnights - 1
    return to_local(before, calendar.timezone) - before


def _change(shift: int) -> str | None:
    """What happens to the clocks on a date at whose end they are `shift` microseconds ahead of its start."""
    if not shift:
        return None
    return f"clocks go {'forward' if shift > 0 else 'back'} {Amount(microseconds=abs(shift))}"
