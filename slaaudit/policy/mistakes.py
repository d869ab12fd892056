"""What is wrong with a policy: collected by path, reported all at once with the line and column of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from slaaudit.conditions import Condition
from slaaudit.frames import CUSTOM, vendor_dtype
from slaaudit.policy.resolved import Path
from slaaudit.policy.vocabulary import EVENT_SCHEMA, TICKET_SCHEMA, column_hint, word_mistakes
from slaaudit.problems import Problem, SlaauditError
from slaaudit.yaml_nodes import Document


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The problems of one document. Of several at one path only the first is kept: one mistake, one message."""

    document: Document
    problems: dict[Path, Problem] = field(default_factory=dict)

    def add(self, path: Path, code: str, what: str, hint: str = "", *, of_key: bool = False) -> None:
        """Notes a problem at `path`: at its value, or with `of_key` at its key."""
        line, column_number = self.document.place(path, of_key=of_key)
        problem = Problem(
            code=code, what=what, hint=hint, file=self.document.file, line=line, column_number=column_number
        )
        self.problems.setdefault(path, problem)

    def under(self, *path: str | int) -> bool:
        """Whether something is wrong at or under `path`; what would only follow from it need not be said."""
        return any(each[: len(path)] == path for each in self.problems)

    def names(self, key: str) -> tuple[str, ...]:
        """The names under a top-level key as written, also of entries that turned out to be wrong."""
        section = self.document.value.get(key) if isinstance(self.document.value, dict) else None
        return tuple(section) if isinstance(section, dict) else ()

    def condition(self, condition: Condition, path: Path, *, of_event: bool = False) -> Condition:
        """The condition at `path`, knowing its place; its unknown columns and words become problems."""
        # A list of conditions is parsed as {any: list}: the file has no such key.
        listed = of_event and isinstance(self._value(path), list)
        inside = {each.path: (*path, *(each.path[1:] if listed else each.path)) for each in condition.comparisons()}
        places = {relative: self.document.place(full) for relative, full in inside.items()}
        placed = condition.placed(self.document.file, self.document.place(path, of_key=False), places)
        self._check(placed, inside, of_event=of_event)
        return placed

    def _value(self, path: Path) -> object:
        value: object = self.document.value
        for step in path:
            value = value[step]  # type: ignore[index]  # the path was found in this very document
        return value

    def _check(self, condition: Condition, inside: dict[Path, Path], *, of_event: bool) -> None:
        """Columns, types and words of the canonical columns; custom ones are known only once an export is read."""
        schema = EVENT_SCHEMA if of_event else TICKET_SCHEMA
        for comparison in condition.comparisons():
            path, column = inside[comparison.path], comparison.column
            if column.startswith(CUSTOM):
                continue
            known = schema if (dtype := vendor_dtype(column)) is None else {**schema, column: dtype}
            if column not in known:
                what, hint = f"there is no column '{column}'", column_hint(column, schema)
                self.add(path, "unknown_column", what, hint, of_key=True)
                continue
            try:
                Condition(comparison, {}).expr(known, timezone="UTC")
            except SlaauditError as wrong:
                for problem in wrong.problems:
                    self.add(path, problem.code, problem.what, problem.hint, of_key=True)
            for number, what, hint in word_mistakes(comparison):
                is_item = len(comparison.operands) > 1
                self.add((*path, number) if is_item else path, "unknown_word", what, hint)

    def raise_if_any(self) -> None:
        """Raises `SlaauditError` with every problem, in the order of the file, if there is one."""
        if self.problems:
            order = sorted(self.problems.values(), key=lambda each: (each.line or 0, each.column_number or 0))
            raise SlaauditError(order)
