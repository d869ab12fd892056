"""Bytes → text frame: whatever a table is packed, written and encoded in, its cells come out the same."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from backports import zstd

from slaaudit.problems import SlaauditError
from slaaudit.sources.files import json_text
from slaaudit.sources.files.inputs import find_inputs
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.recognition.left_out import LeftOut

HEADINGS = ("ticket_id", "subject", "tags")
ROWS = [("1", 'The "big" one,\nagain', "a|b"), ("2", "Café; 5 | 6\tfeet", None), ("3", None, "ü")]


def csv(delimiter: str = ",", line_end: str = "\n") -> str:
    frame = pl.DataFrame(ROWS, schema=list(HEADINGS), orient="row")
    return frame.write_csv(separator=delimiter, line_terminator=line_end)


def entries() -> list[dict[str, object]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]


def typed_entries() -> list[dict[str, object]]:
    return [{"ticket_id": 1, "subject": ROWS[0][1], "tags": ["a", "b"]}, entries()[1], entries()[2]]


def parquet() -> bytes:
    file = io.BytesIO()
    ids, subjects, tags = zip(*ROWS, strict=True)
    lists = [tag.split("|") if tag else None for tag in tags]
    pl.DataFrame({"ticket_id": [int(i) for i in ids], "subject": subjects, "tags": lists}).write_parquet(file)
    return file.getvalue()


WAYS: dict[str, bytes] = {
    "comma": csv().encode(),
    "semicolon": csv(";").encode(),
    "tab": csv("\t").encode(),
    "bar": csv("|").encode(),
    "carriage returns and line feeds": csv(line_end="\r\n").encode(),
    "no line end at the end": csv().rstrip("\n").encode(),
    "blank lines at the end": csv().encode() + b"\n\n",
    "blank lines in front": b"\n\r\n" + csv().encode(),
    "a byte order mark": b"\xef\xbb\xbf" + csv().encode(),
    "UTF-16 with a mark": csv().encode("utf-16"),
    "UTF-16 little-endian without a mark": csv().encode("utf-16-le"),
    "UTF-16 big-endian without a mark": csv().encode("utf-16-be"),
    "UTF-32": csv().encode("utf-32"),
    "Windows-1252": csv().encode("cp1252"),
    "gzip": gzip.compress(csv().encode()),
    "gzip in two members": gzip.compress(csv().encode()[:20]) + gzip.compress(csv().encode()[20:]),
    "zstd": zstd.compress(csv().encode()),
    "an array of JSON": json.dumps(entries()).encode(),
    "JSON over many lines": json.dumps(entries(), indent=2, ensure_ascii=False).encode(),
    "JSON in an object": json.dumps({"count": 3, "tickets": entries(), "next": None, "users": [{"id": 1}]}).encode(),
    "JSON with numbers and lists": json.dumps(typed_entries()).encode(),
    "JSON in UTF-16": json.dumps(entries(), ensure_ascii=False).encode("utf-16"),
    "packed JSON": zstd.compress(json.dumps(entries()).encode()),
    "an object a line": "\n".join(json.dumps(entry) for entry in entries()).encode(),
    "an object a line with blank lines": "\n\n".join(json.dumps(entry) for entry in typed_entries()).encode() + b"\n\n",
    "an object a line in Windows-1252": "\r\n".join(
        json.dumps(entry, ensure_ascii=False) for entry in entries()
    ).encode("cp1252"),
    "Parquet": parquet(),
    "packed Parquet": gzip.compress(parquet()),
}


def read(data: bytes, name: str = "tickets.csv", encoding: str | None = None) -> TextTable:
    tables = read_tables(name, data, encoding=encoding)
    return next((table for table in tables if table.list_name == "tickets"), tables[0])


def cells(table: TextTable) -> list[tuple[str | None, ...]]:
    return table.frame.drop("_row").rows()


@pytest.mark.parametrize("way", WAYS)
def test_the_same_table_in_any_dress_has_the_same_cells(way: str) -> None:
    table = read(WAYS[way])
    assert table.headings == HEADINGS
    assert [tuple(cell or None for cell in row) for row in cells(table)] == ROWS
    assert table.damaged.is_empty()


@pytest.mark.parametrize("way", ["comma", "gzip", "an object a line", "Parquet"])
def test_a_file_reads_like_its_bytes(way: str, tmp_path: Path) -> None:
    file = tmp_path / "tickets [1] * .csv"
    file.write_bytes(WAYS[way])
    assert read_tables(file.name, file)[0].frame.equals(read(WAYS[way]).frame)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    assert read(csv().encode()).frame["_row"].to_list() == [2, 3, 4]
    assert read(b"\na,b\n1,2\n\n3,4\n").frame["_row"].to_list() == [3, 5]
    assert read(WAYS["an array of JSON"]).frame["_row"].to_list() == [1, 2, 3]
    assert read(WAYS["Parquet"]).frame["_row"].to_list() == [1, 2, 3]


def test_blank_rows_are_not_rows() -> None:
    table = read(b"a,b\n1,2\n\n,\n3,4\n\n")
    assert (cells(table), table.rows) == ([("1", "2"), ("3", "4")], 2)
    table = read(b"a\n1\n\n2\n")
    assert (cells(table), table.rows) == ([("1",), ("2",)], 2)


def test_old_macintosh_line_ends_are_line_ends() -> None:
    assert cells(read(b'a,b\r1,"x\ry"\r2,z\r')) == [("1", "x\ry"), ("2", "z")]


def test_headings_may_be_missing_or_repeated() -> None:
    table = read(b"a,,a, b \n1,2,3,4\n")
    assert (table.headings, cells(table)) == (("a", "", "a", "b"), [("1", "2", "3", "4")])


def test_a_header_alone_is_an_empty_table() -> None:
    for data in (b"a,b", b"a,b\n", b"a,b\r\n\r\n"):
        table = read(data)
        assert (table.headings, table.rows) == (("a", "b"), 0)


def test_json_without_entries_is_a_table_without_columns() -> None:
    for data in (b"[]", b'{"tickets": [], "count": 0}', b"[{}]"):
        assert (read(data).headings, read(data).rows) == ((), 0)


def test_one_object_may_be_the_only_entry() -> None:
    assert cells(read(b'{"id": 1, "tags": [], "comments": [{"id": 2}]}')) == [("1", "", '[{"id": 2}]')]
    assert cells(read(b'{"a": 1}', "tickets.ndjson.gz")) == [("1",)]


def test_control_characters_in_text_are_kept() -> None:
    assert cells(read(b"a,b\n1,x\x00y\x1b[31m\n")) == [("1", "x\x00y\x1b[31m")]
    assert cells(read(b'[{"a": "x\\u0000y"}]')) == [("x\x00y",)]


def test_numbers_in_json_become_the_text_that_a_csv_would_have() -> None:
    data = (
        b'[{"a": 1.0}, {"a": 1e3}, {"a": 12345678901234567890123}, {"a": 1695052662.123456}, {"a": true}, {"a": null}]'
    )
    assert [row[0] for row in cells(read(data))] == [
        "1",
        "1000",
        "12345678901234567890123",
        "1695052662.123456",
        "true",
    ]


def test_an_object_called_custom_becomes_one_column_a_key() -> None:
    data = (
        b'{"custom": {"plan": "gold", "x": [1, "b|c"], "o": {"p": null}}}\n{"custom": null}\n{"custom": "?", "id": 3}\n'
    )
    table = read(data, "tickets.ndjson")
    by_heading = dict(zip(table.headings, zip(*cells(table), strict=True), strict=True))
    assert by_heading == {
        "custom.plan": ("gold", None),
        "custom.x": ("1|b|c", None),
        "custom.o": ('{"p": null}', None),
        "custom": (None, "?"),
        "id": (None, "3"),
    }


def test_a_column_of_json_may_mix_text_numbers_lists_and_objects() -> None:
    data = b'{"a": "[1]"}\n{"a": [1, "x", null, true]}\n{"a": {"b": []}}\n{"a": 7}\n{"a": [[1], 2]}\n'
    values = [row[0] for row in cells(read(data, "x.ndjson"))]
    assert values[1:] == ["1|x|true", '{"b": []}', "7", "[[1], 2]"]


def test_damaged_rows_are_told_and_the_others_used() -> None:
    table = read(b'a,b\n1,2\n3\n4,5,6\n7,"8\n9,10\n"11" x,12\n13,"14\n15"\n')
    assert cells(table) == [("1", "2"), ("9", "10"), ("13", "14\n15")]
    assert table.frame["_row"].to_list() == [2, 6, 8]
    assert table.damaged.rows() == [
        (3, "too_few_fields", "3"),
        (4, "too_many_fields", "4,5,6"),
        (5, "bad_quotes", '7,"8'),
        (7, "bad_quotes", '"11" x,12'),
    ]


def test_empty_cells_beyond_the_header_lose_nothing() -> None:
    table = read(b"a,b\n1,2,\n3,4,,\n5,6,7\n")
    assert (cells(table), table.damaged["_row"].to_list()) == ([("1", "2"), ("3", "4")], [4])


def test_the_line_that_tells_excel_the_delimiter_is_no_row() -> None:
    table = read(b"sep=;\r\na;b\r\n1;2\r\n")
    assert (table.headings, cells(table), table.frame["_row"].to_list()) == (("a", "b"), [("1", "2")], [2])


def test_a_short_row_is_found_among_blank_and_quoted_cells() -> None:
    table = read(b'a,b,c\n"x,y",,\n,,\n\n1\n,,2\n')
    assert cells(table) == [("x,y", None, None), (None, None, "2")]
    assert table.damaged.rows() == [(5, "too_few_fields", "1")]


def test_an_endless_cell_does_not_swallow_the_file() -> None:
    rows = "".join(f"{number},x\n" for number in range(20_000))
    table = read(f'a,b\n1,"never closed\n{rows}'.encode())
    assert (table.frame.height, table.damaged["code"].to_list()) == (20_000, ["bad_quotes"])


def test_places_that_are_not_utf_8_are_marked_in_text_that_mostly_is() -> None:
    table = read("a,b\n1,éééé\n".encode() + b"2,\xe9\n")
    assert cells(table) == [("1", "éééé"), ("2", "�")]
    assert table.doubtful.rows() == [(3, "bad_character", "�")]
    table = read('{"a": "éééé"}\n'.encode() + b'{"a": "\xe9"}\n', "x.ndjson")
    assert (cells(table), table.doubtful["_row"].to_list()) == ([("éééé",), ("�",)], [2])


def test_a_guessed_encoding_is_noted_and_a_given_one_is_not() -> None:
    assert read(b"a,b\n1,caf\xe9\n").notes == (
        "tickets.csv: the text is not UTF-8 and was read as windows-1252; --encoding names another",
    )
    table = read(b"a,b\n1,\xa4\n", encoding="iso-8859-15")
    assert (cells(table), table.notes) == ([("1", "€")], ())


def test_columns_of_parquet_keep_dates_and_become_text_otherwise() -> None:
    file = io.BytesIO()
    frame = pl.DataFrame({"custom": [{"plan": 1}], "n": [1.0], "o": [{"x": 1}], "l": [[{"x": 1}]], "b": [b"\xff"]})
    days = pl.date_range(pl.date(2026, 1, 5), pl.date(2026, 1, 5), eager=True)
    frame.with_columns(day=days, spent=pl.duration(hours=25), a=pl.concat_arr("n", "n")).write_parquet(file)
    table = read(file.getvalue())
    texts = {"custom.plan": "1", "n": "1", "o": '{"x":1}', "l": '[{"x":1}]', "b": "ff", "spent": "25:00:00"}
    shown = dict(zip(table.headings, cells(table)[0], strict=True))
    assert shown == texts | {"day": days[0], "a": "1.0|1.0"}


def test_json_that_only_polars_refuses_is_refused_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> pl.DataFrame:
        raise pl.exceptions.ComputeError

    monkeypatch.setattr(json_text.pl, "read_ndjson", refuse)
    with pytest.raises(SlaauditError) as caught:
        read(b'[{"a": 1}]')
    assert str(caught.value) == (
        "tickets.csv: error[bad_json] the file is not JSON that can be read\n    export it again"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("tickets_b.csv", "tickets_a.ndjson.gz", "Events-1.TSV", "readme.md", "tickets.xlsx", ".hidden"):
        (tmp_path / name).write_text("a")
    return tmp_path


Found = list[tuple[str, str | None]]


@pytest.fixture
def find(folder: Path) -> Callable[..., Found]:
    def named(*paths: str, events: tuple[str, ...] = ()) -> Found:
        return [(one.name, one.role) for one in find_inputs(paths, events, stdin=io.BytesIO(b"x"))[0]]

    return named


def test_a_folder_holds_its_tables_by_name(folder: Path, find: Callable[..., Found]) -> None:
    (folder / "other.csv").write_text("a")
    assert find(".") == [
        ("Events-1.TSV", "events"),
        ("tickets.xlsx", "tickets"),
        ("tickets_a.ndjson.gz", "tickets"),
        ("tickets_b.csv", "tickets"),
    ]
    assert find_inputs(["."])[1] == [LeftOut("other.csv", "not an export")]


def test_every_table_of_a_folder_may_be_meant_whatever_its_name(folder: Path) -> None:
    for name in ("users.json", "x.schema.json", "policy.json", "old.xls", ".x.csv"):
        (folder / name).write_text("a")
    (folder / "inner").mkdir()
    (folder / "inner" / "tickets.csv").write_text("a")
    (folder / "tickets.ssv").write_text("a;b\n1;2\n")
    (folder / "prose.txt").write_text("Well,\nit is, you see, none\nof those\n")
    (folder / "desk.yaml").write_text("# ours\npolicy: a\nlevels:\n")
    (folder / "photo").write_bytes(b"\x89PNG\r\n\x1a\n")
    found, left = find_inputs(["."], every_table=True)
    assert [(one.name, one.role) for one in found] == [
        ("Events-1.TSV", "events"),
        ("tickets.ssv", None),
        ("tickets.xlsx", "tickets"),
        ("tickets_a.ndjson.gz", "tickets"),
        ("tickets_b.csv", "tickets"),
        ("users.json", None),
    ]
    assert [(one.file, one.why) for one in left] == [
        ("desk.yaml", "a policy"),
        ("old.xls", "not an export"),
        ("photo", "a picture"),
        ("policy.json", "a policy"),
        ("prose.txt", "not an export"),
        ("readme.md", "not an export"),
        ("x.schema.json", "a schema"),
    ]


def test_a_pattern_means_the_files_that_fit_it(find: Callable[..., Found]) -> None:
    assert find("*.csv", "**/*.md") == [("tickets_b.csv", "tickets"), ("readme.md", None)]


def test_a_name_may_be_a_pattern_and_a_file() -> None:
    assert find_inputs([__file__])[0][0].source == Path(__file__)


def test_events_are_events_whatever_their_names_and_each_file_is_read_once(find: Callable[..., Found]) -> None:
    assert find("tickets_b.csv", "./tickets_b.csv", events=("readme.md",)) == [
        ("./tickets_b.csv", "tickets"),
        ("readme.md", "events"),
    ]
    assert find("readme.md", events=("readme.md",)) == [("readme.md", "events")]


def test_a_dash_is_standard_input(find: Callable[..., Found]) -> None:
    assert find("-") == [("-", None)]
    assert find("-", events=("-",)) == [("-", "events")]


def test_everything_that_leads_to_nothing_is_told_at_once(folder: Path) -> None:
    with pytest.raises(SlaauditError) as caught:
        find_inputs(["none.csv", "x" * 300, "readme.md"], ["*.nothing"])
    assert [problem.code for problem in caught.value.problems] == ["no_such_file", "unreadable_file", "no_such_file"]
