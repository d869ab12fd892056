"""The promises of policy.yaml and the verdicts on clocks, with pandas; what tells business hours is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from .pandas_clocks import DONE, NEVER, Story, cycles_of
from .pandas_hours import ALWAYS, EXTENDED, OFFICE, next_working_day

HOUR = 3600
NO_TARGET, WORKING_DAY = -1, -2  # in place of an amount: nothing is promised, one working day
PRIORITIES = ("low", "normal", "high", "urgent", None)

# Of each level the amount of every metric, or those by priority (None: of all others), and the calendar.
Level = dict[str, tuple[Any, int]]
STANDARD: Level = {
    "first_reply": (4 * HOUR, OFFICE),
    "next_reply": (8 * HOUR, OFFICE),
    "periodic_update": (16 * HOUR, OFFICE),
    "pausable_update": (16 * HOUR, OFFICE),
    "requester_wait": (24 * HOUR, OFFICE),
    "agent_work": (16 * HOUR, OFFICE),
    "work_logged": (HOUR, OFFICE),
    "resolution": ({"urgent": 8 * HOUR, "high": 16 * HOUR, None: 40 * HOUR}, OFFICE),
    "first_resolution": (40 * HOUR, OFFICE),
    "first_assign": (HOUR // 2, OFFICE),
    "ownership": (20 * HOUR, OFFICE),
    "chat_answer": (300, EXTENDED),
    "call_answer": (300, EXTENDED),
}
SILVER: Level = {metric: (amount, EXTENDED) for metric, (amount, _) in STANDARD.items()} | {
    "first_reply": (3 * HOUR, EXTENDED),
    "next_reply": (6 * HOUR, EXTENDED),
}
GOLD: Level = SILVER | {
    "first_reply": ({"urgent": HOUR, None: 2 * HOUR}, ALWAYS),
    "resolution": (24 * HOUR, ALWAYS),
}
PRESALES: Level = {"first_reply": (WORKING_DAY, OFFICE), "next_reply": (8 * HOUR, OFFICE)}
LEVELS: tuple[Level, ...] = ({}, STANDARD, SILVER, GOLD, PRESALES)  # the first: no level

# The states in which a clock counts; one that is not named here counts from its start to its end. A resolution pauses
# as its targets say (in all levels alike), the others as their metrics do; before a reopening nothing counts.
COUNTING = {
    "first_reply": ("new", "open", "pending", "on_hold"),
    "first_assign": ("new", "open", "pending", "on_hold"),
    "requester_wait": ("new", "open", "on_hold"),
    "agent_work": ("new", "open"),
    "resolution": ("new", "open"),
    "pausable_update": ("new", "open", "on_hold", *DONE),
}
CANCELLED_BY_SOLVE = ("periodic_update", "pausable_update", "first_assign", "chat_answer", "call_answer")
OUTCOMES = ("excluded", "no_level", "no_target", "missed", "running", "paused", "cancelled", "fulfilled")

Hours = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # calendar, since, until → open seconds


def write_verdicts(story: Story, hours: Hours, holidays: Sequence[date], out: Path, most: int | None = None) -> None:
    """Writes one file per metric, of all tickets or of so many, spread evenly; with polars, as pandas needs pyarrow."""
    promises, ids = _promises(story), pl.Series(story.tickets["ticket_id"].to_list())
    number = len(story.tickets)
    judged = None if most is None else np.arange(most) * number // most
    outcomes = pl.Series(OUTCOMES)
    for metric in STANDARD:
        cycles = cycles_of(metric, story)
        if judged is not None:
            cycles = cycles[cycles["ticket"].isin(judged)]
        found = _verdicts(metric, cycles, story, promises, hours, holidays)
        columns = {name: pl.Series(found[name].to_numpy()) for name in ("ticket", "cycle", "outcome", "elapsed")}
        words = {"ticket": ids.gather(columns["ticket"]), "outcome": outcomes.gather(columns["outcome"])}
        frame = pl.DataFrame(columns | words).with_columns(metric=pl.lit(metric))
        is_judged = pl.col("elapsed") >= 0
        frame.with_columns(elapsed=pl.when(is_judged).then("elapsed")).write_parquet(out / f"{metric}.parquet")


def _promises(story: Story) -> pd.DataFrame:
    """The numbers of `level`, by the first rule that matches, and `priority` over time.

    "Chat is quick" (`stop: false`) would only count if no later rule matched.
    """
    holders, tickets = story.holders, story.tickets
    account, channel = tickets["account"], tickets["channel"]
    told = (
        tickets["subject"].str.startswith("Question 0 "),
        account.str.fullmatch("Customer 1[0-9]"),
        account.str.startswith("Customer 2"),
        channel == "chat",
        channel == "call",
    )
    lost, early, gold, chat, call = (marks.to_numpy()[holders["ticket"]] for marks in told)
    department, priority = holders["department"], holders["priority"]
    rules = [
        (lost, {}),
        (early & (priority == "urgent"), GOLD),
        (gold, GOLD),
        (call & (department == "Sales"), SILVER),
        ((department == "Technical") & priority.isin(["urgent", "high"]), SILVER),
        ((department == "Sales") & priority.isin(["low", "normal"]), PRESALES),
        ((department == "Billing") & (priority == "urgent"), SILVER),
        ((department == "Returns") & ~chat, STANDARD),
    ]
    matches, levels = [rule for rule, _ in rules], [LEVELS.index(level) for _, level in rules]
    level = np.select(matches, levels, LEVELS.index(STANDARD))
    numbers = pd.Categorical(priority, categories=PRIORITIES[:-1]).codes  # -1, any other, is the last
    return holders[["ticket", "since", "until"]].assign(level=level, priority=numbers)


def _verdicts(
    metric: str, cycles: pd.DataFrame, story: Story, promises: pd.DataFrame, hours: Hours, holidays: Sequence[date]
) -> pd.DataFrame:
    """One row per cycle: `ticket`, `cycle`, the number of its `outcome`, `elapsed` seconds (-1: not judged)."""
    # the promise in force just before the clock ended
    clocks = cycles.merge(promises, on="ticket")
    clocks = clocks[(clocks["since"] < clocks["ended"]) & (clocks["until"] >= clocks["ended"])].reset_index(drop=True)
    target, calendar = (table[clocks["level"], clocks["priority"]] for table in _terms(metric))
    clocks["calendar"] = calendar
    excluded, runs = story.excluded[clocks["ticket"]], clocks["ended"] == NEVER
    is_judged = (target != NO_TARGET) & ~excluded
    if metric == "work_logged":
        elapsed, counts = story.worked[clocks["ticket"]], np.True_
    else:
        elapsed, counts = _elapsed(metric, clocks[is_judged], len(clocks), story, hours)
    is_past = np.zeros(len(clocks), dtype=bool)
    if (by_days := is_judged & (target == WORKING_DAY)).any():  # promised is the open time until the due date
        dated = clocks[by_days].reset_index(drop=True)
        due = next_working_day(dated["started"].to_numpy(), holidays)
        target[by_days] = hours(calendar[by_days], dated["started"].to_numpy(), due)
        # one that no pause has moved counts even outside the hours
        until = np.minimum(dated["ended"], story.as_of)
        in_time, _ = _elapsed(metric, dated.assign(ended=np.minimum(dated["ended"], due)), len(dated), story, hours)
        is_past[by_days] = (until > due) & (in_time == target[by_days])
    is_late = (elapsed > target) | is_past
    is_cancelled = clocks["is_solved"] & (metric in CANCELLED_BY_SOLVE)
    tests = [excluded, clocks["level"] == 0, target == NO_TARGET, is_late, runs & counts, runs, is_cancelled]
    outcome = np.select(tests, range(len(tests)), len(tests))
    return clocks[["ticket", "cycle"]].assign(outcome=outcome, elapsed=np.where(is_judged, elapsed, -1))


def _terms(metric: str) -> tuple[np.ndarray, np.ndarray]:
    """The amounts and the calendars by the numbers of level and priority."""
    amounts = np.full((len(LEVELS), len(PRIORITIES)), NO_TARGET)
    calendars = np.zeros_like(amounts)
    for number, level in enumerate(LEVELS):
        if metric in level:
            amount, calendars[number] = level[metric]
            by_priority = amount if isinstance(amount, dict) else {None: amount}
            amounts[number] = [by_priority.get(priority, by_priority[None]) for priority in PRIORITIES]
    return amounts, calendars


def _elapsed(
    metric: str, clocks: pd.DataFrame, number: int, story: Story, hours: Hours
) -> tuple[np.ndarray, np.ndarray]:
    """Of each of a `number` of clocks, the seconds that count, and whether it counts at the end of the export."""
    clock, since, until = clocks.index, clocks["started"], clocks["ended"]
    if metric in COUNTING:
        states = story.states.loc[story.states["state"].isin(COUNTING[metric]), ["ticket", "since", "until"]]
        spans = clocks[["ticket", "started", "ended", "calendar"]].reset_index(names="clock")
        clocks = spans.merge(states, on="ticket").query("since < ended and until > started")
        clock = clocks["clock"]
        since, until = np.maximum(clocks["since"], clocks["started"]), np.minimum(clocks["until"], clocks["ended"])
    spent = hours(clocks["calendar"].to_numpy(), since.to_numpy(), np.minimum(until.to_numpy(), story.as_of))
    counts = np.zeros(number, dtype=bool)
    counts[clock[until == NEVER]] = True
    return np.bincount(clock, spent, number).astype(np.int64), counts
