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
    "spent_row": pl.lit(None, pl.UInt32),
}
_TOLD = tuple(NO_TIMES)
_NEEDED = (
    "ticket_row", "start", "start_row", "end_row", "is_over", "started", "calendar", "amount", "working_days",
    "warn_part", "warn_whole", "from_total", "elapsed",
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
    before = total.shift(1, fill_value=0)
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
    told = parts[0] if len(parts) == 1 else pl.concat(parts).sort("cycle_row")
    return frame.drop("elapsed").hstack(told.drop("cycle_row"))


def counted_after(metric: Metric, frame: pl.DataFrame, cycles: Cycles, timeline: Timeline, terms: Terms) -> pl.Series:
    """Whether the stretch after each event counts: the clock runs, in a state that counts, and no pause holds."""
    counted = cycles.running & timeline.holds(metric.counts_in).gather(cycles.rows)
    for number, pause in enumerate(terms.pauses):
        is_paused = (frame["pause"] == number).fill_null(False)
        if is_paused.any():
            counted = counted & ~(is_paused.gather(_cycle_of_row(cycles)) & timeline.holds(pause).gather(cycles.rows))
    return counted


def _cycle_of_row(cycles: Cycles) -> pl.Series:
    """The row of the cycles' frame to which each event belongs; 0 where it belongs to none (it does not run there)."""
    return cycles.number.clip(lower_bound=0)


def _total(counted: pl.Series, frame: pl.DataFrame, cycles: Cycles, terms: Terms, opening: OpenTime) -> pl.Series:
    """The running total of the counted open time, each event's stretch included, in its clock's calendar."""
    used = frame["calendar"].drop_nulls().unique().sort().to_list()
    if not used:
        return pl.repeat(0, counted.len(), dtype=pl.Int64, eager=True)
    stretches = [opening.stretches(terms.calendars[number], cycles.rows) for number in used]
    stretch = stretches[0]
    if len(used) > 1:
        calendar = frame["calendar"].gather(_cycle_of_row(cycles)).fill_null(used[0])
        for number, other in zip(used[1:], stretches[1:], strict=True):
            stretch = other.zip_with(calendar == number, stretch)
    return (stretch * counted.cast(pl.Int64)).cum_sum()


def _due(part: pl.DataFrame, before: pl.Series, cycles: Cycles, opening: OpenTime, calendar: str) -> pl.DataFrame:
    """Of cycles of one calendar: when they were due, and whether that was missed (`cycle_row` and `_TOLD`)."""
    clock, open_at = opening.clock(calendar), opening.at_rows(calendar)
    open_from, elapsed = open_at.gather(part["start_row"]), part["elapsed"]
    open_to = open_at.gather(part["end_row"]).set(~part["is_over"], opening.at_as_of(calendar))
    by_days = part["working_days"].is_not_null()
    nominal = _nominal(part, clock) if by_days.any() else part["started"]
    target = (
        (clock.open_time(nominal) - open_from).zip_with(by_days, part["amount"]) if by_days.any() else part["amount"]
    )
    budget = part["from_total"] + target
    # The last event before the total reaches the budget: the budget ran out in the stretch after it.
    at = (before.search_sorted(budget, side="left").cast(pl.Int64) - 1).clip(0).cast(pl.UInt32)
    at = at.zip_with(at > part["start"], part["start"])  # a target of nothing runs out at the start
    row = cycles.rows.gather(at)
    spent_at = open_at.gather(row) + budget - before.gather(at)
    due = clock.instant(spent_at.zip_with(elapsed >= target, open_to + target - elapsed))
    due = part["started"].zip_with(target == 0, due)
    due = nominal.zip_with(by_days & (nominal > due), due)  # the clock time counts, even outside hours
    paused, breached = open_to - open_from - elapsed, elapsed > target
    warned = elapsed * part["warn_whole"] >= target * part["warn_part"]
    if by_days.any():
        row = _last_before(part["ticket_row"], due, opening.timeline).zip_with(by_days & (due > part["started"]), row)
    told = [part["cycle_row"], elapsed, target, paused, due, breached, warned, row]
    return pl.DataFrame([values.alias(name) for name, values in zip(("cycle_row", *_TOLD), told, strict=True)])


def _nominal(part: pl.DataFrame, clock: BusinessClock) -> pl.Series:
    """When targets of working days are due if nothing pauses them; the start for the other targets."""
    by_days = part["working_days"].is_not_null()
    days = part.filter(by_days)
    return part["started"].scatter(by_days.arg_true(), clock.working_days_due(days["started"], days["working_days"]))


def _last_before(ticket_row: pl.Series, instants: pl.Series, timeline: Timeline) -> pl.Series:
    """The last event of each ticket before an instant, as a row of the timeline."""
    wanted = pl.DataFrame({"ticket_row": ticket_row, "at": instants}).with_row_index("wanted").sort("at")
    events = timeline.rows.select("ticket_row", "at").with_row_index("row").sort("at", "row")
    # Both are sorted by instant; polars cannot check that within the groups of `by`.
    found = wanted.join_asof(
        events, on="at", by="ticket_row", strategy="backward", allow_exact_matches=False, check_sortedness=False
    )
    return found.sort("wanted")["row"]
