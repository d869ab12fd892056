"""A word that a condition or a target asks for and that no ticket of the export ever has: a slip of the pen?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slaaudit.conditions.operands import written
from slaaudit.conditions.tree import Comparison
from slaaudit.frames import GONE_STATES
from slaaudit.policy.checks.evidence import Evidence
from slaaudit.policy.checks.subject import Finding, Subject, WrittenCondition
from slaaudit.policy.levels import OTHERWISE
from slaaudit.policy.resolved import Path
from slaaudit.problems import did_you_mean

_WHOLE_WORDS = ("is", "contains", "contains_any", "contains_all")
_LISTED = 6


def check(subject: Subject) -> Iterator[Finding]:
    """One finding per word, at the word; of columns of words, once an export is known."""
    if subject.evidence is None:
        return
    for condition in subject.conditions:
        for comparison in condition.condition.comparisons():
            yield from _of_comparison(subject, subject.evidence, condition, comparison)
    words = subject.evidence.words.get("priority", {})
    for path, cell in _cells(subject) if words else ():
        if cell.strip().casefold() not in {word.strip().casefold() for word in words}:
            yield Finding(path, f"no ticket of the export has the priority '{cell}'", _hint(cell, words), of_key=True)


def _of_comparison(
    subject: Subject, evidence: Evidence, condition: WrittenCondition, comparison: Comparison
) -> Iterator[Finding]:
    column, path = comparison.column, condition.path_of(comparison)
    if column == "state":
        yield from _of_states(evidence, comparison, path)
        return
    words = evidence.words.get(column, {})
    # Of a text, `contains` asks for a part: what does not occur today may well tomorrow.
    asks_for_words = comparison.operator == "is" or (
        comparison.operator in _WHOLE_WORDS and subject.kind_of(column) == "list"
    )
    if not words or not asks_for_words:
        return
    known = {word.lower() for word in words}
    for number, operand in enumerate(comparison.operands):
        if written(operand).lower() not in known:
            what = f"'{written(operand)}' never occurs as {column} in the export"
            place = (*path, number) if len(comparison.operands) > 1 else path
            yield Finding(place, what, _hint(written(operand), words))


def _of_states(evidence: Evidence, comparison: Comparison, path: Path) -> Iterator[Finding]:
    """Of our own words only when none of them occurs: policies name states to be safe."""
    asked = [written(operand).lower() for operand in comparison.operands]
    if comparison.operator == "is" and not set(asked) & {*evidence.states, *GONE_STATES}:
        which = " or ".join(asked)
        hint = f"states that occur: {', '.join(sorted(evidence.states))}; see 'states' in the policy"
        yield Finding(path, f"no ticket of the export is ever {which}", hint)


def _cells(subject: Subject) -> Iterator[tuple[Path, str]]:
    """The priorities that targets name, with their paths."""
    for name, level in subject.written_levels.items():
        for metric, target in level.targets.items():
            for cell in (target and target.by_priority) or {}:
                if cell.strip().casefold() != OTHERWISE:
                    yield ("levels", name, "targets", metric, "by_priority", cell), cell


def _hint(word: str, words: Mapping[str, int]) -> str:
    """The nearest words that occur, or the most frequent ones."""
    frequent = sorted(words, key=lambda each: (-words[each], each))
    more = f" and {len(words) - _LISTED:,} more" if len(words) > _LISTED else ""
    return did_you_mean(word, words) or f"words that occur: {', '.join(frequent[:_LISTED])}{more}"
