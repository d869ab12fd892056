"""Verdicts → the log: the narrow numbers of the kernel, with the names and texts that a reader asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

import polars as pl

from slaaudit.engine.assign import NONE
from slaaudit.engine.reasons import reasons_of
from slaaudit.engine.timeline import WORKED_OUT, Timeline
from slaaudit.engine.traits import HOLDERS
from slaaudit.policy import Policy

_NAMED = ("metric", "outcome", "level", "rule", "calendar")
STORED = ("sla_started", "due_date", "closed", "decided", "cycle", "target", "elapsed", "paused", "at_risk")


def log_frame(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Sequence[str]
) -> pl.DataFrame:
    """One row per clock with the columns asked for, sorted by `sla_started, ticket, metric, cycle`.

    A column is one of the log or any column of the tickets; department, agent and priority are those when the outcome
    became certain, every other ticket column is the value as of the end of the timeline.
    """
    ordered = verdicts[_order(verdicts, policy)]
    frame = clocks_frame(ordered, timeline, policy, shows, columns)
    return frame.with_columns(_as_text(words) for words in frame if words.name in _NAMED)


def _order(verdicts: pl.DataFrame, policy: Policy) -> pl.Series:
    """The order of the log: the verdicts of a metric are by ticket and cycle already."""
    names = sorted(policy.metrics_in_use)
    rank = pl.Series([names.index(name) for name in policy.metrics_in_use], dtype=pl.UInt16)
    key = verdicts.select("sla_started", "ticket_row", _metric=rank.gather(verdicts["metric"]))
    return key.select(pl.arg_sort_by("sla_started", "ticket_row", "_metric", maintain_order=True)).to_series()


def clocks_frame(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Sequence[str]
) -> pl.DataFrame:
    """As `log_frame`, in the order of the verdicts; outcomes, metrics, levels, rules and calendars are `Enum`s."""
    makers = _makers(verdicts, timeline, policy, shows)
    made = [makers[name]() if name in makers else _ticket_value(name, verdicts, timeline) for name in columns]
    return pl.DataFrame([values.alias(name) for name, values in zip(columns, made, strict=True)])


def _makers(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str]
) -> dict[str, Callable[[], pl.Series]]:
    """How each column of the log that is not simply a ticket's comes about."""
    held_rows = cache(partial(_held_rows, verdicts, timeline))
    return {
        **{name: partial(verdicts.get_column, name) for name in STORED},
        "ticket": lambda: timeline.tickets["ticket_id"].gather(verdicts["ticket_row"]),
        "created": lambda: timeline.tickets["created_at"].gather(verdicts["ticket_row"]),
        "sla": lambda: verdicts["target"] - verdicts["elapsed"],
        "metric": lambda: _named(verdicts["metric"], policy.metrics_in_use),
        "outcome": lambda: verdicts["outcome"],
        "level": lambda: _named(verdicts["level"], list(policy.levels)),
        "rule": lambda: _named(verdicts["rule"], [rule.name for rule in policy.rules]),
        "calendar": lambda: _named(verdicts["calendar"], list(policy.calendars)),
        "reason": lambda: reasons_of(verdicts, policy, shows),
        **{name: partial(_held_value, name, verdicts, timeline, held_rows) for name in HOLDERS},
    }


def _held_value(name: str, verdicts: pl.DataFrame, timeline: Timeline, rows: Callable[[], pl.Series]) -> pl.Series:
    """A ticket column's value when the outcome became certain: before the event that ended the clock, or after it."""
    held, row = timeline.history.held(name), rows()
    values = held.at(row)
    has_ended = verdicts["closed"].is_not_null() & (verdicts["outcome"] != "missed")
    unheld = (values.is_null() & has_ended).arg_true()
    return values if unheld.is_empty() else values.scatter(unheld, held.at(row.gather(unheld) + 1))


def _held_rows(verdicts: pl.DataFrame, timeline: Timeline) -> pl.Series:
    """The last event before each outcome became certain, as a row of the timeline."""
    missed = (verdicts["outcome"] == "missed").arg_true()
    rows = verdicts["held_row"].gather(missed)
    found = timeline.last_before(
        verdicts["ticket_row"].gather(missed), verdicts["decided"].gather(missed).to_physical()
    )
    later = (found > rows).fill_null(False)
    return verdicts["held_row"].clone().scatter(missed, found.zip_with(later, rows))


def _named(numbers: pl.Series, names: Sequence[str]) -> pl.Series:
    """The name of each number; null for none."""
    known = pl.Series(names, dtype=pl.Enum(list(dict.fromkeys(names))))
    return known.gather(numbers if numbers.dtype.is_unsigned_integer() else numbers.set(numbers == NONE, None))


def _as_text(words: pl.Series) -> pl.Series:
    """Dictionary-encoded words as text: by number, which is much faster than a cast."""
    known = words.dtype.categories if isinstance(words.dtype, pl.Enum) else pl.Series(dtype=pl.String)
    return known.gather(words.to_physical()).alias(words.name)


def _ticket_value(name: str, verdicts: pl.DataFrame, timeline: Timeline) -> pl.Series:
    """A ticket column's value at the end of the timeline."""
    ticket_row = verdicts["ticket_row"]
    if name in timeline.tickets.columns and name not in WORKED_OUT:
        held = timeline.history.held(name)
        if held.is_fixed:
            return held.pool.gather(ticket_row)
        return held.at(timeline.last_rows.gather(ticket_row))
    return timeline.value(name).gather(timeline.last_rows.gather(ticket_row))
