"""Both files that a run writes are there, or neither: the report and the rows that could not be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slaaudit.cli import publishing
from slaaudit.cli.app import app

POLICY = """
policy: Acme
levels: {all: {targets: {resolution: 4h}}}
rules: [{name: All, level: all}]
"""
TICKETS = "ticket_id,created_at,status\nT-1,2026-10-05T09:00:00Z,open\n,2026-10-05T09:00:00Z,open\n"
HINT = "    name a file in a folder that exists and that you may write to\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tickets.csv").write_text(TICKETS)
    (tmp_path / "slaaudit.yml").write_text(POLICY)
    (tmp_path / "a_folder.csv").mkdir()
    return tmp_path


def log(*words: str) -> Result:
    return CliRunner().invoke(app, ["log", "tickets.csv", "--all", *words])


def written(folder: Path) -> dict[str, str]:
    """What was not there before."""
    files = (path for path in folder.iterdir() if path.is_file())
    return {path.name: path.read_text() for path in files if path.name not in ("tickets.csv", "slaaudit.yml")}


def test_both_are_written(folder: Path) -> None:
    assert log("-o", "log.csv", "--rejects", "rejects.csv").exit_code == 0
    assert [len(text.splitlines()) for _, text in sorted(written(folder).items())] == [2, 2]


@pytest.mark.parametrize("is_seen_before", [True, False])
@pytest.mark.parametrize("strict", [[], ["--strict"]])
@pytest.mark.parametrize(
    ("report", "rejects", "message"),
    [
        (
            "none/log.csv",
            "rejects.csv",
            "error[cannot_write] cannot write -o none/log.csv: No such file or directory\n",
        ),
        ("a_folder.csv", "rejects.csv", "error[cannot_write] cannot write -o a_folder.csv: it is a folder\n"),
        ("log.csv", "none/r.csv", "error[cannot_write] cannot write --rejects none/r.csv: No such file or directory\n"),
        ("log.csv", "a_folder.csv", "error[cannot_write] cannot write --rejects a_folder.csv: it is a folder\n"),
    ],
)
def test_neither_is_when_one_of_them_cannot_be_written(
    report: str,
    rejects: str,
    message: str,
    strict: list[str],
    is_seen_before: bool,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not is_seen_before:  # as a disk that gets full is not
        monkeypatch.setattr(publishing, "check_targets", lambda *asked: None)
    if strict:
        (folder / "tickets.csv").write_text(TICKETS.replace("\n,", "\nT-2,"))  # or the report is not written at all
    for name in {"log.csv", "rejects.csv"} & {report, rejects}:
        (folder / name).write_text("of yesterday")
    before = written(folder)
    found = log("-o", report, "--rejects", rejects, *strict)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.endswith(message + HINT)
    assert written(folder) == before


@pytest.mark.parametrize("option", ["-o", "--rejects"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(option: str, folder: Path) -> None:
    (folder / "tickets.csv").write_text("no export")
    found = log(option, "none/log.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == f"error[cannot_write] cannot write {option} none/log.csv: No such file or directory\n{HINT}"


def test_a_name_that_is_too_long_is_no_defect(folder: Path) -> None:
    found = log("-o", f"{'a' * 300}.csv")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == f"error[cannot_write] cannot write -o {'a' * 300}.csv: File name too long\n{HINT}"


def test_strict_writes_the_rejected_rows_alone(folder: Path) -> None:
    assert log("-o", "log.csv", "--rejects", "rejects.csv", "--strict").exit_code == 2
    assert [*written(folder)] == ["rejects.csv"]


def test_so_does_a_report_on_stdout(folder: Path) -> None:
    found = log("--rejects", "rejects.csv", "-f", "csv")
    assert (found.exit_code, len(found.stdout.splitlines())) == (0, 2)
    assert [*written(folder)] == ["rejects.csv"]
    (folder / "rejects.csv").unlink()
    assert log("--rejects", "none/rejects.csv", "-f", "csv").stdout == ""
