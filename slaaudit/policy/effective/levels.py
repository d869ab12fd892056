"""Levels with every target complete."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from slaaudit.calendars import ALWAYS
from slaaudit.policy.effective.sources import DEFAULT, Sources
from slaaudit.policy.effective.yaml_text import Page, condition, scalar
from slaaudit.policy.levels import OTHERWISE
from slaaudit.policy.origins import Key, Origin, amount_origins, level_origins, nearest_target, target_origins
from slaaudit.policy.resolved import Level, Target


def add_levels(page: Page, sources: Sources) -> None:
    """The levels of the policy, each standing on its own."""
    page.add(0, "")
    page.add(0, "levels:", sources.at("levels"))
    for level in sources.reading.policy.levels.values():
        page.add(1, f"{scalar(level.name)}:", sources.at("levels", level.name))
        _add_level(page, sources, level)


def _add_level(page: Page, sources: Sources, level: Level) -> None:
    written = sources.reading.written.levels
    if level.objective is not None:
        origin = level_origins(written, level.name)["objective"]
        page.add(2, f"objective: {share(level.objective)}", sources.of(origin, level.name))
    if not level.targets:
        page.add(2, "targets: {}", DEFAULT)
        return
    page.add(2, "targets:")
    for metric, target in level.targets.items():
        nearest = nearest_target(written, level.name, metric)
        page.add(3, f"{scalar(metric)}:", sources.of(nearest, level.name))
        _add_target(page, sources, level.name, target, origins=target_origins(written, level.name, metric))


def _add_target(page: Page, sources: Sources, level: str, target: Target, *, origins: Mapping[Key, Origin]) -> None:
    _add_amounts(page, sources, level, target, origins=origins)
    where = {key: sources.of(origin, level) for key, origin in origins.items()}
    page.add(4, f"calendar: {scalar(target.calendar)}", where.get("calendar") or _only_calendar(target))
    of_metric = None if target.due else sources.of_metric(target.metric, "pause")
    pause = where.get("pause") or of_metric or _no_pause(target)
    page.add(4, f"pause: {condition(target.pause)}", pause)
    page.add(4, f"warn_at: {share(target.warn_at)}", where.get("warn_at", DEFAULT))
    if target.objective is not None:
        page.add(4, f"objective: {share(target.objective)}", where["objective"])


def _add_amounts(page: Page, sources: Sources, level: str, target: Target, *, origins: Mapping[Key, Origin]) -> None:
    if target.due is not None:
        page.add(4, f"due: {scalar(target.due.column)}", sources.of(origins["due"], level))
        return
    cells = {cell: sources.of(origin, level) for cell, origin in amount_origins(origins).items()}
    if list(target.amounts) == [None]:
        page.add(4, f"target: {target.amounts[None]}", cells[None])
        return
    page.add(4, "by_priority:")
    for cell, amount in target.amounts.items():
        page.add(5, f"{scalar(OTHERWISE if cell is None else cell)}: {amount}", cells[cell])


def _no_pause(target: Target) -> str:
    return f"{DEFAULT}: the export's due date knows its own pauses" if target.due else DEFAULT


def _only_calendar(target: Target) -> str:
    if target.due is not None:
        return f"{DEFAULT}: the export's due date knows its own hours"
    return f"{DEFAULT}: the policy has no calendar" if target.calendar == ALWAYS else f"{DEFAULT}: the only calendar"


def share(of_whole: Fraction) -> str:
    """As a percentage, exactly."""
    percent = Decimal(of_whole.numerator * 100) / Decimal(of_whole.denominator)
    return f"{percent.normalize():f}%"
