"""From the headings of an export to canonical columns: every way that a profile has to say where one comes from."""

from __future__ import annotations

import json
from textwrap import dedent, indent
from typing import Any

import polars as pl
import pytest

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.columns import MappedTable, check_column_map, map_table
from slaaudit.sources.profiles.loading import Profile, load_profile
from slaaudit.sources.profiles.parsing import parse_profile
from slaaudit.sources.rows.cells import tags

NEEDED = "ticket_id: Key\ncreated_at: Opened\n"


def profile(columns: str, *, holds: str = "tickets", more: str = "", top: str = "") -> Profile:
    """A profile of one table, `t`, with these columns; `more`: other keys of the table, `top`: of the profile."""
    text = dedent(f"""\
        source: desk
        title: Desk
        about: A help desk for tests.
        tables:
          t:
            title: Table
            holds: {holds}
            known_by: [Key]
            columns:
        """)
    people = (
        "  people:\n    title: People\n    holds: names\n    known_by: [Login]\n    columns: {id: Login, name: Name}\n"
    )
    body = indent(dedent(columns), " " * 6) + indent(dedent(more), " " * 4)
    return parse_profile(f"{top}{text}{body}{people}", file="desk.yaml")


def table_of(content: str | list[dict[str, Any]]) -> TextTable:
    data = dedent(content) if isinstance(content, str) else json.dumps(content)
    (table,) = read_tables("export", data.encode())
    return table


def mapped(content: str | list[dict[str, Any]], used: Profile, column_map: dict[str, str] | None = None) -> MappedTable:
    return map_table(table_of(content), used.tables["t"], used, file="export", number=0, column_map=column_map or {})


def cells(table: MappedTable) -> dict[str, list[object]]:
    return table.frame.drop("_file", "_row").to_dict(as_series=False)


def problems(content: str | list[dict[str, Any]], used: Profile) -> list[str]:
    with pytest.raises(SlaauditError) as caught:
        mapped(content, used)
    return [problem.what for problem in caught.value.problems]


def test_a_column_is_the_first_heading_that_the_table_has() -> None:
    used = profile(NEEDED + "agent: [Owner, Assignee]\nstatus: [State, Status]\n")
    table = mapped("KEY,opened,Assignee,Owner\n1,2026-01-05,Ann,Bob\n", used)
    assert cells(table) == {
        "ticket_id": ["1"], "created_at": ["2026-01-05"], "custom.Assignee": ["Ann"], "agent": ["Bob"]
    }  # fmt: skip
    assert dict(table.headings) == {
        "ticket_id": "KEY", "created_at": "opened", "agent": "Owner", "custom.Assignee": "Assignee"
    }  # fmt: skip


def test_words_become_ours_and_unknown_ones_stay() -> None:
    used = profile(NEEDED + "status: {column: State, words: {open: ['2', In work], done: ['-1']}}\n")
    table = mapped("Key,Opened,State\n1,d,2\n2,d,in_work\n3,d,-1\n4,d,1\n5,d,\n", used)
    assert cells(table)["status"] == ["open", "open", "done", "1", None]


def test_a_value_is_the_same_in_every_row_and_has_its_own_name_for_a_heading() -> None:
    table = mapped("Key,Opened\n1,d\n2,d\n", profile(NEEDED + "channel: {value: phone}\n"))
    assert (cells(table)["channel"], table.headings["channel"]) == (["phone", "phone"], "channel")


def test_of_several_columns_the_first_that_is_not_empty_counts_cell_by_cell() -> None:
    spec = "agent: {first_of: [Owner, {column: Team, words: {Second line: ['2']}}, {value: nobody}]}\n"
    used = profile(NEEDED + spec, top='null_words: ["-"]\n')
    table = mapped("Key,Opened,Owner,Team\n1,d,Ann,2\n2,d,-,2\n3,d,,\n", used)
    assert cells(table)["agent"] == ["Ann", "Second line", "nobody"]
    assert table.headings["agent"] == "Owner"


def test_repeated_columns_become_one_list() -> None:
    used = profile(NEEDED + "tags: {column: Labels, repeated: true}\n")
    table = mapped("Key,Labels,Opened,Labels,Labels.1,Labels ID\n1,a,d,,b,x\n2,,d,,,y\n", used)
    assert cells(table)["tags"] == ["a|b", None]
    assert cells(table)["custom.Labels ID"] == ["x", "y"]


