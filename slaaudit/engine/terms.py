"""What a policy promises for one metric: target or due date, calendar, pause and warning by level and priority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.engine.assign import NONE, Levels
from slaaudit.engine.columns import as_rows, constant, no_nulls
from slaaudit.engine.history import Held
from slaaudit.engine.timeline import Timeline
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy, Target
from slaaudit.policy.due_dates import hint_for_missing
from slaaudit.problems import Problem, SlaauditError


@dataclass(frozen=True)
class Terms:
    """The promises of one metric, numbered: a promise is a level with a priority, and the first ones are of no level.

    `table`: one row per promise (its number is the row): `level` (`NONE` first), `amount` (microseconds of the
    calendar; null = none) or `working_days` or `due_column` (number in `due_columns`, which hold the tickets' own due
    dates), `calendar` (number in `calendars`), `pause` (number in `pauses`; null = none), `warn_part` and `warn_whole`
    (at risk from elapsed ≥ target × part / whole). `levels`, `priorities`: of each event, the level and the number of
    the priority.
    """

    table: pl.DataFrame
    levels: pl.Series
    priorities: Held | None
    calendars: tuple[str, ...]
    pauses: tuple[Condition, ...]
    due_columns: tuple[str, ...]

    def at_rows(self, rows: pl.Series | None = None, level: pl.Series | None = None) -> pl.Series:
        """The number of the promise in force after some events, whose `level` may be known already, or after each."""
        if level is None:
            level = self.levels if rows is None else self.levels[rows]
        number = as_rows(level - NONE)
        if self.priorities is None:
            return number
        width = self.table.height // self.table["level"].n_unique()
        return number * width + (self.priorities.values if rows is None else self.priorities.at(rows))

    def promised(self, promise: pl.Series) -> pl.DataFrame:
        """What some promises say, by their numbers. For `warn_at` see `is_warned`."""
        return pl.DataFrame([self._said(name, promise) for name in _SAID])

    def is_warned(self, promise: pl.Series, elapsed: pl.Series, target: pl.Series) -> pl.Series:
        """Whether so much of each target is used up that its promise warns of it; false where nothing is promised."""
        part, whole = (self._said_of_any(name, promise) for name in ("warn_part", "warn_whole"))
        # at most target * (whole - part) / whole is left: worked out so that no product is larger than the target
        rest = whole - part
        return no_nulls(target - elapsed <= target // whole * rest + target % whole * rest // whole)

    def _said(self, name: str, promise: pl.Series) -> pl.Series:
        """A column of the table by the number of the promise."""
        column = self.table[name]
        if column.null_count() == column.len():  # most columns, of most metrics
            return constant(None, promise.len(), column.dtype).alias(name)
        return column[promise]

    def _said_of_any(self, name: str, promise: pl.Series) -> pl.Series | int:
        """As `_said`, but one number if all promises that say something say the same."""
        known = set(self.table[name].to_list()) - {None}
        return known.pop() if len(known) == 1 else self._said(name, promise)

    def kind_of_row(self) -> pl.Series:
        """A number per event that is the same where the level, the target and its calendar are the same."""
        promised = pl.struct("level", "amount", "working_days", "due_column", "calendar")
        kinds = self.table.select(promised.rank("dense")).to_series()
        return kinds[self.at_rows()]


def terms_of(metric: str, timeline: Timeline, levels: Levels, policy: Policy) -> Terms:
    """The terms of a metric under a policy, with the promise in force after each event of the timeline.

    Raises `SlaauditError` when the export does not have the due dates that some target of the policy names.
    """
    _check_due_columns(timeline.tickets, policy)
    targets = [level.targets.get(metric) for level in policy.levels.values()]
    words, priorities = _priorities(timeline, targets)
    pauses = pauses_of(metric, policy)
    numbers = _Numbers.of(policy, pauses, targets)
    rows = [
        numbers.promise(level, target, word) for level, target in enumerate([None, *targets], NONE) for word in words
    ]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return Terms(table, levels.level, priorities, tuple(policy.calendars), pauses, tuple(numbers.due_columns))


def with_exported_due(clocks: pl.DataFrame, terms: Terms, tickets: pl.DataFrame) -> pl.DataFrame:
    """The clocks with `exported_due`, the due date of the ticket where that is the promise; microseconds since 1970.

    A clock whose ticket has no such date is promised nothing: its `calendar` becomes null.
    """
    due = constant(None, clocks.height, pl.Int64).alias("exported_due")
    if not terms.due_columns:
        return clocks.hstack([due])
    for number, column in enumerate(terms.due_columns):
        dates = tickets[column].cast(INSTANT).to_physical()[clocks["ticket_row"]]
        due = dates.zip_with(no_nulls(clocks["due_column"] == number), due)
    lacks_date = clocks["due_column"].is_not_null() & due.is_null()
    return clocks.with_columns(exported_due=due, calendar=clocks["calendar"].set(lacks_date, None))


def pauses_of(metric: str, policy: Policy) -> tuple[Condition, ...]:
    """The distinct pause conditions of the metric's targets, in the order of the levels."""
    targets = [level.targets[metric] for level in policy.levels.values() if metric in level.targets]
    return tuple({id(target.pause): target.pause for target in targets if target.pause is not None}.values())


