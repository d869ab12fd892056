"""The table on a terminal: the columns that fit, with styles, drawn by rich."""

from __future__ import annotations

import io
import textwrap
from typing import BinaryIO

import polars as pl
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from slaaudit.render.cells import heading_in_one, readable_cells, readable_total
from slaaudit.render.layout import GAP, NO_ROWS, RULE, Placed, fitting_columns, heading_rows, rule_width
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.visible import visible

_BATCH = 500  # rows drawn at a time, so that a long table begins to appear at once
_STYLES = {"": "", "heading": "bold", "share": "bold", "alarm": "bold red", "rule": "dim"}


class _Drawing:
    """A terminal of a certain width to which styled text, rows and rules are written as bytes."""

    def __init__(self, out: BinaryIO, columns: list[Placed], options: RenderOptions) -> None:
        self.out = out
        self.columns = columns
        self.width = options.width
        self.text_out = io.StringIO()
        self.console = Console(
            file=self.text_out,
            width=max(options.width or 0, rule_width(columns)),
            force_terminal=options.color,
            color_system="standard" if options.color else None,
            no_color=not options.color,
            legacy_windows=False,
            _environ={},  # whether there are colours was decided by the caller
        )

    def line(self, text: str, style: str = "") -> None:
        """One line, as it is."""
        self._print(Text(text, _STYLES[style], no_wrap=True, overflow="ignore"))

    def paragraph(self, text: str, style: str = "") -> None:
        """A text on as many lines as it takes."""
        for line in textwrap.wrap(text, self.width or len(text)):
            self.line(line, style)

    def rule(self) -> None:
        """A thin line as wide as the table."""
        self.line(RULE * rule_width(self.columns), "rule")

    def rows(self, cells: pl.DataFrame, styles: pl.DataFrame) -> None:
        """Rows of the table, each cell in its style; texts wider than their column end in `…`."""
        grid = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        for column in self.columns:
            side: JustifyMethod = "right" if column.is_right else "left"
            grid.add_column(justify=side, width=column.width, no_wrap=True, overflow="ellipsis")
        for texts, words in zip(cells.iter_rows(), styles.iter_rows(), strict=True):
            grid.add_row(*(Text(text, _STYLES[word]) for text, word in zip(texts, words, strict=True)))
        self._print(grid)

    def _print(self, drawn: Text | Table) -> None:
        self.console.print(drawn, crop=False)
        lines = (line.rstrip(" ") for line in self.text_out.getvalue().splitlines())
        self.out.write("".join(f"{line}\n" for line in lines).encode())
        self.text_out.seek(0)
        self.text_out.truncate()


def render_on_terminal(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the table as wide as the terminal allows, and below it the names of the columns that did not fit."""
    columns, left_out = fitting_columns(report, options)
    drawing = _Drawing(out, columns, options)
    drawing.line(visible(report.title), "heading")
    drawing.line("")
    if report.summary:
        drawing.paragraph(visible(report.summary))
        drawing.line("")
    headings = heading_rows(columns)
    drawing.rows(headings, headings.with_columns(pl.lit("heading").alias(name) for name in headings.columns))
    drawing.rule()
    for rows in report.frame.iter_slices(_BATCH):
        _draw(drawing, readable_cells(rows, report, options), rows, report)
    if report.frame.is_empty():
        drawing.line(NO_ROWS)
    if report.total is not None:
        drawing.rule()
        _draw(drawing, readable_total(report.total, report, options), report.total, report)
    if left_out:
        drawing.line("")
        names = ", ".join(heading_in_one(report, name).lower() for name in left_out)
        text = f"Not shown: {names}. All columns: a wider terminal, or -f csv."
        drawing.paragraph(text, "rule")


def _draw(drawing: _Drawing, cells: pl.DataFrame, rows: pl.DataFrame, report: Report) -> None:
    names = [column.name for column in drawing.columns]
    drawing.rows(cells.select(names), rows.with_columns(_style(name, report) for name in names).select(names))


def _style(name: str, report: Report) -> pl.Expr:
    usual = pl.lit("share" if report.kinds[name] == "share" else "")
    is_alarming = report.alarm.get(name, pl.lit(False))
    return pl.when(is_alarming).then(pl.lit("alarm")).otherwise(usual).alias(name)
