"""Presets: other systems' readings of the same words, one YAML file each in the folder `presets`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from slaaudit.policy.metrics import Keys, builtin_metrics, complete_metrics, metric_keys, overlaid
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import PresetFile
from slaaudit.policy.resolved import OnLevelChange, Trigger
from slaaudit.policy.states import checked_states
from slaaudit.policy.validating import validated
from slaaudit.problems import did_you_mean
from slaaudit.yaml_nodes import read_yaml

_FOLDER = "presets"
_ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class Preset:
    """What a preset says: keys of metrics, when rules are looked at, what a change of level does, words of states.

    `clocks` are the metrics that the system has, with its own names for them, which become their titles; others can
    be used with the preset as well. `not_covered` tells in sentences what of its rules the preset leaves out. Whatever
    a policy writes goes over what its preset says, key by key.
    """

    title: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)
    not_covered: tuple[str, ...] = ()
    metrics: Mapping[str, Keys] = field(default_factory=dict)
    rules_on: tuple[Trigger, ...] | None = None
    on_level_change: OnLevelChange | None = None
    states: dict[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def preset_names() -> tuple[str, ...]:
    """The presets that slaaudit brings along, by name."""
    folder = files("slaaudit.policy").joinpath(_FOLDER)
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


@cache
def load_preset(name: str) -> Preset:
    """One of `preset_names()`. Raises `SlaauditError` with every mistake in its file."""
    return read_preset(preset_text(name), file=f"{name}{_ENDING}")


def preset_text(name: str) -> str:
    """The file of one of `preset_names()`, with the comments that say where each line comes from."""
    return files("slaaudit.policy").joinpath(_FOLDER, f"{name}{_ENDING}").read_text(encoding="utf-8")


def read_preset(text: str, *, file: str) -> Preset:
    """The preset in a YAML text; its keys are the fields of `Preset`, of which only `title` is required."""
    mistakes = Mistakes(read_yaml(text, file=file))
    model = validated(PresetFile, mistakes)
    if model is None:
        mistakes.raise_if_any()
        return Preset()
    metrics = overlaid(_titles(model, mistakes), metric_keys(model.metrics, mistakes))
    complete_metrics(overlaid(builtin_metrics(), metrics), mistakes)
    states = checked_states(model.states, mistakes)
    mistakes.raise_if_any()
    return Preset(
        title=model.title,
        source=model.source,
        clocks=model.clocks,
        not_covered=tuple(model.not_covered),
        metrics=metrics,
        rules_on=model.rules_on,
        on_level_change=model.on_level_change,
        states=states,
    )


def _titles(model: PresetFile, mistakes: Mistakes) -> dict[str, Keys]:
    """The titles that the system's own names give to its clocks; clocks that are no metrics become problems."""
    known = [*builtin_metrics(), *model.metrics]
    for name in model.clocks:
        if name not in known:
            hint = did_you_mean(name, known) or f"metrics are {', '.join(known)}"
            mistakes.add(("clocks", name), "unknown_metric", f"there is no metric '{name}'", hint, of_key=True)
    return {name: {"title": title} for name, title in model.clocks.items() if name in known}
