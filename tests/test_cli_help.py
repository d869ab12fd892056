"""The help reads well at 80 columns, names every option once, and says of every command what it does."""

from __future__ import annotations

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from slaaudit import __version__
from slaaudit.cli.app import app

COMMANDS = ["", "compliance", "log", "explain", "inspect", "init", "policy", "calendar", "demo", "manual"]


def slaaudit(*words: str):
    return CliRunner().invoke(app, list(words), prog_name="slaaudit", env={"COLUMNS": "80"})


def params_of(command: str):
    return get_command(app).commands[command].params


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_fits_into_80_columns_and_goes_to_stdout(command: str, option: str) -> None:
    result = slaaudit(*command.split(), option)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line for line in result.stdout.splitlines() if len(line) > 80] == []


def test_help_lists_every_command() -> None:
    assert set(COMMANDS) - {""} == set(get_command(app).commands)


def test_help_begins_with_the_commands_that_come_first() -> None:
    lines = slaaudit("--help").stdout.splitlines()
    first = lines.index("Start here:")
    assert [line for line in lines if line.endswith(":")] == [
        "Start here:",
        "Reports:",
        "Policies:",
        "Help:",
        "Options:",
        "Examples:",
    ]
    assert [line.split()[0] for line in lines[first + 1 : first + 4]] == ["demo", "inspect", "init"]


@pytest.mark.parametrize("command", ["compliance", "log"])
def test_every_option_has_one_line_of_help_with_its_default(command: str) -> None:
    lines = slaaudit(command, "-h").stdout.splitlines()
    for param in params_of(command):
        name = max(param.opts, key=len) if param.param_type_name == "option" else f"{param.metavar}..."
        own = [line for line in lines if name in line[:28].replace("/", " ").split()]
        assert len(own) == 1, name
        if isinstance(param.default, str) and param.default:
            assert own[0].endswith(f"[{param.default}]"), name


@pytest.mark.parametrize("command", ["compliance", "log"])
def test_options_are_grouped_by_what_they_are_about(command: str) -> None:
    headings = [line for line in slaaudit(command, "-h").stdout.splitlines() if line[:1].isalpha()]
    assert headings[1:] == ["Input:", "Policy:", "Report:", "Output:", "Gates:", "Options:", "Examples:"]


def test_the_help_of_compliance_reads_as_it_should() -> None:
    lines = slaaudit("compliance", "-h").stdout.splitlines()
    assert lines[:12] == [
        "Usage: slaaudit compliance [OPTIONS] EXPORT...",
        "",
        "  How many promises were kept and missed, per period and group.",
        "",
        "  Times are elapsed business time. The report goes to stdout, the account of",
        "  every ticket that was read to stderr.",
        "",
        "Input:",
        "  EXPORT...                  Files, globs or folders; - reads standard input.",
        "  --events FILE              A file of events, if its name does not say so.",
        "  --source NAME              The system it is from. [its columns decide]",
        "  --map OURS=THEIRS          A column by its name there: created_at=Opened.",
    ]


def test_an_argument_that_may_be_left_out_stands_in_brackets() -> None:
    assert slaaudit("demo", "-h").stdout.splitlines()[0] == "Usage: slaaudit demo [OPTIONS] [DIR]"


def test_version_prints_the_version() -> None:
    result = slaaudit("--version")
    assert (result.exit_code, result.stdout) == (0, f"slaaudit {__version__}\n")


def groups_and_commands(group, name: str = ""):
    """Every group of commands with its name, and every command that is no group, each with what its group says."""
    for word, command in group.commands.items():
        yield f"{name} {word}".strip(), command, group.later[word]
        if hasattr(command, "commands"):
            yield from groups_and_commands(command, f"{name} {word}".strip())


EVERY = list(groups_and_commands(get_command(app)))


@pytest.mark.parametrize(("name", "command", "later"), EVERY, ids=[name for name, *_ in EVERY])
def test_the_summary_in_the_list_of_commands_is_the_first_line_of_the_help(name: str, command, later) -> None:
    assert command.help.split("\n\n")[0] == later.summary
    assert slaaudit(*name.split(), "-h").stdout.splitlines()[2] == f"  {later.summary}"


def test_completion_asks_for_nothing_but_names_and_summaries() -> None:
    shell = {"_SLAAUDIT_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "slaaudit c"}
    result = CliRunner().invoke(app, [], prog_name="slaaudit", env=shell)
    assert result.exit_code == 0
    assert '"compliance":"How many promises were kept and missed, per period and group."' in result.stdout
    assert '"calendar":"Look at calendars\\\\: openings, elapsed time, due dates."' in result.stdout
    assert '"log"' not in result.stdout
