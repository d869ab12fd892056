"""Laws of reading: every row is accounted for, the order of rows means nothing, and no input makes it crash."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.problems import SlaauditError
from slaaudit.sources import Export, read_export

LAW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
TICKETS = ("ticket_id", "created_at", "changed_at", "priority", "deleted")
EVENTS = ("ticket_id", "at", "event", "actor", "public", "field", "new", "seq")

ids = st.sampled_from(["1", "2", "3", "03", "x", ""])
times = st.sampled_from([f"2026-01-0{day}T09:00:00Z" for day in range(1, 6)] + ["", "soon"])
ticket_rows = st.tuples(
    ids, times, times, st.sampled_from(["low", "high"]), st.sampled_from(["yes", "no", "", "perhaps"])
)
event_rows = st.tuples(
    ids,
    times,
    st.sampled_from(["created", "message", "message", "change", "work", "nonsense"]),
    st.sampled_from(["requester", "agent", "system", "", "robot"]),
    st.sampled_from(["yes", "no", ""]),
    st.sampled_from(["status", "tags", "plan", ""]),
    st.sampled_from(["open", "a|b", "30m", ""]),
)
Rows = list[tuple[str, ...]]


def csv(head: Sequence[str], rows: Rows) -> str:
    return "\n".join(",".join(row) for row in [tuple(head), *rows]) + "\n"


def read(tickets: Rows | None, events: Rows, *, head: Sequence[str] = EVENTS[:-1]) -> Export | None:
    """The export of these rows; None where a column as a whole cannot be understood."""
    with TemporaryDirectory() as folder:
        if tickets is not None:
            Path(folder, "tickets.csv").write_text(csv(TICKETS, tickets))
        Path(folder, "events.csv").write_text(csv(head, events))
        try:
            return read_export([folder])
        except SlaauditError as error:
            assert {problem.code for problem in error.problems} == {"unknown_date_format"}
            return None


def created_rows_in_use(export: Export, events: Rows) -> int:
    """One for each ticket of which a `created` event could be used."""
    known = set(export.tickets["ticket_id"])
    usable = {row[0] for row in events if row[2] == "created" and row[1].startswith("2026") and row[3] != "robot"}
    return len(usable & known)


@given(tickets=st.none() | st.lists(ticket_rows, max_size=8), events=st.lists(event_rows, max_size=12))
@LAW
def test_every_row_is_used_rejected_or_a_duplicate(tickets: Rows | None, events: Rows) -> None:
    export = read(tickets, events)
    if export is None:
        return
    counts = export.counts
    assert counts["ticket_rows"] == len(tickets or [])
    assert counts["event_rows"] == len(events)
    if tickets is not None:
        assert counts["ticket_rows"] == (counts["ticket_rows_rejected"] + counts["duplicates"] + export.tickets.height)
    used = export.events.filter(pl.col("event") != "created").height + created_rows_in_use(export, events)
    assert counts["event_rows"] == counts["event_rows_rejected"] + counts["event_duplicates"] + used
    rejected = export.problems.filter("rejected")
    assert rejected.height == counts["ticket_rows_rejected"] + counts["event_rows_rejected"]
    assert rejected.select("file", "row").is_unique().all()


@given(tickets=st.none() | st.lists(ticket_rows, max_size=8), events=st.lists(event_rows, max_size=12))
@LAW
def test_each_ticket_begins_with_its_one_creation(tickets: Rows | None, events: Rows) -> None:
    export = read(tickets, events)
    if export is None:
        return
    assert export.tickets["ticket_id"].is_sorted() and export.tickets["ticket_id"].is_unique().all()
    assert export.events.equals(export.events.sort("ticket_row", "at", "seq"))
    first = export.events.unique("ticket_row", keep="first", maintain_order=True)
    assert first["event"].to_list() == ["created"] * export.tickets.height
    assert first["at"].to_list() == export.tickets["created_at"].to_list()
    assert (export.events["event"] == "created").sum() == export.tickets.height


def without_rows(export: Export) -> list[object]:
    """All that an export says, but for the places in its files."""
    problems = export.problems.select(pl.exclude("file", "row")).rows()
    return [
        export.tickets.drop("source_row").rows(),
        export.events.rows(),
        sorted(problems, key=repr),
        export.shows,
        export.counts,
        [note.partition(": ")[2] for note in export.notes],
    ]


@given(st.none() | st.lists(ticket_rows, max_size=8), st.lists(event_rows, max_size=12), st.randoms())
@LAW
def test_the_order_of_the_rows_means_nothing_where_seq_gives_it(
    tickets: Rows | None, events: Rows, chance: random.Random
) -> None:
    numbered = [(*row, str(number)) for number, row in enumerate(events)]
    shuffled = chance.sample(numbered, len(numbered))
    other = None if tickets is None else chance.sample(tickets, len(tickets))
    one, two = read(tickets, numbered, head=EVENTS), read(other, shuffled, head=EVENTS)
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert without_rows(one) == without_rows(two)


lone_events = st.lists(event_rows, max_size=10, unique_by=lambda row: row[:2])


@given(st.lists(ticket_rows, max_size=6), lone_events, st.randoms())
@LAW
def test_the_order_of_the_rows_means_nothing_where_no_two_events_share_an_instant(
    tickets: Rows, events: Rows, chance: random.Random
) -> None:
    one, two = read(tickets, events), read(chance.sample(tickets, len(tickets)), chance.sample(events, len(events)))
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        for export in (one, two):
            export.events.replace_column(2, pl.zeros(export.events.height, eager=True).alias("seq"))
        assert without_rows(one) == without_rows(two)


TICKET_TEXT = (
    b"ticket_id,requester,created_at,solved_at,tags,priority,deleted,subject,plan,changed_at\n"
    b'1,Ann,2026-01-05T09:00:00Z,,"a|b",low,no,"Hi, there",gold,\n'
    b'2,Bob,2026-01-06T09:00:00Z,2026-01-07T09:00:00Z,,high,,"two\nlines",,2026-01-08T09:00:00Z\n'
    b'3,Caf\xc3\xa9,2026-01-06T09:00:00.5Z,,x,,yes,"q ""uote""",,\n'
)
EVENT_TEXT = (
    b"ticket_id,at,event,actor,public,field,old,new\n1,2026-01-05T09:00:00Z,created,requester,,,,\n"
    b"1,2026-01-05T10:00:00Z,message,agent,true,,,\n1,2026-01-05T10:00:00Z,message,agent,true,,,\n"
    b"2,2026-01-06T11:00:00Z,change,agent,,status,open,solved\n9,2026-01-06T12:00:00Z,message,requester,,,,\n"
)
ENTRIES = [
    {"ticket_id": 1, "created_at": "2026-01-05T09:00:00Z", "tags": ["a", "b"], "custom": {"plan": "gold", "n": [1]}},
    {"ticket_id": "2", "created_at": "2026-01-06T09:00:00Z", "x": {"y": None}, "deleted": True},
]
SOUND = {
    "tickets.csv": TICKET_TEXT,
    "events.csv": EVENT_TEXT,
    "tickets.json": json.dumps(ENTRIES, indent=1).encode(),
    "tickets.ndjson": "\n".join(json.dumps(entry) for entry in ENTRIES).encode(),
    "tickets.csv.gz": gzip.compress(TICKET_TEXT),
    "tickets16.csv": TICKET_TEXT.decode().encode("utf-16"),
}
SPLINTERS = (
    *(bytes([one]) for one in b'",;|\t{}[]:\\\n\r\0\xff\xc3'),
    *(
        b"\r\n",
        b"\xef\xbb\xbf",
        b"null",
        b"1e999",
        b"13/01/2026",
        b"01/13/2026",
        b'""',
        b",,,,,,",
        b"1.5E+10",
        b"created",
    ),
)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few pieces lost, doubled or replaced."""
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([1, 2, 5, 20, 100]))
        lost, splinter = data[start:end], chance.choice(SPLINTERS)
        data = data[:start] + chance.choice([b"", lost * 2, splinter, lost + splinter]) + data[end:]
    return data


@pytest.mark.parametrize("seed", range(80))
def test_a_damaged_file_is_told_and_nothing_crashes(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for name in chance.sample(sorted(SOUND), chance.choice([1, 1, 2])):
        (tmp_path / name).write_bytes(damaged(SOUND[name], chance))
    try:
        export = read_export([tmp_path], timezone="Europe/Amsterdam", day_first=chance.choice([None, True]))
    except SlaauditError as error:
        assert all(problem.what and problem.hint for problem in error.problems)
        return
    counts = Counter(export.counts)
    if counts["ticket_rows"]:
        assert counts["ticket_rows"] == counts["ticket_rows_rejected"] + counts["duplicates"] + counts["tickets"]
    assert export.problems["rejected"].sum() == counts["ticket_rows_rejected"] + counts["event_rows_rejected"]
    assert (export.events["event"] == "created").sum() == export.tickets.height


def test_the_same_export_in_several_formats_is_the_same_export() -> None:
    created = datetime(2026, 1, 5, 9, tzinfo=UTC)
    plain = {"ticket_id": "1", "created_at": "2026-01-05T09:00:00Z", "tags": "a|b", "deleted": "true"}
    typed = {"ticket_id": 1, "created_at": created, "tags": ["a", "b"], "deleted": True, "custom": {"plan": "gold"}}
    frame, parquet = pl.DataFrame([{**plain, "custom.plan": "gold"}]), io.BytesIO()
    pl.DataFrame([typed]).write_parquet(parquet)
    ways = [
        frame.write_csv().encode(),
        frame.write_csv(separator=";").encode("utf-16"),
        frame.write_ndjson().encode(),
        json.dumps({"tickets": [{**typed, "created_at": plain["created_at"]}]}, indent=2).encode(),
        parquet.getvalue(),
    ]
    exports = [read_export(["-"], stdin=io.BytesIO(way)) for way in ways]
    first = exports[0]
    for export in exports[1:]:
        assert export.tickets.drop("source_row").equals(first.tickets.drop("source_row"))
        assert export.events.equals(first.events)
