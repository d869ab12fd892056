"""Which clocks can be measured, given what an export shows, and what the others lack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from slaaudit.engine.reasons import NOT_SHOWN
from slaaudit.engine.verdicts import needs_of
from slaaudit.policy.metrics import builtin_metrics, complete_metrics
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.resolved import Metric
from slaaudit.yaml_nodes import read_yaml


@dataclass(frozen=True, slots=True)
class Measurable:
    """A metric, and what the export does not show of what it needs (in words; none: it can be measured)."""

    metric: str
    title: str
    lacking: tuple[str, ...]

    @property
    def why(self) -> str:
        """Why it cannot be measured, as a sentence of the log; empty if it can."""
        return f"the export does not show {' or '.join(self.lacking)}" if self.lacking else ""


@cache
def known_metrics() -> Mapping[str, Metric]:
    """The built-in metrics by name, in the order of their file."""
    mistakes = Mistakes(read_yaml("metrics: {}", file="metrics"))
    metrics = complete_metrics(builtin_metrics(), mistakes)
    mistakes.raise_if_any()
    return metrics


def measurable(shows: Collection[str], metrics: Mapping[str, Metric] | None = None) -> tuple[Measurable, ...]:
    """Each of the metrics (default: the built-in ones), in order, for an export that shows this (`export.SHOWS`)."""
    return tuple(
        Measurable(
            name, metric.title, tuple(NOT_SHOWN.get(word, word) for word in sorted(needs_of(metric) - frozenset(shows)))
        )
        for name, metric in (known_metrics() if metrics is None else metrics).items()
    )
