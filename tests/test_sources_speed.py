"""Shortcuts that large exports take: each gives what the long way gives."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from slaaudit import threads
from slaaudit.frames import EVENTS
from slaaudit.sources import read_export
from slaaudit.sources.files import proof
from slaaudit.sources.files.content import Content
from slaaudit.sources.files.dialect import Dialect
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.profiles.loading import load_profile, sources
from slaaudit.sources.rows import cells
from slaaudit.sources.rows import ids as ids_of_tickets
from slaaudit.sources.rows.history import _order_by_ticket, _sort_key, row_numbers
from slaaudit.sources.rows.ids import numbered, tidy_ids

ROOT = Path(__file__).parents[1]
EXPORTS = sorted({path.parent for path in (ROOT / "sample_data").rglob("*.csv")})
LAW = settings(max_examples=80, deadline=None, derandomize=True, database=None)
ids = st.sampled_from(["0", "1", "2", "7", "40", "-3", "+7", "07", "7.0", " 7", "x", "99999999999999999999", ""])


@given(known=st.lists(ids, unique=True, max_size=6), wanted=st.lists(ids | st.none(), max_size=8))
@LAW
def test_rows_are_found_by_the_text_of_their_ids_however_they_are_looked_up(
    known: list[str], wanted: list[str | None]
) -> None:
    found = row_numbers(pl.Series(wanted, dtype=pl.String), pl.Series(known, dtype=pl.String))
    assert found.to_list() == [known.index(one) if one in known else None for one in wanted]


@given(known=st.lists(st.integers(0, 60), unique=True, max_size=8), wanted=st.lists(st.integers(0, 70), max_size=8))
@LAW
def test_whole_numbers_are_found_in_a_table_or_by_a_join(known: list[int], wanted: list[int]) -> None:
    found = row_numbers(pl.Series(map(str, wanted), dtype=pl.String), pl.Series(map(str, known), dtype=pl.String))
    assert found.to_list() == [known.index(one) if one in known else None for one in wanted]


columns = st.one_of(
    st.lists(st.sampled_from(["1", "22", " 3", "4 ", "", " ", "+5"]) | st.none(), max_size=12),
    st.lists(st.sampled_from(["open", "solved", " open", "open\t", "", "-", "NULL"]) | st.none(), max_size=12),
    st.lists(st.text(max_size=3) | st.none(), max_size=12),
)


@given(column=columns, null_words=st.sampled_from([[""], ["", "-"], ["", "null"], ["", "1"]]))
@LAW
def test_tidy_columns_are_left_alone_and_all_others_trimmed(column: list[str | None], null_words: list[str]) -> None:
    series, patch = pl.Series(column * 3, dtype=pl.String), pytest.MonkeyPatch()
    at_length = cells.trimmed(series, null_words)
    with patch.context() as changed:
        changed.setattr(cells, "_LARGE", 1)
        changed.setattr(cells, "_SAMPLE", 2)
        assert cells.trimmed(series, null_words).equals(at_length)


@given(column=columns, null_words=st.sampled_from([[""], ["", "-"], ["", "null"]]), few=st.sampled_from([0, 5_000]))
@LAW
def test_categories_mean_what_their_text_does_however_many_words_there_are(
    column: list[str | None], null_words: list[str], few: int
) -> None:
    text, patch = pl.Series(column, dtype=pl.String), pytest.MonkeyPatch()
    others = pl.Series(["a word of another column", " ", "-"], dtype=pl.Categorical)  # shares their numbers
    with patch.context() as changed:
        changed.setattr(cells, "_FEW_IN_ALL", few)
        words = text.cast(pl.Categorical)
        assert cells.trimmed(words, null_words).to_list() == cells.trimmed(text, null_words).to_list()
        assert cells.words(words, null_words).to_list() == cells.trimmed(text, null_words).to_list()
        for dtype in (pl.Int64, pl.String):
            meant = cells.mapped(words, {"1": 1, "open": 2}.get if dtype == pl.Int64 else str.upper, dtype)
            assert meant.to_list() == [
                None if one is None else one.upper() if dtype == pl.String else {"1": 1, "open": 2}.get(one)
                for one in column
            ]
    assert others.len() == 3


@given(rows=st.lists(st.integers(0, 9), max_size=30), number=st.integers(1, 4))
@LAW
def test_events_are_put_in_the_order_of_tickets_some_tickets_at_a_time(rows: list[int], number: int) -> None:
    patch = pytest.MonkeyPatch()
    with patch.context() as changed:
        changed.setattr(threads, "_LARGE", 0)
        changed.setattr(threads, "threads", lambda: number)
        order = _order_by_ticket(pl.Series(rows, dtype=pl.UInt32))
    assert order.to_list() == sorted(range(len(rows)), key=lambda place: rows[place])


@given(wanted=st.lists(st.integers(1, 70).map(lambda number: f"T-{number}") | ids, min_size=1, max_size=8))
@LAW
def test_ids_are_numbers_in_pieces_if_they_are_in_one(wanted: list[str]) -> None:
    whole, patch = numbered(pl.Series(wanted)), pytest.MonkeyPatch()
    with patch.context() as changed:
        changed.setattr(threads, "_LARGE", 2)
        changed.setattr(threads, "threads", lambda: 3)
        pieces = numbered(pl.Series(wanted))
    assert (whole is None) == (pieces is None)
    if whole and pieces:
        assert (whole.prefix, whole.numbers.to_list()) == (pieces.prefix, pieces.numbers.to_list())


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10])
def test_a_column_made_in_pieces_is_the_column_made_at_once(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_LARGE", 1)
    monkeypatch.setattr(threads, "threads", lambda: 3)
    seen = []
    column = pl.Series("number", range(rows), dtype=pl.Int64)
    doubled = threads.in_pieces(lambda piece: seen.append(len(piece)) or piece * 2, column)
    assert doubled.equals(column * 2, check_dtypes=True, check_names=True)
    assert sum(seen) == rows
    assert len(seen) == (3 if rows else 1)


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
@pytest.mark.parametrize("most_tickets", [3, 4_000_000_000])
def test_one_key_sorts_like_ticket_and_time(unit: int, most_tickets: int) -> None:
    chance = random.Random(unit)
    rows = [(chance.choice([0, 1, most_tickets]), chance.randrange(-5, 5) * 10**14 // unit * unit) for _ in range(200)]
    frame = pl.DataFrame(rows, schema={"ticket_row": pl.UInt32, "at": pl.Int64}, orient="row")
    frame = frame.with_columns(pl.col("at").cast(EVENTS.schema["at"]))
    keyed = frame.with_columns(key=_sort_key(frame)).sort("key", maintain_order=True)
    assert keyed.drop("key").equals(frame.sort("ticket_row", "at", maintain_order=True))
    assert keyed["key"].n_unique() == frame.n_unique()


@given(
    text=st.text(alphabet='ab,;"\n\r\t é', min_size=1, max_size=40),
    delimiter=st.sampled_from([",", ";", "\t"]),
    is_file=st.booleans(),
)
@LAW
def test_delimiters_are_as_many_as_lines_that_they_end(text: str, delimiter: str, is_file: bool) -> None:
    data, patch = text.encode(), pytest.MonkeyPatch()
    dialect = Dialect(delimiter, "\n", ("a", "b"), 0)
    with patch.context() as changed, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x [1] *.csv")
        path.write_bytes(data)
        content = Content("x", path if is_file else data, "delimited")
        by_python = proof.marks_of(content, dialect, None)
        changed.setattr(proof, "_MANY", 0)
        assert proof.marks_of(content, dialect, None) == by_python
    assert by_python.delimiters == text.count(delimiter)


@pytest.mark.parametrize("many", [0, 1_000])  # counted by Polars, or by Python
def test_delimiters_are_counted_across_the_pieces_of_a_file(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_PIECE", 7)
    monkeypatch.setattr(proof, "_MANY", many)
    rows = "".join(f'{number},"a,b",c\n' for number in range(50))
    assert read_tables("x", f"n,x,y\n{rows}\n\n".encode())[0].frame.height == 50
    assert read_tables("x", f"n,x,y\n{rows}1,2\n".encode())[0].damaged["_row"].to_list() == [52]


def by_several_threads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(threads, "_LARGE", 0)
    patch.setattr(threads, "threads", lambda: 3)


def with_ids_as_numbers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ids_of_tickets, "_MANY", 0)


@pytest.mark.parametrize("shortcut", [by_several_threads, with_ids_as_numbers])
@pytest.mark.parametrize("folder", EXPORTS, ids=lambda folder: "-".join(folder.relative_to(ROOT / "sample_data").parts))
def test_an_export_is_the_same_by_the_shortcuts_of_large_ones(
    folder: Path, shortcut: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_length = read_export(folder, fallback_timezone="UTC")
    shortcut(monkeypatch)
    export = read_export(folder, fallback_timezone="UTC")
    for name in ("tickets", "events", "problems"):
        assert_frame_equal(getattr(export, name), getattr(at_length, name))
    assert (export.counts, export.notes, export.shows) == (at_length.counts, at_length.notes, at_length.shows)


def test_the_words_for_nothing_of_no_profile_are_taken_for_numbered_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ids_as_numbers(monkeypatch)
    column = pl.Series(["T-1", "T-20"])
    for source in sources():
        assert tidy_ids(column, load_profile(source).null_words)[1] is not None, source
    assert tidy_ids(column, ["", "T-20"])[0].to_list() == ["T-1", None]
