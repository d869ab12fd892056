"""Rows of tickets and events → the canonical frames, with every row accounted for."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from slaaudit.frames import EVENTS, PROBLEMS, TICKETS
from slaaudit.problems import SlaauditError
from slaaudit.sources import Export, read_export
from slaaudit.sources.export import COUNTS
from slaaudit.sources.files import few_words

DAY = "2026-01-05"
EVENT_HEAD = "ticket_id,at,event,actor,public,field,old,new"
Reader = Callable[..., Export]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """The export in files given by name (`tickets_csv="…"`), all of them read from one folder."""
    monkeypatch.chdir(tmp_path)

    def from_files(call: dict[str, Any] | None = None, **files: str) -> Export:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return read_export(["."], **{"timezone": "UTC", **(call or {})})

    return from_files


def tickets(*rows: str, head: str = "") -> str:
    return "\n".join([f"ticket_id,created_at{head}", *rows]) + "\n"


def events(*rows: str, head: str = EVENT_HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def happened(export: Export, *columns: str) -> list[tuple[Any, ...]]:
    """The events as (ticket id, hour:minute, event, and the columns asked for)."""
    ids = export.tickets["ticket_id"].gather(export.events["ticket_row"])
    frame = export.events.with_columns(ticket=ids, time=pl.col("at").dt.to_string("%H:%M"))
    return frame.select("ticket", "time", "event", *columns).rows()


def codes(export: Export) -> list[tuple[str, int, bool]]:
    return export.problems.select("code", "row", "rejected").rows()


def test_two_columns_are_enough(read: Reader) -> None:
    export = read(tickets_csv=tickets(f"1,{DAY}"))
    assert export.tickets.schema == TICKETS.schema
    assert export.events.schema == EVENTS.schema
    assert export.problems.schema == PROBLEMS.schema
    assert happened(export, "seq") == [("1", "00:00", "created", -1)]
    assert (export.shows, export.source, export.files) == (frozenset(), "generic", ("tickets.csv",))
    assert export.counts == dict.fromkeys(COUNTS, 0) | {"ticket_rows": 1, "tickets": 1}
    assert export.state_words["on_hold"] == ("on_hold", "on hold", "on-hold", "hold")


def test_one_path_needs_no_list(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(tickets(f"1,{DAY}"))
    for path in (tmp_path, str(tmp_path / "tickets.csv")):
        assert read_export(path, timezone="UTC").counts["tickets"] == 1


def test_an_export_without_rows_is_an_export(read: Reader) -> None:
    export = read(tickets_csv=tickets(), events_csv=events())
    assert (export.tickets.height, export.events.height, export.shows) == (0, 0, frozenset())
    assert export.counts == dict.fromkeys(COUNTS, 0)
    assert read_export(["-"], stdin=io.BytesIO(b"[]")).tickets.schema == TICKETS.schema


def test_tickets_are_sorted_by_id_as_text(read: Reader) -> None:
    export = read(tickets_csv=tickets(*(f"{ticket},{DAY}" for ticket in ("9", "10", "007", "7", "A-1", "é"))))
    assert export.tickets["ticket_id"].to_list() == ["007", "10", "7", "9", "A-1", "é"]
    assert export.tickets["source_row"].to_list() == [4, 3, 5, 2, 6, 7]


def test_ids_that_are_equal_as_numbers_are_different_tickets(read: Reader) -> None:
    rows = [f"{ticket},{DAY}T10:00:00Z,message,requester,,,," for ticket in ("7", "007", "+7", "7.0")]
    export = read(tickets_csv=tickets(f"7,{DAY}", f"007,{DAY}"), events_csv=events(*rows))
    assert [row[:2] for row in happened(export)] == [("007", "00:00"), ("007", "10:00"), ("7", "00:00"), ("7", "10:00")]
    assert codes(export) == [("unknown_ticket", 4, True), ("unknown_ticket", 5, True)]


def test_headings_are_known_whatever_their_case_and_spaces(read: Reader) -> None:
    export = read(tickets_csv="Ticket-ID,CREATED AT,updatedAt,Customer Group\n1,2026-01-05,2026-01-06,vip\n")
    row = export.tickets.row(0, named=True)
    assert (row["ticket_id"], row["customer_group"], str(row["changed_at"])[:10]) == ("1", "vip", "2026-01-06")


def test_of_two_headings_for_one_column_the_first_in_the_profile_is_it(read: Reader) -> None:
    export = read(tickets_csv="id,ticket_id,created_at\n99,1,2026-01-05\n")
    assert export.tickets.select("ticket_id", "custom.id").rows() == [("1", "99")]


def test_other_columns_are_custom_fields_by_their_own_names(read: Reader) -> None:
    export = read(tickets_csv=tickets(f"1,{DAY},gold,x,n,a", head=",Plan Name,custom.region,,value"))
    assert export.tickets.columns[len(TICKETS.names) :] == [
        "custom.Plan Name",
        "custom.region",
        "custom.column_5",
        "custom.value",
    ]
    entries = [{"ticket_id": 1, "created_at": DAY, "custom": {"plan": "gold"}, "via": {"channel": "web"}}]
    export = read_export(["-"], timezone="UTC", stdin=io.BytesIO(json.dumps(entries).encode()))
    assert export.tickets.select("custom.plan", "custom.via").rows() == [("gold", '{"channel": "web"}')]


def test_a_map_names_columns_and_wins_over_the_profile(read: Reader) -> None:
    names = {"ticket_id": "Case", "created_at": "Opened on", "custom.plan": "Tier", "agent": "status"}
    text = "Case,ticket_id,Opened on,Tier,status\nC1,7,2026-01-05,gold,Ann\n"
    export = read({"column_map": names}, tickets_csv=text)
    columns = ["ticket_id", "custom.ticket_id", "custom.plan", "agent", "status"]
    assert export.tickets.select(columns).rows() == [("C1", "7", "gold", "Ann", None)]


def test_cells_are_trimmed_and_empty_ones_are_null(read: Reader) -> None:
    export = read(tickets_csv=tickets(f" 1 , {DAY} , , Ann\tLee ,\x1b[31m", head=",agent,requester,subject"))
    assert export.tickets.select("ticket_id", "agent", "requester", "subject").rows() == [
        ("1", None, "Ann\tLee", "\x1b[31m")
    ]


def test_tags_are_a_list_without_empty_ones(read: Reader) -> None:
    rows = ("1,2026-01-05, vip | eu ||", "2,2026-01-05,|", "3,2026-01-05,", "4,2026-01-05,a b")
    assert read(tickets_csv=tickets(*rows, head=",tags")).tickets["tags"].to_list() == [
        ["vip", "eu"],
        None,
        None,
        ["a b"],
    ]


def test_booleans_are_written_in_many_ways(read: Reader) -> None:
    words = ("true", "TRUE", "Yes", "1", "false", "No", "0", "")
    rows = (f"{number},{DAY},{word}" for number, word in enumerate(words))
    found = read(tickets_csv=tickets(*rows, head=",deleted")).tickets["deleted"].to_list()
    assert found == [True, True, True, True, False, False, False, None]


def test_our_own_states_may_stand_for_the_status(read: Reader) -> None:
    export = read(tickets_csv=tickets(f"1,{DAY},On Hold", head=",state"))
    assert export.tickets.select("status", "state").rows() == [("On Hold", None)]
    export = read(tickets_csv=tickets(f"1,{DAY},Waiting,On Hold", head=",status,state"))
    assert export.tickets.select("status", "state").rows() == [("Waiting", "on_hold")]


def test_identical_rows_of_a_ticket_collapse(read: Reader) -> None:
    rows = ("1,2026-01-05T10:00:00Z,a", "1,2026-01-05T11:00:00+01:00,a", "2,2026-01-05T10:00:00Z,a")
    export = read(tickets_csv=tickets(*rows, head=",plan"))
    assert (export.counts["duplicates"], export.tickets["source_row"].to_list()) == (1, [2, 4])
    assert export.problems.is_empty()


def test_of_different_rows_of_a_ticket_the_one_changed_last_is_used(read: Reader) -> None:
    rows = [f"1,{DAY},2026-01-07,high", f"1,{DAY},2026-01-06,low", f"1,{DAY},2026-01-07,high"]
    for text in (rows, rows[::-1]):
        export = read(tickets_csv=tickets(*text, head=",changed_at,priority"))
        assert export.tickets["priority"].to_list() == ["high"]
        assert export.counts["duplicates"] == 2
        assert codes(export) == [("older_duplicate", 3, False)]


def test_a_ticket_of_which_no_row_is_usable_is_rejected_once(read: Reader) -> None:
    rows = ("1,never,", "1,no idea,", f"2,{DAY},x", f"2,{DAY},y", f",{DAY},", "3,-,", f"3,{DAY},")
    export = read(tickets_csv=tickets(*rows, head=",plan"), events_csv=events(f"2,{DAY},message,requester,,,,"))
    assert export.counts["ticket_rows_rejected"] == 6
    assert export.counts["tickets_rejected"] == 3  # 1, 2, and the one without an id
    assert codes(export)[0] == ("ticket_rejected", 2, True)


def test_several_files_are_one_export(read: Reader) -> None:
    first, second = tickets(f"1,{DAY},gold", head=",plan"), tickets("2,6/1/2026 10:00,nl", head=",region")
    third = tickets("3,13/1/2026 10:00")
    export = read(tickets_csv=first, tickets2_csv=second, tickets3_csv=third)
    assert export.tickets.select("ticket_id", "custom.plan", "custom.region").rows() == [
        ("1", "gold", None),
        ("2", None, "nl"),
        ("3", None, None),
    ]
    assert export.files == ("tickets.csv", "tickets2.csv", "tickets3.csv")


def test_a_created_event_tells_who_opened_the_ticket(read: Reader) -> None:
    rows = [f"1,{DAY}T00:00:00Z,created,agent,,,,", f"2,{DAY}T00:00:03Z,created,agent,,,,"]
    export = read(tickets_csv=tickets(f"1,{DAY}", f"2,{DAY}", f"3,{DAY}"), events_csv=events(*rows))
    assert happened(export, "actor") == [
        ("1", "00:00", "created", "agent"),
        ("2", "00:00", "created", "agent"),
        ("3", "00:00", "created", None),
    ]
    assert codes(export) == [("other_created", 3, False)]


def test_creation_comes_before_everything_else_at_its_instant(read: Reader) -> None:
    rows = (f"1,{DAY},message,requester,1", f"1,{DAY},created,requester,2", f"1,{DAY},message,agent,-5")
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(*rows, head="ticket_id,at,event,actor,seq"))
    assert happened(export, "seq", "actor") == [
        ("1", "00:00", "created", -6, "requester"),
        ("1", "00:00", "message", -5, "agent"),
        ("1", "00:00", "message", 1, "requester"),
    ]


def test_events_of_one_instant_keep_the_order_of_the_files(read: Reader) -> None:
    rows = [f"1,{DAY}T10:00:00Z,message,agent,true,,,", f"1,{DAY}T10:00:00Z,message,requester,true,,,"]
    for order in (rows, rows[::-1]):
        export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(order[0]), events2_csv=events(order[1]))
        assert [row[3] for row in happened(export, "actor")][1:] == [row.split(",")[3] for row in order]


def test_exact_copies_of_an_event_collapse_and_any_difference_counts(read: Reader) -> None:
    head = "ticket_id,at,event,actor,note"
    row = f"1,{DAY}T10:00:00Z,message,requester,"
    other = f"1,{DAY}T10:00:00.001Z,message,requester,a"
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(row + "a", other, row + "b", row + "a", head=head))
    assert (export.counts["event_duplicates"], export.events.height) == (1, 4)
    assert export.events["seq"].to_list()[1:] == [0, 2, 1]
    created = f"1,{DAY},created,requester,"
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(created, created, head=head))
    assert (export.counts["event_duplicates"], export.events.height) == (1, 1)


def test_copies_with_their_own_seq_are_different_events(read: Reader) -> None:
    rows = [f"1,{DAY}T10:00:00Z,message,requester,{seq}" for seq in (1, 2, 2)]
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(*rows, head="ticket_id,at,event,actor,seq"))
    assert (export.counts["event_duplicates"], export.events.height) == (1, 3)


def test_what_a_requester_writes_is_public(read: Reader) -> None:
    rows = [
        f"1,{DAY},message,{actor},{public},,," for actor, public in (("requester", ""), ("agent", "no"), ("system", ""))
    ]
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(*rows))
    assert export.events["public"].to_list() == [None, True, False, None]
    assert export.notes == ("times without a time zone are local times in UTC (2 files: events.csv, tickets.csv)",)


def test_where_nothing_says_what_was_public_everything_was_and_a_note_says_so(read: Reader) -> None:
    rows = f"1,{DAY},message,agent", f"1,{DAY},work,agent"
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(*rows[:1], head="ticket_id,at,event,actor"))
    assert export.events["public"].to_list() == [None, True]
    assert export.notes[-1] == (
        "events.csv: the file does not say which messages were public, so all of them count as public"
    )


def test_fields_are_named_as_the_columns_of_the_tickets(read: Reader) -> None:
    names = ("Status", "customer group", "updated_at", "custom.plan", "Plan", "level", "tags", "state")
    rows = [f"1,{DAY}T10:00:0{n}Z,change,agent,,{name},,solved | x" for n, name in enumerate(names)]
    rows[-1] = rows[-1].replace("solved | x", "On Hold")
    export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(*rows))
    assert export.events.select("field", "new").rows()[1:] == [
        ("status", "solved | x"),
        ("customer_group", "solved | x"),
        ("custom.updated_at", "solved | x"),
        ("custom.plan", "solved | x"),
        ("custom.Plan", "solved | x"),
        ("level", "solved | x"),
        ("tags", "solved|x"),
        ("state", "on_hold"),
    ]


def test_stamps_of_a_snapshot_become_the_events_they_prove(read: Reader) -> None:
    head = ",first_reply_at,solved_at,closed_at"
    rows = (
        f"1,{DAY},{DAY} 01:00,{DAY} 02:00,{DAY} 03:00",
        f"2,{DAY},,,{DAY} 03:00",
        f"3,{DAY},,{DAY} 02:00,{DAY} 02:00",
    )
    export = read(tickets_csv=tickets(*rows, head=head))
    assert happened(export, "actor", "public", "field", "old", "new") == [
        ("1", "00:00", "created", None, None, None, None, None),
        ("1", "01:00", "message", "agent", True, None, None, None),
        ("1", "02:00", "change", None, None, "state", None, "solved"),
        ("1", "03:00", "change", None, None, "state", "solved", "closed"),
        ("2", "00:00", "created", None, None, None, None, None),
        ("2", "03:00", "change", None, None, "state", None, "closed"),
        ("3", "00:00", "created", None, None, None, None, None),
        ("3", "02:00", "change", None, None, "state", None, "solved"),
    ]
    assert export.shows == {"first_reply", "solves"}


def test_a_history_is_believed_before_the_stamps(read: Reader) -> None:
    rows = (
        f"1,{DAY}T05:00:00Z,message,agent,true,,,",
        f"1,{DAY}T06:00:00Z,change,agent,,status,open,solved",
        f"2,{DAY}T05:00:00Z,message,agent,false,,,",
    )
    stamps = [f"{number},{DAY},{DAY} 01:00,{DAY} 02:00" for number in (1, 2)]
    export = read(tickets_csv=tickets(*stamps, head=",first_reply_at,solved_at"), events_csv=events(*rows))
    assert [row[:3] for row in happened(export)] == [
        ("1", "00:00", "created"),
        ("1", "05:00", "message"),
        ("1", "06:00", "change"),
        ("2", "00:00", "created"),
        ("2", "01:00", "message"),
        ("2", "02:00", "change"),
        ("2", "05:00", "message"),
    ]


def test_events_alone_make_the_tickets(read: Reader) -> None:
    rows = (
        f"b,{DAY}T10:00:00Z,message,requester,,,,",
        f"a,{DAY}T09:00:00Z,created,agent,,,,",
        f"b,{DAY}T08:00:00Z,change,agent,,priority,low,high",
        f"b,{DAY}T11:00:00Z,change,agent,,tags,,x | y",
        f"b,{DAY}T12:00:00Z,change,agent,,priority,high,urgent",
        f"a,{DAY}T12:00:00Z,change,agent,,Plan,,gold",
        f"a,{DAY}T12:00:00Z,change,agent,,level,,vip",
        f"c,{DAY}T12:00:00Z,nothing,agent,,,,",
    )
    export = read(events_csv=events(*rows))
    assert export.tickets.select("ticket_id", "priority", "tags", "custom.Plan", "source_row").rows() == [
        ("a", None, None, "gold", None),
        ("b", "urgent", ["x", "y"], None, None),
    ]
    assert [row for row in happened(export, "actor") if row[2] == "created"] == [
        ("a", "09:00", "created", "agent"),
        ("b", "08:00", "created", None),
    ]
    assert codes(export) == [("no_created_event", 4, False), ("unknown_event", 9, True)]
    assert export.counts["tickets_rejected"] == 1
    assert (export.counts["ticket_rows"], export.counts["tickets"]) == (0, 2)


def test_a_changed_field_without_a_column_gets_its_last_value(read: Reader) -> None:
    rows = [f"1,{DAY}T1{n}:00:00Z,change,agent,,{field},,{n}" for n, field in enumerate(("plan", "plan", "agent"))]
    export = read(tickets_csv=tickets(f"1,{DAY},Ann", head=",agent"), events_csv=events(*rows))
    assert export.tickets.select("custom.plan", "agent").rows() == [("1", "Ann")]


def test_what_an_export_shows_depends_on_what_is_in_it(read: Reader) -> None:
    kinds = {
        "message,agent,true,,,": {"messages", "first_reply"},
        "change,agent,,status,,open": {"status_changes", "solves", "changes"},
        "change,agent,,state,,open": {"status_changes", "solves", "changes"},
        "change,agent,,agent,,Ann": {"agent_changes", "changes"},
        "change,agent,,department,,Ann": {"department_changes", "changes"},
        "change,agent,,plan,,gold": {"changes"},
        "chat_started,,,,,": {"chats"},
        "call_answered,,,,,": {"calls"},
        "work,agent,,,,30m": {"work"},
        "merged,,,,,": set(),
    }
    for row, shows in kinds.items():
        export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=events(f"1,{DAY},{row}"))
        assert export.shows == shows
    for column, shown in (("first_reply_at", "first_reply"), ("solved_at", "solves"), ("closed_at", "solves")):
        assert read(tickets_csv=tickets(f"1,{DAY},", head=f",{column}"), events_csv=events()).shows == {shown}


def test_events_are_known_by_their_columns_where_the_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(tickets(f"1,{DAY}"))
    text = events(f"1,{DAY},message,requester,,,,").encode()
    for call in ({"paths": [tmp_path / "export.csv", "-"]}, {"paths": [tmp_path / "export.csv"], "events": ["-"]}):
        export = read_export(**call, timezone="UTC", stdin=io.BytesIO(text))
        assert export.counts["event_rows"] == 1
    mapped = text.replace(b"event", b"what")
    export = read_export(
        [tmp_path / "export.csv", "-"], timezone="UTC", stdin=io.BytesIO(mapped), column_map={"event": "what"}
    )
    assert export.counts["event_rows"] == 1


def test_a_table_that_is_neither_is_told_as_what_it_looks_most_like() -> None:
    for text, column in ((b"at,event,actor\n", "ticket_id"), (b"created_at,agent,priority\n", "ticket_id")):
        with pytest.raises(SlaauditError) as caught:
            read_export(["-"], stdin=io.BytesIO(text))
        assert [column in problem.what for problem in caught.value.problems] == [True]


def test_mistakes_in_several_files_are_told_at_once(tmp_path: Path) -> None:
    for name, text in {"tickets.csv": "", "tickets2.csv": "PK\x03\x04", "tickets3.csv": "a,b\n"}.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SlaauditError) as caught:
        read_export([tmp_path])
    assert [problem.code for problem in caught.value.problems] == ["empty_file", "unsupported_file"]


def test_a_row_that_two_files_tell_is_one_event_whatever_the_types_of_its_unknown_columns(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"{EVENT_HEAD},team,day,seen"
    told = f"1,{DAY}T10:00:00Z,message,agent,yes,,,,red,2026-01-05,2026-01-05T10:00:00.500"
    text = events(*[told] * 3, told.replace("red", "blue"), told.replace(".500", ""), head=head)
    rows = pl.read_csv(io.StringIO(events(told, head=head)), infer_schema=False)
    typed = rows.with_columns(pl.col("day").str.to_date(), seen=pl.col("seen").str.to_datetime(time_unit="ms"))
    typed.write_parquet(tmp_path / "events2.parquet")
    typed.with_columns(pl.col("seen").dt.cast_time_unit("us")).write_parquet(tmp_path / "events3.parquet")
    for large in (10**9, len(text)):  # all columns of CSV are text, then the few words of the larger file categories
        monkeypatch.setattr(few_words, "LARGE", large)
        export = read(tickets_csv=tickets(f"1,{DAY}"), events_csv=text, events4_csv=events(told, head=head))
        assert [row[1:] for row in happened(export, "actor")] == [
            ("00:00", "created", None),
            *[("10:00", "message", "agent")] * 3,
        ]
        assert export.counts["event_duplicates"] == 5
