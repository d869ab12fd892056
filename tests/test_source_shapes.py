"""The shapes of exports: updates, details, clocks of the help desk, names and authors, durations since the creation."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shop

from slaaudit.account import Account
from slaaudit.audit import audit, last_instant
from slaaudit.conditions import where_filter
from slaaudit.frames import DURATION, INSTANT
from slaaudit.policy import loads_policy
from slaaudit.problems import SlaauditError
from slaaudit.reports import log
from slaaudit.sources import Export, read_export
from slaaudit.sources.rows.spans import UNITS, grain_of, is_to_the_minute, read_spans

TICKETS = f"{shop.TICKETS}      requester: Customer\n      agent: {{column: Owner, names: users}}\n"
USERS = """
  users:
    title: Users
    holds: names
    known_by: [User, Name]
    columns: {id: User, name: Name, role: {column: Role, words: {requester: [customer], agent: [staff]}}}
"""
COMMENTS = """
  comments:
    title: Comments
    holds: events
    known_by: [Ticket, Written]
    columns:
      ticket_id: Ticket
      at: Written
      event: {column: Kind, words: {message: [Comment]}, ignore: [Seen]}
      actor: {column: Author, actor: {system: ["-1"], roles: users}}
      public: {value: "true"}
      requester_of_ticket: Asked by
"""
HISTORY = """
  history:
    title: History
    holds: events
    known_by: [Ticket, Field, Value]
    old_is_previous: true
    columns: {ticket_id: Ticket, at: Changed, event: {value: change}, field: Field, new: Value}
"""
UPDATES = """
  log:
    title: Update log
    holds: updates
    known_by: [No, Changed]
    final: [solved_at, custom.count]
    columns:
      ticket_id: No
      at: Changed
      seq: Count
      status: Status
      priority: Prio
      department: Team
      created_at: Opened
      solved_at: Done
      tags: Tags
      custom.count: Edits
      vendor_outcome.resolution: {column: Kept, words: {fulfilled: ["yes"], missed: ["no"]}}
"""
DETAILS = """
  details:
    title: Reply times
    holds: details
    known_by: [No, Replied]
    columns:
      ticket_id: No
      first_reply_at: Replied
      first_reply_at.after: {column: Reply minutes, unit: minutes}
      changed_at: Changed
      channel: Channel
      agent: Owner
"""
CLOCKS = """
  clocks:
    title: SLA clocks
    holds: clocks
    known_by: [Case, Clock]
    columns:
      ticket_id: Case
      metric: {column: Clock, words: {first_reply: [Response], resolution: [Solve]}}
      started_at: From
      due_at: Due
      outcome: {column: Result, words: {fulfilled: [ok], missed: [late]}}
      elapsed: {column: Used, unit: hms}
      account: Company
"""
ZONED = TICKETS.replace("created_at: Opened", 'created_at: [Opened, "Opened ({zone})"]').replace("[No, Opened]", "[No]")
DAY = "2026-01-05 "
Reader = Callable[..., Export]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The export in CSV files of these names (`log="…"`) by a profile of these tables."""
    monkeypatch.chdir(tmp_path)

    def from_files(*tables: str, call: dict[str, Any] | None = None, head: str = shop.HEAD, **files: str) -> Export:
        users = [USERS] if {TICKETS, ZONED, COMMENTS} & {*tables} else []
        profile = head + "".join(dict.fromkeys([*tables, *users]))
        named = {f"{name}.csv": text for name, text in files.items()}
        return shop.read_files(profile, Path(), named, **{"timezone": "UTC", **(call or {})})

    return from_files


def happened(export: Export, *columns: str, first: bool = True) -> list[tuple[Any, ...]]:
    """The events but `created` as (ticket id, hour:minute, and the columns asked for); `first`: also first values."""
    ids = export.tickets["ticket_id"].gather(export.events["ticket_row"])
    frame = export.events.with_columns(ticket=ids, time=pl.col("at").dt.to_string("%H:%M"))
    wanted = (pl.col("event") != "created") & (pl.lit(first) | pl.col("old").is_not_null())
    return frame.filter(wanted).select("ticket", "time", *columns).rows()


def codes(export: Export) -> list[tuple[str, int]]:
    return export.problems.select("code", "row").rows()


def counted(export: Export) -> dict[str, int]:
    return {name: number for name, number in export.counts.items() if number}


def test_the_changes_between_the_updates_of_a_ticket_are_its_events(read: Reader) -> None:
    rows = [
        f"1,{DAY}09:00,2,waiting,low,A,{DAY}08:00,",
        f"2,{DAY}09:30,1,open,,B,{DAY}09:00,",
        f"1,{DAY}08:10,1,open,low,A,{DAY}08:00,",
        f"1,{DAY}10:00,3,open,high,,{DAY}08:00,",
    ]
    export = read(UPDATES, log="No,Changed,Count,Status,Prio,Team,Opened,Done\n" + "\n".join(rows))
    assert happened(export, "event", "field", "old", "new") == [
        ("1", "08:10", "change", "status", None, "open"),
        ("1", "09:00", "change", "status", "open", "waiting"),
        ("1", "10:00", "change", "status", "waiting", "open"),
        ("1", "10:00", "change", "priority", "low", "high"),
        ("1", "10:00", "change", "department", "A", None),
        ("2", "09:30", "change", "status", None, "open"),
    ]
    tickets = export.tickets.select("ticket_id", "status", "priority", "department", "source_row")
    assert tickets.rows() == [("1", "open", "high", None, 5), ("2", "open", None, "B", 3)]
    assert [str(at)[11:16] for at in export.tickets["created_at"]] == ["08:00", "09:00"]
    assert [str(at)[11:16] for at in export.tickets["changed_at"]] == ["10:00", "09:30"]
    assert counted(export) == {"tickets": 2, "event_rows": 4}


