"""Source profiles: what may be written in one, what its mistakes are called, and what is filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from slaaudit.frames import EVENTS_OF, TICKETS
from slaaudit.problems import SlaauditError
from slaaudit.sources import read_export
from slaaudit.sources.export import SHOWS
from slaaudit.sources.profiles.loading import fold, load_profile, sources
from slaaudit.sources.profiles.parsing import parse_profile, parsed_catalogue
from slaaudit.sources.profiles.shows import EVIDENCE, shown
from slaaudit.sources.profiles.tables import HOLDS, NEEDED

CASES = sorted((Path(__file__).parent / "errors" / "profiles").glob("*.yaml"))
SMALL = """\
source: desk
title: Desk
about: A help desk for tests.
tables:
  cases:
    title: Cases
    holds: tickets
    known_by: [Case, [Opened, Eröffnet]]
    columns: {ticket_id: Case, created_at: [Opened, Eröffnet], agent: Owner}
  people: {title: People, holds: names, known_by: Login, columns: {id: Login}}
"""


def told(text: str) -> str:
    with pytest.raises(SlaauditError) as caught:
        parse_profile(text, file="desk.yaml")
    return f"{caught.value}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_wrong_profile_gets_exactly_its_messages(case: Path) -> None:
    wrong = yaml.safe_load(case.read_text(encoding="utf-8"))
    assert told(wrong["profile"]) == wrong["told"]


def test_yaml_that_cannot_be_read_is_told_with_its_place() -> None:
    assert told("source: a\nsource: b\n").startswith("desk.yaml:2:1: error[yaml_duplicate_key]")


def test_what_a_profile_leaves_out_is_as_in_the_generic_one() -> None:
    generic, small = load_profile("generic"), parse_profile(SMALL, file="desk.yaml")
    for name in ("null_words", "booleans", "list_separator", "states", "event_words", "actor_words"):
        assert getattr(small, name) == getattr(generic, name)
    assert (small.timezone, small.limits, small.unverified) == (None, (), ())


def test_what_a_profile_says_itself_replaces_the_generic_words() -> None:
    top = "null_words: ['-', No Agent]\ntrue_words: ja\nlist_separator: ','\n"
    top += "states: {open: [Offen, 2]}\nlimits: No replies.\n"
    own = parse_profile(top + SMALL, file="desk.yaml")
    assert own.null_words == {"", "-", "no agent"}
    assert own.booleans == {"ja": True, "false": False, "no": False, "0": False}
    assert (own.list_separator, own.states, own.limits) == (",", {"open": ("Offen", "2")}, ("No replies.",))


def test_the_words_of_a_history_name_canonical_columns_by_the_headings_of_the_tickets() -> None:
    fields = parse_profile(SMALL, file="desk.yaml").fields
    assert {word: fields.get(fold(word)) for word in ("OWNER", "agent", "eröffnet", "Login")} == {
        "OWNER": "agent", "agent": "agent", "eröffnet": "created_at", "Login": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Created At", "createdat"), ("created_at", "createdat"), ("-1", "-1"), ("1", "1"), ("on-hold", "onhold"),
     ("?", "?"), (" # ", "#"), ("Größe", "grösse"), ("2 - High", "2high")],
)  # fmt: skip
def test_words_are_compared_without_case_spaces_and_punctuation(word: str, folded: str) -> None:
    assert fold(word) == fold(folded)


def test_a_name_that_is_no_source_is_refused() -> None:
    with pytest.raises(SlaauditError, match="did you mean 'generic'"):
        load_profile("generc")


def test_a_path_is_a_profile_of_the_users_own(tmp_path: Path) -> None:
    file = tmp_path / "desk.yml"
    file.write_text(SMALL, encoding="utf-8")
    profile = load_profile(str(file))
    assert (profile.source, list(profile.tables)) == ("desk", ["cases", "people"])
    for missing in (tmp_path / "no.yaml", tmp_path / "folder.yaml"):
        (tmp_path / "folder.yaml").mkdir(exist_ok=True)
        with pytest.raises(SlaauditError) as caught:
            load_profile(str(missing))
        assert [problem.code for problem in caught.value.problems] == ["profile_not_readable"]


def test_a_profile_of_the_users_own_is_read_anew_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for title in ("Desk", "Office"):
        Path("desk.yaml").write_text(SMALL.replace("title: Desk", f"title: {title}"), encoding="utf-8")
        assert load_profile("desk.yaml").title == title


@pytest.mark.parametrize("source", sources())
def test_every_profile_of_the_catalogue_is_sound(source: str) -> None:
    profile = load_profile(source)
    assert profile.source == source
    assert any(table.holds not in ("names", "nothing") for table in profile.tables.values())
    assert all(table.title and table.known_by for table in profile.tables.values())


def test_every_kind_of_table_says_what_a_row_needs() -> None:
    assert tuple(NEEDED) == HOLDS


def test_everything_that_can_be_shown_has_its_evidence() -> None:
    assert tuple(EVIDENCE) == SHOWS
    proofs = [proof for each in EVIDENCE.values() for proof in each]
    assert {column for proof in proofs for column in proof.columns} <= set(TICKETS.names)
    assert {event for proof in proofs for event in proof.events} <= set(EVENTS_OF)
    assert shown(["solved_at"], [("change", "agent")]) == {"solves", "agent_changes", "changes"}


def test_the_zone_of_a_profile_may_be_an_offset_that_is_no_zone(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        'source: mine\ntitle: M\nabout: M.\ntimezone: "+05:30"\n'
        "tables: {t: {title: T, holds: tickets, known_by: [No], columns: {ticket_id: No, created_at: Opened}}}\n"
    )
    (tmp_path / "cases.csv").write_text("No,Opened\n1,2026-01-05 08:00\n")
    export = read_export(tmp_path / "cases.csv", source=str(tmp_path / "mine.yaml"))
    assert export.tickets["created_at"].to_list() == [datetime(2026, 1, 5, 2, 30, tzinfo=UTC)]


def test_the_profiles_that_are_loaded_are_those_of_the_files_of_the_catalogue_without_a_mistake() -> None:
    assert [load_profile(source) for source in sources()] == parsed_catalogue()
