"""The law of parts: however an export is divided, in memory or on disk, every byte of what a run shows is the same."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from side_by_side import COMPLIANCE, LOG, Options, as_a_whole, in_buckets, in_slices
from strategies import Stories
from test_laws import EVENT_COLUMNS, TICKET_COLUMNS, lines_of, written
from test_sources_laws import EVENTS, SOUND, TICKETS, damaged, event_rows, ticket_rows
from test_sources_laws import Rows as Cells

from slaaudit.policy import Policy, load_policy, loads_policy
from slaaudit.sources.files import few_words

ROOT = Path(__file__).parents[1]
POLICY = loads_policy(
    """
policy: Buckets
timezone: Europe/Amsterdam
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
levels:
  standard:
    calendar: office
    pause: {state: pending}
    targets: {first_reply: 2h, next_reply: 8h, resolution: 16h, first_assign: 1h, requester_wait: 20h, work_logged: 1h}
rules: [{level: standard}]
"""
)
# Each filled bucket costs a tenth of a second: HYPOTHESIS_EFFORT=8 tries every folder, and many more examples.
SEARCHING = strategies.EFFORT > 1
FEW = [1, 2, 3, 7, 64]
reports = st.sampled_from([COMPLIANCE, LOG])
splits = st.fixed_dictionaries(
    {"buckets": st.sampled_from(FEW), "piece": st.sampled_from([40, 200, 10**6]), "at_once": st.just(8)}
)


def write(folder: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def check(paths: Sequence[str | Path], policy: Policy, options: Options, **split: int) -> None:
    whole = as_a_whole(paths, policy, options)
    with pytest.MonkeyPatch.context() as patch:
        if split["buckets"] % 2:  # as of a large file: columns of few different words go to buckets as categories
            patch.setattr(few_words, "LARGE", 0)
        assert in_buckets(paths, policy, options, **split) == whole
    slices, at_once = split["buckets"], split["at_once"]
    assert in_slices(paths, policy, options, slices=slices, at_once=at_once, threads=1 + slices % 2) == whole


@strategies.effort(6)
@given(strategies.policies(), strategies.exports(), reports, splits)
def test_a_split_audit_is_the_whole_one(raw: Any, stories: Stories, options: Options, split: dict[str, int]) -> None:
    tickets, events = (([written(cell) for cell in row] for row in rows) for rows in lines_of(stories))
    with TemporaryDirectory() as folder:
        paths = [
            write(Path(folder), "tickets", TICKET_COLUMNS, list(tickets)),
            write(Path(folder), "events", ("ticket_id", *EVENT_COLUMNS), list(events)),
        ]
        check(paths, strategies.policy_of(raw), options, **split)


@strategies.effort(8)
@given(
    st.none() | st.lists(ticket_rows, max_size=10),
    st.lists(event_rows, max_size=16),
    st.sampled_from([None, "seq", "empty", "holes"]),
    reports,
    splits,
)
def test_so_is_one_of_rows_that_cannot_be_used(
    tickets: Cells | None, events: Cells, seq: str | None, options: Options, split: dict[str, int]
) -> None:
    header, rows = EVENTS[:-1], [list(row) for row in events]
    if seq:
        header = EVENTS
        numbers = {"seq": str, "empty": lambda _: "", "holes": lambda number: str(number) if number % 3 else ""}[seq]
        rows = [[*row, numbers(number)] for number, row in enumerate(rows)]
    with TemporaryDirectory() as folder:
        paths = [write(Path(folder), "events", header, rows)]
        if tickets is not None:
            paths.insert(0, write(Path(folder), "tickets", TICKETS, tickets))
        check(paths, POLICY, options, **split)


alike_but_for = st.tuples(event_rows, st.sampled_from(["red", "blue", ""]), st.sampled_from(["2026-01-01", ""]))


@strategies.effort(6)
@given(st.lists(alike_but_for, max_size=12), st.lists(alike_but_for, max_size=4), reports, splits)
def test_so_is_one_of_files_in_which_unknown_columns_differ_in_type(
    many: list[tuple[tuple[str, ...], str, str]],
    few: list[tuple[tuple[str, ...], str, str]],
    options: Options,
    split: dict[str, int],
) -> None:
    header = (*EVENTS[:-1], "team", "day")
    rows = [[*row, team, day] for row, team, day in [*many, *few]]
    with TemporaryDirectory() as folder:
        large = write(Path(folder), "events1", header, [*rows, *rows])
        paths = [large, write(Path(folder), "events2", header, rows[len(many) :]), Path(folder, "events3.parquet")]
        typed = pl.DataFrame(rows, schema=header, orient="row", schema_overrides=dict.fromkeys(header, pl.String))
        typed.with_columns(pl.col("day").str.to_date(strict=False)).write_parquet(paths[-1])
        whole = as_a_whole(paths, POLICY, options)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(few_words, "LARGE", large.stat().st_size)  # of it alone words become categories
            assert as_a_whole(paths, POLICY, options) == whole
            check(paths, POLICY, options, **split)


@pytest.mark.parametrize("seed", range(20 if SEARCHING else 5))
def test_so_is_one_of_damaged_files(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for name in chance.sample(sorted(SOUND), chance.choice([1, 1, 2])):
        (tmp_path / name).write_bytes(damaged(SOUND[name], chance))
    check([tmp_path], POLICY, chance.choice([COMPLIANCE, LOG]), buckets=3, piece=chance.choice([30, 500]), at_once=30)


def folders() -> list[Path]:
    files = (ROOT / "sample_data").rglob("*.*")
    found = sorted({file.parent for file in files if file.suffix in (".csv", ".json", ".ndjson", ".xlsx")})
    return found if SEARCHING else found[::5]


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(ROOT / "sample_data")))
def test_so_is_one_of_any_help_desk(folder: Path) -> None:
    check([folder], POLICY, COMPLIANCE, buckets=2, piece=400, at_once=10_000)


@pytest.mark.parametrize(
    ("options", "buckets"),
    [(COMPLIANCE, 1), (COMPLIANCE, 3), (LOG, 2), *([(COMPLIANCE, 64), (LOG, 7)] if SEARCHING else [])],
    ids=lambda given: str(given) if isinstance(given, int) else type(given).__name__,
)
def test_so_is_the_sample_data(options: Options, buckets: int) -> None:
    policy = load_policy(ROOT / "policies" / "helpdesk.yaml")
    check([ROOT / "sample_data" / "helpdesk"], policy, options, buckets=buckets, piece=20_000, at_once=500)