def test_a_part_and_a_group_of_a_cell_can_be_taken() -> None:
    columns = "priority: {column: P, matches: '^(\\d) - '}\nsubject: {column: S, split: ' / ', part: 2}\n"
    table = mapped("Key,Opened,P,S\n1,d,3 - Low,a / b / c\n2,d,none,a\n", profile(NEEDED + columns))
    assert (cells(table)["priority"], cells(table)["subject"]) == (["3", None], ["b", None])


def test_units_signs_lookups_and_authors_are_told_with_the_table() -> None:
    columns = """\
        ticket_id: Key
        at: At
        agent: {column: Owner, names: people}
        first_reply_at.after: {column: Reply, unit: minutes}
        vendor_outcome.resolution: {column: Left, sign: {negative: missed, other: fulfilled}}
        vendor_elapsed.resolution: {first_of: [{column: Spent, unit: hms}]}
        actor: {column: By, actor: {system: [Robot 1], roles: people}}
        """
    table = mapped("Key,At,Owner,Reply,Left,Spent,By\n1,d,7,30,-1:00,2:00,robot 1\n", profile(columns, holds="updates"))
    assert table.units == {"first_reply_at.after": "minutes", "vendor_elapsed.resolution": "hms"}
    assert table.signs == {"vendor_outcome.resolution": {"negative": "missed", "other": "fulfilled"}}
    assert table.lookups == {"agent": "people"}
    assert table.authors["actor"].system == {"robot1"}
    assert table.authors["actor"].roles == "people"
    assert cells(table)["vendor_outcome.resolution"] == ["-1:00"]


def test_the_time_zone_in_a_heading_is_the_zone_of_its_column() -> None:
    used = profile("ticket_id: Key\ncreated_at: Started at ({zone})\nclosed_at: Closed ({zone})\n")
    table = mapped("Key,started at (America/New_York),Closed\n1,d,e\n", used)
    assert (table.zones, table.headings["created_at"]) == (
        {"created_at": "America/New_York"},
        "started at (America/New_York)",
    )
    assert cells(table)["custom.Closed"] == ["e"]


EVENTS = "ticket_id: Key\nat: At\n"


def test_rows_whose_word_means_nothing_are_left_out_and_counted() -> None:
    spec = "event: {column: Type, words: {message: [Comment]}, ignore: [Notification, Cc]}\n"
    table = mapped("Key,At,Type\n1,d,comment\n1,e,cc\n1,f,Voice\n1,g,\n", profile(EVENTS + spec, holds="events"))
    assert (cells(table)["event"], table.ignored, table.rows_read) == (["message", "Voice", None], 1, 4)
    others = profile(EVENTS + "event: {column: Type, words: {message: [Comment]}, ignore: '*'}\n", holds="events")
    table = mapped("Key,At,Type\n1,d,comment\n1,e,cc\n1,f,Voice\n1,g,\n", others)
    assert (cells(table)["event"], table.ignored) == (["message"], 3)


def test_other_columns_of_events_only_tell_rows_apart() -> None:
    table = mapped("Key,At,Note\n1,d,x\n", profile(EVENTS + "event: {value: message}\n", holds="events"))
    assert cells(table) == {"ticket_id": ["1"], "at": ["d"], "extra.2": ["x"], "event": ["message"]}


def test_other_columns_are_custom_fields_numbered_where_a_heading_occurs_again() -> None:
    table = mapped(",Key,Opened,Note,Note,custom.Note,\n0,1,d,a,b,c,e\n", profile(NEEDED))
    assert cells(table) == {
        "ticket_id": ["1"], "created_at": ["d"],
        "custom.Note": ["a"], "custom.Note 2": ["b"], "custom.Note 3": ["c"], "custom.column_7": ["e"],
    }  # fmt: skip


@pytest.mark.parametrize(("ignore", "kept"), [("[note, Url]", ["custom.Plan"]), ("'*'", [])])
def test_ignored_columns_are_not_kept(ignore: str, kept: list[str]) -> None:
    table = mapped("Key,Opened,Note,Note,url,Plan\n1,d,a,b,u,gold\n", profile(NEEDED, more=f"ignore: {ignore}\n"))
    assert [name for name in table.headings if name.startswith("custom.")] == kept


