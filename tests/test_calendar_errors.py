"""Every message about a calendar's mapping: a small wrong spec, the path of the item, the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from slaaudit.calendars import Calendar, validate_spec
from slaaudit.problems import SlaauditError

HOURS = {"mon-fri": "09:00-17:00"}
DAYS_HINT = "days are mon tue wed thu fri sat sun, a range (mon-fri), a list (mon,wed), or daily"
HOURS_HINT = 'write hours as "9:00-17:00" or "09:00-12:30, 13:00-17:30" (24-hour clock, with minutes), "24h" or closed'
DATE_HINT = "write a date as 2026-12-24, or dates from … through … as 2026-12-24..2027-01-02"
TIME_HINT = "times go from 0:00 to 23:59, or 24:00 as an end"


def holidays(**values: Any) -> dict[str, Any]:
    return {"hours": HOURS, "holidays": values}


MISTAKES: list[tuple[Any, str, str, str, str]] = [
    # spec, path, code, what, hint
    (
        "24/7",
        "",
        "bad_calendar",
        "a calendar is a mapping with its hours, or 24x7, not '24/7'",
        'such as {hours: {mon-fri: "9:00-17:00"}, holidays: {country: NL}}',
    ),
    ({"hours": HOURS, "hour": 1}, "hour", "unknown_key", "unknown key 'hour'", "did you mean 'hours'?"),
    (
        {"hours": HOURS, "x": 1},
        "x",
        "unknown_key",
        "unknown key 'x'",
        "known keys: hours, holidays, timezone",
    ),
    (
        {},
        "",
        "missing_key",
        "a calendar needs its hours",
        'such as hours: {mon-fri: "9:00-17:00"}, or {daily: closed} for special hours only',
    ),
    (
        {"hours": "9:00-17:00"},
        "hours",
        "bad_hours",
        "hours must say the times of each weekday, not '9:00-17:00'",
        'write {mon-fri: "9:00-17:00"}, or {daily: "24h"}',
    ),
    (
        {"hours": {"mon": "closed"}},
        "hours",
        "calendar_never_opens",
        "this calendar never opens, so that no target could ever be met or missed",
        "give at least one day hours",
    ),
    (
        {"hours": HOURS, "timezone": "Europe/Amsterdm"},
        "timezone",
        "unknown_zone",
        "unknown time zone 'Europe/Amsterdm'",
        "did you mean 'Europe/Amsterdam'?",
    ),
    (
        {"hours": HOURS, "timezone": 2},
        "timezone",
        "unknown_zone",
        "unknown time zone '2'",
        "give an IANA time zone, such as Europe/Amsterdam or UTC",
    ),
    (
        {"hours": {"moonday": "9:00-17:00"}},
        "hours.moonday",
        "unknown_day",
        "'moonday' is not a day of the week",
        "did you mean 'monday'?",
    ),
    (
        {"hours": {"mon-tue-wed": "9:00-17:00"}},
        "hours.mon-tue-wed",
        "unknown_day",
        "'mon-tue-wed' is not a day of the week",
        DAYS_HINT,
    ),
    (
        {"hours": {"mon-fri": "9:00-17:00", "fri": "9:00-16:00"}},
        "hours.fri",
        "day_given_twice",
        "fri is given twice: by 'mon-fri' and by 'fri'",
        "give each day once, such as mon-thu and fri",
    ),
    ({"hours": {"mon": "9-5"}}, "hours.mon", "bad_hours", "'9-5' is not opening hours", HOURS_HINT),
    ({"hours": {"mon": 9}}, "hours.mon", "bad_hours", "'9' is not opening hours", HOURS_HINT),
    ({"hours": {"mon": ["9:00-17:00", "x"]}}, "hours.mon.1", "bad_hours", "'x' is not opening hours", HOURS_HINT),
    ({"hours": {"mon": "09:00-25:00"}}, "hours.mon", "bad_time", "there is no time 25:00", TIME_HINT),
    ({"hours": {"mon": "09:60-17:00"}}, "hours.mon", "bad_time", "there is no time 09:60", TIME_HINT),
    (
        {"hours": {"mon": "24:00-06:00"}},
        "hours.mon",
        "bad_time",
        "'24:00-06:00' opens at 24:00",
        "give hours that open at midnight to the next day, as 0:00",
    ),
    (
        {"hours": {"mon": "09:00-9:00"}},
        "hours.mon",
        "bad_time",
        "'09:00-9:00' ends when it begins",
        'for a whole day write "24h" or "00:00-24:00"',
    ),
    (
        {"hours": {"mon": "9:00-13:00, 12:30:15-17:00"}},
        "hours.mon",
        "overlapping_hours",
        "09:00-13:00 and 12:30:15-17:00 overlap",
        "hours of one day must not overlap; join them into one",
    ),
    (
        {"hours": HOURS, "holidays": "NL"},
        "holidays",
        "bad_holidays",
        "holidays are a mapping, not 'NL'",
        "such as {country: NL, dates: [2026-12-24]}",
    ),
    (holidays(land="NL"), "holidays.land", "unknown_key", "unknown key 'land'", ""),
    (holidays(country="nl"), "holidays.country", "unknown_country", "unknown country 'nl'", "did you mean 'NL'?"),
    (
        holidays(country="Utopia"),
        "holidays.country",
        "unknown_country",
        "unknown country 'Utopia'",
        "give the two-letter code of the country (ISO 3166), such as NL, DE or US",
    ),
    (
        holidays(country="DE", subdivision="by"),
        "holidays.subdivision",
        "unknown_subdivision",
        "unknown subdivision 'by' of DE",
        "did you mean 'BY'?",
    ),
    (
        holidays(country="GB", subdivision="Q"),
        "holidays.subdivision",
        "unknown_subdivision",
        "unknown subdivision 'Q' of GB",
        "GB has: ENG, NIR, SCT, WLS",
    ),
    (
        holidays(country="JP", subdivision="13"),
        "holidays.subdivision",
        "unknown_subdivision",
        "unknown subdivision '13' of JP",
        "no subdivisions of JP are known; leave the key out",
    ),
    (
        holidays(subdivision="BY"),
        "holidays.subdivision",
        "missing_key",
        "a subdivision without its country",
        "add country",
    ),
    (holidays(dates="24.12.2026"), "holidays.dates.0", "bad_date", "'24.12.2026' is not a date", DATE_HINT),
    (
        holidays(dates=["2026-01-01", "2026-02-30"]),
        "holidays.dates.1",
        "bad_date",
        "'2026-02-30' is not a date",
        DATE_HINT,
    ),
    (
        holidays(exclude=["2026-01-03..2026-01-01"]),
        "holidays.exclude.0",
        "bad_date",
        "the dates end (2026-01-01) before they begin (2026-01-03)",
        "swap the two dates",
    ),
    (
        holidays(dates=[{"from": "2026-01-01"}]),
        "holidays.dates.0",
        "bad_date",
        "dates need both from and to",
        DATE_HINT,
    ),
    (
        holidays(dates=[{"date": "2026-01-01", "nmae": "x"}]),
        "holidays.dates.0.nmae",
        "unknown_key",
        "unknown key 'nmae'",
        "did you mean 'name'?",
    ),
    (
        holidays(special=["2026-12-31"]),
        "holidays.special",
        "bad_hours",
        "special hours are a mapping of dates to hours, not '['2026-12-31']'",
        'such as {2026-12-31: "09:00-12:00"}',
    ),
    (
        holidays(special={"2026-12-31": "22:00-02:00"}),
        "holidays.special.2026-12-31",
        "bad_hours",
        "special hours must end at 24:00 at the latest",
        "give the hours after midnight to the next date, with its other hours",
    ),
    (
        holidays(special={"2026-12-30..2026-12-31": "24h", "2026-12-31": "closed"}),
        "holidays.special.2026-12-31",
        "date_given_twice",
        "2026-12-31 is listed twice in the special hours",
        "give each date its hours once",
    ),
    (
        holidays(ics="no.ics"),
        "holidays.ics",
        "missing_file",
        "cannot read no.ics: No such file or directory",
        "the path is relative to the folder of the policy",
    ),
]


@pytest.mark.parametrize(("spec", "path", "code", "what", "hint"), MISTAKES, ids=[row[3] for row in MISTAKES])
def test_a_mistake_is_told_with_its_path_and_what_to_do(spec: Any, path: str, code: str, what: str, hint: str) -> None:
    [(found_path, problem)] = validate_spec(spec)
    assert ".".join(str(step) for step in found_path) == path
    assert (problem.code, problem.what) == (code, what)
    assert problem.hint == hint or not hint


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"))


BAD_FILES = [
    ("not a calendar", ": this is not an iCalendar file: it has no BEGIN:VCALENDAR"),
    (event("SUMMARY:x"), ", line 2: an event without DTSTART"),
    (
        event("DTSTART:20260101T090000Z"),
        ", line 3: DTSTART:20260101T090000Z is not a whole day; "
        "holidays are all-day events (VALUE=DATE, such as 20261225)",
    ),
    (event("DTSTART:20260230"), ", line 3: DTSTART:20260230 is not a date that exists"),
    (event("DTSTART:20260102", "DTEND:20260101"), ", line 4: the event ends before it begins"),
    (event("DTSTART:20260102", "DURATION:PT4H"), ", line 4: DURATION:PT4H is not whole days (P2D)"),
    (
        event("DTSTART:20260102", "RRULE:FREQ=WEEKLY"),
        ", line 4: RRULE:FREQ=WEEKLY is not understood, only FREQ=YEARLY is; list the dates one event each",
    ),
    (
        event("DTSTART:20260102", "RRULE:FREQ=YEARLY;COUNT=3"),
        ", line 4: RRULE:FREQ=YEARLY;COUNT=3 is not understood, only FREQ=YEARLY is; list the dates one event each",
    ),
    (
        event("DTSTART:20260102", "EXDATE:20270102"),
        ", line 4: EXDATE is not understood; list the dates one event each",
    ),
]


@pytest.mark.parametrize(("text", "what"), BAD_FILES, ids=[what for _, what in BAD_FILES])
def test_an_ics_file_that_would_be_misunderstood_is_refused(text: str, what: str, tmp_path: Path) -> None:
    tmp_path.joinpath("nl.ics").write_text(text)
    [(path, problem)] = validate_spec(holidays(ics="nl.ics"), base_dir=tmp_path)
    assert (path, problem.code, problem.what) == (("holidays", "ics"), "bad_ics", f"nl.ics{what}")


def test_an_ics_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("nl.ics").write_bytes(b"BEGIN:VCALENDAR\nSUMMARY:No\xebl")
    [(_, problem)] = validate_spec(holidays(ics="nl.ics"), base_dir=tmp_path)
    assert problem.what == "nl.ics: the text is not UTF-8"


def test_a_right_spec_has_no_problems() -> None:
    assert validate_spec("24x7", timezone="Europe/Berlin") == []
    assert validate_spec({"hours": HOURS, "holidays": None}) == []
    assert validate_spec({"hours": {"daily": "closed"}, "holidays": {"special": {"2026-12-31": "24h"}}}) == []


def test_the_constructor_raises_all_problems_at_once_with_their_paths() -> None:
    with pytest.raises(SlaauditError) as refused:
        Calendar({"hours": {"mon": "9-5", "tue": "9:00-9:00"}, "tz": 1}, timezone="Mars/Olympus")
    assert [problem.what for problem in refused.value.problems] == [
        "tz: unknown key 'tz'",
        "timezone: unknown time zone 'Mars/Olympus'",
        "hours.mon: '9-5' is not opening hours",
        "hours.tue: '9:00-9:00' ends when it begins",
    ]
    with pytest.raises(SlaauditError, match=r"^error\[bad_calendar\] a calendar is a mapping"):
        Calendar("24/7")
