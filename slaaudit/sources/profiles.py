"""Source profiles: how one help desk writes its exports, as data. One YAML file a system in `catalogue/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from slaaudit.problems import Problem, SlaauditError, did_you_mean

GENERIC = "generic"


def fold(word: str) -> str:
    """`word` as it is compared: without case, spaces and punctuation."""
    return "".join(character for character in word.casefold() if character.isalnum())


@dataclass(frozen=True)
class TableProfile:
    """One table of an export: the columns it must have, and the headings each canonical column is taken from."""

    required: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]

    def fits(self, headings: Iterable[str]) -> bool:
        """Whether a table with these headings has every required column."""
        present = {fold(heading) for heading in headings}
        return all(present & {fold(name) for name in self.columns[column]} for column in self.required)


@dataclass(frozen=True)
class Evidence:
    """What proves that an export shows something: any of these ticket columns, or events of that kind."""

    columns: frozenset[str]
    events: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True)
class Profile:
    """How one system writes its exports. The words of `events`, `actors`, `booleans` are folded → canonical."""

    source: str
    title: str
    tickets: TableProfile
    events: TableProfile
    null_words: frozenset[str]
    list_separator: str
    booleans: Mapping[str, bool]
    event_words: Mapping[str, str]
    actor_words: Mapping[str, str]
    states: Mapping[str, tuple[str, ...]]
    shows: Mapping[str, tuple[Evidence, ...]]

    def shown(self, columns: Iterable[str], kinds: Iterable[tuple[str, str | None]]) -> frozenset[str]:
        """What an export shows that has these ticket columns, and events of these kinds (event, field)."""
        columns, kinds = frozenset(columns), list(kinds)
        return frozenset(
            word for word, proofs in self.shows.items() if any(_proves(proof, columns, kinds) for proof in proofs)
        )


def _proves(proof: Evidence, columns: frozenset[str], kinds: Iterable[tuple[str, str | None]]) -> bool:
    return bool(proof.columns & columns) or any(
        event in proof.events and (not proof.fields or field in proof.fields) for event, field in kinds
    )


@cache
def sources() -> tuple[str, ...]:
    """The names of all profiles, sorted."""
    files = resources.files("slaaudit.sources").joinpath("catalogue").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def load_profile(source: str) -> Profile:
    """The profile called `source`; raises `SlaauditError` (`unknown_source`) when there is none."""
    if source not in sources():
        hint = did_you_mean(source, sources()) or f"there are: {', '.join(sources())}"
        raise SlaauditError(Problem(code="unknown_source", what=f"there is no source called '{source}'", hint=hint))
    file = resources.files("slaaudit.sources").joinpath("catalogue", f"{source}.yaml")
    return parse_profile(yaml.safe_load(file.read_text("utf-8")))


def parse_profile(raw: Mapping[str, Any]) -> Profile:
    """The profile that a YAML file holds. Raises `KeyError` or `TypeError` if it is none: that is our own defect."""
    booleans = {fold(word): truth for truth in (True, False) for word in raw[f"{str(truth).lower()}_words"]}
    return Profile(
        source=raw["source"],
        title=raw["title"],
        tickets=_table(raw["tickets"]),
        events=_table(raw["events"]),
        null_words=frozenset(word.casefold() for word in raw["null_words"]),
        list_separator=raw["list_separator"],
        booleans=booleans,
        event_words=_by_word(raw["words"]["event"]),
        actor_words=_by_word(raw["words"]["actor"]),
        states={state: tuple(words) for state, words in raw["states"].items()},
        shows={word: tuple(_evidence(proof) for proof in proofs) for word, proofs in raw["shows"].items()},
    )


def _table(raw: Mapping[str, Any]) -> TableProfile:
    return TableProfile(tuple(raw["required"]), {column: tuple(names) for column, names in raw["columns"].items()})


def _by_word(raw: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(word): ours for ours, words in raw.items() for word in words}


def _evidence(raw: Mapping[str, Any]) -> Evidence:
    return Evidence(_several(raw.get("column")), _several(raw.get("event")), _several(raw.get("field")))


def _several(value: str | Iterable[str] | None) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())