def test_the_first_update_says_that_a_ticket_was_solved_or_assigned_by_then(read: Reader) -> None:
    rows = f"1,{DAY}09:00,done,Ann,A,{DAY}08:00\n1,{DAY}10:00,closed,Ann,B,{DAY}08:00\n"
    updates = UPDATES.replace("department: Team", "department: Team\n      agent: Owner")
    export = read(updates, log="No,Changed,Status,Owner,Team,Opened\n" + rows)
    assert happened(export, "field", "old", "new") == [
        ("1", "09:00", "status", None, "done"),
        ("1", "09:00", "agent", None, "Ann"),
        ("1", "10:00", "status", "done", "closed"),
        ("1", "10:00", "department", "A", "B"),
    ]


def test_updates_show_the_changes_of_every_column_that_they_map(read: Reader) -> None:
    export = read(UPDATES, log=f"No,Changed,Status,Team\n1,{DAY}09:00,open,A\n")
    assert export.shows == {"changes", "status_changes", "solves", "department_changes"}
    assert str(export.tickets["created_at"][0])[11:16] == "09:00"
    export = read(UPDATES, log=f"No,Changed,Prio,Done\n1,{DAY}09:00,low,{DAY}10:00\n")
    assert export.shows == {"changes"}


def test_updates_at_one_instant_follow_their_number_and_else_the_file(read: Reader) -> None:
    rows = [f"1,{DAY}09:00,{number},{status}" for number, status in ((10, "done"), (9, "open"), (11, "closed"))]
    export = read(UPDATES, log="No,Changed,Count,Status\n" + "\n".join(rows))
    assert happened(export, "old", "new") == [
        ("1", "09:00", None, "open"),
        ("1", "09:00", "open", "done"),
        ("1", "09:00", "done", "closed"),
    ]
    export = read(UPDATES, log="No,Changed,Other,Status\n" + "\n".join(rows))
    changes = [row[3:] for row in happened(export, "field", "old", "new") if row[2] == "status"]
    assert changes == [(None, "done"), ("done", "open"), ("open", "closed")]


def test_values_that_go_to_and_fro_at_one_instant_are_all_told(read: Reader) -> None:
    rows = [f"1,{DAY}09:00,{number},{status}" for number, status in enumerate(["open", "done"] * 3)]
    export = read(UPDATES, log="No,Changed,Count,Status\n" + "\n".join(rows))
    assert [row[2] for row in happened(export, "new")] == ["open", "done", "open", "done", "open", "done"]


def test_copies_of_an_update_collapse_and_are_counted(read: Reader) -> None:
    row = f"1,{DAY}09:00,1,open\n"
    export = read(UPDATES, log=f"No,Changed,Count,Status\n{row}{row}1,{DAY}10:00,2,done\n{row}")
    assert counted(export) == {"tickets": 1, "event_rows": 4, "event_duplicates": 2}
    assert len(happened(export)) == 2


