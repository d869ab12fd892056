"""The rules at each evaluation, with why each did or did not match, and the levels that they gave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from slaaudit.engine.assign import NONE, Evaluations, Levels, evaluations_of
from slaaudit.engine.timeline import Timeline
from slaaudit.explain.happening import event_in_words
from slaaudit.explain.matching import tested_after
from slaaudit.explain.story import Answer, Checked, Evaluation, LevelSpan, RuleAnswer
from slaaudit.explain.words import instant_of
from slaaudit.policy import Policy, Rule


def evaluations(timeline: Timeline, levels: Levels, policy: Policy) -> tuple[Evaluation, ...]:
    """Every time that the rules were gone through, for the one ticket of the timeline."""
    found = evaluations_of(timeline, policy)
    return tuple(_evaluation(_Round(number, found, timeline, policy), levels) for number in range(found.rows.len()))


def level_spans(timeline: Timeline, levels: Levels, policy: Policy) -> tuple[LevelSpan, ...]:
    """The levels over time, each from the event that brought it."""
    pairs = list(zip(levels.level.to_list(), levels.rule.to_list(), strict=True))
    starts = [row for row, pair in enumerate(pairs) if row == 0 or pair != pairs[row - 1]]
    instants = [instant_of(timeline.rows["at"][row]) for row in starts]
    names = list(policy.levels)
    spans = [
        LevelSpan(
            starts=instant,
            ends=None,
            level=None if pairs[row][0] == NONE else names[pairs[row][0]],
            rule=None if pairs[row][1] == NONE else pairs[row][1] + 1,
            rule_name=None if pairs[row][1] == NONE else policy.rules[pairs[row][1]].name,
        )
        for row, instant in zip(starts, instants, strict=True)
    ]
    ended = [replace(span, ends=following.starts) for span, following in pairwise(spans)]
    # several events of one instant: what held for no time is not told
    return tuple(span for span in [*ended, *spans[-1:]] if span.starts != span.ends)


@dataclass(frozen=True)
class _Round:
    """One evaluation: its number among them."""

    number: int
    found: Evaluations
    timeline: Timeline
    policy: Policy

    @property
    def row(self) -> int:
        """The event at which it takes place."""
        return int(self.found.rows[self.number])

    def matches(self, rule: int) -> bool:
        """The standing answer of a rule."""
        return bool(self.found.matches[rule][self.number])

    def looked_at(self, rule: int) -> int | None:
        """The event at which a rule was last looked at; None = never yet."""
        marks = self.found.looked_at[rule]
        number = next((each for each in range(self.number, -1, -1) if marks[each]), None)
        return None if number is None else int(self.found.rows[number])


def _evaluation(round_: _Round, levels: Levels) -> Evaluation:
    row, policy = round_.row, round_.policy
    level, rule = int(levels.level[row]), int(levels.rule[row])
    return Evaluation(
        at=instant_of(round_.timeline.rows["at"][row]),
        what=event_in_words(round_.timeline, row),
        rules=tuple(_answers(round_)),
        level=None if level == NONE else list(policy.levels)[level],
        rule=None if rule == NONE else rule + 1,
    )


def _answers(round_: _Round) -> Iterator[RuleAnswer]:
    """What each rule said, in order."""
    rules = round_.policy.rules
    applying, stopped_by = _applying(round_)
    giving = [number for number in applying if _gives(rules[number])]
    for number, rule in enumerate(rules):
        seen = round_.looked_at(number)
        is_reached = stopped_by is None or number <= stopped_by
        yield RuleAnswer(
            number=number + 1,
            name=rule.name,
            answer=_answer(round_, number, giving, is_reached=is_reached),
            level=rule.level,
            stops=rule.stop,
            test=_test(round_, rule, seen) if is_reached else None,
            since=None if seen in (None, round_.row) else instant_of(round_.timeline.rows["at"][seen]),
        )


def _applying(round_: _Round) -> tuple[list[int], int | None]:
    """The rules that match before one stops, and the one that stops."""
    applying = []
    for number, rule in enumerate(round_.policy.rules):
        if round_.matches(number):
            applying.append(number)
            if rule.stop:
                return applying, number
    return applying, None


def _gives(rule: Rule) -> bool:
    return rule.no_level or rule.level is not None


def _answer(round_: _Round, number: int, giving: Sequence[int], *, is_reached: bool) -> Answer:
    if not is_reached:
        return "not_reached"
    if round_.looked_at(number) is None:
        return "not_looked_at"
    if not round_.matches(number):
        return "no_match"
    if number in giving:
        return "decides" if number == giving[-1] else "overruled"
    return "keeps" if round_.policy.rules[number].stop and not giving else "matches"


def _test(round_: _Round, rule: Rule, seen: int | None) -> Checked | None:
    if rule.when is None or rule.when.matches_everything or seen is None:
        return None
    return tested_after(rule.when, round_.timeline, seen)
