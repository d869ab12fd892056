"""Metrics that add up durations of events (work logged) instead of running a clock."""

from __future__ import annotations

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.durations import fit_together, parse_duration
from slaaudit.engine.columns import constant, no_nulls, places
from slaaudit.engine.measure import NO_TIMES
from slaaudit.engine.terms import Terms
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric

_MOST = 2**63 - 1  # microseconds: a longer sum is told as this one


def summed(metric: Metric, frame: pl.DataFrame, timeline: Timeline, terms: Terms) -> pl.DataFrame:
    """The judged cycles with the sum of their ticket's durations as `elapsed`; due is when it passed the target.

    What is logged after a solve counts too: work is often booked late. A sum has no calendar and never pauses.
    """
    if frame.is_empty():
        return frame.with_columns(**NO_TIMES, spent_row="start_row", halted=pl.lit(False))
    amounts = amounts_of(metric.sum, timeline)
    if not fit_together(amounts):  # nonsense on some tickets must not make the others' total fall
        amounts = amounts.cast(pl.Int128)
    total, start_row, target = amounts.cum_sum(), frame["start_row"], frame["amount"]
    start = total[start_row] - amounts[start_row]
    elapsed = (total[timeline.last_rows[frame["ticket_row"]]] - start).set(target.is_null(), None)
    elapsed = elapsed.clip(upper_bound=_MOST).cast(pl.Int64) if elapsed.dtype == pl.Int128 else elapsed
    breached = no_nulls(elapsed > target)
    rows = places(breached)
    passed_row = total.search_sorted((start + target).filter(breached), side="right")
    due = constant(None, frame.height, pl.Int64)
    return frame.with_columns(
        target=target,
        elapsed=elapsed,
        paused=elapsed * 0,
        due=due.scatter(rows, timeline.rows["at"][passed_row]),
        breached=breached,
        spent_row=start_row.scatter(rows, passed_row),
        warned=terms.is_warned(frame["promise"], elapsed, target),
        halted=pl.lit(False),
        calendar=pl.lit(None, pl.Int32),
    )


def amounts_of(condition: Condition | None, timeline: Timeline) -> pl.Series:
    """Microseconds that each event adds; 0 where the condition does not hold."""
    rows = timeline.history.where(timeline.holds(condition))
    texts = timeline.rows["new"][rows].cast(pl.String)
    known = texts.unique().drop_nulls()
    values = pl.Series([parse_duration(text) for text in known], dtype=pl.Int64)
    amounts = values[texts.cast(pl.Enum(known)).to_physical()].fill_null(0)
    return constant(0, timeline.rows.height, pl.Int64).scatter(rows, amounts)
