"""Dates and times as real exports write them → instants."""

# ruff: noqa: DTZ001 - local times have no zone yet
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.problems import SlaauditError
from slaaudit.sources.dates.columns import DateColumn, ReadColumn, read_dates
from slaaudit.sources.dates.local_time import locate

AMSTERDAM = "Europe/Amsterdam"
EPOCH = datetime(1970, 1, 1)


def column(*values: str | None, file: str = "f.csv", heading: str = "at") -> DateColumn:
    return DateColumn(file, heading, pl.Series(values, dtype=pl.String))


def read(*values: str | None, timezone: str | None = "UTC", day_first: bool | None = None) -> ReadColumn:
    return read_dates([column(*values)], timezone=timezone, day_first=day_first)[0]


def shown(read: ReadColumn) -> list[str | None]:
    return read.instants.dt.to_string("%Y-%m-%d %H:%M:%S%.f").to_list()


AWARE = {
    "2023-09-18T15:57:42Z": "2023-09-18 15:57:42",
    "2025-12-22T12:13:40.676Z": "2025-12-22 12:13:40.676",
    "2025-05-15T11:44:18.434-0500": "2025-05-15 16:44:18.434",
    "2014-12-31T12:27:09+10:00": "2014-12-31 02:27:09",
    "2016-01-06 08:23:43+00:00": "2016-01-06 08:23:43",
    "2016-01-06 08:23:43 +05:45": "2016-01-06 02:38:43",
    "2016-01-06 08:23+02": "2016-01-06 06:23:00",
    "2016-01-06 08:23 -03": "2016-01-06 11:23:00",
    "2023-09-18 15:57:42 UTC": "2023-09-18 15:57:42",
    "2023-09-18 15:57 GMT": "2023-09-18 15:57:00",
    "Thu, 15 May 2025 11:44:00 +0000": "2025-05-15 11:44:00",
    "2024-01-01T10:00:00.123456789Z": "2024-01-01 10:00:00.123456",
    "2016-12-31T23:59:60Z": "2017-01-01 00:00:00",
    "1695052662": "2023-09-18 15:57:42",
    "1695052662.5": "2023-09-18 15:57:42.500",
    "1695052662.1234567": "2023-09-18 15:57:42.123456",
    "1695052662123": "2023-09-18 15:57:42.123",
    "1695052662123456": "2023-09-18 15:57:42.123456",
    "999999999": "2001-09-09 01:46:39",
}
NAIVE = {
    "2016-01-06 08:23:43": "2016-01-06 08:23:43",
    "2016-1-6 8:23": "2016-01-06 08:23:00",
    "2010/01/02 03:04:05.123": "2010-01-02 03:04:05.123",
    "2010.01.02 03:04": "2010-01-02 03:04:00",
    "29/2/2016 01:16": "2016-02-29 01:16:00",
    "29-02-2016 01:16": "2016-02-29 01:16:00",
    "29.02.2016, 01:16:30": "2016-02-29 01:16:30",
    "02/29/2016 11:07:15 PM": "2016-02-29 23:07:15",
    "02/29/2016 12:07am": "2016-02-29 00:07:00",
    "15/May/25 11:44 AM": "2025-05-15 11:44:00",
    "15-Sep-2025 23:44": "2025-09-15 23:44:00",
    "15 September 2025 11:44": "2025-09-15 11:44:00",
    "May 15, 2025 11:44 PM": "2025-05-15 23:44:00",
    "Sep 5 2025 1:44": "2025-09-05 01:44:00",
    "2024-01-31": "2024-01-31 00:00:00",
    "31/1/2024": "2024-01-31 00:00:00",
}


@pytest.mark.parametrize("text", AWARE)
def test_times_that_say_their_offset_need_no_zone(text: str) -> None:
    found = read(text, None, f"  {text} ", timezone=None)
    assert (shown(found), found.local) == ([AWARE[text], None, AWARE[text]], False)


@pytest.mark.parametrize("text", NAIVE)
def test_naive_times_are_local_times_in_the_zone_given(text: str) -> None:
    assert shown(read(text)) == [NAIVE[text]]
    there = read(text, timezone="America/New_York")
    local = datetime.fromisoformat(NAIVE[text]).replace(tzinfo=ZoneInfo("America/New_York"))
    assert (there.instants.to_list(), there.local) == ([local.astimezone(UTC)], True)


def test_seconds_fractions_and_offsets_may_differ_within_a_column() -> None:
    found = read("2026-01-05T10:00:00Z", "2026-07-05T10:00:00.25+02:00", "2026-07-05T10:00+0100")
    assert shown(found) == ["2026-01-05 10:00:00", "2026-07-05 08:00:00.250", "2026-07-05 09:00:00"]
    found = read("5/1/2026 10:00", "25/1/2026 10:00:30")
    assert shown(found) == ["2026-01-05 10:00:00", "2026-01-25 10:00:30"]


