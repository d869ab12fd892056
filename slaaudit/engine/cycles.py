"""Metrics → cycles: which events start and stop each clock, and what state it is in after every event.

A clock is open from a start to a stop of its own. A solve suspends it and a reopening may bring it back, which is
told by the last of both since the start; being deleted, merged or spam suspends it for as long as that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from slaaudit.engine.history import is_first_of_run
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
    `cause`. Of each event in `rows`: `running`, whether the clock runs after it; `opens`, whether a cycle starts there;
    `last`, whether it is its ticket's last in `rows`.
    """

    rows: pl.Series
    frame: pl.DataFrame
    running: pl.Series
    opens: pl.Series
    last: pl.Series

    @cached_property
    def number(self) -> pl.Series:
        """The cycle (row of `frame`) to which each event belongs; 0 before the first of all."""
        return self.opens.cast(pl.UInt32).cum_sum().clip(lower_bound=1) - 1


def cycles_of(metric: Metric, timeline: Timeline, watched: Sequence[pl.Series], promise: pl.Series | None) -> Cycles:
    """The cycles of a metric.

    `watched` are flags of the timeline's events at whose changes the clock may be paused or judged otherwise. `promise`
    numbers what is promised after each event, if a new promise restarts the clock.
    """
    rows = timeline.rows.select("ticket_row", "first", "solves", "reopens", "gone").with_columns(
        start=_starts(metric, timeline), stop=_stops(metric, timeline)
    )
    rows = rows.with_columns(renews=_renews(promise, rows.height))
    marks = rows.with_row_index("row").filter(_matters(metric, rows, watched, timeline.tickets.height))
    marks = marks.with_columns(last=pl.col("first").shift(-1, fill_value=True))
    marks = marks.with_columns(due_to_run=_due_to_run(metric))
    marks = marks.with_columns(running=pl.col("due_to_run") & ~pl.col("gone"))
    marks = marks.with_columns(before=_before("running"), fresh=_fresh(metric))
    marks = marks.with_columns(opens=_opens(metric)).rechunk()  # shifts leave pieces, which are slow to gather from
    return Cycles(marks["row"], _frame(metric, marks, timeline), marks["running"], marks["opens"], marks["last"])


def _matters(metric: Metric, rows: pl.DataFrame, watched: Sequence[pl.Series], tickets: int) -> pl.Series:
    """Whether an event can change the clock or what is promised, on a ticket that can have the clock at all."""
    matters = rows["first"] | rows["start"] | rows["stop"] | rows["renews"]
    matters = matters | rows["solves"] if metric.on_solved != "ignore" else matters
    matters = matters | rows["reopens"] if metric.on_reopen != "ignore" else matters
    for flag in (rows["gone"], *watched):
        matters = matters | (flag != flag.shift(1, fill_value=False))
    started = rows["ticket_row"].filter(rows["start"])
    has_clock = pl.repeat(False, tickets, dtype=pl.Boolean, eager=True).scatter(started, True)
    if 2 * int(has_clock.sum()) > tickets:  # leaving out the others would cost more than it saves
        return matters
    return matters & has_clock.gather(rows["ticket_row"])


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
    rows = starts.arg_true()
    is_earliest = is_first_of_run(timeline.rows["ticket_row"].gather(rows))
    if is_earliest.all():
        return starts
    return pl.repeat(False, starts.len(), dtype=pl.Boolean, eager=True).scatter(rows.filter(is_earliest), True)


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
    # told by the last of both: a fresh start, or the clock having run before the event
    opens = pl.when("fresh").then(True).when(pl.col("running").shift(1)).then(False).forward_fill()
    if metric.on_reopen == "restart":
        opens = opens | (pl.col("reopens") & ~pl.col("before"))
    return ((opens | (pl.col("before") & pl.col("renews"))) & pl.col("running")).fill_null(False)


def _frame(metric: Metric, marks: pl.DataFrame, timeline: Timeline) -> pl.DataFrame:
    """One row per cycle; see `Cycles`."""
    start = marks["opens"].arg_true()
    ticket_row = marks["ticket_row"].gather(start)
    is_followed = (ticket_row == ticket_row.shift(-1)).fill_null(False)
    last_at = pl.repeat(0, timeline.tickets.height, dtype=pl.UInt32, eager=True)
    last_at = last_at.scatter(marks["ticket_row"].filter(marks["last"]), marks["last"].arg_true()).gather(ticket_row)
    final = start.shift(-1).zip_with(is_followed, last_at)
    goes_on = marks["running"].gather(final) & ~is_followed
    end = _ended(marks, final, goes_on)
    cause = marks.select("stop", "gone", "solves")[end].select(_cause(metric)).to_series()
    return pl.DataFrame(
        {
            "ticket_row": ticket_row,
            "cycle": _numbered(ticket_row),
            "start": start,
            "end": last_at.zip_with(goes_on, end),
            "start_row": marks["row"].gather(start),
            "end_row": timeline.last_rows.gather(ticket_row).zip_with(goes_on, marks["row"].gather(end)),
            "cause": cause.set(goes_on, "running"),
        }
    ).rechunk()


def _ended(marks: pl.DataFrame, final: pl.Series, goes_on: pl.Series) -> pl.Series:
    """The position of the last end of each cycle at or before its `final` one; its `final` one if it goes on."""
    is_end = marks["before"] & (~marks["running"] | marks["opens"])
    ends, over = is_end.arg_true(), (~goes_on).arg_true()
    if len(ends) == len(over):  # as each cycle that is over has an end, it has no other
        return final.clone().scatter(over, ends)
    last_end = marks.with_row_index("at").select(pl.when(is_end).then("at").forward_fill()).to_series()
    return last_end.gather(final).zip_with(~goes_on, final)


def _numbered(ticket_row: pl.Series) -> pl.Series:
    """The number of each cycle among those of its ticket, from 1."""
    is_first = is_first_of_run(ticket_row)
    if is_first.all():
        return pl.repeat(1, ticket_row.len(), dtype=pl.UInt32, eager=True)
    frame = pl.DataFrame({"first": is_first}).with_row_index("at")
    first_at = pl.when("first").then("at").forward_fill()
    return frame.select(cycle=pl.col("at") - first_at + 1).to_series()


def _cause(metric: Metric) -> pl.Expr:
    """Why a clock ends at each event, were it to end there: its own stop comes first, then a solve, then a removal."""
    by_solve = pl.lit(SOLVE_CAUSE[metric.on_solved], CAUSE)
    cause = pl.when("stop").then(pl.lit("stopped", CAUSE)).when(_suspends(metric)).then(by_solve)
    return cause.when("gone").then(pl.lit("removed", CAUSE)).otherwise(pl.lit("level_changed", CAUSE)).alias("cause")
