"""Rows that name their ticket by its second id: a number beside the id that the help desk itself works with."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shop

from slaaudit.problems import SlaauditError
from slaaudit.sources import Export, read_export

TABLES = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: [key, opened]
    columns: {ticket_id: key, other_id: id, created_at: opened, requester: customer}
  messages:
    title: Messages
    holds: events
    known_by: [case, written]
    columns:
      ticket_id: case
      at: written
      event: {value: message}
      actor: {column: author, actor: {}}
      public: {value: "true"}
  more:
    title: More
    holds: details
    known_by: [case, extra]
    columns: {ticket_id: case, other_id: third, account: extra}
  clocks:
    title: Clocks
    holds: clocks
    known_by: [case, clock, due]
    columns: {ticket_id: case, metric: clock, due_at: due}
"""
PROFILE = shop.HEAD + TABLES
DAY = "2026-03-02T"
read = partial(shop.read, PROFILE)


def ticket(key: str, other: str | None, **more: str) -> dict[str, Any]:
    return {"key": key, "id": other, "opened": f"{DAY}08:00:00Z", "customer": "c", **more}


def message(case: str, hour: int, author: str = "a") -> dict[str, Any]:
    return {"case": case, "written": f"{DAY}{hour:02}:00:00Z", "author": author}


def told(export: Export) -> list[tuple[str, int, str]]:
    ids = export.tickets["ticket_id"]
    rows = export.events.filter(export.events["event"] == "message").select("ticket_row", "at", "actor").rows()
    return [(ids[row], at.hour, actor) for row, at, actor in rows]


def test_messagesdetails_and_clocks_find_their_ticket_by_its_other_id(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        tickets=[ticket("T-1", "101"), ticket("T-2", "102")],
        messages=[message(" 102 ", 9), message("T-1", 10, "c")],
        more=[{"case": "101", "extra": "Acme"}],
        clocks=[{"case": "102", "clock": "resolution", "due": f"{DAY}12:00:00Z"}],
    )
    assert export.problems.is_empty()
    assert told(export) == [("T-1", 10, "requester"), ("T-2", 9, "agent")]
    assert export.tickets["account"].to_list() == ["Acme", None]
    assert export.tickets["vendor_due.resolution"].is_not_null().to_list() == [False, True]
    assert export.tickets["custom.other_id"].to_list() == ["101", "102"]
    assert "other_id" not in export.tickets.columns


def test_the_own_id_of_a_ticket_wins_over_the_other_id_of_another(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=[ticket("7", "8"), ticket("8", "9")], messages=[message("8", 9), message("9", 10)])
    assert told(export) == [("8", 9, "agent"), ("8", 10, "agent")]


def test_an_other_id_that_two_tickets_share_names_neither(tmp_path: Path) -> None:
    tickets = [ticket("T-1", "7"), ticket("T-2", "7"), ticket("T-3", None)]
    export = read(tmp_path, tickets=tickets, messages=[message("7", 9, "agent")])
    assert export.problems.select("code", "value").rows() == [("unknown_ticket", "7")]


def test_rows_of_one_ticket_may_name_several_other_ids(tmp_path: Path) -> None:
    more = [{"case": "T-1", "extra": "Acme", "third": "C1"}, {"case": "T-9", "extra": "Beta", "third": "C9"}]
    messages = [message("C1", 9, "agent"), message("C9", 9, "agent")]
    export = read(tmp_path, tickets=[ticket("T-1", "101")], more=more, messages=messages)
    assert told(export) == [("T-1", 9, "agent")]
    assert export.problems.select("code", "value").rows() == [("unknown_ticket", "C9"), ("unknown_ticket", "T-9")]


def test_an_other_id_that_is_a_custom_field_already_is_no_second_one(tmp_path: Path) -> None:
    columns = "columns: {ticket_id: key, other_id: id, custom.number: id,"
    own = PROFILE.replace("columns: {ticket_id: key, other_id: id,", columns)
    tickets = shop.read(own, tmp_path, tickets=[ticket("T-1", "101")]).tickets
    assert [name for name in tickets.columns if name.startswith("custom.")] == ["custom.number"]


def test_comments_of_one_zendesk_ticket_are_read_only_if_the_file_names_it(tmp_path: Path) -> None:
    sample = Path(__file__).parent.parent / "sample_data/zendesk/comments_of_tickets/tickets_4101_comments.json"
    for name in ("ticket-12-comments-2.json", "comments_12.json"):
        (tmp_path / name).write_bytes(sample.read_bytes())
    assert read_export(tmp_path / "ticket-12-comments-2.json").tickets["ticket_id"].to_list() == ["12"]
    with pytest.raises(SlaauditError) as caught:
        read_export(tmp_path / "comments_12.json")
    (problem,) = caught.value.problems
    assert (problem.code, "call such a file tickets_123_comments.json" in problem.what) == ("no_tickets", True)
