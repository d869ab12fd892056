"""Whatever words an export holds, what `init` writes for it loads, audits it, and says the same words again."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import effort

from slaaudit.audit import audit
from slaaudit.frames import EVENTS, PROBLEMS, STATES, TICKETS, conform
from slaaudit.occurrences import evidence_of
from slaaudit.policy import Policy, loads_policy
from slaaudit.policy.checks import warnings_of
from slaaudit.policy.loading import reads_policy
from slaaudit.sources import Export, read_export
from slaaudit.sources.export import COUNTS, SHOWS
from slaaudit.starting import Place, starting_policy
from slaaudit.starting.scalars import remark, scalar
from slaaudit.yaml_nodes import read_yaml

COLUMNS = ("department", "priority", "status", "account", "customer_group", "channel")
CREATED = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = (
    "no", "on", "null", "~", "true", "yes", "1", "1.5", "-", "- a", "a: b", "a:", "a #b", "#a", "'", '"', '"a"',
    "\\", "\\n", "a\nb", "a\r\nb", "a\tb", "{{ x }}", "{a", "[a]", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a`",
    "a,b", "?", "? a", "<<", "---", "...", "otherwise", "Otherwise", "none", "=1+1", "Füße", "ſtraße", "日本語",
    "عربى", "🎫🔥", "e\u0301", "\u202eabc", "\u200b", "a\u2028b", "\x1b[31m", "\x00", "a\x85b", "\ufeff", "\ufffe",
    "\U000e0001", "[red]x[/red]", "<b>x</b>", "| a |", "a" * 61, "b" * 200, "ü" * 300, "\U0001f525" * 80,
    "Waiting for customer", "1 - Critical", "P2",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text("aA :#-\"'{}[],&*!|>%@`\\\n", min_size=1, max_size=8),
).map(lambda text: text.strip())  # as every reader of exports does
# What Python takes for space and Polars does not is a name for nothing; a policy cannot say it.
named = words.filter(lambda text: text != "")
tickets = st.lists(st.fixed_dictionaries({column: st.none() | named for column in COLUMNS}), min_size=1, max_size=4)
histories = st.lists(st.tuples(st.sampled_from(["status", "priority", "department"]), named), max_size=3)


def export_of(rows: list[dict[str, str | None]], changes: list[tuple[str, str]], shows: frozenset[str]) -> Export:
    """Tickets with these words, created an hour apart; the first of them changes so, an hour after each other."""
    texts = {column: pl.Series([row[column] for row in rows], dtype=pl.String) for column in COLUMNS}
    stamps = [CREATED + timedelta(hours=number) for number in range(len(rows))]
    frame = pl.DataFrame({"ticket_id": [f"T-{number}" for number in range(len(rows))], "created_at": stamps, **texts})
    created = [(number, at, 0, "created", None, None) for number, at in enumerate(stamps)]
    changed = [
        (0, CREATED + timedelta(hours=1 + number), 1 + number, "change", field, new)
        for number, (field, new) in enumerate(changes)
    ]
    schema = {name: EVENTS.schema[name] for name in ("ticket_row", "at", "seq", "event", "field", "new")}
    events = pl.DataFrame([*created, *changed], schema=schema, orient="row").sort("ticket_row", "at", "seq")
    return Export(
        tickets=conform(frame, TICKETS),
        events=conform(events, EVENTS),
        problems=pl.DataFrame(schema=PROBLEMS.schema),
        shows=shows,
        counts=dict.fromkeys(COUNTS, 0) | {"tickets": len(rows), "ticket_rows": len(rows)},
        files=("made\nup.csv",),
        source="generic",
        state_words={},
    )


def switched_on(text: str) -> str:
    """The policy with every line switched on that is switched off."""
    return re.sub(r"(?m)^( *)#(?=[^\s#])", r"\1", text)


def loaded(text: str) -> Policy:
    return loads_policy(text, file="slaaudit.yaml")


@effort(20)
@given(tickets, histories, st.frozensets(st.sampled_from(SHOWS)))
@example([dict.fromkeys(COLUMNS, word) for word in HOSTILE], [], frozenset(SHOWS))
@example([dict.fromkeys(COLUMNS, None)], [("status", word) for word in HOSTILE], frozenset())
def test_whatever_words_an_export_holds_its_policy_loads_and_audits(rows, changes, shows) -> None:
    export = export_of(rows, changes, shows)
    text = starting_policy(export, Place())
    for policy in (loaded(text), loaded(switched_on(text))):
        found = audit(export, policy)
        assert found.account.tickets == len(rows)
        assert found.log().height == found.verdicts.height
    assert text == "".join(letter for letter in text if letter.isprintable() or letter == "\n")


@effort(20)
@given(tickets, histories, st.frozensets(st.sampled_from(SHOWS)))
@example([dict.fromkeys(COLUMNS, word) for word in HOSTILE], [], frozenset(SHOWS))
@example([dict.fromkeys(COLUMNS, None)], [("status", word) for word in HOSTILE], frozenset())
def test_policy_check_has_nothing_to_say_about_it(rows, changes, shows) -> None:
    export = export_of(rows, changes, shows)
    reading = reads_policy(starting_policy(export, Place(country="NL")), file="slaaudit.yaml")
    found = warnings_of(reading, evidence=evidence_of(export, reading), today=date(2026, 11, 22))
    says_so_itself = {"metric_not_measurable"} if "will be not_measurable" in reading.text else set()
    assert {problem.code for problem in found} <= says_so_itself


@effort(20)
@given(tickets, histories, st.randoms(use_true_random=False))
def test_the_order_of_the_tickets_changes_nothing(rows, changes, shuffle: random.Random) -> None:
    first = starting_policy(export_of(rows, changes, frozenset(SHOWS)))
    shuffled = [rows[0], *shuffle.sample(rows[1:], len(rows) - 1)]
    assert starting_policy(export_of(shuffled, changes, frozenset(SHOWS))) == first


@effort(60)
@given(named)
@example("日本語")
def test_a_word_is_the_same_again_when_its_yaml_is_read(word: str) -> None:
    for text in (f"- {scalar(word)}", f"[{scalar(word)}, x]", f"- {scalar(word)}  # {remark(word)}"):
        assert read_yaml(text, file="x").value in ([word], [word, "x"])  # type: ignore[comparison-overlap]
    assert read_yaml(f"{{a: {scalar(word)}}}", file="x").value == {"a": word}


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_word_is_the_same_again_when_its_yaml_is_read(word: str) -> None:
    assert read_yaml(f"[{scalar(word)}]", file="x").value == [word]
    assert "\n" not in remark(word) and len(remark(word)) <= 10 * 60


@pytest.mark.parametrize("word", [word for word in HOSTILE if len(word) < 1000])
def test_a_hostile_word_can_be_a_key(word: str) -> None:
    assert read_yaml(f"a:\n  {scalar(word)}: 1", file="x").value == {"a": {word: 1}}


def test_hostile_words_in_a_file_make_a_policy_for_that_file(tmp_path) -> None:
    rows = len(HOSTILE)
    frame = pl.DataFrame({"created_at": ["2026-03-02T09:00:00Z"] * rows, **dict.fromkeys(COLUMNS, HOSTILE)})
    frame.with_row_index("ticket_id").write_csv(tmp_path / "tickets.csv")
    export = read_export([tmp_path / "tickets.csv"])
    assert export.tickets.height == rows
    text = starting_policy(export)
    assert audit(export, loaded(text)).account.tickets == rows
    assert audit(export, loaded(switched_on(text))).account.tickets == rows


def test_every_status_word_has_exactly_one_state_and_the_guesses_are_marked() -> None:
    export = export_of([dict.fromkeys(COLUMNS, word) for word in HOSTILE], [], frozenset(SHOWS))
    text = starting_policy(export)
    states = loaded(text).states
    assert set(states) <= set(STATES)
    listed = [word.casefold() for of_state in states.values() for word in of_state]
    assert sorted(listed) == sorted({word.strip().casefold() for word in HOSTILE})
    lines = text.partition("\nstates:")[2].splitlines()
    marked = [line for line in lines if line.startswith("    - ") and "# check this" in line]
    assert len(marked) == len(listed) - 1  # but for "Waiting for customer"
