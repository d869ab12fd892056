"""Tables of events that are read besides the table that their entries are; and small things that real exports need."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import shop

from slaaudit.sources import Export

TABLES = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: [no, opened, opened_by]
    columns:
      ticket_id: "no"
      created_at: opened
      agent: {column: owner, names: staff}
      first_reply_at: replied
      first_reply_at.after: {column: reply_time, unit: hms}
      vendor_outcome.first_reply: {column: minutes_left, unit: minutes, sign: {negative: missed, other: fulfilled}}
  openings:
    title: Who opened them
    holds: events
    known_by: ["no", opened, opened_by]
    also: true
    columns: {ticket_id: "no", at: opened, event: {value: created}, actor: opened_by}
    ignore: "*"
  messages:
    title: Messages
    holds: events
    known_by: [ticket, written, author]
    columns:
      ticket_id: ticket
      at: written
      event: {value: message}
      actor: {column: author, actor: {roles: staff, others: requester}}
  staff:
    title: Staff
    holds: names
    known_by: [id, name]
    columns: {id: id, name: {first_of: [name, {joined: [first, last]}]}, role: {value: agent}}
  history:
    title: History, the newest first
    holds: events
    known_by: [ticket, changed, what]
    newest_first: true
    columns:
      {ticket_id: ticket, at: changed, event: {value: change}, field: what, old: was, new: is}
"""
PROFILE = shop.HEAD + TABLES
TICKET = {"no": "7", "opened": "2026-03-02T08:00:00Z", "opened_by": "agent"}
MESSAGES = [
    {"ticket": "7", "written": "2026-03-02T09:00:00Z", "author": "c"},
    {"ticket": "7", "written": "2026-03-02T10:00:00Z", "author": "a"},
]
read = partial(shop.read, PROFILE)


def actors(export: Export) -> list[tuple[str, str]]:
    return list(export.events.select("event", "actor").iter_rows())


def test_a_table_that_is_also_read_tells_more_of_the_entries_of_another(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=[TICKET])
    assert export.tickets.height == 1
    assert actors(export) == [("created", "agent")]


def test_whom_a_list_of_staff_does_not_know_is_what_the_profile_says_that_others_are(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=[TICKET], messages=MESSAGES, staff=[{"id": "a", "name": "Ann"}])
    assert actors(export) == [("created", "agent"), ("message", "requester"), ("message", "agent")]


def test_without_the_list_of_staff_nothing_tells_who_the_others_are(tmp_path: Path) -> None:
    export = read(tmp_path, tickets=[TICKET], messages=MESSAGES)
    assert actors(export) == [("created", "agent")]
    assert export.problems["code"].to_list() == ["unknown_author", "unknown_author"]


@pytest.mark.parametrize(("left", "outcome"), [("-6", "missed"), ("0", "fulfilled"), ("139", "fulfilled")])
def test_the_sign_of_a_plain_number_of_minutes_is_a_verdict(tmp_path: Path, left: str, outcome: str) -> None:
    export = read(tmp_path, tickets=[TICKET | {"minutes_left": left}])
    assert export.problems.is_empty()
    assert export.tickets["vendor_outcome.first_reply"].to_list() == [outcome]


@pytest.mark.parametrize(("seconds", "told"), [("00", []), ("01", ["contradicting_span"])])
def test_stamps_without_seconds_may_differ_by_less_than_a_minute_from_a_duration(
    tmp_path: Path, seconds: str, told: list[str]
) -> None:
    times = {
        "opened": f"2026-03-02T08:00:{seconds}Z",
        "replied": f"2026-03-02T09:30:{seconds}Z",
        "reply_time": "1:30:59",
    }
    export = read(tmp_path, tickets=[TICKET | times])
    assert export.problems["code"].to_list() == told
    assert (export.tickets["first_reply_at"] - export.tickets["created_at"]).to_list() == [timedelta(minutes=90)]


def test_of_changes_at_one_instant_the_last_in_a_file_is_the_first_where_the_newest_stand_first(tmp_path: Path) -> None:
    at_once = {"ticket": "7", "changed": "2026-03-02T09:00:00Z", "what": "status"}
    history = [at_once | {"was": "open", "is": "done"}, at_once | {"was": "new", "is": "open"}]
    export = read(tmp_path, tickets=[TICKET], history=history)
    assert export.events.filter(event="change")["new"].to_list() == ["open", "done"]


@pytest.mark.parametrize(
    ("staff", "name"),
    [
        ({"first": "Ann", "last": "Bo"}, "Ann Bo"),
        ({"first": None, "last": "Bo"}, "Bo"),
        ({"first": "Ann", "last": "Bo", "name": "A. B."}, "A. B."),
    ],
)
def test_a_name_may_be_joined_of_several_columns(tmp_path: Path, staff: dict[str, str | None], name: str) -> None:
    tickets = [TICKET | {"owner": "a"}]
    export = read(tmp_path, tickets=tickets, staff=[{"id": "a", "name": None} | staff])
    assert export.tickets["agent"].to_list() == [name]


def test_a_table_that_holds_nothing_is_left_aside_where_another_fits(tmp_path: Path) -> None:
    nothing = "  unknown: {title: Openings of no ticket, holds: nothing, known_by: [no, opened]}\n"
    profile = PROFILE.replace("[no, opened, opened_by]", "[no, opened, opened_by, subject]") + nothing
    export = shop.read(profile, tmp_path, openings=[TICKET])
    assert (export.notes, export.tickets["ticket_id"].to_list()) == ((), ["7"])


def test_only_a_table_of_events_is_read_also() -> None:
    text = PROFILE.replace("    known_by: [id, name]", "    also: true\n    known_by: [id, name]")
    (problem,) = shop.mistakes(text)
    assert (problem.code, problem.what) == ("bad_table", "a table that holds names cannot be read also")
    assert problem.hint == "only one of events can"


def test_others_are_actors() -> None:
    problem = shop.mistakes(PROFILE.replace("others: requester", "others: customer"))[0]
    assert (problem.code, problem.what) == ("unknown_word", "there is no actor 'customer'")
