"""Quotes, delimiters and line ends in any order: what is read is what Python's csv module reads, or it is told."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path
from unittest import mock

import polars as pl
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from slaaudit.buckets.pieces import NotInPieces, tables_of
from slaaudit.problems import SlaauditError
from slaaudit.sources.files import proof
from slaaudit.sources.files.content import Content
from slaaudit.sources.files.dialect import Dialect, sniff
from slaaudit.sources.files.inputs import Input
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable

Cells = list[tuple[str | None, ...]]
LONE = "\ue000"  # stands for a carriage return that ends no line

marks = st.sampled_from(
    ['"', '"', '""', ",", ",", "\n", "\n", "\r\n", "\r", "a", " ", "é", '7"', '"x"', '"l\nm"', '"q""q"']
)
cells = st.sampled_from(
    ["a", "", '"x"', '"a,b"', '"l\nm"', '"l\r\nm"', '5" pipe', '7"', '"q""q"', '""', '"open', '"', '"\n"']
)
headers = st.sampled_from(["h0,h1", '"h0",h1', 'h0,"h\n1"', '"h,0","h""1"', '"h"0,h1'])
line_ends = st.sampled_from(["\n", "\n", "\r\n", "\r"])
rows = st.builds(
    lambda lines, end: end.join(map(",".join, lines)) + end,
    st.lists(st.lists(cells, min_size=2, max_size=2), max_size=8),
    line_ends,
)
texts = st.builds(
    lambda header, end, body: header + end + body, headers, line_ends, rows | st.lists(marks, max_size=14).map("".join)
)


def by_python(text: str, dialect: Dialect) -> Cells | None:
    """The cells as the csv module reads them, blank rows left out; None if rows differ in length."""
    records = [record for record in csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter) if record]
    width = len(records[0])
    whole = [record[:width] if not any(record[width:]) else record for record in records[1:]]
    if any(len(record) != width for record in whole):
        return None
    return filled([tuple(cell.replace(LONE, "\r") for cell in record) for record in whole])


def filled(found: Cells) -> Cells:
    """The rows that are not blank; an empty cell is null."""
    return [row for row in (tuple(cell or None for cell in row) for row in found) if any(row)]


def of(table: TextTable) -> Cells:
    return filled(table.frame.drop("_row").rows())


def meanings(text: str) -> list[Cells | None]:
    """What Python reads; and with a carriage return alone as text, if the header has another line end."""
    dialect = sniff(Content("x", text.encode(), "delimited"))
    found = [by_python(text, dialect)]
    if dialect.line_end == "\n":
        found.append(by_python(re.sub(r"\r(?!\n|\Z)", LONE, text), dialect))
    return [one for one in found if one is not None]


@strategies.effort(400)
@given(texts, st.sampled_from([0, 1_000]), st.sampled_from([1, 5, 2**20]))
def test_cells_are_those_of_python_wherever_no_row_is_damaged(text: str, many: int, matched: int) -> None:
    with mock.patch.object(proof, "_MANY", many), mock.patch.object(proof, "_MATCHED", matched):
        try:
            (table,) = read_tables("x", text.encode())
        except SlaauditError:
            return
    possible = meanings(text)
    if table.damaged.is_empty() and possible:
        assert of(table) in possible


@strategies.effort(150)
@given(texts, st.sampled_from([1, 3, 10, 25, 60]))
def test_pieces_of_any_size_are_the_whole(text: str, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tickets.csv")
        path.write_bytes(text.encode())
        try:
            (whole,) = read_tables("tickets.csv", path)
            (split,) = tables_of(Input("tickets.csv", path, None), None, whole=False)
            parts = [*split.read(size)] if split.read else [split.head]
        except (SlaauditError, NotInPieces):
            return  # it is read whole, or refused
    assert pl.concat([part.frame for part in parts]).equals(whole.frame)


@strategies.effort(150)
@given(st.lists(st.tuples(st.text('a",\n\r', max_size=4), st.text('a",\n\r', max_size=4)), max_size=8), line_ends)
def test_text_that_python_wrote_has_all_quotes_in_place(written: list[tuple[str, str]], end: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *written])
    content = Content("x", file.getvalue().encode(), "delimited")
    for matched in (1, 7, 2**20):
        with mock.patch.object(proof, "_MATCHED", matched):
            assert proof.quotes_are_in_place(content, sniff(content))


@pytest.mark.parametrize("text", ['a,b\n7",1\n', 'a,b\n"x"y,1\n', 'a,b\n"x"y"z",1\n', 'a,b\n1,"x\n', 'a,b\n1, "x"\n'])
@pytest.mark.parametrize("matched", [1, 2**20])
def test_a_quote_in_the_wrong_place_is_seen(text: str, matched: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_MATCHED", matched)
    content = Content("x", text.encode(), "delimited")
    assert not proof.quotes_are_in_place(content, sniff(content))


def test_a_stray_quote_at_the_end_of_a_line_takes_nothing_from_the_next(tmp_path: Path) -> None:
    text = 'subject,id,product\n"x",T-0,7"\n"Hello\nworld",T-1,5" pipe\n"a, b",T-2,"l\nm"\n'
    path = tmp_path / "tickets.csv"
    path.write_text(text)
    (table,) = read_tables("tickets.csv", path)
    assert of(table) == [("x", "T-0", '7"'), ("Hello\nworld", "T-1", '5" pipe'), ("a, b", "T-2", "l\nm")]
    assert table.damaged.is_empty()
    (split,) = tables_of(Input("tickets.csv", path, None), None, whole=False)
    assert split.read is None  # no piece of it is taken from Polars either


def test_quoted_text_that_is_not_utf_8_is_not_proven() -> None:
    for data in (b'"caf\xe9",b\n1,2\n', b'a,b\n"\xe9",2\n'):
        content = Content("x", data, "delimited")
        assert not proof.quotes_are_in_place(content, sniff(content))
        assert read_tables("x", data)[0].notes
