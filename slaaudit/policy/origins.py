"""Where the values of a level's targets were written: in the level itself, or in one that it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slaaudit.policy.levels import COUNTING_KEYS, begins_anew, cell_of
from slaaudit.policy.model import LevelFile, TargetFile
from slaaudit.policy.resolved import Path

SHARED_KEYS = ("calendar", "pause", "warn_at", "objective")  # a target has them from its level unless it says them
Key = str | tuple[str, str | None]  # a key of a target; an amount by priority is ("by_priority", cell)


@dataclass(frozen=True, slots=True)
class Origin:
    """The level in which a value was written, and the value's path in the file."""

    level: str
    path: Path


def chain_of(levels: Mapping[str, LevelFile], name: str) -> list[str]:
    """The level and those it is based on, the first ancestor first."""
    chain = [name]
    while (base := levels[chain[-1]].based_on) is not None:
        chain.append(base)
    return chain[::-1]


def level_origins(levels: Mapping[str, LevelFile], name: str) -> dict[str, Origin]:
    """Key → where the level has its value from, of `SHARED_KEYS`; what was never written is not in it."""
    return {
        key: Origin(each, ("levels", each, key))
        for each in chain_of(levels, name)
        for key in SHARED_KEYS
        if key in levels[each].model_fields_set
    }


def target_origins(levels: Mapping[str, LevelFile], name: str, metric: str) -> dict[Key, Origin]:
    """Key → where the level's target for a metric has its value from; defaults are not in it.

    It goes the way in which levels are merged: the ancestors first, each target over the one before.
    """
    found: dict[Key, Origin] = {}
    for level in chain_of(levels, name):
        if metric not in levels[level].targets:
            continue
        target, path = levels[level].targets[metric], ("levels", level, "targets", metric)
        if target is None:  # `none` takes an inherited target away, with all that was said about it
            found.clear()
        else:
            found = _over(found, target, level, path)
    of_level = level_origins(levels, name)
    if "due" in found:  # hours and pauses of the level are not those of a due date
        of_level = {key: origin for key, origin in of_level.items() if key not in COUNTING_KEYS}
    return of_level | found


def _over(found: dict[Key, Origin], target: TargetFile, level: str, path: Path) -> dict[Key, Origin]:
    kept = found
    if begins_anew(found, target.model_fields_set):
        left = ("target", "due", *COUNTING_KEYS)
        kept = {key: origin for key, origin in found.items() if isinstance(key, str) and key not in left}
    elif target.target is not None:
        kept = {key: origin for key, origin in found.items() if isinstance(key, str)}
    elif target.by_priority is not None:
        kept = {key: origin for key, origin in found.items() if key != "target"}
    keys = target.model_fields_set - {"by_priority"}
    own: dict[Key, Origin] = {key: Origin(level, (*path, key)) for key in keys}
    for priority in target.by_priority or {}:
        own["by_priority", cell_of(priority)] = Origin(level, (*path, "by_priority", priority))
    return kept | own


def nearest_target(levels: Mapping[str, LevelFile], name: str, metric: str, key: str | None = None) -> Origin:
    """The target for a metric that is written nearest to the level; with `key`, that key of the nearest with it."""
    for level in reversed(chain_of(levels, name)):
        target = levels[level].targets.get(metric)
        if target is not None and (key is None or key in target.model_fields_set):
            path: Path = ("levels", level, "targets", metric)
            return Origin(level, path if key is None else (*path, key))
    raise KeyError(metric)


def amount_origins(origins: Mapping[Key, Origin]) -> dict[str | None, Origin]:
    """Cell (None: every other priority) → where its amount was written, the plain amount being the cell None."""
    cells: dict[str | None, Origin] = {}
    for key, origin in origins.items():
        if key == "target":
            cells[None] = origin
        elif isinstance(key, tuple):
            cells[key[1]] = origin
    return cells
