"""The one neutral table between reports and renderers, so that formats cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from slaaudit.account import Account
from slaaudit.visible import visible

KINDS = ("text", "list", "count", "number", "instant", "date", "duration", "average", "share", "flag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report ready to be written in any format.

    `frame` is typed and sorted: instants in UTC, durations native, shares as numbers from 0 to 1 with four digits.
    `kinds` says how each column is shown: one of `KINDS`, of which an average is a duration shown in whole seconds.
    `total` is a frame of the same columns with one row, or None. `headings` are for people: a newline in one stacks
    it in a table.

    `groups` names the text columns that tell rows apart: a missing value there is a group of its own.

    Only tables look at the others. `summary` is a line above the rows, empty if they speak for themselves. `keep`
    names the columns in the order of their worth, so that a narrow terminal drops the last ones first; `hide_zero`
    those that are left out of it while they are all zero or empty; `alarm` the cells to highlight; `whole` the texts
    that are never cut.
    """

    name: str
    title: str
    frame: pl.DataFrame
    kinds: Mapping[str, str]
    total: pl.DataFrame | None
    account: Account
    notes: tuple[str, ...]
    timezone: str
    headings: Mapping[str, str]
    groups: tuple[str, ...] = ()
    summary: str = ""
    keep: tuple[str, ...] = ()
    hide_zero: frozenset[str] = frozenset()
    alarm: Mapping[str, pl.Expr] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def footer(self) -> list[str]:
        """The notes and the account, line by line, safe to print: what a command shows on stderr."""
        return [*(visible(f"note: {note}") for note in self.notes), *self.account.lines(self.timezone)]
