"""A policy file → `Policy`: the only reader of policies, and the map of how one is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from slaaudit.calendars import ALWAYS, Calendar, validate_spec
from slaaudit.conditions import Condition, parse_condition
from slaaudit.frames import GONE_STATES
from slaaudit.policy.files import decoded, read_bytes
from slaaudit.policy.levels import Levels
from slaaudit.policy.metrics import builtin_metrics, complete_metrics, metric_keys, overlaid
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import PolicyFile
from slaaudit.policy.presets import Preset, load_preset, preset_names
from slaaudit.policy.resolved import Level, Metric, Policy
from slaaudit.policy.rules import resolved_rules
from slaaudit.policy.states import checked_states, merged_states
from slaaudit.policy.validating import validated
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.yaml_nodes import Document, read_yaml
from slaaudit.zones import is_zone, zone_names


@dataclass(frozen=True, slots=True)
class Reading:
    """A policy on all its stages: the text, its YAML, the keys as written, the preset it takes, what it comes to."""

    text: str
    document: Document
    written: PolicyFile
    preset: Preset
    policy: Policy


def load_policy(source: FilePath | str) -> Policy:
    """The policy in a file. Raises `SlaauditError` with everything that is wrong with it, each as `file:line:col`.

    Files that it names (.ics) are looked up in its folder.
    """
    return read_policy(source).policy


def loads_policy(text: str, *, file: str = "policy", base_dir: FilePath | None = None) -> Policy:
    """The policy in a text; `file` is its name in messages. Raises as `load_policy`."""
    return reads_policy(text, file=file, base_dir=base_dir).policy


def read_policy(source: FilePath | str) -> Reading:
    """The policy in a file, with how it was written. Raises as `load_policy`."""
    path = FilePath(source)
    content = read_bytes(path)
    text = decoded(content, file=str(source))
    return _reading(text, file=str(source), base_dir=path.parent, digest=hashlib.sha256(content).hexdigest())


def reads_policy(text: str, *, file: str = "policy", base_dir: FilePath | None = None) -> Reading:
    """The policy in a text, with how it was written. Raises as `load_policy`."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _reading(text, file=file, base_dir=base_dir, digest=digest)


def _reading(text: str, *, file: str, base_dir: FilePath | None, digest: str) -> Reading:
    mistakes = Mistakes(_checked_document(read_yaml(text, file=file)))
    written = validated(PolicyFile, mistakes)
    if written is None:
        mistakes.raise_if_any()
        raise AssertionError("a document that no model fits has mistakes")
    preset = _preset(written, mistakes)
    policy = _resolved(written, preset, mistakes, base_dir, digest=digest)
    return Reading(text, mistakes.document, written, preset, policy)


def _resolved(
    written: PolicyFile, preset: Preset, mistakes: Mistakes, base_dir: FilePath | None, *, digest: str
) -> Policy:
    """The policy, its parts made in the order in which they need each other. Raises with all mistakes at once."""
    timezone = _timezone(written, mistakes)
    calendars = _calendars(written, timezone, base_dir, mistakes)
    metrics = _metrics(written, preset, mistakes)
    levels = _levels(written, metrics, mistakes)
    rules = resolved_rules(written.rules, mistakes, preset.rules_on)
    states = merged_states(preset.states, checked_states(written.states, mistakes))
    exclude = _exclude(written, mistakes)
    mistakes.raise_if_any()
    return Policy(
        name=written.policy,
        timezone=timezone,
        calendars=calendars,
        levels=levels,
        rules=rules,
        exclude=exclude,
        on_level_change=written.on_level_change or preset.on_level_change or "retarget",
        states=states,
        metrics=metrics,
        preset=written.preset,
        hash=digest,
        file=mistakes.document.file,
        places={**mistakes.document.values, **mistakes.document.keys},
    )


def _checked_document(document: Document) -> Document:
    if isinstance(document.value, dict) and document.value:
        return document
    what = "the policy is empty" if document.value in (None, {}) else "a policy is a mapping of keys to values"
    line, column_number = document.place(())
    raise SlaauditError(
        Problem(
            code="not_a_policy",
            what=what,
            hint="start it with  policy: NAME  and give it levels and rules",
            file=document.file,
            line=line,
            column_number=column_number,
        )
    )


def _timezone(written: PolicyFile, mistakes: Mistakes) -> str:
    """The policy's time zone; UTC stands in for one that does not exist."""
    if is_zone(written.timezone):
        return written.timezone
    hint = did_you_mean(written.timezone, zone_names()) or "give an IANA time zone, such as Europe/Amsterdam or UTC"
    mistakes.add(("timezone",), "unknown_zone", f"unknown time zone '{written.timezone}'", hint)
    return "UTC"


def _calendars(
    written: PolicyFile, timezone: str, base_dir: FilePath | None, mistakes: Mistakes
) -> dict[str, Calendar]:
    """The policy's calendars that nothing is wrong with, in their order, then `24x7`."""
    calendars: dict[str, Calendar] = {}
    for name, spec in written.calendars.items():
        path = ("calendars", name)
        found = validate_spec(spec, timezone=timezone, base_dir=base_dir)
        for inside, problem in found:
            of_key = problem.code in ("unknown_key", "unknown_day")
            mistakes.add((*path, *inside), problem.code, problem.what, problem.hint, of_key=of_key)
        if not found:
            calendars[name] = Calendar(spec, timezone=timezone, base_dir=base_dir)
        if name == ALWAYS and spec != ALWAYS:
            what = f"every policy knows the calendar {ALWAYS}; it cannot mean something else"
            mistakes.add(path, "reserved_name", what, "give the calendar another name", of_key=True)
    return calendars | {ALWAYS: Calendar(ALWAYS, timezone=timezone)}


def _preset(written: PolicyFile, mistakes: Mistakes) -> Preset:
    if written.preset is None:
        return Preset()
    known = preset_names()
    if written.preset in known:
        return load_preset(written.preset)
    hint = did_you_mean(written.preset, known) or (
        f"presets: {', '.join(known)}" if known else "there are no presets yet"
    )
    mistakes.add(("preset",), "unknown_preset", f"there is no preset '{written.preset}'", hint)
    return Preset()


def _metrics(written: PolicyFile, preset: Preset, mistakes: Mistakes) -> dict[str, Metric]:
    own = metric_keys(written.metrics, mistakes)
    layers = overlaid(builtin_metrics(), preset.metrics, own)
    return complete_metrics(layers, mistakes)


def _levels(written: PolicyFile, metrics: Mapping[str, Metric], mistakes: Mistakes) -> dict[str, Level]:
    """The levels; names of calendars and metrics count as known even if something else is wrong with those."""
    calendar_names = dict.fromkeys([*mistakes.names("calendars"), ALWAYS])
    metric_names = dict.fromkeys([*metrics, *mistakes.names("metrics")])
    return Levels(written.levels, tuple(calendar_names), tuple(metric_names), mistakes, metrics).resolved()


def _exclude(written: PolicyFile, mistakes: Mistakes) -> Condition | None:
    """The policy's exclusion; by default what is spam, deleted or merged."""
    if "exclude" not in written.model_fields_set:
        return parse_condition({"state": list(GONE_STATES)})
    return mistakes.condition(written.exclude, ("exclude",)) if written.exclude else None
