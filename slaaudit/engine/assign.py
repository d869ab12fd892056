"""Rules → the level in force on each ticket over time."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from slaaudit.engine.columns import constant, flags, is_first_of_run
from slaaudit.engine.holding import changes_by_events, is_among
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
    marks = _may_change(timeline, policy)
    decides, is_lost = _given(timeline, policy, marks)
    lost = _spread(timeline, is_lost, marks) if is_lost.any() else flags(False, marks.len())
    decides = _spread(timeline, decides, marks)
    numbers = {name: number for number, name in enumerate(policy.levels)}
    level_of = [NONE if each.level is None else numbers[each.level] for each in policy.rules]
    narrow = pl.Int8() if max(len(level_of), len(numbers)) <= 127 else pl.Int32()  # read for every clock
    level = pl.Series([NONE, *level_of], dtype=narrow)[decides]
    rule = pl.Series([NONE, *range(len(level_of))], dtype=narrow)[decides]
    return Levels(level.alias("level"), rule.alias("rule"), lost)


def tickets_with_level(timeline: Timeline, levels: Levels) -> pl.Series:
    """The tickets that had a level after some event; one can be named several times, but seldom is."""
    has_level = levels.level != NONE
    return timeline.rows["ticket_row"].filter(has_level & (timeline.rows["first"] | is_first_of_run(has_level)))


def evaluations_of(timeline: Timeline, policy: Policy) -> Evaluations:
    """Every event to which some rule listens, each ticket's first among them, with the answer of each rule there."""
    is_evaluated = timeline.rows["first"]
    for one in _heard(timeline, policy).values():
        is_evaluated = is_evaluated | one
    return _evaluated(timeline, policy, is_evaluated)


def _evaluated(timeline: Timeline, policy: Policy, marks: pl.Series) -> Evaluations:
    """The answers of the rules at the events that are marked, each ticket's first among them."""
    heard = {triggers: one.filter(marks) for triggers, one in _heard(timeline, policy).items()}
    looked_at = tuple(heard[_triggers(rule)] for rule in policy.rules)
    first, moments = timeline.rows["first"].filter(marks), timeline.moments(marks)
    matches = [
        _standing(moments.holds(rule.when), one, first) for rule, one in zip(policy.rules, looked_at, strict=True)
    ]
    return Evaluations(timeline.history.where(marks), looked_at, tuple(matches))


def _may_change(timeline: Timeline, policy: Policy) -> pl.Series:
    """The events after which some rule may answer otherwise than before, each ticket's first among them.

    A rule that listens to every change, and looks at nothing that is told by other events, answers the same until one
    of its columns changes.
    """
    heard, columns = _heard(timeline, policy), set[str]()
    marks = timeline.rows["first"]
    for rule in policy.rules:
        looks_at = rule.when.columns() if rule.when is not None else frozenset()
        if set(DEFAULT_TRIGGERS) <= set(_triggers(rule)) and all(changes_by_events(name) for name in looks_at):
            columns |= looks_at
        else:
            marks = marks | heard[_triggers(rule)]
    for name in sorted(columns):
        marks = marks | timeline.history.is_changed(name)
    return marks


def _given(timeline: Timeline, policy: Policy, marks: pl.Series) -> tuple[pl.Series, pl.Series]:
    """At the events that are marked: one more than the number of the rule that decides (0 = none does), and whether the
    ticket has no level, having had one before: it was taken away.
    """
    first = timeline.rows["first"].filter(marks)
    decides = _deciding(policy.rules, _evaluated(timeline, policy, marks).matches, first)
    gives_level = [False, *(rule.level is not None for rule in policy.rules)]
    has_one = is_among(decides, range(len(gives_level)), gives_level)
    if has_one.all():
        return decides, ~has_one
    had_one = pl.when("has_one").then(True).when("first").then(False).forward_fill()
    return decides, pl.DataFrame({"has_one": has_one, "first": first}).select(~pl.col("has_one") & had_one).to_series()


def _spread(timeline: Timeline, values: pl.Series, marks: pl.Series) -> pl.Series:
    """The values of the events that are marked, the very first among them, each until the next."""
    spread = constant(None, marks.len(), values.dtype)
    return spread.scatter(timeline.history.where(marks), values).forward_fill()


def _triggers(rule: Rule) -> tuple[Trigger, ...]:
    return rule.on if rule.on is not None else DEFAULT_TRIGGERS


def _heard(timeline: Timeline, policy: Policy) -> dict[tuple[Trigger, ...], pl.Series]:
    """Of each set of triggers in use, whether a rule with it is evaluated at each event."""
    return {each: _listens(timeline, each) for each in {_triggers(rule): None for rule in policy.rules}}


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
    """One more than the number of the rule that decides at each evaluation; 0 = none does."""
    number_of = pl.UInt8() if len(rules) < 255 else pl.UInt32()
    decides, is_open = constant(0, first.len(), number_of), flags(True, first.len())
    keeps = ~is_open
    for number, (rule, is_match) in enumerate(zip(rules, matches, strict=True), start=1):
        applies = is_match & is_open
        if rule.no_level or rule.level is not None:
            decides = decides.set(applies, number)
        elif rule.stop:
            keeps = keeps | (applies & (decides == 0))
        if rule.stop:
            is_open = is_open & ~applies
    keeps = keeps & ~first
    return decides.set(keeps, None).forward_fill() if keeps.any() else decides
