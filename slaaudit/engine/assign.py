"""Rules → the level in force on each ticket over time."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slaaudit.engine.timeline import Timeline
from slaaudit.policy import Policy, Rule, Trigger

NONE = -1  # no level: no rule gave one, a rule took it away, or a rule says `level: none`
DEFAULT_TRIGGERS = (Trigger("created"), Trigger("changed"))


@dataclass(frozen=True)
class Levels:
    """The level in force after each event of the timeline.

    `level` and `rule` number the policy's levels and rules (`NONE` = none), one value per row of the timeline; `lost`
    tells whether the ticket has no level now but had one before.
    """

    level: pl.Series
    rule: pl.Series
    lost: pl.Series


@dataclass(frozen=True)
class Evaluations:
    """The events at which the rules are gone through: `rows` numbers them in the timeline.

    Of each rule, one value per such event: `looked_at`, whether it listens to it; `matches`, its standing answer.
    """

    rows: pl.Series
    looked_at: tuple[pl.Series, ...]
    matches: tuple[pl.Series, ...]


def levels_in_force(timeline: Timeline, policy: Policy) -> Levels:
    """The levels over time: the rules are gone through in order at every event to which one of them listens.

    A rule's answer stands until it is looked at again. The first match that stops decides; a match with `stop: false`
    decides unless a later rule matches; a match without a level that stops keeps the level so far; no match: no level.
    """
    evaluations = evaluations_of(timeline, policy)
    at, first = evaluations.rows, timeline.rows["first"].gather(evaluations.rows)
    rule = pl.repeat(None, timeline.rows.height, dtype=pl.Int32, eager=True)
    rule = rule.scatter(at, _deciding(policy.rules, evaluations.matches, first)).forward_fill()
    numbers = {name: number for number, name in enumerate(policy.levels)}
    level_of = [NONE if each.level is None else numbers[each.level] for each in policy.rules]
    level = pl.Series([NONE, *level_of], dtype=pl.Int32).gather(rule - NONE)
    return Levels(level.alias("level"), rule.alias("rule"), _lost(level, timeline.rows["first"]))


def evaluations_of(timeline: Timeline, policy: Policy) -> Evaluations:
    """Every event to which some rule listens, each ticket's first among them, with the answer of each rule there."""
    triggers = {rule.on if rule.on is not None else DEFAULT_TRIGGERS for rule in policy.rules}
    heard = {each: _listens(timeline, each) for each in triggers}
    listens = [heard[rule.on if rule.on is not None else DEFAULT_TRIGGERS] for rule in policy.rules]
    is_evaluated = timeline.rows["first"]
    for one in listens:
        is_evaluated = is_evaluated | one
    at = is_evaluated.arg_true()
    first = timeline.rows["first"].filter(is_evaluated)
    looked_at = tuple(one.filter(is_evaluated) for one in listens)
    matches = [
        _standing(timeline.holds(rule.when).filter(is_evaluated), one, first)
        for rule, one in zip(policy.rules, looked_at, strict=True)
    ]
    return Evaluations(at, looked_at, tuple(matches))


def _lost(level: pl.Series, first: pl.Series) -> pl.Series:
    """Whether the ticket has no level after each event, having had one before: its level was taken away."""
    if (level != NONE).all():
        return pl.repeat(False, level.len(), dtype=pl.Boolean, eager=True)
    has_one = pl.col("level") != NONE
    had_one = has_one.cum_sum() - has_one
    at_first = pl.when("first").then(had_one).forward_fill()
    return pl.DataFrame({"level": level, "first": first}).select(lost=~has_one & (had_one > at_first)).to_series()


def _listens(timeline: Timeline, triggers: tuple[Trigger, ...]) -> pl.Series:
    """Whether a rule with these triggers is evaluated at each event."""
    listens = pl.lit(False)
    for trigger in triggers:
        listens = listens | _triggered(trigger)
    return timeline.rows.select(listens=listens.fill_null(False)).to_series()


def _triggered(trigger: Trigger) -> pl.Expr:
    is_message = pl.col("event") == "message"
    is_change = pl.col("event") == "change"
    if trigger.field is not None:
        return is_change & (pl.col("field") == trigger.field)
    return {
        "created": pl.col("first"),
        "changed": is_change | pl.col("event").is_in(["merged", "deleted"]),
        "requester_message": is_message & (pl.col("actor") == "requester"),
        "agent_reply": is_message & (pl.col("actor") == "agent") & pl.col("public"),
        "note": is_message & ~pl.col("public"),
    }[trigger.kind]


def _standing(matches: pl.Series, listens: pl.Series, first: pl.Series) -> pl.Series:
    """A rule's answer at each evaluation: the one it gave when it was last looked at, no before that."""
    if listens.all():
        return matches
    frame = pl.DataFrame({"matches": matches, "listens": listens, "first": first})
    answer = pl.when("listens").then("matches").when("first").then(False)
    return frame.select(answer.forward_fill()).to_series()


def _deciding(rules: tuple[Rule, ...], matches: tuple[pl.Series, ...], first: pl.Series) -> pl.Series:
    """The number of the rule that decides at each evaluation; `NONE` = none does."""
    nobody = pl.repeat(NONE, first.len(), dtype=pl.Int32, eager=True)
    decides, is_open = nobody, ~nobody.is_null()
    keeps = is_open & False
    for number, (rule, is_match) in enumerate(zip(rules, matches, strict=True)):
        applies = is_match & is_open
        if rule.no_level or rule.level is not None:
            decides = pl.repeat(number, first.len(), dtype=pl.Int32, eager=True).zip_with(applies, decides)
        elif rule.stop:
            keeps = keeps | (applies & (decides == NONE))
        if rule.stop:
            is_open = is_open & ~applies
    return decides.set(keeps & ~first, None).forward_fill()
