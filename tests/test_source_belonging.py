"""What rows of a table belong to: a ticket, something else (`only`), or no ticket at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import shop

from slaaudit.sources import Export

MORE = """\
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
PROFILE = shop.HEAD + shop.TICKETS + MORE
TICKETS = "No,Opened\n1,2026-01-05T08:00Z\n2,2026-01-05T08:00Z\n"
ENTRIES = "In,Written,By\n7,2026-01-05T09:00Z,agent\n2,2026-01-05T10:00Z,agent\n"
read = partial(shop.read, PROFILE)


def messages(export: Export) -> list[str]:
    rows = export.events.filter(export.events["event"] == "message")["ticket_row"]
    return export.tickets["ticket_id"].gather(rows).to_list()


def test_a_message_is_of_the_ticket_whose_thread_it_names(tmp_path: Path) -> None:
    threads = "Thread,Of,Kind\n7,2,ticket\n2,1,Case\n"
    export = read(tmp_path, tickets=TICKETS, threads=threads, entries=ENTRIES)
    assert messages(export) == ["1", "2"]


def test_a_thread_of_something_else_is_of_no_ticket_though_one_has_its_number(tmp_path: Path) -> None:
    threads = "Thread,Of,Kind\n7,2,Ticket\n2,1,Task\n9,1,\n"
    export = read(tmp_path, tickets=TICKETS, threads=threads, entries=ENTRIES)
    assert messages(export) == ["2"]
    assert export.problems.select("code", "row").rows() == [("missing_ticket_id", 3)]


def test_without_the_table_of_threads_an_id_is_taken_for_a_ticket(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=TICKETS, entries=ENTRIES)
    assert messages(export) == ["2"]
    assert export.problems["code"].to_list() == ["unknown_ticket"]


def test_a_path_to_which_another_was_preferred_is_no_custom_field(tmp_path: Path) -> None:
    entry = {"No": "1", "Opened": "2026-01-05T08:00Z", "customer": {"name": "Ann", "id": 3}, "plan": "gold"}
    export = read(tmp_path, tickets=[entry])
    assert export.tickets["requester"].to_list() == ["Ann"]
    assert [name for name in export.tickets.columns if name.startswith("custom.")] == ["custom.plan"]


def test_the_time_until_the_first_reply_shows_the_first_reply(tmp_path: Path) -> None:
    export = read(tmp_path, tickets="No,Opened,Minutes\n1,2026-01-05T08:00Z,\n")
    assert "first_reply" in export.shows
