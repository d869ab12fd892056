"""What a policy promises for one metric: target, calendar, pause and warning by level and priority."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.engine.assign import NONE, Levels
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Policy, Target


@dataclass(frozen=True)
class Terms:
    """The promises of one metric, numbered: a promise is a level with a priority.

    `table`: one row per promise (its number is the row): `level`, `amount` (microseconds of the calendar; null = none)
    or `working_days`, `calendar` (number in `calendars`), `pause` (number in `pauses`; null = none), `warn_part` and
    `warn_whole` (at risk from elapsed ≥ target × part / whole). `of_row`: the promise in force after each event; null =
    no level.
    """

    table: pl.DataFrame
    of_row: pl.Series
    calendars: tuple[str, ...]
    pauses: tuple[Condition, ...]

    def kind_of_row(self) -> pl.Series:
        """A number per event that is the same where the level, the target and its calendar are the same."""
        kinds = self.table.select(pl.struct("level", "amount", "working_days", "calendar").rank("dense")).to_series()
        return kinds.gather(self.of_row)


def terms_of(metric: str, timeline: Timeline, levels: Levels, policy: Policy) -> Terms:
    """The terms of a metric under a policy, with the promise in force after each event of the timeline."""
    targets = [level.targets.get(metric) for level in policy.levels.values()]
    priorities, priority = _priorities(timeline, targets)
    calendars = tuple(policy.calendars)
    pauses = pauses_of(metric, policy)
    numbers = {id(pause): number for number, pause in enumerate(pauses)}
    rows = [
        _promise(level, target, word, calendars, numbers) for level, target in enumerate(targets) for word in priorities
    ]
    table = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    promise = pl.DataFrame({"level": levels.level, "priority": priority})
    of_row = promise.select(
        pl.when(pl.col("level") != NONE).then(pl.col("level") * len(priorities) + pl.col("priority")).cast(pl.UInt32)
    ).to_series()
    return Terms(table, of_row.alias("promise"), calendars, pauses)


def pauses_of(metric: str, policy: Policy) -> tuple[Condition, ...]:
    """The distinct pause conditions of the metric's targets, in the order of the levels."""
    targets = [level.targets[metric] for level in policy.levels.values() if metric in level.targets]
    return tuple({id(target.pause): target.pause for target in targets if target.pause is not None}.values())


_SCHEMA = {
    "level": pl.Int32,
    "amount": pl.Int64,
    "working_days": pl.Int32,
    "calendar": pl.Int32,
    "pause": pl.Int32,
    "warn_part": pl.Int64,
    "warn_whole": pl.Int64,
}


def _promise(
    level: int,
    target: Target | None,
    priority: str | None,
    calendars: tuple[str, ...],
    pauses: dict[int, int],
) -> tuple[int | None, ...]:
    if target is None:
        return (level, None, None, None, None, None, None)
    amount = target.amounts.get(priority, target.amounts.get(None))
    if amount is None:
        return (level, None, None, None, None, None, None)
    pause = None if target.pause is None else pauses[id(target.pause)]
    warn = target.warn_at
    calendar = calendars.index(target.calendar)
    return (
        level,
        amount.microseconds,
        amount.working_days,
        calendar,
        pause,
        warn.numerator,
        warn.denominator,
    )


def _priorities(timeline: Timeline, targets: list[Target | None]) -> tuple[list[str | None], pl.Series]:
    """The priorities that some target names, after `None` for any other, and the number of each event's one."""
    named = sorted({word for target in targets if target for word in target.amounts if word is not None})
    if not named:
        return [None], pl.repeat(0, timeline.rows.height, dtype=pl.Int32, eager=True)
    values = timeline.value("priority")
    unique = values.unique().drop_nulls()
    numbers = {word: number + 1 for number, word in enumerate(named)}
    code = values.replace_strict(
        unique, [numbers.get(word.strip().casefold(), 0) for word in unique], default=0, return_dtype=pl.Int32
    )
    return [None, *named], code