def test_final_columns_keep_their_last_value_and_never_become_events(read: Reader) -> None:
    text = f"No,Changed,Status,Done,Edits\n1,{DAY}09:00,open,2026-03-01 12:00,1\n1,{DAY}10:00,open,2026-03-01 12:00,2\n"
    export = read(UPDATES, log=text)
    assert happened(export, "field", "new") == [("1", "09:00", "status", "open")]
    row = export.tickets.row(0, named=True)
    assert (row["custom.count"], row["solved_at"]) == ("2", datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert export.look_ahead == {"solved_at"}
    assert last_instant(export) == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_an_update_before_the_creation_still_tells_what_the_ticket_was_like(read: Reader) -> None:
    rows = [f"1,{DAY}08:00,open,low,{DAY}09:00", f"1,{DAY}08:30,open,high,{DAY}09:00", f"1,{DAY}10:00,done,,{DAY}09:00"]
    export = read(UPDATES, log="No,Changed,Status,Prio,Opened\n" + "\n".join(rows))
    assert happened(export, "field", "old", "new") == [
        ("1", "10:00", "status", "open", "done"),
        ("1", "10:00", "priority", "high", None),
    ]
    assert codes(export) == [("before_creation", 2), ("before_creation", 3)]
    assert counted(export) == {"tickets": 1, "event_rows": 3, "event_rows_rejected": 2}


def test_beside_tickets_updates_only_give_events_and_a_row_is_rejected_once(read: Reader) -> None:
    log = f"No,Changed,Status,Prio\n1,{DAY}09:00,open,low\n1,{DAY}10:00,done,high\n"
    log += f"9,{DAY}09:00,open,low\n9,{DAY}10:00,done,high\n"
    export = read(TICKETS, UPDATES, tickets=f"No,Opened,Status\n1,{DAY}08:00,closed\n", log=log)
    assert happened(export, "field", "new") == [
        ("1", "09:00", "status", "open"),
        ("1", "10:00", "status", "done"),
        ("1", "10:00", "priority", "high"),
    ]
    assert codes(export) == [("unknown_ticket", 4), ("unknown_ticket", 5)]
    assert counted(export) == {"ticket_rows": 1, "tickets": 1, "event_rows": 4, "event_rows_rejected": 2}


def test_updates_of_one_ticket_may_be_spread_over_files(read: Reader) -> None:
    first, second = f"No,Changed,Status\n1,{DAY}09:00,open\n", f"No,Changed,Status\n1,{DAY}08:00,waiting\n"
    export = read(UPDATES, log=first, older=second)
    assert happened(export, "old", "new") == [("1", "08:00", None, "waiting"), ("1", "09:00", "waiting", "open")]


def test_tags_and_verdicts_of_updates(read: Reader) -> None:
    text = f"No,Changed,Tags,Kept\n1,{DAY}09:00,b|a,yes\n1,{DAY}10:00,b,no\n"
    export = read(UPDATES, log=text)
    assert happened(export, "field", "old", "new") == [("1", "10:00", "tags", "b|a", "b")]
    assert export.tickets.select("tags", "vendor_outcome.resolution").rows() == [(["b"], "missed")]


def test_the_old_value_is_the_one_before_of_the_same_ticket_and_field(read: Reader) -> None:
    rows = [
        f"1,{DAY}11:00,status,done",
        f"2,{DAY}10:30,status,open",
        f"1,{DAY}09:00,status,open",
        f"1,{DAY}10:00,priority,high",
        f"1,{DAY}11:00,status,done",
        f"1,{DAY}12:00,status,",
        f"1,{DAY}13:00,status,closed",
    ]
    tickets = f"No,Opened\n1,{DAY}08:00\n2,{DAY}08:00\n"
    export = read(TICKETS, HISTORY, tickets=tickets, history="Ticket,Changed,Field,Value\n" + "\n".join(rows))
    assert happened(export, "field", "old", "new") == [
        ("1", "09:00", "status", None, "open"),
        ("1", "10:00", "priority", None, "high"),
        ("1", "11:00", "status", "open", "done"),
        ("1", "12:00", "status", "done", None),
        ("1", "13:00", "status", None, "closed"),
        ("2", "10:30", "status", None, "open"),
    ]
    assert export.counts["event_duplicates"] == 1


def test_details_fill_what_the_tickets_lack(read: Reader) -> None:
    tickets = f"No,Opened,Owner\n1,{DAY}08:00,Ann\n2,{DAY}08:00,\n3,{DAY}08:00,\n"
    details = f"No,Replied,Channel,Owner,Extra\n1,{DAY}09:00,email,Bob,x\n2,,chat,Bob,\n2,,chat,Bob,\n9,{DAY}09:00,,,\n"
    export = read(TICKETS, DETAILS, tickets=tickets, details=details)
    assert export.tickets.select("ticket_id", "agent", "channel", "custom.Extra").rows() == [
        ("1", "Ann", "email", "x"),
        ("2", "Bob", "chat", None),
        ("3", None, None, None),
    ]
    assert happened(export, "event", "actor") == [("1", "09:00", "message", "agent")]
    assert codes(export) == [("unknown_ticket", 5)]
    assert counted(export) == {
        "ticket_rows": 3,
        "tickets": 3,
        "detail_rows": 4,
        "detail_rows_rejected": 1,
        "detail_duplicates": 1,
    }
    assert export.shows == {"first_reply"}


def test_of_details_that_differ_the_last_changed_counts(read: Reader) -> None:
    details = f"No,Replied,Channel,Changed\n1,,email,{DAY}09:00\n1,,chat,{DAY}10:00\n"
    export = read(TICKETS, DETAILS, tickets=f"No,Opened\n1,{DAY}08:00\n", details=details)
    assert export.tickets["channel"].to_list() == ["chat"]
    assert (codes(export), export.counts["detail_duplicates"]) == ([("older_duplicate", 2)], 1)


def test_details_alone_are_the_tickets_if_they_say_when_these_were_created(read: Reader) -> None:
    table = DETAILS.replace("channel: Channel", "channel: Channel\n      created_at: Made")
    export = read(table, details=f"No,Replied,Made,Reply minutes\n1,,{DAY}08:00,90\n1,,{DAY}08:00,90\n2,,,\n")
    assert counted(export) == {
        "ticket_rows": 3,
        "ticket_rows_rejected": 1,
        "tickets_rejected": 1,
        "duplicates": 1,
        "tickets": 1,
    }
    assert happened(export, "event") == [("1", "09:30", "message")]
    assert codes(export) == [("missing_date", 4)]


def test_details_of_tickets_that_events_make(read: Reader) -> None:
    history = f"Ticket,Changed,Field,Value\n1,{DAY}09:00,status,open\n1,{DAY}09:30,status,done\n"
    details = "No,Replied,Reply minutes\n1,,5\n2,,5\n"
    export = read(HISTORY, DETAILS, history=history, details=details)
    assert [row for row in happened(export, "event") if row[2] == "message"] == [("1", "09:05", "message")]
    assert [code for code, _ in codes(export)] == ["unknown_ticket", "no_created_event"]


def test_a_change_that_repeats_the_value_before_is_none_unless_it_is_all_that_is_left(read: Reader) -> None:
    said = [(1, "07:00", "open"), (1, "09:00", "open"), (1, "09:00", "open"), (2, "07:00", "open")]
    said += [(2, "09:00", "open")]
    said += [(2, "09:30", ""), (2, "09:40", ""), (2, "09:50", "done"), (3, "09:00", ""), (3, "09:10", "")]
    rows = "".join(f"{ticket},{DAY}{at},status,{value}\n" for ticket, at, value in said)
    tickets = "No,Opened\n" + "".join(f"{ticket},{DAY}08:00\n" for ticket in (1, 2, 3))
    export = read(TICKETS, HISTORY, tickets=tickets, history=f"Ticket,Changed,Field,Value\n{rows}")
    assert happened(export, "old", "new") == [
        ("1", "09:00", "open", "open"), ("2", "09:30", "open", None), ("2", "09:50", None, "done"),
        ("3", "09:00", None, None),
    ]  # fmt: skip
    counts = ("event_rows", "event_rows_rejected", "event_duplicates", "event_rows_ignored")
    assert [export.counts[name] for name in counts] == [10, 2, 1, 3]  # two are before the creation


def test_clocks_of_the_help_desk_become_columns_of_their_tickets(read: Reader) -> None:
    rows = [
        f"1,Response,{DAY}09:00,{DAY}10:00,ok,0:30,Acme",
        f"1,Solve,{DAY}09:00,{DAY}17:00,late,9:15:30,Acme",
        "1,Solve,2026-01-07 09:00,2026-01-07 17:00,ok,-0:05,Acme",
        f"2,Follow up!,{DAY}09:00,,cancelled,,",
        f"2,Follow up!,{DAY}09:00,,cancelled,,",
    ]
    tickets = f"No,Opened\n1,{DAY}08:00\n2,{DAY}08:00\n"
    export = read(TICKETS, CLOCKS, tickets=tickets, sla="Case,Clock,From,Due,Result,Used,Company\n" + "\n".join(rows))
    vendor = {name: dtype for name, dtype in export.tickets.schema.items() if name.startswith("vendor_")}
    assert vendor == {
        f"vendor_{told}.{metric}": dtype
        for metric in ("first_reply", "follow_up", "resolution")
        for told, dtype in (("due", INSTANT), ("outcome", pl.String()), ("elapsed", DURATION))
    }
    first = export.tickets.row(0, named=True)
    assert first["vendor_due.resolution"] == datetime(2026, 1, 7, 17, tzinfo=UTC)
    assert (first["vendor_outcome.resolution"], first["vendor_elapsed.resolution"]) == (
        "fulfilled",
        timedelta(minutes=-5),
    )
    assert (first["vendor_elapsed.first_reply"], first["account"]) == (timedelta(minutes=30), "Acme")
    assert export.tickets["vendor_outcome.follow_up"].to_list() == [None, "cancelled"]
    assert counted(export) == {"ticket_rows": 2, "tickets": 2, "detail_rows": 5, "detail_duplicates": 2}
    note = (
        "sla.csv: 1 clock is followed by another of the same ticket and metric; the columns vendor_* tell of the last"
    )
    assert note in export.notes


def test_of_clocks_in_two_tables_the_one_that_started_last_tells(read: Reader) -> None:
    head = "Case,Clock,From,Due,Result,Used,Company\n"
    ended = f"1,Solve,{DAY}09:00,{DAY}12:00,ok,1:00,\n2,Solve,{DAY}09:00,{DAY}12:00,ok,1:00,\n3,Solve,,,late,,\n"
    running = f"1,Solve,{DAY}10:00,,paused,0:20,\n2,Solve,{DAY}09:00,,late,,Acme\n3,Solve,{DAY}09:00,,paused,,\n"
    tickets = "No,Opened\n" + "".join(f"{ticket},{DAY}08:00\n" for ticket in (1, 2, 3))
    export = read(TICKETS, CLOCKS, tickets=tickets, a=head + ended, b=head + running)
    told = export.tickets.select("vendor_outcome.resolution", "vendor_due.resolution", "account").rows()
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)  # of two that started together the first file tells
    assert told == [("paused", None, None), ("fulfilled", noon, "Acme"), ("paused", None, None)]
    assert export.counts["detail_duplicates"] == 2
    assert [note.split(" and ")[0] for note in export.notes if "followed" in note] == [
        "a.csv: 2 clocks are followed by another of the same ticket"
    ]


