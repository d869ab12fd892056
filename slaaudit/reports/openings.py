"""When a calendar is open: day by day, between two instants, and until a target's time has passed.

For the question "is our calendar right?": one row a local date, closed ones too, with what is special about it.
Instants are microseconds since 1970, as the engine has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from slaaudit.account import Account
from slaaudit.calendars import Calendar
from slaaudit.calendars.special_days import day_number
from slaaudit.durations import Amount, format_hms
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy
from slaaudit.reports.columns import kinds_of
from slaaudit.reports.opening_days import CLOSED, opening_days
from slaaudit.reports.periods import local_time
from slaaudit.reports.report import Report
from slaaudit.zones import DAY, EPOCH, to_local, to_utc

_HEADINGS = {
    "week": "Week", "date": "Date", "weekday": "Day", "hours": "Hours", "open": "Open", "week_open": "In the\nweek",
    "so_far": "So far", "working_day": "Working\nday", "due": "Due", "note": "Note",
}  # fmt: skip
_WORTH = (
    "date",
    "weekday",
    "hours",
    "open",
    "note",
    "working_day",
    "week_open",
    "so_far",
    "week",
    "due",
)  # the title says what is due
_TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCalendar:
    """One calendar of a policy."""

    name: str
    policy: Policy

    @property
    def calendar(self) -> Calendar:
        """The calendar itself."""
        return self.policy.calendars[self.name]

    @property
    def timezone(self) -> str:
        """Its time zone, in which everything about it is shown."""
        return self.calendar.timezone


class OnlyPolicy(Account):
    """What a report that read no tickets says about its run: by which policy it was made."""

    @classmethod
    def of(cls, policy: Policy) -> OnlyPolicy:
        """That of a policy."""
        fields: dict[str, Any] = {name: 0 for name, kind in Account.__annotations__.items() if kind == "int"}
        fields |= {"policy_name": policy.name, "policy_hash": policy.hash, "files": (policy.file,)}
        return cls(**fields, outcomes={}, as_of=EPOCH)

    def lines(self, time_zone: str | None = None) -> list[str]:
        """Nothing: there were no tickets to count."""
        return []

    def as_dict(self) -> dict[str, Any]:
        """The policy's name and hash, and no numbers."""
        return {"as_of": None, "policy_name": self.policy_name, "policy_hash": self.policy_hash}


def schedule(of: NamedCalendar, first: date, last: date) -> Report:
    """One row per local date from `first` through `last`: `week, date, weekday, hours, open, week_open, note`.

    `hours` are local times as in a policy, `closed` without any. `open` is the time open on that date, `week_open`
    that of the dates of the same ISO week that are in the report, said once a week: on the last of them.
    """
    starts, ends = day_number(first), day_number(last) + 1
    days = opening_days(of.calendar, *_midnights(starts, ends, of.timezone))
    week = pl.col("date").dt.strftime("%G-W%V")
    is_last = (week != week.shift(-1)).fill_null(True)
    frame = days.with_columns(week=week).with_columns(
        week_open=pl.when(is_last).then(pl.col("open").sum().over("week")),
    )
    title = f"Openings of the calendar '{of.name}' from {first} to {last}, {of.timezone}"
    columns = ("week", "date", "weekday", "hours", "open", "week_open", "note")
    return _report("openings", title, frame.select(columns), of)


def between(of: NamedCalendar, start: int, end: int, notes: tuple[str, ...] = ()) -> Report:
    """The open time from `start` to `end`, not earlier: `date, weekday, hours, open, so_far, note`, and the total."""
    frame = opening_days(of.calendar, start, end).with_columns(so_far=pl.col("open").cum_sum())
    title = (
        f"{format_hms(elapsed(of, start, end))} open from {_moment(start, of)} to {_moment(end, of)},"
        f" calendar '{of.name}', {of.timezone}"
    )
    columns = ("date", "weekday", "hours", "open", "so_far", "note")
    return _report("elapsed", title, frame.select(columns), of, notes=notes)


