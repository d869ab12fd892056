"""`--timings`: every stage once, with seconds that add up, on stderr and only when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from slaaudit.cli.app import app
from slaaudit.cli.stopwatch import Stopwatch, peak_memory

POLICY = """
policy: Acme
levels: {all: {targets: {resolution: 4h, first_reply: 1h}}}
rules: [{name: All, level: all}]
"""
CASES = """
policy: slaaudit.yml
as_of: 2026-12-31 17:00
cases:
  - name: answered in time
    events: [{at: mon 09:30, message: agent}]
    expect: {first_reply: {outcome: fulfilled}}
"""
HEADINGS = ["stage", "seconds", "share", "rows", "peak", "memory"]
ROW = re.compile(r"(\S+(?: \S+)*?) +(\d+\.\d{3}) +(\d+\.\d) % *(|[\d,]+)  +(|[\d,]+ MB)")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,created_at,solved_at,status\nT-1,2026-10-05T09:00:00Z,2026-10-05T18:00:00Z,solved\n"
    )
    (tmp_path / "slaaudit.yml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)


def slaaudit(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), prog_name="slaaudit")


def timings(said: str) -> list[str]:
    """The stages of the table on stderr, which is what was said last."""
    lines = said.splitlines()
    start = next(number for number, line in enumerate(lines) if line.split() == HEADINGS)
    return [ROW.fullmatch(line)[1] for line in lines[start + 1 :]]


@pytest.mark.parametrize("command", ["compliance", "log"])
def test_every_stage_of_a_report_is_listed_once_and_in_order(command: str) -> None:
    plain, timed = slaaudit(command, "tickets.csv"), slaaudit(command, "tickets.csv", "--timings")
    assert timed.exit_code == 0
    assert timed.stdout == plain.stdout
    assert timed.stderr.startswith(plain.stderr)
    stages = timings(timed.stderr)
    assert stages == [
        "loading", "policy", "reading tickets.csv", "recognising", "dates", "cells", "tickets", "ordering", "timeline",
        "levels", "metric first_reply", "metric resolution", "account", "report", "writing", "total",
    ]  # fmt: skip


def test_all_buckets_are_one_line() -> None:
    seconds = iter(range(20))
    watch = Stopwatch(clock=lambda: next(seconds), memory=lambda: None)
    for stage, rows in (("typing bucket 1 of 2", None), ("typing bucket 2 of 2", None), ("judging bucket 1 of 2", 7)):
        watch(stage, rows)
    watch("judging bucket 2 of 2", 5)
    watch("merging", None)
    told = [line.split("  ") for line in watch.lines()[1:]]
    assert [[cell.strip() for cell in line if cell.strip()] for line in told] == [
        ["typing 2 buckets", "2.000", "40.0 %"],
        ["judging 2 buckets", "2.000", "40.0 %", "12"],
        ["merging", "1.000", "20.0 %"],
        ["total", "5.000", "100.0 %"],
    ]


def test_the_stages_of_a_story_are_listed() -> None:
    stages = timings(slaaudit("explain", "tickets.csv", "T-1", "--timings").stderr)
    assert (stages[:2], stages[-3:]) == (["loading", "policy"], ["story", "writing", "total"])


def test_the_quiet_asked_for_them_too() -> None:
    said = slaaudit("log", "tickets.csv", "--timings", "-q").stderr
    assert said.split()[: len(HEADINGS)] == HEADINGS


def test_a_run_that_fails_has_no_timings() -> None:
    result = slaaudit("log", "nowhere.csv", "--timings")
    assert result.exit_code == 2
    assert "seconds" not in result.stderr


def test_they_are_listed_after_a_failed_gate_too() -> None:
    result = slaaudit("log", "tickets.csv", "--timings", "-q", "--fail-on", "missed")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "gate failed: --fail-on missed: 1 clock"
    assert timings(result.stderr)[-1] == "total"


READING = ["reading tickets.csv", "recognising", "dates", "cells", "tickets", "ordering"]


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        ("inspect tickets.csv", [*READING, "inspecting", "writing"]),
        ("inspect tickets.csv -p slaaudit.yml", ["policy", *READING, "inspecting", "writing"]),
        ("init tickets.csv --country NL -o new.yaml", [*READING, "policy", "writing"]),
        ("policy check", ["checking slaaudit.yml"]),
        ("policy check --with tickets.csv", ["checking slaaudit.yml", *READING, "checking slaaudit.yml"]),
        ("policy test acme.test.yaml", ["cases of acme.test.yaml", "writing"]),
        ("policy show", ["policy"]),
        ("policy schema", ["schema"]),
        ("calendar show", ["policy", "calendar", "writing"]),
        ("calendar due now 4h --short", ["policy", "calendar"]),
        ("manual", ["page"]),
        ("demo", ["sample", "policy", "reading slaaudit-demo/tickets.csv", "reading slaaudit-demo/events.csv"]),
    ],
)
def test_every_command_lists_its_stages(words: str, stages: list[str]) -> None:
    Path("acme.test.yaml").write_text(CASES)
    result = slaaudit(*words.split(), "--timings")
    assert result.exit_code == 0, result.stderr
    told = timings(result.stderr)
    assert told[: 1 + len(stages)] == ["loading", *stages]
    assert told[-1] == "total"


def commands_of(group: Any) -> Iterator[Any]:
    """Every command, those of groups too."""
    for command in group.commands.values():
        yield from commands_of(command) if hasattr(command, "commands") else [command]


def test_there_is_no_command_without_them() -> None:
    names = [command.name for command in commands_of(get_command(app))]
    assert {"compliance", "log", "check", "due", "manual"} <= set(names)
    assert [one.name for one in commands_of(get_command(app)) if "--timings" in one.params[-1].opts] == names


def test_the_seconds_are_those_from_one_stage_to_the_next() -> None:
    instants, memory = iter([10.0, 10.25, 12.0, 14.0]), iter([40_000_000, 1_234_000_000, 1_234_000_000, 1_250_400_000])
    watch = Stopwatch(clock=lambda: next(instants), memory=lambda: next(memory))
    watch("loading")
    watch("reading tickets.csv")
    watch("reading tickets.csv", 1_234_567)
    watch("timeline", 0)
    assert watch.lines() == [
        "stage                seconds    share       rows  peak memory",
        "loading                0.250    6.2 %                   40 MB",
        "reading tickets.csv    1.750   43.8 %  1,234,567     1,234 MB",
        "timeline               2.000   50.0 %          0     1,234 MB",
        "total                  4.000  100.0 %                1,250 MB",
    ]


def test_stages_of_several_threads_divide_the_time_that_passes_as_the_threads_spend_it() -> None:
    now = 0.0
    watch = Stopwatch(clock=lambda: now, memory=lambda: 1_000_000)

    def tell(stage: str, rows: int | None, at: float) -> None:
        nonlocal now
        now = at
        watch(stage, rows)

    def on(pool: ThreadPoolExecutor, stage: str, rows: int | None, at: float) -> None:
        pool.submit(tell, stage, rows, at).result()

    tell("reading tickets.csv", 300, 0)
    tell("judging", 300, 1)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        on(one, "timeline", 100, 1)
        on(other, "timeline", 200, 1)
        on(one, "account", 10, 3)
        on(other, "account", 20, 4)
        on(one, "report", 10, 5)
        on(one, "", None, 6)
        on(other, "report", 20, 6)
        on(other, "", None, 9)
    tell("report", 30, 9)
    tell("writing", 5, 10)
    now = 10.5
    # 5 of 13 seconds of both threads were spent on the timeline: 5/13 of the 8 seconds that passed; 4/13 on each other
    assert watch.lines() == [
        "stage                seconds    share  rows  peak memory",
        "reading tickets.csv    1.000    9.5 %   300         1 MB",
        "timeline               3.077   29.3 %   300         1 MB",
        "account                2.462   23.4 %    30         1 MB",
        "report                 3.462   33.0 %    30         1 MB",
        "writing                0.500    4.8 %     5         1 MB",
        "total                 10.500  100.0 %               1 MB",
    ]
    assert watch.lines() == watch.lines(), "to ask changes nothing"


def test_what_is_judged_without_other_threads_is_listed_as_it_was_told() -> None:
    watch = Stopwatch(clock=iter([0.0, 1.0]).__next__, memory=lambda: None)
    watch("judging", 7)
    assert watch.lines()[1] == "judging    1.000  100.0 %     7"


def test_a_system_that_does_not_tell_the_memory_has_an_empty_column() -> None:
    watch = Stopwatch(clock=iter([0.0, 1.0]).__next__, memory=lambda: None)
    watch("a \x1b[31mred file", None)
    assert watch.lines() == [
        "stage               seconds    share  rows  peak memory",
        r"a \x1b[31mred file    1.000  100.0 %",
        "total                 1.000  100.0 %",
    ]


def test_the_peak_never_falls() -> None:
    before = peak_memory()
    block = bytearray(64 << 20)
    block[:: 1 << 12] = b"x" * (64 << 8)
    after = peak_memory()
    assert before is None or (after is not None and after >= before >= 1 << 20)