def test_clocks_alone_make_the_tickets(read: Reader) -> None:
    text = f"Case,Clock,From,Due,Company\n1,Solve,{DAY}10:00,{DAY}17:00,Acme\n1,Response,{DAY}09:00,{DAY}10:00,\n"
    export = read(CLOCKS, sla=text)
    assert [str(at)[11:16] for at in export.tickets["created_at"]] == ["09:00"]
    assert export.tickets.select("account", "source_row").rows() == [("Acme", None)]
    assert counted(export) == {"tickets": 1, "detail_rows": 2}
    assert (export.shows, export.problems.height) == (frozenset(), 0)


def test_the_order_of_the_rows_of_clocks_does_not_matter(read: Reader) -> None:
    rows = [f"1,Solve,{DAY}09:00,{DAY}1{hour}:00,ok,0:30" for hour in range(4)]
    head = "Case,Clock,From,Due,Result,Used\n"
    due = {
        str(read(CLOCKS, sla=head + "\n".join(way)).tickets["vendor_due.resolution"][0]) for way in (rows, rows[::-1])
    }
    assert due == {"2026-01-05 13:00:00+00:00"}


def test_a_clock_without_words_for_its_outcome_is_judged_by_its_own_due_date(read: Reader) -> None:
    table = CLOCKS.replace("outcome: {column: Result, words: {fulfilled: [ok], missed: [late]}}", "ended_at: Result")
    due = f"{DAY}10:00"
    ends = (due, f"{DAY}10:01", "", due)
    rows = [f"{ticket},Solve,{DAY}09:00,{'' if ticket == 4 else due},{end}" for ticket, end in enumerate(ends, start=1)]
    export = read(table, sla="Case,Clock,From,Due,Result\n" + "\n".join(rows))
    assert export.tickets["vendor_outcome.resolution"].to_list() == ["fulfilled", "missed", "running", None]


