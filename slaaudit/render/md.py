"""Markdown for wikis, tickets and mails: a table as GitHub, GitLab and most wikis read it."""

from __future__ import annotations

import re
from typing import BinaryIO

import polars as pl

from slaaudit.render.cells import chunks, heading_in_one, readable_cells, readable_total
from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report
from slaaudit.visible import NEWLINE, visible

_MARKUP = r"([\\`*_{}\[\]<>|~&$#!])"
_WORD = r"^[A-Za-z0-9]+(_[A-Za-z0-9]+)+$"  # inside a word _ is no markup: first_reply needs no backslash
_LEFT = ("text", "list", "date", "instant", "flag")


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the title as a heading and all columns as a table, numbers to the right, the total in bold.

    Cells are those of a table for people. Markup in texts is escaped, line breaks are `<br>`, other control
    characters are visible escapes.
    """
    headings = [escaped(heading_in_one(report, name)) for name in report.frame.columns]
    rules = ["---" if report.kinds[name] in _LEFT else "---:" for name in report.frame.columns]
    summary = f"{escaped(visible(report.summary))}\n\n" if report.summary else ""
    out.write(f"## {escaped(visible(report.title))}\n\n{summary}{_row(headings)}{_row(rules)}".encode())
    for rows in chunks(report.frame):
        out.write(_rows(_escaped(readable_cells(rows, report, options), report)))
    if report.total is not None:
        total = _escaped(readable_total(report.total, report, options), report)
        out.write(_rows(total.select(_bold(name) for name in total.columns)))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _rows(cells: pl.DataFrame) -> bytes:
    lines = cells.select("| " + pl.concat_str(pl.all(), separator=" | ") + " |\n").to_series()
    return "".join(lines.to_list()).encode()


def _bold(column: str) -> pl.Expr:
    cells = pl.col(column)
    return pl.when(cells != "").then(pl.format("**{}**", cells)).otherwise(cells).alias(column)


def _escaped(cells: pl.DataFrame, report: Report) -> pl.DataFrame:
    texts = pl.col(name for name in cells.columns if report.kinds[name] in ("text", "list"))
    escaped = texts.str.replace_all(_MARKUP, r"\${1}").str.replace_all(NEWLINE, "<br>", literal=True)
    return cells.with_columns(pl.when(texts.str.contains(_WORD)).then(texts).otherwise(escaped))


def escaped(text: str) -> str:
    """The text with its markup escaped; words such as `first_reply` stay as they are."""
    return text if re.match(_WORD, text) else re.sub(_MARKUP, r"\\\1", text)
