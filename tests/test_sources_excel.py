"""Excel workbooks → tables: a sheet each, cells as text, dates as dates; and every reason to refuse one."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from slaaudit.problems import SlaauditError
from slaaudit.sources.files import content, excel
from slaaudit.sources.files.reading import read_tables

pytest.importorskip("fastexcel")
WHEN = datetime(2026, 1, 5, 9, 30, 15)  # noqa: DTZ001 - what a workbook holds has no zone


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook with these rows in its sheets; dates and durations are formatted as such."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    formats = {"when": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}), "spent": None}
    formats["spent"] = book.add_format({"num_format": "[h]:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(at, place, cell, formats["when"])
                elif isinstance(cell, tuple):
                    sheet.write_number(at, place, cell[0], formats["spent"])
                elif isinstance(cell, str):
                    sheet.write_string(at, place, cell)
                elif cell is not None:
                    sheet.write(at, place, cell)
    book.close()
    return file.getvalue()


def error(data: bytes) -> str:
    with pytest.raises(SlaauditError) as caught:
        read_tables("tickets.xlsx", data)
    return str(caught.value)


def test_the_cells_of_a_sheet_are_text_and_dates_are_dates() -> None:
    header = ["Ticket ID", "Created", "Spent", "Closed", "Score", "Open", " Note "]
    rows = [header, [1234567890123, WHEN, (1.5,), WHEN, 1.25, True, " 007 "], [2, None, None, "-", 3, False, None]]
    (table,) = read_tables("tickets.xlsx", workbook(Export=rows))
    assert (table.list_name, table.headings) == ("", (*header[:-1], "Note"))
    assert table.frame.rows() == [
        ("1234567890123", WHEN, "36:00:00", "2026-01-05 09:30:15", "1.25", "true", " 007 ", 2),
        ("2", None, None, "-", "3", "false", None, 3),
    ]


def test_each_sheet_that_is_not_empty_is_a_table() -> None:
    tables = read_tables("x", workbook(Tickets=[["id"], [1]], Empty=[], Notes=[["a", "b"]]))
    assert [(table.list_name, table.headings, table.rows) for table in tables] == [
        ("Tickets", ("id",), 1),
        ("Notes", ("a", "b"), 0),
    ]


def test_rows_are_numbered_as_the_sheet_does_and_blank_ones_left_out() -> None:
    rows = [[], [], [None, "id", "at", None, ""], [None, 1, WHEN], [], [None, 2, WHEN]]
    (table,) = read_tables("x", workbook(a=rows))
    assert (table.headings, table.frame["_row"].to_list()) == (("id", "at"), [4, 6])
    assert table.frame["1"].to_list() == [WHEN, WHEN]


def test_a_workbook_without_cells_is_empty() -> None:
    assert error(workbook(a=[])) == (
        "tickets.xlsx: error[empty_file] the workbook is empty\n    export it again; a table has a header row"
    )


def test_a_damaged_workbook_is_refused() -> None:
    told = "tickets.xlsx: error[bad_workbook] the file is not an Excel workbook that can be read\n"
    told += "    save or export it again"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "no workbook")
    assert error(file.getvalue()) == told
    whole = bytearray(workbook(a=[["id"], *([[number] for number in range(500)])]))
    whole[200:260] = bytes(60)
    assert error(bytes(whole)) == told


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "UNPACKED_FREELY", 10_000)
    monkeypatch.setattr(content, "UNPACKED_RATIO", 5)
    file = io.BytesIO(workbook(a=[["id"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.png", bytes(1_000_000))
    assert error(file.getvalue()) == (
        "tickets.xlsx: error[unpacks_too_large] unpacks to more than 5 times its size\n"
        "    if that is right, save the sheets as CSV (UTF-8)"
    )


def test_a_sheet_with_a_cell_far_away_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read_tables("x", workbook(a=[["id"], *([[]] * 1_000), [1]]))) == 1
    monkeypatch.setattr(excel, "MOST_CELLS", 1_000)
    assert error(workbook(a=[["id"], *([[]] * 999), [None, 1]])) == (
        "tickets.xlsx: error[sheet_too_large] a sheet spans 1001 rows and 2 columns, which is more cells than can be"
        " read\n    delete the cells far from the table, or save the sheet as CSV (UTF-8)"
    )


def test_without_the_package_that_reads_workbooks_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    assert error(workbook(a=[["id"]])) == (
        "tickets.xlsx: error[no_excel] reading an Excel workbook needs a package that is not installed\n"
        "    pip install 'slaaudit[excel]'"
    )


@pytest.mark.parametrize("pack", [lambda data: data, __import__("gzip").compress], ids=["plain", "gzip"])
def test_the_name_of_a_workbook_does_not_matter(pack: Callable[[bytes], bytes]) -> None:
    assert read_tables("tickets.csv", pack(workbook(a=[["id"], [1]])))[0].headings == ("id",)
