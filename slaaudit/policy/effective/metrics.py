"""The metrics that targets use, or that a preset or the policy changes, with all of their keys."""

from __future__ import annotations

from slaaudit.conditions import Condition
from slaaudit.policy.effective.sources import DEFAULT, Sources
from slaaudit.policy.effective.yaml_text import Page, condition, flow, scalar
from slaaudit.policy.model import MetricFile
from slaaudit.policy.resolved import Metric

_EVERYTHING = ("counts_in", "applies_to")  # where no condition is written as the empty one


def add_metrics(page: Page, sources: Sources) -> None:
    """The metrics; those that nothing uses and nothing changes are as slaaudit has them, and left out."""
    reading = sources.reading
    shown = {*reading.policy.metrics_in_use, *reading.preset.metrics, *reading.written.metrics}
    if not shown:
        return
    page.add(0, "")
    page.add(0, "metrics:", sources.of_key("metrics", in_preset=bool(reading.preset.metrics)))
    for name, metric in reading.policy.metrics.items():
        if name in shown:
            is_own = sources.is_written("metrics", name)
            page.add(1, f"{scalar(name)}:", sources.at("metrics", name) if is_own else "")
            _add_metric(page, sources, metric)


def _add_metric(page: Page, sources: Sources, metric: Metric) -> None:
    for key in MetricFile.model_fields:
        value, source = getattr(metric, key), sources.of_metric(metric.name, key)
        if value is None and source is None and key != "counts_in":
            continue
        page.add(2, f"{key}: {_text(key, value)}", source or DEFAULT)


def _text(key: str, value: object) -> str:
    if isinstance(value, Condition) and list(value.raw) == ["any"]:
        return flow(value.raw["any"]) if key in ("start", "stop", "sum") else condition(value)
    if value is None or isinstance(value, Condition):
        return condition(value, nothing="{}" if key in _EVERYTHING else "none")
    return flow(value)
