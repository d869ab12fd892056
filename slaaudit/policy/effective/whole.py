"""The effective policy, section by section."""

from __future__ import annotations

from slaaudit.policy.effective.calendars import Years, add_calendars
from slaaudit.policy.effective.levels import add_levels
from slaaudit.policy.effective.metrics import add_metrics
from slaaudit.policy.effective.sources import DEFAULT, Sources
from slaaudit.policy.effective.yaml_text import Page, condition, flow, scalar
from slaaudit.policy.loading import Reading
from slaaudit.policy.resolved import NO_LEVEL, Rule, Trigger

_HASH_SHOWN = 12
_TRIGGERS = (Trigger("created"), Trigger("changed"))


def effective_policy(reading: Reading, years: Years) -> str:
    """The policy as YAML that loads as an equal one; a comment on each line says where its value comes from.

    Holidays of countries and .ics files are written out as dates from the first through the last of `years`.
    """
    sources, policy, page = Sources(reading), reading.policy, Page()
    through = str(years[0]) if years[0] == years[1] else f"{years[0]} through {years[1]}"
    page.add(0, f"# What {reading.document.file} (sha256 {policy.hash[:_HASH_SHOWN]}) comes to: defaults,")
    page.add(0, f"# based_on and presets are written out, holidays for {through}.")
    page.add(0, "")
    page.add(0, f"policy: {scalar(policy.name)}", sources.at("policy"))
    page.add(0, f"timezone: {scalar(policy.timezone)}", sources.of_key("timezone"))
    has_level_change = reading.preset.on_level_change is not None
    page.add(
        0,
        f"on_level_change: {policy.on_level_change}",
        sources.of_key("on_level_change", in_preset=has_level_change),
    )
    add_calendars(page, sources, years)
    add_levels(page, sources)
    _add_rules(page, sources)
    page.add(0, "")
    page.add(0, f"exclude: {condition(policy.exclude)}", sources.of_key("exclude"))
    _add_states(page, sources)
    add_metrics(page, sources)
    return page.text()


def _add_rules(page: Page, sources: Sources) -> None:
    page.add(0, "")
    page.add(0, "rules:", sources.at("rules"))
    for number, rule in enumerate(sources.reading.policy.rules):
        _add_rule(page, sources, number, rule)


def _add_rule(page: Page, sources: Sources, number: int, rule: Rule) -> None:
    def source(key: str, other: str = DEFAULT) -> str:
        path = ("rules", number, key)
        return sources.at(*path) if sources.is_written(*path) else other

    page.add(1, f"- name: {scalar(rule.name)}", source("name", f"{DEFAULT}, {sources.at('rules', number)}"))
    page.add(2, f"when: {condition(rule.when, nothing='{}')}", source("when", f"{DEFAULT}: every ticket"))
    if rule.no_level or rule.level is not None:
        page.add(2, f"level: {scalar(rule.level or NO_LEVEL)}", source("level"))
    page.add(2, f"stop: {scalar(rule.stop)}", source("stop"))
    in_preset = sources.preset if sources.reading.preset.rules_on is not None else DEFAULT
    page.add(2, f"on: {flow([_trigger(each) for each in rule.on or _TRIGGERS])}", source("on", in_preset))


def _trigger(trigger: Trigger) -> object:
    return trigger.kind if trigger.field is None else {trigger.kind: trigger.field}


def _add_states(page: Page, sources: Sources) -> None:
    reading = sources.reading
    if not reading.policy.states:
        return
    page.add(0, "")
    page.add(0, "states:", sources.of_key("states", in_preset=True))
    for state, words in reading.policy.states.items():
        page.add(1, f"{state}:")
        own = reading.written.states.get(state, [])
        for word in words:
            at = sources.at("states", state, own.index(word)) if word in own else sources.preset
            page.add(2, f"- {scalar(word)}", at)
