"""Clocks → verdicts: one outcome for each clock, why, and the instant at which it was decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

import polars as pl

from slaaudit.engine.assign import NONE, Levels
from slaaudit.engine.clocks import clocks_of, unmeasured_clocks
from slaaudit.engine.columns import conformed, constant, flags, no_nulls
from slaaudit.engine.cycles import CAUSES
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.terms import pauses_of
from slaaudit.engine.timeline import Timeline
from slaaudit.frames import DURATION, INSTANT, OUTCOMES, ROW
from slaaudit.policy import Metric, Policy

OUTCOME = pl.Enum(OUTCOMES)
# Why a clock has its outcome, and which one that is; the text of each is in `slaaudit.engine.reasons`.
_OUTCOME_OF = {
    "stopped": "fulfilled",
    "solved": "fulfilled",
    "running": "running",
    "halted": "paused",
    "cancelled_by_solve": "cancelled",
    "discarded_by_solve": "cancelled",
    "removed": "cancelled",
    "level_changed": "cancelled",
    "level_taken": "cancelled",
    "not_shown": "not_measurable",
    "unseen_solve": "not_measurable",
    "unseen_pauses": "not_measurable",
    "no_target": "no_target",
    "no_level": "no_level",
    "excluded": "excluded",
}
WHY = pl.Enum(list(_OUTCOME_OF))
_OUTCOMES = pl.Series(list(_OUTCOME_OF.values()), dtype=OUTCOME)
_CAUSES = pl.Series(CAUSES, dtype=WHY)

# One row per clock, narrow: texts are gathered by row number when a report asks for them.
VERDICTS: dict[str, pl.DataType] = {
    "ticket_row": ROW,
    "metric": pl.UInt16(),  # number in the policy's metrics in use
    "cycle": pl.UInt32(),  # from 1; null where nothing could be measured
    "outcome": OUTCOME,
    "why": WHY,
    "level": pl.Int32(),  # number in the policy's levels, -1 = none
    "rule": pl.Int32(),
    "calendar": pl.Int32(),
    "held_row": ROW,  # the last event before the outcome became certain; of a missed clock, one that is not after it
    "sla_started": INSTANT,
    "due_date": INSTANT,
    "closed": INSTANT,
    "decided": INSTANT,
    "target": DURATION,
    "elapsed": DURATION,
    "paused": DURATION,
    "at_risk": pl.Boolean(),
}


def verdicts_of(
    metric: Metric,
    timeline: Timeline,
    levels: Levels,
    policy: Policy,
    *,
    opening: OpenTime,
    excluded: pl.Series,
    shows: frozenset[str],
) -> pl.DataFrame:
    """One row per clock of the metric (`VERDICTS`), by ticket and cycle.

    `excluded` tells of each ticket whether it is left out; `shows` is what the export can show. A metric that needs
    more has one clock per ticket, not measurable: what an export cannot show is never zero and never fulfilled.
    """
    is_shown = needs_of(metric) <= shows
    clocks = (clocks_of if is_shown else unmeasured_clocks)(metric, timeline, levels, policy, opening)
    unjudged = _unjudged(metric, clocks, timeline, policy, excluded=excluded, shows=shows)
    told = _judgement(clocks, unjudged, timeline.as_of)
    number = constant(policy.metrics_in_use.index(metric.name), clocks.height, VERDICTS["metric"])
    as_they_are = {name: clocks[name] for name in VERDICTS if name in clocks.columns}
    return conformed(as_they_are | told | {"metric": number}, VERDICTS)


def _unjudged(
    metric: Metric,
    clocks: pl.DataFrame,
    timeline: Timeline,
    policy: Policy,
    *,
    excluded: pl.Series,
    shows: frozenset[str],
) -> dict[str, pl.Series]:
    """Of each reason not to judge a clock, whether it is there; the first counts."""
    ticket_row, never, is_shown = clocks["ticket_row"], flags(False, clocks.height), needs_of(metric) <= shows
    unseen_solve = never if metric.on_solved == "ignore" else _of_tickets(timeline.unseen_solves, ticket_row)
    unseen_pauses = _unseen_pauses(metric, policy, shows)
    return {
        "excluded": _of_tickets(excluded, ticket_row),
        "no_level": clocks["level"] == NONE,
        "no_target": ~clocks["promised"],
        "not_shown": never if is_shown else ~never,
        "unseen_solve": unseen_solve & (clocks["cause"] == "running"),
        "unseen_pauses": no_nulls(clocks["pause"].is_in(unseen_pauses)) if unseen_pauses else never,
    }


def needs_of(metric: Metric) -> frozenset[str]:
    """The words of what an export must show for the metric: a clock that counts in some states needs their changes."""
    columns = metric.counts_in.columns() if metric.counts_in is not None else frozenset()
    return frozenset(metric.needs) | ({"status_changes"} if columns & {"state", "status"} else set())


def excluded_tickets(timeline: Timeline, policy: Policy) -> pl.Series:
    """Of each ticket of the export, whether the policy excludes it as of the timeline's end."""
    excluded = flags(False, timeline.tickets.height)
    if policy.exclude is None:
        return excluded
    return excluded.scatter(timeline.ticket_end()["ticket_row"], timeline.at_ticket_end(policy.exclude))