def until_due(of: NamedCalendar, start: int, target: Amount, notes: tuple[str, ...] = ()) -> Report:
    """The days from `start` until the target's time has passed; `due`, on the last row, says when.

    Columns `date, weekday, hours, open, so_far, due, note`; for a target in working days, of which a local date with
    any opening is one, `date, weekday, hours, working_day, due, note`: their number, 0 for the one counted from.
    """
    end = due(of, start, target)
    title = f"{target} from {_moment(start, of)} is due {_moment(end, of)}, calendar '{of.name}', {of.timezone}"
    notes = (*notes, *_second_of_two(end, of))
    when = pl.when(pl.int_range(pl.len()) == pl.len() - 1).then(pl.lit(end)).cast(INSTANT)
    if target.working_days is None:
        frame = opening_days(of.calendar, start, end).with_columns(so_far=pl.col("open").cum_sum(), due=when)
        columns: tuple[str, ...] = ("date", "weekday", "hours", "open", "so_far", "due", "note")
        return _report("due", title, frame.select(columns), of, notes=notes)
    first, last = (_local_day(instant, of) for instant in (start, end))
    days = opening_days(of.calendar, *_midnights(first, last + 1, of.timezone))
    is_working = pl.col("hours") != CLOSED
    number = pl.when(is_working).then(is_working.cum_sum().cast(pl.Int64) - 1)
    frame = days.with_columns(working_day=number, due=when)
    columns = ("date", "weekday", "hours", "working_day", "due", "note")
    return _report("due", title, frame.select(columns), of, notes=notes)


def elapsed(of: NamedCalendar, start: int, end: int) -> int:
    """The open time from `start` to `end`, in microseconds."""
    starts, ends = (pl.Series([instant]).cast(INSTANT) for instant in (start, end))
    return int(of.calendar.elapsed(starts, ends).to_physical()[0])


def due(of: NamedCalendar, start: int, target: Amount) -> int:
    """The instant at which a target that starts counting at `start` is used up."""
    starts = pl.Series([start]).cast(INSTANT)
    if target.working_days is not None:
        return int(of.calendar.working_days_due(starts, target.working_days).to_physical()[0])
    return int(of.calendar.due(starts, timedelta(microseconds=target.microseconds or 0)).to_physical()[0])


def shown(instant: int, timezone: str) -> str:
    """An instant as every report shows it: `2026-12-24 16:00:00`, local."""
    local = local_time(pl.Series([instant]).cast(INSTANT), timezone)
    return str(local.dt.strftime("%Y-%m-%d %H:%M:%S%.6f")[0]).removesuffix(".000000")


def _report(name: str, title: str, frame: pl.DataFrame, of: NamedCalendar, notes: tuple[str, ...] = ()) -> Report:
    return Report(
        name=name,
        title=title,
        frame=frame,
        kinds=kinds_of(frame.schema),
        total=_total(frame) if "open" in frame.columns else None,
        account=OnlyPolicy.of(of.policy),
        notes=notes,
        timezone=of.timezone,
        headings={name: _HEADINGS[name] for name in frame.columns},
        keep=_WORTH,
        whole=frozenset({"hours"}),
    )


def _total(frame: pl.DataFrame) -> pl.DataFrame:
    nothing = {column: pl.lit(None, dtype) for column, dtype in frame.schema.items()}
    return frame.select(**nothing | {"hours": pl.lit(_TOTAL), "open": pl.col("open").sum()})


def _midnights(first_day: int, last_day: int, timezone: str) -> tuple[int, int]:
    first, last = to_utc(pl.Series([first_day * DAY, last_day * DAY]), timezone)
    return first, last


def _local_day(instant: int, of: NamedCalendar) -> int:
    return int(to_local(pl.Series([instant]), of.timezone)[0]) // DAY


def _second_of_two(instant: int, of: NamedCalendar) -> tuple[str, ...]:
    """A note if the local time of an instant occurs twice, and the instant is the second."""
    local = to_local(pl.Series([instant]), of.timezone)
    if int(to_utc(local, of.timezone)[0]) == instant:
        return ()
    return (
        f"{shown(instant, of.timezone)} occurs twice in {of.timezone}: the second is due, after the clocks went back",
    )


def _moment(instant: int, of: NamedCalendar) -> str:
    """`Mon 2026-11-23 10:30`, local; seconds only when there are some."""
    weekday = local_time(pl.Series([instant]).cast(INSTANT), of.timezone).dt.strftime("%a")[0]
    return f"{weekday} {shown(instant, of.timezone).removesuffix(':00')}"
