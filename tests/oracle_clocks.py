"""The clocks of one ticket: when they start and stop, what they are promised, and how much of their time counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from oracle_story import Moment, Record, holds
from oracle_time import NaiveCalendar, duration


@dataclass
class Clock:
    """One cycle. `end` numbers the moment that ended it, None while it runs; `ran`: the moments after which it ran."""

    cycle: int
    start: int
    end: int | None = None
    cause: str = "running"
    ran: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Promise:
    """What a level promises at some moment; no `amount`, `days` or `date`: it has no target for the metric."""

    level: str
    amount: int | None = None
    days: int | None = None
    calendar: str | None = None
    pause: Any = field(default=None, compare=False)
    warn_at: Fraction = field(default=Fraction(3, 4), compare=False)
    date: int | None = None

    @property
    def is_something(self) -> bool:
        """Whether there is a target."""
        return (self.amount, self.days, self.date) != (None, None, None)


@dataclass
class Times:
    """What was measured of a clock; `due` None: a sum that has not passed its target."""

    start: int
    target: int
    elapsed: int
    paused: int
    due: int | None
    breached: bool
    halted: bool = False
    passed: int | None = None  # the moment at which a sum passed its target


def clocks(metric: Record, story: Sequence[Moment], promises: Sequence[Promise | None] | None) -> list[Clock]:
    """The cycles of one metric on one ticket; `promises` (after each moment) when a new one restarts the clock."""
    made: list[Clock] = []
    suspends, wakes = metric["on_solved"] != "ignore", metric["on_reopen"] != "ignore"
    is_open = awake = running = started = waits = False
    for number, moment in enumerate(story):
        was_running, was_open = running, is_open and awake
        may_start = not (metric["repeat"] == "once" and started)
        start = may_start and holds(metric["start"], moment) and holds(metric.get("applies_to"), moment)
        stop = "stop" in metric and holds(metric["stop"], moment)
        solve = moment.solves and suspends
        started |= start
        if stop:
            is_open = waits = False
        if solve:
            awake = False
        if moment.reopens and wakes:
            awake = True
        if start:
            # A start while it is open is ignored: the oldest counts. One while the ticket is gone, or as it is created
            # solved, waits until the ticket is back or reopened.
            waits |= not was_open or stop or solve
            is_open, awake = True, not (solve and number == 0)
        running = is_open and awake and not moment.gone
        fresh = waits or (metric["on_reopen"] == "restart" and moment.reopens and not was_running)
        fresh |= promises is not None and was_running and promises[number] != promises[number - 1]
        if was_running and (not running or fresh):
            made[-1].end, made[-1].cause = number, _cause(metric, moment, stop, solve)
        if running and fresh:
            made.append(Clock(len(made) + 1, number))
        elif running and not was_running:
            made[-1].end, made[-1].cause = None, "running"
        if running:
            waits = False
            made[-1].ran.add(number)
    return made


def _cause(metric: Record, moment: Moment, stop: bool, solve: bool) -> str:
    if stop:
        return "stopped"
    if solve:
        return {"stop": "solved", "cancel": "cancelled", "discard": "discarded"}[metric["on_solved"]]
    return "removed" if moment.gone else "level_changed"


def promise(policy: Record, metric: str, moment: Moment) -> Promise | None:
    """What the level in force promises; None without a level."""
    if moment.level is None:
        return None
    level = policy["levels"][moment.level]
    target = level["targets"].get(metric)
    if target is None:
        return Promise(moment.level)
    target = target if isinstance(target, Mapping) else {"target": target}
    if "due" in target:
        return _dated(moment, target, target.get("warn_at") or level.get("warn_at"))
    cells = target.get("by_priority", {"otherwise": target.get("target")})
    text = cells.get((moment.values["priority"] or "").casefold(), cells.get("otherwise"))
    if text is None:
        return Promise(moment.level)
    days = int(text.removesuffix("bd")) if text.endswith("bd") else None
    return Promise(
        moment.level,
        None if days is not None else duration(text),
        days,
        target.get("calendar") or level.get("calendar") or next(iter(policy["calendars"])),
        target.get("pause") or level.get("pause"),
        _share(target.get("warn_at") or level.get("warn_at")),
    )


def _share(text: str | None) -> Fraction:
    return Fraction((text or "75%").removesuffix("%")) / 100


def _dated(moment: Moment, target: Record, warn_at: str | None) -> Promise:
    """The due date that the ticket was exported with, whatever the level's own calendar and pause are."""
    date = moment.values[target["due"]]
    if date is None:
        return Promise(moment.level)
    calendar, pause = target.get("calendar", "24x7"), target.get("pause")
    return Promise(moment.level, calendar=calendar, pause=pause, warn_at=_share(warn_at), date=date)


def measure(
    clock: Clock, promised: Promise, story: Sequence[Moment], calendar: NaiveCalendar, *, counts_in: Any, as_of: int
) -> Times:
    """Walks the clock from moment to moment: what counts, what is paused, and when the budget runs out."""
    start = story[clock.start].at
    nominal = promised.date
    if promised.days is not None:
        nominal = calendar.working_days_due(start, promised.days)
    target = promised.amount if nominal is None else calendar.elapsed(start, nominal)
    last = len(story) - 1 if clock.end is None else clock.end - 1
    elapsed = paused = paused_in_time = 0
    due, counts = None, False
    for number in range(clock.start, last + 1):
        begin = story[number].at
        end = story[number + 1].at if number + 1 < len(story) else as_of
        open_time = calendar.elapsed(begin, end)
        counts = number in clock.ran and holds(counts_in, story[number])
        counts = counts and not (promised.pause and holds(promised.pause, story[number]))
        if not counts:
            paused += open_time
            paused_in_time += calendar.elapsed(begin, min(end, nominal)) if nominal is not None else 0
            continue
        if due is None and elapsed + open_time >= target:
            due = calendar.due(begin, target - elapsed)
        elapsed += open_time
    until = as_of if clock.end is None else story[clock.end].at
    if due is None:
        due = calendar.due(until, target - elapsed)
    if target == 0:
        due = start
    if nominal is not None:
        due = max(nominal, due)  # the clock time counts even where it is outside the hours
    breached = elapsed > target
    if nominal is not None and not paused_in_time:
        due, breached = nominal, until > nominal  # nothing moved it: the instant itself
    return Times(start, target, elapsed, paused, due, breached, halted=clock.end is None and not counts)


def add_up(clock: Clock, promised: Promise, story: Sequence[Moment], adds: Any) -> Times:
    """A sum: what is logged after a solve counts too; due is the event that passed the target."""
    total, passed = 0, None
    for number, moment in enumerate(story[clock.start :], start=clock.start):
        if holds(adds, moment):
            total += duration(moment.event["new"])
            if total > promised.amount and passed is None:
                passed = number
    due = None if passed is None else story[passed].at
    return Times(story[clock.start].at, promised.amount, total, 0, due, passed is not None, passed=passed)
