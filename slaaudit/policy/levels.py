"""Levels as written → levels with every target complete: `based_on` merged, calendars and pauses filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from slaaudit.calendars import ALWAYS
from slaaudit.conditions import Condition
from slaaudit.durations import Amount
from slaaudit.policy.due_dates import mistake_in_metric
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import LevelFile, TargetFile
from slaaudit.policy.resolved import DEFAULT_WARN_AT, NO_LEVEL, DueDate, Level, Metric, Path, Target
from slaaudit.problems import did_you_mean

OTHERWISE = "otherwise"
_Keys = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one policy on their way to being complete."""

    written: Mapping[str, LevelFile]
    calendars: Collection[str]  # every calendar name that the policy may use
    metrics: Collection[str]
    mistakes: Mistakes
    clocks: Mapping[str, Metric] = field(default_factory=dict)  # the metrics that are known to be right

    def resolved(self) -> dict[str, Level]:
        """Every level, complete; names that do not exist, circles and gaps become problems."""
        self._check_names()
        written = {name: self._level_keys(name) for name in self.written}
        chains = {name: self._chain(name) for name in self.written}
        if self.mistakes.under("levels"):
            return {}
        return {name: self._level(name, [written[each] for each in chain]) for name, chain in chains.items()}

    def _check_names(self) -> None:
        for name, level in self.written.items():
            path: Path = ("levels", name)
            if name.lower() == NO_LEVEL:
                what = f"a level cannot be called '{name}': in a rule that means no promise"
                self.mistakes.add(path, "reserved_name", what, "give it another name", of_key=True)
            if level.based_on and level.based_on not in self.mistakes.names("levels"):
                hint = did_you_mean(level.based_on, self.mistakes.names("levels")) or "define it under levels"
                self.mistakes.add((*path, "based_on"), "unknown_level", f"there is no level '{level.based_on}'", hint)
            self._check_calendar(level.calendar, (*path, "calendar"))
            for metric, target in level.targets.items():
                self._check_target(metric, target, (*path, "targets", metric))

    def _check_calendar(self, name: str | None, path: Path) -> None:
        if name is not None and name not in self.calendars:
            hint = did_you_mean(name, self.calendars) or f"known calendars: {', '.join(self.calendars)}"
            self.mistakes.add(path, "unknown_calendar", f"there is no calendar '{name}'", hint)

    def _check_target(self, metric: str, target: TargetFile | None, path: Path) -> None:
        if metric not in self.metrics:
            hint = did_you_mean(metric, self.metrics) or f"known metrics: {', '.join(self.metrics)}"
            self.mistakes.add(path, "unknown_metric", f"there is no metric '{metric}'", hint, of_key=True)
        if target is None:
            return
        self._check_calendar(target.calendar, (*path, "calendar"))
        self._check_promise(metric, target, path)
        seen: set[str] = set()
        for priority in target.by_priority or {}:
            if _folded(priority) in seen:
                cell = (*path, "by_priority", priority)
                self.mistakes.add(
                    cell, "priority_twice", f"the priority '{priority}' is written twice", _CASE, of_key=True
                )
            seen.add(_folded(priority))

    def _check_promise(self, metric: str, target: TargetFile, path: Path) -> None:
        """A target is one amount, one for each priority, or a due date, if its metric can have one."""
        if target.target and target.by_priority is not None:
            what = "a target is either one amount or one for each priority"
            self.mistakes.add(
                (*path, "by_priority"), "two_targets", what, f"move it into by_priority as '{OTHERWISE}'", of_key=True
            )
        if target.due is None:
            return
        if target.target or target.by_priority is not None:
            what, hint = "a target is either an amount of time or a due date of the export", "remove one of the two"
            self.mistakes.add((*path, "due"), "two_targets", what, hint, of_key=True)
        clock = self.clocks.get(metric)
        if clock is not None and (mistake := mistake_in_metric(clock)):
            self.mistakes.add((*path, "due"), "due_date_unfit", *mistake, of_key=True)

    def _chain(self, name: str) -> list[str]:
        """The level and those it is based on, the first ancestor first; circles become problems."""
        chain = [name]
        while (base := self.written[chain[-1]].based_on) in self.written:
            assert base is not None
            if base in chain:
                circle = chain[chain.index(base) :]
                if name == min(circle):  # one message a circle, wherever one enters it
                    path = ("levels", name, "based_on")
                    what = f"levels are based on each other: {' → '.join([*circle, base])}"
                    self.mistakes.add(path, "based_on_circle", what, "let one of them stand on its own")
                break
            chain.append(base)
        return chain[::-1]

    def _level_keys(self, name: str) -> _Keys:
        """The keys that one level writes down, conditions placed and checked."""
        level, path = self.written[name], ("levels", name)
        keys = self._placed(level, path)
        keys["targets"] = {
            metric: target and self._placed(target, (*path, "targets", metric))
            for metric, target in level.targets.items()
        }
        return keys

    def _placed(self, written: LevelFile | TargetFile, path: Path) -> _Keys:
        keys: _Keys = {key: getattr(written, key) for key in written.model_fields_set}
        if "due" in keys:
            keys["due"] = DueDate(keys["due"], (*path, "due"))
        if isinstance(pause := keys.get("pause"), Condition):
            keys["pause"] = self.mistakes.condition(pause, (*path, "pause"))
        return keys

    def _level(self, name: str, chain: list[_Keys]) -> Level:
        merged = {key: value for keys in chain for key, value in keys.items()}
        targets: dict[str, _Keys] = {}
        for keys in chain:
            for metric, target in keys["targets"].items():
                if target is None:
                    targets.pop(metric, None)
                else:
                    targets[metric] = _over(targets.get(metric, {}), target)
        return Level(
            name=name,
            targets={metric: self._target(name, metric, _with_level(merged, keys)) for metric, keys in targets.items()},
            objective=merged.get("objective"),
        )

    def _target(self, level: str, metric: str, keys: _Keys) -> Target:
        path = ("levels", level, "targets", metric)
        amounts = {cell_of(priority): amount for priority, amount in (keys.get("by_priority") or {}).items()}
        if plain := keys.get("target"):
            amounts = {None: plain}
        due: DueDate | None = keys.get("due")
        if not amounts and due is None:
            what = f"the target for '{metric}' says no time"
            self.mistakes.add(path, "no_amount", what, "add target: 4h, or by_priority: {…}", of_key=True)
        calendar = keys.get("calendar") or (self._only_calendar(level) if due is None else ALWAYS)
        return Target(
            metric=metric,
            amounts=amounts,
            calendar=calendar,
            due=due,
            pause=keys.get("pause") if "pause" in keys or due is not None else self._pause_of(metric),
            warn_at=keys.get("warn_at", DEFAULT_WARN_AT),
            objective=keys.get("objective"),
        )

    def _pause_of(self, metric: str) -> Condition | None:
        """The pause of a target for which neither it nor its level says one."""
        return self.clocks[metric].pause if metric in self.clocks else None

    def _only_calendar(self, level: str) -> str:
        """The calendar of a level that names none: the policy's only one, or around the clock if it has none."""
        own = [name for name in self.calendars if name != ALWAYS]
        if len(own) > 1:
            what = f"the level '{level}' does not say which calendar its targets count in"
            hint = f"add calendar: {own[0]} (or {', '.join([*own[1:], ALWAYS])})"
            self.mistakes.add(("levels", level), "no_calendar", what, hint, of_key=True)
        return own[0] if own else ALWAYS


