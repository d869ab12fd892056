"""Problems of a mapping, each with the path of the item that is wrong, so that a loader can show its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from slaaudit.problems import Problem, SlaauditError, did_you_mean

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found wrong so far, in the order in which it was found."""

    items: list[tuple[Path, Problem]] = field(default_factory=list)

    def add(self, path: Path, code: str, what: str, hint: str = "") -> None:
        """Note one problem of the item at `path`."""
        self.items.append((path, Problem(code=code, what=what, hint=hint)))

    def check_keys(self, mapping: Mapping[object, object], known: Iterable[str], path: Path) -> None:
        """Note every key of `mapping` that is not a known one, with the nearest known ones."""
        words = tuple(known)
        for key in mapping:
            if key not in words:
                hint = did_you_mean(str(key), words) or f"known keys: {', '.join(words)}"
                self.add((*path, str(key)), "unknown_key", f"unknown key '{key}'", hint)

    def raise_if_any(self) -> None:
        """Raise one `SlaauditError` with all of them; what is wrong starts with the path of the item."""
        if self.items:
            raise SlaauditError(_with_path(path, problem) for path, problem in self.items)


def _with_path(path: Path, problem: Problem) -> Problem:
    dotted = ".".join(str(step) for step in path)
    return replace(problem, what=f"{dotted}: {problem.what}") if dotted else problem
