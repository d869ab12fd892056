"""An export in parts of whole tickets → one report: each part judged by the same code, several at a time.

A ticket is judged by its own events alone, so that how an export is divided shows nowhere: not in the report, not in
the account, not in the errors. Parts keep the memory of an audit flat, and give every processor something to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from slaaudit.account import Account
from slaaudit.audit import Audit, audit
from slaaudit.calendars import BusinessClock
from slaaudit.policy import Policy
from slaaudit.reports.report import Report
from slaaudit.sources import Export
from slaaudit.stages import IDLE, REPORT, Watch, unwatched
from slaaudit.threads import in_order


class Parts(Protocol):
    """What makes one report of the audits of several parts."""

    def of(self, audit: Audit) -> Any:
        """What the report needs of one part. Changes nothing, so that several threads can do it at once."""

    def add(self, part: Any) -> None:
        """One more part, the next in their order."""

    def report(self, *, account: Account, notes: tuple[str, ...], timezone: str) -> Report:
        """The report of all of them."""


@dataclass(frozen=True, kw_only=True)
class Judge:
    """By which policy and as of when exports are judged, and what is made of their audits.

    `also` counts something else in each audit. `watch` is told the stages of every audit, by several threads.
    """

    policy: Policy
    as_of: datetime
    parts: Parts
    also: Callable[[Audit], Mapping[str, int]] | None = None
    watch: Watch = unwatched
    _compiled: dict[str, BusinessClock] = field(default_factory=dict)  # calendars, once for all parts

    def judged(self, exports: Iterable[Export], threads: int = 1) -> Told:
        """Judges the exports, so many at a time, and adds each to the parts of the report, in order.

        Raises `SlaauditError` as `audit` and the report do: of the first export that has anything wrong.
        """
        accounts, unseen, counts = [], 0, Counter[str]()
        for part, account, unseen_solves, counted in in_order(self._one, exports, threads):
            self.parts.add(part)
            accounts.append(account)
            unseen += unseen_solves
            counts.update(counted)
        return Told(_sum(accounts), unseen, counts)

    def _one(self, export: Export) -> tuple[Any, Account, int, Mapping[str, int]]:
        found = audit(export, self.policy, as_of=self.as_of, watch=self.watch, compiled=self._compiled)
        self.watch(REPORT, found.verdicts.height)
        counted = self.also(found) if self.also else {}
        told = self.parts.of(found), found.account, int(found.timeline.unseen_solves.sum()), counted
        self.watch(IDLE, None)
        return told


@dataclass(frozen=True)
class Told:
    """What is known of all parts together: the account, how many tickets are solved without an event that says when,
    and what else was counted.
    """

    account: Account
    unseen_solves: int
    counts: Mapping[str, int]

    @property
    def clocks(self) -> int:
        """How many clocks there are."""
        return sum(self.account.outcomes.values())


def _sum(accounts: Sequence[Account]) -> Account:
    """The account of all parts."""
    first = accounts[0]
    counts: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for account in accounts:
        outcomes.update(account.outcomes)
        counts.update({name: value for name in Account.__slots__ if type(value := getattr(account, name)) is int})
    return replace(first, **counts, outcomes={outcome: outcomes[outcome] for outcome in first.outcomes})  # type: ignore[arg-type]