def test_each_filled_cell_of_a_repeated_column_is_a_row() -> None:
    used = profile(
        "ticket_id: Key\nat: at\nevent: {value: message}\nactor: {column: author, actor: {}}\n",
        holds="events",
        more='cells_of: {column: Comment, split: ";", into: [at, author, text]}\n',
    )
    table = mapped('Key,Comment,Comment,Owner\n1,d1;Ann;hi; there,"",Zoe\n2,,d2;Bob;x,Zoe\n3,,,Zoe\n', used)
    assert table.frame.select("ticket_id", "at", "actor", "_row").rows() == [
        ("1", "d1", "Ann", 2),
        ("2", "d2", "Bob", 3),
    ]
    assert cells(table)["extra.2"] == ["hi; there", "x"]


ENTRIES: list[dict[str, Any]] = [
    {"Key": 1, "Opened": "d", "via": {"channel": "web"}, "cf": {"plan": "gold", "seats": 3, "odd": {"a": 1}},
     "fields": [{"id": 7, "value": "x"}, {"id": 8, "value": None}], "tags": ["a", "b"], "other": {"z": 1}},
    {"Key": 2, "Opened": "e", "via": None, "cf": {"plan": None}, "fields": [], "tags": [], "other": {}},
]  # fmt: skip


def test_paths_lead_into_json_and_other_nested_values_are_not_kept() -> None:
    used = profile(NEEDED + "channel: via.channel\ntags: tags\n", more='custom: ["fields[].id=value", cf]\n')
    table = mapped(ENTRIES, used)
    assert cells(table) == {
        "ticket_id": ["1", "2"], "created_at": ["d", "e"], "channel": ["web", None], "tags": ["a|b", ""],
        "custom.7": ["x", None], "custom.8": [None, None], "custom.plan": ["gold", None], "custom.seats": ["3", None],
    }  # fmt: skip
    assert (table.headings["custom.7"], table.headings["custom.plan"]) == ("fields.7", "cf.plan")


def test_custom_fields_of_any_kind_of_values_are_read_as_text() -> None:
    fields = [{"a": 1, "b": ["x", "y"]}, {"a": ["z"], "b": []}, {"a": "{c", "b": 2.5}, "{no object", None, {"d": {}}]
    entries = [{"Key": number, "Opened": "d", "cf": each} for number, each in enumerate(fields)]
    found = cells(mapped(entries, profile(NEEDED, more="custom: [cf]\n")))
    assert {name: found[name] for name in found if name.startswith("custom.")} == {
        "custom.a": ["1", "z", "{c", None, None, None],
        "custom.b": ["x|y", "", "2.5", None, None, None],
    }


def test_rows_can_be_items_of_a_list_in_each_entry() -> None:
    used = profile(
        "ticket_id: Key\nat: 'log[].when'\nevent: {value: change}\nfield: 'log[].what'\n",
        holds="events",
        more='rows: "log[]"\n',
    )
    entries = [
        {"Key": 1, "log": [{"when": "d", "what": "status"}, {"when": "e", "what": "agent"}]},
        {"Key": 2, "log": []},
    ]
    table = mapped(entries, used)
    assert table.frame.select("ticket_id", "at", "field", "event", "_row").rows() == [
        ("1", "d", "status", "change", 1),
        ("1", "e", "agent", "change", 1),
    ]
    assert mapped([{"Key": 2, "log": []}], used).frame.height == 0


def test_a_map_wins_over_the_profile_and_keeps_its_words() -> None:
    used = profile(NEEDED + "status: {column: State, words: {open: ['2']}}\n")
    table = mapped(
        "No,Opened,State,Phase,Squad\n1,d,9,2,A\n", used, {"ticket_id": "No", "status": "Phase", "department": "Squad"}
    )
    assert cells(table) == {
        "ticket_id": ["1"], "created_at": ["d"], "custom.State": ["9"], "status": ["open"], "department": ["A"]
    }  # fmt: skip


