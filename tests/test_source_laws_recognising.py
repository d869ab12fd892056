"""A column less is told, or the export is still known; another name or a column more changes nothing."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from test_catalogue import FOLDERS, SYSTEMS, ZONE

from slaaudit.problems import SlaauditError
from slaaudit.sources import Export, read_export
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.headings import Headings
from slaaudit.sources.profiles.loading import load_profile
from slaaudit.sources.profiles.tables import TableProfile
from slaaudit.sources.recognition.fitting import Seen, fitting
from slaaudit.sources.recognition.recognising import Recognition, recognise

EFFORT = int(os.environ.get("HYPOTHESIS_EFFORT", "1"))
STEP = max(1, 40 // EFFORT)  # of all columns that may be missing, every so many-th is tried
ROOT = Path(__file__).parents[1]
Files = list[tuple[str, TextTable]]


@cache
def tables_in(folder: str) -> tuple[tuple[str, TextTable], ...]:
    files = sorted(path for path in (ROOT / folder).iterdir() if path.is_file())
    return tuple((path.name, text) for path in files for text in read_tables(path.name, path))


def system_of(folder: str) -> str:
    return folder.split("/")[1]


def marks(folder: str) -> list[tuple[int, str]]:
    """Each column, by the number of its table and its heading, that a table of the folder is known by.

    An object of JSON in which several marks are is more than a column.
    """
    profile, found = load_profile(system_of(folder)), []
    for number, (file, text) in enumerate(tables_in(folder)):
        for guess in fitting(Seen.of(file, text, [profile], {}), profile):
            places = Counter(heading for proof in guess.proof for heading in headings_of(text, proof))
            found += [(number, heading) for heading, times in places.items() if times == 1]
    return list(dict.fromkeys(found))


def headings_of(text: TextTable, mark: str) -> list[str]:
    """The heading of a mark, or of the object or list that it is in."""
    whole = [text.headings[at] for at in Headings(text.headings).positions(mark)[:1]]
    return whole or [name for name in text.headings if mark.startswith((f"{name}.", f"{name}["))][:1]


MARKS = [(folder, *mark) for folder in FOLDERS for mark in marks(folder)]


def without(text: TextTable, heading: str) -> TextTable:
    names = [str(at) for at, name in enumerate(text.headings) if name != heading]
    frame = text.frame.select(*names, "_row").rename({name: str(at) for at, name in enumerate(names)})
    headings = tuple(name for name in text.headings if name != heading)
    return replace(text, headings=headings, frame=frame, nested=text.nested - {heading})


def of_one(found: Recognition, number: int) -> list[TableProfile]:
    return [one.table for one in found.tables if one.given == number and one.table]


def makes_tickets(tables: list[TableProfile]) -> bool:
    return any(
        table.holds in ("tickets", "updates", "events", "clocks") or "created_at" in table.columns for table in tables
    )


@pytest.mark.parametrize(("folder", "number", "heading"), MARKS[::STEP])
def test_an_export_without_one_of_its_marks_is_told_or_still_what_it_is(folder: str, number: int, heading: str) -> None:
    files = list(tables_in(folder))
    whole = of_one(recognise(files, source=system_of(folder)), number)
    files[number] = (files[number][0], without(files[number][1], heading))
    try:
        found = recognise(files)
    except SlaauditError as error:
        assert all(problem.what and problem.hint for problem in error.problems)
        return
    if found.profile.source != system_of(folder):  # nothing can be made of it
        assert not makes_tickets([one.table for one in found.tables if one.table])
        return
    left = of_one(found, number)
    told = any(files[number][0] in note for note in found.notes)
    if any(table.holds == "tickets" for table in whole):
        assert told or any(table.holds == "tickets" for table in left)
    assert told or left


def needs_names(tables: list[TableProfile]) -> bool:
    named = [spec.from_file_name for table in tables for spec in table.columns.values()]
    return any(named) or any(table.file_name for table in tables)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_names_of_files_do_not_matter_where_they_tell_nothing(folder: str) -> None:
    profile = load_profile(system_of(folder))
    for file, text in tables_in(folder):
        found = fitting(Seen.of(file, text, [profile], {}), profile)
        ending = "".join(Path(file).suffixes)
        if not needs_names([guess.table for guess in found]):
            again = fitting(Seen.of(f"some{ending}", text, [profile], {}), profile)
            assert [guess.table.name for guess in again] == [guess.table.name for guess in found]


NEW = "Some new column"


def more(value: Any) -> Any:
    """JSON with one more key in each object of each list that is not inside another object than the file itself."""
    if isinstance(value, list):
        return [{**entry, NEW: "x"} if isinstance(entry, dict) else entry for entry in value]
    if (
        any(isinstance(inner, list) and inner and isinstance(inner[0], dict) for inner in value.values())
        and len(value) < 8
    ):
        return {key: more(inner) if isinstance(inner, list) else inner for key, inner in value.items()}
    return {**value, NEW: "x"}


def with_a_column(path: Path) -> str:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        return json.dumps(more(json.loads(text)))
    if path.suffix == ".ndjson":
        return "\n".join(json.dumps({**json.loads(line), NEW: "x"}) for line in text.splitlines())
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out).writerows([*row, NEW if number == 0 else "x"] for number, row in enumerate(rows))
    return out.getvalue()


def said(export: Export, folder: Path) -> list[object]:
    # where entries have not the same keys, it is their names that order the columns
    tickets = export.tickets.select(sorted(name for name in export.tickets.columns if NEW not in name))
    problems = export.problems.select("code", "row", "column", "value").rows()
    notes = [note.replace(str(folder), "") for note in export.notes]
    return [tickets.columns, tickets.rows(), export.events.rows(), problems, export.counts, export.shows, notes]


@pytest.mark.parametrize("folder", FOLDERS[:: 1 if EFFORT > 1 else 3])
def test_a_column_more_is_at_most_a_custom_field(folder: str, tmp_path: Path) -> None:
    files = sorted(path for path in (ROOT / folder).iterdir() if path.is_file())
    if any(b";" in path.read_bytes().partition(b"\n")[0] for path in files if path.suffix == ".csv"):
        pytest.skip("other delimiters")
    for path in files:
        (tmp_path / path.name).write_text(with_a_column(path), encoding="utf-8")
    here = [ROOT / folder / path.name for path in files]
    before = read_export(here, source=system_of(folder), fallback_timezone=ZONE)
    after = read_export([tmp_path / path.name for path in files], source=system_of(folder), fallback_timezone=ZONE)
    assert said(after, tmp_path) == said(before, ROOT / folder)
    new = [name for name in after.tickets.columns if name not in before.tickets.columns]
    assert set(new) <= {f"custom.{NEW}"}


def test_every_system_has_marks() -> None:
    assert {system_of(folder) for folder, _, _ in MARKS} == set(SYSTEMS)


@pytest.mark.parametrize(
    ("folder", "file", "heading", "what", "way_out"),
    [
        ("sample_data/zendesk/view", "tickets.csv", "Requester", "it has no Requester", "--source generic"),
        ("sample_data/zendesk/api", "users.json", "email", "nearest to Users, but it has no email", "--map"),
        ("sample_data/zammad/expanded", "tickets.json", "customer_id", "it has no customer_id", "--source generic"),
    ],
)
def test_one_column_less_is_named_and_nobody_else_is_taken_for_it(
    folder: str, file: str, heading: str, what: str, way_out: str
) -> None:
    files = [(name, without(text, heading) if name == file else text) for name, text in tables_in(folder)]
    with pytest.raises(SlaauditError) as caught:
        recognise(files)
    (problem,) = caught.value.problems
    assert (problem.code, problem.file) == ("not_recognised", file)
    assert what in problem.what and way_out in problem.hint
