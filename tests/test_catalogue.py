"""Every help desk that is known: its samples are recognised, read as their goldens say, and its page is up to date.

`PYTHONPATH=. python tests/test_catalogue.py` writes the profiles as they are stored, goldens and pages anew; read the
difference before you keep it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from documents import MANUAL, ROOT
from test_sources_goldens import described

from slaaudit.inspecting.pages import page_of, systems_table
from slaaudit.sources import read_export
from slaaudit.sources.profiles.loading import GENERIC, load_profile
from slaaudit.sources.profiles.parsing import catalogue_files, parsed_catalogue
from slaaudit.sources.profiles.stored import STORED, stored_text

SYSTEMS = [name for name in catalogue_files() if name != GENERIC]
SAMPLES = ROOT / "sample_data"
GOLDENS = Path(__file__).parent / "sources" / "catalogue"
PAGES = MANUAL / "systems"
PROFILES = ROOT / "slaaudit" / "sources" / "catalogue" / STORED
ZONE = "Europe/Amsterdam"


def samples_of(system: str) -> list[str]:
    """The folders with sample exports of a system, by path from the root of the project."""
    files = [path for path in (SAMPLES / system).rglob("*") if path.is_file()]
    return sorted({path.parent.relative_to(ROOT).as_posix() for path in files})


FOLDERS = [folder for system in SYSTEMS for folder in samples_of(system)]


def golden_of(folder: str) -> Path:
    return GOLDENS / f"{folder.removeprefix('sample_data/').replace('/', '-')}.json"


def golden(folder: str) -> str:
    export = read_export([folder], fallback_timezone=ZONE)
    taken = {
        f"{one.file}{f' {one.list_name}' if one.list_name else ''}: {one.table or 'not used'}": one.rows
        for one in export.reading
    }
    return json.dumps({"taken for": taken} | described(export), indent=1, ensure_ascii=False) + "\n"


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_has_a_sample(system: str) -> None:
    assert samples_of(system)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sample_is_recognised_without_being_told(folder: str) -> None:
    assert read_export([folder], fallback_timezone=ZONE).source == folder.split("/")[1]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sample_reads_as_its_golden_says(folder: str) -> None:
    assert golden(folder) == golden_of(folder).read_text(encoding="utf-8")


def test_every_golden_is_of_a_sample() -> None:
    assert sorted(GOLDENS.glob("*.json")) == sorted(golden_of(folder) for folder in FOLDERS)


def test_the_profiles_are_stored_as_their_files_say() -> None:
    made = stored_text(parsed_catalogue())
    if os.environ.get("UPDATE_DOCS") == "1":
        PROFILES.write_text(made, encoding="utf-8")
    assert made == PROFILES.read_text(encoding="utf-8")


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_page_of_a_system_says_what_its_profile_says(system: str) -> None:
    page = PAGES / f"{system}.md"
    made = page_of(load_profile(system), samples=samples_of(system))
    if os.environ.get("UPDATE_DOCS") == "1":
        page.write_text(made, encoding="utf-8")
    assert made == page.read_text(encoding="utf-8")


def test_the_page_on_sources_names_every_system() -> None:
    page = MANUAL / "sources.md"
    made = systems_table(map(load_profile, SYSTEMS))
    if os.environ.get("UPDATE_DOCS") == "1":
        _write_table(page, made)
    assert made in page.read_text(encoding="utf-8")


def _write_table(page: Path, made: str) -> None:
    before, heading, rest = page.read_text(encoding="utf-8").partition("## The help desks\n")
    lead, bar, table = rest.partition("\n| page")
    _, gap, after = table.partition("\n\n")
    assert bar
    page.write_text(f"{before}{heading}{lead}\n{made}{gap}{after}", encoding="utf-8")


def test_every_page_is_of_a_system() -> None:
    assert sorted(page.stem for page in PAGES.glob("*.md")) == sorted(SYSTEMS)


if __name__ == "__main__":
    os.chdir(ROOT)
    GOLDENS.mkdir(parents=True, exist_ok=True)
    PAGES.mkdir(parents=True, exist_ok=True)
    PROFILES.write_text(stored_text(parsed_catalogue()), encoding="utf-8")  # before anything loads what is stored
    for each in FOLDERS:
        golden_of(each).write_text(golden(each), encoding="utf-8")
    for each in SYSTEMS:
        (PAGES / f"{each}.md").write_text(page_of(load_profile(each), samples=samples_of(each)), encoding="utf-8")
    _write_table(MANUAL / "sources.md", systems_table(map(load_profile, SYSTEMS)))
