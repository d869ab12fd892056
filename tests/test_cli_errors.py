"""Whatever goes wrong ends in a message on stderr and exit code 2, never in a traceback and never in 1."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from slaaudit.cli import demo, loading
from slaaudit.cli.app import app


def slaaudit(*words: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, list(words), prog_name="slaaudit")


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        (["complience"], "'complience'", "see slaaudit --help"),
        (["complience"], "'compliance'", "see slaaudit --help"),
        (["compliance"], "EXPORT", "see slaaudit compliance --help"),
        (["compliance", "tickets.csv", "--plicy", "x"], "--policy", "see slaaudit compliance --help"),
        (["log", "tickets.csv", "--policy"], "'--policy'", "see slaaudit COMMAND --help"),
        (["demo", "one", "two"], "(two)", "see slaaudit demo --help"),
        (["log", "tickets.csv", "--\x1b[31mred"], r"--\x1b[31mred", "see slaaudit log --help"),
    ],
)
def test_a_mistake_in_the_command_line_is_named_with_the_help_that_helps(
    words: list[str], what: str, hint: str
) -> None:
    result = slaaudit(*words)
    first, second = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (2, "")
    assert first.startswith("error[usage] ")
    assert what in first
    assert second == f"    {hint}"


def test_no_command_at_all_shows_the_help_on_stderr() -> None:
    result = slaaudit()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: slaaudit [OPTIONS] COMMAND [ARGS]...\n")


@pytest.fixture
def defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a \x1b[31mred error\nand the whole plan")

    monkeypatch.setattr(loading, "policy_file", fail)


@pytest.mark.usefixtures("defect")
def test_a_defect_is_a_short_message_that_asks_for_a_report() -> None:
    result = slaaudit("log", "tickets.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        r"error[defect] slaaudit failed: ZeroDivisionError: a \x1b[31mred error",
        "    This is a defect of slaaudit, not of your files. Please report it, with what the same",
        "    command prints after SLAAUDIT_DEBUG=1 is set.",
    ]


@pytest.mark.usefixtures("defect")
def test_a_defect_shows_its_traceback_on_request() -> None:
    result = slaaudit("log", "tickets.csv", SLAAUDIT_DEBUG="1")
    assert result.exit_code == 2
    assert "Traceback (most recent call last)" in result.stderr
    assert "in fail" in result.stderr


def test_a_panic_of_a_library_is_a_defect_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    def fail(*_: object) -> None:
        raise Panic("index out of bounds")

    monkeypatch.setattr(loading, "policy_file", fail)
    result = slaaudit("log", "tickets.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error[defect] slaaudit failed: Panic: index out of bounds\n")


def test_an_interruption_ends_with_130_and_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "policy_file", interrupt)
    result = slaaudit("log", "tickets.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")


def test_an_installation_without_the_sample_data_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_HOMES", ())
    result = slaaudit("demo", "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "error[no_sample] the sample data is missing from this installation",
        "    install slaaudit again",
    ]
