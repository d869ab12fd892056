"""Lines of styled text of a limited width: what the text of an explanation is made of."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from slaaudit.visible import visible

__all__ = ["Page", "Piece", "cell_len", "padded", "wrapped"]

STYLES = {
    "": "",
    "strong": "bold",
    "dim": "dim",
    "good": "bold green",
    "bad": "bold red",
    "counted": "green",
    "paused": "yellow",
    "closed": "dim",
    "overdue": "bold red",
    "ahead": "",
    "due": "bold",
}
Piece = tuple[str, str]  # text, word of STYLES


@dataclass
class Page:
    """Lines as they are written; every text in them is made safe to show."""

    width: int
    lines: list[list[Piece]] = field(default_factory=list)

    def line(self, *pieces: Piece) -> None:
        """One line, cut at the width."""
        self.lines.append([(visible(text), style) for text, style in pieces])

    def gap(self) -> None:
        """An empty line."""
        self.lines.append([])

    def paragraph(
        self, text: str, *, style: str = "", indent: int = 2, first: str = "", hanging: int = 0, mark: str = ""
    ) -> None:
        """Text as wide as the page, after `first` (in the style `mark`) on its first line; `hanging` more spaces on the
        others.
        """
        left = " " * indent + first
        for number, words in enumerate(wrapped(visible(text), self.width - indent - max(cell_len(first), hanging))):
            start = left if number == 0 else " " * (indent + hanging)
            self.lines.append([(start, "" if number else mark), (words, style)])

    def text(self, *, color: bool) -> str:
        """The page; without colour its lines have no spaces at their ends."""
        if not color:
            plain = ("".join(text for text, _ in line).rstrip() for line in self.lines)
            return "".join(f"{line}\n" for line in plain)
        out = io.StringIO()
        console = Console(
            file=out,
            width=self.width + 1,
            force_terminal=True,
            color_system="standard",
            legacy_windows=False,
            _environ={},
        )
        for line in self.lines:
            styled = Text.assemble(*((text, STYLES[style]) for text, style in line), no_wrap=True, overflow="ignore")
            console.print(styled, crop=False, highlight=False)
        return out.getvalue()


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words where that is possible."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(longer) <= width:
            lines[-1] = longer
            continue
        rest = word
        if lines[-1]:
            lines.append("")
        while cell_len(rest) > width:
            head = _beginning(rest, width)
            lines[-1], rest = head, rest[len(head) :]
            lines.append("")
        lines[-1] = rest
    return lines


def _beginning(text: str, width: int) -> str:
    """As many letters as fit, at least one."""
    fitting = next(number for number in range(min(width, len(text)), -1, -1) if cell_len(text[:number]) <= width)
    return text[: max(fitting, 1)]


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells, to the right if asked for; cut with `…` if it is longer. Safe to show."""
    safe = visible(text) if width else ""
    if cell_len(safe) > width:
        return f"{set_cell_size(safe, width - 1)}…"
    space = " " * (width - cell_len(safe))
    return space + safe if right else safe + space
