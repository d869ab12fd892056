"""How a report is to be shown: the one record that every renderer takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """Choices of whoever asked for the report; every format takes those that concern it.

    `durations` is a word of `cells.DURATIONS`, None the format's own habit. `raw` writes text cells as they are, even
    those that a spreadsheet would run as formulas. `width` is that of the terminal in columns, None when there is
    none: then tables are plain and complete. `color` allows ANSI styles in them.
    """

    durations: str | None = None
    raw: bool = False
    width: int | None = None
    color: bool = False
