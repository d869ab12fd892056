"""A level that allows more time for the first reply than for the whole solution."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.durations import HOUR, Amount
from slaaudit.policy.checks.subject import Finding, Subject
from slaaudit.policy.origins import amount_origins, target_origins
from slaaudit.policy.resolved import Level, Path, Target

_FIRST = "first_reply"
_LAST = ("resolution", "first_resolution")
_SHORTEST_DAY = 22 * HOUR  # of the clock on the wall: no change of clocks takes away more than two hours


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per pair of targets as written, with the first priority for which it is so."""
    seen: set[tuple[Path, Path]] = set()
    for level in subject.policy.levels.values():
        reply = level.targets.get(_FIRST)
        for metric in _LAST:
            end = level.targets.get(metric)
            found = _longer(subject, reply, end) if reply and end else None
            if found is None:
                continue
            paths = _path(subject, level, _FIRST, found[0]), _path(subject, level, metric, found[0])
            if paths not in seen:
                yield _finding(level, metric, paths, found)
            seen.add(paths)


def _longer(subject: Subject, reply: Target, end: Target) -> tuple[str | None, Amount, Amount] | None:
    """The first priority whose reply may certainly take longer, with both amounts."""
    for priority in dict.fromkeys([None, *reply.amounts, *end.amounts]):
        amounts = [each.amounts.get(priority, each.amounts.get(None)) for each in (reply, end)]
        first, last = amounts
        if first is not None and last is not None and _is_longer(subject, (reply, first), (end, last)):
            return priority, first, last
    return None


def _is_longer(subject: Subject, reply: tuple[Target, Amount], end: tuple[Target, Amount]) -> bool:
    """Whether it is certain: amounts of one calendar, or real time for the end, which no other calendar outruns."""
    (first_target, first), (last_target, last) = reply, end
    is_same = first_target.calendar == last_target.calendar
    is_real = subject.policy.calendars[last_target.calendar].is_always_open
    if first.microseconds is not None and last.microseconds is not None:
        return (is_same or is_real) and first.microseconds > last.microseconds
    if first.working_days is not None and last.working_days is not None:
        return is_same and first.working_days > last.working_days
    if first.working_days is not None and last.microseconds is not None:
        return is_real and first.working_days * _SHORTEST_DAY > last.microseconds
    return False


def _path(subject: Subject, level: Level, metric: str, priority: str | None) -> Path:
    cells = amount_origins(target_origins(subject.written_levels, level.name, metric))
    return (cells.get(priority) or cells[None]).path


def _finding(level: Level, metric: str, paths: tuple[Path, Path], found: tuple[str | None, Amount, Amount]) -> Finding:
    priority, first, last = found
    which = f" (priority '{priority}')" if priority else ""
    what = f"the level '{level.name}' allows {first} for {_FIRST}, but only {last} for {metric}{which}"
    own = [path for path in paths if path[1] == level.name]
    return Finding((own or paths)[0], what, "swap the two times, or correct one of them")
