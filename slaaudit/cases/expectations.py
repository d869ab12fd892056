"""A case's `expect` → the values that each clock must have, and how they differ from those it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slaaudit.cases.times import CaseClock
from slaaudit.durations import format_hms, parse_duration
from slaaudit.frames import OUTCOMES
from slaaudit.policy import Policy
from slaaudit.policy.mistakes import Mistakes
from slaaudit.problems import did_you_mean
from slaaudit.yaml_nodes import Path

Expected = Mapping[str, Any]  # key of `COLUMNS` → value as in the log; only the keys that the case names

# What a case may expect of a clock, and the column of the log that holds it.
COLUMNS = {
    "outcome": "outcome",
    "level": "level",
    "rule": "rule",
    "elapsed": "elapsed",
    "paused": "paused",
    "due": "due_date",
    "started": "sla_started",
    "stopped": "closed",
    "decided": "decided",
    "target": "target",
    "sla": "sla",
    "cycle": "cycle",
    "at_risk": "at_risk",
    "reason": "reason",
    "calendar": "calendar",
    "department": "department",
    "agent": "agent",
    "priority": "priority",
}
_DURATIONS = ("elapsed", "paused", "target", "sla")
_INSTANTS = ("due", "started", "stopped", "decided")
_NOTHING = (None, "none")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ExpectationReader:
    """Reads what one case expects; mistakes go to `found`."""

    policy: Policy
    clock: CaseClock
    found: Mistakes

    def read(self, raw: object, path: Path) -> dict[str, tuple[Expected, ...]]:
        """Metric → the clocks it must have: `none`, one mapping, or a list of them."""
        expected: dict[str, tuple[Expected, ...]] = {}
        for metric, clocks in raw.items() if isinstance(raw, dict) else ():
            here = (*path, metric)
            if metric not in self.policy.metrics:
                hint = did_you_mean(metric, self.policy.metrics) or f"metrics are {', '.join(self.policy.metrics)}"
                self.found.add(here, "unknown_metric", f"there is no metric '{metric}'", hint, of_key=True)
            elif isinstance(clocks, list):
                expected[metric] = tuple(self._clock(each, (*here, index)) for index, each in enumerate(clocks))
            else:
                expected[metric] = () if clocks in _NOTHING else (self._clock(clocks, here),)
        return expected

    def _clock(self, raw: object, path: Path) -> Expected:
        if not isinstance(raw, dict) or not raw:
            what = f"'{raw}' says nothing of a clock" if raw else "nothing is said of the clock"
            self.found.add(path, "wrong_type", what, "write {outcome: fulfilled}, a list of such, or none")
            return {}
        return {key: self._value(key, value, (*path, key)) for key, value in raw.items()}

    def _value(self, key: str, value: object, path: Path) -> object:
        """The value in the type of the log."""
        if key not in COLUMNS:
            hint = did_you_mean(key, COLUMNS) or f"known keys: {', '.join(COLUMNS)}"
            self.found.add(path, "unknown_key", f"unknown key '{key}'", hint, of_key=True)
        elif value in _NOTHING:
            return None
        elif key in _DURATIONS:
            return self._duration(str(value), path)
        elif key in _INSTANTS:
            return self._instant(str(value), path)
        else:
            self._check(key, value, path)
        return value

    def _duration(self, text: str, path: Path) -> timedelta | None:
        try:
            microseconds = parse_duration(text.removeprefix("-"))
        except ValueError as wrong:
            self.found.add(path, "bad_duration", str(wrong))
            return None
        return (-microseconds if text.startswith("-") else microseconds) * _MICROSECOND

    def _instant(self, text: str, path: Path) -> datetime | None:
        try:
            return self.clock.instant(text)
        except ValueError as wrong:
            self.found.add(path, "bad_instant", str(wrong))
            return None

    def _check(self, key: str, value: object, path: Path) -> None:
        """Notes a value that no clock can ever have."""
        policy = self.policy
        names = {"outcome": OUTCOMES, "level": policy.levels, "calendar": policy.calendars}
        names["rule"] = tuple(rule.name for rule in policy.rules)
        if key in names and str(value) not in names[key]:
            hint = did_you_mean(str(value), names[key]) or f"known: {', '.join(names[key])}"
            self.found.add(path, "unknown_word", f"there is no {key} '{value}'", hint)
        if key == "cycle" and type(value) is not int:
            self.found.add(path, "wrong_type", f"'{value}' is no number of a cycle", "cycles count from 1")
        if key == "at_risk" and not isinstance(value, bool):
            self.found.add(path, "wrong_type", f"'{value}' is neither true nor false")


def differences(
    metric: str, wanted: tuple[Expected, ...], clocks: list[Mapping[str, Any]], clock: CaseClock
) -> Iterator[str]:
    """One line for each value that is not as expected; `clocks` are the metric's rows of the log, by cycle.

    A single expectation that names its `cycle` is compared with that one; otherwise the numbers must agree.
    """
    if len(wanted) == 1 and "cycle" in wanted[0]:
        clocks = [row for row in clocks if row["cycle"] == wanted[0]["cycle"]]
    if len(wanted) != len(clocks):
        found = ": " + ", ".join(_summary(row, clock) for row in clocks) if clocks else ""
        yield f"{metric}: expected {_counted(len(wanted))}, got {_counted(len(clocks))}{found}"
        return
    for expected, row in zip(wanted, clocks, strict=True):
        number = f" {row['cycle']}" if len(clocks) > 1 else ""
        for key, value in expected.items():
            if (actual := row[COLUMNS[key]]) != value:
                yield f"{metric}{number}: {key}: expected {_shown(value, clock)}, got {_shown(actual, clock)}"


def _counted(number: int) -> str:
    return f"{number} clock{'' if number == 1 else 's'}" if number else "no clock"


def _summary(row: Mapping[str, Any], clock: CaseClock) -> str:
    values = {"outcome": row["outcome"], "started": row["sla_started"], "elapsed": row["elapsed"]}
    return "{" + ", ".join(f"{key}: {_shown(value, clock)}" for key, value in values.items()) + "}"


def _shown(value: object, clock: CaseClock) -> str:
    shown: dict[type, Callable[[Any], str]] = {
        type(None): lambda _: "none",
        bool: lambda flag: str(flag).lower(),
        timedelta: lambda duration: format_hms(duration // _MICROSECOND),
        datetime: clock.shown,
    }
    return shown.get(type(value), str)(value)
