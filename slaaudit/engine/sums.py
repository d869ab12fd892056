"""Metrics that add up durations of events (work logged) instead of running a clock."""

from __future__ import annotations

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.durations import parse_duration
from slaaudit.engine.measure import NO_TIMES
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric


def summed(metric: Metric, frame: pl.DataFrame, timeline: Timeline) -> pl.DataFrame:
    """The judged cycles with the sum of their ticket's durations as `elapsed`; due is when it passed the target.

    What is logged after a solve counts too: work is often booked late. A sum has no calendar and never pauses.
    """
    if frame.is_empty():
        return frame.with_columns(**NO_TIMES, spent_row="start_row", halted=pl.lit(False))
    total = amounts_of(metric.sum, timeline).cum_sum()
    before = total.shift(1, fill_value=0).rechunk()
    ends = timeline.ticket_end().select("ticket_row", "last_row")
    last_rows = pl.repeat(0, timeline.tickets.height, dtype=pl.UInt32, eager=True)
    last = last_rows.scatter(ends["ticket_row"], ends["last_row"]).gather(frame["ticket_row"])
    frame, start = frame.with_columns(last_row=last), before.gather(frame["start_row"])
    elapsed, target = total.gather(last) - start, frame["amount"]
    breached = (elapsed > target).fill_null(False)
    passed_row = total.search_sorted((start + target).fill_null(0) + 1, side="left").clip(upper_bound=total.len() - 1)
    due = (
        timeline.rows["at"]
        .gather(passed_row)
        .zip_with(breached, pl.repeat(None, frame.height, dtype=pl.Int64, eager=True))
    )
    return frame.with_columns(
        target=target,
        elapsed=elapsed.zip_with(target.is_not_null(), pl.repeat(None, frame.height, dtype=pl.Int64, eager=True)),
        paused=pl.when(target.is_not_null()).then(0),
        due=due,
        breached=breached,
        spent_row=passed_row.cast(pl.UInt32),
        warned=(elapsed * frame["warn_whole"] >= target * frame["warn_part"]).fill_null(False),
        halted=pl.lit(False),
        calendar=pl.lit(None, pl.Int32),
    )


def amounts_of(condition: Condition | None, timeline: Timeline) -> pl.Series:
    """Microseconds that each event adds; 0 where the condition does not hold."""
    rows = timeline.holds(condition).arg_true()
    texts = timeline.rows["new"].gather(rows).cast(pl.String)
    known = texts.unique().drop_nulls()
    values = pl.Series([parse_duration(text) for text in known], dtype=pl.Int64)
    amounts = values.gather(texts.cast(pl.Enum(known)).to_physical()).fill_null(0)
    return pl.repeat(0, timeline.rows.height, dtype=pl.Int64, eager=True).scatter(rows, amounts)
