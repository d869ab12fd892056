"""Files that mean harm, or were ruined: each is read or refused in a moment, never a traceback, never all memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from pathlib import Path

import polars as pl
import pytest
from backports import zstd

from slaaudit.problems import SlaauditError
from slaaudit.sources.files import content, dialect
from slaaudit.sources.files.json_paths import open_paths
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable

MOMENT = 20  # seconds: what is not linear takes far longer, on a slow machine too


def code(data: bytes | Path, name: str = "x") -> str:
    """The code of the one problem with which the file is refused."""
    with pytest.raises(SlaauditError) as caught:
        read_tables(name, data)
    (problem,) = caught.value.problems
    assert problem.hint
    return problem.code


def one(data: bytes, name: str = "x") -> TextTable:
    (table,) = read_tables(name, data)
    return table


@pytest.mark.parametrize("depth", [2_000, 100_000])
@pytest.mark.parametrize("start", ["[", '{"a":', '[{"id":1,"a":'])
def test_deep_nesting_is_refused(start: str, depth: int) -> None:
    ends = {"[": "]", "{": "}"}
    closing = "".join(ends[mark] for mark in reversed(start) if mark in ends)
    assert code((start * depth + "1" + closing * depth).encode()) == "bad_json"
    assert code((start * depth).encode()) == "bad_json"


def test_a_line_that_is_nested_too_deeply_costs_its_row_only() -> None:
    deep = '{"id": 2, "a": ' + "[" * 100_000 + "]" * 100_000 + "}"
    table = one(f'{{"id": 1}}\n{deep}\n{{"id": 3}}\n'.encode(), "x.ndjson")
    assert (table.frame["_row"].to_list(), table.damaged["_row"].to_list()) == ([1, 3], [2])
    assert table.damaged["value"].str.len_chars().to_list() == [200]


def test_a_file_of_one_endless_line_is_refused_or_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    long = json.dumps([{"id": number, "text": "x" * 100} for number in range(20_000)]).encode()
    assert one(long).frame.height == 20_000
    assert one(json.dumps({"id": 1, "text": "x" * 3_000_000}).encode()).frame["1"].str.len_chars().item() == 3_000_000
    monkeypatch.setattr(dialect, "_LONGEST_HEADER", 100_000)
    assert code(b"a," * 200_000) == "bad_header"


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_a_packed_bomb_is_refused_before_it_fills_memory(
    pack: type[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(content, "UNPACKED_FREELY", 1_000_000)
    bomb = pack(b"id\n" + bytes(30_000_000))
    assert code(bomb, "tickets.csv.gz") == "unpacks_too_large"
    (tmp_path / "bomb").write_bytes(bomb)
    assert code(tmp_path / "bomb") == "unpacks_too_large"


def test_packing_that_is_cut_off_is_refused() -> None:
    data = b"id,x\n" + os.urandom(5_000).hex().encode()
    assert code(gzip.compress(data)[:-100]) == "damaged_packing"
    assert code(zstd.compress(data)[:-100]) == "damaged_packing"


def test_null_bytes_are_kept_in_cells_and_refused_where_they_are_all() -> None:
    assert one(b"id,x\n1,a\x00b\n").frame["1"].item() == "a\x00b"
    assert code(bytes(1_000)) == "unsupported_file"
    assert code(b'[{"id": "a\x00b"}]') == "bad_json"
    assert one(b'{"id": "a\x00b"}\n{"id": 2}\n').damaged["code"].to_list() == ["bad_json"]


def test_ten_thousand_columns_are_read_in_a_moment() -> None:
    names = [f"column number {number}" for number in range(10_000)]
    start = time.monotonic()
    assert len(one((",".join(names) + "\n" + ",".join("1" for _ in names) + "\n").encode()).headings) == 10_000
    entries = [dict.fromkeys(names, number) for number in range(3)]
    assert len(one(json.dumps(entries).encode()).headings) == 10_000
    each = "\n".join(json.dumps({f"key {number}": [number]}) for number in range(2_000))
    assert len(one(each.encode()).headings) == 2_000
    assert time.monotonic() - start < MOMENT


def test_the_extension_does_not_matter() -> None:
    file = io.BytesIO()
    pl.DataFrame({"id": ["1"]}).write_parquet(file)
    for name in ("x.csv", "x.json", "x.ndjson", "x.parquet", "x.xlsx"):
        for data in (b"id\n1\n", b'[{"id": 1}]', b'{"id": 1}\n{"id": 2}\n', file.getvalue()):
            assert one(data, name).headings == ("id",)


def test_nothing_but_a_header_is_an_empty_table() -> None:
    for data in (b"id,created_at", gzip.compress(b"id,created_at\n"), "id,created_at".encode("utf-16")):
        assert (one(data).headings, one(data).rows) == (("id", "created_at"), 0)
    for data in (b"", b"\n\n", gzip.compress(b""), b"\xef\xbb\xbf", b"\xff\xfe"):
        assert code(data) == "empty_file"


def test_pipes_devices_and_folders_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null"), Path("/dev/zero")):
        assert code(path, str(path)) == "unreadable_file"


def test_what_a_shell_opened_for_us_is_read(tmp_path: Path) -> None:
    receiving, sending = os.pipe()
    os.write(sending, b"id\n1\n")
    os.close(sending)
    (table,) = read_tables("/dev/fd/x", Path(f"/dev/fd/{receiving}"))
    os.close(receiving)
    assert table.headings == ("id",)


def test_keys_may_be_double_long_or_empty() -> None:
    long = "k" * 1_000_000
    table = one(json.dumps([{long: 1, "": 2, "a.b": 3, "a": {"b": 4}}]).encode())
    assert table.headings == (long, "", "a.b", "a")
    assert open_paths(table, None, ["a.b"]).frame["0"].to_list() == ["3"]
    assert one(b'[{"id": 1, "id": 2}]').frame["0"].to_list() == ["1"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufdd0\ufdd1\ufdd2\ufffe\uffff",
        '{"a": "\ufdd1}',
        '[{"id": 1, "o": {"a": "\ufdd1, "}}]',
        '[{"id": "\\x"}]',
        '[{"id": "\\u12"}]',
        '[{"id": "\\"}]',
        '[1], "more": [{"id": 1}]',
        '{"tickets": [{"id": 1}]} {"tickets": []}',
        '{"tickets": [{"id": 1}',
        "[{]}",
        "{}",
        "[[[]]]",
        '{"a": [[{"id": 1}]]}',
        '{"meta": [], "links": 5, "tickets": [null, 1, "{", {"id": 1}]}',
        '{"tickets": {"id": []}, "id": {}}',
    ],
)
@pytest.mark.parametrize("name", ["x.json", "x.ndjson"])
def test_odd_json_is_read_or_refused_with_a_message(text: str, name: str) -> None:
    try:
        tables = read_tables(name, text.encode())
    except SlaauditError as error:
        assert all(problem.hint for problem in error.problems)
    else:
        assert all(table.frame.width == len(table.headings) + 1 for table in tables)
