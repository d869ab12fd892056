"""Profiles that nobody in their senses would write: they work, or are refused with a clear message, and at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shop

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import Export

MOMENT = 10  # seconds, on a busy machine
PROFILE = shop.HEAD + shop.TICKETS
TICKETS = "No,Opened,Prio,Subject\n1,2026-01-05T08:00:00Z,word 9999,{subject}\n"


@pytest.fixture(autouse=True)
def in_a_moment() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < MOMENT


def read(folder: Path, profile: str, **files: str | list[Any]) -> Export:
    return shop.read(profile, folder, **(files or {"tickets": TICKETS}))


def refused(folder: Path, profile: str, **files: str) -> list[Problem]:
    with pytest.raises(SlaauditError) as caught:
        read(folder, profile, **files)
    problems = list(caught.value.problems)
    assert all(problem.what for problem in problems)
    return problems


def test_ten_thousand_words(tmp_path: Path) -> None:
    words = ", ".join(f"our word {number}: [word {number}, wort {number}]" for number in range(10_000))
    states = ", ".join(f"word {number}" for number in range(10_000))
    profile = (
        PROFILE.replace("open: [open]", f"open: [{states}]") + f"      priority: {{column: Prio, words: {{{words}}}}}\n"
    )
    assert read(tmp_path, profile).tickets["priority"].to_list() == ["our word 9999"]


def test_a_thousand_tables_and_as_many_ways_to_take_a_column(tmp_path: Path) -> None:
    more = "".join(
        f"  t{n}: {{title: T, holds: names, known_by: [Id{n}, Name], columns: {{id: Id{n}}}}}\n" for n in range(1_000)
    )
    ways = ", ".join(f"{{column: [C{number}, D{number}]}}" for number in range(1_000))
    profile = PROFILE + f"      priority: {{first_of: [{ways}, Prio]}}\n" + more
    assert read(tmp_path, profile).tickets["priority"].to_list() == ["word 9999"]


@pytest.mark.parametrize("pattern", ["^((a+)+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "((a{1,9}){1,9}){1,9}x"])
def test_a_pattern_that_may_be_tried_in_endless_ways(pattern: str, tmp_path: Path) -> None:
    column = f"      priority: {{column: Subject, matches: '{pattern}'}}\n"
    try:
        export = read(tmp_path, PROFILE + column, tickets=TICKETS.format(subject="a" * 5_000 + "!"))
    except SlaauditError as error:
        assert [problem.code for problem in error.problems] == ["bad_pattern"]
    else:
        assert export.tickets.height == 1


@pytest.mark.parametrize("pattern", ["^((a+)+)+$", "^(a|a)*b", "^(a|aa)+$"])
@pytest.mark.parametrize("key", ["file_name", "from_file_name"])
def test_the_name_of_a_file_is_not_tried_in_endless_ways(key: str, pattern: str, tmp_path: Path) -> None:
    written = f"    file_name: '{pattern}'\n    columns:" if key == "file_name" else "    columns:"
    profile = PROFILE.replace("    columns:", written)
    if key == "from_file_name":
        profile = profile.replace("ticket_id: No", f"ticket_id: {{from_file_name: '{pattern}'}}")
    (problem,) = refused(tmp_path, profile, **{"a" * 60 + "!": TICKETS})
    assert problem.code == "not_recognised"


@pytest.mark.parametrize("pattern", ["(?=a)(a)", r"(a)\1", "(a{1000}){1000}", "(", "(?P<a>", "[z-a](b)", "a"])
def test_a_pattern_that_cannot_be_used_is_told_with_its_place(pattern: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, PROFILE + f"      priority: {{column: Subject, matches: '{pattern}'}}\n")
    assert (problem.code, problem.line) == ("bad_pattern", 13)


def nested(depth: int) -> tuple[str, list[dict[str, Any]]]:
    """A profile with a path through so many lists, and an entry that has them."""
    path = ".".join(f"l{number}[]" for number in range(depth))
    events = f"""\
  events:
    title: Events
    holds: events
    known_by: ["{path}.at"]
    rows: "{path}"
    columns: {{ticket_id: "No", at: "{path}.at", event: {{value: message}}, actor: {{value: agent}}}}
