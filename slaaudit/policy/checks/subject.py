"""What is checked: a policy as written and as it is understood, with what else is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.conditions.tree import Comparison
from slaaudit.policy.checks.evidence import Evidence
from slaaudit.policy.loading import Reading
from slaaudit.policy.logic import Case, cases_of
from slaaudit.policy.logic.literals import Kind
from slaaudit.policy.model import LevelFile
from slaaudit.policy.resolved import Level, Path, Policy
from slaaudit.policy.vocabulary import EVENT_SCHEMA

_ON_EVENTS = ("start", "stop", "sum")
_ON_TICKETS = ("counts_in", "applies_to", "pause")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is allowed but hardly meant: where, what, and what to do about it.

    It stands at the value of `path`, or with `of_key` at its key.
    """

    path: Path
    what: str
    hint: str
    of_key: bool = False


@dataclass(frozen=True, slots=True)
class WrittenCondition:
    """A condition that the policy writes down, and the path in the file of it and of each comparison in it."""

    path: Path
    condition: Condition
    is_list: bool  # of events: a list in the file, which the condition has as {any: list}

    def path_of(self, comparison: Comparison) -> Path:
        """Where the comparison stands in the file."""
        return (*self.path, *(comparison.path[1:] if self.is_list else comparison.path))


@dataclass(frozen=True)
class Subject:
    """A policy with how it was written; `evidence` is what occurs in an export, `today` the date, if they are known."""

    reading: Reading
    evidence: Evidence | None = None
    today: date | None = None

    @property
    def policy(self) -> Policy:
        """The policy as it is understood."""
        return self.reading.policy

    @property
    def written_levels(self) -> dict[str, LevelFile]:
        """The levels as written."""
        return self.reading.written.levels

    def line(self, *path: str | int) -> int:
        """The line in which something stands."""
        return self.reading.document.place(path)[0]

    @cached_property
    def levels_in_use(self) -> dict[str, Level]:
        """The levels that some rule gives."""
        given = {rule.level for rule in self.policy.rules}
        return {name: level for name, level in self.policy.levels.items() if name in given}

    @cached_property
    def conditions(self) -> tuple[WrittenCondition, ...]:
        """Every condition that the policy writes down, but for empty ones."""
        return tuple(self._conditions())

    def _conditions(self) -> Iterator[WrittenCondition]:
        written = self.reading.written
        for number, rule in enumerate(written.rules):
            yield from _some(rule.when, "rules", number, "when")
        yield from _some(written.exclude, "exclude")
        for name, level in written.levels.items():
            yield from _some(level.pause, "levels", name, "pause")
            for metric, target in level.targets.items():
                yield from _some(target.pause if target else None, "levels", name, "targets", metric, "pause")
        for name, clock in written.metrics.items():
            for key in (*_ON_EVENTS, *_ON_TICKETS):
                is_list = isinstance(self._raw("metrics", name, key), list)
                yield from _some(getattr(clock, key), "metrics", name, key, is_list=is_list)

    def _raw(self, *path: str) -> object:
        value: object = self.reading.document.value
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def kind_of(self, column: str) -> Kind:
        """What a column holds: known of our own columns, and of others once there is an export."""
        dtype = EVENT_SCHEMA.get(column)
        if column == "event" or isinstance(dtype, pl.List):
            return "list"  # a change that solves is two events in one
        if dtype is not None:
            return _KINDS.get(dtype.base_type(), "unknown")
        return self.evidence.kinds.get(column, "unknown") if self.evidence else "unknown"

    def cases(self, condition: Condition | None) -> tuple[Case, ...]:
        """The cases in which a condition is true."""
        return cases_of(condition, self.kind_of, self.policy.timezone)

    @cached_property
    def cases_of_rules(self) -> tuple[tuple[Case, ...], ...]:
        """The cases of each rule's condition."""
        return tuple(self.cases(rule.when) for rule in self.policy.rules)


_KINDS: dict[type[pl.DataType], Kind] = {pl.String: "text", pl.Boolean: "flag", pl.Datetime: "instant"}


def _some(condition: Condition | None, *path: str | int, is_list: bool = False) -> Iterator[WrittenCondition]:
    if condition is not None and not condition.matches_everything:
        yield WrittenCondition(path, condition, is_list)
