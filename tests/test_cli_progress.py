"""Progress is for a person at a terminal, on one line, during long work; and then it is gone."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from slaaudit.cli import progress
from slaaudit.cli.progress import Progress, share_done

ROOT = Path(__file__).parent.parent
POLICY = """
policy: Acme
levels: {all: {targets: {resolution: 4h}}}
rules: [{name: All, level: all}]
"""
TICKETS = b"ticket_id,created_at,status\nT-1,2026-10-05T09:00:00Z,open\n"
ERASE = "\r\x1b[2K"
# as from a shell: tests that run in the background are started to ignore ^C
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "slaaudit"
from slaaudit.cli import main
main()
"""


class Session:
    """A command whose standard error is a terminal, and which waits for its export on standard input."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        (folder / "slaaudit.yml").write_text(POLICY)
        self.master, terminal = os.openpty()
        usual = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=folder,
            env=usual | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=terminal,
        )
        os.close(terminal)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Reads the terminal until `text` has been written to it."""
        while text not in self.seen:
            piece = os.read(self.master, 1 << 16)
            assert piece, self.seen
            self.seen += piece.decode()

    def end(self, given: bytes = TICKETS) -> tuple[int, bytes]:
        """Feeds the export and reads the rest: the exit code and what stdout got."""
        stdout, _ = self.process.communicate(given)
        with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
            while piece := os.read(self.master, 1 << 16):
                self.seen += piece.decode()
        os.close(self.master)
        return self.process.returncode, stdout

    @property
    def screen(self) -> list[str]:
        """What can be read on the terminal in the end."""
        return [line.split(ERASE)[-1] for line in self.seen.replace("\r\n", "\n").rstrip("\n").split("\n")]


def test_long_work_shows_what_it_does_and_about_how_far_it_is_and_then_only_the_account(tmp_path: Path) -> None:
    session = Session(tmp_path, "log", "-", "-f", "csv")
    session.wait_for("reading -")
    code, stdout = session.end()
    assert code == 0
    assert stdout.startswith(b"requester,ticket,")
    assert re.search(r"\r\x1b\[2Kreading - · about \d+ %", session.seen)
    assert "1 ticket row read = 1 ticket" in session.screen
    assert not any("about" in line for line in session.screen)


def test_an_interruption_takes_the_progress_away(tmp_path: Path) -> None:
    session = Session(tmp_path, "log", "-")
    session.wait_for(" · about ")
    session.process.send_signal(signal.SIGINT)
    session.process.wait()
    assert session.end(b"") == (130, b"")
    assert session.screen == ["interrupted"]


@pytest.mark.parametrize(
    ("words", "environment"),
    [(["-q"], {}), ([], {"TERM": "dumb"}), ([], {"TERM": ""})],
    ids=["quiet", "a terminal that cannot take a line back", "a terminal of no kind"],
)
def test_nobody_gets_progress_who_does_not_want_it_or_cannot_see_it_well(
    words: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    session = Session(tmp_path, "log", "-", *words, **environment)
    code, _ = session.end()
    assert code == 0
    assert "about" not in session.seen
    assert "\x1b" not in session.seen


def test_no_colours_are_needed_for_it(tmp_path: Path) -> None:
    session = Session(tmp_path, "log", "-", NO_COLOR="1")
    session.wait_for(" · about ")
    assert session.end()[0] == 0
    assert set(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", session.seen)) == {"\x1b[2K"}


class Terminal(io.StringIO):
    """A stderr that says when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.written.set()


def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    # no fixture: pytest gives every test a stderr of its own after its fixtures
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    return terminal


@pytest.mark.parametrize(
    ("is_terminal", "kind", "shown"),
    [(True, "xterm", True), (False, "xterm", False), (True, "dumb", False), (True, None, False)],
)
def test_it_is_only_for_a_terminal_that_can_take_a_line_back(
    is_terminal: bool, kind: str | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    monkeypatch.delenv("TERM", raising=False)
    if kind:
        monkeypatch.setenv("TERM", kind)
    assert progress.can_show() is shown


def test_a_small_run_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 3600)
    watch = Progress()
    watch("reading tickets.csv")
    watch.hush()
    watch.hush()
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        (
            "reading a/folder/with/a/long/name/and\x1b[31m/tickets.csv",
            r"reading a/folder/with/a/long/name/and\x1b"[:39],
        ),
        (f"reading {'客' * 30}.csv", f"reading {'客' * 15} "),  # half of the sixteenth would fit
        (f"reading {'é' * 60}.csv", f"reading {'é' * 31}"),
        ("reading 客.csv", "reading 客.csv · 1 row · about 0 %"),
    ],
    ids=["escapes", "two columns a letter", "two bytes a letter", "short"],
)
def test_a_line_that_is_too_long_is_cut_and_never_wraps(
    stage: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.001)
    watch = Progress()
    watch(stage, 1)
    assert terminal.written.wait(60)
    watch.hush()
    first, *others, last = terminal.getvalue().split(ERASE)[1:]
    assert {first, *others} == {shown}
    assert last == ""


def test_the_rows_of_a_stage_are_shown_once_they_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 3600)
    watch = Progress()
    watch("metric first_reply", None)
    assert watch._line == "metric first_reply · about 69 %"
    watch("metric first_reply", 1)
    assert watch._line == "metric first_reply · 1 row · about 69 %"
    watch("metric resolution", 12_345_678)
    assert watch._line == "metric resolution · 12,345,678 rows · about 71 %"
    watch("dates", None)
    assert watch._line == "dates · about 71 %"  # never less than before
    watch.hush()


def test_the_share_grows_from_stage_to_stage_and_with_every_metric() -> None:
    stages = [
        "loading", "policy", "reading a", "reading b", "recognising", "dates", "cells", "tickets", "ordering",
        "timeline", "levels", "metric a", "metric b", "metric c", "account", "report", "writing",
    ]  # fmt: skip
    shares = [share_done(stages[: number + 1], 3) for number in range(len(stages))]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[11] < shares[12] < shares[13] < shares[14] < shares[-1] < 100


def test_the_metrics_of_all_parts_tell_how_far_parts_that_are_judged_at_the_same_time_are() -> None:
    before, of_part = ["reading a", "ordering", "judging"], ["timeline", "levels", "metric a", "metric b", "account"]
    stages = [*before, *(stage for stage in of_part for _ in range(2)), *of_part, "report", *of_part, "report"]
    shares = [share_done(stages[: number + 1], 2, parts=4) for number in range(len(stages))]
    assert shares == sorted(shares)
    first, last = shares[len(before)], shares[-1]
    assert first == share_done(["reading a", "ordering", "timeline"], 2)
    assert first < shares[len(stages) // 2] < last < 100


def test_a_stage_that_is_not_known_has_no_share_of_its_own() -> None:
    assert share_done(["story"], 9) == 0
