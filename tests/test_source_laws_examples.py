"""Small exports of every shape, with what they mean worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shop
from source_oracle import stamp

from slaaudit.sources import Export

MORE = """\
      requester: {column: Customer, names: users}
      agent: {column: Owner, names: users}
      department: {column: Team, names: teams}
      tags: {column: Labels, names: labels}
      vendor_due.resolution: Promised
      vendor_outcome.resolution: {column: Left, sign: {negative: missed, other: running}}
      vendor_outcome.first_reply: {column: Minutes left, unit: minutes, sign: {negative: missed, other: fulfilled}}
  history:
    title: History
    holds: events
    known_by: [Ticket, Changed, Field]
    only: {Class: [ticket, case]}
    old_is_previous: true
    columns: {ticket_id: Ticket, at: Changed, seq: Seq, event: {value: change}, field: Field, new: Value}
  comments:
    title: Comments
    holds: events
    known_by: [Ticket, Written, By]
    columns:
      ticket_id: Ticket
      at: Written
      event: {value: message}
      actor: {column: By, actor: {system: ["-1", Robot One], roles: users, others: agent}}
  details:
    title: Details
    holds: details
    known_by: ["No", Replied]
    columns:
      ticket_id: "No"
      first_reply_at: Replied
      first_reply_at.after: {column: Reply time, unit: hms}
      agent: {column: Owner, names: users}
      channel: Channel
  clocks:
    title: Clocks
    holds: clocks
    known_by: [Case, Clock, From]
    columns:
      ticket_id: Case
      metric: {column: Clock, words: {resolution: [Time to fix]}, ignore: [Test]}
      started_at: From
      due_at: Due
      ended_at: Until
      elapsed: {column: Spent, unit: seconds}
  users: {title: Users, holds: names, known_by: [User, Name], columns: {id: User, name: Name, role: Role}}
  teams: {title: Teams, holds: names, known_by: [Team no, Team name], columns: {id: Team no, name: Team name}}
  labels: {title: Labels, holds: names, known_by: [Label no, Label], columns: {id: Label no, name: Label}}