COUNTING_KEYS = ("calendar", "pause")
_AMOUNT_KEYS = ("target", "by_priority")
_CASE = "upper and lower case make no difference; keep one of them"


def _with_level(level: _Keys, target: _Keys) -> _Keys:
    """The keys of a target over those of its level; hours and pauses of the level are not those of a due date."""
    has_date = target.get("due") is not None
    return {key: value for key, value in level.items() if not has_date or key not in COUNTING_KEYS} | target


def begins_anew(base: Collection[object], own: Collection[object]) -> bool:
    """Whether a target turns the one it is based on from amounts into a due date, or back; both by their keys."""
    return any(key in own for key in _AMOUNT_KEYS) if "due" in base else "due" in own


def _over(base: _Keys, own: _Keys) -> _Keys:
    """A target over the one it is based on. An amount replaces amounts by priority; those go cell by cell.

    A due date in place of amounts, or amounts in place of a date, begin anew: calendar and pause were for the other.
    """
    if begins_anew(base, own):
        base = {key: value for key, value in base.items() if key not in (*_AMOUNT_KEYS, "due", *COUNTING_KEYS)}
    merged = base | own
    if own.get("target"):
        merged.pop("by_priority", None)
    elif own.get("by_priority") is not None:
        merged.pop("target", None)
        cells: dict[str | None, Amount] = {}
        for priority, amount in [*(base.get("by_priority") or {}).items(), *own["by_priority"].items()]:
            cells[cell_of(priority)] = amount
        merged["by_priority"] = cells
    return merged


def cell_of(priority: str | None) -> str | None:
    """The priority as amounts are looked up by: in lower case, and None for `otherwise`."""
    return None if priority is None or _folded(priority) == OTHERWISE else _folded(priority)


def _folded(priority: str) -> str:
    return priority.strip().casefold()
