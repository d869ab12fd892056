"""Clocks → verdicts: one outcome for each clock, why, and the instant at which it was decided."""

from __future__ import annotations

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
# Why a clock has its outcome; the text of each is in `slaaudit.engine.reasons`.
WHY = pl.Enum(
    (
        "stopped", "solved", "running", "halted", "cancelled_by_solve", "discarded_by_solve", "removed",
        "level_changed", "level_taken", "not_shown", "unseen_solve", "unseen_pauses", "no_target", "no_level",
        "excluded",
    )
)  # fmt: skip

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
    clocks = clocks.with_columns(
        excluded=excluded.gather(clocks["ticket_row"]),
        unseen_solve=timeline.unseen_solves.gather(clocks["ticket_row"]) & (metric.on_solved != "ignore"),
        unseen_pause=clocks["pause"].is_in(_unseen_pauses(metric, policy, shows)).fill_null(False),
    )
    clocks = clocks.with_columns(why=_why(is_shown=is_shown))
    clocks = clocks.with_columns(outcome=_outcome(), metric=policy.metrics_in_use.index(metric.name))
    return clocks.with_columns(*_judgement(timeline.as_of)).select(
        pl.col(name).cast(dtype) for name, dtype in VERDICTS.items()
    )


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


def _why(*, is_shown: bool) -> pl.Expr:
    """Why each clock has its outcome: what keeps it from being judged first, then how it ended or why it goes on."""
    is_running = pl.col("cause") == "running"
    cases: list[tuple[pl.Expr, str]] = [
        (pl.col("excluded"), "excluded"),
        (pl.col("level") == NONE, "no_level"),
        (~pl.col("promised"), "no_target"),
        (pl.lit(not is_shown), "not_shown"),
        (is_running & pl.col("unseen_solve"), "unseen_solve"),
        (pl.col("unseen_pause"), "unseen_pauses"),
        (is_running & pl.col("halted") & ~pl.col("breached"), "halted"),
    ]
    by_cause = pl.lit(pl.Series(CAUSES, dtype=WHY))
    return _first_true(cases, WHY, otherwise=by_cause.gather(pl.col("cause").to_physical()))


def _outcome() -> pl.Expr:
    """The outcome of each clock. A target that was passed stays missed, whatever ended the clock later."""
    why = pl.col("why")
    cases: list[tuple[pl.Expr, str]] = [
        *[(why == word, word) for word in ("excluded", "no_level", "no_target")],
        (why.is_in(["not_shown", "unseen_solve", "unseen_pauses"]), "not_measurable"),
        (pl.col("breached") & (why != "discarded_by_solve"), "missed"),
        (why.is_in(["stopped", "solved"]), "fulfilled"),
        (why == "running", "running"),
        (why == "halted", "paused"),
    ]
    return _first_true(cases, OUTCOME, otherwise=pl.lit("cancelled", OUTCOME))


def _first_true(cases: list[tuple[pl.Expr, str]], words: pl.Enum, *, otherwise: pl.Expr) -> pl.Expr:
    """The word of the first case that is true."""
    for condition, word in reversed(cases):
        otherwise = pl.when(condition).then(pl.lit(word, words)).otherwise(otherwise)
    return otherwise


def _judgement(as_of: int) -> list[pl.Expr]:
    """The columns of `VERDICTS` that depend on the outcome; what was not judged shows no times but its start."""
    outcome = pl.col("outcome")
    is_judged = ~outcome.is_in(["not_measurable", "no_target", "no_level", "excluded"])
    goes_on = outcome.is_in(["running", "paused"])
    ended = pl.when(is_judged).then("ended").otherwise("started")
    missed = pl.max_horizontal("due", "started")  # a due date of the export can lie before the start
    decided = pl.when(outcome == "missed").then(missed).otherwise(pl.when(goes_on).then(as_of).otherwise(ended))
    return [
        pl.col("started").alias("sla_started"),
        pl.when(is_judged).then("due").alias("due_date"),
        pl.when(outcome != "not_measurable").then("ended").alias("closed"),
        decided.alias("decided"),
        pl.when(is_judged).then("elapsed").alias("elapsed"),
        pl.when(is_judged).then("paused").alias("paused"),
        (goes_on & pl.col("warned")).alias("at_risk"),
        pl.when(outcome == "missed").then("spent_row").otherwise("last_row").alias("held_row"),
    ]
