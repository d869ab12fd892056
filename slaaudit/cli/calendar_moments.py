"""The dates and instants that `slaaudit calendar` is asked about; the only part of it that knows what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slaaudit.cli.values import NOW, Mistakes, moment

if TYPE_CHECKING:
    from slaaudit.cli.calendar_options import Dates

_WEEKS = 4
_MOST_DAYS = 4_000  # about ten years: more is a slip of the pen
_MICROSECOND = timedelta(microseconds=1)


def plain_date(option: str, text: str | None, mistakes: Mistakes) -> date | None:
    """A date without a time of day; what is wrong with it is noted."""
    found = moment(option, text, mistakes)
    if isinstance(found, datetime):
        mistakes.note("wrong_date", f"{option} {text} has a time of day", "write the date only: 2026-12-24")
        return None
    return found


def check_range(dates: Dates, first: date | None, last: date | None, mistakes: Mistakes) -> None:
    """Notes a span that ends before it begins, in two ways, or beyond what anybody reads."""
    if dates.to and dates.weeks is not None:
        mistakes.note("wrong_range", "--to and --weeks both say where it ends", "leave one of them out")
    elif dates.weeks is not None and not 1 <= dates.weeks <= _MOST_DAYS // 7:
        mistakes.note("wrong_range", f"--weeks cannot be {dates.weeks}", f"a number from 1 to {_MOST_DAYS // 7}")
    elif first and last and last < first:
        mistakes.note("reversed_range", f"--from {first} is after --to {last}", "exchange the two")
    elif first and last and (last - first).days >= _MOST_DAYS:
        what = f"--from {first} to {last} are {(last - first).days + 1:,} days"
        mistakes.note("wrong_range", what, f"at most {_MOST_DAYS:,} are shown at once")


def span(first: date | None, last: date | None, weeks: int | None, timezone: str) -> tuple[date, date]:
    """The first and the last date: four weeks from the Monday of this week, unless something else was said.

    With nothing but a last date in the past, the week of that.
    """
    if first is None:
        today = datetime.now(ZoneInfo(timezone)).date()
        first = min(today, last or today)
        first -= timedelta(days=first.weekday())
    return first, last or first + timedelta(days=7 * (weeks or _WEEKS) - 1)


def check_moments(moments: dict[str, str], mistakes: Mistakes) -> None:
    """Notes what is no date, no date and time, and not `now`; by the names of the arguments."""
    for name, text in moments.items():
        if text.strip() != NOW:
            moment(name, text, mistakes)


def placed(text: str, timezone: str) -> tuple[int, tuple[str, ...]]:
    """The instant that a checked text names, in microseconds; and a note if a change of the clocks touches it."""
    found = datetime.now(UTC) if text.strip() == NOW else moment("", text, Mistakes())
    assert found is not None
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    if isinstance(found, datetime) and found.tzinfo is not None:
        return (found - epoch) // _MICROSECOND, ()
    local = found if isinstance(found, datetime) else datetime.combine(found, datetime.min.time())
    return _located(local, (local.replace(tzinfo=UTC) - epoch) // _MICROSECOND, timezone)


def _located(local: datetime, microseconds: int, timezone: str) -> tuple[int, tuple[str, ...]]:
    import polars as pl

    from slaaudit.reports.openings import shown
    from slaaudit.sources.dates.local_time import locate

    found = locate(pl.Series([microseconds]), timezone)
    instant = int(found.instants[0])
    if found.skipped[0]:
        return instant, (
            f"{local} does not exist in {timezone}: the clocks went past it; {shown(instant, timezone)} is meant",
        )
    if found.repeated[0]:
        return instant, (f"{local} occurs twice in {timezone}: the first is meant; write the offset to mean the other",)
    return instant, ()
