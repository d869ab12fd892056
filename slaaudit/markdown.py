"""Tables of Markdown for the pages of the manual that are made from files."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows under the headings, columns lined up; the last one is not padded. `|` in a cell is escaped."""
    cells = [list(headings), ["-"] * len(headings), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    widths[-1] = len(headings[-1])
    cells[1] = ["-" * width for width in widths]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    return "\n".join(f"| {' | '.join(line).rstrip()} |" for line in lines)
