"""Periods are local: which date an instant has is decided by the clocks of the policy's zone."""

from datetime import date, datetime

import polars as pl
import pytest
from fake_audit import utc

from slaaudit.frames import INSTANT
from slaaudit.reports.periods import PERIODS, between, periods, thin_months


def instants(*texts: str | None) -> pl.Series:
    return pl.Series([text and utc(text) for text in texts], dtype=INSTANT)


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("day", ["2026-10-25", "2026-10-24", "2027-01-01", None]),
        ("week", ["2026-W43", "2026-W43", "2026-W53", None]),
        ("month", ["2026-10", "2026-10", "2027-01", None]),
        ("quarter", ["2026-Q4", "2026-Q4", "2027-Q1", None]),
        ("year", ["2026", "2026", "2027", None]),
        ("total", ["total"] * 4),
    ],
)
def test_an_instant_is_in_the_period_of_its_local_date(per: str, expected: list[str | None]) -> None:
    # the second is 23:59 on Saturday in Amsterdam, the third half past midnight on New Year's Day there
    column = instants("2026-10-24 22:00", "2026-10-24 21:59", "2026-12-31 23:30", None)
    assert periods(column, per, timezone="Europe/Amsterdam").to_list() == expected


@pytest.mark.parametrize(("months", "clocks", "told"), [(25, 124, True), (25, 125, False), (24, 24, False)])
def test_many_months_with_hardly_a_clock_are_told(months: int, clocks: int, told: bool) -> None:
    dates = pl.Series([f"{2000 + number // 12}-{number % 12 + 1:02}" for number in range(months)] * 2 + [None])
    note = f"{clocks} clocks in {months} months: --per year gives fewer rows"
    assert thin_months(dates, clocks) == ((note,) if told else ())


def test_every_period_has_an_example_above() -> None:
    assert PERIODS == ("day", "week", "month", "quarter", "year", "total")


def test_the_week_is_that_of_iso_8601_at_both_ends_of_a_year() -> None:
    column = instants("2024-12-30 12:00", "2027-01-03 12:00", "2026-01-01 12:00")
    assert periods(column, "week", timezone="UTC").to_list() == ["2025-W01", "2026-W53", "2026-W01"]


def test_both_hours_of_the_night_on_which_clocks_go_back_are_on_the_same_day() -> None:
    column = instants("2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 22:59", "2026-10-25 23:00")
    assert periods(column, "day", timezone="Europe/Amsterdam").to_list() == [*["2026-10-25"] * 3, "2026-10-26"]


def test_a_range_of_dates_has_both_of_its_days_whole() -> None:
    # in Amsterdam: 30 September 23:59:59, 1 October 00:00, 31 October 23:59:59 (winter time), 1 November 00:00
    column = instants("2026-09-30 21:59:59", "2026-09-30 22:00", "2026-10-31 22:59:59", "2026-10-31 23:00", None)
    kept = between(column, date(2026, 10, 1), date(2026, 10, 31), timezone="Europe/Amsterdam")
    assert kept.to_list() == [False, True, True, False, False]


def test_a_range_of_instants_has_both_of_its_ends() -> None:
    column = instants("2026-10-01 07:59:59", "2026-10-01 08:00", "2026-10-01 09:00", "2026-10-01 09:00:01")
    kept = between(column, utc("2026-10-01 08:00"), utc("2026-10-01 09:00"), timezone="Europe/Amsterdam")
    assert kept.to_list() == [False, True, True, False]


def test_an_instant_without_a_zone_is_local_and_the_first_of_two() -> None:
    column = instants("2026-10-25 00:29:59", "2026-10-25 00:30", "2026-10-25 01:30")
    kept = between(column, datetime(2026, 10, 25, 2, 30), None, timezone="Europe/Amsterdam")  # noqa: DTZ001 - meant
    assert kept.to_list() == [False, True, True]


def test_without_bounds_everything_is_inside_even_what_has_no_instant() -> None:
    assert between(instants(None, "2026-10-01 08:00"), None, None, timezone="UTC").to_list() == [True, True]
