"""Whether one rule is looked at whenever another one is."""

from __future__ import annotations

from slaaudit.policy.resolved import Rule, Trigger

_ALWAYS = (Trigger("created"), Trigger("changed"))  # of a rule that does not say


def listens_whenever(rule: Rule, other: Rule) -> bool:
    """Whether `rule` is looked at at every event at which `other` is."""
    own = rule.on if rule.on is not None else _ALWAYS
    return all(_is_among(trigger, own) for trigger in (other.on if other.on is not None else _ALWAYS))


def _is_among(trigger: Trigger, triggers: tuple[Trigger, ...]) -> bool:
    return trigger in triggers or (trigger.kind == "changed" and Trigger("changed") in triggers)
