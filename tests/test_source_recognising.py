"""Whose export it is: chosen by the headings alone, and explained when no profile fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.profiles.loading import Profile, load_profile
from slaaudit.sources.profiles.parsing import parse_profile
from slaaudit.sources.recognition import fitting, recognising
from slaaudit.sources.recognition.recognising import Recognition, recognise

ALPHA = """\
source: alpha
title: Alpha Desk
about: A help desk for tests.
tables:
  export:
    title: Export
    holds: tickets
    known_by: [Case, [Opened, Geöffnet], State]
    columns: {ticket_id: Case, created_at: [Opened, Geöffnet], status: State, agent: Owner}
  short:
    title: Short export
    holds: tickets
    known_by: [Case, Opened]
    columns: {ticket_id: Case, created_at: Opened}
  api:
    title: Tickets of the API
    holds: tickets
    known_by: [id, via.channel]
    list: [tickets, ""]
    columns: {ticket_id: id, created_at: created, channel: via.channel}
  log:
    title: History inside the tickets
    holds: events
    known_by: ["log[].at"]
    rows: "log[]"
    columns: {ticket_id: id, at: "log[].at", event: {value: message}}
  people: {title: People, holds: names, known_by: [Login, Name], columns: {id: Login, name: Name}}
  notes:
    title: Notes
    holds: events
    known_by: [Case, Text]
    file_name: note
    columns: {ticket_id: Case, at: Opened, event: {value: message}}
  promises: {title: Promises, holds: nothing, known_by: [Promise, Hours]}
"""
BETA = """\
source: beta
title: Beta Desk
about: Another one.
tables:
  export:
    title: List
    holds: tickets
    known_by: [Case, Opened, Kind]
    columns: {ticket_id: Case, created_at: Opened, channel: Kind}
  board: {title: Board, holds: tickets, known_by: [Card, Moved], columns: {ticket_id: Card, created_at: Moved}}
  people: {title: People, holds: names, known_by: [Login, Name], columns: {id: Login, name: Name}}
"""
OWN = "ticket_id,created_at,agent\n1,2026-01-05,Ann\n"


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two help desks and the generic profile, whatever else the catalogue holds."""
    desks = {"alpha": parse_profile(ALPHA, file="alpha.yaml"), "beta": parse_profile(BETA, file="beta.yaml")}

    def load(name: str) -> Profile:
        return desks[name] if name in desks else load_profile(name)

    monkeypatch.setattr(recognising, "load_profile", load)
    monkeypatch.setattr(recognising, "sources", lambda: ("alpha", "beta", "generic"))


def seen(files: Mapping[str, Any], **options: Any) -> Recognition:
    """What is recognised in these files: CSV text, or what is JSON."""
    tables = []
    for name, content in files.items():
        data = content if isinstance(content, str) else json.dumps(content)
        tables += [(name, text) for text in read_tables(name, data.encode())]
    return recognise(tables, **options)


def names(recognition: Recognition) -> tuple[str, list[str | None]]:
    return recognition.profile.source, [one.table and one.table.name for one in recognition.tables]


def told(files: Mapping[str, Any], **options: Any) -> str:
    with pytest.raises(SlaauditError) as caught:
        seen(files, **options)
    return str(caught.value)


def test_a_table_is_known_by_its_headings_and_the_proof_is_told() -> None:
    found = seen({"x.csv": "CASE,geöffnet,State\n1,d,o\n"})
    assert names(found) == ("alpha", ["export"])
    assert found.tables[0].proof == ("Case", "Geöffnet", "State")


def test_of_the_tables_that_fit_the_one_that_explains_most_columns_is_it() -> None:
    assert names(seen({"x.csv": "Case,Opened,State,Owner\n1,d,o,a\n"})) == ("alpha", ["export"])
    assert names(seen({"x.csv": "Case,Opened\n1,d\n"})) == ("alpha", ["short"])


def test_of_the_profiles_that_fit_the_one_that_explains_most_columns_is_it() -> None:
    found = seen({"x.csv": "Case,Opened,Kind\n1,d,k\n"})
    assert names(found) == ("beta", ["export"])
    assert [(guess.name, guess.lacks) for guess in found.tables[0].others] == [("Alpha Desk, Short export", ())]


def test_all_files_together_decide() -> None:
    people = "Login,Name\na,Ann\n"
    assert names(seen({"p.csv": people, "x.csv": "Case,Opened,Kind\n1,d,k\n"})) == ("beta", ["people", "export"])
    assert names(seen({"p.csv": people, "x.csv": "Case,Opened,State\n1,d,k\n"})) == ("alpha", ["people", "export"])


def test_our_own_names_are_the_generic_profile() -> None:
    found = seen({"x.csv": OWN, "y.csv": "ticket_id,at,event\n1,2026-01-05,message\n"})
    assert names(found) == ("generic", ["tickets", "events"])


