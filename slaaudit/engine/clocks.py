"""Cycles + terms → clocks: what each cycle was promised, how much of its time counted, and when it was due."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slaaudit.engine.assign import Levels
from slaaudit.engine.columns import conformed
from slaaudit.engine.cycles import CAUSE, Cycles, cycles_of
from slaaudit.engine.measure import NO_TIMES, measured_cycles
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.sums import summed
from slaaudit.engine.terms import Terms, terms_of, with_exported_due
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric, Policy

# One row per cycle. Instants and durations are Int64 microseconds here; rows number the timeline's events.
CLOCKS: dict[str, pl.DataType] = {
    "ticket_row": pl.UInt32(),
    "cycle": pl.UInt32(),  # from 1; null for a clock that could not be measured
    "start_row": pl.UInt32(),
    "spent_row": pl.UInt32(),  # an event not after the one in whose stretch the target ran out, if it did
    "last_row": pl.UInt32(),  # the last event before the clock ended, or of the ticket while it runs
    "cause": CAUSE,
    "level": pl.Int32(),
    "rule": pl.Int32(),
    "calendar": pl.Int32(),
    "started": pl.Int64(),
    "ended": pl.Int64(),  # null while running
    "target": pl.Int64(),  # null: nothing is promised
    "elapsed": pl.Int64(),
    "paused": pl.Int64(),
    "due": pl.Int64(),
    "breached": pl.Boolean(),
    "halted": pl.Boolean(),  # running, but not counting at the as-of instant
    "warned": pl.Boolean(),
    "pause": pl.Int32(),  # number of the target's pause condition; null = none
    "promised": pl.Boolean(),  # the level has a target for it
}


@dataclass(frozen=True)
class JudgedCycles:
    """The cycles of a metric, the terms of its promises, and `frame`: each cycle with the promise it is judged by."""

    cycles: Cycles
    terms: Terms
    frame: pl.DataFrame


def clocks_of(metric: Metric, timeline: Timeline, levels: Levels, policy: Policy, opening: OpenTime) -> pl.DataFrame:
    """One row per cycle of the metric (`CLOCKS`), by ticket and cycle, judged by the level that the policy picks."""
    judged = judged_cycles(metric, timeline, levels, policy)
    cycles, terms, frame = judged.cycles, judged.terms, judged.frame
    if metric.kind == "sum":
        measured = summed(metric, frame, timeline, terms)
    else:
        measured = measured_cycles(metric, frame, cycles, timeline=timeline, terms=terms, opening=opening)
        measured = measured.hstack([measured["start_row"].alias("spent_row")])
    measured = measured.hstack([measured["target"].is_not_null().alias("promised")])
    return conformed(measured, CLOCKS)


def judged_cycles(metric: Metric, timeline: Timeline, levels: Levels, policy: Policy) -> JudgedCycles:
    """The cycles of the metric, each with the promise by which it is judged; see `JudgedCycles`."""
    terms = terms_of(metric.name, timeline, levels, policy)
    restarts = policy.on_level_change == "restart"
    watched = [levels.lost, *(timeline.holds(each) for each in (metric.counts_in, *terms.pauses))]
    cycles = cycles_of(metric, timeline, watched, terms.kind_of_row() if restarts else None)
    frame = _judged(cycles, timeline, levels, terms, keep=policy.on_level_change == "keep")
    return JudgedCycles(cycles, terms, frame)


def _judged(cycles: Cycles, timeline: Timeline, levels: Levels, terms: Terms, *, keep: bool) -> pl.DataFrame:
    """The cycles with the promise each is judged by: the one in force when it ended (or, `keep`, when it started)."""
    frame = cycles.frame.hstack([(cycles.frame["cause"] != "running").alias("is_over")])
    if not keep:
        frame = _with_level_taken(frame, cycles, timeline, levels)
    is_running = ~frame["is_over"]
    last_row = frame["end_row"].zip_with(is_running, frame["end_row"] - 1)
    row = frame["start_row"] if keep else last_row
    level = levels.level[row]
    promise = terms.at_rows(row, level)
    at = timeline.rows["at"]
    told = {
        "last_row": last_row,
        "promise": promise,
        "level": level,
        "rule": levels.rule[row],
        "started": timeline.first_at if cycles.from_firsts else at[frame["start_row"]],
        "ended": at[frame["end_row"]].set(is_running, None),
    }
    frame = frame.hstack([values.alias(name) for name, values in told.items()]).hstack(terms.promised(promise))
    return with_exported_due(frame, terms, timeline.tickets)


def _with_level_taken(frame: pl.DataFrame, cycles: Cycles, timeline: Timeline, levels: Levels) -> pl.DataFrame:
    """A clock whose level was taken away while it ran, and not given back, ended there."""
    if not levels.lost.any():
        return frame
    lost = levels.lost[cycles.rows]
    marks = pl.DataFrame({"lost": lost, "first": timeline.rows["first"][cycles.rows]})
    is_loss = pl.col("lost") & (pl.col("first") | ~pl.col("lost").shift(1, fill_value=False))
    marks = marks.with_columns(loss=pl.when(is_loss).then(pl.int_range(pl.len(), dtype=pl.UInt32)).forward_fill())
    judged = marks.select("lost", "loss")[frame["end"] - frame["is_over"].cast(pl.UInt32)]
    is_taken = judged["lost"] & (judged["loss"] > frame["start"]).fill_null(False)
    if not is_taken.any():
        return frame
    return frame.with_columns(
        cause=pl.when(is_taken).then(pl.lit("level_taken", CAUSE)).otherwise("cause"),
        end=judged["loss"].zip_with(is_taken, frame["end"]),
        end_row=cycles.rows[judged["loss"]].zip_with(is_taken, frame["end_row"]),
        is_over=pl.col("is_over") | is_taken,
    )


def unmeasured_clocks(
    metric: Metric, timeline: Timeline, levels: Levels, policy: Policy, opening: OpenTime
) -> pl.DataFrame:
    """One row per ticket that could have the metric's clock (`CLOCKS`): the promise in force at the end, no times."""
    ends = timeline.ticket_end()
    if metric.applies_to is not None:
        ends = ends.filter(timeline.at_ticket_end(metric.applies_to))
    terms = terms_of(metric.name, timeline, levels, policy)
    row = ends["last_row"]
    frame = ends.select("ticket_row", start_row="first_row", last_row="last_row", spent_row="last_row").with_columns(
        *terms.promised(terms.at_rows(row)),
        level=levels.level[row],
        rule=levels.rule[row],
        started=timeline.rows["at"][ends["first_row"]],
        cause=pl.lit("running", CAUSE),
        halted=pl.lit(False),
    )
    frame = with_exported_due(frame, terms, timeline.tickets)
    frame = frame.with_columns(
        promised=pl.col("calendar").is_not_null(), **NO_TIMES, cycle=None, ended=None
    ).with_columns(target="amount")
    frame = frame if metric.kind == "clock" else frame.with_columns(calendar=pl.lit(None, pl.Int32))
    return conformed(frame, CLOCKS)
