"""What only a process of its own can show: a reader that goes, an interruption, and streams that are really closed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MORE_THAN_A_PIPE_HOLDS = 1 << 20
# as from a shell: tests that run in the background are started to ignore ^C
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "slaaudit"
from slaaudit.cli import main
main()
"""
POLICY = """
policy: Acme
levels: {all: {targets: {resolution: 4h}}}
rules: [{name: All, level: all}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export whose log is more than a pipe holds, and its policy; half of the promises are missed."""
    lines = [f"T-{number},2026-10-05T09:00:00Z,2026-10-05T1{number % 2 * 8}:00:00Z,solved" for number in range(2_000)]
    (tmp_path / "tickets.csv").write_text("\n".join(["ticket_id,created_at,solved_at,status", *lines, ""]))
    (tmp_path / "slaaudit.yml").write_text(POLICY)
    return tmp_path


def started(
    *words: str, folder: Path, environment: Mapping[str, str] | None = None, **streams: int
) -> subprocess.Popen[bytes]:
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    known = inherited | {"PYTHONPATH": str(ROOT)} | dict(environment or {})
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=folder, env=known, **streams)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file that is always full")
@pytest.mark.parametrize("words", [("log", "tickets.csv", "-f", "csv"), ("manual", "policy"), ("--help",)])
def test_a_full_disk_is_a_mistake_that_is_told_and_no_defect(words: tuple[str, ...], folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = started(*words, folder=folder, stdout=full.fileno())
        said = process.communicate()[1].decode()
    assert process.returncode == 2
    assert "error[no_space] the disk is full: not all of it could be written" in said


@pytest.mark.parametrize(("gate", "code"), [([], 0), (["--fail-on", "missed"], 1)])
def test_a_reader_that_has_seen_enough_is_no_error_and_no_gate_is_lost(
    gate: list[str], code: int, folder: Path
) -> None:
    process = started("log", "tickets.csv", "-f", "csv", *gate, folder=folder)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"requester,ticket,")
    process.stdout.close()
    said = process.stderr.read().decode()
    assert process.wait() == code
    assert "ticket rows read" in said
    assert "BrokenPipe" not in said


def test_nobody_listening_at_all_is_no_error_either(folder: Path) -> None:
    process = started("log", "tickets.csv", stderr=subprocess.STDOUT, folder=folder)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 0


def test_help_for_nobody_is_no_error() -> None:
    process = started("log", "--help", folder=ROOT)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_an_interruption_leaves_no_traceback_no_output_and_no_file(folder: Path) -> None:
    (folder / "log.csv").write_text("of yesterday")
    process = started("log", "-", "-o", "log.csv", folder=folder, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b" " * MORE_THAN_A_PIPE_HOLDS)  # ends when the process has begun to read
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout, stderr.decode()) == (130, b"", "interrupted\n")
    assert sorted(path.name for path in folder.iterdir()) == ["log.csv", "slaaudit.yml", "tickets.csv"]
    assert (folder / "log.csv").read_text() == "of yesterday"


def test_a_terminal_gets_colours_and_no_line_that_is_too_wide_for_it(folder: Path) -> None:
    master, terminal = os.openpty()
    environment = {"COLUMNS": "80", "TERM": "xterm"}
    process = started(
        "compliance", "tickets.csv", folder=folder, stdout=terminal, stderr=terminal, environment=environment
    )
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while piece := os.read(master, 1 << 16):
            shown += piece
    os.close(master)
    assert process.wait() == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert "\x1b[1mCompliance per month by metric" in shown.decode()
    assert [line for line in lines if len(line) > 80] == []
    assert lines[lines.index(next(line for line in lines if "ticket rows read" in line)) - 1] == ""
