"""What rows of a table belong to: a ticket, something else (`only`), or no ticket at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slaaudit.sources import Export, read_export

PROFILE = """
source: desk
title: Desk
about: A desk.
tables:
  tickets:
    title: Tickets
    holds: tickets
    known_by: [No, Opened]
    columns:
      ticket_id: "No"
      created_at: Opened
      requester: [customer.name, customer.id]
      first_reply_at.after: {column: Minutes, unit: minutes}
  threads:
    title: Threads
    holds: names
    known_by: [Thread, Of, Kind]
    only: {Kind: [Ticket, Case]}
    columns: {id: Thread, name: Of}
  entries:
    title: Entries
    holds: events
    known_by: [In, Written, By]
    columns:
      ticket_id: {column: In, names: threads}
      at: Written
      event: {value: message}
      actor: By
"""
TICKETS = "No,Opened\n1,2026-01-05T08:00Z\n2,2026-01-05T08:00Z\n"
ENTRIES = "In,Written,By\n7,2026-01-05T09:00Z,agent\n2,2026-01-05T10:00Z,agent\n"
Reader = Callable[..., Export]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The export in the files given (`tickets_csv="…"`)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.yaml").write_text(PROFILE, encoding="utf-8")

    def from_files(**files: str) -> Export:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return read_export([name.replace("_", ".") for name in files], source="desk.yaml", timezone="UTC")

    return from_files


def messages(export: Export) -> list[str]:
    rows = export.events.filter(export.events["event"] == "message")["ticket_row"]
    return export.tickets["ticket_id"].gather(rows).to_list()


def test_a_message_is_of_the_ticket_whose_thread_it_names(read: Reader) -> None:
    threads = "Thread,Of,Kind\n7,2,ticket\n2,1,Case\n"
    export = read(tickets_csv=TICKETS, threads_csv=threads, entries_csv=ENTRIES)
    assert messages(export) == ["1", "2"]


def test_a_thread_of_something_else_is_of_no_ticket_though_one_has_its_number(read: Reader) -> None:
    threads = "Thread,Of,Kind\n7,2,Ticket\n2,1,Task\n9,1,\n"
    export = read(tickets_csv=TICKETS, threads_csv=threads, entries_csv=ENTRIES)
    assert messages(export) == ["2"]
    assert export.problems.select("code", "row").rows() == [("missing_ticket_id", 3)]


def test_without_the_table_of_threads_an_id_is_taken_for_a_ticket(read: Reader) -> None:
    export = read(tickets_csv=TICKETS, entries_csv=ENTRIES)
    assert messages(export) == ["2"]
    assert export.problems["code"].to_list() == ["unknown_ticket"]


def test_a_path_to_which_another_was_preferred_is_no_custom_field(read: Reader) -> None:
    entry = '{"No": "1", "Opened": "2026-01-05T08:00Z", "customer": {"name": "Ann", "id": 3}, "plan": "gold"}'
    export = read(tickets_json=f"[{entry}]")
    assert export.tickets["requester"].to_list() == ["Ann"]
    assert [name for name in export.tickets.columns if name.startswith("custom.")] == ["custom.plan"]


def test_the_time_until_the_first_reply_shows_the_first_reply(read: Reader) -> None:
    export = read(tickets_csv="No,Opened,Minutes\n1,2026-01-05T08:00Z,\n")
    assert "first_reply" in export.shows