USER_ROWS = "User,Name,Role\n7,Ann,staff\n8,Bob,customer\n9,Cy,\n"


def test_ids_become_names_where_there_is_one(read: Reader) -> None:
    tickets = f"No,Opened,Customer,Owner\n1,{DAY}08:00,8,7\n2,{DAY}08:00,8,12\n3,{DAY}08:00,8,\n"
    history = f"Ticket,Changed,Field,Value\n1,{DAY}09:00,Owner,9\n1,{DAY}10:00,Owner,12\n1,{DAY}11:00,Owner,7\n"
    export = read(TICKETS, USERS, HISTORY, tickets=tickets, users=USER_ROWS, history=history)
    assert export.tickets.select("agent", "requester").rows() == [("Ann", "8"), ("12", "8"), (None, "8")]
    assert happened(export, "field", "old", "new") == [
        ("1", "09:00", "agent", None, "Cy"),
        ("1", "10:00", "agent", "Cy", "12"),
        ("1", "11:00", "agent", "12", "Ann"),
    ]
    assert counted(export) == {"ticket_rows": 3, "tickets": 3, "event_rows": 3, "name_rows": 3}


def test_the_words_for_a_column_hold_for_its_changes_too(read: Reader) -> None:
    table = TICKETS.replace("requester: Customer", "priority: {column: Prio, words: {high: ['3']}}")
    history = f"Ticket,Changed,Field,Value\n1,{DAY}09:00,Prio,3\n1,{DAY}10:00,Prio,2\n"
    tickets = f"No,Opened,Prio\n1,{DAY}08:00,3\n"
    export = read(table, USERS, HISTORY, tickets=tickets, history=history)
    assert happened(export, "field", "old", "new") == [
        ("1", "09:00", "priority", None, "high"),
        ("1", "10:00", "priority", "high", "2"),
    ]


def test_a_table_may_name_its_tickets_by_another_id(read: Reader) -> None:
    history = HISTORY.replace("ticket_id: Ticket", "ticket_id: {column: Ticket, names: users}")
    tickets = f"No,Opened\nAnn,{DAY}08:00\n"
    rows = f"Ticket,Changed,Field,Value\n7,{DAY}09:00,status,open\n"
    export = read(TICKETS, USERS, history, tickets=tickets, history=rows, users=USER_ROWS)
    assert happened(export, "new") == [("Ann", "09:00", "open")]


def test_without_the_table_of_names_ids_stay(read: Reader) -> None:
    export = read(TICKETS, USERS, tickets=f"No,Opened,Owner\n1,{DAY}08:00,7\n")
    assert export.tickets["agent"].to_list() == ["7"]


@pytest.mark.parametrize(
    ("author", "actor"), [("-1", "system"), ("7", "agent"), ("8", "requester"), ("9", "requester"), ("10", "agent")]
)
def test_who_an_author_is(read: Reader, author: str, actor: str) -> None:
    tickets = f"No,Opened,Customer\n1,{DAY}08:00,9\n"
    comments = f"Ticket,Written,Kind,Author\n1,{DAY}09:00,Comment,{author}\n"
    export = read(TICKETS, USERS, COMMENTS, tickets=tickets, users=USER_ROWS, comments=comments)
    assert happened(export, "event", "actor", "public") == [("1", "09:00", "message", actor, True)]


