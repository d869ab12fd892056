"""A clock's time line as a table for people: what happened, and between that a row a day of what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from slaaudit.explain.story import ClockStory, Moment, Stretch
from slaaudit.explain.words import clock, day, day_and_time, day_range, hms, local

_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta()
_MOST_DAYS = 6  # more counted days in a row than this become three rows
_MOST_PIECES = 3  # more openings than this in a day are not listed one by one
_EFFECTS = {
    "starts": "the clock starts",
    "pauses": "the clock pauses",
    "goes_on": "the clock goes on",
    "ends": "the clock stops",
    "as_of": "the clock still runs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: when, what, the business time counted in it and that used up after it. Raw text.

    `kind` is `moment`, `due`, or that of the stretches that the row stands for; `when` is empty where the row before
    says it.
    """

    when: str
    what: str
    kind: str
    amount: timedelta | None = None
    used: timedelta | None = None


def timetable(story: ClockStory, timezone: str, *, year: bool = False) -> list[Row]:
    """The rows of a judged clock, in order; times on the clocks of `timezone`, dates with the `year` if asked for."""
    days = "days" if story.around_the_clock else "working days"
    rows = []
    for moment, following in pairwise([*story.moments, None]):
        assert moment is not None
        rows.append(_moment(moment, timezone, year=year))
        if following is not None:
            within = [each for each in story.stretches if moment.at <= each.starts and each.ends <= following.at]
            rows += _Between(within, timezone, year=year, days=days).rows()
    return rows


def _moment(moment: Moment, timezone: str, *, year: bool) -> Row:
    stands_still = moment.effect in ("starts", "as_of") and bool(moment.detail)
    effect = _EFFECTS.get(moment.effect, "")
    if stands_still:
        effect = "the clock starts, paused" if moment.effect == "starts" else "the clock still pauses"
    what = ": ".join(part for part in (moment.what, effect) if part)
    return Row(
        when=day_and_time(local(moment.at, timezone), year=year),
        what=f"{what} ({moment.detail})" if moment.detail else what,
        kind="due" if moment.effect == "runs_out" else "moment",
        amount=moment.amount,
        used=moment.used,
    )


class _Between:
    """The stretches between two moments: all of them counted, overdue or paused, but for the closed ones."""

    def __init__(self, stretches: Sequence[Stretch], timezone: str, *, year: bool, days: str) -> None:
        self.stretches = stretches
        self.timezone = timezone
        self.year = year
        self.days = days  # what many of them are called

    def rows(self) -> list[Row]:
        """A row for a pause, else a row for each day that counted and for each time that was closed."""
        if any(stretch.kind == "paused" for stretch in self.stretches):
            return [self._paused()]
        shown = [stretch for stretch in self.stretches if stretch.kind != "closed" or self._is_shown(stretch)]
        groups = (list(group) for _, group in groupby(shown, key=self._day_of))
        rows = [self._closed(one[0]) if one[0].kind == "closed" else self._counted(one) for one in groups]
        return _shorter(rows, self.days)

    def _paused(self) -> Row:
        amount = sum((stretch.open for stretch in self.stretches), _NOTHING)
        named = "; ".join(dict.fromkeys(each.why for each in self.stretches if each.kind == "closed" and each.why))
        closed = f" (closed: {named})" if named else ""
        what = f"until {self._until(self.stretches[-1].ends)}, {hms(amount)} not counted{closed}"
        return Row(when="", what=what, kind="paused")

    def _is_shown(self, stretch: Stretch) -> bool:
        """Whether closed time has a row: not what is between the openings of a day, nor a night between two days."""
        return self._is_at_an_end(stretch) or self._last_whole_date(stretch) is not None

    def _is_at_an_end(self, stretch: Stretch) -> bool:
        return stretch is self.stretches[0] or stretch is self.stretches[-1]

    def _last_whole_date(self, stretch: Stretch) -> date | None:
        """The last date between those of the ends, closed from midnight to midnight; None: there is none."""
        first, last = (local(instant, self.timezone).date() for instant in (stretch.starts, stretch.ends))
        return last - _ONE_DAY if last - first > _ONE_DAY else None

    def _day_of(self, stretch: Stretch) -> tuple[datetime | None, date]:
        """What goes into one row: the open times of one date; a time that goes past midnight has its own."""
        starts, ends = local(stretch.starts, self.timezone), local(stretch.ends, self.timezone)
        is_alone = stretch.kind == "closed" or _last_date(ends) != starts.date()
        return stretch.starts if is_alone else None, starts.date()

    def _counted(self, pieces: list[Stretch]) -> Row:
        starts, ends = local(pieces[0].starts, self.timezone), local(pieces[-1].ends, self.timezone)
        what = ", ".join(self._times(piece) for piece in pieces)
        if _last_date(ends) != starts.date():
            what = f"{clock(starts)} until {day_and_time(ends, year=self.year)}"
        elif len(pieces) > _MOST_PIECES:
            what = f"{clock(starts)}–{_closing(ends)} in {len(pieces)} openings"
        amount = sum((piece.open for piece in pieces), _NOTHING)
        return Row(
            when=day(starts, year=self.year), what=what, kind=pieces[0].kind, amount=amount, used=pieces[-1].used
        )

    def _closed(self, stretch: Stretch) -> Row:
        """Whole dates by their names; at an end of the time, until when."""
        last = self._last_whole_date(stretch)
        if not self._is_at_an_end(stretch) and last is not None:
            first = local(stretch.starts, self.timezone).date() + _ONE_DAY
            return Row(when=day_range(first, last, year=self.year), what=stretch.why, kind="closed")
        named = f" ({stretch.why})" if stretch.why else ""
        return Row(when=self._from(stretch), what=f"until {self._until(stretch.ends)}{named}", kind="closed")

    def _from(self, stretch: Stretch) -> str:
        return "" if stretch is self.stretches[0] else self._until(stretch.starts)

    def _until(self, ends: datetime) -> str:
        return day_and_time(local(ends, self.timezone), year=self.year)

    def _times(self, piece: Stretch) -> str:
        starts, ends = local(piece.starts, self.timezone), local(piece.ends, self.timezone)
        return f"{clock(starts)}–{_closing(ends)}"


def _shorter(rows: list[Row], called: str) -> list[Row]:
    """The rows with those between the first and the last counted day as one, if they are many."""
    counted = [number for number, row in enumerate(rows) if row.kind != "closed"]
    if len(counted) <= _MOST_DAYS:
        return rows
    first, last = counted[1], counted[-2]
    days = [rows[number] for number in counted[1:-1]]
    named = "; ".join(row.what for row in rows[first : last + 1] if row.kind == "closed" and row.what)
    middle = Row(
        when=f"{days[0].when} – {days[-1].when}",
        what=f"{len(days):,} {called}" + (f" (closed {named})" if named else ""),
        kind=days[0].kind,
        amount=sum((row.amount or _NOTHING for row in days), _NOTHING),
        used=days[-1].used,
    )
    return [*rows[:first], middle, *rows[last + 1 :]]


def _last_date(ends: datetime) -> date:
    """The date to which an end belongs: midnight ends the day before."""
    return (ends - timedelta(microseconds=1)).date()


def _closing(ends: datetime) -> str:
    return "24:00" if (ends.hour, ends.minute, ends.second, ends.microsecond) == (0, 0, 0, 0) else clock(ends)
