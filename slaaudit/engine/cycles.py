"""Metrics → cycles: which events start and stop each clock, and what state it is in after every event.

A clock is open from a start to a stop of its own. A solve suspends it and a reopening may bring it back, which is
told by the last of both since the start; being deleted, merged or spam suspends it for as long as that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from slaaudit.engine.columns import after, before, constant, flagged, flags, is_first_of_run
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
    """The cycles of one metric, on the events at which its clocks may change: few, so that the passes are short.

    `rows`: the numbers of those events in the timeline. `frame`: one row per cycle, by start: `ticket_row`, `cycle`
    (from 1), `start` and `end` (positions in `rows` of the event that started it, and of the one that ended it, or of
    the ticket's last), `start_row` and `end_row` (the same as rows of the timeline; while running, the ticket's last),
    `cause`. Of each event in `rows`: `running`, whether the clock runs after it; `opens`, whether a cycle starts there;
    `last`, whether nothing more happens to the clock on its ticket. `from_firsts`: there is one cycle per ticket, from
    its first event on.
    """

    rows: pl.Series
    frame: pl.DataFrame
    running: pl.Series
    opens: pl.Series
    last: pl.Series
    timeline: Timeline
    from_firsts: bool

    @cached_property
    def number(self) -> pl.Series:
        """The cycle (row of `frame`) to which each event belongs; before its ticket's first, that of another or 0."""
        has_one = self.frame.height == self.timeline.tickets.height and (self.frame["cycle"] == 1).all()
        if has_one:  # every ticket, so that its number is the ticket's
            return self.timeline.rows["ticket_row"][self.rows]
        so_far = self.opens.cast(pl.UInt32).cum_sum()
        return (so_far - 1).set(so_far == 0, 0)


def cycles_of(metric: Metric, timeline: Timeline, watched: Sequence[pl.Series], promise: pl.Series | None) -> Cycles:
    """The cycles of a metric.

    `watched` are flags of the timeline's events at whose changes the clock may be paused or judged otherwise. `promise`
    numbers what is promised after each event, if a new promise restarts the clock.
    """
    marks = _marks(metric, timeline, watched, promise)
    may_run, due_to_run = _due_to_run(marks)
    first, running = marks["first"], due_to_run & ~marks["gone"]
    was_running, was_due = before(running) & ~first, before(due_to_run) & ~first
    marks = marks.hstack([running.alias("running"), was_running.alias("before")])
    marks = marks.hstack([_opens(metric, marks, was_due).alias("opens")])
    # a clock that is closed and was not running takes no part in anything until it is started anew
    marks = flagged(marks, may_run | was_running)
    row, running, opens, last = (marks[name] for name in ("row", "running", "opens", "last"))
    from_firsts = row.filter(opens).equals(timeline.first_rows)
    frame = _frame(metric, marks, timeline, from_firsts=from_firsts)
    return Cycles(row, frame, running, opens, last, timeline, from_firsts)


def _marks(metric: Metric, timeline: Timeline, watched: Sequence[pl.Series], promise: pl.Series | None) -> pl.DataFrame:
    """One row per event that can change the clock or what is promised, and per first event of a ticket.

    `row`, its number in the timeline, `first` and `last` (of its ticket's rows here), `gone`, and what it does to the
    clock: `start`, `stop`, `renews`, `sleeps` (it is suspended by a solve), `wakes` (a reopening ends that).
    """
    rows, never = timeline.rows, flags(False, timeline.rows.height)
    does = {
        "start": _starts(metric, timeline),
        "stop": never if metric.stop is None else timeline.holds(metric.stop),
        "renews": never if promise is None else is_first_of_run(promise),
        "sleeps": never if metric.on_solved == "ignore" else rows["solves"],
        "wakes": never if metric.on_reopen == "ignore" else rows["reopens"],
    }
    matters = rows["first"]
    for flag in does.values():
        matters = matters | flag
    for flag in (rows["gone"], *watched):
        matters = matters | is_first_of_run(flag)
    told = {"first": rows["first"], "gone": rows["gone"], **does}
    marks = {name: flag.filter(matters) for name, flag in told.items()}
    return pl.DataFrame(marks | {"row": timeline.history.where(matters), "last": after(marks["first"], True)})


def _starts(metric: Metric, timeline: Timeline) -> pl.Series:
    starts = timeline.holds(metric.start)
    if metric.applies_to is not None:
        starts = starts & timeline.holds(metric.applies_to)
    if metric.repeat == "each" or not (starts & ~timeline.rows["first"]).any():
        return starts
    is_earliest = is_first_of_run(timeline.rows["ticket_row"].filter(starts))
    return flags(False, starts.len()).scatter(timeline.history.where(starts).filter(is_earliest), True)


