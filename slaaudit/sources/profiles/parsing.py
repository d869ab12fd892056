"""A source profile as people write it, in YAML → the profile, or everything that is wrong with it."""

from __future__ import annotations

from importlib import resources

from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.validating import validated
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.profiles.checks import check_profile
from slaaudit.sources.profiles.loading import GENERIC, load_profile
from slaaudit.sources.profiles.making import made_profile
from slaaudit.sources.profiles.model import ProfileFile, model_at
from slaaudit.sources.profiles.tables import Profile
from slaaudit.yaml_nodes import read_yaml

_ENDING = ".yaml"


def parse_profile(text: str, *, file: str, generic: Profile | None = None) -> Profile:
    """The profile in a text; `file` is its name in messages, and `generic` the one from which it takes what it leaves
    out (default: that of the catalogue). Raises `SlaauditError` with everything that is wrong.
    """
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
    return made_profile(written, None if written.source == GENERIC else generic or load_profile(GENERIC))


def catalogue_files() -> dict[str, str]:
    """The YAML of every profile of the catalogue, by its name, sorted."""
    files = resources.files("slaaudit.sources").joinpath("catalogue").iterdir()
    texts = {file.name.removesuffix(_ENDING): file for file in files if file.name.endswith(_ENDING)}
    return {name: texts[name].read_text("utf-8") for name in sorted(texts)}


def parsed_catalogue() -> list[Profile]:
    """Every profile of the catalogue, from its YAML. Raises `SlaauditError` as `parse_profile`."""
    texts = catalogue_files()
    generic = parse_profile(texts[GENERIC], file=f"{GENERIC}{_ENDING}")
    return [parse_profile(text, file=f"{name}{_ENDING}", generic=generic) for name, text in texts.items()]
