"""What an export tells of how it was read: where each column comes from, what is not kept, how dates are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shop

from slaaudit.sources.dates.layouts import commonest_layout
from slaaudit.sources.export import TableReading

PROFILE = (
    shop.HEAD
    + shop.TICKETS
    + """\
      agent: {first_of: [Owner, {joined: [First, Last]}, Team, {value: nobody}]}
      status: {first_of: [State.name, State]}
    custom: [more]
    ignore: [Noise]
  kinds:
    title: Who opened the tickets
    holds: events
    also: true
    known_by: [No, Opened]
    columns: {ticket_id: No, at: Opened, event: {value: created}, actor: {column: Source, words: {agent: [phone]}}}
  notes:
    title: Notes inside the tickets
    holds: events
    known_by: [No, "notes[].at"]
    rows: "notes[]"
    columns: {ticket_id: No, at: "notes[].at", event: {value: message}, actor: "notes[].by"}
"""
)


def columns_of(table: TableReading) -> dict[str, str]:
    return {one.column: one.heading for one in table.columns if one.column}


def not_kept(table: TableReading) -> list[str]:
    return [one.heading for one in table.columns if not one.column]


@pytest.fixture
def entry() -> dict[str, Any]:
    return {
        "No": "1", "Opened": "2026-01-05T09:00:00Z", "Owner": None, "First": "Ann", "Last": "Lee", "State": "open",
        "Source": "phone", "Noise": "x", "more": {}, "notes": [{"at": "2026-01-05T10:00:00Z", "by": "agent"}],
    }  # fmt: skip


def test_a_column_of_several_places_names_all_that_the_file_has(tmp_path: Path) -> None:
    tickets = "No,Opened,Owner,First,Last,State\n1,2026-01-05T09:00:00Z,,Ann,Lee,open\n"
    found = shop.read(PROFILE, tmp_path, tickets=tickets).reading[0]
    assert columns_of(found)["agent"] == "Owner, else First + Last, else (always nobody)"
    assert columns_of(found)["status"] == "State"  # there is no State.name


def test_nested_places_are_named_where_some_entry_has_them(tmp_path: Path, entry: dict[str, Any]) -> None:
    found = shop.read(PROFILE, tmp_path, tickets=[entry, entry | {"No": "2", "State": {"name": "open"}}]).reading[0]
    assert columns_of(found)["status"] == "State.name, else State"


def test_what_any_table_of_the_entries_uses_is_not_among_what_is_not_kept(
    tmp_path: Path, entry: dict[str, Any]
) -> None:
    tables = shop.read(PROFILE, tmp_path, tickets=[entry]).reading
    assert [one.table for one in tables] == ["tickets", "kinds", "notes"]
    assert [not_kept(one) for one in tables] == [["Noise"], ["Noise"], ["Noise"]]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["29/2/2016 01:23", "11/12/2016 01:23"], "D/M/YYYY HH:MM"),
        (["29/02/2016 1:23:45"], "DD/MM/YYYY H:MM:SS"),
        (["2016-02-29"], "YYYY-MM-DD"),
        (["2016-02-29 09:55", "2016-02-29 09:55:01"], "YYYY-MM-DD HH:MM[:SS]"),
        (["2016-02-29T09:55:01Z", "2016-02-29T09:55:01.5Z"], "YYYY-MM-DDTHH:MM:SS[.sss]Z"),
        (["2016-02-29T09:55:01.500+01:00"], "YYYY-MM-DDTHH:MM:SS.sss+hh:mm"),
        (["2016-02-29T09:55:01+0100"], "YYYY-MM-DDTHH:MM:SS+hhmm"),
        (["2016-02-29T09:55:01+01"], "YYYY-MM-DDTHH:MM:SS+hh"),
        (["2016-02-29T09:55:01Z", "2016-02-29T09:55:01+01:00"], "YYYY-MM-DDTHH:MM:SS+hh:mm"),
        (["2016-02-29 09:55:01 UTC"], "YYYY-MM-DD HH:MM:SS UTC"),
        (["31/Jan/26 9:30 AM", "nothing"], "DD/Mon/YY h:mm AM"),
        (["Jan 3, 2026, 10:00:00am", "Jan 3, 2026, 09:00:00am"], "Mon D, YYYY, hh:mm:ssAM"),
        (["31/Jan/26 12:00 AM"], "DD/Mon/YY h:mm AM"),  # no zero says that it is hh
        (["01/31/2026 09:55 PM", "01/31/2026 10:00 PM"], "DD/MM/YYYY hh:mm AM"),
        (["Mon, 5 Jan 2026 10:00:00 +0100"], "Day, D Mon YYYY HH:MM:SS +hhmm"),
        (["1695052662"], "unix seconds"),
    ],
)
def test_dates_are_described_as_the_file_writes_them(values: list[str], told: str) -> None:
    cells = pl.Series(values)
    layout = commonest_layout(cells)
    assert layout is not None
    assert layout.as_written(cells) == told


def test_the_order_of_month_and_day_is_told_as_it_was_decided() -> None:
    cells = pl.Series(["04/05/2019 09:55:45 PM"])
    layout = commonest_layout(cells)
    assert layout is not None
    assert layout.ordered("month_first").as_written(cells) == "MM/DD/YYYY hh:mm:ss AM"
