"""Clocks → verdicts: one outcome for each clock, why, and the instant at which it was decided."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from slaaudit.engine.assign import NONE, Levels
from slaaudit.engine.clocks import clocks_of, unmeasured_clocks
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
_NOT_JUDGED = ("not_measurable", "no_target", "no_level", "excluded")

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
    ticket_row, is_running = clocks["ticket_row"], clocks["cause"] == "running"
    unseen_solves = timeline.unseen_solves if metric.on_solved != "ignore" else _never(timeline.tickets.height)
    unseen_pauses = _unseen_pauses(metric, policy, shows)
    cases = {
        "excluded": _of_tickets(excluded, ticket_row),
        "no_level": clocks["level"] == NONE,
        "no_target": ~clocks["promised"],
        "not_shown": _never(clocks.height) if is_shown else ~_never(clocks.height),
        "unseen_solve": is_running & _of_tickets(unseen_solves, ticket_row),
        "unseen_pauses": clocks["pause"].is_in(unseen_pauses) if unseen_pauses else _never(clocks.height),
        "halted": is_running & clocks["halted"] & ~clocks["breached"],
    }
    verdicts = clocks.with_columns(**_judgement(clocks, _why(clocks["cause"], cases), timeline.as_of))
    verdicts = verdicts.with_columns(metric=pl.lit(policy.metrics_in_use.index(metric.name), VERDICTS["metric"]))
    return verdicts.select(pl.col(name).cast(dtype) for name, dtype in VERDICTS.items())


def needs_of(metric: Metric) -> frozenset[str]:
    """The words of what an export must show for the metric: a clock that counts in some states needs their changes."""
    columns = metric.counts_in.columns() if metric.counts_in is not None else frozenset()
    return frozenset(metric.needs) | ({"status_changes"} if columns & {"state", "status"} else set())


def excluded_tickets(timeline: Timeline, policy: Policy) -> pl.Series:
    """Of each ticket of the export, whether the policy excludes it as of the timeline's end."""
    excluded = pl.repeat(False, timeline.tickets.height, dtype=pl.Boolean, eager=True)
    if policy.exclude is None:
        return excluded
    return excluded.scatter(timeline.ticket_end()["ticket_row"], timeline.at_ticket_end(policy.exclude))


def _unseen_pauses(metric: Metric, policy: Policy, shows: frozenset[str]) -> list[int]:
    """The numbers of the metric's pauses that look at the status while the export does not show its changes."""
    if "status_changes" in shows:
        return []
    pauses = pauses_of(metric.name, policy)
    return [number for number, pause in enumerate(pauses) if pause.columns() & {"state", "status"}]


def _never(height: int) -> pl.Series:
    return pl.repeat(False, height, dtype=pl.Boolean, eager=True)


def _of_tickets(flags: pl.Series, ticket_row: pl.Series) -> pl.Series:
    """The flag of each clock's ticket."""
    return flags.gather(ticket_row) if flags.any() else _never(ticket_row.len())


def _why(cause: pl.Series, cases: Mapping[str, pl.Series]) -> pl.Series:
    """Why each clock has its outcome: the first of the cases that it is, or how it ended or that it goes on."""
    why = pl.Series(CAUSES, dtype=WHY).gather(cause.to_physical())
    for word, is_case in reversed(list(cases.items())):
        why = why.set(is_case, word) if is_case.any() else why
    return why


def _judgement(clocks: pl.DataFrame, why: pl.Series, as_of: int) -> dict[str, pl.Series]:
    """The columns of `VERDICTS` that depend on why; what was not judged shows no times but its start."""
    started, ended, due = clocks["started"], clocks["ended"], clocks["due"]
    outcome = pl.Series(list(_OUTCOME_OF.values()), dtype=OUTCOME).gather(why.to_physical())
    is_unjudged = outcome.is_in(_NOT_JUDGED)
    # a target that was passed stays missed, whatever ended the clock later
    is_missed = clocks["breached"] & ~is_unjudged & (why != "discarded_by_solve")
    outcome = outcome.set(is_missed, "missed")
    goes_on = outcome.is_in(["running", "paused"])
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
