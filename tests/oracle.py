"""A second opinion: the audit of one ticket at a time, one event at a time, written to be read and not to be fast.

It takes the policy as the plain mapping of its YAML and the export as plain records, and shares no code with the
engine: its own conditions (`oracle_story`), state machine (`oracle_clocks`) and business time (`oracle_time`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oracle_clocks import Clock, Promise, Times, add_up, clocks, measure, promise
from oracle_story import DONE, GONE, Moment, Record, holds, moments
from oracle_time import NaiveCalendar

NOT_JUDGED = ("excluded", "no_level", "no_target", "not_measurable")
DAY = 86_400_000_000
HORIZON = 400 * DAY  # before the first event and after the as-of instant: no test needs more


@dataclass
class Oracle:
    """Audits tickets one by one. `metrics`: as in metrics.yaml, with the policy's own; instants are microseconds."""

    policy: Record
    metrics: Mapping[str, Record]
    as_of: int
    shows: frozenset[str]
    _calendars: dict[str, NaiveCalendar] = field(default_factory=dict)
    _final_states: dict[str, str] = field(default_factory=dict)

    def audit(
        self, tickets: Sequence[Record], events: Sequence[Sequence[Record]]
    ) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """The rows of the log, in its order, and the number of tickets in each bucket."""
        rows: list[dict[str, Any]] = []
        buckets: Counter[str] = Counter()
        for ticket, of_ticket in zip(tickets, events, strict=True):
            story = moments(self.policy, ticket, of_ticket, self.as_of)
            whole = moments(self.policy, ticket, of_ticket, self.as_of + HORIZON)
            self._final_states[ticket["ticket_id"]] = whole[-1].values["state"]
            found = [row for name in self.in_use() for row in self._rows(name, ticket, story)] if story else []
            buckets[self._bucket(story, found)] += 1
            rows += found
        rows.sort(key=lambda row: (row["sla_started"], row["ticket"], row["metric"], row["cycle"] or 0))
        return rows, dict(buckets)

    def in_use(self) -> list[str]:
        """The metrics for which some level has a target."""
        targeted = {name for level in self.policy["levels"].values() for name in level["targets"]}
        return [name for name in self.metrics if name in targeted]

    def _bucket(self, story: Sequence[Moment], rows: Sequence[Record]) -> str:
        if not story:
            return "after_as_of"
        if self._is_excluded(story):
            return "excluded"
        if all(moment.level is None for moment in story):
            return "no_level"
        return "judged" if rows else "no_clock"

    def _is_excluded(self, story: Sequence[Moment]) -> bool:
        exclude = self.policy.get("exclude", {"state": sorted(GONE)})
        return exclude != "none" and holds(exclude, story[-1])

    def _rows(self, name: str, ticket: Record, story: Sequence[Moment]) -> list[dict[str, Any]]:
        """The rows of one metric on one ticket."""
        metric = self.metrics[name]
        by_state = "state" in str(metric.get("counts_in"))
        if not set(metric["needs"]) | ({"status_changes"} if by_state else set()) <= self.shows:
            return self._not_shown(name, ticket, story)
        promises = [promise(self.policy, name, moment) for moment in story]
        restarts = self.policy.get("on_level_change") == "restart"
        return [
            self._row(name, ticket, story, promises, clock)
            for clock in clocks(metric, story, promises if restarts else None)
        ]

    def _not_shown(self, name: str, ticket: Record, story: Sequence[Moment]) -> list[dict[str, Any]]:
        """One row for a ticket whose export does not show what the metric needs."""
        last = story[-1]
        if not holds(self.metrics[name].get("applies_to"), last):
            return []
        promised = promise(self.policy, name, last)
        outcome = self._why_not_judged(story, last, promised) or "not_measurable"
        row = self._frame(name, ticket, story, last, promised)
        started = story[0].at
        return [row | {"outcome": outcome, "sla_started": started, "decided": started, **_holder(last)}]

    def _row(
        self, name: str, ticket: Record, story: Sequence[Moment], promises: Sequence[Promise | None], clock: Clock
    ) -> dict[str, Any]:
        judge = self._judging_moment(story, clock)
        metric, promised, moment = self.metrics[name], promises[judge], story[judge]
        has_target = promised is not None and promised.is_something
        times = self._times(metric, clock, promised, story) if has_target else None
        ended = None if clock.end is None else story[clock.end].at
        row = self._frame(name, ticket, story, moment, promised)
        row |= {"cycle": clock.cycle, "sla_started": story[clock.start].at, "closed": ended}
        row["target"] = times.target if times else None
        outcome = self._why_not_judged(story, moment, promised) or self._unseen(metric, promised, ticket, story, clock)
        outcome = outcome or _outcome(clock, times)
        row["outcome"] = outcome
        if outcome == "not_measurable":
            row["closed"] = None
        if outcome in NOT_JUDGED:
            row["decided"] = row["sla_started"]
        else:
            row |= _measured(times, promised, outcome, ended, self.as_of)
        return row | _holder(*_holders(story, clock, times, outcome))

    def _times(self, metric: Record, clock: Clock, promised: Promise, story: Sequence[Moment]) -> Times:
        if "sum" in metric:
            return add_up(clock, promised, story, metric["sum"])
        calendar = self._calendar(promised.calendar)
        return measure(clock, promised, story, calendar, counts_in=metric.get("counts_in"), as_of=self.as_of)

    def _calendar(self, name: str) -> NaiveCalendar:
        if name not in self._calendars:
            spec = "24x7" if name == "24x7" else self.policy["calendars"][name]
            self._calendars[name] = NaiveCalendar(
                spec, self.policy["timezone"], self.as_of - HORIZON, self.as_of + HORIZON
            )
        return self._calendars[name]

    def _judging_moment(self, story: Sequence[Moment], clock: Clock) -> int:
        """The moment whose promise counts; a clock whose level was taken away, and not given back, ends there."""
        if self.policy.get("on_level_change") == "keep":
            return clock.start
        judge = len(story) - 1 if clock.end is None else clock.end - 1
        lost = judge
        while story[lost].level is None and lost > clock.start:
            lost -= 1
        if story[judge].level is None and story[lost].level is not None:
            clock.end, clock.cause = lost + 1, "level_taken"
            return lost
        return judge

    def _why_not_judged(self, story: Sequence[Moment], moment: Moment, promised: Promise | None) -> str | None:
        if self._is_excluded(story):
            return "excluded"
        if moment.level is None or promised is None:
            return "no_level"
        return None if promised.is_something else "no_target"

    def _unseen(
        self, metric: Record, promised: Promise, ticket: Record, story: Sequence[Moment], clock: Clock
    ) -> str | None:
        """Not measurable: a clock that runs although the ticket was solved, nobody knows when; a pause nobody sees."""
        is_solved = ticket["status"] in DONE and self._final_states[ticket["ticket_id"]] not in DONE | GONE
        if clock.cause == "running" and is_solved and metric["on_solved"] != "ignore":
            return "not_measurable"
        is_hidden = "status_changes" not in self.shows and "state" in str(promised.pause)
        return "not_measurable" if is_hidden else None

    def _frame(
        self, name: str, ticket: Record, story: Sequence[Moment], moment: Moment, promised: Promise | None
    ) -> dict[str, Any]:
        """A row of the log with what does not depend on how it was judged."""
        nothing = dict.fromkeys(("cycle", "closed", "due_date", "elapsed", "paused", "sla", "target"))
        calendar = promised.calendar if promised is not None and "sum" not in self.metrics[name] else None
        return {
            **nothing,
            "ticket": ticket["ticket_id"],
            "metric": name,
            "level": moment.level,
            "rule": moment.rule,
            "calendar": calendar,
            "target": promised.amount if promised is not None else None,
            "at_risk": False,
            "state": story[-1].values["state"],
        }