def _unseen_pauses(metric: Metric, policy: Policy, shows: frozenset[str]) -> list[int]:
    """The numbers of the metric's pauses that look at the status while the export does not show its changes."""
    if "status_changes" in shows:
        return []
    pauses = pauses_of(metric.name, policy)
    return [number for number, pause in enumerate(pauses) if pause.columns() & {"state", "status"}]


def _of_tickets(marks: pl.Series, ticket_row: pl.Series) -> pl.Series:
    """The mark of each clock's ticket."""
    return marks[ticket_row] if marks.any() else flags(False, ticket_row.len())


def _why(cause: pl.Series, cases: Mapping[str, pl.Series]) -> pl.Series:
    """Why each clock has its outcome: the first of the cases that it is, or how it ended or that it goes on."""
    why = _CAUSES[cause.to_physical()]
    for word, is_case in reversed(list(cases.items())):
        why = why.set(is_case, word) if is_case.any() else why
    return why


def _judgement(clocks: pl.DataFrame, unjudged: Mapping[str, pl.Series], as_of: int) -> dict[str, pl.Series]:
    """The columns of `VERDICTS` that depend on why; what was not judged shows no times but its start."""
    started, ended, due = clocks["started"], clocks["ended"], clocks["due"]
    is_running, is_unjudged = clocks["cause"] == "running", reduce(or_, unjudged.values())
    why = _why(clocks["cause"], {**unjudged, "halted": is_running & clocks["halted"] & ~clocks["breached"]})
    # a target that was passed stays missed, whatever ended the clock later
    is_missed = clocks["breached"] & ~is_unjudged & (why != "discarded_by_solve")
    outcome = _OUTCOMES[why.to_physical()].set(is_missed, "missed")
    goes_on = is_running & ~is_unjudged & ~is_missed
    decided = due.zip_with(is_missed, started.zip_with(is_unjudged, ended).set(goes_on, as_of))
    is_early = is_missed & (due < started)  # a due date of the export can lie before the start
    return {
        "why": why,
        "outcome": outcome,
        "sla_started": started,
        "due_date": due.set(is_unjudged, None),
        "closed": ended.set(outcome == "not_measurable", None),
        "decided": started.zip_with(is_early, decided) if is_early.any() else decided,
        "elapsed": clocks["elapsed"].set(is_unjudged, None),
        "paused": clocks["paused"].set(is_unjudged, None),
        "at_risk": goes_on & clocks["warned"],
        "held_row": clocks["spent_row"].zip_with(is_missed, clocks["last_row"]),
    }
