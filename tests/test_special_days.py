"""Holidays and special hours: which win, where they come from, what they are called."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import holidays
import polars as pl
import pytest

from slaaudit.calendars import Calendar
from slaaudit.calendars.special_days import SpecialDays, country_problem, day_number

HOURS = {"mon-fri": "09:00-17:00"}


def openings(calendar: Calendar, first: str, last: str) -> list[tuple[str, str]]:
    frame = calendar.openings(date.fromisoformat(first), date.fromisoformat(last))
    return [(f"{opens:%d %H:%M}", f"{closes:%d %H:%M}") for opens, closes in frame.iter_rows()]


def test_special_hours_win_over_listed_dates_and_those_over_exclusions_and_those_over_the_country() -> None:
    holidays = {
        "country": "NL",  # among others 25 and 26 December and 1 January
        "dates": ["2025-12-24", {"from": "2025-12-29", "to": "2025-12-30", "name": "Closed"}, "2026-01-02..2026-01-02"],
        "special": {"2025-12-24": "09:00-12:00", "2025-12-31": "closed"},
        "exclude": ["2025-12-26", "2025-12-29"],
    }
    calendar = Calendar({"hours": {"daily": "10:00-11:00"}, "holidays": holidays})
    shown = openings(calendar, "2025-12-23", "2026-01-04")
    days = [("23", "10", "11"), ("24", "09", "12"), ("26", "10", "11"), ("27", "10", "11"), ("28", "10", "11")]
    days.append(("03", "10", "11"))
    assert shown == [(f"{day} {opens}:00", f"{day} {closes}:00") for day, opens, closes in days]
    named = calendar.holiday_names(date(2025, 12, 24), date(2026, 1, 2))
    assert [(f"{day:%m-%d}", name and name.lower()) for day, name in named.iter_rows()] == [
        ("12-25", "eerste kerstdag"),  # in the country's language, whatever the locale of the machine
        ("12-29", "closed"),
        ("12-30", "closed"),
        ("01-01", "nieuwjaarsdag"),
        ("01-02", None),
    ]


def test_a_subdivision_has_its_own_holidays() -> None:
    def names(**holidays: str) -> list[date]:
        calendar = Calendar({"hours": HOURS, "holidays": holidays})
        return calendar.holiday_names(date(2026, 11, 1), date(2026, 11, 30))["date"].to_list()

    assert names(country="DE") == []
    assert names(country="DE", subdivision="SN") == names(country="DE", subdivision="Sachsen") == [date(2026, 11, 18)]


def test_dates_may_be_python_dates_and_ranges_of_special_hours() -> None:
    holidays = {
        "dates": [date(2026, 1, 6)],
        "special": {"2026-01-07..2026-01-08": ["10:00-11:00"], date(2026, 1, 9): "24h"},
    }
    calendar = Calendar({"hours": {"daily": "09:00-10:00"}, "holidays": holidays})
    assert openings(calendar, "2026-01-06", "2026-01-10") == [
        ("07 10:00", "07 11:00"),
        ("08 10:00", "08 11:00"),
        ("09 00:00", "10 00:00"),
    ]


def test_an_ics_file_gives_holidays_with_names(tmp_path: Path) -> None:
    tmp_path.joinpath("days.ics").write_text(ICS, newline="\r\n", encoding="utf-8-sig")
    calendar = Calendar({"hours": HOURS, "holidays": {"ics": "days.ics"}}, base_dir=tmp_path)
    assert calendar.holiday_names(date(2026, 1, 1), date(2026, 12, 31)).rows() == [
        (date(2026, 1, 1), "Year's end; every year"),
        (date(2026, 5, 4), "A long name, folded"),
        (date(2026, 7, 1), "Two weeks"),
        *[(date(2026, 7, day), "Two weeks") for day in range(2, 15)],
        (date(2026, 12, 30), "Year's end; every year"),
        (date(2026, 12, 31), "Year's end; every year"),
    ]
    assert calendar.holiday_names(date(2028, 1, 1), date(2028, 2, 29)).rows() == [
        (date(2028, 1, 1), "Year's end; every year"),
        (date(2028, 2, 29), "Leap day"),
    ]


ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260504
SUMMARY;LANGUAGE=en:A long na
 me\\, folded
BEGIN:VALARM
SUMMARY:not this one
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260701
DURATION:P2W
SUMMARY:Two weeks
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20251230
DTEND;VALUE=DATE:20260102
RRULE:FREQ=YEARLY;INTERVAL=1
SUMMARY:Year's end\\; every year
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20240229
RRULE:FREQ=YEARLY
SUMMARY:Leap day
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260801
STATUS:CANCELLED
SUMMARY:Called off
END:VEVENT
END:VCALENDAR
"""


def test_the_countries_are_all_that_the_holidays_package_knows() -> None:
    known = holidays.list_supported_countries(include_aliases=True)
    assert [country for country in known if country_problem(country) is not None] == []
    assert country_problem("HolidayBase") is not None
    assert country_problem("XNYS") is not None  # a stock exchange


@pytest.mark.parametrize(
    ("country", "subdivision"), [("NL", None), ("DE", "BY"), ("US", None), ("JP", None), ("SA", None)]
)
def test_the_years_that_are_asked_for_change_no_holiday(country: str, subdivision: str | None) -> None:
    days = SpecialDays(country=country, subdivision=subdivision)
    first, last = day_number(date(1900, 1, 1)), day_number(date(2150, 12, 31))
    years = [(day_number(date(year, 1, 1)), day_number(date(year, 12, 31))) for year in range(1900, 2151)]
    assert pl.concat([days.holidays(*year) for year in years]).equals(days.holidays(first, last))
    assert days.holidays(day_number(date(1066, 1, 1)), day_number(date(1066, 12, 31))).is_empty()


def test_the_holidays_package_is_imported_only_for_a_country() -> None:
    code = (
        "import sys; from slaaudit.calendars import Calendar; "
        "Calendar({'hours': {'mon': '9:00-17:00'}, 'holidays': {'dates': ['2026-01-01']}}).holiday_names; "
        "assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
