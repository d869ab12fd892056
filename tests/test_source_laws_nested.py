"""The same export as nested JSON of many forms and as flat files is the same export."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import shop
from hypothesis import example, given
from hypothesis import strategies as st
from source_oracle import as_csv, stamp
from strategies import effort

from slaaudit.sources import Export

try:
    from compression import zstd
except ImportError:
    from backports import zstd

TABLES = """\
  api:
    title: Tickets of the API
    holds: tickets
    known_by: [key, made, owner.name]
    list: [tickets, ""]
    columns: {ticket_id: key, created_at: made, agent: owner.name, status: status, tags: tags, subject: subject}
    custom: [more]
    ignore: [comments, log]    # in a page where nobody said anything they are no lists
  said:
    title: Comments inside the tickets
    holds: events
    known_by: ["comments[].at"]
    rows: "comments[]"
    columns:
      ticket_id: key
      at: "comments[].at"
      event: {value: message}
      actor: "comments[].by.role"
      public: "comments[].seen"
  happened:
    title: Changes inside the tickets
    holds: events
    known_by: ["log.entries[].items[].field"]
    rows: "log.entries[].items[]"
    columns:
      ticket_id: key
      at: "log.entries[].at"
      event: {value: change}
      field: "log.entries[].items[].field"
      old: "log.entries[].items[].from"
      new: "log.entries[].items[].to"
  flat_tickets:
    title: Table of tickets
    holds: tickets
    known_by: [key, made, owner_name]
    columns: {ticket_id: key, created_at: made, agent: owner_name, status: status, tags: tags, subject: subject}
  flat_comments:
    title: Table of comments
    holds: events
    known_by: [key, at, role, seen]
    columns: {ticket_id: key, at: at, event: {value: message}, actor: role, public: seen}
  flat_changes:
    title: Table of changes
    holds: events
    known_by: [key, at, field, from, to]
    columns: {ticket_id: key, at: at, event: {value: change}, field: field, old: from, new: to}
