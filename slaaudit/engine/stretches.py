"""The stretches of cycles: from each event that matters to a clock to the next, and whether that time counted.

What `measure` adds up, told one by one: the open time of the counted stretches of a cycle is its `elapsed`, that of the
others its `paused`.
"""

from __future__ import annotations

import polars as pl

from slaaudit.engine.clocks import JudgedCycles
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
    at = timeline.rows["at"].gather(cycles.rows)
    of_event = pl.DataFrame(
        {
            "row": cycles.rows,
            "starts": at,
            "ends": at.shift(-1),
            "counted": counted,
            "running": cycles.running,
            "counts": timeline.holds(metric.counts_in).gather(cycles.rows),
        }
    )
    last = pl.col("end") + pl.col("is_over").not_().cast(pl.UInt32)
    spans = frame.with_row_index("cycle_row").select(
        "cycle_row", "calendar", "is_over", end=pl.col("end"), position=pl.int_ranges("start", last, dtype=pl.UInt32)
    )
    spans = spans.explode("position", empty_as_null=False)
    stretches = spans.hstack(of_event[spans["position"]]).with_columns(_open(spans, judged, opening))
    goes_on = ~pl.col("is_over") & (pl.col("position") == pl.col("end"))
    ends = pl.when(goes_on).then(timeline.as_of).otherwise("ends")
    return stretches.with_columns(ends=ends).select(pl.col(name).cast(dtype) for name, dtype in STRETCHES.items())


def _open(spans: pl.DataFrame, judged: JudgedCycles, opening: OpenTime) -> pl.Series:
    """The open time of each stretch in the calendar of its cycle."""
    found = pl.repeat(None, spans.height, dtype=pl.Int64, eager=True)
    for number in spans["calendar"].drop_nulls().unique().sort():
        in_calendar = opening.stretches(judged.terms.calendars[number], judged.cycles.rows, judged.cycles.last)
        is_own = (spans["calendar"] == number).fill_null(False)
        found = in_calendar.gather(spans["position"]).zip_with(is_own, found)
    return found.alias("open")
