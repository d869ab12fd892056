"""Text made safe to show: characters that would steer a terminal or reorder a line become visible escapes.

Ticket texts are written by strangers. An escape sequence, a carriage return or a bidirectional override in one of
them could repaint a terminal or make a line read as something else, so whatever a person reads goes through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NEWLINE = "⏎"
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]  # C0, delete, C1
_STEERING = [0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF]  # bidi, separators, BOM


def _escape(code: int) -> str:
    named = {0x09: " ", 0x0A: NEWLINE, 0x0D: "\\r"}
    return named.get(code) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


ESCAPES = {"\r\n": NEWLINE} | {chr(code): _escape(code) for code in (*_CONTROLS, *_STEERING)}


def visible(text: str) -> str:
    """`text` on one line: newlines as ⏎, tabs as a space, other control and bidi characters as `\\x1b`, `\\u202e`.

    >>> visible("a\\x1b[31mb\\r\\nc")
    'a\\\\x1b[31mb⏎c'
    """
    return text.replace("\r\n", NEWLINE).translate({ord(key): word for key, word in ESCAPES.items() if len(key) == 1})


def visible_cells(cells: pl.Expr) -> pl.Expr:
    """String cells as `visible` shows them; nulls stay null."""
    return cells.str.replace_many(list(ESCAPES), list(ESCAPES.values()), leftmost=True)
