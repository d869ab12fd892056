"""Tables for people: on a terminal what fits; in a pipe or a file the same look, complete."""

from __future__ import annotations

from typing import BinaryIO

import polars as pl

from slaaudit.render.cells import chunks, readable_cells, readable_total
from slaaudit.render.layout import GAP, NO_ROWS, RULE, Placed, all_columns, display_width, heading_rows, rule_width
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.visible import visible


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes title, summary, headings, rows and total.

    With `options.width`, on a terminal of that width: columns of outcomes that did not occur are left out, and so
    are the least important of those that do not fit, which a line below names; long texts end in `…`. Without a
    width every column is there, nothing is cut or wrapped. Control characters in texts are
    visible escapes, and markup is shown as it was written.
    """
    if options.width is not None or options.color:
        from slaaudit.render.terminal import render_on_terminal

        render_on_terminal(report, options, out)
    else:
        _render_plain(report, options, out)


def _render_plain(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    columns = all_columns(report, options)
    rule = f"{RULE * rule_width(columns)}\n".encode()
    out.write(f"{visible(report.title)}\n\n".encode())
    if report.summary:
        out.write(f"{visible(report.summary)}\n\n".encode())
    out.write(_lines(heading_rows(columns), columns) + rule)
    for rows in chunks(report.frame):
        out.write(_lines(readable_cells(rows, report, options), columns))
    if report.frame.is_empty():
        out.write(f"{NO_ROWS}\n".encode())
    if report.total is not None:
        out.write(rule + _lines(readable_total(report.total, report, options), columns))


def _lines(cells: pl.DataFrame, columns: list[Placed]) -> bytes:
    line = pl.concat_str([_padded(column) for column in columns], separator=" " * GAP)
    return "".join(f"{text}\n" for text in cells.select(line.str.strip_chars_end(" ")).to_series()).encode()


def _padded(column: Placed) -> pl.Expr:
    cells = pl.col(column.name)
    # padding counts characters, of which some take two columns and some none
    characters = column.width - display_width(cells) + cells.str.len_chars()
    return cells.str.pad_start(characters) if column.is_right else cells.str.pad_end(characters)