def _held(told: pl.Series, is_told: pl.Series) -> pl.Series:
    """A flag after each event, as of the last event that told it (`is_told`); what it was before that is not used."""
    if (told | ~is_told).all():
        return flags(True, told.len())
    if is_told.all():
        return told
    return told.set(~is_told, None).forward_fill().fill_null(False)


def _due_to_run(marks: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Whether the clock may run after each event without being started anew, and whether it does unless it is gone.

    The latter: it is open by its own events, and not suspended by a solve.
    """
    first, start, stop, sleeps, wakes = (marks[name] for name in ("first", "start", "stop", "sleeps", "wakes"))
    unsolved = ~(first & sleeps)
    if not wakes.any():  # nothing but a start ends what a solve did
        due_to_run = _held(start & unsolved, first | start | stop | sleeps)
        return due_to_run, due_to_run
    is_open = _held(start, first | start | stop)
    # a clock that is closed need not be told: what opens it wakes it as well
    awake = _held((start | wakes | ~sleeps) & unsolved, first | start | stop | sleeps | wakes)
    return is_open, is_open & awake


def _opens(metric: Metric, marks: pl.DataFrame, was_due: pl.Series) -> pl.Series:
    """Whether a new cycle begins at each event.

    A start while the clock is open is ignored, the oldest counts. A start on a ticket that is gone, or that was created
    solved, takes effect at the first event after which the clock runs.
    """
    running, was_running = marks["running"], marks["before"]
    fresh = marks["start"] & (~was_due | marks["stop"] | marks["sleeps"])
    if (fresh & ~running).any():  # told by the last of both: a fresh start, or the clock having run before the event
        fresh = _held(fresh, fresh | before(running))
    if metric.on_reopen == "restart":
        fresh = fresh | (marks["wakes"] & ~was_running)
    return (fresh | (was_running & marks["renews"])) & running


def _frame(metric: Metric, marks: pl.DataFrame, timeline: Timeline, *, from_firsts: bool) -> pl.DataFrame:
    """One row per cycle; see `Cycles`. Each has one start, and one event after which it ran for the last time."""
    lives = flagged(marks.with_row_index("at"), marks["running"] | marks["before"])
    opens, final = lives["opens"], _runs_last(lives)
    start, start_row = lives["at"].filter(opens), lives["row"].filter(opens)
    goes_on, tickets = lives["last"].filter(final), timeline.rows["ticket_row"]
    ticket_row = timeline.ticket_end()["ticket_row"] if from_firsts else tickets[start_row]
    end = lives["at"].filter(final) + (~goes_on).cast(pl.UInt32)
    number = pl.int_range(end.len(), dtype=pl.UInt32, eager=True)
    last_row = timeline.last_rows[ticket_row.filter(goes_on)]
    return pl.DataFrame(
        {
            "ticket_row": ticket_row,
            "cycle": constant(1, end.len(), pl.UInt32) if from_firsts else _numbered(ticket_row),
            "start": start,
            "end": end,
            "start_row": start_row,
            "end_row": marks["row"][end].scatter(number.filter(goes_on), last_row),
            "cause": _causes(metric, lives, final).set(goes_on, "running"),
        }
    )


def _runs_last(lives: pl.DataFrame) -> pl.Series:
    """Whether each event is the last after which its cycle runs. `lives`: those before or after which a clock runs.

    After one at which a clock stopped comes one at which it resumes, or a cycle of this or the next ticket opens.
    """
    running, opens = lives["running"], lives["opens"]
    is_over = (~running & after(opens, True)) | (lives["before"] & opens)
    return running & (lives["last"] | after(is_over))


def _numbered(ticket_row: pl.Series) -> pl.Series:
    """The number of each cycle among those of its ticket, from 1."""
    is_first = is_first_of_run(ticket_row)
    if is_first.all():
        return constant(1, ticket_row.len(), pl.UInt32)
    at = pl.int_range(ticket_row.len(), dtype=pl.UInt32, eager=True)
    return at - at.set(~is_first, None).forward_fill() + 1


def _causes(metric: Metric, lives: pl.DataFrame, final: pl.Series) -> pl.Series:
    """Why each cycle ended at the event after its `final` one.

    Its own stop comes first, then a solve, then a removal.
    """
    cause = constant("level_changed", int(final.sum()), CAUSE)
    by_solve = SOLVE_CAUSE[metric.on_solved]
    for flag, word in (("gone", "removed"), ("sleeps", by_solve), ("stop", "stopped")):
        is_it = after(lives[flag]).filter(final)
        cause = cause.set(is_it, word) if is_it.any() else cause
    return cause
