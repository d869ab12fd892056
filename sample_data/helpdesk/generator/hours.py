"""When the help desk works, on the clock of Amsterdam. The clock change is written down, not looked up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SUMMER = timezone(timedelta(hours=2))
WINTER = timezone(timedelta(hours=1))
CLOCK_CHANGE = datetime(2026, 10, 25, 1, tzinfo=UTC)

Openings = tuple[tuple[int, int], ...]  # (opens, closes) in minutes after midnight

FULL_DAY: Openings = ((510, 750), (780, 1050))  # 08:30-12:30, 13:00-17:30
FRIDAY: Openings = ((510, 750), (780, 960))  # 08:30-12:30, 13:00-16:00
LONG_DAY: Openings = ((420, 1200),)  # 07:00-20:00
SATURDAY: Openings = ((540, 780),)  # 09:00-13:00

DESKS: dict[str, tuple[Openings, ...]] = {  # Monday to Sunday
    "office": (FULL_DAY, FULL_DAY, FULL_DAY, FULL_DAY, FRIDAY, (), ()),
    "extended": (LONG_DAY, LONG_DAY, LONG_DAY, LONG_DAY, LONG_DAY, SATURDAY, ()),
    "requesters": (((390, 1380),),) * 7,  # customers write from 06:30 to 23:00
    "always": (((0, 1440),),) * 7,
}
SPECIAL_DAYS: dict[tuple[str, date], Openings] = {
    ("office", date(2026, 9, 21)): (),  # the company outing
    ("office", date(2026, 10, 2)): ((780, 960),),  # training in the morning
}


def local(at: datetime) -> datetime:
    """The same instant, with the offset that Amsterdam's clocks show."""
    return at.astimezone(SUMMER if at < CLOCK_CHANGE else WINTER)


def on_clock(day: date, second: int) -> datetime:
    """The instant `second` seconds after midnight (on the day of a clock change, in its later offset)."""
    zone = SUMMER if day < CLOCK_CHANGE.date() else WINTER
    return local(datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=second))


def openings(desk: str, day: date) -> list[tuple[datetime, datetime]]:
    """When `desk` opens and closes on `day`."""
    spans = SPECIAL_DAYS.get((desk, day), DESKS[desk][day.weekday()])
    return [(on_clock(day, opens * MINUTE), on_clock(day, closes * MINUTE)) for opens, closes in spans]


def is_open(desk: str, at: datetime) -> bool:
    """Whether somebody is at `desk` at that instant."""
    return any(opens <= at < closes for opens, closes in openings(desk, local(at).date()))


def later(desk: str, start: datetime, seconds: int) -> datetime:
    """The instant at which `desk` has been open for `seconds` seconds since `start`."""
    day = local(start).date()
    left = timedelta(seconds=seconds)
    while True:
        for opens, closes in openings(desk, day):
            begin = max(start, opens)
            if begin < closes:
                if left <= closes - begin:
                    return local(begin + left)
                left -= closes - begin
        day += timedelta(days=1)
