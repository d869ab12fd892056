"""The stretches of cycles: from each event that matters to a clock to the next, and whether that time counted.

What `measure` adds up, told one by one: the open time of the counted stretches of a cycle is its `elapsed`, that of the
others its `paused`.
"""

from __future__ import annotations

import polars as pl

from slaaudit.engine.clocks import JudgedCycles
from slaaudit.engine.columns import conformed
from slaaudit.engine.cycles import Cycles
from slaaudit.engine.measure import counted_after
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric

STRETCHES: dict[str, pl.DataType] = {
    "cycle_row": pl.UInt32(),  # row of the cycle in the judged frame
    "row": pl.UInt32(),  # the event of the timeline with which the stretch begins
    "starts": pl.Int64(),  # microseconds since 1970
    "ends": pl.Int64(),  # the next event that matters, the end of the cycle, or the as-of instant
    "open": pl.Int64(),  # open time of the cycle's calendar in it, microseconds; null where nothing is promised
    "counted": pl.Boolean(),
    "running": pl.Boolean(),  # false: suspended, as the ticket is solved or gone
    "counts": pl.Boolean(),  # the metric counts in this state
}


def stretches_of(metric: Metric, judged: JudgedCycles, timeline: Timeline, opening: OpenTime) -> pl.DataFrame:
    """One row per stretch of each cycle (`STRETCHES`), by cycle and instant. For clocks, not for sums."""
    cycles, frame = judged.cycles, judged.frame
    counted = counted_after(metric, frame, cycles, timeline, judged.terms)
    at = timeline.rows["at"][cycles.rows]
    of_event = pl.DataFrame(
        {
            "row": cycles.rows,
            "starts": at,
            "ends": at.shift(-1),
            "counted": counted,
            "running": cycles.running,
            "counts": timeline.holds(metric.counts_in)[cycles.rows],
        }
    )
    last = pl.col("end") + pl.col("is_over").not_().cast(pl.UInt32)
    spans = frame.with_row_index("cycle_row").select(
        "cycle_row", "calendar", "is_over", end=pl.col("end"), position=pl.int_ranges("start", last, dtype=pl.UInt32)
    )
    spans = spans.explode("position", empty_as_null=False)
    goes_on = ~spans["is_over"] & (spans["position"] == spans["end"])
    open_time = _open(spans, goes_on, cycles, opening)
    stretches = spans.hstack(of_event[spans["position"]]).hstack([open_time.alias("open")])
    ends = pl.when(goes_on).then(timeline.as_of).otherwise("ends")
    return conformed(stretches.with_columns(ends=ends), STRETCHES)


def _open(spans: pl.DataFrame, goes_on: pl.Series, cycles: Cycles, opening: OpenTime) -> pl.Series:
    """The open time of each stretch in the calendar of its cycle."""
    own, position = opening.of_clocks(spans["calendar"]), spans["position"]
    following = cycles.rows.shift(-1, fill_value=0)[position].set(goes_on, opening.as_of_row)
    return own.up_to(following) - own.up_to(cycles.rows[position])
