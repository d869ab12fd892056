"""How much time of a cycle counted, and when its budget ran out.

In most cycles all time counts: elapsed is what was open from the start to the end, and the budget runs out when as much
as the target has been open since the start. In the others a running total of the counted open time over their events
gives the elapsed time by one subtraction, and the instant at which the budget ran out by one search in that total,
which never falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slaaudit.durations import fit_together
from slaaudit.engine.columns import before, constant, flags, is_first_of_run, no_nulls, places
from slaaudit.engine.cycles import Cycles
from slaaudit.engine.opening import OpenTime, OwnTime
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
    own = opening.of_clocks(frame["calendar"])
    spans = _spans(frame, own, opening.as_of_row, from_firsts=cycles.from_firsts)
    dated = _dated(frame, spans["open_from"], opening)
    target = frame["amount"] if dated is None else frame["amount"].scatter(dated.rows, dated.target)
    counted = counted_after(metric, frame, cycles, timeline, terms)
    interrupted = _interrupted(counted, cycles)
    spent = _spent(spans.hstack([target.alias("target")]), interrupted, counted, cycles, own)
    due, breached = _due(frame, spent, dated, own, timeline.as_of)
    told = {name: spent[name] for name in ("elapsed", "target", "paused")} | {
        "due": due,
        "breached": breached,
        "warned": _warned(frame, spent, terms),
        "halted": _halted(spans, interrupted, counted),
    }
    return frame.hstack([values.alias(name) for name, values in told.items()])


def _spans(frame: pl.DataFrame, own: OwnTime, as_of_row: int, *, from_firsts: bool) -> pl.DataFrame:
    """Of each cycle: `start` and `end`, whether it `goes_on`, its `calendar`, and the open time up to both ends."""
    goes_on = ~frame["is_over"]
    open_from = own.up_to_firsts() if from_firsts else own.up_to(frame["start_row"])
    open_to = own.up_to(frame["end_row"].set(goes_on, as_of_row))
    told = {name: frame[name] for name in ("start", "end", "calendar")}
    return pl.DataFrame(told | {"goes_on": goes_on, "open_from": open_from, "open_to": open_to})


def counted_after(metric: Metric, frame: pl.DataFrame, cycles: Cycles, timeline: Timeline, terms: Terms) -> pl.Series:
    """Whether the stretch after each event counts: the clock runs, in a state that counts, and no pause holds."""
    counted = cycles.running
    if metric.counts_in is not None:
        counted = counted & timeline.holds(metric.counts_in)[cycles.rows]
    for number, pause in enumerate(terms.pauses):
        is_paused = no_nulls(frame["pause"] == number)
        if is_paused.any():
            counted = counted & ~(is_paused[cycles.number] & timeline.holds(pause)[cycles.rows])
    return counted


def _interrupted(counted: pl.Series, cycles: Cycles) -> pl.Series:
    """The cycles (rows of their frame, ascending) in which some time does not count: paused, or suspended and resumed.

    A cycle that was ended before, when its level was taken away, may be among them.
    """
    running = cycles.running
    resumes = running & ~cycles.opens & ~before(running)
    at = places((running & ~counted) | resumes)
    if at.is_empty():
        return at
    number = cycles.number[at]
    return number.filter(is_first_of_run(number))


def _halted(spans: pl.DataFrame, interrupted: pl.Series, counted: pl.Series) -> pl.Series:
    """Whether each cycle goes on but does not count at the as-of instant."""
    halted = flags(False, spans.height)
    if interrupted.is_empty():
        return halted
    return halted.scatter(interrupted, spans["goes_on"][interrupted] & ~counted[spans["end"][interrupted]])


def _warned(frame: pl.DataFrame, spent: pl.DataFrame, terms: Terms) -> pl.Series:
    """Whether each cycle goes on and has used up so much of its target that its promise warns of it."""
    running = places(~frame["is_over"])
    elapsed, target = spent["elapsed"][running], spent["target"][running]
    is_warned = terms.is_warned(frame["promise"][running], elapsed, target)
    return flags(False, frame.height).scatter(running, is_warned)


def _spent(
    spans: pl.DataFrame, interrupted: pl.Series, counted: pl.Series, cycles: Cycles, own: OwnTime
) -> pl.DataFrame:
    """Of each cycle: `elapsed`, `target`, `paused`, and `runs_out`: when, in open time, the target is used up."""
    open_from, open_to, target = spans["open_from"], spans["open_to"], spans["target"]
    elapsed, runs_out = open_to - open_from, open_from + target
    paused = constant(0, spans.height, pl.Int64).set(target.is_null(), None)
    promised = interrupted.filter(target[interrupted].is_not_null())
    if not promised.is_empty():
        told = _counted_time(spans[promised], promised, counted, cycles, own)
        paused = paused.scatter(promised, elapsed[promised] - told["elapsed"])
        elapsed, runs_out = elapsed.scatter(promised, told["elapsed"]), runs_out.scatter(promised, told["runs_out"])
    return pl.DataFrame({"elapsed": elapsed, "target": target, "paused": paused, "runs_out": runs_out})


def _counted_time(
    spans: pl.DataFrame, clocks: pl.Series, counted: pl.Series, cycles: Cycles, own: OwnTime
) -> pl.DataFrame:
    """`elapsed` and `runs_out` (see `_spent`) of cycles in which not all time counts: `clocks`, one per row of `spans`.

    In halves while their total may be too large: thirty thousand clocks of ten years do not fit into 64 bits.
    """
    if spans.height > 1 and not fit_together(spans["open_to"] - spans["open_from"]):
        half = spans.height // 2
        halves = ((spans.head(half), clocks.head(half)), (spans.slice(half), clocks.slice(half)))
        return pl.concat([_counted_time(*each, counted, cycles, own) for each in halves])
    return _counted_by_total(spans, clocks, counted, cycles, own)


def _counted_by_total(
    spans: pl.DataFrame, clocks: pl.Series, counted: pl.Series, cycles: Cycles, own: OwnTime
) -> pl.DataFrame:
    """As `_counted_time`, by one running total of the time that counts in all of these cycles."""
    target = spans["target"]
    length = spans["end"] - spans["start"] + 1
    last = length.cum_sum() - 1
    first = last - length + 1
    each = spans.select(clock=clocks, at=pl.int_ranges("start", pl.col("end") + 1, dtype=pl.UInt32))
    each = each.explode("at", empty_as_null=False)
    open_at = own.up_to(cycles.rows[each["at"]], each["clock"])
    # Until the next event; after the last, until the as-of instant if the clock goes on, and not at all if it ended.
    until = open_at.shift(-1, fill_value=0).scatter(last, spans["open_to"])
    stretch = (until - open_at).set(~counted[each["at"]], 0)
    total = stretch.cum_sum()
    so_far = total - stretch
    from_total = so_far[first]
    elapsed = total[last] - from_total
    is_used_up = elapsed >= target
    budget = (from_total + target).filter(is_used_up)
    # The last event before the total reaches the budget: the budget ran out in the stretch after it.
    at = (so_far.search_sorted(budget, side="left").cast(pl.Int64) - 1).clip(0).cast(pl.UInt32)
    at = at.zip_with(at > first.filter(is_used_up), first.filter(is_used_up))  # a target of nothing: at the start
    used_up_at = open_at[at] + budget - so_far[at]
    runs_out = (spans["open_to"] + target - elapsed).scatter(places(is_used_up), used_up_at)
    return pl.DataFrame({"elapsed": elapsed, "runs_out": runs_out})


@dataclass(frozen=True)
class _Dated:
    """The cycles whose targets end at an instant, as `rows` of their frame; they are due at `nominal` if nothing pauses
    them, and `target` is the open time until then: none, if a due date of the export lies before the start.
    """

    rows: pl.Series
    nominal: pl.Series
    target: pl.Series


def _dated(frame: pl.DataFrame, open_from: pl.Series, opening: OpenTime) -> _Dated | None:
    """The cycles that are due after some working days or at a due date of the export; None if there are none."""
    named = [frame[name] for name in ("working_days", "exported_due")]
    if all(values.null_count() == values.len() for values in named):
        return None
    rows = places(named[0].is_not_null() | named[1].is_not_null())
    part = frame.select("calendar", "started", "working_days", "exported_due")[rows]
    own = opening.of_clocks(part["calendar"])
    exported, by_days = part["exported_due"], own.working_days_due(part["started"], part["working_days"])
    nominal = exported.zip_with(exported.is_not_null(), by_days)
    return _Dated(rows, nominal, (own.up_to_instants(nominal) - open_from[rows]).clip(0))


def _due(
    frame: pl.DataFrame, spent: pl.DataFrame, dated: _Dated | None, own: OwnTime, as_of: int
) -> tuple[pl.Series, pl.Series]:
    """When each cycle was or will be due, and whether that was missed."""
    elapsed, target = spent["elapsed"], spent["target"]
    due, breached = own.instants(spent["runs_out"]), no_nulls(elapsed > target)
    if target.min() == 0:  # due at the start, also outside hours
        due = frame["started"].zip_with(no_nulls(target == 0), due)
    if dated is None:
        return due, breached
    return _dated_due(dated, frame, due, breached, is_used_up=elapsed >= target, as_of=as_of)


def _dated_due(
    dated: _Dated, frame: pl.DataFrame, due: pl.Series, breached: pl.Series, *, is_used_up: pl.Series, as_of: int
) -> tuple[pl.Series, pl.Series]:
    """When each cycle was due and whether that was missed, by the instants that targets name.

    A named instant counts even outside hours or before the start. A clock that went on after an instant which no pause
    has moved has missed it, be it within hours or not.
    """
    part = frame.select("started", "ended")[dated.rows]
    nominal, moved = dated.nominal, due[dated.rows]
    moved = nominal.zip_with((nominal > moved) | (nominal < part["started"]), moved)
    is_unmoved = (moved == nominal) & is_used_up[dated.rows]
    passed = is_unmoved & (part["ended"].fill_null(as_of) > nominal)
    return due.scatter(dated.rows, moved), breached.scatter(dated.rows, breached[dated.rows] | passed)
