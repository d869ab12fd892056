"""Verdicts → the log: the narrow numbers of the kernel, with the names and texts that a reader asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from slaaudit.engine.assign import NONE
from slaaudit.engine.reasons import reasons_of
from slaaudit.engine.timeline import Timeline
from slaaudit.engine.traits import HOLDERS
from slaaudit.policy import Policy

STORED = ("sla_started", "due_date", "closed", "decided", "cycle", "target", "elapsed", "paused", "at_risk")


def log_frame(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Sequence[str]
) -> pl.DataFrame:
    """One row per clock with the columns asked for, sorted by `sla_started, ticket, metric, cycle`.

    A column is one of the log or any column of the tickets; department, agent and priority are those when the outcome
    became certain, every other ticket column is the value as of the end of the timeline.
    """
    names = sorted(policy.metrics_in_use)
    rank = pl.Series([names.index(name) for name in policy.metrics_in_use], dtype=pl.UInt16)
    verdicts = verdicts.with_columns(_metric=rank.gather(verdicts["metric"]))
    verdicts = verdicts.sort("sla_started", "ticket_row", "_metric", "cycle")
    makers = _makers(verdicts, timeline, policy, shows)
    made = [makers[name]() if name in makers else _ticket_value(name, verdicts, timeline) for name in columns]
    return pl.DataFrame([values.alias(name) for name, values in zip(columns, made, strict=True)])


def _makers(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str]
) -> dict[str, Callable[[], pl.Series]]:
    """How each column of the log that is not simply a ticket's comes about."""
    return {
        **{name: partial(verdicts.get_column, name) for name in STORED},
        "ticket": lambda: timeline.tickets["ticket_id"].gather(verdicts["ticket_row"]),
        "created": lambda: timeline.tickets["created_at"].gather(verdicts["ticket_row"]),
        "sla": lambda: verdicts["target"] - verdicts["elapsed"],
        "metric": lambda: _named(verdicts["metric"], policy.metrics_in_use),
        "outcome": lambda: verdicts["outcome"].cast(pl.String),
        "level": lambda: _named(verdicts["level"], list(policy.levels)),
        "rule": lambda: _named(verdicts["rule"], [rule.name for rule in policy.rules]),
        "calendar": lambda: _named(verdicts["calendar"], list(policy.calendars)),
        "reason": lambda: reasons_of(verdicts, policy, shows),
        **{name: partial(_held_value, name, verdicts, timeline) for name in HOLDERS},
    }


def _held_value(name: str, verdicts: pl.DataFrame, timeline: Timeline) -> pl.Series:
    """A ticket column's value when the outcome became certain: before the event that ended the clock, or after it."""
    values, row = timeline.value(name), verdicts["held_row"]
    has_ended = verdicts["closed"].is_not_null() & (verdicts["outcome"] != "missed")
    after = values.gather((row + 1).zip_with(has_ended, row))
    held = values.gather(row)
    return held.zip_with(held.is_not_null(), after)


def _named(numbers: pl.Series, names: Sequence[str]) -> pl.Series:
    """The name of each number; null for none."""
    known = pl.Series(names, dtype=pl.String)
    return known.gather(numbers.cast(pl.Int32).replace(NONE, None).cast(pl.UInt32))


def _ticket_value(name: str, verdicts: pl.DataFrame, timeline: Timeline) -> pl.Series:
    """A ticket column's value at the end of the timeline."""
    ends = timeline.ticket_end()
    last_row = pl.repeat(0, timeline.tickets.height, dtype=pl.UInt32, eager=True)
    last_row = last_row.scatter(ends["ticket_row"], ends["last_row"])
    return timeline.value(name).gather(last_row.gather(verdicts["ticket_row"]))
