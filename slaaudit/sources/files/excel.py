"""Excel workbook (.xlsx) → text frames, one a sheet: dates and times keep their type, all else as the cell's text."""

from __future__ import annotations

import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import polars as pl

from slaaudit.durations import hms
from slaaudit.sources.files import content as limits
from slaaudit.sources.files.content import Content
from slaaudit.sources.files.stopping import stop
from slaaudit.sources.files.table import TextTable, without_blank_rows
from slaaudit.sources.rejects import ROW

if TYPE_CHECKING:
    import fastexcel

MOST_CELLS = 50_000_000  # between the first and the last cell of a sheet: the reader makes room for all of them
_PIECE = 1024 * 1024
_OVERLAP = 64  # bytes of a piece that are looked at again with the next, for an address that is cut in two
_PLACES = re.compile(rb'\sr="([A-Z]{0,3})(\d{1,7})"')
_STAMP = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"  # as the reader writes the text of a date


def read_workbook(content: Content) -> list[TextTable]:
    """The text frame of each sheet that is not empty; the first row that is not blank is its header.

    Cells are text: whole numbers without `.0`, true and false; columns of nothing but dates and times are naive
    datetimes, columns of durations `H:MM:SS`. A cell with an error is empty. Rows are numbered as the sheet does.
    """
    _refuse_bombs(content)
    book = _opened(content)
    sheets = [(name, _table(book, number)) for number, name in enumerate(book.sheet_names)]
    tables = [(name, *table) for name, table in sheets if table is not None]
    if not tables:
        raise stop("empty_file", content.name, "the workbook is empty", "export it again; a table has a header row")
    alone = len(tables) == 1
    return [TextTable(headings, frame, list_name="" if alone else name) for name, headings, frame in tables]


def _refuse_bombs(content: Content) -> None:
    """Nothing, if the workbook unpacks to what it may, whatever it says of itself; else raises `SlaauditError`."""
    size = len(content.source) if isinstance(content.source, bytes) else content.source.stat().st_size
    left = max(limits.UNPACKED_FREELY, size * limits.UNPACKED_RATIO)
    try:
        with content.pieces() as file, zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    left = _looked_through(content.name, stream, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _damaged(content.name) from None


def _looked_through(name: str, stream: IO[bytes], left: int) -> int:
    """How many bytes may still come after those of this part; raises when it is too large or spans too many cells."""
    columns, rows = {b""}, 0
    for piece in _pieces(stream):
        left -= len(piece)
        if left < 0:
            what = f"unpacks to more than {limits.UNPACKED_RATIO} times its size"
            raise stop("unpacks_too_large", name, what, "if that is right, save the sheets as CSV (UTF-8)")
        places = _PLACES.findall(piece)
        columns.update(column for column, _ in places)
        rows = max([rows, *(int(row) for row in {row for _, row in places})])
    width = max(_number(column) for column in columns)
    if width * rows > MOST_CELLS:
        what = f"a sheet spans {rows} rows and {width} columns, which is more cells than can be read"
        raise stop(
            "sheet_too_large", name, what, "delete the cells far from the table, or save the sheet as CSV (UTF-8)"
        )
    return left


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while piece := stream.read(_PIECE):
        yield tail + piece
        tail = piece[-_OVERLAP:]


def _number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _opened(content: Content) -> fastexcel.ExcelReader:
    try:
        import fastexcel
    except ImportError:
        what = "reading an Excel workbook needs a package that is not installed"
        raise stop("no_excel", content.name, what, "pip install 'slaaudit[excel]'") from None
    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every empty column
    try:
        return fastexcel.read_excel(content.data)
    except fastexcel.FastExcelError:
        raise _damaged(content.name) from None


def _damaged(name: str) -> Exception:
    return stop("bad_workbook", name, "the file is not an Excel workbook that can be read", "save or export it again")


def _table(book: fastexcel.ExcelReader, sheet: int) -> tuple[tuple[str, ...], pl.DataFrame] | None:
    """The headings and the text frame of a sheet, or None when it is empty."""
    texts = book.load_sheet(sheet, header_row=None, dtypes="string", skip_rows=0).to_polars()
    filled = texts.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if texts.width else pl.Series([])
    if not len(filled) or not filled.any():
        return None
    header = filled.arg_true()[0]
    body = texts.slice(header + 1)
    headings = [(cell or "").strip() for cell in texts.row(header)]
    used = [at for at, heading in enumerate(headings) if heading or body[:, at].null_count() < body.height]
    typed = _typed(book, sheet, header + 1, [at for at in used if _has_stamps(body[:, at])])
    cells = [typed.get(at, body[:, at]).alias(str(place)) for place, at in enumerate(used)]
    numbers = pl.int_range(header + 2, header + 2 + body.height, dtype=pl.UInt32, eager=True).alias(ROW)
    return tuple(headings[at] for at in used), without_blank_rows(pl.DataFrame([*cells, numbers]))


def _has_stamps(cells: pl.Series) -> bool:
    return bool(cells.str.contains(_STAMP).any())


def _typed(book: fastexcel.ExcelReader, sheet: int, start: int, columns: list[int]) -> dict[int, pl.Series]:
    """Those of the columns that hold nothing but dates and times, or durations, with their type."""
    if not columns:
        return {}
    # all columns: the reader counts the ones it is asked for from A, those it gives from the first that is used
    frame = book.load_sheet(sheet, header_row=None, skip_rows=start, schema_sample_rows=None).to_polars()
    typed: dict[int, pl.Series] = {}
    for at in columns:
        series = frame[:, at]
        if isinstance(series.dtype, pl.Duration):
            typed[at] = hms(series.cast(pl.Duration("us")))
        elif isinstance(series.dtype, pl.Datetime | pl.Date):
            typed[at] = series.cast(pl.Datetime("us"))
    return typed
