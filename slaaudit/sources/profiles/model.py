"""A source profile as it is written: the keys of its YAML file, before anything is looked up or checked together."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from slaaudit.policy.fields import Text, Texts, refused
from slaaudit.policy.resolved import Path


class _Written(BaseModel):
    """Nothing is converted that was not written so, and no key is unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _spec(raw: object) -> object:
    """`Ticket ID` and `[Ticket ID, Id]` are short for `{column: …}`."""
    if isinstance(raw, list) and any(isinstance(item, dict) for item in raw):
        raise refused("wrong_type", "a list of headings cannot hold mappings", "write  {first_of: [ … ]}")
    return raw if isinstance(raw, dict) else {"column": raw}


class ActorFile(_Written):
    """How a column says who did it."""

    system: Texts = []
    roles: Text | None = None
    others: Text | None = None


class SignFile(_Written):
    """What the sign of a remaining time says about a promise."""

    negative: Text
    other: Text


class SpecFile(_Written):
    """Where one canonical column comes from."""

    column: Texts = []
    value: Text | None = None
    from_file_name: Text | None = None
    first_of: list[Spec] = []
    joined: Texts = []
    words: dict[str, Texts] = {}
    ignore: Texts = []
    names: Text | None = None
    actor: ActorFile | None = None
    repeated: bool = False
    split: str | None = None
    part: int | None = None
    matches: Text | None = None
    unit: Text | None = None
    sign: SignFile | None = None


Spec = Annotated[SpecFile, BeforeValidator(_spec)]
Groups = Annotated[list[Texts], BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw)]
ListNames = Annotated[list[str], BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw)]


class CellsFile(_Written):
    """A row for each filled cell of a repeated column, and the names of the parts that such a cell falls into."""

    column: Text | None = None
    split: str | None = None
    into: list[Text] = []


class TableFile(_Written):
    """One table of an export."""

    title: Text | None = None
    holds: Text | None = None
    known_by: Groups = []
    list: ListNames = []
    rows: Text | None = None
    file_name: Text | None = None
    columns: dict[str, Spec] = {}
    custom: Texts = []
    only: dict[str, Texts] = {}
    ignore: Texts = []
    final: Texts = []
    old_is_previous: bool = False
    unordered: bool = False
    newest_first: bool = False
    also: bool = False
    cells_of: CellsFile | None = None


class ProfileFile(_Written):
    """A source profile."""

    source: Text | None = None
    title: Text | None = None
    about: Text | None = None
    unverified: Texts = []
    limits: Texts = []
    timezone: Text | None = None
    null_words: list[str] | None = None
    true_words: Texts | None = None
    false_words: Texts | None = None
    list_separator: str | None = None
    states: dict[str, Texts] = {}
    tables: dict[str, TableFile] = {}


SpecFile.model_rebuild()
_INSIDE: dict[str, Any] = {"actor": ActorFile, "sign": SignFile}


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the mapping at `path` of a profile; None where keys are free names."""
    if not path:
        return root
    if path[0] != "tables" or len(path) == 1:
        return None
    inside = path[2:]
    if not inside:
        return TableFile
    if inside[0] == "cells_of":
        return CellsFile if len(inside) == 1 else None
    if inside[0] != "columns" or len(inside) == 1:
        return None
    inside = inside[2:]
    while len(inside) > 1 and inside[0] == "first_of":
        inside = inside[2:]
    return SpecFile if not inside else _INSIDE.get(str(inside[0])) if len(inside) == 1 else None
