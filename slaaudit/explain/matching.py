"""A condition as it turned out on the ticket: each comparison with the value it met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from slaaudit.conditions import Condition
from slaaudit.conditions.describing import describe
from slaaudit.conditions.tree import AllOf, AnyOf, Comparison, Node, Not
from slaaudit.engine.timeline import Timeline
from slaaudit.explain.story import Checked
from slaaudit.explain.words import hms, local


@dataclass(frozen=True)
class _Found:
    """How one comparison turned out."""

    holds: bool
    value: str | None


Finder = Callable[[Comparison], _Found]


def tested_after(condition: Condition, timeline: Timeline, row: int) -> Checked:
    """The condition with the values after an event of the timeline."""

    def find(comparison: Comparison) -> _Found:
        alone = Condition(comparison, {}, condition.place, condition.places)
        value = timeline.value(comparison.column)[row]
        return _Found(timeline.holds(alone)[row], shown_value(value, timeline.timezone))

    return _tested(condition.tree, find)


def tested_at_end(condition: Condition, timeline: Timeline) -> Checked:
    """The condition with the values of the one ticket of the timeline as of its end."""

    def find(comparison: Comparison) -> _Found:
        alone = Condition(comparison, {}, condition.place, condition.places)
        value = timeline.values_at_end(alone)[comparison.column][0]
        return _Found(timeline.at_ticket_end(alone)[0], shown_value(value, timeline.timezone))

    return _tested(condition.tree, find)


def shown_value(value: Any, timezone: str) -> str | None:
    """A value of a ticket as text: tags in a row, instants on the policy's clocks; None for an empty one."""
    if isinstance(value, pl.Series):
        return ", ".join(str(each) for each in value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return local(value, timezone).isoformat(sep=" ")
    if isinstance(value, timedelta):
        return hms(value)
    return None if value is None or value == "" else str(value)


def _tested(node: Node, find: Finder) -> Checked:
    if isinstance(node, Comparison):
        found = find(node)
        return Checked(text=describe(node), holds=found.holds, column=node.column, value=found.value)
    if isinstance(node, Not) and isinstance(node.part, Comparison):
        found = find(node.part)
        return Checked(text=describe(node), holds=not found.holds, column=node.part.column, value=found.value)
    if isinstance(node, Not):
        part = _tested(node.part, find)
        return Checked(text=describe(node), holds=not part.holds, joined="not", parts=(part,))
    parts = tuple(_tested(part, find) for part in node.parts)
    holds = any(part.holds for part in parts) if isinstance(node, AnyOf) else all(part.holds for part in parts)
    return Checked(text=describe(node), holds=holds, joined="and" if isinstance(node, AllOf) else "or", parts=parts)
