"""Rules as written → rules with their names, and levels that exist."""

from __future__ import annotations

from collections.abc import Sequence

from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import RuleFile
from slaaudit.policy.resolved import NO_LEVEL, Path, Rule, Trigger
from slaaudit.problems import did_you_mean


def resolved_rules(
    written: Sequence[RuleFile], mistakes: Mistakes, on: tuple[Trigger, ...] | None = None
) -> tuple[Rule, ...]:
    """The rules in their order; unknown levels, equal names and rules without effect become problems.

    `on` is when those rules are looked at that do not say it themselves.
    """
    rules = tuple(_rule(number, rule, mistakes, on) for number, rule in enumerate(written))
    seen: dict[str, int] = {}
    for number, rule in enumerate(rules):
        first = seen.setdefault(rule.name.casefold(), number)
        if first != number:
            line, _ = mistakes.document.place(("rules", first))
            what = f"two rules are called '{rule.name}', the first in line {line}"
            mistakes.add(
                ("rules", number, "name"), "rule_name_twice", what, "the log names rules: give each its own name"
            )
    return rules


def _rule(number: int, rule: RuleFile, mistakes: Mistakes, on: tuple[Trigger, ...] | None) -> Rule:
    path: Path = ("rules", number)
    no_level = rule.level is not None and rule.level.lower() == NO_LEVEL
    levels = mistakes.names("levels")
    is_stopper = "stop" in rule.model_fields_set and rule.stop
    if rule.level is None and not is_stopper and not mistakes.under(*path):
        what = "this rule does nothing: it gives no level and stops no other rule"
        mistakes.add(
            path, "rule_without_effect", what, f"add level: NAME, level: {NO_LEVEL} (no promise), or stop: true"
        )
    elif rule.level is not None and not no_level and rule.level not in levels:
        hint = did_you_mean(rule.level, levels) or f"levels: {', '.join([*levels, NO_LEVEL])}"
        mistakes.add((*path, "level"), "unknown_level", f"there is no level '{rule.level}'", hint)
    when = mistakes.condition(rule.when, (*path, "when")) if rule.when else None
    return Rule(
        name=rule.name or f"rule {number + 1}",
        when=None if when is None or when.matches_everything else when,
        level=None if no_level else rule.level,
        no_level=no_level,
        stop=rule.stop,
        on=on if rule.on is None else rule.on,
    )
