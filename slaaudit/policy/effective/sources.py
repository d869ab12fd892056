"""Where a value of the effective policy comes from, in the words of its comment."""

from __future__ import annotations

from dataclasses import dataclass

from slaaudit.policy.loading import Reading
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.origins import Origin
from slaaudit.policy.resolved import Path

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Sources:
    """The places of one policy."""

    reading: Reading

    @property
    def preset(self) -> str:
        """The preset as a source."""
        return f"preset {self.reading.written.preset}"

    def at(self, *path: str | int) -> str:
        """`file:line` of what was written at a path."""
        line, _ = self.reading.document.place(path)
        return f"{self.reading.document.file}:{line}"

    def of(self, origin: Origin, level: str) -> str:
        """`file:line` of a value of a level, and the level that it was inherited from."""
        place = self.at(*origin.path)
        return place if origin.level == level else f"based_on {origin.level}, {place}"

    def is_written(self, *path: str | int) -> bool:
        """Whether the file says something at this path."""
        return path in self.reading.document.values

    def of_key(self, key: str, *, in_preset: bool = False) -> str:
        """Of a key at the top of the file."""
        if self.is_written(key):
            return self.at(key)
        return self.preset if in_preset else DEFAULT

    def of_metric(self, metric: str, key: str) -> str | None:
        """Of a key of a metric; None if nothing says it, and its value is the general one."""
        path: Path = ("metrics", metric, key)
        if self.is_written(*path):
            return self.at(*path)
        if key in self.reading.preset.metrics.get(metric, {}):
            return self.preset
        return DEFAULT if key in builtin_metrics().get(metric, {}) else None
