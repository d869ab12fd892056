"""A file of expected-result cases → `Case`s: one ticket each, what happens to it, and the verdicts it must get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any

from slaaudit.cases.expectations import ExpectationReader, Expected
from slaaudit.cases.story import CaseEvent, Story, read_story
from slaaudit.cases.times import CaseClock
from slaaudit.policy import Policy, load_policy, loads_policy
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.vocabulary import SHOWS
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.yaml_nodes import Document, Path, read_yaml

FILE_KEYS = ("policy", "as_of", "shows", "cases")
CASE_KEYS = ("name", "as_of", "shows", "ticket", "events", "expect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One ticket with its events, and what an audit as of `as_of` must say of it.

    `ticket` holds the values as exported, that is, after all events. `expected` maps a metric to the clocks it must
    have, in order of their cycles (none: no clock). `line` and `column_number` place the case in its file, from 1.
    """

    name: str
    file: str
    line: int
    column_number: int
    policy: Policy = field(repr=False)
    created: datetime
    opened_by: str
    ticket: Mapping[str, Any]
    events: tuple[CaseEvent, ...]
    as_of: datetime
    shows: frozenset[str]
    expected: Mapping[str, tuple[Expected, ...]]

    @property
    def clock(self) -> CaseClock:
        """Reads and shows the instants of this case."""
        return CaseClock(self.policy.timezone, self.created)


def load_cases(path: str | FilePath) -> list[Case]:
    """The cases of a file, in its order. Raises `SlaauditError` with every mistake in it, or in its policy."""
    path = FilePath(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else "it is not UTF-8 text"
        problem = Problem(code="cannot_read", what=f"the cases cannot be read: {reason}", file=str(path))
        raise SlaauditError(problem) from None
    document = read_yaml(text, file=str(path))
    found = Mistakes(document)
    content = _mapping(document.value, (), FILE_KEYS, found)
    policy = _policy(content, text, document, path.parent)
    cases = _list(content, "cases", found)
    read = [_case(raw, ("cases", index), policy, found) for index, raw in enumerate(cases)]
    found.raise_if_any()
    return [case for case in read if case is not None]


def _policy(content: Mapping[str, Any], text: str, document: Document, folder: FilePath) -> Policy:
    """The policy that the file names (relative to its own folder), or the one written in it."""
    raw = content.get("policy")
    if isinstance(raw, dict):
        return loads_policy(_alone(text, document), file=document.file, base_dir=folder)
    if isinstance(raw, str) and (folder / raw).exists():
        return load_policy(folder / raw)
    found = Mistakes(document)
    if isinstance(raw, str):
        what, hint = f"there is no file '{raw}'", "write the path as from the folder of this file"
        found.add(("policy",), "policy_not_readable", what, hint)
    else:
        known = "policy" in content
        what = "'policy' is the path of a policy, or the policy itself" if known else "there is no 'policy'"
        found.add(("policy",), "missing_key", what, "write policy: my-policy.yaml")
    raise SlaauditError(found.problems.values())


def _alone(text: str, document: Document) -> str:
    """The text with everything but the inline policy blank, so that its problems keep their lines and columns."""
    line, column_number = document.place(("policy",), of_key=False)
    others = [place[0] for path, place in document.keys.items() if len(path) == 1 and place[0] > line]
    lines = text.splitlines()
    lines = lines[: min(others) - 1] if others else lines
    first = " " * (column_number - 1) + lines[line - 1][column_number - 1 :]
    return "\n".join([*([""] * (line - 1)), first, *lines[line:], ""])


def _case(raw: object, path: Path, policy: Policy, found: Mistakes) -> Case | None:
    content = _mapping(raw, path, CASE_KEYS, found)
    if not isinstance(raw, dict):
        return None
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        found.add(path, "missing_key", "a case needs a name", "say what it shows: name: a reply in time is kept")
    if not isinstance(content.get("expect"), dict):
        hint = "write expect: {first_reply: {outcome: fulfilled}}"
        found.add((*path, "expect"), "missing_key", "a case needs 'expect', a mapping of metrics", hint)
    story = read_story(content, path, policy, found)
    if story is None:
        return None
    clock = CaseClock(policy.timezone, story.created)
    expected = ExpectationReader(policy, clock, found).read(content.get("expect"), (*path, "expect"))
    as_of, shows = _as_of(content, path, story, found=found, clock=clock), _shows(content, path, found)
    line, column_number = found.document.place(path)
    return Case(
        name=str(name),
        file=found.document.file,
        line=line,
        column_number=column_number,
        policy=policy,
        created=story.created,
        opened_by=story.opened_by,
        ticket=story.ticket,
        events=story.events,
        as_of=as_of,
        shows=shows,
        expected=expected,
    )


def _as_of(content: Mapping[str, Any], path: Path, story: Story, *, found: Mistakes, clock: CaseClock) -> datetime:
    """The case's own `as_of`, else the file's, else the latest instant at which something happens to the ticket."""
    document = found.document.value
    assert isinstance(document, dict)
    of_case = content.get("as_of")
    raw = document.get("as_of") if of_case is None else of_case
    if raw is None:
        return max([story.created, *(event.at for event in story.events)])
    try:
        return clock.instant(str(raw))
    except ValueError as wrong:
        found.add((*path, "as_of") if of_case is not None else ("as_of",), "bad_instant", str(wrong))
        return story.created


def _shows(content: Mapping[str, Any], path: Path, found: Mistakes) -> frozenset[str]:
    """What the export of the case shows: everything, unless the case or its file says less."""
    document = found.document.value
    assert isinstance(document, dict)
    of_case = content.get("shows")
    here: Path = ("shows",) if of_case is None else (*path, "shows")
    raw = document.get("shows", list(SHOWS)) if of_case is None else of_case
    words = raw if isinstance(raw, list) else [raw]
    for word in words:
        if word not in SHOWS:
            hint = did_you_mean(str(word), SHOWS) or f"use some of {', '.join(SHOWS)}"
            found.add(here, "unknown_word", f"'{word}' is nothing that an export can show", hint)
    return frozenset(str(word) for word in words)


def _mapping(raw: object, path: Path, known: tuple[str, ...], found: Mistakes) -> dict[str, Any]:
    """The mapping at `path`; what is not one, and every key that is not known, becomes a mistake."""
    if not isinstance(raw, dict):
        what = "a case is a mapping" if path else "a file of cases is a mapping"
        found.add(path, "wrong_type", f"{what} with the keys {', '.join(known)}")
        return {}
    for key in raw:
        if key not in known:
            hint = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
            found.add((*path, key), "unknown_key", f"unknown key '{key}'", hint, of_key=True)
    return raw


def _list(content: Mapping[str, Any], key: str, found: Mistakes) -> list[Any]:
    raw = content.get(key)
    if isinstance(raw, list) and raw:
        return raw
    found.add((key,), "wrong_type", f"'{key}' must be a list with at least one item", "write - {name: …, expect: {…}}")
    return []
