"""Laws of business time on random calendars, around clock changes, and equality with the naive oracle."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_time import DAYS, EPOCH, MICROSECOND, NaiveCalendar, instant, microseconds

from slaaudit.calendars import BusinessClock, Calendar, openings
from slaaudit.calendars.openings import Ranks
from slaaudit.zones import to_local, to_utc, zone_names

DAY = 86_400_000_000
# Places and days on which wall clocks do what a simple program does not expect.
ODD_DAYS = (
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Europe/Berlin", "2150-03-29"),  # beyond the years that Polars knows
    ("America/New_York", "3001-11-01"),
    ("America/Sao_Paulo", "2018-11-04"),  # midnight does not exist
    ("America/Havana", "2026-11-01"),  # midnight occurs twice
    ("America/Nuuk", "2024-03-31"),  # the last hour of Saturday does not exist
    ("America/St_Johns", "2010-11-07"),  # one minute after midnight, back to the day before
    ("America/Caracas", "2016-05-01"),  # half an hour
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour, twice a year
    ("Antarctica/Troll", "2026-03-29"),  # two hours
    ("Asia/Kathmandu", "2026-01-04"),  # +05:45
    ("Asia/Pyongyang", "2018-05-05"),
    ("Africa/Cairo", "2014-07-31"),  # four changes in 2014
    ("Africa/Casablanca", "2026-03-22"),  # an hour back for Ramadan
    ("Pacific/Apia", "2011-12-30"),  # skipped
    ("Pacific/Kwajalein", "1993-08-21"),  # skipped
    ("Pacific/Kiritimati", "1995-01-01"),  # skipped
    ("Europe/Amsterdam", "1937-07-01"),  # from +01:19:32 to +01:20
)
SPAN = 12 * DAY
FIRST, LAST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - the ends of local times to draw

seconds_of_day = st.one_of(
    st.sampled_from([0, 1800, 3600, 7200, 9000, 10800, 32400, 61200, 79200, 84600]), st.integers(0, 86399)
)


def clock_time(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


@st.composite
def hours_of_a_day(draw: st.DrawFn, *, overnight: bool = True) -> str:
    """Up to three spans, the last perhaps overnight, as text."""
    times = draw(st.lists(seconds_of_day, max_size=6, unique=True).map(sorted))
    times = times[: len(times) // 2 * 2]
    spans = [(times[number], times[number + 1]) for number in range(0, len(times), 2)]
    if spans and overnight and draw(st.booleans()):
        late = spans.pop()
        early = draw(st.integers(0, late[0]))
        spans.append((late[0], early if early < late[0] else late[1]))
    if spans and draw(st.booleans()) and spans[-1][1] > spans[-1][0]:
        return ", ".join(
            [*(f"{clock_time(a)}-{clock_time(b)}" for a, b in spans[:-1]), f"{clock_time(spans[-1][0])}-24:00"]
        )
    return ", ".join(f"{clock_time(a)}-{clock_time(b)}" for a, b in spans) or "closed"


@st.composite
def situations(draw: st.DrawFn) -> tuple[dict[str, Any], int]:
    """A calendar that opens at least on Wednesdays, and midnight of an odd day, around which to ask."""
    zone, day = draw(st.sampled_from(ODD_DAYS))
    hours = {name: draw(hours_of_a_day()) for name in draw(st.lists(st.sampled_from(DAYS), unique=True))}
    hours["wed"] = "09:00-12:30, 13:00-17:30"
    around = datetime.fromisoformat(day).date()
    near = st.integers(-10, 10).map(lambda days: (around + timedelta(days=days)).isoformat())
    holidays = {
        "dates": draw(st.lists(near, max_size=3)),
        "special": draw(st.dictionaries(near, hours_of_a_day(overnight=False), max_size=3)),
    }
    if draw(st.booleans()):
        hours = {"daily": "24h"}
    spec = {"timezone": zone, "hours": hours, "holidays": holidays}
    return spec, microseconds(datetime.fromisoformat(day).replace(tzinfo=UTC))


offsets = st.one_of(st.integers(-SPAN, SPAN), st.integers(-36, 36).map(lambda hours: hours * DAY // 24))
targets = st.one_of(st.just(0), st.integers(1, 60 * 3600 * 10**6), st.integers(1, 60).map(lambda h: h * DAY // 24))


def series(*values: int | None) -> pl.Series:
    return pl.Series(values, dtype=pl.Int64)


def clock_of(spec: Any, around: int) -> BusinessClock:
    return Calendar(spec).clock(around, around)


def naive(spec: Any, around: int) -> NaiveCalendar:
    return NaiveCalendar(spec, "UTC", around - SPAN - 10 * DAY, around + SPAN + 120 * DAY)


@given(situations(), st.lists(st.tuples(offsets, offsets), min_size=1, max_size=8))
@settings(max_examples=120, deadline=None)
def test_elapsed_is_what_the_oracle_counts(situation: tuple[Any, int], pairs: list[tuple[int, int]]) -> None:
    spec, around = situation
    clock, oracle = clock_of(spec, around), naive(spec, around)
    starts, ends = (series(*(around + pair[side] for pair in pairs)) for side in (0, 1))
    counted = (clock.open_time(ends) - clock.open_time(starts)).to_list()
    for spent, start, end in zip(counted, starts, ends, strict=True):
        assert spent == (oracle.elapsed(start, end) if start <= end else -oracle.elapsed(end, start))


@given(situations(), st.lists(st.tuples(offsets, targets), min_size=1, max_size=8))
@settings(max_examples=120, deadline=None)
def test_due_is_what_the_oracle_finds(situation: tuple[Any, int], pairs: list[tuple[int, int]]) -> None:
    spec, around = situation
    starts, budgets = series(*(around + start for start, _ in pairs)), series(*(budget for _, budget in pairs))
    oracle = naive(spec, around)
    due = clock_of(spec, around).due(starts, budgets).to_list()
    assert due == [oracle.due(start, budget) for start, budget in zip(starts, budgets, strict=True)]


@given(situations(), st.lists(st.tuples(offsets, st.integers(0, 9)), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_working_days_are_those_of_the_oracle(situation: tuple[Any, int], pairs: list[tuple[int, int]]) -> None:
    spec, around = situation
    starts, days = series(*(around + start for start, _ in pairs)), series(*(number for _, number in pairs))
    oracle = naive(spec, around)
    due = clock_of(spec, around).working_days_due(starts, days).to_list()
    assert due == [oracle.working_days_due(start, number) for start, number in zip(starts, days, strict=True)]


@given(situations(), offsets, offsets)
@settings(max_examples=60, deadline=None)
def test_the_openings_add_up_to_the_elapsed_time(situation: tuple[Any, int], one: int, other: int) -> None:
    spec, around = situation
    first, last = sorted((around + one, around + other))
    calendar, oracle = Calendar(spec), naive(spec, around)
    listed = [tuple(map(microseconds, row)) for row in calendar.openings(instant(first), instant(last)).iter_rows()]
    expected = [(max(opens, first), min(closes, last)) for opens, closes in oracle.openings]
    assert listed == [span for span in expected if span[0] < span[1]]


@given(situations(), st.lists(offsets, min_size=3, max_size=12))
@settings(max_examples=60, deadline=None)
def test_open_time_is_monotone_and_never_faster_than_real_time(situation: tuple[Any, int], moments: list[int]) -> None:
    spec, around = situation
    at = series(*(around + moment for moment in sorted(moments)))
    total = clock_of(spec, around).open_time(at)
    for (start, before), (end, after) in pairwise(zip(at, total, strict=True)):
        assert 0 <= after - before <= end - start


@given(situations(), offsets, targets)
@settings(max_examples=60, deadline=None)
def test_elapsed_until_due_is_the_target_and_due_after_elapsed_is_no_later(
    situation: tuple[Any, int], offset: int, target: int
) -> None:
    spec, around = situation
    calendar = Calendar(spec)
    start = series(around + offset).cast(pl.Datetime("us", "UTC"))
    due = calendar.due(start, target * MICROSECOND)
    assert calendar.elapsed(start, due).to_list() == [target * MICROSECOND]
    end = start + abs(offset) * MICROSECOND
    assert calendar.due(start, calendar.elapsed(start, end))[0] <= end[0]


@given(situations(), offsets, targets, st.integers(-10, 60))
@settings(max_examples=60, deadline=None)
def test_another_holiday_never_makes_a_due_date_earlier(
    situation: tuple[Any, int], offset: int, target: int, closed: int
) -> None:
    spec, around = situation
    day = (instant(around) + timedelta(days=closed)).date().isoformat()
    dates = [*spec["holidays"]["dates"], day]
    closed_more = {**spec, "holidays": {**spec["holidays"], "dates": dates}}
    start = series(around + offset)
    before, after = (clock_of(each, around).due(start, series(target))[0] for each in (spec, closed_more))
    assert before <= after


@given(situations(), st.lists(offsets, min_size=1, max_size=5), st.integers(-3000, 3000))
@settings(max_examples=40, deadline=None)
def test_growing_the_horizon_changes_no_value(situation: tuple[Any, int], moments: list[int], days: int) -> None:
    spec, around = situation
    at, far = series(*(around + moment for moment in moments)), series(around + days * DAY)
    clock = clock_of(spec, around)
    before, due_before = clock.open_time(at), clock.due(at, series(DAY // 3))
    distant = clock.open_time(far)  # grows to the left or to the right
    assert clock.open_time(at).equals(before)
    assert clock.due(at, series(DAY // 3)).equals(due_before)
    wide = Calendar(spec).clock(min(around, far[0]) - 100 * DAY, max(around, far[0]) + 100 * DAY)
    assert (wide.open_time(far) - wide.open_time(at)).equals(distant - before)


@given(situations(), st.lists(st.one_of(st.none(), offsets), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_instants_and_nulls_among_them_change_nothing(
    situation: tuple[Any, int], moments: list[int | None]
) -> None:
    spec, around = situation
    at = series(*(None if moment is None else around + moment for moment in moments))
    clock = clock_of(spec, around)
    one_by_one = [clock.open_time(series(value))[0] for value in at]
    assert clock.open_time(at).to_list() == one_by_one
    assert clock.open_time(at.reverse()).to_list() == one_by_one[::-1]
    assert [value is None for value in one_by_one] == [value is None for value in moments]


@given(
    st.lists(st.integers(-(10**7), 10**7), max_size=30, unique=True),
    st.lists(st.one_of(st.none(), st.integers(-(10**8), 10**8)), min_size=1),
    st.sampled_from([2, 1000, 1_000_000]),
)
@settings(max_examples=80, deadline=None)
def test_a_rank_is_the_number_of_keys_not_above_the_value(
    keys: list[int], values: list[int | None], cells: int
) -> None:
    keys.sort()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openings, "_MOST_CELLS", cells)  # few: keys too close for a table are searched
        numbers = Ranks(series(*keys)).number(series(*values)).collect()["number"]
    assert numbers.to_list() == [None if value is None else bisect_right(keys, value) for value in values]


@given(st.sampled_from(sorted(zone_names())), st.datetimes(FIRST, LAST))
@settings(max_examples=300, deadline=None)
def test_local_times_are_those_of_zoneinfo(zone: str, time: datetime) -> None:
    local = (time - EPOCH.replace(tzinfo=None)) // MICROSECOND
    assert to_utc(series(local), zone)[0] == microseconds(time.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC))
    shown = time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert to_local(series(local), zone)[0] == (shown - EPOCH.replace(tzinfo=None)) // MICROSECOND


@pytest.mark.parametrize(("zone", "day"), ODD_DAYS)
def test_local_times_around_a_clock_change_are_those_of_zoneinfo(zone: str, day: str) -> None:
    midnight = datetime.fromisoformat(day)
    times = [midnight + timedelta(minutes=7 * step) for step in range(-400, 401)]
    local = pl.Series(times, dtype=pl.Datetime("us")).to_physical()
    expected = [microseconds(time.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)) for time in times]
    assert to_utc(local, zone).to_list() == expected