_SAID = ("amount", "working_days", "due_column", "calendar", "pause")
_SCHEMA = {
    "level": pl.Int32,
    "amount": pl.Int64,
    "working_days": pl.Int32,
    "due_column": pl.Int32,
    "calendar": pl.Int32,
    "pause": pl.Int32,
    "warn_part": pl.Int64,
    "warn_whole": pl.Int64,
}


@dataclass(frozen=True)
class _Numbers:
    """The numbers by which the promises of one metric name calendars, pauses (by identity) and due dates' columns."""

    calendars: Mapping[str, int]
    pauses: Mapping[int, int]
    due_columns: Mapping[str, int]

    @staticmethod
    def of(policy: Policy, pauses: tuple[Condition, ...], targets: list[Target | None]) -> _Numbers:
        """The numbers for these targets of a policy."""
        columns = dict.fromkeys(target.due.column for target in targets if target is not None and target.due)
        return _Numbers(
            {name: number for number, name in enumerate(policy.calendars)},
            {id(pause): number for number, pause in enumerate(pauses)},
            {name: number for number, name in enumerate(columns)},
        )

    def promise(self, level: int, target: Target | None, priority: str | None) -> dict[str, int | None]:
        """A row of the terms; what it does not name is null."""
        amount = target.amounts.get(priority, target.amounts.get(None)) if target is not None else None
        if target is None or (amount is None and target.due is None):
            return {"level": level}
        return {
            "level": level,
            "amount": None if amount is None else amount.microseconds,
            "working_days": None if amount is None else amount.working_days,
            "due_column": None if target.due is None else self.due_columns[target.due.column],
            "calendar": self.calendars[target.calendar],
            "pause": None if target.pause is None else self.pauses[id(target.pause)],
            "warn_part": target.warn_at.numerator,
            "warn_whole": target.warn_at.denominator,
        }


def _check_due_columns(tickets: pl.DataFrame, policy: Policy) -> None:
    """Raises with every due date of the policy that the export does not have, each at its place."""
    targets = [target for level in policy.levels.values() for target in level.targets.values()]
    dues = {target.due.path: target.due.column for target in targets if target.due is not None}
    instants = [name for name, dtype in tickets.schema.items() if dtype.base_type() == pl.Datetime]
    problems = []
    for path, column in dues.items():
        if column in instants:
            continue
        what = f"the export has no due dates '{column}'"
        hint = hint_for_missing(instants)
        line, column_number = policy.places.get(path, (None, None))
        problem = Problem(code="unknown_column", what=what, hint=hint, file=policy.file, line=line)
        problems.append(replace(problem, column_number=column_number))
    if problems:
        raise SlaauditError(problems)


def _priorities(timeline: Timeline, targets: list[Target | None]) -> tuple[list[str | None], Held | None]:
    """The priorities that some target names, after `None` for any other, and the number of each event's one."""
    named = sorted({word for target in targets if target for word in target.amounts if word is not None})
    if not named:
        return [None], None
    held, words = timeline.history.held("priority"), timeline.words("priority")
    if words is None:
        words = held.pool.cast(pl.Enum(held.pool.unique().drop_nulls()))
    numbers = {word: number + 1 for number, word in enumerate(named)}
    codes = [numbers.get(word.strip().casefold(), 0) for word in words.dtype.categories]  # type: ignore[attr-defined]  # an `Enum`
    of_pool = pl.Series(codes, dtype=pl.UInt32)[words.to_physical()]
    return [None, *named], Held(of_pool.fill_null(0), held.source, held.is_fixed)