@pytest.mark.parametrize(
    "odd",
    [
        "banana",
        "2026-02-30 10:00",
        "2026-01-05 25:00",
        "2026-01-05T10:00:00Z",
        "5/1/2026 10:00",
        "0026-01-05 10:00",
        "2026-01-05",
        "2026-01-05 10:00 AM",
        "1695052662",
        "2026-13-05 10:00",
        "2260-01-05 10:00",
        "1899-12-31 23:59",
    ],
)
def test_values_that_do_not_follow_the_column_are_bad(odd: str) -> None:
    usual = ["2026-01-05 10:00", "2026-01-06 10:00"]
    for values in ([odd, *usual], [*usual, odd]):
        found = read(*values)
        assert [found.instants[at] for at, bad in enumerate(found.bad) if bad] == [None]
        assert values[found.bad.arg_true()[0]] == odd


def test_any_value_decides_the_order_of_day_and_month_for_its_column() -> None:
    assert shown(read("3/4/2026", "13/4/2026")) == ["2026-04-03 00:00:00", "2026-04-13 00:00:00"]
    assert shown(read("3/4/2026", "4/13/2026")) == ["2026-03-04 00:00:00", "2026-04-13 00:00:00"]
    late = read(*["3/4/2026"] * 5_000, "4/13/2026")
    assert shown(late)[0] == "2026-03-04 00:00:00"


def test_where_both_orders_mean_the_same_nothing_has_to_be_decided() -> None:
    assert shown(read("5/5/2026 10:00")) == ["2026-05-05 10:00:00"]


def test_a_column_that_does_not_decide_follows_its_file_and_then_files_written_alike() -> None:
    undecided, decided = column("3/4/2026", heading="closed"), column("4/13/2026")
    elsewhere = column("3/4/2026 10:00", file="g.csv"), column("13/4/2026 10:00", file="h.csv")
    found = read_dates([undecided, decided, *elsewhere], timezone="UTC")
    assert [shown(one)[0] for one in found] == [
        "2026-03-04 00:00:00",
        "2026-04-13 00:00:00",
        "2026-04-03 10:00:00",
        "2026-04-13 10:00:00",
    ]


def test_witnesses_that_disagree_decide_nothing() -> None:
    columns = [column("3/4/2026"), column("4/13/2026", heading="b"), column("13/4/2026", heading="c")]
    with pytest.raises(SlaauditError) as caught:
        read_dates(columns, timezone="UTC")
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [("ambiguous_dates", "at")]


def test_the_user_decides_what_nothing_else_does() -> None:
    assert shown(read("3/4/2026", day_first=True)) == ["2026-04-03 00:00:00"]
    assert shown(read("3/4/2026", day_first=False)) == ["2026-03-04 00:00:00"]
    assert shown(read("24/12/31 10:00", day_first=True)) == ["2031-12-24 10:00:00"]
    assert shown(read("13/4/2026", "4/13/2026", day_first=False)) == [None, "2026-04-13 00:00:00"]


def test_dates_and_times_that_the_file_has_as_such_are_taken_as_they_are() -> None:
    cells = [
        pl.Series([datetime(2026, 7, 5, 10, 0, 0, 123_000)], dtype=pl.Datetime("ms")),
        pl.Series([datetime(2026, 7, 5, 10)]).dt.replace_time_zone("Asia/Tokyo").cast(pl.Datetime("ns", "Asia/Tokyo")),
        pl.Series([date(2026, 7, 5)]),
    ]
    found = read_dates([DateColumn("f", "at", one) for one in cells], timezone=AMSTERDAM)
    assert [shown(one)[0] for one in found] == ["2026-07-05 08:00:00.123", "2026-07-05 01:00:00", "2026-07-04 22:00:00"]
    assert [one.local for one in found] == [True, False, True]


def test_empty_columns_need_nothing() -> None:
    assert shown(read(None, None, timezone=None)) == [None, None]


def test_local_times_in_a_gap_move_forward_and_repeated_ones_are_the_first() -> None:
    found = read("2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 03:00", timezone=AMSTERDAM)
    assert shown(found) == ["2026-03-29 01:30:00", "2026-10-25 00:30:00", "2026-10-25 02:00:00"]
    assert found.skipped.to_list() == [True, False, False]
    assert found.repeated.to_list() == [False, True, False]


@pytest.mark.parametrize(("zone", "hour"), [("+05:30", 6), ("UTC+05:30", 6), ("-0330", 15), ("GMT-4", 16), ("+00", 12)])
def test_a_zone_may_be_a_fixed_offset(zone: str, hour: int) -> None:
    found = read("2026-01-05 12:00", timezone=zone)
    assert found.instants.dt.hour().to_list() == [hour]


zones = st.sampled_from(
    [AMSTERDAM, "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo"]
)
moments = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)) | st.sampled_from(
    [datetime(2011, 12, 30, 12), datetime(2026, 3, 29, 2), datetime(2026, 10, 25, 2, 59, 59), datetime(2017, 10, 15)]
)


@given(zone=zones, local=moments)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_local_times_are_found_as_the_standard_library_finds_them(zone: str, local: datetime) -> None:
    found = locate(pl.Series([(local - EPOCH) // timedelta(microseconds=1)]), zone)
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    back = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert found.instants[0] == (first.replace(tzinfo=None) - EPOCH) // timedelta(microseconds=1)
    assert found.skipped[0] == (back != local)
    assert found.repeated[0] == (first != second and back == local)
