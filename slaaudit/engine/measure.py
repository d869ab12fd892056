"""How much time of a cycle counted, and when its budget ran out.

A running total of the counted open time over all events, in order, gives the elapsed time of every clock by one
subtraction, and the instant at which its budget ran out by one search in that total, which never falls.
"""

from __future__ import annotations

import polars as pl

from slaaudit.calendars import BusinessClock
from slaaudit.engine.cycles import Cycles
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.terms import Terms
from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Metric

NO_TIMES = {
    "elapsed": pl.lit(None, pl.Int64),
    "target": pl.lit(None, pl.Int64),
    "paused": pl.lit(None, pl.Int64),
    "due": pl.lit(None, pl.Int64),
    "breached": pl.lit(False),
    "warned": pl.lit(False),
}
_TOLD = tuple(NO_TIMES)
_NEEDED = (
    "start", "start_row", "end_row", "is_over", "started", "ended", "calendar", "amount", "working_days",
    "exported_due", "warn_part", "warn_whole", "from_total", "elapsed",
)  # fmt: skip


def measured_cycles(
    metric: Metric,
    frame: pl.DataFrame,
    cycles: Cycles,
    *,
    timeline: Timeline,
    terms: Terms,
    opening: OpenTime,
) -> pl.DataFrame:
    """The judged cycles with target, elapsed, paused, due, …; null where nothing is promised. Microseconds."""
    if frame.is_empty():
        return frame.with_columns(**NO_TIMES, halted=pl.lit(False))
    counted = counted_after(metric, frame, cycles, timeline, terms)
    total = _total(counted, frame, cycles, terms, opening)
    before = total.shift(1, fill_value=0).rechunk()  # gathered from and searched, which pieces make slow
    from_total, end, is_running = before.gather(frame["start"]), frame["end"], ~frame["is_over"]
    frame = frame.with_columns(
        from_total=from_total,
        elapsed=total.gather(end).zip_with(is_running, before.gather(end)) - from_total,
        halted=is_running & ~counted.gather(end),
    )
    return _with_due(frame, before, cycles, opening, terms.calendars)


def _with_due(
    frame: pl.DataFrame, before: pl.Series, cycles: Cycles, opening: OpenTime, calendars: tuple[str, ...]
) -> pl.DataFrame:
    """The cycles with what `_due` tells of them, calendar by calendar; no times where nothing is promised."""
    needed = frame.select(_NEEDED).with_row_index("cycle_row")
    used = needed["calendar"].unique().sort().to_list()
    parts = []
    for number in used:
        part = needed if len(used) == 1 else needed.filter(pl.col("calendar").eq_missing(number))
        if number is None:
            parts.append(part.select("cycle_row", **NO_TIMES))
        else:
            parts.append(_due(part, before, cycles, opening, calendars[number]))
    told = parts[0] if len(parts) == 1 else _in_order(pl.concat(parts, rechunk=True))
    return frame.drop("elapsed").hstack(told.drop("cycle_row"))


def _in_order(told: pl.DataFrame) -> pl.DataFrame:
    """The rows by `cycle_row`, which numbers them all from 0: by place, much faster than a sort."""
    places = pl.int_range(told.height, dtype=pl.UInt32, eager=True)
    return told[places.clone().scatter(told["cycle_row"], places)]


def counted_after(metric: Metric, frame: pl.DataFrame, cycles: Cycles, timeline: Timeline, terms: Terms) -> pl.Series:
    """Whether the stretch after each event counts: the clock runs, in a state that counts, and no pause holds."""
    counted = cycles.running & timeline.holds(metric.counts_in).gather(cycles.rows)
    for number, pause in enumerate(terms.pauses):
        is_paused = (frame["pause"] == number).fill_null(False)
        if is_paused.any():
            counted = counted & ~(is_paused.gather(cycles.number) & timeline.holds(pause).gather(cycles.rows))
    return counted