@pytest.mark.parametrize(
    ("authors", "shown"),
    [("8 9 7", set()), ("8 9", {"messages", "first_reply"}), ("9 7", set())],  # 7 is an agent
)
def test_messages_of_which_nobody_knows_who_saw_them_are_no_replies(
    read: Reader, authors: str, shown: set[str]
) -> None:
    unseen = COMMENTS.replace('{value: "true"}', "{value: unknown}")
    rows = "".join(f"1,{DAY}09:0{minute},Comment,{author}\n" for minute, author in enumerate(authors.split()))
    files = {"tickets": f"No,Opened,Customer\n1,{DAY}08:00,9\n", "users": USER_ROWS}
    export = read(TICKETS, USERS, unseen, **files, comments=f"Ticket,Written,Kind,Author\n{rows}")
    public = {"7": ("agent", None), "8": ("requester", True), "9": ("requester", True)}
    assert happened(export, "actor", "public") == [
        ("1", f"09:0{minute}", *public[author]) for minute, author in enumerate(authors.split())
    ]
    assert export.problems.is_empty()
    assert {word for word in ("messages", "first_reply") if word in export.shows} == shown
    told = [note for note in export.notes if "which messages of agents the requester could see" in note]
    assert len(told) == (not shown)


def test_unknown_is_no_word_for_a_file_whose_profile_does_not_say_so(read: Reader) -> None:
    asked = COMMENTS.replace('{value: "true"}', "Seen by all")
    rows = f"1,{DAY}09:00,Comment,7,true\n1,{DAY}09:10,Comment,7,unknown\n"
    files = {"tickets": f"No,Opened\n1,{DAY}08:00\n", "users": USER_ROWS}
    export = read(TICKETS, USERS, asked, **files, comments=f"Ticket,Written,Kind,Author,Seen by all\n{rows}")
    assert (codes(export), "messages" in export.shows) == ([("bad_boolean", 3)], True)


def test_a_row_or_a_change_may_name_the_requester(read: Reader) -> None:
    rows = [f"1,{DAY}09:00,Comment,5,5", f"1,{DAY}09:10,Comment,6,5", f"2,{DAY}09:20,Comment,5,"]
    comments = "Ticket,Written,Kind,Author,Asked by\n" + "\n".join(rows)
    history = f"Ticket,Changed,Field,Value\n2,{DAY}09:00,Customer,5\n"
    tickets = f"No,Opened\n1,{DAY}08:00\n2,{DAY}08:00\n"
    export = read(TICKETS, USERS, COMMENTS, HISTORY, tickets=tickets, comments=comments, history=history)
    actors = [row[2] for row in happened(export, "actor", "event") if row[3] == "message"]
    assert actors == ["requester", "agent", "requester"]


def test_words_that_mean_nothing_for_an_sla_are_counted_as_ignored(read: Reader) -> None:
    tickets = f"No,Opened,Customer\n1,{DAY}08:00,5\n"
    comments = f"Ticket,Written,Kind,Author\n1,{DAY}09:00,Comment,5\n1,{DAY}09:10,Seen,6\n1,{DAY}09:20,seen,6\n"
    export = read(TICKETS, COMMENTS, tickets=tickets, comments=comments, call={"day_first": None})
    assert counted(export) == {"ticket_rows": 1, "tickets": 1, "event_rows": 3, "event_rows_ignored": 2}
    assert (len(happened(export)), export.problems.height) == (1, 0)


def test_rows_of_something_else_are_counted_as_ignored_whatever_the_table_holds(read: Reader) -> None:
    only = "\n    only: {Kind: [Incident]}\n    columns"
    profile = [table.replace("\n    columns", only) for table in (TICKETS, USERS, DETAILS, HISTORY, CLOCKS)]
    export = read(
        *profile,
        tickets=f"No,Opened,Owner,Kind\n1,{DAY}08:00,7,Incident\n2,{DAY}08:00,8,Change\n",
        users="User,Name,Kind\n7,Ann,incident\n8,Bob,\n",
        details=f"No,Replied,Kind\n1,{DAY}09:00,Incident\n2,{DAY}09:00,Change\n",
        history=f"Ticket,Changed,Field,Value,Kind\n1,{DAY}09:00,status,open,Incident\n2,{DAY}09:00,status,x,Change\n",
        clocks="Case,Clock,Kind\n2,Response,Change\n",
    )
    assert export.tickets.select("ticket_id", "agent").rows() == [("1", "Ann")]
    assert export.problems.is_empty()
    assert counted(export) == {
        "ticket_rows": 2, "ticket_rows_ignored": 1, "tickets": 1, "event_rows": 2, "event_rows_ignored": 1,
        "detail_rows": 3, "detail_rows_ignored": 2, "name_rows": 2, "name_rows_ignored": 1,
    }  # fmt: skip


def test_a_history_may_change_what_no_table_of_tickets_has(read: Reader) -> None:
    rows = f"Ticket,Changed,Field,Value\n1,{DAY}09:00,Department,Sales\n1,{DAY}09:10,Prio,1\n"
    export = read(TICKETS, HISTORY, tickets=f"No,Opened\n1,{DAY}08:00\n", history=rows)
    assert happened(export, "field") == [("1", "09:00", "department"), ("1", "09:10", "custom.Prio")]
    assert "department_changes" in export.shows


