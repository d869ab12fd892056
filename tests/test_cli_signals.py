"""^C and a polite kill end the process at once, whatever it does, and leave no file that was not there before.

Every process here says when it has got where it shall be stopped, and then stays there for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
POLICY = """
policy: Acme
levels: {all: {targets: {resolution: 4h}}}
rules: [{name: All, level: all}]
"""
ENDINGS = [
    (signal.SIGINT, 130, "interrupted\n"),
    (signal.SIGTERM, 143, "terminated\n"),
    (signal.SIGHUP, 129, "hung up\n"),
]

# Python code never runs again in a main thread that waits here: reading is resumed after every signal
STAY = "os.write(1, b'ready'); os.read(os.pipe()[0], 1)"
IN_THE_MIDDLE_OF_OUR_IMPORTS = f"""
import os, sys
class Finder:
    def find_spec(self, name, *more):
        if name == "slaaudit.cli":
            {STAY}
sys.meta_path.insert(0, Finder())
from slaaudit.__main__ import main
main()
"""
IN_THE_MIDDLE_OF_WRITING = f"""
import os, sys
from slaaudit.render import csv
def render(report, options, out):
    out.write(b"half a rep")
    out.flush()
    {STAY}
csv.render = render
sys.argv = ["slaaudit", "log", "tickets.csv", "-o", "log.csv"]
from slaaudit.cli import main
main()
"""
IN_THE_MIDDLE_OF_READING = f"""
import os, sys
from slaaudit.sources import ingest
def find_inputs(*words, **more):
    {STAY}
ingest.find_inputs = find_inputs
sys.argv = ["slaaudit", "log", "tickets.csv", "-o", "log.csv"]
from slaaudit.cli import main
main()
"""
WITH_A_FOLDER_FULL_OF_BUCKETS = f"""
import os
from pathlib import Path
from slaaudit.cli.signals import end_at_once
from slaaudit.unfinished import made_folder, unfinished
end_at_once()
with unfinished(Path("buckets")):
    made_folder(Path("buckets"))
    for number in range(20):
        Path("buckets", f"{{number}}.parquet").write_bytes(b"PAR1")
    {STAY}
"""
WHILE_POLARS_COMPUTES = """
import os
import polars as pl
from slaaudit.cli.signals import end_at_once
end_at_once()
numbers = pl.int_range(1_000_000, eager=True).shuffle(1)
os.write(1, b"ready")
while True:
    numbers.sort()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tickets.csv").write_text("ticket_id,created_at,status\nT-1,2026-10-05T09:00:00Z,open\n")
    (tmp_path / "slaaudit.yml").write_text(POLICY)
    (tmp_path / "log.csv").write_text("of yesterday")
    return tmp_path


def started(program: str, folder: Path, *ignored: int) -> subprocess.Popen[bytes]:
    """A process that runs the program, once it says that it is ready; as from a shell, but for signals `ignored`."""
    modes = {int(number): "SIG_IGN" if number in ignored else "SIG_DFL" for number, *_ in ENDINGS}
    heeding = [f"signal.signal({number}, signal.{mode})" for number, mode in modes.items()]
    process = subprocess.Popen(
        [sys.executable, "-c", "\n".join(["import signal", *heeding, program])],
        cwd=folder,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.read(5) == b"ready"
    return process


@pytest.mark.parametrize(("number", "code", "words"), ENDINGS)
@pytest.mark.parametrize(
    "program",
    [IN_THE_MIDDLE_OF_WRITING, IN_THE_MIDDLE_OF_READING, WITH_A_FOLDER_FULL_OF_BUCKETS, WHILE_POLARS_COMPUTES],
    ids=["writing", "reading", "buckets", "computing"],
)
def test_a_process_that_is_told_to_end_says_so_and_leaves_what_was_there_before(
    program: str, number: int, code: int, words: str, folder: Path
) -> None:
    process = started(program, folder)
    process.send_signal(number)
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout, stderr.decode()) == (code, b"", words)
    assert sorted(path.name for path in folder.iterdir()) == ["log.csv", "slaaudit.yml", "tickets.csv"]
    assert (folder / "log.csv").read_text() == "of yesterday"


def test_an_interruption_before_the_command_line_is_there_says_no_more(folder: Path) -> None:
    process = started(IN_THE_MIDDLE_OF_OUR_IMPORTS, folder)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout, stderr) == (130, b"", b"interrupted\n")


def test_in_the_middle_of_writing_there_is_a_temporary_file(folder: Path) -> None:
    process = started(IN_THE_MIDDLE_OF_WRITING, folder)
    assert [path.read_text() for path in folder.glob(".log.csv.*.tmp")] == ["half a rep"]
    process.send_signal(signal.SIGINT)
    process.communicate()


def test_a_signal_that_shall_be_ignored_is_ignored(folder: Path) -> None:
    process = started(IN_THE_MIDDLE_OF_WRITING, folder, signal.SIGHUP, signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 143


def test_the_end_of_the_process_waits_for_nobody_who_listens_no_more(folder: Path) -> None:
    process = started(IN_THE_MIDDLE_OF_WRITING, folder)
    assert process.stderr is not None
    process.stderr.close()
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
