"""Which columns of a report a table shows and how wide they are, before a single line is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from slaaudit.render.cells import chunks, heading_lines, readable_cells, readable_total
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report

GAP = 2  # spaces between columns
RULE = "─"
NO_ROWS = "(no rows)"
_TEXTS_IN_A_LINE = 5  # on a terminal a text takes a fifth of the width at most; longer ones end in …
_NARROWEST_TEXT = 12
_LEFT = ("text", "list", "date", "instant", "flag")
# characters that take two columns, or none
_WIDE = (
    r"[\x{1100}-\x{115F}\x{2E80}-\x{303E}\x{3041}-\x{A4CF}\x{AC00}-\x{D7A3}\x{F900}-\x{FAFF}"
    r"\x{FE30}-\x{FE6F}\x{FF00}-\x{FF60}\x{FFE0}-\x{FFE6}\x{1F300}-\x{1F64F}\x{1F900}-\x{1F9FF}\x{20000}-\x{3FFFD}]"
)
_NARROW = r"[\p{Mn}\p{Me}\x{200B}-\x{200D}\x{FE0F}]"


@dataclass(frozen=True, slots=True)
class Placed:
    """A column of a table: its name, the lines of its heading, its width, its side, whether it may be cut, and
    whether none of its cells has anything in it.
    """

    name: str
    heading: tuple[str, ...]
    width: int
    is_right: bool
    is_text: bool
    is_blank: bool


def all_columns(report: Report, options: RenderOptions) -> list[Placed]:
    """Every column of the report as wide as its widest cell, in order."""
    widest = [_widest(readable_cells(rows, report, options)) for rows in chunks(report.frame)]
    if report.total is not None:
        widest.append(_widest(readable_total(report.total, report, options)))
    widths = pl.concat(widest).max().row(0)
    return [_placed(report, name, width) for name, width in zip(report.frame.columns, widths, strict=True)]


def fitting_columns(report: Report, options: RenderOptions) -> tuple[list[Placed], list[str]]:
    """The columns that a terminal of `options.width` shows, in order, and the names of those that do not fit.

    Without a width that is every column.
    A column is shown whole or not at all, the worthiest first, blank ones last, at least one however narrow the
    terminal is. Columns that the report hides while they say nothing are in neither list. Texts are at most a fifth
    of the terminal wide, unless there is room to spare.
    """
    if options.width is None:
        return all_columns(report, options), []
    width = options.width
    visible = [column for column in all_columns(report, options) if not _is_hidden(column.name, report)]
    columns = [column if column.name in report.whole else _narrowed(column, width) for column in visible]
    worth = list(dict.fromkeys([*report.keep, *report.frame.columns]))
    left, shown = width + GAP, set[str]()
    for column in sorted(columns, key=lambda column: (column.is_blank, worth.index(column.name))):
        if not shown or column.width + GAP <= left:
            shown.add(column.name)
            left -= column.width + GAP
    left_out = [column.name for column in columns if column.name not in shown]
    whole = {column.name: column.width for column in visible}
    return _widened([column for column in columns if column.name in shown], whole, left), left_out


def _widened(columns: list[Placed], whole: dict[str, int], spare: int) -> list[Placed]:
    """The columns with the spare width given to those that are cut, the last first: reasons stand there."""
    widths = {column.name: column.width for column in columns}
    for name in reversed(list(widths)):
        more = min(whole[name] - widths[name], spare)
        widths[name] += more
        spare -= more
    return [replace(column, width=widths[column.name]) for column in columns]


def heading_rows(columns: list[Placed]) -> pl.DataFrame:
    """The headings as rows of a table, the last line of each at the bottom."""
    height = max(len(column.heading) for column in columns)
    return pl.DataFrame({column.name: [*[""] * (height - len(column.heading)), *column.heading] for column in columns})


def rule_width(columns: list[Placed]) -> int:
    """How wide a table of these columns is."""
    return sum(column.width + GAP for column in columns) - GAP


def display_width(cells: pl.Expr) -> pl.Expr:
    """How many columns of a terminal each text takes."""
    return cells.str.len_chars().cast(pl.Int64) + cells.str.count_matches(_WIDE) - cells.str.count_matches(_NARROW)


def _widest(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(display_width(pl.all()).max())


def _placed(report: Report, name: str, width: int | None) -> Placed:
    heading = heading_lines(report, name)
    return Placed(
        name=name,
        heading=tuple(heading),
        width=max(width or 0, *(len(line) for line in heading)),
        is_right=report.kinds[name] not in _LEFT,
        is_text=report.kinds[name] in ("text", "list"),
        is_blank=not width,
    )


def _narrowed(column: Placed, width: int) -> Placed:
    widest = max(_NARROWEST_TEXT, width // _TEXTS_IN_A_LINE, *(len(line) for line in column.heading))
    return replace(column, width=min(column.width, widest)) if column.is_text else column


def _is_hidden(name: str, report: Report) -> bool:
    if name not in report.hide_zero:
        return False
    most = report.frame[name].max()
    return most is None or most == 0  # a time of no length is a time
