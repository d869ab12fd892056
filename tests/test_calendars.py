"""Business time, example by example: the converted cases, clock changes, holidays, working days, the horizon."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from slaaudit.calendars import Calendar
from slaaudit.problems import SlaauditError

CASES = [json.loads(line) for line in Path(__file__).with_name("data").joinpath("calendar_cases.jsonl").open()]
OFFICE = {"mon-thu": "09:00-12:30, 13:00-17:30", "fri": "09:00-16:00"}  # irregular, so that lazy assumptions fail
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instants(*texts: str | None) -> pl.Series:
    return pl.Series([None if text is None else at(text) for text in texts], dtype=pl.Datetime("us", "UTC"))


def elapsed(calendar: Calendar, start: str, end: str) -> timedelta:
    return calendar.elapsed(instants(start), instants(end))[0]


def due(calendar: Calendar, start: str, target: timedelta) -> str:
    return calendar.due(instants(start), target)[0].strftime("%Y-%m-%d %H:%M:%S")


def openings(calendar: Calendar, first: str, last: str) -> list[tuple[str, str]]:
    frame = calendar.openings(date.fromisoformat(first), date.fromisoformat(last))
    assert frame.schema == {"opens_at": pl.Datetime("us", "UTC"), "closes_at": pl.Datetime("us", "UTC")}
    return [(f"{opens:%d %H:%M}", f"{closes:%d %H:%M}") for opens, closes in frame.iter_rows()]


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['class']}" for number, case in enumerate(CASES, 1)])
def test_a_worked_case_gives_its_expected_answer(case: dict[str, Any]) -> None:
    calendar = Calendar(case["calendar"])
    start = instants(case["start"])
    if case["op"] == "elapsed":
        assert calendar.elapsed(start, instants(case["end"])).to_list() == [timedelta(seconds=case["seconds"])]
    else:
        assert calendar.due(start, timedelta(seconds=case["seconds"])).to_list() == [at(case["due"])]


def test_a_budget_that_ends_at_closing_time_is_due_then_and_one_second_more_after_the_next_opening() -> None:
    office = Calendar({"hours": OFFICE})
    assert due(office, "2026-01-05 16:30:00", HOUR) == "2026-01-05 17:30:00"
    assert due(office, "2026-01-05 16:30:00", HOUR + timedelta(seconds=1)) == "2026-01-06 09:00:01"


def test_a_target_of_nothing_is_due_at_the_start_even_outside_hours() -> None:
    assert due(Calendar({"hours": OFFICE}), "2026-01-03 12:00:00", timedelta(0)) == "2026-01-03 12:00:00"


def test_time_answered_outside_hours_is_nothing_and_backwards_is_negative() -> None:
    office = Calendar({"hours": OFFICE})
    assert elapsed(office, "2026-01-03 12:00:00", "2026-01-04 12:00:00") == timedelta(0)
    assert elapsed(office, "2026-01-05 12:00:00", "2026-01-05 10:00:00") == -2 * HOUR


def test_always_open_is_real_time_in_any_zone_and_year() -> None:
    for calendar in (Calendar("24x7"), Calendar({"hours": {"daily": "24h"}}, timezone="Europe/Berlin")):
        assert calendar.is_always_open
        assert elapsed(calendar, "2026-03-28 12:00:00", "2026-03-29 12:00:00") == 24 * HOUR
        assert due(calendar, "9000-01-01 00:00:00", 24 * HOUR) == "9000-01-02 00:00:00"
        assert calendar.openings(at("2026-01-01"), at("2026-01-02")).rows() == [(at("2026-01-01"), at("2026-01-02"))]


def test_all_hours_with_a_holiday_is_not_always_open() -> None:
    calendar = Calendar({"hours": {"daily": "00:00-24:00"}, "holidays": {"dates": ["2026-01-02"]}})
    assert not calendar.is_always_open
    assert elapsed(calendar, "2026-01-01 00:00:00", "2026-01-04 00:00:00") == 48 * HOUR


def test_overnight_hours_belong_to_two_dates_and_a_holiday_takes_its_own_piece_only() -> None:
    night = {"mon": "22:00-06:00"}  # 5 January 2026 is a Monday
    assert openings(Calendar({"hours": night}), "2026-01-05", "2026-01-08") == [("05 22:00", "06 06:00")]
    monday = Calendar({"hours": night, "holidays": {"dates": ["2026-01-05"]}})
    assert openings(monday, "2026-01-05", "2026-01-08") == [("06 00:00", "06 06:00")]
    tuesday = Calendar({"hours": night, "holidays": {"dates": ["2026-01-06"]}})
    assert openings(tuesday, "2026-01-05", "2026-01-08") == [("05 22:00", "06 00:00")]
    sunday = Calendar({"hours": {"sun": "22:00-06:00"}})
    assert openings(sunday, "2026-01-11", "2026-01-14") == [("11 22:00", "12 06:00")]


def test_pieces_that_touch_or_run_into_the_next_day_are_one_opening() -> None:
    calendar = Calendar({"hours": {"mon": ["09:00-12:00", "12:00-02:00"], "tue": "01:00-03:00, 22:00-24:00"}})
    assert openings(calendar, "2026-01-05", "2026-01-08") == [("05 09:00", "06 03:00"), ("06 22:00", "07 00:00")]


def test_hours_inside_those_of_the_night_before_are_counted_once() -> None:
    calendar = Calendar({"hours": {"mon": "22:00-10:00", "tue": "01:00-02:00, 03:00-04:00"}})
    assert openings(calendar, "2026-01-05", "2026-01-08") == [("05 22:00", "06 10:00")]
    assert elapsed(calendar, "2026-01-05 00:00:00", "2026-01-08 00:00:00") == 12 * HOUR


def test_days_can_be_written_as_ranges_over_sunday_lists_and_full_names() -> None:
    calendar = Calendar({"hours": {"Sun-Mon": "9:00-10:00", "wednesday, fri": "24h", "sat": "closed"}})
    shown = openings(calendar, "2026-01-05", "2026-01-12")
    assert shown == [
        ("05 09:00", "05 10:00"),
        ("07 00:00", "08 00:00"),
        ("09 00:00", "10 00:00"),
        ("11 09:00", "11 10:00"),
    ]


def test_a_time_in_the_gap_moves_forward_by_its_length() -> None:
    def on_the_day(hours: str) -> list[tuple[str, str]]:  # at 02:00 (01:00 UTC) the clocks go to 03:00
        return openings(Calendar({"hours": {"sun": hours}}, timezone="Europe/Berlin"), "2026-03-29", "2026-03-30")

    assert on_the_day("01:00-02:30") == [("29 00:00", "29 01:30")]  # closes at 03:30
    assert on_the_day("02:30-04:00") == [("29 01:30", "29 02:00")]  # opens at 03:30
    assert on_the_day("02:15-02:45") == [("29 01:15", "29 01:45")]
    assert on_the_day("02:30-03:00") == []  # would open at 03:30 and close at 03:00
    assert on_the_day("02:30-03:00, 03:00-04:00") == [("29 01:00", "29 02:00")]


def test_a_time_that_occurs_twice_is_its_first_occurrence() -> None:
    def on_the_day(hours: str) -> list[tuple[str, str]]:  # at 03:00 (01:00 UTC) the clocks go back to 02:00
        return openings(Calendar({"hours": {"sun": hours}}, timezone="Europe/Berlin"), "2026-10-25", "2026-10-26")

    assert on_the_day("01:00-02:30") == [("24 23:00", "25 00:30")]
    assert on_the_day("02:30-04:00") == [("25 00:30", "25 03:00")]  # two and a half hours
    assert on_the_day("24h") == [("24 22:00", "25 23:00")]  # a day of 25 hours


def test_a_date_that_its_zone_skipped_has_no_openings() -> None:
    samoa = Calendar({"hours": {"mon-fri": "09:00-17:00"}}, timezone="Pacific/Apia")
    # Thursday the 29th is followed by Saturday the 31st; the next opening is Monday's.
    assert openings(samoa, "2011-12-29", "2012-01-03") == [("29 19:00", "30 03:00"), ("01 19:00", "02 03:00")]
    assert samoa.working_days_due(instants("2011-12-29 20:00"), 1).to_list() == [at("2012-01-01 20:00")]


def test_working_days_keep_the_clock_time_and_skip_closed_dates() -> None:
    calendar = Calendar({"hours": OFFICE, "holidays": {"dates": ["2026-01-06"]}}, timezone="Europe/Amsterdam")
    starts = instants("2026-01-05 14:20", "2026-01-05 22:30", "2026-01-03 12:00", "2026-01-03 12:00", None)
    due_at = calendar.working_days_due(starts, pl.Series([1, 1, 1, 0, 1]))
    expected = ["2026-01-07 14:20", "2026-01-07 22:30", "2026-01-07 08:00", "2026-01-05 08:00"]
    assert due_at.to_list() == [*map(at, expected), None]
    assert calendar.working_days_due(starts[:1], pl.Series([None], dtype=pl.Int64)).to_list() == [None]


def test_working_days_keep_the_local_clock_time_over_a_clock_change() -> None:
    calendar = Calendar({"hours": {"daily": "09:00-17:00"}}, timezone="Europe/Berlin")
    starts = instants("2026-03-28 09:00", "2026-03-28 01:30", "2026-10-25 01:30")
    days = pl.Series([1, 1, 0])
    # 10:00 stays 10:00; 02:30 does not exist on the 29th and is 03:30; the second 02:30 of 25 October is kept.
    assert calendar.working_days_due(starts, days).to_list() == [
        at("2026-03-29 08:00"),
        at("2026-03-29 01:30"),
        at("2026-10-25 01:30"),
    ]


def test_results_are_microseconds_in_utc_whatever_unit_and_zone_the_input_has() -> None:
    starts = instants("2026-01-05 09:00").dt.convert_time_zone("Asia/Tokyo").dt.cast_time_unit("ms")
    calendar = Calendar({"hours": OFFICE})
    due_at = calendar.due(starts, pl.Series([HOUR]).dt.cast_time_unit("ns"))
    assert (due_at.dtype, due_at.name, due_at.to_list()) == (pl.Datetime("us", "UTC"), "due", [at("2026-01-05 10:00")])
    spent = calendar.elapsed(starts, due_at)
    assert (spent.dtype, spent.name, spent.to_list()) == (pl.Duration("us"), "elapsed", [HOUR])


def test_null_in_gives_null_out_also_when_all_are_null() -> None:
    calendar = Calendar({"hours": OFFICE})
    some, none = instants("2026-01-05 09:00", None), pl.Series([None, None])
    assert calendar.due(some, HOUR).to_list() == [at("2026-01-05 10:00"), None]
    assert calendar.due(some, pl.Series([None, HOUR])).to_list() == [None, None]
    assert calendar.elapsed(some, some).to_list() == [timedelta(0), None]
    assert calendar.elapsed(none, none).to_list() == calendar.due(none, HOUR).to_list() == [None, None]
    assert calendar.elapsed(some[:0], some[:0]).to_list() == []


def test_instants_of_the_years_1_and_9999_are_counted_too() -> None:
    calendar = Calendar({"hours": {"mon-fri": "09:00-17:00"}}, timezone="America/New_York")
    weeks = (date(9999, 12, 27) - date(1, 1, 1)).days // 7  # both are Mondays
    assert elapsed(calendar, "0001-01-01 00:00:00", "9999-12-27 05:00:00") == weeks * 40 * HOUR


def test_a_calendar_with_special_hours_only_is_open_on_these_dates_only() -> None:
    special = {"2026-01-05": "09:00-12:00", "2126-01-05": "09:00-12:00"}
    calendar = Calendar({"hours": {"daily": "closed"}, "holidays": {"special": special}})
    assert due(calendar, "2020-01-01 00:00:00", 6 * HOUR) == "2126-01-05 12:00:00"
    assert calendar.working_days_due(instants("2026-01-05 10:00"), 1).to_list() == [at("2126-01-05 10:00")]


def test_a_due_date_that_never_comes_is_refused() -> None:
    special = {"2026-01-05": "09:00-12:00"}
    calendar = Calendar({"hours": {"daily": "closed"}, "holidays": {"special": special}})
    with pytest.raises(SlaauditError) as refused:
        calendar.due(instants("2026-01-05 10:00"), 3 * HOUR)
    assert str(refused.value) == (
        "error[calendar_ends] no due date: the calendar never opens again, but 1:00:00 more of open time is needed\n"
        "    give the calendar hours per weekday, or a shorter target"
    )
    with pytest.raises(SlaauditError, match="never opens again, but another working day is needed"):
        calendar.working_days_due(instants("2026-01-05 10:00"), 1)


def test_a_due_date_after_the_year_9999_is_refused() -> None:
    with pytest.raises(SlaauditError, match="never opens again"):
        Calendar({"hours": {"mon": "09:00-09:01"}}).due(instants("2026-01-05 10:00"), 8000 * HOUR)
    with pytest.raises(SlaauditError, match="it would lie beyond the year 9999"):
        Calendar("24x7").due(instants("2026-01-05 10:00"), 87_660_000 * HOUR)


def test_an_instant_outside_the_years_1_to_9999_is_refused() -> None:
    beyond = pl.Series([2**58]).cast(pl.Datetime("us", "UTC"))
    with pytest.raises(SlaauditError) as refused:
        Calendar({"hours": OFFICE}).elapsed(beyond, beyond)
    assert str(refused.value) == (
        "error[instant_out_of_range] an instant lies outside the years 1 to 9999\n    correct the date in the export"
    )


def test_misuse_is_told_in_words() -> None:
    calendar = Calendar({"hours": OFFICE})
    with pytest.raises(TypeError, match="instants must be Datetime with a time zone, not Datetime"):
        calendar.due(pl.Series([datetime(2026, 1, 5)]), HOUR)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="a target of open time cannot be negative"):
        calendar.due(instants("2026-01-05"), -HOUR)
    with pytest.raises(ValueError, match="a number of working days cannot be negative"):
        calendar.working_days_due(instants("2026-01-05"), -1)