def _outcome(clock: Clock, times: Times) -> str:
    if times.breached and clock.cause != "discarded":
        return "missed"
    if clock.cause in ("stopped", "solved"):
        return "fulfilled"
    if clock.cause == "running":
        return "paused" if times.halted else "running"
    return "cancelled"


def _measured(times: Times, promised: Promise, outcome: str, ended: int | None, as_of: int) -> dict[str, Any]:
    """The columns of a clock that was judged."""
    decided = (
        max(times.due, times.start) if outcome == "missed" else as_of if outcome in ("running", "paused") else ended
    )
    warned = times.elapsed * promised.warn_at.denominator >= times.target * promised.warn_at.numerator
    return {
        "due_date": times.due,
        "elapsed": times.elapsed,
        "paused": times.paused,
        "sla": times.target - times.elapsed,
        "decided": decided,
        "at_risk": warned and outcome in ("running", "paused"),
    }


def _holders(story: Sequence[Moment], clock: Clock, times: Times | None, outcome: str) -> list[Moment]:
    """Who held the ticket when the outcome became certain: the first of these moments that names somebody."""
    if outcome == "missed" and times.passed is not None:
        return [story[times.passed]]
    if outcome == "missed":
        earlier = [moment for moment in story[clock.start + 1 :] if moment.at < times.due]
        return [earlier[-1] if earlier else story[clock.start]]
    if clock.end is None:
        return [story[-1]]
    return [story[clock.end - 1], story[clock.end]]


def _holder(*moments: Moment) -> dict[str, Any]:
    names = ("department", "agent", "priority")
    return {
        name: next((value for moment in moments if (value := moment.values[name]) is not None), None) for name in names
    }
