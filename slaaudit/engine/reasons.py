"""Why a clock has its outcome, in a sentence for the log."""

from __future__ import annotations

from math import prod

import polars as pl

from slaaudit.engine.assign import NONE
from slaaudit.engine.verdicts import OUTCOME, WHY, needs_of
from slaaudit.policy import Policy

TEXTS = {
    ("stopped", "fulfilled"): "stopped within the target",
    ("stopped", "missed"): "stopped after the target had passed",
    ("solved", "fulfilled"): "solved within the target",
    ("solved", "missed"): "solved after the target had passed",
    ("running", "running"): "still running, within the target",
    ("running", "missed"): "still running, past the target",
    ("halted", "paused"): "paused, within the target",
    ("cancelled_by_solve", "cancelled"): "solved before its stop event came",
    ("cancelled_by_solve", "missed"): "past the target when the ticket was solved without its stop event",
    ("discarded_by_solve", "cancelled"): "solved before its stop event came",
    ("removed", "cancelled"): "deleted, merged or marked as spam",
    ("removed", "missed"): "past the target when the ticket was deleted, merged or marked as spam",
    ("level_changed", "cancelled"): "the level or its target changed: a new clock started",
    ("level_changed", "missed"): "past the target when the level or its target changed",
    ("level_taken", "cancelled"): "its level was taken away",
    ("level_taken", "missed"): "past the target when its level was taken away",
    ("unseen_solve", "not_measurable"): "solved, but the export does not say when",
    (
        "unseen_pauses",
        "not_measurable",
    ): "the target pauses by status, and the export does not show status changes",
}
_KEY = ("why", "outcome", "metric", "level", "rule")
_MOST_KINDS = 10_000_000  # combinations that are looked up in a table
NOT_SHOWN = {
    "messages": "messages",
    "first_reply": "first replies",
    "status_changes": "status changes",
    "solves": "when tickets were solved",
    "agent_changes": "changes of agent",
    "department_changes": "changes of department",
    "changes": "changes of fields",
    "chats": "chats",
    "calls": "calls",
    "work": "logged work",
}


def reasons_of(verdicts: pl.DataFrame, policy: Policy, shows: frozenset[str]) -> pl.Series:
    """The reason of each verdict, as an `Enum` of all reasons that there can be under the policy, in the order of
    letters: worked out once for each combination that occurs.
    """
    sizes = (len(policy.levels) - NONE, len(policy.rules) - NONE, len(policy.metrics_in_use), len(WHY.categories))
    level, rule = pl.col("level").cast(pl.Int64) - NONE, pl.col("rule").cast(pl.Int64) - NONE
    code: pl.Expr = pl.col("outcome").to_physical().cast(pl.Int64)
    for size, digit in zip(sizes, (level, rule, pl.col("metric"), pl.col("why").to_physical()), strict=True):
        code = code * size + digit
    codes = verdicts.select(code=code).to_series()
    kinds = verdicts.select(*_KEY, code=codes).filter(codes.is_first_distinct())
    texts = [_text(*row, policy=policy, shows=shows) for row in kinds.select(_KEY).rows()]
    reasons = pl.Series("reason", texts, dtype=_reasons(policy, shows))
    if prod(sizes) * len(OUTCOME.categories) > _MOST_KINDS:
        return codes.replace_strict(kinds["code"], reasons).alias("reason")
    places = pl.repeat(0, prod(sizes) * len(OUTCOME.categories), dtype=pl.UInt32, eager=True)
    places = places.scatter(kinds["code"], pl.int_range(kinds.height, dtype=pl.UInt32, eager=True))
    return reasons.gather(places.gather(codes))


def _reasons(policy: Policy, shows: frozenset[str]) -> pl.Enum:
    """Every reason that a clock can have under the policy: the same for all parts of an export."""
    level, rule, metric = range(len(policy.levels)), range(len(policy.rules)), range(len(policy.metrics_in_use))
    kinds = [("excluded", 0, 0, 0)] if metric else []
    kinds += [("no_level", each, 0, 0) for each in (NONE, *rule) if metric]
    kinds += [("no_target", 0, one, other) for one in metric for other in level]
    kinds += [("not_shown", 0, one, 0) for one in metric]
    told = {
        _text(why, "", number, of_level, of_rule, policy=policy, shows=shows)
        for why, of_rule, number, of_level in kinds
    }
    return pl.Enum(sorted(told.union(TEXTS.values())))


def _text(why: str, outcome: str, metric: int, level: int, rule: int, *, policy: Policy, shows: frozenset[str]) -> str:
    clock = policy.metrics[policy.metrics_in_use[metric]]
    if why == "excluded":
        return f"excluded: {policy.exclude.describe()}" if policy.exclude is not None else "excluded"
    if why == "no_level":
        return "no rule gives it a level" if rule == NONE else f"rule {policy.rules[rule].name!r} gives no level"
    if why == "no_target":
        target = list(policy.levels.values())[level].targets.get(clock.name)
        if target is not None and target.due is not None:
            return "the export has no due date for it"
        return f"level {list(policy.levels)[level]!r} has no target for {clock.title.lower()} here"
    if why == "not_shown":
        lacking = [NOT_SHOWN.get(word, word) for word in sorted(needs_of(clock) - shows)]
        return f"the export does not show {' or '.join(lacking)}"
    return TEXTS[why, outcome]
