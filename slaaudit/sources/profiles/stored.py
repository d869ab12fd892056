"""The catalogue as it is read: its profiles made ready once and kept as JSON, a line each, in a tenth of the time.

`test_catalogue.py` holds it to the YAML files that people write, and writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib import resources
from typing import Any

from slaaudit.sources.profiles.tables import Authors, CellsOf, ColumnSpec, Profile, TableProfile

STORED = "profiles.ndjson"
_Reading = Mapping[str, Callable[[Any], Any]]  # attribute → what is made of its JSON, where that is no plain value


def stored_text(profiles: Iterable[Profile]) -> str:
    """The text of the file with these profiles."""
    return "".join(json.dumps(profile, default=_plain, ensure_ascii=False) + "\n" for profile in profiles)


@cache
def stored_profile(source: str) -> Profile:
    """The profile called `source`; `KeyError` if there is none."""
    return _profile(_lines()[source])


def stored_names() -> tuple[str, ...]:
    """The names of all profiles, in their order."""
    return tuple(_lines())


@cache
def _lines() -> Mapping[str, Any]:
    text = resources.files("slaaudit.sources").joinpath("catalogue", STORED).read_text("utf-8")
    return {profile["source"]: profile for profile in map(json.loads, text.splitlines())}


def _plain(value: object) -> object:
    """What JSON has no word for: records without what is as by default, sets as lists."""
    if not is_dataclass(value):
        return sorted(value)  # type: ignore[call-overload]  # a set: nothing else is left
    return {field.name: getattr(value, field.name) for field in fields(value) if not _is_default(value, field)}


def _is_default(value: object, field: Any) -> bool:
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return bool(getattr(value, field.name) == default)


def _read(raw: Mapping[str, Any], reading: _Reading) -> dict[str, Any]:
    return {name: reading[name](value) if name in reading else value for name, value in raw.items()}


def _profile(raw: Mapping[str, Any]) -> Profile:
    return Profile(**_read(raw, _OF_PROFILE))


def _table(raw: Mapping[str, Any]) -> TableProfile:
    return TableProfile(**_read(raw, _OF_TABLE))


def _spec(raw: Mapping[str, Any]) -> ColumnSpec:
    return ColumnSpec(**_read(raw, _OF_SPEC))


def _authors(raw: Mapping[str, Any]) -> Authors:
    return Authors(**_read(raw, {"system": frozenset}))


def _cells_of(raw: Mapping[str, Any]) -> CellsOf:
    return CellsOf(**_read(raw, {"into": tuple}))


def _each(read: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda raw: {name: read(value) for name, value in raw.items()}


_OF_PROFILE: _Reading = {
    "tables": _each(_table), "null_words": frozenset, "states": _each(tuple), "unverified": tuple, "limits": tuple,
}  # fmt: skip
_OF_TABLE: _Reading = {
    "known_by": lambda groups: tuple(map(tuple, groups)), "lists": tuple, "columns": _each(_spec), "custom": tuple,
    "only": _each(frozenset), "ignore": tuple, "final": frozenset, "cells_of": _cells_of,
}  # fmt: skip
_OF_SPEC: _Reading = {
    "column": tuple, "first_of": lambda specs: tuple(map(_spec, specs)), "joined": tuple, "ignore": frozenset,
    "actor": _authors,
}  # fmt: skip