def test_a_map_knows_the_columns_of_all_tables_and_paths_into_json() -> None:
    known = {"vendor_due.resolution": "A", "custom.x": "A", "seq": "B.c", "nmae": "C", "agent": "A.b"}
    said = check_column_map(known, load_profile("generic"), [table_of("A\n1\n"), table_of([{"B": {"c": 1}}])])
    assert [problem.what for problem in said] == [
        "--map nmae=…: there is no column 'nmae'",
        "--map nmae=C: no file has a column 'C'",
        "--map agent=A.b: no file has a column 'A.b'",
    ]


def test_a_map_may_name_a_path_that_the_profile_does_not_know() -> None:
    table = mapped(ENTRIES, profile(NEEDED), {"channel": "via.channel", "custom.7": "other.z"})
    assert cells(table)["channel"] == ["web", None]
    assert cells(table)["custom.7"] == ["1", None]


def test_rows_without_the_words_that_count_are_left_out_and_counted() -> None:
    used = profile(NEEDED, more="only: {Kind: [Incident, '2'], Area: [IT]}\n")
    table = mapped("Key,Opened,Kind,Area\n1,d,incident,IT\n2,d,Change,IT\n3,d,2,it\n4,d,,IT\n5,d,2,HR\n", used)
    assert (cells(table)["ticket_id"], table.ignored, table.rows_read) == (["1", "3"], 3, 5)
    without = mapped("Key,Opened\n1,d\n", used)  # what an export does not say keeps no row out
    assert (without.frame.height, without.ignored) == (1, 0)


def test_the_words_that_count_may_stand_deep_in_json() -> None:
    used = profile(NEEDED, more="only: {via.channel: [web]}\n")
    table = mapped(ENTRIES, used)
    assert (cells(table)["ticket_id"], table.ignored) == (["1"], 1)


def test_a_column_may_come_from_the_name_of_the_file() -> None:
    spec = """\
        ticket_id: {from_file_name: 'tickets?_(\\w+)_comments'}
        at: At
        event: {value: message}
        actor: {first_of: [{from_file_name: '_by_(\\w+)', words: {agent: [ann]}}, By]}
        """
    used = profile(spec, holds="events")
    text = table_of("At,By\nd,requester\ne,agent\n")
    table = map_table(text, used.tables["t"], used, file="a/Ticket_T1_Comments.csv", number=0, column_map={})
    assert (cells(table)["ticket_id"], cells(table)["actor"]) == (["T1", "T1"], ["requester", "agent"])
    with pytest.raises(SlaauditError, match="there is no column ticket_id"):
        map_table(text, used.tables["t"], used, file="tickets_1_comments/x.csv", number=0, column_map={})


def test_missing_and_ambiguous_columns_are_told() -> None:
    used = profile(NEEDED + "agent: Owner\n")
    assert problems("Key,Owner\n1,x\n", used) == ["there is no column created_at (also accepted: Opened)"]
    assert problems("Key,Opened,Owner,owner\n1,d,x,y\n", used) == ["2 columns would be agent: 'Owner', 'owner'"]


def test_cells_stay_dates_where_the_format_has_such_a_type() -> None:
    day = pl.Series([20000], dtype=pl.Date)
    text = TextTable(("Key", "Opened"), pl.DataFrame({"0": ["1"], "1": day, "_row": [2]}))
    used = profile(NEEDED)
    table = map_table(text, used.tables["t"], used, file="x", number=0, column_map={})
    assert table.frame["created_at"].dtype == pl.Date


def test_lists_of_json_are_lists_whatever_separates_them_elsewhere() -> None:
    found = tags(pl.Series(["a, b", "a|b", ",", None]), ",")
    assert found.to_list() == [["a", "b"], ["a", "b"], None, None]


@pytest.mark.parametrize("separator", [" ", ",", "|"])
def test_a_list_of_texts_in_json_is_a_list_of_tags_whatever_separates_them_else(separator: str) -> None:
    written = ['["a", "b c"]', r'["a\"b", "\ud83d\ude00", " ", "c|d"]', "[]", "[ ]", "[VIP]", '["x]', None]
    found = [["a", "b c"], ['a"b', "😀", "c|d"], None, None, ["[VIP]"], ['["x]'], None]
    assert tags(pl.Series(written), separator).to_list() == found
