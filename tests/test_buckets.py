"""Audits in buckets: how they are split, sorted and looked up, and that nothing of them is left."""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

import polars as pl
import pytest
from side_by_side import COMPLIANCE, LOG, as_a_whole, in_buckets
from typer.testing import CliRunner

from slaaudit.buckets import folder, sizes
from slaaudit.buckets.folder import temporary_folder, told_when_full
from slaaudit.buckets.pieces import NotInPieces, tables_of
from slaaudit.cli.app import app
from slaaudit.parts.ranks import values_at
from slaaudit.parts.sorting import Order, Runs
from slaaudit.policy import load_policy
from slaaudit.problems import SlaauditError
from slaaudit.reports import ComplianceOptions, LogOptions
from slaaudit.reports.tallies import percentiles
from slaaudit.sources.files import few_words
from slaaudit.sources.files.inputs import Input
from slaaudit.sources.files.reading import read_tables

ROOT = Path(__file__).parents[1]
HELPDESK, POLICY = ROOT / "sample_data" / "helpdesk", ROOT / "policies" / "helpdesk.yaml"


@pytest.mark.parametrize("options", [COMPLIANCE, LOG], ids=["compliance", "log"])
@pytest.mark.parametrize("piece", [200_000, 10**7])
def test_columns_of_few_words_go_to_buckets_as_categories(
    options: ComplianceOptions | LogOptions, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy(POLICY)
    whole = as_a_whole([HELPDESK], policy, options)
    monkeypatch.setattr(few_words, "LARGE", 0)
    assert in_buckets([HELPDESK], policy, options, buckets=3, piece=piece, at_once=1_000) == whole


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500MB", 500_000_000),
        ("2GB", 2_000_000_000),
        ("1.5GiB", 1_610_612_736),
        ("2g", 2_000_000_000),
        ("300 MiB", 314_572_800),
        ("1000", 1_000),
        ("", None),
        ("much", None),
        ("-1GB", None),
        ("2 i", None),
        ("1e9", None),
        ("9" * 310, None),
        ("9" * 308 + "TB", None),
    ],
)
def test_sizes_are_read_in_the_units_that_people_write(text: str, size: int | None) -> None:
    assert sizes.bytes_of(text) == size


def test_twice_the_export_takes_twice_the_buckets_and_an_export_that_fits_takes_one() -> None:
    assert sizes.plan(10**6, 10**9, "compliance").buckets == 1
    once, twice = (sizes.plan(size, 10**9, "compliance").buckets for size in (10**9, 2 * 10**9))
    assert 1 < once <= twice / 2 + 1
    assert sizes.plan(10**9, 10**9, "compliance", threads=4).buckets == 4 * once  # as many are in memory at a time


def test_a_row_counts_however_short_it_is(tmp_path: Path) -> None:
    short, long = b"1,2026-03-02 09:00,open\n" * 100_000, (b"x" * 199 + b"\n") * 1_000
    (tmp_path / "short.csv").write_bytes(short)
    assert sizes.text_bytes([tmp_path / "short.csv"]) == pytest.approx(10_000_000, rel=0.001)  # a head is looked at
    assert sizes.text_bytes([long, short[:24]]) == len(long) + 100
    assert sizes.text_bytes([b""]) == 0


@pytest.mark.parametrize(
    ("report", "size", "takes"),
    [  # as measured: the slices that are judged at a time weigh most in a small export
        ("compliance", 94 * 10**6, 0.65e9),
        ("compliance", 939 * 10**6, 2.4e9),
        ("log", 94 * 10**6, 1.22e9),
        ("log", 939 * 10**6, 5.4e9),
    ],
)
def test_what_an_audit_in_memory_takes_is_foreseen(report: str, size: int, takes: float) -> None:
    assert takes * 0.95 < sizes.in_memory(size, report) < takes * 1.15


def test_an_export_is_split_without_being_asked_only_when_memory_may_not_hold_its_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sizes, "memory_available", lambda: 12 * 10**9)
    assert sizes.memory_by_default(10**8, "log") is None
    assert sizes.memory_by_default(4 * 10**9, "log") == 6 * 10**9
    monkeypatch.setattr(sizes, "memory_available", lambda: None)
    assert sizes.memory_by_default(10**15, "log") is None


