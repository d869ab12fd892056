"""Metrics → cycles: which events start and stop each clock, and what state it is in after every event.

A clock is open from a start to a stop of its own. A solve suspends it and a reopening may bring it back, which is
told by the last of both since the start; being deleted, merged or spam suspends it for as long as that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric

# How a cycle ended, or why it goes on.
CAUSES = (
    "running",
    "stopped",
    "solved",
    "cancelled_by_solve",
    "discarded_by_solve",
    "removed",
    "level_changed",
    "level_taken",
)
CAUSE = pl.Enum(CAUSES)
SOLVE_CAUSE = {
    "stop": "solved",
    "cancel": "cancelled_by_solve",
    "discard": "discarded_by_solve",
    "ignore": "running",
}


@dataclass(frozen=True)
class Cycles:
    """The cycles of one metric, on the events that matter to it: most do not, so that the passes are short.

    `rows`: the numbers of those events in the timeline. `frame`: one row per cycle, by start: `ticket_row`, `cycle`
    (from 1), `start` and `end` (positions in `rows` of the event that started it, and of the one that ended it, or of
    the ticket's last), `start_row` and `end_row` (the same as rows of the timeline; while running, the ticket's last),
    `cause`. Of each event in `rows`: `running`, whether the clock runs after it; `number`, the cycle (row of `frame`)
    to which it belongs.
    """

    rows: pl.Series
    frame: pl.DataFrame
    running: pl.Series
    number: pl.Series


def cycles_of(metric: Metric, timeline: Timeline, watched: Sequence[pl.Series], promise: pl.Series | None) -> Cycles:
    """The cycles of a metric.

    `watched` are flags of the timeline's events at whose changes the clock may be paused or judged otherwise. `promise`
    numbers what is promised after each event, if a new promise restarts the clock.
    """
    rows = timeline.rows.select("ticket_row", "first", "solves", "reopens", "gone", "hands_over")
    marks = rows.with_columns(start=_starts(metric, timeline), stop=_stops(metric, timeline))
    marks = marks.with_columns(renews=_renews(promise, marks.height)).with_row_index("row")
    marks = marks.filter(_matters(metric, watched)).with_columns(last=pl.col("first").shift(-1, fill_value=True))
    marks = marks.with_columns(due_to_run=_due_to_run(metric))
    marks = marks.with_columns(running=pl.col("due_to_run") & ~pl.col("gone"))
    marks = marks.with_columns(before=_before("running"), fresh=_fresh(metric))
    marks = marks.with_columns(opens=_opens(metric))
    marks = marks.with_columns(number=pl.col("opens").cum_sum().cast(pl.Int64) - 1)
    return Cycles(marks["row"], _frame(metric, marks, timeline.rows.height), marks["running"], marks["number"])


def _matters(metric: Metric, watched: Sequence[pl.Series]) -> pl.Expr:
    """Whether an event can change the clock, who holds the ticket, or what is promised."""
    moves = [
        pl.col("start"),
        pl.col("stop"),
        pl.col("renews"),
        pl.col("hands_over"),
        pl.col("gone") != pl.col("gone").shift(1),
    ]
    moves += [pl.col("solves")] if metric.on_solved != "ignore" else []
    moves += [pl.col("reopens")] if metric.on_reopen != "ignore" else []
    moves += [pl.lit(flag) != pl.lit(flag).shift(1) for flag in watched]
    return pl.any_horizontal(pl.col("first"), *moves)


def _renews(promise: pl.Series | None, height: int) -> pl.Series:
    """Whether another promise comes into force at each event, where that restarts a clock."""
    if promise is None:
        return pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    return promise.ne_missing(promise.shift(1))


def _starts(metric: Metric, timeline: Timeline) -> pl.Series:
    starts = timeline.holds(metric.start)
    if metric.applies_to is not None:
        starts = starts & timeline.holds(metric.applies_to)
    if metric.repeat == "each":
        return starts
    frame = pl.DataFrame({"start": starts, "first": timeline.rows["first"]})
    count = pl.col("start").cum_sum()
    earlier = pl.when("first").then(count - pl.col("start")).forward_fill()
    return frame.select(pl.col("start") & (count - earlier == 1)).to_series()


def _stops(metric: Metric, timeline: Timeline) -> pl.Series:
    if metric.stop is None:
        return pl.repeat(False, timeline.rows.height, dtype=pl.Boolean, eager=True)
    return timeline.holds(metric.stop)


def _due_to_run(metric: Metric) -> pl.Expr:
    """Whether the clock is open by its own events and not suspended by a solve: it runs unless the ticket is gone."""
    opened = pl.when("start").then(True).when(pl.col("stop") | pl.col("first")).then(False).forward_fill()
    wakes = pl.col("reopens") if metric.on_reopen != "ignore" else pl.lit(False)
    sleeps = _suspends(metric)
    awake = pl.when(pl.col("first") & sleeps).then(False).when(pl.col("start") | wakes).then(True)
    return opened & awake.when(sleeps).then(False).when("first").then(True).forward_fill()


def _suspends(metric: Metric) -> pl.Expr:
    return pl.col("solves") if metric.on_solved != "ignore" else pl.lit(False)


def _before(column: str) -> pl.Expr:
    """The flag before each event, in its ticket."""
    return pl.col(column).shift(1, fill_value=False) & ~pl.col("first")


def _fresh(metric: Metric) -> pl.Expr:
    """Whether each event starts the clock anew: a start while it is open is ignored, the oldest counts."""
    was_open = _before("due_to_run")
    ends_here = was_open & (pl.col("stop") | _suspends(metric))
    return pl.col("start") & (~was_open | ends_here)


def _opens(metric: Metric) -> pl.Expr:
    """Whether a new cycle begins at each event.

    A start on a ticket that is gone, or that was created solved, takes effect at the first event after which the
    clock runs.
    """
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    last_fresh = pl.when("fresh").then(at).forward_fill()
    last_run = pl.when("running").then(at).forward_fill().shift(1).fill_null(-1)
    opens = last_fresh > last_run
    if metric.on_reopen == "restart":
        opens = opens | (pl.col("reopens") & ~pl.col("before"))
    return ((opens | (pl.col("before") & pl.col("renews"))) & pl.col("running")).fill_null(False)


def _frame(metric: Metric, marks: pl.DataFrame, height: int) -> pl.DataFrame:
    """One row per cycle; see `Cycles`."""
    is_end = pl.col("before") & (~pl.col("running") | pl.col("opens"))
    marks = marks.with_row_index("at").with_columns(
        ended=pl.when(is_end).then("at").forward_fill(),
        last_at=pl.when("last").then("at").backward_fill(),
        # The next ticket's first event matters to every metric: the ticket's last event is the one before it.
        last_row=pl.when("last").then(pl.col("row").shift(-1, fill_value=height) - 1).backward_fill(),
    )
    frame = marks.filter("opens").select("ticket_row", "last_at", "last_row", "number", start="at", start_row="row")
    is_followed = (pl.col("ticket_row") == pl.col("ticket_row").shift(-1)).fill_null(False)
    frame = frame.with_columns(is_followed=is_followed, first=pl.col("ticket_row") != pl.col("ticket_row").shift(1))
    frame = frame.with_columns(final=pl.when("is_followed").then(pl.col("start").shift(-1)).otherwise("last_at"))
    frame = frame.with_columns(marks.select("running", "ended")[frame["final"]])
    frame = frame.with_columns(goes_on=pl.col("running") & ~pl.col("is_followed"))
    frame = frame.with_columns(end=pl.when("goes_on").then("last_at").otherwise("ended"))
    ends = marks.select("row", cause=_cause(metric))[frame["end"]]
    number_of_first = pl.when(pl.col("first").fill_null(True)).then("number").forward_fill()
    return frame.with_columns(ends).select(
        "ticket_row",
        (pl.col("number") - number_of_first + 1).cast(pl.UInt32).alias("cycle"),
        "start",
        "end",
        "start_row",
        pl.when("goes_on").then("last_row").otherwise("row").alias("end_row"),
        pl.when("goes_on").then(pl.lit("running", CAUSE)).otherwise("cause").alias("cause"),
    )


def _cause(metric: Metric) -> pl.Expr:
    """Why a clock ends at each event, were it to end there: its own stop comes first, then a solve, then a removal."""
    by_solve = pl.lit(SOLVE_CAUSE[metric.on_solved], CAUSE)
    cause = pl.when("stop").then(pl.lit("stopped", CAUSE)).when(_suspends(metric)).then(by_solve)
    return cause.when("gone").then(pl.lit("removed", CAUSE)).otherwise(pl.lit("level_changed", CAUSE)).alias("cause")