"""
    inner: object = {"at": "2026-01-05T09:00:00Z"}
    for number in reversed(range(depth)):
        inner = {f"l{number}": [inner]}
    assert isinstance(inner, dict)
    return PROFILE + events, [{"No": "1", "Opened": "2026-01-05T08:00:00Z", **inner}]


@pytest.mark.parametrize("depth", [1, 10, 50])
def test_rows_many_lists_deep(depth: int, tmp_path: Path) -> None:
    profile, data = nested(depth)
    export = read(tmp_path, profile, tickets=data)
    assert export.events["event"].to_list() == ["created", "message"]


@pytest.mark.parametrize(
    "rows", ["[]", "[][]", ".", "a[]..b[]", "a.b", "a", "*[]", "a[]b[]", "[].a", "a[", "a[0]", " "]
)
def test_rows_that_are_no_path(rows: str, tmp_path: Path) -> None:
    profile, data = nested(1)
    try:
        export = read(tmp_path, profile.replace('rows: "l0[]"', f'rows: "{rows}"'), tickets=data)
    except SlaauditError as error:
        assert all(problem.what for problem in error.problems)
    else:
        assert export.tickets.height == 1


def test_yaml_that_contains_itself(tmp_path: Path) -> None:
    itself = "      priority: &me {first_of: [*me]}\n"
    for profile in (PROFILE + itself, "&a {source: shop, tables: *a}", "&a [*a]", "tables: &t {t: *t}"):
        assert refused(tmp_path, profile)


def test_yaml_that_multiplies_itself(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert refused(tmp_path, "\n".join(lines) + "\n" + PROFILE)
    merged = "      priority: {column: Prio, words: {x: *a11}}\n"
    assert refused(tmp_path, "\n".join(lines) + "\n" + PROFILE + merged)


@pytest.mark.parametrize("depth", [200, 20_000])
def test_yaml_that_is_nested_without_end(depth: int, tmp_path: Path) -> None:
    inner = "{first_of: [" * depth + "Prio" + "]}" * depth
    try:
        export = read(tmp_path, PROFILE + f"      priority: {inner}\n")
    except SlaauditError as error:
        assert all(problem.what for problem in error.problems)
    else:
        assert export.tickets["priority"].to_list() == ["word 9999"]


@pytest.mark.parametrize(
    "column",
    [
        "{value: ''}", "{column: ''}", "{column: []}", "{first_of: []}", "{column: Prio, split: '', part: 1}",
        "{column: Prio, split: ' ', part: 99999999999999999999}", "{column: Prio, split: ' ', part: -1}",
        "{column: Prio, names: tickets}", "{column: '{zone}'}", "{column: '{zone}{zone}'}", "{column: Prio, part: 1}",
        "{joined: [Prio, Prio]}", "{column: '.'}", "{column: '[]'}", "{column: 'a.*.b'}", "{column: Prio, words: {}}",
        "{column: Prio, words: {'': ['']}}", "{column: Prio, repeated: true, split: ' ', part: 2}", "'\\0'",
        "{from_file_name: '()'}", "{from_file_name: '(?:a)'}", "{column: Prio, matches: '(?:a)'}",
    ],
)  # fmt: skip
def test_odd_columns_are_read_or_refused(column: str, tmp_path: Path) -> None:
    profile = PROFILE + f"      priority: {column}\n"
    try:
        export = read(tmp_path, profile)
    except SlaauditError as error:
        assert all(problem.what for problem in error.problems)
    else:
        assert export.tickets["ticket_id"].to_list() == ["1"]


@pytest.mark.parametrize(
    "text", ["", "\0", "\ufeff", "- 1", "source", "%YAML 9.9\n---\n", "!!python/object:os.system {}", "a: !x b"]
)
def test_what_is_no_profile_is_refused(text: str) -> None:
    assert all(problem.what for problem in shop.mistakes(text))
