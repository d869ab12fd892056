"""The metrics of a policy: the built-in ones, then what a preset and the policy change or add, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from slaaudit.conditions import Condition
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import MetricFile, MetricsFile
from slaaudit.policy.resolved import Metric, Path
from slaaudit.policy.validating import validated
from slaaudit.policy.vocabulary import SHOWS, needs_of
from slaaudit.problems import did_you_mean
from slaaudit.yaml_nodes import Document, read_yaml

Keys = dict[str, Any]  # the keys of one metric that are written down, conditions with their places
_ON_EVENTS = ("start", "stop", "sum")
_ON_TICKETS = ("counts_in", "applies_to")


def metric_keys(written: Mapping[str, MetricFile], mistakes: Mistakes) -> dict[str, Keys]:
    """The keys of each metric of one file, its conditions placed and checked; unknown `needs` become problems."""
    return {name: _keys(metric, ("metrics", name), mistakes) for name, metric in written.items()}


def _keys(metric: MetricFile, path: Path, mistakes: Mistakes) -> Keys:
    keys: Keys = {key: getattr(metric, key) for key in metric.model_fields_set}
    for key, value in keys.items():
        if isinstance(value, Condition):
            keys[key] = mistakes.condition(value, (*path, key), of_event=key in _ON_EVENTS)
        if key in _ON_TICKETS and keys[key].matches_everything:
            keys[key] = None
    for index, word in enumerate(keys.get("needs", ())):
        if word not in SHOWS:
            hint = did_you_mean(word, SHOWS) or f"use words of {', '.join(SHOWS)}"
            mistakes.add((*path, "needs", index), "unknown_word", f"'{word}' is nothing an export can show", hint)
    return keys


@cache
def builtin_metrics() -> Mapping[str, Keys]:
    """The metrics that slaaudit brings along, in their order."""
    name = "metrics.yaml"
    text = files("slaaudit.policy").joinpath(name).read_text(encoding="utf-8")
    document = read_yaml(text, file=name, trusted=True)
    # The file is the value of `metrics:` in a policy; one level deeper it is read by the same rules.
    nested = Document(name, {"metrics": document.value}, _deeper(document.keys), _deeper(document.values))
    mistakes = Mistakes(nested)
    model = validated(MetricsFile, mistakes)
    keys = metric_keys(model.metrics, mistakes) if model else {}
    mistakes.raise_if_any()
    return keys


def _deeper(places: Mapping[Path, tuple[int, int]]) -> dict[Path, tuple[int, int]]:
    return {("metrics", *path): place for path, place in places.items()}


def overlaid(*layers: Mapping[str, Keys]) -> dict[str, Keys]:
    """Each metric with the keys of the later layers over those of the earlier, in the order of first mention."""
    names = dict.fromkeys(name for layer in layers for name in layer)
    return {name: {key: value for layer in layers for key, value in layer.get(name, {}).items()} for name in names}


def complete_metrics(layers: Mapping[str, Keys], mistakes: Mistakes) -> dict[str, Metric]:
    """The metrics with their defaults; what makes one no clock at all becomes a problem at its place in the file."""
    is_readable = not mistakes.under("metrics")  # else what seems to be missing may be what is wrong
    metrics = {name: _complete(name, keys) for name, keys in layers.items()}
    for metric in metrics.values() if is_readable else ():
        _check_clock(metric, mistakes)
    return metrics


def _complete(name: str, keys: Keys) -> Metric:
    filled: Keys = {"title": name} | keys
    metric = Metric(**filled | {"name": name})
    if "needs" in keys:
        return replace(metric, needs=tuple(keys["needs"]))
    events = (metric.start, metric.stop, metric.sum)
    return replace(metric, needs=needs_of(events, metric.counts_in, ends_at_solve=metric.stop is None))


def _check_clock(metric: Metric, mistakes: Mistakes) -> None:
    path: Path = ("metrics", metric.name)
    if metric.start is None:
        hint = did_you_mean(metric.name, builtin_metrics()) or "write it like  start: {event: created}"
        mistakes.add(
            path, "incomplete_metric", f"the metric '{metric.name}' does not say what starts it", hint, of_key=True
        )
    elif metric.sum and metric.stop:
        what = f"the metric '{metric.name}' adds up durations, so nothing stops it"
        mistakes.add(path, "incomplete_metric", what, "remove 'stop', or remove 'sum'", of_key=True)
    elif not metric.sum and not metric.stop and metric.on_solved == "ignore":
        what = f"nothing ever stops the metric '{metric.name}'"
        mistakes.add(path, "incomplete_metric", what, "add 'stop', or let on_solved be stop", of_key=True)
