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

    def rows(self, audit: Audit, columns: Iterable[str]) -> tuple[pl.DataFrame, int]:
        """The chosen clocks with at least `columns` and the date, and out of how many they were chosen.

        In the order in which they were judged; words may be dictionary-encoded.
        """
        keep = self.keep(audit)
        rows = audit.log(list(dict.fromkeys([*columns, DATES[self.date]])), in_order=False, keep=keep)
        return rows, rows.height if keep is None else keep.len()

    def keep(self, audit: Audit) -> pl.Series | None:
        """Whether each clock is chosen, in the order in which they were judged; None: all are."""
        if not self._in_words():
            return None
        date, timezone = DATES[self.date], audit.policy.timezone
        needed = dict.fromkeys([date, *sorted(self.where.columns() if self.where else ())])
        rows = plain_text(audit.log(list(needed), in_order=False))
        is_meant = self.where.expr(known_columns(audit), timezone=timezone) if self.where else pl.lit(True)
        keep = rows.with_columns(_keep=is_meant).get_column("_keep").fill_null(False)
        if self._is_bounded:
            keep &= between(rows[date], self.from_, self.to, timezone=timezone)
        return keep

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
    encoded = [as_text(words) for words in rows if isinstance(words.dtype, pl.Categorical | pl.Enum)]
    return rows.with_columns(encoded) if encoded else rows


def as_text(words: pl.Series) -> pl.Series:
    """Dictionary-encoded words as text; those of an `Enum` by number, which is much faster than a cast."""
    if not isinstance(words.dtype, pl.Enum):
        return words.cast(pl.String)
    return words.dtype.categories.gather(words.to_physical()).alias(words.name)
