"""Instants and durations as they are said: `Tue 3 Nov 2026 at 10:40`, `2 hours and 5 minutes`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slaaudit.durations import format_hms

MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# not by strftime, which speaks the language of the machine
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def instant_of(microseconds: int) -> datetime:
    """The instant so many microseconds after 1970, in UTC."""
    return EPOCH + microseconds * MICROSECOND


def local(instant: datetime, zone: str) -> datetime:
    """The instant on the clocks of a zone."""
    return instant.astimezone(ZoneInfo(zone))


def clock(moment: datetime, *, seconds: bool | None = None) -> str:
    """The time of day of a local time: `10:40`, with seconds if it has any or they are asked for.

    A time that occurs twice, as clocks go back, says which of the two it is: `02:30 CEST`.
    """
    shown = moment.strftime("%H:%M:%S") if (moment.second if seconds is None else seconds) else moment.strftime("%H:%M")
    first, second = (moment.replace(fold=fold) for fold in (0, 1))
    # with two offsets it occurs twice, or, if that of the first is the smaller, not at all
    is_twice = first.utcoffset() != second.utcoffset() and first.astimezone(UTC) < second.astimezone(UTC)
    return f"{shown} {_zone_name(moment)}" if is_twice else shown


def _zone_name(moment: datetime) -> str:
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment.strftime('%z')}"


def day(moment: date, *, year: bool = False) -> str:
    """`Tue 3 Nov`, or `Tue 3 Nov 2026`."""
    shown = f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
    return f"{shown} {moment.year:04}" if year else shown


def day_range(first: date, last: date, *, year: bool = False) -> str:
    """`Sat 7 Nov`, `Sat 7 – Sun 8 Nov`, `Sat 28 Feb – Sun 1 Mar`; with the year after each."""
    if first == last:
        return day(first, year=year)
    same_month = (first.year, first.month) == (last.year, last.month)
    start = f"{_DAYS[first.weekday()]} {first.day}" if same_month else day(first, year=year)
    return f"{start} – {day(last, year=year)}"


def day_and_time(moment: datetime, *, year: bool = False, seconds: bool | None = None) -> str:
    """`Tue 3 Nov 10:40`."""
    return f"{day(moment, year=year)} {clock(moment, seconds=seconds)}"


def full(instant: datetime, zone: str) -> str:
    """`Tue 3 Nov 2026 10:40:05`, on the clocks of a zone."""
    return day_and_time(local(instant, zone), year=True)


class Speech:
    """Says instants one after the other, and of each only what the one before it did not say already.

    >>> speech = Speech("Europe/Amsterdam", seconds=False)
    >>> [speech.on(datetime(2026, 11, 3, hour, 40, tzinfo=UTC)) for hour in (9, 10, 23)]
    ['on Tue 3 Nov 2026 at 10:40', 'at 11:40', 'on Wed 4 Nov at 00:40']
    """

    def __init__(self, zone: str, *, seconds: bool) -> None:
        self._zone = zone
        self._seconds = seconds
        self._said: date | None = None

    def on(self, instant: datetime) -> str:
        """`on Tue 3 Nov 2026 at 10:40`, without the date or the year that was said last."""
        date_ = self._date(instant)
        return f"on {date_} {self._at(instant)}" if date_ else self._at(instant)

    def of(self, instant: datetime) -> str:
        """`of Tue 3 Nov 2026 at 10:40`: the same, to name something by its instant."""
        date_ = self._date(instant)
        return f"of {date_} {self._at(instant)}" if date_ else f"of {self._at(instant).removeprefix('at ')}"

    def _at(self, instant: datetime) -> str:
        moment = local(instant, self._zone)
        return f"at {clock(moment, seconds=None if self._seconds else False)}"

    def _date(self, instant: datetime) -> str:
        said, self._said = self._said, local(instant, self._zone).date()
        if self._said == said:
            return ""
        return day(self._said, year=said is None or said.year != self._said.year)


def spoken(duration: timedelta) -> str:
    """`2 hours and 5 minutes`, `44 minutes and 1 second`; seconds are left out, not rounded, from an hour on.

    >>> spoken(timedelta(hours=36, minutes=53, seconds=54)), spoken(timedelta(minutes=44, seconds=1))
    ('36 hours and 53 minutes', '44 minutes and 1 second')
    """
    seconds = abs(duration) // SECOND
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    parts = [_number(hours, "hour"), _number(minute, "minute"), _number(0 if hours else second, "second")]
    said = [part for part in parts if part]
    if not said:
        return "less than a second" if duration else "no time"
    return " and ".join(said)


def _number(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}" if number else ""


def hms(duration: timedelta) -> str:
    """`36:53:54`, as in the log."""
    return format_hms(duration // MICROSECOND)


def shortened(text: str, length: int) -> str:
    """The text, or as much of it as fits and `…`."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
