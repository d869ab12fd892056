"""Which clocks of the log a report covers, and in which order it shows them; shared by all reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.reports.columns import known_columns
from slaaudit.reports.filter_words import unknown_words
from slaaudit.reports.periods import DATES, Bound, between, reversed_range, unknown_word

if TYPE_CHECKING:
    from slaaudit.audit import Audit
    from slaaudit.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which clocks: those whose `date` (a word of `periods.DATES`) is in the range and that `where` matches.

    `from_` and `to` are local dates or instants, both included; None is unbounded.
    """

    date: str
    from_: Bound
    to: Bound
    where: Condition | None

    def problems(self, audit: Audit) -> list[Problem]:
        """What is wrong with it: an unknown date, a range the wrong way round, an unknown column or word in
        `where`.
        """
        timezone = audit.policy.timezone
        found = unknown_word(self.date, DATES, option="--date")
        found += reversed_range(self.from_, self.to, timezone=timezone)
        try:
            _ = self.where and self.where.expr(known_columns(audit), timezone=timezone)
        except SlaauditError as error:
            found += error.problems
        return found + unknown_words(self.where, audit.policy)

    def rows(
        self, audit: Audit, columns: Iterable[str], *, in_order: bool = True
    ) -> tuple[pl.DataFrame, tuple[str, ...]]:
        """The log's rows with at least `columns`, and a note on how many clocks were left out.

        In the log's order and as text; or, where the order does not matter, words may be dictionary-encoded.
        """
        rows, clocks = self.chosen(audit, columns, in_order=in_order)
        return rows, self.notes(rows.height, clocks)

    def chosen(self, audit: Audit, columns: Iterable[str], *, in_order: bool = True) -> tuple[pl.DataFrame, int]:
        """As `rows`; and out of how many clocks they were chosen."""
        date, timezone = DATES[self.date], audit.policy.timezone
        needed = [*columns, date, *sorted(self.where.columns() if self.where else ())]
        rows = kept = audit.log(list(dict.fromkeys(needed)), in_order=in_order)
        if self._is_bounded:
            kept = kept.filter(between(kept[date], self.from_, self.to, timezone=timezone))
        if self.where:
            kept = kept.filter(self.where.expr(known_columns(audit), timezone=timezone))
        kept = plain_text(kept) if in_order else kept
        return kept, rows.height

    def notes(self, counted: int, clocks: int) -> tuple[str, ...]:
        """A note on how many clocks were left out, if anything leaves them out."""
        if not self._in_words():
            return ()
        return (f"{counted:,} of {clocks:,} clocks are counted: {'; '.join(self._in_words())}",)

    @property
    def _is_bounded(self) -> bool:
        return not (self.from_ is None and self.to is None)

    def _in_words(self) -> list[str]:
        bounds = [f"{word} {bound}" for word, bound in (("from", self.from_), ("to", self.to)) if bound is not None]
        range_ = [f"{self.date} {' '.join(bounds)}"] if bounds else []
        return range_ + ([self.where.describe()] if self.where else [])


def sort_columns(sort: Iterable[str]) -> dict[str, bool]:
    """Column → whether it descends, from `("-missed", "agent")`; the first mention of a column decides."""
    keys: dict[str, bool] = {}
    for word in sort:
        keys.setdefault(word.removeprefix("-"), word.startswith("-"))
    return keys


def sorted_by(frame: pl.DataFrame, sort: Iterable[str], key: Sequence[str]) -> pl.DataFrame:
    """`frame` sorted by `sort`, ties by the rest of its full `key`, ascending; nulls last in either direction."""
    descends = sort_columns(sort)
    order = {name: descends.get(name, False) for name in [*descends, *key]}
    if not order:
        return frame
    return frame.sort(list(order), descending=list(order.values()), nulls_last=True)


def plain_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with dictionary-encoded columns as text."""
    # dictionary-encoded text would sort by its codes, not by its letters
    encoded = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.Categorical | pl.Enum)]
    return rows.with_columns(pl.col(encoded).cast(pl.String)) if encoded else rows