def test_the_generic_profile_is_it_if_it_explains_more() -> None:
    both = "Case,Opened,ticket_id,created_at,agent,priority\n1,d,1,d,a,p\n"
    assert names(seen({"x.csv": both})) == ("generic", ["tickets"])
    assert names(seen({"x.csv": "Case,Opened,Kind,ticket_id,created_at,agent\n1,d,k,1,d,a\n"}))[0] == "beta"


def test_the_name_of_a_generic_file_says_what_it_holds() -> None:
    found = seen({"events.csv": "ticket_id,created_at,agent\n1,d,a\n"}, roles={"events.csv": "events"})
    assert names(found) == ("generic", ["events"])
    assert names(seen({"z.csv": "Case,Opened\n1,d\n"}, roles={"z.csv": "events"})) == ("alpha", ["short"])


def test_a_table_of_entries_is_also_every_table_of_rows_inside_them() -> None:
    entries = [{"id": 1, "created": "d", "via": {"channel": "web"}, "log": [{"at": "e"}]}]
    found = seen({"x.json": {"tickets": entries}})
    assert names(found) == ("alpha", ["api", "log"])
    assert names(seen({"x.json": {"tickets": entries, "promises": [{"Promise": 1, "Hours": 2}]}})) == (
        "alpha",
        ["api", "log", "promises"],
    )
    assert names(seen({"x.json": entries})) == ("alpha", ["api", "log"])


def test_a_list_or_a_file_by_another_name_is_not_it() -> None:
    entries = [{"id": 1, "created": "d", "via": {"channel": "web"}}]
    assert "it has no list called tickets" in told({"x.json": {"cases": entries, "page": [{"a": 1}]}}, source="alpha")
    notes = "Case,Text,Opened\n1,x,d\n"
    assert names(seen({"all/Notes 2026.csv": notes})) == ("alpha", ["notes"])
    assert names(seen({"notes/x.csv": notes})) == ("alpha", ["short"])


def test_a_file_whose_name_must_tell_the_ticket_is_known_by_it() -> None:
    with_names = (
        ALPHA
        + """\
  comments:
    title: Comments of one ticket
    holds: events
    known_by: [Said]
    columns: {ticket_id: {from_file_name: "ticket_(.+)[.]"}, at: Said, event: {value: message}}
"""
    )
    desk = parse_profile(with_names, file="alpha.yaml")
    text = read_tables("x", b"Said\nd\n")[0]
    guesses = [fitting.Seen.of(name, text, [desk], {}).guesses(desk)[-1] for name in ("a/ticket_7.csv", "a/7.csv")]
    assert [guess.lacks for guess in guesses] == [(), ("'ticket_(.+)[.]' in the name of the file",)]


def test_damaged_rows_are_told_once_for_all_tables_of_a_file() -> None:
    text = '{"id": 1, "created": "d", "via": {"channel": "w"}, "log": [{"at": "e"}]}\n{"id"\n'
    found = seen({"x.ndjson": text})
    assert [(one.table and one.table.name, one.text.damaged.height) for one in found.tables] == [("api", 1), ("log", 0)]


def test_only_the_source_that_was_named_counts() -> None:
    assert names(seen({"x.csv": "Case,Opened,Kind\n1,d,k\n"}, source="alpha")) == ("alpha", ["short"])
    assert names(seen({"x.csv": "Case,Opened,Kind\n1,d,k\n"}, source="generic")) == ("generic", ["tickets"])
    assert told({"x.csv": "Case,Open,Kind\n1,d,k\n"}, source="beta") == (
        "x.csv: error[not_recognised] this is no export of Beta Desk: it is nearest to List, but it has no Opened\n"
        "    if it is that, say which columns they are: --map COLUMN=HEADING; there are: Case, Open, Kind"
    )
    assert told({"x.csv": "a,b\n1,d\n"}, source="beta") == (
        "x.csv: error[not_recognised] this is no export of Beta Desk\n"
        "    Beta Desk has: List, Board, People; leave --source out to see what it is"
    )


def test_a_map_stands_for_the_headings_that_a_table_is_known_by() -> None:
    files = {"x.csv": "Case,Abierto,Kind\n1,d,k\n"}
    assert names(seen(files, source="beta", column_map={"created_at": "Abierto"})) == ("beta", ["export"])


def test_an_export_that_is_nearly_known_is_told_what_it_lacks() -> None:
    assert told({"x.csv": "Case,Opened on,State,Owner\n1,d,o,a\n"}) == (
        "x.csv: error[not_recognised] this is no export that is known; it looks most like Alpha Desk, Export,"
        " but it has no Opened\n"
        "    if it is that, say which columns they are: --source alpha --map COLUMN=HEADING;"
        " there are: Case, Opened on, State, Owner"
    )


def test_an_export_that_is_like_nothing_is_taken_for_a_generic_one() -> None:
    assert names(seen({"x.csv": "a,b\n1,2\n"})) == ("generic", ["tickets"])