def _total(counted: pl.Series, frame: pl.DataFrame, cycles: Cycles, terms: Terms, opening: OpenTime) -> pl.Series:
    """The running total of the counted open time, each event's stretch included, in its clock's calendar."""
    used = frame["calendar"].drop_nulls().unique().sort().to_list()
    if not used:
        return pl.repeat(0, counted.len(), dtype=pl.Int64, eager=True)
    stretches = [opening.stretches(terms.calendars[number], cycles.rows, cycles.last) for number in used]
    stretch = stretches[0]
    if len(used) > 1:
        calendar = frame["calendar"].gather(cycles.number).fill_null(used[0])
        for number, other in zip(used[1:], stretches[1:], strict=True):
            stretch = other.zip_with(calendar == number, stretch)
    return (stretch * counted.cast(pl.Int64)).cum_sum()


def _due(part: pl.DataFrame, before: pl.Series, cycles: Cycles, opening: OpenTime, calendar: str) -> pl.DataFrame:
    """Of cycles of one calendar: when they were due, and whether that was missed (`cycle_row` and `_TOLD`)."""
    clock, open_at = opening.clock(calendar), opening.at_rows(calendar)
    open_from, elapsed = open_at.gather(part["start_row"]), part["elapsed"]
    open_to = open_at.gather(part["end_row"]).set(~part["is_over"], opening.at_as_of(calendar))
    nominal = _nominal(part, clock)
    target = _target(part, nominal, clock, open_from)
    is_used_up = elapsed >= target
    spent = part.select("start", "from_total").filter(is_used_up)
    spent_at = _spent_at(spent, target.filter(is_used_up), before, cycles, open_at)
    due = clock.instant((open_to + target - elapsed).scatter(is_used_up.arg_true(), spent_at))
    due = part["started"].zip_with(target == 0, due)
    paused, breached = open_to - open_from - elapsed, elapsed > target
    if nominal is not None:
        due = _dated(part, nominal, due)
        breached = breached | _passed_its_date(part, nominal, due, is_used_up, opening.timeline.as_of)
    warned = elapsed * part["warn_whole"] >= target * part["warn_part"]
    told = [part["cycle_row"], elapsed, target, paused, due, breached, warned]
    return pl.DataFrame([values.alias(name) for name, values in zip(("cycle_row", *_TOLD), told, strict=True)])


def _spent_at(
    part: pl.DataFrame, target: pl.Series, before: pl.Series, cycles: Cycles, open_at: pl.Series
) -> pl.Series:
    """The open time at which cycles had used up their targets: told by the running total."""
    budget = part["from_total"] + target
    # The last event before the total reaches the budget: the budget ran out in the stretch after it.
    at = (before.search_sorted(budget, side="left").cast(pl.Int64) - 1).clip(0).cast(pl.UInt32)
    at = at.zip_with(at > part["start"], part["start"])  # a target of nothing runs out at the start
    return open_at.gather(cycles.rows.gather(at)) + budget - before.gather(at)


def _nominal(part: pl.DataFrame, clock: BusinessClock) -> pl.Series | None:
    """When targets that end at an instant are due if nothing pauses them; null for amounts, None if all are amounts."""
    by_days = part["working_days"].is_not_null()
    if not by_days.any():
        return part["exported_due"] if part["exported_due"].is_not_null().any() else None
    days = part.filter(by_days)
    return part["exported_due"].scatter(
        by_days.arg_true(), clock.working_days_due(days["started"], days["working_days"])
    )


def _target(part: pl.DataFrame, nominal: pl.Series | None, clock: BusinessClock, open_from: pl.Series) -> pl.Series:
    """The open time that each target stands for; none, if a due date of the export lies before the start."""
    if nominal is None:
        return part["amount"]
    return (clock.open_time(nominal) - open_from).clip(0).zip_with(nominal.is_not_null(), part["amount"])


def _dated(part: pl.DataFrame, nominal: pl.Series, due: pl.Series) -> pl.Series:
    """When each target is due: the instant that it names counts, even outside hours or before the start."""
    is_named = (nominal > due) | (nominal < part["started"])
    return nominal.zip_with(is_named.fill_null(False), due)


def _passed_its_date(
    part: pl.DataFrame, nominal: pl.Series, due: pl.Series, is_used_up: pl.Series, as_of: int
) -> pl.Series:
    """Whether clocks went on after a due date of the export that no pause has moved, be it within hours or not."""
    is_unmoved = part["exported_due"].is_not_null() & (due == nominal) & is_used_up
    return (is_unmoved & (part["ended"].fill_null(as_of) > nominal)).fill_null(False)