"""
PROFILE = shop.HEAD + shop.TICKETS + MORE


def read(folder: Path, **files: str) -> Export:
    """The export in files of these names; `@9` in a cell is 9 minutes after 08:00."""
    timed = {name: re.sub(r"@(\d+)", lambda at: stamp(int(at[1])), text) + "\n" for name, text in files.items()}
    return shop.read(PROFILE, folder, **timed)


def happened(export: Export, *columns: str) -> list[tuple[Any, ...]]:
    rows = export.events.filter(pl.col("event") != "created")
    return rows.select(pl.col("at").dt.to_string("%H:%M"), *columns).rows()


TICKETS = "No,Opened,Customer,Owner\n1,@0,8,7\n2,@0,9,"
USERS = "User,Name,Role\n7,Ann,agent\n8,Bob,requester\n9,Cy,\n10,Ann,requester"


def test_old_values_follow_the_numbers_of_the_rows_at_one_instant(tmp_path: Path) -> None:
    rows = "Ticket,Changed,Seq,Field,Value,Class\n1,@9,3,status,done,ticket\n1,@9,1,Status,open,ticket\n"
    export = read(tmp_path, tickets=TICKETS, history=rows + "1,@9,2,STATUS,waiting,case\n1,@8,9,status,open,ticket")
    found = [("08:08", None, "open"), ("08:09", "open", "waiting"), ("08:09", "waiting", "done")]
    assert happened(export, "old", "new") == found  # from open to open is no change
    assert export.counts["event_rows_ignored"] == 1
    assert set(export.events["field"].drop_nulls()) == {"status"}


def test_numbers_tell_rows_apart_beside_tables_without_numbers(tmp_path: Path) -> None:
    rows = "1,@9,3,Plan,a,case\n1,@9,2,Plan,b,case\n1,@9,1,Plan,a,case\n1,@9,1,Plan,a,case"
    rows = f"Ticket,Changed,Seq,Field,Value,Class\n{rows}"
    export = read(tmp_path, tickets=TICKETS, history=rows, comments="Ticket,Written,By\n2,@1,9")
    assert [row[1:] for row in happened(export, "old", "new")][:-1] == [(None, "a"), ("a", "b"), ("b", "a")]
    assert export.counts["event_duplicates"] == 1


def test_old_values_follow_the_time_over_several_files_and_begin_anew_for_each_field_and_ticket(tmp_path: Path) -> None:
    late = "Ticket,Changed,Seq,Field,Value,Class\n1,@30,1,Owner,9,ticket\n2,@30,2,Owner,7,ticket"
    early = "Ticket,Changed,Seq,Field,Value,Class\n1,@10,3,Owner,7,ticket\n1,@10,4,Team,A,ticket\n1,@20,5,agent,,ticket"
    export = read(
        tmp_path, tickets="No,Opened,Customer,Owner,Team\n1,@0,8,7,\n2,@0,9,,", late=late, early=early, users=USERS
    )
    assert happened(export, "ticket_row", "field", "old", "new") == [
        ("08:10", 0, "agent", None, "Ann"),
        ("08:10", 0, "department", None, "A"),
        ("08:20", 0, "agent", "Ann", None),
        ("08:30", 0, "agent", None, "Cy"),
        ("08:30", 1, "agent", None, "Ann"),
    ]


def test_rows_of_something_else_are_ignored_before_old_values_are_told(tmp_path: Path) -> None:
    rows = "1,@1,1,Plan,a,ticket\n1,@2,2,Plan,b,task\n1,@3,3,Plan,c,CASE\n1,@4,4,Plan,d,"
    rows = f"Ticket,Changed,Seq,Field,Value,Class\n{rows}"
    export = read(tmp_path, tickets=TICKETS, history=rows)
    assert happened(export, "old", "new") == [("08:01", None, "a"), ("08:03", "a", "c")]
    assert (export.counts["event_rows"], export.counts["event_rows_ignored"]) == (4, 2)
    assert export.problems.is_empty()


def test_who_wrote_is_told_by_ids_though_names_are_shown_in_their_place(tmp_path: Path) -> None:
    by = ["7", "8", "9", "10", "-1", "robot-one", "1", "99"]
    rows = "\n".join(f"{2 if author == '9' else 1},@{10 + at},{author}" for at, author in enumerate(by))
    export = read(tmp_path, tickets=TICKETS, users=USERS, comments=f"Ticket,Written,By\n{rows}")
    assert export.tickets.select("requester", "agent").rows() == [("Bob", "Ann"), ("Cy", None)]
    actors = ["agent", "requester", "requester", "requester", "system", "system", "agent", "agent"]
    assert [row[1] for row in sorted(happened(export, "actor"))] == actors


def test_the_name_of_a_requester_is_not_taken_for_an_author(tmp_path: Path) -> None:
    users = "User,Name,Role\n8,9,\n9,8,"
    rows = "Ticket,Written,By\n1,@1,8\n1,@2,9\n2,@1,8\n2,@2,9"
    export = read(tmp_path, tickets=TICKETS, users=users, comments=rows)
    assert export.tickets["requester"].to_list() == ["9", "8"]
    assert [row[1] for row in happened(export, "actor")] == ["requester", "agent", "agent", "requester"]


def test_a_role_wins_over_being_the_requester_of_the_ticket(tmp_path: Path) -> None:
    export = read(tmp_path, tickets="No,Opened,Customer\n1,@0,7", users=USERS, comments="Ticket,Written,By\n1,@1,7")
    assert happened(export, "actor") == [("08:01", "agent")]


def test_items_of_lists_get_their_names_one_by_one(tmp_path: Path) -> None:
    labels, teams = "Label no,Label\n1,urgent\n2,vip", "Team no,Team name\n1,Sales"
    export = read(tmp_path, tickets="No,Opened,Labels,Team\n1,@0,2|1|3,1\n2,@0,,2", labels=labels, teams=teams)
    assert export.tickets.select("tags", "department").rows() == [(["vip", "urgent", "3"], "Sales"), (None, "2")]


@pytest.mark.parametrize(
    ("left", "outcome"),
    [("-0:01", "missed"), ("-12:00:00", "missed"), ("0:00", "running"), ("3:30", "running"), ("-5", "missed"),
     ("7", "running"), ("0", "running"), ("", None), ("late", None)],
)  # fmt: skip
def test_without_a_unit_the_sign_of_a_clock_or_of_a_number_is_the_verdict(
    tmp_path: Path, left: str, outcome: str | None
) -> None:
    export = read(tmp_path, tickets=f"No,Opened,Left\n1,@0,{left}")
    assert export.tickets["vendor_outcome.resolution"].to_list() == [outcome]
    assert export.problems["code"].to_list() == (["bad_span"] if left == "late" else [])


@pytest.mark.parametrize(
    ("left", "outcome"), [("-1", "missed"), ("-0.5", "missed"), ("0", "fulfilled"), ("90", "fulfilled"), ("1:30", None)]
)
def test_with_a_unit_the_sign_of_a_number_of_it_is_the_verdict(tmp_path: Path, left: str, outcome: str | None) -> None:
    export = read(tmp_path, tickets=f"No,Opened,Minutes left\n1,@0,{left}")
    assert export.tickets["vendor_outcome.first_reply"].to_list() == [outcome]


def test_of_several_clocks_of_a_metric_the_last_started_tells_and_one_without_a_start_is_the_earliest(
    tmp_path: Path,
) -> None:
    clocks = "Case,Clock,From,Due,Until,Spent\n1,Time to fix,@5,@60,@70,60\n1,time-to-fix,@6,@61,@61,1.5\n"
    clocks += "1,resolution,,@99,@100,9\n1,Own Promise!,@1,@2,,\n1,own promise,@1,@3,,\n1,Test,@1,@2,,"
    export = read(tmp_path, tickets=TICKETS, clocks=clocks)
    row = {name: value for name, value in export.tickets.row(0, named=True).items() if name.startswith("vendor_")}
    assert {name: str(value) for name, value in row.items()} == {
        "vendor_due.own_promise": "2026-01-05 08:03:00+00:00",
        "vendor_outcome.own_promise": "running",
        "vendor_elapsed.own_promise": "None",
        "vendor_due.resolution": "2026-01-05 09:01:00+00:00",
        "vendor_outcome.resolution": "fulfilled",
        "vendor_elapsed.resolution": "0:00:01.500000",
    }
    assert [export.counts[f"detail_{name}"] for name in ("rows", "rows_ignored", "duplicates")] == [6, 1, 3]
    told = "3 clocks are followed by another of the same ticket and metric; the columns vendor_* tell of the last"
    notes = [note.rpartition("/")[2] for note in export.notes if "no column" not in note]
    assert notes == [f"clocks.csv: {told}"]


def test_what_the_ticket_itself_says_of_its_promises_stands_beside_its_clocks(tmp_path: Path) -> None:
    clocks = "Case,Clock,From,Due,Until\n1,Time to fix,@5,@60,@70\n2,Time to fix,@5,@60,"
    export = read(tmp_path, tickets="No,Opened,Promised,Left\n1,@0,@50,7\n2,@0,,", clocks=clocks)
    due = export.tickets["vendor_due.resolution"].dt.to_string("%H:%M").to_list()
    assert (due, export.tickets["vendor_outcome.resolution"].to_list()) == (["08:50", "09:00"], ["running", "running"])


def test_details_of_several_files_fill_each_other_and_never_the_tickets_own_values(tmp_path: Path) -> None:
    first, second = (
        "No,Replied,Owner,Reply time\n1,,9,0:30\n2,,9,",
        "No,Replied,Owner,Channel\n1,@40,7,chat\n2,@9,7,mail",
    )
    export = read(tmp_path, tickets=TICKETS, first=first, second=second, users=USERS)
    assert export.tickets.select("agent", "channel").rows() == [("Ann", "chat"), ("Cy", "mail")]
    assert happened(export, "ticket_row", "event", "actor") == [
        ("08:30", 0, "message", "agent"),
        ("08:09", 1, "message", "agent"),
    ]
    assert export.problems.is_empty()


def test_details_that_cannot_be_are_told_where_they_stand(tmp_path: Path) -> None:
    tickets = "No,Opened\n1,@60\n2,@0\n,@0\n3,soon"
    details = "No,Replied,Reply time\n1,@59,\n2,@9,0:10:01\n2,@9,0:10:01\n3,@70,\n4,@70,\n,@70,"
    export = read(tmp_path, tickets=tickets, details=details)
    told = export.problems.with_columns(pl.col("file").str.split("/").list.last())
    assert told.select("file", "row", "code", "rejected").rows() == [
        ("details.csv", 2, "before_creation", True),
        ("details.csv", 3, "contradicting_span", False),
        ("details.csv", 4, "contradicting_span", False),
        ("details.csv", 5, "ticket_rejected", True),
        ("details.csv", 6, "unknown_ticket", True),
        ("details.csv", 7, "missing_ticket_id", True),
        ("tickets.csv", 4, "missing_ticket_id", True),
        ("tickets.csv", 5, "bad_date", True),
    ]
    assert [export.counts[f"detail_{name}"] for name in ("rows", "rows_rejected", "duplicates")] == [6, 4, 1]