@pytest.mark.parametrize(
    ("unit", "cell", "microseconds"),
    [
        ("minutes", "90", 5_400_000_000),
        ("minutes", "0.5", 30_000_000),
        ("hours", "-1.25", -4_500_000_000),
        ("seconds", "0.000001", 1),
        ("milliseconds", "1.5", 1_500),
        ("days", "2", 172_800_000_000),
        ("hms", "112:03:04", 403_384_000_000),
        ("hms", "1:30", 5_400_000_000),
        ("hms", "-0:05", -300_000_000),
        ("since_1970", "1970-01-03 02:00:00", 180_000_000_000),
        ("since_1970", "1970-01-02", 86_400_000_000),
        ("since_1970", "1969-12-31 23:59:59", -1_000_000),
        ("minutes", "61,5", 3_690_000_000),
        ("hours", "-0,500", -1_800_000_000),
        ("minutes", "1,500", None),
        ("minutes", "1500,250", 90_015_000_000),
        ("minutes", "1,5,0", None),
        ("hms", "0:00:01,5", 1_500_000),
        ("minutes", "1e3", None),
        ("minutes", "999999999999", None),
        ("hms", "1:60", None),
        ("hms", "90", None),
        ("since_1970", "1970-13-01 00:00:00", None),
        ("since_1970", "2026", None),
    ],
)
def test_durations_are_read_in_whole_microseconds(unit: str, cell: str, microseconds: int | None) -> None:
    spans = read_spans(pl.Series([cell, None]), unit)
    assert spans.dtype == DURATION
    assert spans.to_physical().to_list() == [microseconds, None]


def test_durations_of_formats_that_know_them() -> None:
    spans = [timedelta(minutes=5), None]
    for column in (pl.Series(spans), pl.Series([datetime(1970, 1, 1, 0, 5, tzinfo=UTC), None])):
        assert all(read_spans(column, unit).to_list() == spans for unit in UNITS)
    to_the_minute = [is_to_the_minute(pl.Series([text])) for text in ("1:30", "1:30:00")]
    assert to_the_minute == [True, False]
    assert [grain_of("hms", to_the_minute=so) for so in to_the_minute] == [60_000_000, 1_000_000]


def test_a_duration_since_the_creation_is_the_stamp_where_there_is_none(read: Reader) -> None:
    replies = "first_reply_at: Replied\n      first_reply_at.after: {column: Minutes, unit: minutes}\n"
    table = f"{shop.TICKETS}      {replies}"
    rows = [f"1,{DAY}08:00,,90", f"2,{DAY}08:00,{DAY}08:30,30", f"3,{DAY}08:00,{DAY}09:00,30", f"4,{DAY}08:00,,"]
    export = read(table, USERS, tickets="No,Opened,Replied,Minutes\n" + "\n".join(rows))
    assert happened(export, "event") == [
        ("1", "09:30", "message"),
        ("2", "08:30", "message"),
        ("3", "09:00", "message"),
    ]
    assert (codes(export), export.shows) == ([("contradicting_span", 4)], {"first_reply"})
    assert [name for name in export.tickets.columns if name.endswith(".after")] == []


def test_the_sign_of_a_remaining_time_is_the_verdict(read: Reader) -> None:
    sign = "{column: Left, unit: hms, sign: {negative: missed, other: fulfilled}}"
    table = f"{shop.TICKETS}      vendor_outcome.first_reply: {sign}\n"
    export = read(table, tickets=f"No,Opened,Left\n1,{DAY}08:00,-0:01\n2,{DAY}08:00,0:00\n3,{DAY}08:00,\n")
    assert export.tickets["vendor_outcome.first_reply"].to_list() == ["missed", "fulfilled", None]


@pytest.mark.parametrize(
    ("heading", "profile", "call", "hour"),
    [
        ("Opened (America/Lima)", "Asia/Tokyo", {"timezone": "Europe/Berlin", "fallback_timezone": "Asia/Dubai"}, "08"),
        ("Opened (America/Lima)", "Asia/Tokyo", {"timezone": None, "fallback_timezone": "Asia/Dubai"}, "14"),
        ("Opened", "Asia/Tokyo", {"timezone": None, "fallback_timezone": "Asia/Dubai"}, "00"),
        ("Opened", None, {"timezone": None, "fallback_timezone": "Asia/Dubai"}, "05"),
    ],
)
def test_whose_word_counts_for_the_time_zone(
    read: Reader, heading: str, profile: str | None, call: dict[str, Any], hour: str
) -> None:
    head = shop.HEAD.replace("states:", f"timezone: {profile}\nstates:") if profile else shop.HEAD
    export = read(ZONED, head=head, call=call, tickets=f"No,{heading}\n1,{DAY}09:00\n")
    assert str(export.tickets["created_at"][0])[11:13] == hour


