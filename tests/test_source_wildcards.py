"""Keys of JSON that are other ones on every site: `fields.*.cycles[]`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shop

TABLES = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: [key, fields.opened]
    columns: {ticket_id: key, created_at: fields.opened}
  clocks:
    title: Clocks
    holds: clocks
    known_by: [key, "fields.*.cycles[].due"]
    rows: "fields.*.cycles[]"
    columns:
      ticket_id: key
      metric: {column: "fields.*.name", words: {first_reply: [Answer], resolution: [Solve]}}
      started_at: "fields.*.cycles[].start"
      due_at: "fields.*.cycles[].due"
      account: "fields.*"
"""
PROFILE = shop.HEAD + TABLES
DAY = "2026-03-02T"
read = partial(shop.read, PROFILE)


def clock(name: str, *hours: int) -> dict[str, Any]:
    return {"name": name, "cycles": [{"start": f"{DAY}08:00:00Z", "due": f"{DAY}{hour:02}:00:00Z"} for hour in hours]}


def entry(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "fields": {"opened": f"{DAY}08:00:00Z", **fields}}


def test_rows_are_read_by_whatever_key_they_stand(tmp_path: Path) -> None:
    one = entry("A", cf_7=clock("Answer", 9), cf_8=clock("Solve", 12), owner={"name": "Ann"}, cycles="a text")
    two = entry("B", cf_9=clock("Solve", 11), cf_8={"name": "Solve", "cycles": []}, cf_7=None)
    three = entry("C", cf_7="text here", odd=[1, {"cycles": 2}])
    export = read(tmp_path, tickets=[one, two, three])
    assert export.problems.is_empty()
    assert export.counts["detail_rows"] == 3
    dues = export.tickets.select(*(f"vendor_due.{metric}" for metric in ("first_reply", "resolution"))).rows()
    assert [tuple(due and due.hour for due in row) for row in dues] == [(9, 12), (None, 11), (None, None)]
    assert export.tickets["account"].to_list() == ["cf_8", "cf_9", None]


def test_a_row_may_be_an_object_instead_of_the_items_of_a_list(tmp_path: Path) -> None:
    now = {"name": "Solve", "cycle": {"start": f"{DAY}08:00:00Z", "due": f"{DAY}12:00:00Z"}}
    fields = [{"cf_1": now, "cf_2": {"name": "Answer"}}, {"cf_2": {"name": "Answer", "cycle": "a text"}, "cf_1": None}]
    entries = [entry(key, **one) for key, one in zip("AB", fields, strict=True)]
    export = shop.read(PROFILE.replace("cycles[]", "cycle"), tmp_path, tickets=entries)
    assert (export.counts["detail_rows"], export.problems.height) == (1, 0)
    assert [due and due.hour for due in export.tickets["vendor_due.resolution"]] == [12, None]
    assert "vendor_due.first_reply" not in export.tickets.columns


def test_an_export_without_such_keys_has_only_its_tickets(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=[entry("A", owner={"name": "Ann"})])
    assert [table.table for table in export.reading] == ["tickets"]


def test_text_in_the_place_of_objects_is_passed_over(tmp_path: Path) -> None:
    odd = [{"key": "B", "fields": '{"cycles": no'}, {"key": "C", "fields": None}]
    found = read(tmp_path, tickets=[entry("A", cf_7=clock("Answer", 9), cf_8='"cycles"'), *odd])
    assert found.tickets["vendor_due.first_reply"].null_count() == 0
    assert found.problems["code"].to_list() == ["missing_date", "missing_date"]


def told(profile: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.what) for problem in shop.mistakes(profile)]


@pytest.mark.parametrize("rows", ["fields.*", "log[].*.cycles[]", "fields.*.*.cycles[]", "fields.*.cycles[].log"])
def test_only_one_key_before_the_lists_may_be_any(rows: str) -> None:
    text = PROFILE.replace('rows: "fields.*.cycles[]"', f'rows: "{rows}"')
    assert told(text)[0] == ("bad_path", f"'{rows}' cannot be followed to rows")


def test_a_column_has_a_changing_key_only_where_the_rows_have_it() -> None:
    text = PROFILE.replace('"fields.*.name"', '"other.*.name"')
    assert told(text) == [("bad_path", "'other.*.name' has another * than the rows of this table")]
    text = PROFILE.replace("created_at: fields.opened", 'created_at: "fields.*.opened"')
    assert told(text) == [("bad_path", "'fields.*.opened' has another * than the rows of this table")]
