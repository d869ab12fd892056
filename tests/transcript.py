"""Transcripts of the command line: files that read like a terminal session, and are run to see that they still hold.

    # what this session shows                 (comments, up to the first command)
    $ cat > policy.yaml <<END                 writes a file
    policy: Acme
    END
    $ slaaudit log tickets.csv                runs in this process, without a terminal
    what goes to stdout
    ! what goes to stderr
    # exit 2                                  unless it is 0
    $ cat out.csv                             shows a file;  $ ls  lists the folder, $ cd goes into one

`NAME=VALUE` in front of a command sets its environment, `< FILE` after it its standard input; `␛` stands for the
escape character in what is written and typed, never in what is shown. Every session runs in a folder of its own that
holds the project's sample_data and policies. UPDATE_TRANSCRIPTS=1 in the environment of a test run writes what happens
now into the files: read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from slaaudit.cli.app import app

ROOT = Path(__file__).parent.parent
UPDATE = os.environ.get("UPDATE_TRANSCRIPTS") == "1"
_ASSIGNMENT = re.compile(r"[A-Z_]+=")
_HERE = re.compile(r"cat > (\S+) <<(\w+)")
_PLAIN = dict.fromkeys(("NO_COLOR", "FORCE_COLOR", "SLAAUDIT_POLICY", "SLAAUDIT_DEBUG", "COLUMNS"))


@dataclass
class Command:
    """One command of a session and what is expected of it; `body` is the text of a file to be written."""

    line: str
    expected: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)


@dataclass
class Transcript:
    """A session: its comments and its commands."""

    head: list[str]
    commands: list[Command]

    def text(self) -> str:
        """The session as it is written in its file."""
        blocks = [[f"$ {command.line}", *command.body, *command.expected] for command in self.commands]
        return "\n\n".join("\n".join(lines) for lines in [self.head, *blocks] if lines) + "\n"


def read_transcript(path: Path) -> Transcript:
    """The session in a file."""
    transcript = Transcript([], [])
    until = ""  # the word that ends the file being written
    for line in path.read_text(encoding="utf-8").splitlines():
        if until:
            transcript.commands[-1].body.append(line)
            until = "" if line == until else until
        elif line.startswith("$ "):
            transcript.commands.append(Command(line[2:]))
            found = _HERE.fullmatch(line[2:])
            until = found[2] if found else ""
        else:
            (transcript.commands[-1].expected if transcript.commands else transcript.head).append(line)
    for lines in [transcript.head, *(command.expected for command in transcript.commands)]:
        while lines and not lines[-1]:
            lines.pop()  # the empty lines before the next command
    return transcript


def replay(transcript: Transcript, folder: Path, monkeypatch) -> Transcript:
    """The same session with what happens now, run in `folder`."""
    for name in ("sample_data/helpdesk/tickets.csv", "sample_data/helpdesk/events.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(ROOT / "policies", folder / "policies")
    monkeypatch.chdir(folder)
    happened = [Command(command.line, _run(command, monkeypatch), command.body) for command in transcript.commands]
    return Transcript(transcript.head, happened)


def _run(command: Command, monkeypatch) -> list[str]:
    if found := _HERE.fullmatch(command.line):
        Path(found[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(found[1]).write_text(_typed("\n".join([*command.body[:-1], ""])), encoding="utf-8")
        return []
    words = shlex.split(_typed(command.line))
    if words[0] == "cat":
        return Path(words[1]).read_text(encoding="utf-8").rstrip("\n").split("\n")
    if words[0] == "ls":
        return sorted(path.name for path in Path(words[1] if len(words) > 1 else ".").iterdir())
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return []
    return _slaaudit(words)


def _typed(text: str) -> str:
    return text.replace("␛", "\x1b")


def _slaaudit(words: list[str]) -> list[str]:
    environment = dict(_PLAIN)
    while _ASSIGNMENT.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    given = b""
    if "<" in words:
        given = Path(words[words.index("<") + 1]).read_bytes()
        words = words[: words.index("<")]
    assert words.pop(0) == "slaaudit", words
    result = CliRunner(env=environment).invoke(app, words, input=given, prog_name="slaaudit")
    stdout = result.stdout.rstrip("\n").split("\n") if result.stdout else []
    stderr = [f"! {line}".rstrip() for line in result.stderr.rstrip("\n").split("\n")] if result.stderr else []
    return [*stdout, *stderr, *([f"# exit {result.exit_code}"] if result.exit_code else [])]
