"""The manual is listed, printed as it is written into a pipe, and laid out on a terminal."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from slaaudit.cli import terminal
from slaaudit.cli.app import app
from slaaudit.cli.manual import FOLDER, SYSTEMS

TOPICS = sorted(path.stem for path in FOLDER.glob("*.md"))
HELP_DESKS = sorted(path.stem for path in SYSTEMS.glob("*.md"))


def manual(*words: str) -> str:
    result = CliRunner().invoke(app, ["manual", *words], prog_name="slaaudit")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_every_topic_is_listed_with_its_title() -> None:
    topics, help_desks, hint = manual().replace("Help desks:\n\n", "").split("\n\n")
    assert [line.split()[0] for line in topics.splitlines()] == TOPICS
    assert [line.split()[0] for line in help_desks.splitlines()] == HELP_DESKS
    assert all(line.split(maxsplit=1)[1:] for line in (*topics.splitlines(), *help_desks.splitlines()))
    assert hint == "Read one: slaaudit manual TOPIC\n"


@pytest.mark.parametrize("name", HELP_DESKS)
def test_a_help_desk_has_a_page(name: str) -> None:
    assert manual(name).strip() == (SYSTEMS / f"{name}.md").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_goes_into_a_pipe_as_it_is_written(topic: str) -> None:
    assert manual(topic) == (FOLDER / f"{topic}.md").read_text(encoding="utf-8").rstrip("\n") + "\n"


def test_a_topic_may_be_named_like_its_file_and_in_any_case() -> None:
    assert manual("Decisions.md") == manual("decisions")


def test_a_terminal_gets_the_topic_laid_out_in_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    lines = manual("decisions").splitlines()
    assert lines[0].strip() == "Decisions"
    assert [line for line in lines if line.startswith("#") or len(line) > 60] == []
