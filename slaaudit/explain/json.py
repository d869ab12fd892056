"""An explanation as JSON: everything that is known, with documented keys (`slaaudit manual explain`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import polars as pl

from slaaudit.explain.story import ClockStory, Explanation
from slaaudit.explain.words import SECOND

_PLAIN = str | int | float | bool | None


def json_of(story: Explanation) -> str:
    """One object. Instants are RFC 3339 in UTC, durations whole seconds (parts of a second are cut off)."""
    document = {
        "ticket": story.ticket,
        "as_of": story.as_of,
        "timezone": story.timezone,
        "policy": {"name": story.policy_name, "sha256": story.policy_hash},
        "sentence": story.sentence,
        "evaluations": story.evaluations,
        "exclusion": story.exclusion,
        "levels": story.levels,
        "clocks": [_clock(clock) for clock in story.clocks],
        "problems": story.problems,
        "notes": story.notes,
    }
    return json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _clock(clock: ClockStory) -> Mapping[str, Any]:
    """The columns of the log, then what the log does not have."""
    return {**clock.row, **{field.name: getattr(clock, field.name) for field in fields(clock) if field.name != "row"}}


def plain(value: Any) -> Any:
    """What JSON can hold of a value: dataclasses and mappings as objects, instants and durations as in `json_of`."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    if isinstance(value, timedelta):
        return -(-value // SECOND) if value < timedelta() else value // SECOND
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, list | tuple | pl.Series):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, float) and not isfinite(value):  # JSON has no NaN
        return None
    return value if isinstance(value, _PLAIN) else str(value)
