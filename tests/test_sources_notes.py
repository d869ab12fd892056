"""What is said of files that are left out, of headings that no file has, and of exports without a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from slaaudit.sources import read_export
from slaaudit.sources.recognition.left_out import (
    LeftOut,
    empty_note,
    not_read_note,
    not_used_note,
    one_a_kind,
    zone_notes,
)

TICKETS = "ticket_id,created_at\n1,2026-01-05T09:00:00Z\n"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0"
PROFILE = """
source: desk
title: Desk
about: Ours.
states: {open: [offen], closed: [zu]}
tables:
  cases:
    title: Cases
    holds: tickets
    known_by: [Fall, Kunde]
    columns:
      ticket_id: Fall
      created_at: Angelegt
      requester: Kunde
      agent: Sachbearbeiter
      department: [Gruppe, Team]
      solved_at: {first_of: [Fertig, Angelegt]}
      priority: {column: Kunde, words: {urgent: [never there]}}
      channel: {value: email}
    only: {Art: [Frage]}
"""


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(**files: str | bytes) -> None:
    """Writes files; `__` in a name stands for the slash, `_` for the dot before its ending."""
    for name, content in files.items():
        path = Path(".".join(name.replace("__", "/").rsplit("_", 1)))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_one_note_names_every_file_that_a_folder_leaves_out_and_why() -> None:
    written(shot__tickets_csv=TICKETS, shot__screen_png=PICTURE, shot__pic_csv=PICTURE, shot__notes_txt="Well, so\n")
    written(shot__desk_yaml="policy: Ours\nlevels: {}\n", shot__list_txt="a,b\n1,2\n", shot__more_csv=TICKETS)
    written(shot__empty_csv="", shot__paper_pdf="%PDF-1.7", shot__old_yaml=PROFILE, shot___hidden="x")
    (told,) = read_export("shot").notes
    assert sorted(told.removeprefix("shot: not read: ").split("; ")) == [
        "desk.yaml (a policy)",
        "empty.csv (empty)",
        "list.txt, notes.txt (not an export)",
        "more.csv (not called tickets… or events…)",
        "old.yaml (a source profile)",
        "paper.pdf (a PDF document)",
        "pic.csv, screen.png (a picture)",
    ]


def test_files_left_out_of_several_folders_are_named_with_them() -> None:
    left = [LeftOut("a/x.png", "a picture"), LeftOut("b/x.png", "a picture")]
    assert not_read_note(left) == ["not read: a/x.png, b/x.png (a picture)"]
    assert not_read_note([]) == []


def test_delimited_text_of_any_ending_in_a_folder_is_tried() -> None:
    source = Path(__file__).parent.parent / "sample_data" / "open311" / "new_york" / "requests.csv"
    written(nyc__requests_ssv=source.read_bytes())
    assert read_export("nyc").source == "open311"


def test_files_that_are_not_used_share_a_note() -> None:
    eleven = [(f"x/{number:02}.csv", "Settings") for number in range(11)]
    assert not_used_note([*eleven, ("x/y.csv", "Chats")]) == [
        "12 files not used (Settings; Chats): 00.csv, 01.csv and 10 more; `slaaudit inspect` lists them"
    ]
    assert not_used_note(eleven[:3]) == ["3 files not used (Settings): 00.csv, 01.csv, 02.csv"]
    assert not_used_note([("x.xlsx", "Sheet2"), ("x.xlsx", "Sheet3")]) == ["x.xlsx: not used: Sheet2; Sheet3"]
    assert not_used_note([]) == []


def test_notes_that_say_the_same_of_several_files_are_one() -> None:
    local = [("a/1.csv", "UTC"), ("b/2.csv", "UTC"), ("a/1.csv", "UTC"), ("c.csv", "Asia/Tokyo")]
    files = ["a/1.csv", "b/2.csv", "c.csv"]
    assert one_a_kind(["of nothing", *zone_notes(local), "of nothing"], files) == (
        "of nothing",
        "times without a time zone are local times in UTC (2 files: a/1.csv, b/2.csv)",
        "c.csv: times without a time zone are local times in Asia/Tokyo",
    )
    four = [f"x/{number}.csv" for number in range(4)]
    assert one_a_kind([f"{file}: odd" for file in four], four) == ("odd (4 files)",)


def test_a_note_on_the_encoding_of_many_files_is_one() -> None:
    for number in range(4):
        written(**{f"shop__tickets{number}_csv": TICKETS.replace("1,", f"{number},").encode() + b"9\xe9,\n"})
    assert [note for note in read_export("shop").notes if "windows" in note] == [
        "the text is not UTF-8 and was read as windows-1252; --encoding names another (4 files)"
    ]


def test_a_heading_of_the_users_own_profile_that_no_file_has_is_told_with_its_line() -> None:
    written(desk_yaml=PROFILE, one_csv="Fall;Kunde;Angelegt;Bearbeiter;Team\n1;ann;2026-01-05T09:00:00Z;bo;x\n")
    told = (
        "desk.yaml:15: no column 'Sachbearbeiter' in one.csv; did you mean 'Bearbeiter'?",
        "desk.yaml:17: no column 'Fertig' in one.csv",
        "desk.yaml:20: no column 'Art' in one.csv",
    )
    assert read_export("one.csv", source="desk.yaml").notes == told
    mapped = read_export("one.csv", source="desk.yaml", column_map={"agent": "Bearbeiter"})
    assert mapped.notes == told[1:]
    written(two_csv="Fall;Kunde;Angelegt;Sachbearbeiter;Fertig;Art\n2;ann;2026-01-05T09:00:00Z;bo;;Frage\n")
    assert read_export(["one.csv", "two.csv"], source="desk.yaml").notes == ()


@pytest.mark.parametrize("name", ["tickets", "events"])
def test_a_file_with_a_header_and_no_rows_is_an_export_without_tickets_and_is_told(name: str) -> None:
    header = TICKETS.splitlines()[0] if name == "tickets" else "ticket_id,at,event"
    written(**{f"{name}_csv": f"{header}\n"})
    export = read_export(f"{name}.csv")
    assert export.tickets.is_empty()
    assert export.notes == (f"{name}.csv: no tickets: the file has a header and no rows",)


def test_tables_of_names_do_not_make_an_export_that_has_tickets() -> None:
    assert empty_note([("a.csv", "tickets", 0), ("b.csv", "events", 0), ("c.csv", "names", 3)]) == [
        "no tickets: all 2 files (a.csv, b.csv) have a header and no rows"
    ]
    assert empty_note([("a.csv", "tickets", 0), ("b.csv", "events", 1)]) == []
