"""What can be wrong with an input, as values: collected, sorted and shown, never raised one at a time."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where it is, what it is, and what to do about it.

    `line` and `column_number` place it in a YAML text (both from 1); `row` and `column` place it in an export
    (`row` as a spreadsheet numbers it: the header is row 1). `code` is a stable snake_case word.
    """

    code: str
    what: str
    hint: str = ""
    file: str = ""
    line: int | None = None
    column_number: int | None = None
    row: int | None = None
    column: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        """`file:line:col` for YAML, `file, row N, column C` for exports, as much of it as is known."""
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column_number or 1}"
        parts = [self.file] if self.file else []
        parts += [f"row {self.row}"] if self.row is not None else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(parts)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{place}error[{self.code}] {self.what}{hint}"


class SlaauditError(Exception):
    """The run cannot go on; carries every problem that was found, in the order of their places. Exit code 2."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def place_after(text: str) -> tuple[int, int]:
    """Line and column, both from 1, of what comes right after `text` in its file."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def did_you_mean(word: str, known: Iterable[str], *, limit: int = 3) -> str:
    """`did you mean 'x' or 'y'?` with the known words nearest to `word`, or `""` when none is near."""
    names = _nearest(word.casefold(), frozenset(known), limit)
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
    return f"did you mean {listed}?"


@lru_cache(maxsize=256)
def _nearest(word: str, known: frozenset[str], limit: int) -> tuple[str, ...]:
    """The known words nearest to a word, in quotes; a name that is wrong once is often wrong a thousand times."""
    by_folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    near = difflib.get_close_matches(word, list(by_folded), n=limit, cutoff=0.6)
    return tuple(f"'{by_folded[folded]}'" for folded in near)
