"""Source profiles: how one help desk writes its exports, as data. One YAML file a system in `catalogue/`."""

from __future__ import annotations

from pathlib import Path

from slaaudit.policy.files import decoded, read_bytes
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.profiles.stored import stored_names, stored_profile
from slaaudit.sources.profiles.tables import Authors, CellsOf, ColumnSpec, Profile, TableProfile, fold
from slaaudit.yaml_nodes import Document, read_yaml

__all__ = [
    "GENERIC", "Authors", "CellsOf", "ColumnSpec", "Profile", "TableProfile", "fold", "load_profile", "sources",
]  # fmt: skip

GENERIC = "generic"
_ENDINGS = (".yaml", ".yml")


def sources() -> tuple[str, ...]:
    """The names of all profiles of the catalogue, sorted."""
    return stored_names()


def load_profile(source: str) -> Profile:
    """The profile called `source`, or in the file of that name if it ends in .yaml or .yml.

    Raises `SlaauditError`: `unknown_source`, or everything that is wrong with the file, as `file:line:col`.
    """
    if is_file(source):
        from slaaudit.sources.profiles.parsing import parse_profile

        return parse_profile(decoded(_content(source), file=source), file=source)
    if source not in sources():
        hint = (
            did_you_mean(source, sources()) or f"there are: {', '.join(sources())}; or name a file of yours, NAME.yaml"
        )
        raise SlaauditError(Problem(code="unknown_source", what=f"there is no source called '{source}'", hint=hint))
    return stored_profile(source)


def is_file(source: str) -> bool:
    """Whether a source is the name of a profile file, not one of the catalogue."""
    return source.endswith(_ENDINGS)


def profile_document(source: str) -> Document:
    """The YAML of the profile in a file, for the places in it. Raises as `load_profile`."""
    return read_yaml(decoded(_content(source), file=source), file=source)


def _content(source: str) -> bytes:
    try:
        return read_bytes(Path(source))
    except SlaauditError as error:
        wrong = error.problems[0]
        hint = f"name a profile file, or one of: {', '.join(sources())}"
        raise SlaauditError(Problem(code="profile_not_readable", what=wrong.what, hint=hint, file=source)) from None
