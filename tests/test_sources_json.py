"""JSON → tables: which lists a document holds, what its cells become, and paths opened into columns."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.sources.files.json_paths import has_paths, open_paths
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable

LAW = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def read(*documents: object, name: str = "x.json") -> list[TextTable]:
    return read_tables(name, "\n".join(json.dumps(document) for document in documents).encode())


def rows(table: TextTable) -> list[dict[str, Any]]:
    return [dict(zip(table.headings, row, strict=True)) for row in table.frame.drop("_row").rows()]


def lists(*documents: object, name: str = "x.json") -> dict[str, list[dict[str, Any]]]:
    return {table.list_name: rows(table) for table in read(*documents, name=name)}


ONE = [{"id": "1"}]
DOCUMENTS: dict[str, tuple[object, dict[str, list[dict[str, Any]]]]] = {
    "a list": ([{"id": 1}], {"": ONE}),
    "one list in an object": ({"tickets": [{"id": 1}], "count": 1, "next_page": None}, {"tickets": ONE}),
    "several lists": (
        {"tickets": [{"id": 1}], "users": [{"id": 7}], "groups": []},
        {"tickets": ONE, "users": [{"id": "7"}]},
    ),
    "a list in objects": (
        {"_embedded": {"conversations": [{"id": 1}]}, "page": {"size": 1}},
        {"_embedded.conversations": ONE},
    ),
    "a list at the third depth": ({"a": {"b": {"issues": [{"id": 1}]}}}, {"a.b.issues": ONE}),
    "an entry": ({"ID": 1, "tags": ["a", "b"], "who": "x"}, {"": [{"ID": "1", "tags": "a|b", "who": "x"}]}),
    "an entry with a list of its own": (
        {"key": "A-1", "comments": [{"id": 2}]},
        {"": [{"key": "A-1", "comments": '[{"id": 2}]'}]},
    ),
    "an answer with an id": ({"id": "request-1", "results": [{"id": 1}]}, {"results": ONE}),
    "an object around an entry": ({"helpdesk_ticket": {"id": 1}}, {"helpdesk_ticket": ONE}),
    "an object around an entry and more": ({"ticket": {"id": 1}, "took": 5, "meta": {"a": 1}}, {"ticket": ONE}),
    "a list of plain values beside": ({"tickets": [{"id": 1}], "fields": ["id"]}, {"tickets": ONE}),
    "nothing but empty lists": ({"tickets": [], "users": []}, {"tickets": [], "users": []}),
}


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_lists_of_a_document_are_its_tables(form: str, indent: int | None) -> None:
    document, tables = DOCUMENTS[form]
    found = read_tables("x.json", json.dumps(document, indent=indent).encode())
    assert {table.list_name: rows(table) for table in found} == tables


def test_the_lists_of_pages_are_put_together() -> None:
    pages = [
        {"tickets": [{"id": 1}, {"id": 2}], "users": [{"id": 9}], "next_page": "https://…"},
        {"tickets": [], "users": None, "next_page": "https://…"},
        {"tickets": [{"id": 3}], "users": [], "next_page": None},
    ]
    assert lists(*pages) == {"tickets": [{"id": "1"}, {"id": "2"}, {"id": "3"}], "users": [{"id": "9"}]}
    assert [table.more for table in read(*pages)] == [False, False]
    assert [table.more for table in read(*pages[:2])] == [True, True]


def test_pages_and_entries_may_be_long_lines() -> None:
    long = [{"tickets": [{"id": number, "text": "x" * 200_000}], "next_page": None} for number in range(2)]
    assert [table.rows for table in read(*long)] == [2]
    assert [table.rows for table in read(*long, name="x.jsonl")] == [2]
    assert [table.rows for table in read(*(page["tickets"][0] for page in long))] == [2]


def test_entries_with_lists_are_no_pages() -> None:
    assert lists({"ticket": 1, "events": [{"x": 1}]}, {"ticket": 2, "events": []}, name="x.ndjson") == {
        "": [{"ticket": "1", "events": '[{"x": 1}]'}, {"ticket": "2", "events": ""}]
    }


MORE: list[tuple[dict[str, Any], bool]] = [
    ({"next_page": "https://…"}, True),
    ({"next_page": None}, False),
    ({"meta": {"has_more": True}}, True),
    ({"meta": {"has_more": False}, "links": {"next": "https://…"}}, False),
    ({"links": {"next": None}}, False),
    ({"links": {"next": "https://…"}}, True),
    ({"_links": {"next": {"href": "https://…"}}}, True),
    ({"nextPageToken": "x"}, True),
    ({"isLast": False}, True),
    ({"isLast": True, "nextPageToken": "x"}, False),
    ({"end_of_stream": False, "next_page": None}, True),
    ({"end_of_stream": True, "next_page": "https://…"}, False),
    ({"paging": {"next": {"after": "5"}}}, True),
    ({"meta": "x", "links": []}, False),
    ({}, False),
]


@pytest.mark.parametrize(("marks", "more"), MORE, ids=[json.dumps(marks) for marks, _ in MORE])
def test_a_page_says_whether_another_follows(marks: dict[str, Any], more: bool) -> None:
    assert read({"tickets": [{"id": 1}], **marks})[0].more is more


def test_nested_headings_are_those_with_objects_or_lists_of_objects() -> None:
    entry = {"id": 1, "o": {}, "l": [{"a": 1}], "t": '{"a": 1}', "p": [1], "e": [], "n": None, "m": [[1]]}
    (table,) = read([entry, {"id": 2, "t": "[1]", "p": "x", "n": 5}])
    assert table.nested == {"o", "l", "m"}
    assert [row["t"] for row in rows(table)] == ['{"a": 1}', "[1]"]


def test_keys_of_any_mixture_of_types_are_columns() -> None:
    values = [5, [1], {"b": 1}, "x", True, None, [{"b": 1}], 1.5, "[2]", [[3]]]
    (table,) = read([{"id": number, "a": value} for number, value in enumerate(values)])
    assert [row["a"] for row in rows(table)] == [
        "5", "1", '{"b": 1}', "x", "true", None, '[{"b": 1}]', "1.5", "[2]", "[[3]]"
    ]  # fmt: skip
    assert table.nested == {"a"}


def test_numbers_stay_whole_and_control_characters_stay_text() -> None:
    ids = [12345678901234567890, 10**37, 3, 1.5]
    controls = "".join(map(chr, range(32))) + '"\\'
    (table,) = read([{"id": one, "text": controls, "list": [controls], "o": {"x": controls}} for one in ids])
    assert [row["id"] for row in rows(table)] == ["12345678901234567890", "1" + "0" * 37, "3", "1.5"]
    assert [(row["text"], row["list"], json.loads(row["o"])) for row in rows(table)] == [
        (controls, controls, {"x": controls})
    ] * 4
    assert rows(open_paths(table, None, ["o.x"]))[0]["o.x"] == controls


def test_of_a_key_that_an_object_has_twice_the_first_counts() -> None:
    (table,) = read_tables("x.json", b'[{"id": 1, "id": 2, "o": {"a": 3, "a": 4}}]')
    assert rows(open_paths(table, None, ["id", "o.a"])) == [{"id": "1", "o.a": "3"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_may_have_a_byte_order_mark(encoding: str) -> None:
    document = json.dumps({"tickets": [{"id": 1, "subject": "Zoë"}]}, ensure_ascii=False)
    assert rows(read_tables("x", document.encode(encoding))[0]) == [{"id": "1", "subject": "Zoë"}]


def test_half_of_a_character_is_shown_as_such() -> None:
    sound, halves = r"\ud83d\ude00 \\ud83d", [r"a\ud83d", r"\ude00b", r"\ud83d\ud83d\ude00"]
    entries = [f'{{"id": {number}, "a": "{text}"}}' for number, text in enumerate([sound, *halves])]
    for data in ("[" + ",".join(entries) + "]", "\n".join(entries)):
        (table,) = read_tables("x.json", data.encode())
        assert [row["a"] for row in rows(table)] == ["😀 \\ud83d", "a\ufffd", "\ufffdb", "\ufffd😀"]
        assert table.doubtful["code"].to_list() == ["half_character"] * 3


def test_what_json_cannot_say_costs_its_entry_only() -> None:
    entries = ['{"id": 1}', '{"id": NaN}', f'{{"id": {"9" * 50}}}', '{"id": 1e999}', '{"id": 5}']
    (table,) = read_tables("x.json", f"[{','.join(entries)}]".encode())
    assert (rows(table), table.frame["_row"].to_list()) == ([{"id": "1"}, {"id": "5"}], [1, 5])
    assert table.damaged["_row"].to_list() == [2, 3, 4]
    (table,) = read_tables("x.ndjson", "\n".join(entries).encode())
    assert (rows(table), table.damaged["_row"].to_list()) == ([{"id": "1"}, {"id": "5"}], [2, 3, 4])


ISSUES = [
    {
        "key": "A-1",
        "fields": {"status": {"name": "Open"}, "labels": ["x", "y"], "c.d": 7, "note": None},
        "changelog": {
            "histories": [
                {"at": "t1", "items": [{"field": "status", "from": 1}, {"field": "p", "from": None}]},
                {"at": "t2", "items": []},
                {"at": "t3", "items": [{"field": "z", "to": {"q": [1, 2]}}, "?", None]},
            ]
        },
    },
    {"key": "A-2", "fields": "text", "changelog": {"histories": []}},
    {"key": "A-3", "fields": None, "changelog": "[broken", "tags": {"tags": [{"name": "a"}, {}, 5, {"name": "b"}]}},
    {"key": "[1]", "fields": {"status": "Open"}, "changelog": "{broken"},
]


def test_paths_become_columns_one_row_per_entry() -> None:
    (table,) = read(ISSUES)
    paths = ["fields.status.name", "fields.labels", "fields.c.d", "tags.tags[].name", "fields.status", "nope.x"]
    opened = open_paths(table, None, paths)
    assert opened.headings == (*paths[:-1], "key")
    assert opened.nested == {"fields.status"}
    assert opened.frame.rows() == [
        ("Open", "x|y", "7", None, '{"name": "Open"}', "A-1", 1),
        (None, None, None, None, None, "A-2", 2),
        (None, None, None, "a|b", None, "A-3", 3),
        (None, None, None, None, "Open", "[1]", 4),
    ]


def test_rows_are_the_items_of_a_list_of_lists() -> None:
    (table,) = read(ISSUES)
    path = "changelog.histories[].items[]"
    wanted = [f"{path}.field", "changelog.histories[].at", "key", f"{path}.to.q", "fields.status.name", f"{path}.no"]
    opened = open_paths(table, path, wanted)
    assert opened.headings == tuple(wanted[:-1])
    assert opened.frame.rows() == [
        ("status", "t1", "A-1", None, "Open", 1),
        ("p", "t1", "A-1", None, "Open", 1),
        ("z", "t3", "A-1", "1|2", "Open", 1),
    ]
    assert open_paths(table, "nope[]", ["key", "nope[].x"]).frame.height == 0


def test_a_path_is_there_when_its_keys_are_whatever_their_values() -> None:
    (table,) = read(ISSUES)
    there = {"key", "fields.note", "fields.c.d", "fields.status.name", "changelog.histories[].items[].field"}
    assert has_paths(table, [*there, "fields.nope", "note", "key.x", "x[].y"]) == there
    late = read([{"id": n, "o": {}} for n in range(300)] + [{"id": 300, "o": {"late": None}}])[0]
    assert has_paths(late, ["o.late", "o.never"]) == {"o.late"}


texts = st.text(st.characters(codec="utf-8", exclude_characters="\ufffd\ufffe\uffff"), max_size=4) | st.sampled_from(
    ["[1]", '{"a": 1}', "[", "{x", "|", '["a"]', "null", "5", "C:\\new", "\\", '\\"', "\\\\u0041", "\t\x00"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", 'c\\"\n']), inner, max_size=3)
    ),
    max_leaves=6,
)


def as_cell(value: object) -> object:
    """What a value becomes in a cell, told by the standard library; nested ones as themselves."""
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "|".join(str(as_cell(item)) for item in value if item is not None)
    if isinstance(value, bool):
        return json.dumps(value)
    return value if value is None or isinstance(value, list | dict) else str(value)


@given(entries=st.lists(st.fixed_dictionaries({"id": st.just(1), "a": values}, optional={"b": values}), min_size=1))
@LAW
def test_any_cell_is_what_the_standard_library_reads(entries: list[dict[str, Any]]) -> None:
    for data in (json.dumps(entries, indent=1), "\n".join(json.dumps(entry) for entry in entries)):
        (table,) = read_tables("x.ndjson" if data[0] == "{" else "x.json", data.encode())
        for entry, row in zip(entries, rows(table), strict=True):
            for key in entry.keys() & row.keys():
                expected = as_cell(entry[key])
                cell = json.loads(row[key]) if isinstance(expected, list | dict) else row[key]
                assert cell == expected, key


@given(entries=st.lists(st.fixed_dictionaries({"id": st.just(1), "o": values}), min_size=1, max_size=5))
@LAW
def test_any_path_opens_to_what_is_there(entries: list[dict[str, Any]]) -> None:
    (table,) = read(entries)
    opened = rows(open_paths(table, None, ["o.a", "o.a.b"]))
    for entry, row in zip(entries, opened, strict=True):
        a = entry["o"].get("a") if isinstance(entry["o"], dict) else None
        b = a.get("b") if isinstance(a, dict) else None
        for path, value in (("o.a", a), ("o.a.b", b)):
            if not isinstance(entry["o"], str) and not isinstance(a, str):
                expected = as_cell(value)
                cell = row.get(path)
                assert (json.loads(cell) if isinstance(expected, list | dict) else cell) == expected


def test_a_frame_of_opened_paths_keeps_the_numbers_of_the_entries() -> None:
    (table,) = read([{"id": 1, "l": [{"a": 1}]}, 5, {"id": 2, "l": [{"a": 2}, {"a": 3}]}])
    assert open_paths(table, "l[]", ["l[].a"]).frame["_row"].to_list() == [1, 3, 3]
    assert open_paths(table, "l[]", ["id"]).frame.schema == {"0": pl.String, "_row": pl.UInt32}