def test_the_export_tells_how_it_was_read(read: Reader) -> None:
    tickets = f"No,Opened,Plan\n1,{DAY}08:00,gold\n2,{DAY}18:00,\n"
    export = read(TICKETS, HISTORY, tickets=tickets, history="Ticket,Changed,Field,Value\n")
    first, second = export.reading
    assert (first.file, first.table, first.title, first.holds, first.rows) == (
        "tickets.csv",
        "tickets",
        "Tickets",
        "tickets",
        2,
    )
    assert [(one.heading, one.column) for one in first.columns] == [
        ("No", "ticket_id"),
        ("Opened", "created_at"),
        ("Plan", "custom.Plan"),
    ]
    opened = first.columns[1]
    assert (opened.layout, opened.timezone) == ("YYYY-MM-DD HH:MM", "UTC")
    assert (opened.first, opened.last) == (datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 1, 5, 18, tzinfo=UTC))
    assert (first.proof, second.holds) == (("No", "Opened"), "events")


def test_conditions_know_what_the_help_desk_said(read: Reader) -> None:
    rows = [f"{ticket},Solve,{DAY}09:00,{DAY}17:00,{told}" for ticket, told in ((1, "late,9:00"), (2, "ok,1:00"))]
    text = "Case,Clock,From,Due,Result,Used\n" + "\n".join(rows)
    policy = loads_policy(
        "policy: P\nlevels:\n  a: {targets: {resolution: 8h}}\n  b: {targets: {resolution: 8h}}\n"
        "rules: [{name: late, when: {vendor_outcome.resolution: missed}, level: a}, {name: rest, level: b}]\n"
        "exclude: {vendor_elapsed.resolution: {'>': 10h}, vendor_due.resolution: {before: 2026-01-01}}\n"
    )
    found = audit(read(CLOCKS, sla=text), policy)
    where = where_filter("vendor_outcome.resolution=missed")
    frame = log.build(found, log.LogOptions(all=True, where=where)).frame
    assert frame.select("ticket", "level").rows() == [("1", "a")]
    columns = ("ticket", "vendor_due.resolution", "vendor_elapsed.resolution")
    report = log.build(found, log.LogOptions(all=True, columns=columns))
    assert report.kinds == {
        "ticket": "text",
        "vendor_due.resolution": "instant",
        "vendor_elapsed.resolution": "duration",
    }
    assert report.headings["vendor_due.resolution"] == "Help desk: resolution due"


def test_pages_without_a_last_one_are_told() -> None:
    entries = [{"id": 1, "created_at": "2026-01-05T09:00:00Z"}]
    page = {"tickets": entries, "next_page": "https://shop.example/tickets?page=2"}
    unfinished = read_export(["-"], source="generic", stdin=io.BytesIO(json.dumps(page).encode()))
    assert unfinished.notes == ("-: Tickets: the last page is not here, each says that another follows",)
    last = {"tickets": entries, "next_page": None}
    assert read_export(["-"], source="generic", stdin=io.BytesIO(json.dumps(last).encode())).notes == ()


SAMPLES = sorted(folder for folder in (Path(__file__).parents[1] / "sample_data").glob("*/*/") if folder.is_dir())


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_every_row_of_the_samples_is_accounted_for(folder: Path) -> None:
    if not any(file.suffix in (".csv", ".json", ".ndjson") for file in folder.iterdir()):
        pytest.skip("no export")
    export = read_export([folder], fallback_timezone="UTC")
    counts = export.counts
    used = sum(counts[name] for name in ("ticket_rows_rejected", "ticket_rows_ignored", "duplicates", "tickets"))
    assert counts["ticket_rows"] in (0, used)
    rejected = sum(counts[f"{kind}_rows_rejected"] for kind in ("ticket", "event", "detail", "name"))
    assert rejected == export.problems["rejected"].sum()


def test_details_without_a_creation_stop_the_run(read: Reader) -> None:
    with pytest.raises(SlaauditError) as caught:
        read(DETAILS, details=f"No,Replied\n1,{DAY}09:00\n")
    assert [problem.code for problem in caught.value.problems] == ["no_creation"]


def test_the_account_shows_rows_of_rare_kinds_only_where_there_are_some() -> None:
    plain: dict[str, Any] = {
        "ticket_rows": 0, "rejected": 0, "duplicates": 0, "tickets": 2, "after_as_of": 0, "excluded": 0, "no_level": 0,
        "no_clock": 0, "judged": 2, "event_rows": 0, "event_rows_rejected": 0, "problems": 0, "outcomes": {},
        "as_of": datetime(2026, 1, 5, tzinfo=UTC), "policy_name": "P", "policy_hash": "0" * 64, "files": (),
    }  # fmt: skip
    rare = {"event_rows_ignored": 3, "detail_rows": 4, "detail_rows_rejected": 1}
    assert not set(rare) & set(Account(**plain).as_dict())
    account = Account(**plain | rare)
    assert account.lines()[:2] == ["2 tickets made from 4 detail rows", "4 detail rows read, 1 of them rejected"]
    assert {name: account.as_dict()[name] for name in rare} == rare
    snapshot = Account(**plain | {"ticket_rows": 5, "duplicates": 1, "ignored": 2})
    assert snapshot.lines()[0] == "5 ticket rows read = 2 tickets + 1 duplicate + 2 ignored"
    assert Account(**plain | {"event_rows": 9, "event_rows_ignored": 3}).lines()[1] == "9 event rows read, 3 ignored"
