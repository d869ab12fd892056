"""The time table of a clock in columns: when, what, and the business time counted and used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest

from slaaudit.explain.bar import DUE, LETTERS
from slaaudit.explain.layout import Page, Piece, padded, wrapped
from slaaudit.explain.timetable import Row
from slaaudit.explain.words import hms

_WHEN = 23  # `Wed 18 Aug – Thu 12 Nov`
_WIDEST_WHEN = 24  # `Wed 18 Aug 2026 14:00:00`
_GAP = 2
_STYLED = ("due", "overdue")


class Columns:
    """Writes the rows of one time table on a page; `heading` is that of the amounts."""

    def __init__(self, page: Page, rows: Sequence[Row], heading: str) -> None:
        self._page = page
        self._rows = rows
        self._headings = (heading, "Used")
        pairs = [(row.amount, row.used) for row in rows]
        self._widths = [
            max(len(name), *(len(_shown(pair[n])) for pair in pairs)) for n, name in enumerate(self._headings)
        ]
        longest = max((len(line) for row in rows for line in _in_lines(row.when, _WIDEST_WHEN)), default=0)
        self._when = max(_WHEN, longest)
        self._wide = page.width - self._when - 2 * _GAP
        self._narrow = self._wide - sum(self._widths) - 2 * _GAP  # beside the amounts

    def write(self) -> None:
        """The headings, and every row on as many lines as it needs."""
        amounts = self._amounts(self._headings)
        self._page.line((f"  {padded('When', self._when)}  {' ' * self._narrow}{amounts}", "dim"))
        for row in self._rows:
            self._write(row)

    def _amounts(self, cells: Sequence[str]) -> str:
        return "".join(f"  {padded(cell, width, right=True)}" for cell, width in zip(cells, self._widths, strict=True))

    def _write(self, row: Row) -> None:
        has_amounts = row.amount is not None or row.used is not None
        width = self._narrow if has_amounts else self._wide
        texts = wrapped(f"{_letter(row.kind)} {row.what}".strip(), width)
        whens = _in_lines(row.when, self._when)
        if has_amounts:  # they stand on its last line
            texts[-1] = padded(texts[-1], width) + self._amounts([_shown(row.amount), _shown(row.used)])
        for when, text in zip_longest(whens, texts, fillvalue=""):
            left = (f"  {padded(when, self._when)}  ", "" if row.kind == "moment" else "dim")
            self._page.line(left, *_styled(text, row.kind, is_first=text is texts[0]))


def _in_lines(when: str, width: int) -> list[str]:
    """When something was; a range that is too wide is broken between its dates."""
    first, dash, last = when.partition(" – ")
    if not dash or len(when) <= width:
        return wrapped(when, width)
    return [*wrapped(f"{first} –", width), *wrapped(last, width)]


def _styled(text: str, kind: str, *, is_first: bool) -> list[Piece]:
    """The text in the style of what is due or overdue; of other rows only the letter in that of the bar."""
    if kind in _STYLED or kind not in LETTERS or not is_first:
        return [(text, kind if kind in _STYLED else "")]
    return [(text[:1], kind), (text[1:], "")]


def _letter(kind: str) -> str:
    """What stands in front of a row: the letter of the bar."""
    return DUE if kind == "due" else f"{LETTERS[kind]} closed" if kind == "closed" else LETTERS.get(kind, "")


def _shown(amount: timedelta | None) -> str:
    return "" if amount is None else hms(amount)
