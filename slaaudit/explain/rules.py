"""The rules in words: all of them at the first evaluation, later only those that say something else. Raw text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slaaudit.explain.story import Checked, Evaluation, Explanation, RuleAnswer
from slaaudit.explain.words import full, shortened

YES, NO, NOT_ASKED = "✓", "✗", "·"
_LONGEST = 40  # letters of a value


@dataclass(frozen=True, slots=True)
class Told:
    """One line about rules; `mark` is that of a rule, empty for what is said about an evaluation."""

    mark: str
    text: str


def told_rules(story: Explanation) -> Iterator[Told]:
    """The evaluations, line by line."""
    before: Evaluation | None = None
    same: list[Evaluation] = []
    for evaluation in story.evaluations:
        lines = _changed(evaluation, before, story.timezone)
        if before is not None and not lines and evaluation.level == before.level:
            same.append(evaluation)
            continue
        yield from _again(same, story.timezone)
        same = []
        yield Told("", f"{full(evaluation.at, story.timezone)}, {evaluation.what}:")
        yield from lines
        if before is not None and evaluation.level == before.level:
            yield Told(NOT_ASKED, f"the level stays {evaluation.level or 'none'}")
        before = evaluation
    yield from _again(same, story.timezone)


def marked_text(tested: Checked) -> str:
    """A condition with a mark and the value behind each comparison."""
    if not tested.joined:
        value = shortened(tested.value, _LONGEST) if tested.value is not None else "none"
        return f"{tested.text} {YES if tested.holds else NO} ({value})"
    if tested.joined == "not":
        return f"not ({marked_text(tested.parts[0])})"
    return f" {tested.joined} ".join(_inside(part, tested) for part in tested.parts) or "always"


def _inside(part: Checked, group: Checked) -> str:
    mixes = part.joined in ("and", "or") and part.joined != group.joined
    return f"({marked_text(part)})" if mixes else marked_text(part)


def _again(same: list[Evaluation], timezone: str) -> Iterator[Told]:
    if same:
        when = f"on {full(same[-1].at, timezone)}"
        when = when if len(same) == 1 else f"{len(same)} times, last {when}"
        yield Told("", f"Gone through again {when}, with the same answers.")


def _changed(evaluation: Evaluation, before: Evaluation | None, timezone: str) -> list[Told]:
    """The lines of the rules that differ from those of the evaluation before."""
    told = list(_lines(evaluation, timezone))
    known = set() if before is None else set(_lines(before, timezone))
    return [line for line in told if line not in known]


def _lines(evaluation: Evaluation, timezone: str) -> Iterator[Told]:
    unreached = [rule for rule in evaluation.rules if rule.answer == "not_reached"]
    for rule in evaluation.rules:
        if rule.answer != "not_reached":
            yield _line(rule, timezone)
    if unreached:
        first, last = unreached[0].number, unreached[-1].number
        rules = (
            f"rule {first} was"
            if first == last
            else f"rules {first} {'and' if last == first + 1 else 'to'} {last} were"
        )
        yield Told(NOT_ASKED, f"{rules} not looked at, as rule {first - 1} stopped there")


def _line(rule: RuleAnswer, timezone: str) -> Told:
    since = "" if rule.since is None else f" (as last looked at on {full(rule.since, timezone)})"
    name = f"{rule.number} {rule.name}"
    if rule.answer == "not_looked_at":
        return Told(NOT_ASKED, f"{name}: not looked at yet, nothing that it listens to has happened")
    condition = "always" if rule.test is None else marked_text(rule.test)
    level = f"level {rule.level}" if rule.level else "no level"
    outcome = {
        "decides": f" → {level}",
        "overruled": f" → {level}, unless a later rule matches",
        "keeps": " → the level so far stays",
        "matches": " → no consequence",
        "no_match": "",
    }[rule.answer]
    return Told(NO if rule.answer == "no_match" else YES, f"{name}: {condition}{outcome}{since}")
