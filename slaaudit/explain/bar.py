"""A clock's time as a bar: one letter for each of so many equal parts of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slaaudit.explain.story import ClockStory

# kind → its letter; they differ in shape, so that the bar needs no colour
LETTERS = {"counted": "█", "paused": "░", "closed": "·", "overdue": "▓", "ahead": " "}
DUE = "▼"
EDGES = ("▕", "▏")
# What a cell shows if several kinds share it: where nobody works is of less interest than where time was used.
_WEIGHTS = {"overdue": 8, "counted": 8, "paused": 4, "closed": 1, "ahead": 1}
_SHOWN = ("paused", "counted", "overdue")  # at least one cell each
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """The kinds of the cells from left to right, the cell of the due date (None: there is none), and both ends."""

    cells: tuple[str, ...]
    due: int | None
    starts: datetime
    ends: datetime

    @property
    def kinds(self) -> list[str]:
        """The kinds that occur, in the order of `LETTERS`."""
        return [kind for kind in LETTERS if kind in self.cells]

    @property
    def text(self) -> str:
        """The bar without its edges."""
        return "".join(LETTERS[kind] for kind in self.cells)


def bar_of(story: ClockStory, width: int) -> Bar | None:
    """The bar of a clock, from its start to its end or its due date, whichever is later; None where there is no time.

    Every kind of open time that occurs in the clock has at least one cell.
    """
    due: datetime | None = story.row["due_date"]
    if not story.stretches:
        return None
    starts, now = story.stretches[0].starts, story.stretches[-1].ends
    ends = max(now, due) if due is not None else now
    spans = [(stretch.kind, stretch.starts, stretch.ends) for stretch in story.stretches]
    scale = _Scale(starts, ends, width)
    shares = scale.shares([*spans, ("ahead", now, ends)])
    cells = [max(share, key=lambda kind: (share[kind] * _WEIGHTS[kind], _WEIGHTS[kind])) for share in shares]
    for kind in _SHOWN:
        if kind not in cells and any(kind in share for share in shares):
            cells[_place_for(kind, cells, shares)] = kind
    return Bar(tuple(cells), None if due is None else scale.cell(due), starts, ends)


def _place_for(kind: str, cells: list[str], shares: list[dict[str, int]]) -> int:
    """The cell in which a kind is shown that is too short for one: where most of it is, or the nearest that is free."""
    most = max(range(len(cells)), key=lambda cell: shares[cell].get(kind, 0))
    alone = {cells.index(each) for each in _SHOWN if cells.count(each) == 1}
    free = [cell for cell in range(len(cells)) if cell not in alone] or [most]
    return min(free, key=lambda cell: (abs(cell - most), -cell))


class _Scale:
    """Instants → cells. In whole microseconds times cells, so that nothing is rounded."""

    def __init__(self, starts: datetime, ends: datetime, width: int) -> None:
        self.starts = starts
        self.length = max((ends - starts) // _MICROSECOND, 1)
        self.width = width

    def _at(self, instant: datetime) -> int:
        """The place of an instant: a cell is `length` of it wide."""
        return (instant - self.starts) // _MICROSECOND * self.width

    def cell(self, instant: datetime) -> int:
        """The cell in which an instant lies; the end lies in the last, what is before the start in the first."""
        return max(0, min(self._at(instant) // self.length, self.width - 1))

    def shares(self, spans: Iterable[tuple[str, datetime, datetime]]) -> list[dict[str, int]]:
        """Of each cell, how much of it each kind takes."""
        found: list[dict[str, int]] = [{} for _ in range(self.width)]
        for kind, starts, ends in spans:
            first, last = self._at(starts), self._at(ends)
            for cell in range(first // self.length, min(-(-last // self.length), self.width)):
                left, right = cell * self.length, (cell + 1) * self.length
                share = min(last, right) - max(first, left)
                found[cell][kind] = found[cell].get(kind, 0) + share
        return found