"""
PROFILE = shop.HEAD + TABLES
ODD = (
    "",
    "a",
    " b ",
    "é\n2",
    '{"a": 1}',
    "[x]",
    "{",
    "a|b",
    "null",
    "1.0",
    "1e5",
    "007",
    'q"q',
    "\u2028",
    "😀",
    "\\u12",
)
texts = st.sampled_from(ODD)
plain = texts | st.booleans() | st.integers(-5, 5) | st.none()
minutes = st.integers(0, 300).map(stamp)
comments = st.fixed_dictionaries(
    {
        "at": minutes,
        "by": st.fixed_dictionaries({"role": st.sampled_from(["agent", "requester", "system"])}),
        "seen": st.booleans(),
    }
)
items = st.fixed_dictionaries({"field": st.sampled_from(["status", "plan", "tags"]), "from": plain, "to": plain})
entries = st.fixed_dictionaries({"at": minutes, "items": st.lists(items, max_size=3)})
tickets = st.fixed_dictionaries(
    {
        "made": st.integers(-60, 60).map(lambda minute: stamp(minute + 60)),
        "owner": st.fixed_dictionaries({"name": texts | st.none()}),
        "status": st.sampled_from(["open", "done"]),
        "subject": plain,
        "tags": st.lists(st.sampled_from(["vip", "a b"]), max_size=2),
        "more": st.dictionaries(st.sampled_from(["plan", "a.b", "größe"]), plain, max_size=3),
    },
    optional={
        "comments": st.none() | st.lists(comments, max_size=3),
        "log": st.none() | st.fixed_dictionaries({"entries": st.lists(entries, max_size=2)}),
    },
)
# every key occurs, so that every table is there in each form; nothing in it is odd
FIRST: dict[str, Any] = {
    "made": stamp(0),
    "owner": {"name": "Ann"},
    "status": "open",
    "subject": "x",
    "tags": ["vip"],
    "more": {"plan": "gold", "a.b": "1", "größe": "2"},
    "comments": [{"at": stamp(9), "by": {"role": "agent"}, "seen": True}],
    "log": {"entries": [{"at": stamp(9), "items": [{"field": "plan", "from": "silver", "to": "gold"}]}]},
}
Entry = dict[str, Any]


def numbered(found: Sequence[Entry]) -> list[Entry]:
    return [{"key": f"T{number}", **entry} for number, entry in enumerate([FIRST, *found])]


def text_of(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return "|".join(map(text_of, value)) if isinstance(value, list) else json.dumps(value)


def flat(found: Sequence[Entry]) -> dict[str, str]:
    """The three tables of CSV that hold the same."""
    whole, said, happened = [], [], []
    for entry in found:
        own = {"key": entry["key"], "owner_name": entry["owner"]["name"], **entry["more"]}
        whole.append(own | {name: entry[name] for name in ("made", "status", "subject", "tags")})
        said += [
            {"key": entry["key"], "at": one["at"], "role": one["by"]["role"], "seen": one["seen"]}
            for one in entry.get("comments") or []
        ]
        for one in (entry.get("log") or {}).get("entries", []):
            happened += [{"key": entry["key"], "at": one["at"], **item} for item in one["items"]]
    named = {"tickets.csv": whole, "comments.csv": said, "changes.csv": happened}
    heads = {name: list(dict.fromkeys(key for row in rows for key in row)) for name, rows in named.items()}
    return {
        name: as_csv([{key: text_of(value) for key, value in row.items()} for row in rows], heads[name])
        for name, rows in named.items()
    }


def forms(found: Sequence[Entry]) -> dict[str, dict[str, bytes]]:
    """Files by name, of each form of JSON."""
    array, lines = json.dumps(found), "\n".join(json.dumps(entry, ensure_ascii=False) for entry in found)
    half = len(found) // 2
    pages = [
        {"tickets": found[:half], "next_page": "https://shop.example/?page=2", "count": len(found)},
        {"tickets": found[half:], "next_page": None, "count": len(found)},
    ]
    return {
        "array": {"x.json": array.encode()},
        "indented": {"x.json": json.dumps({"tickets": found}, indent=2, ensure_ascii=False).encode()},
        "lines": {"x.ndjson": lines.encode()},
        "gzip": {"x.json.gz": gzip.compress(array.encode())},
        "zstd": {"x.ndjson.zst": zstd.compress(lines.encode())},
        "pages": {f"page{number}.json": json.dumps(page).encode() for number, page in enumerate(pages)},
        "pages in one file": {"x.json": "\n".join(map(json.dumps, pages)).encode()},
    }


def read(files: Mapping[str, str | bytes]) -> Export:
    with TemporaryDirectory() as folder:
        return shop.read_files(PROFILE, folder, files)


def whole(export: Export, *, numbered: bool) -> list[object]:
    """Everything but the places in the files; columns by name. Not `numbered`: also without `seq`."""
    frame = export.tickets.drop("source_row")
    frame = frame.select(sorted(frame.columns))
    problems = export.problems.select("code", "value", "rejected").sort(pl.all()).rows()
    events = export.events if numbered else export.events.drop("seq")
    return [frame.columns, frame.rows(), events.rows(), problems, export.shows, dict(export.counts)]


@given(found=st.lists(tickets, max_size=4))
@example(found=[])
@effort(4)
def test_nested_json_of_every_form_reads_like_the_flat_tables(found: list[Entry]) -> None:
    entries = numbered(found)
    expected = read(flat(entries))
    assert expected.counts["ticket_rows"] == len(entries)
    for form, files in forms(entries).items():
        export = read(files)
        assert (form, whole(export, numbered=False)) == (form, whole(expected, numbered=False))
        if len(files) == 1 and form != "pages in one file":
            assert whole(export, numbered=True) == whole(expected, numbered=True)


@given(found=st.lists(tickets, min_size=1, max_size=4))
@effort(3)
def test_every_form_of_nested_json_has_the_same_order_of_columns_and_rows(found: list[Entry]) -> None:
    exports = {form: read(files) for form, files in forms(numbered(found)).items()}
    first = exports["array"]
    assert {form: export.tickets.columns for form, export in exports.items()} == dict.fromkeys(
        exports, first.tickets.columns
    )
    single = [form for form in exports if not form.startswith("pages")]
    assert all(exports[form].events.equals(first.events) for form in single)
    rows = [form for form in single if form not in ("lines", "zstd")]
    assert all(exports[form].tickets.equals(first.tickets) for form in rows)
