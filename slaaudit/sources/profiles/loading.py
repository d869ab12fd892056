"""Source profiles: how one help desk writes its exports, as data. One YAML file a system in `catalogue/`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from slaaudit.policy.files import decoded, read_bytes
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.validating import validated
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.profiles.checks import check_profile
from slaaudit.sources.profiles.making import made_profile
from slaaudit.sources.profiles.model import ProfileFile, model_at
from slaaudit.sources.profiles.tables import Authors, CellsOf, ColumnSpec, Profile, TableProfile, fold
from slaaudit.yaml_nodes import Document, read_yaml

__all__ = [
    "GENERIC", "Authors", "CellsOf", "ColumnSpec", "Profile", "TableProfile",
    "fold", "load_profile", "parse_profile", "sources",
]  # fmt: skip

GENERIC = "generic"
_ENDINGS = (".yaml", ".yml")


@cache
def sources() -> tuple[str, ...]:
    """The names of all profiles of the catalogue, sorted."""
    files = resources.files("slaaudit.sources").joinpath("catalogue").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def load_profile(source: str) -> Profile:
    """The profile called `source`, or in the file of that name if it ends in .yaml or .yml.

    Raises `SlaauditError`: `unknown_source`, or everything that is wrong with the file, as `file:line:col`.
    """
    if is_file(source):
        return parse_profile(decoded(_content(source), file=source), file=source)
    if source not in sources():
        hint = (
            did_you_mean(source, sources()) or f"there are: {', '.join(sources())}; or name a file of yours, NAME.yaml"
        )
        raise SlaauditError(Problem(code="unknown_source", what=f"there is no source called '{source}'", hint=hint))
    return _of_the_catalogue(source)


def is_file(source: str) -> bool:
    """Whether a source is the name of a profile file, not one of the catalogue."""
    return source.endswith(_ENDINGS)


def profile_document(source: str) -> Document:
    """The YAML of the profile in a file, for the places in it. Raises as `load_profile`."""
    return read_yaml(decoded(_content(source), file=source), file=source)


@cache
def _of_the_catalogue(source: str) -> Profile:
    # Every run loads them all: our own files are checked by the tests, not again by each user.
    written = ProfileFile.model_validate(read_yaml(catalogue_text(source), file=f"{source}.yaml", trusted=True).value)
    return _made(written)


def catalogue_text(source: str) -> str:
    """The YAML of a profile of the catalogue."""
    return resources.files("slaaudit.sources").joinpath("catalogue", f"{source}.yaml").read_text("utf-8")


def _made(written: ProfileFile) -> Profile:
    return made_profile(written, None if written.source == GENERIC else load_profile(GENERIC))


def _content(source: str) -> bytes:
    try:
        return read_bytes(Path(source))
    except SlaauditError as error:
        wrong = error.problems[0]
        hint = f"name a profile file, or one of: {', '.join(sources())}"
        raise SlaauditError(Problem(code="profile_not_readable", what=wrong.what, hint=hint, file=source)) from None


def parse_profile(text: str, *, file: str) -> Profile:
    """The profile in a text; `file` is its name in messages. Raises `SlaauditError` with everything that is wrong."""
    document = read_yaml(text, file=file)
    if not isinstance(document.value, dict) or not document.value:
        hint = "start it with  source: NAME  and give it tables"
        raise SlaauditError(
            Problem(code="not_a_profile", what="this is no source profile", hint=hint, file=file, line=1)
        )
    mistakes = Mistakes(document)
    written = validated(ProfileFile, mistakes, at=model_at)
    if written is not None:
        check_profile(written, mistakes)
    mistakes.raise_if_any()
    if written is None:
        raise AssertionError("a document that no model fits has mistakes")
    return _made(written)