def test_files_of_different_help_desks_are_refused() -> None:
    files = {"a.csv": "Case,Geöffnet,State\n1,d,o\n", "b.csv": "Card,Moved\n1,d\n"}
    hint = "\n    audit each help desk by itself; or say which it is with --source"
    start = "error[mixed_sources] these are exports of different help desks: "
    assert told(files) == f"{start}Alpha Desk: a.csv; Beta Desk: b.csv{hint}"
    del files["b.csv"]
    assert told(files | {"c.csv": OWN}) == (
        f"{start}Tickets and events by slaaudit's own names: c.csv; Alpha Desk: a.csv{hint}"
    )


def test_a_file_that_does_not_belong_to_the_others_is_named() -> None:
    assert told({"a.csv": "Case,Geöffnet,State\n1,d,o\n", "b.csv": "x,y\n1,2\n"}).startswith(
        "b.csv: error[not_recognised] this is no export of Alpha Desk\n"
    )


def test_what_holds_no_tickets_is_named() -> None:
    assert told({"x.csv": "Promise,Hours\ngold,4\n"}) == (
        "x.csv: error[no_tickets] this looks like Alpha Desk: Promises, not tickets\n"
        "    name the tickets of the same help desk too"
    )
    assert "this looks like Alpha Desk: People, not tickets" in told({"x.csv": "Login,Name\na,Ann\n"})


def test_settings_among_the_files_are_noted_and_not_used() -> None:
    found = seen({"x.csv": "Case,Opened,State\n1,d,o\n", "p.csv": "Promise,Hours\ngold,4\n"})
    assert found.notes == ("p.csv: not used: Promises",)


def test_of_a_folder_only_what_is_known_is_read() -> None:
    files = {"f/a.csv": "Case,Opened,State\n1,d,o\n", "f/b.csv": "x,y\n1,2\n", "f/c.csv": "z\n1\n"}
    found = seen(files, optional=list(files))
    assert names(found) == ("alpha", ["export", None, None])
    assert [(one.file, one.why) for one in found.left] == [
        ("f/b.csv", "not of Alpha Desk"),
        ("f/c.csv", "not of Alpha Desk"),
    ]
    own = {"f/tickets.csv": OWN, "f/budget.csv": "x,y\n1,2\n"}
    found = seen(own, optional=list(own), roles={"f/tickets.csv": "tickets", "f/budget.csv": None})
    assert (names(found), [one.file for one in found.left]) == (("generic", ["tickets", None]), ["f/budget.csv"])
    own = {"f/tickets.csv": OWN, "f/more.csv": OWN}
    found = seen(own, optional=list(own), roles={"f/tickets.csv": "tickets", "f/more.csv": None})
    assert [(one.file, one.why) for one in found.left] == [("f/more.csv", "not called tickets… or events…")]
    assert told({"f/b.csv": "x,y\n1,2\n"}, optional=["f/b.csv"]) == (
        "error[nothing_to_read] none of these files is an export: f/b.csv\n"
        "    name the files, or call them tickets*.csv, events*.csv"
    )


def test_a_file_of_another_help_desk_in_a_folder_is_not_left_out_in_silence() -> None:
    files = {"f/a.csv": "Case,Geöffnet,State,Owner\n1,d,o,a\n", "f/b.csv": "Card,Moved\n1,d\n"}
    assert "Alpha Desk: f/a.csv; Beta Desk: f/b.csv" in told(files, optional=list(files))


@pytest.mark.parametrize("front", ["Report of May,,\n", "Report,,\n,,\nUntil today,,\n"])
def test_a_title_above_the_header_is_passed_over(front: str) -> None:
    found = seen({"x.csv": f"{front}Case,Opened,State\n1,d,o\n2,d,o\n"})
    assert names(found) == ("alpha", ["export"])
    assert (found.tables[0].text.headings, found.tables[0].text.frame.height) == (("Case", "Opened", "State"), 2)


def test_a_title_that_hides_the_header_is_told() -> None:
    assert told({"x.csv": "Report of May\nCase,Opened,State\n1,d,o\n"}) == (
        "x.csv: error[not_recognised] the first row is no header: it has one cell, 'Report of May',"
        " and the rows after it have more\n    remove the lines above the row with the names of the columns"
    )


def test_an_export_without_an_entry_is_an_empty_one() -> None:
    assert names(seen({"x.json": []})) == ("generic", ["tickets"])


def test_several_lists_of_which_none_is_known_are_told() -> None:
    assert told({"x.json": {"open": [{"a": 1}], "done": [{"a": 2}]}}).startswith(
        "x.json: error[no_entries] there are 2 lists or sheets (open, done): which one is meant is not clear"
    )
    lists = {"tickets": [{"ticket_id": 1, "created_at": "d"}], "users": [{"a": 2}]}
    found = seen({"x.json": lists})
    assert (names(found), found.notes) == (("generic", ["tickets", None]), ("x.json: not used: users",))


def test_the_samples_are_recognised_as_what_they_are() -> None:
    folder = Path(__file__).parent.parent / "sample_data" / "helpdesk"
    files = {name: (folder / name).read_text(encoding="utf-8") for name in ("tickets.csv", "events.csv")}
    assert names(seen(files)) == ("generic", ["tickets", "events"])