@pytest.mark.parametrize("seed", range(8))
def test_rows_come_in_order_however_many_runs_and_parts_there_are(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    height = chance.randrange(200)
    rows = pl.DataFrame(
        {
            "word": [chance.choice([None, "x", "y", "Z"]) for _ in range(height)],
            "key": chance.sample(range(1_000), height),
        },
        schema={"word": pl.String, "key": pl.Int64},
    )
    order = Order(("word", "key"), (chance.random() < 0.5, chance.random() < 0.5), nulls_last=chance.random() < 0.5)
    runs = Runs(tmp_path, "run", order)
    runs.add(rows.clear())
    for part in rows.iter_slices(chance.choice([7, 50, 1_000])):
        runs.add(part)
    found = runs.rows(["key"], chance.choice([1, 20, 1_000]))
    slices = list(found.iter_slices(9)) if found.height else [rows.select("key")]
    assert pl.concat(slices).equals(order.sorted(rows).select("key"))
    assert all(part.height == 9 for part in slices[:-1])


@pytest.mark.parametrize("keys", [[], ["group"]])
def test_percentiles_are_those_of_all_values(keys: list[str], tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = pl.DataFrame(
        {
            "group": [chance.choice([None, "a", "b"]) for _ in range(300)],
            "elapsed": [chance.choice([None, *range(40)]) for _ in range(300)],
            "outcome": [chance.choice(["fulfilled", "missed"]) for _ in range(300)],
        },
        schema={"group": pl.String, "elapsed": pl.Duration("us"), "outcome": pl.String},
    )
    by = (*keys, "elapsed", "times")
    runs = Runs(tmp_path, "times", Order(by, (False,) * len(by), nulls_last=True))
    for part in rows.drop_nulls("elapsed").iter_slices(70):
        runs.add(part.group_by(*keys, "elapsed").agg(times=pl.len().cast(pl.Int64)))
    ranks = (1, 50, 90, 100)
    expected = percentiles(rows, keys, ranks)
    assert values_at(runs, keys, ranks, at_once=20).sort(pl.all()).equals(expected.sort(pl.all()))


def test_percentiles_of_nothing_are_empty(tmp_path: Path) -> None:
    runs = Runs(tmp_path, "times", Order(("elapsed", "times"), (False, False), nulls_last=True))
    runs.add(pl.DataFrame(schema={"elapsed": pl.Duration("us"), "times": pl.Int64}))
    assert values_at(runs, [], (50,), at_once=20).rows() == [(None,)]


@pytest.mark.parametrize("size", [1, 25, 60, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4\n",
        "\n\na,b\r\n1,2\r\n3,4",
        'a,b\n"1\n,x",2\n3,"4 ""5"" 6"\n7,8\n9,10\n',
        "a;b\n1;2\n;\n3;4\n",
        "a\n1\n2\n3\n",
        "a,b\n1,2\n\n\n",
        "a,b\n",
    ],
)
def test_a_file_in_pieces_is_the_whole_file(text: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(text.encode())
    [pieces] = tables_of(Input("tickets.csv", path, None), None, whole=False)
    [whole] = read_tables("tickets.csv", path)
    try:
        parts = [*pieces.read(size)] if pieces.read else [pieces.head]
    except NotInPieces:
        return  # then the whole file is read
    assert {part.headings for part in parts} == {whole.headings}
    assert pl.concat([part.frame for part in parts]).equals(whole.frame)


@pytest.mark.parametrize("text", ["a,b\n1,2\n3\n", "a,b\n1,2\n\n3,4\n", "a,b\n1,2,3\n4,5\n", 'a,b\n1,"2\n3,4\n'])
def test_a_damaged_file_is_read_whole(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(text)
    [pieces] = tables_of(Input("tickets.csv", path, None), None, whole=False)
    assert pieces.read is None


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    in_buckets([HELPDESK], load_policy(POLICY), COMPLIANCE, buckets=2, piece=10**6, at_once=100)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("ticket_id,created_at\n1,soon\n")
    assert in_buckets([wrong], load_policy(POLICY), LOG, buckets=2, piece=10**6, at_once=100)
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.csv"]


def test_too_little_room_on_the_disk_is_said_before_anything_is_read() -> None:
    with pytest.raises(SlaauditError) as error, temporary_folder(10**18):
        pass
    [problem] = error.value.problems
    assert problem.code == "no_space"
    assert "1,000,000,000.0 GB of disk" in problem.what
    assert "TMPDIR" in problem.hint


def no_space() -> str:
    """Why there is no temporary folder."""
    with pytest.raises(SlaauditError) as error, temporary_folder(0):
        pass
    [problem] = error.value.problems
    assert problem.code == "no_space"
    assert problem.hint == "name a folder on a disk with room in TMPDIR, or give the audit more --memory"
    return problem.what


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
@pytest.mark.parametrize(("place", "reason"), [("none", "No such file or directory"), ("file", "Not a directory")])
def test_a_folder_that_is_named_and_cannot_be_used_is_refused_and_no_other_taken(
    name: str, place: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for each in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, str(tmp_path / place))
    assert no_space() == f"cannot write to {tmp_path / place}: {reason}"


def test_a_system_without_a_folder_for_temporary_files_is_no_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_usable() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    for each in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(each, "")
    monkeypatch.setattr(tempfile, "gettempdir", none_usable)
    assert no_space() == "there is no folder for temporary files"


@pytest.mark.parametrize(
    "error",
    [
        pl.exceptions.ComputeError("parquet: File out of specification: Invalid thrift: transport error"),
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
        OSError(28, "in other words"),
    ],
)
def test_a_disk_that_is_full_in_the_middle_is_said_whatever_the_error_that_comes_of_it_says(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "has_no_room", lambda _: True)
    with pytest.raises(SlaauditError) as told, told_when_full(tmp_path / "slaaudit-1"):
        raise error
    assert [problem.what for problem in told.value.problems] == [f"the disk with {tmp_path} is full"]


@pytest.mark.parametrize("error", [pl.exceptions.ComputeError("a defect"), OSError(5, "Input/output error")])
def test_another_error_while_there_is_room_stays_what_it_is(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(type(error)) as told, told_when_full(tmp_path):
        raise error
    assert told.value is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("memory", "message"),
    [
        ("much", "--memory cannot be 'much'\n    a size: 500MB, 2GB or 1.5GiB"),
        ("10MB", "--memory 10MB is too little\n    the program alone takes most of 256 MB: give it that at least"),
    ],
)
def test_a_wrong_memory_is_a_mistake_of_usage(memory: str, message: str) -> None:
    found = CliRunner().invoke(app, ["log", str(HELPDESK), "-p", str(POLICY), "--memory", memory])
    assert found.exit_code == 2
    assert message in found.output


def test_the_command_in_buckets_says_what_it_says_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["compliance", str(HELPDESK), "-p", str(POLICY), "--fail-under", "99%", "--fail-on", "at_risk"]
    in_one = CliRunner().invoke(app, command)
    monkeypatch.setattr(sizes, "PEAK", {"compliance": 1_000})
    monkeypatch.setattr(sizes, "in_memory", lambda size, report: 10**12)
    split = CliRunner().invoke(app, [*command, "--memory", "400MB", "--timings"])
    assert split.exit_code == in_one.exit_code == 1
    assert re.search(r"^judging \d+ buckets ", split.output, re.MULTILINE)
    assert split.stdout == in_one.stdout


def test_standard_input_is_split_too(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["log", "-", "-p", str(POLICY), "-q", "-f", "csv"]
    tickets = (HELPDESK / "tickets.csv").read_bytes()
    in_one = CliRunner().invoke(app, command, input=tickets)
    monkeypatch.setattr(sizes, "PEAK", {"log": 1_000})
    monkeypatch.setattr(sizes, "in_memory", lambda size, report: size * 10**9)
    split = CliRunner().invoke(app, [*command, "--memory", "400MB", "--timings"], input=tickets)
    assert re.search(r"^judging \d+ buckets ", split.stderr, re.MULTILINE)
    assert split.stdout == in_one.stdout


def test_the_log_of_an_unknown_column_is_refused_alike() -> None:
    policy = load_policy(POLICY)
    wrong = LOG.__class__(columns=("nonsense",), sort=("more",))
    split = in_buckets([HELPDESK], policy, wrong, buckets=2, piece=10**6, at_once=100)
    assert split == as_a_whole([HELPDESK], policy, wrong)
