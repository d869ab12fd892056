"""Which words an export holds, and how often: all that a starting policy takes from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from slaaudit.sources import Export


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a column, and the number of tickets that were exported with it (0: only changes name it).

    Without an export nobody knows that number: it is None.
    """

    text: str
    tickets: int | None = None

    @property
    def folded(self) -> str:
        """The word as conditions, states and priorities compare it."""
        return folded(self.text)

    @property
    def times(self) -> str:
        """`1 ticket`, `1,234 tickets`, `only in changes`; empty without an export."""
        if self.tickets is None:
            return ""
        return counted(self.tickets, "ticket") if self.tickets else "only in changes"


def counted(number: int, noun: str) -> str:
    """`1 ticket`, `1,234 tickets`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def folded(text: str) -> str:
    """`text` as statuses and priorities are compared."""
    return text.strip().casefold()


def words_of(export: Export | None, column: str) -> list[Word]:
    """The distinct words of a column of the tickets and of its changes, the most frequent first.

    Of words that differ in case only, the most frequent spelling stands for all.
    """
    if export is None:
        return []
    changes = export.events.filter(pl.col("event") == "change", pl.col("field") == column)
    named = pl.concat([changes["old"].alias("word"), changes["new"].alias("word")])
    frames = [
        words.cast(pl.String).to_frame("word").with_columns(tickets=pl.lit(weight, pl.Int64))
        for words, weight in ((export.tickets[column], 1), (named.unique(), 0))
    ]
    counts = pl.concat(frames).drop_nulls().group_by("word").agg(pl.col("tickets").sum())
    return _merged(counts.sort("tickets", "word", descending=[True, False]).rows())


def _merged(counts: Iterable[tuple[str, int]]) -> list[Word]:
    spelling: dict[str, str] = {}
    tickets: dict[str, int] = {}
    for text, number in counts:
        spelling.setdefault(folded(text), text)
        tickets[folded(text)] = tickets.get(folded(text), 0) + number
    order = sorted(spelling, key=lambda key: (-tickets[key], spelling[key]))
    return [Word(spelling[key], tickets[key]) for key in order]
