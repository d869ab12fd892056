"""The blocks of the README and the manual, and how they are run to see that they still hold.

A `console` block reads like a terminal of 100 columns: `$ command`, then what it shows on stdout and stderr. A line
`…` stands for one or more lines that are left out. What can stand after `$`:

    slaaudit …                   runs in this process; `| head -N` keeps the first lines of what goes to stdout
    cat > FILE <<'END'           writes the lines up to END into a file
    cat FILE, ls, cd FOLDER      as in a shell
    echo $?                      the exit code of the command before

`yaml` blocks are pieces of a policy, from the key at the left margin down; `sh` blocks are shown, not run.
UPDATE_DOCS=1 in the environment of a test run writes what happens now into the sessions; where `…` stands, the lines
that are most like those shown before. Read the difference before you keep it.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from slaaudit.cli import terminal
from slaaudit.cli.app import app

ROOT = Path(__file__).parent.parent
MANUAL = ROOT / "slaaudit" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
UPDATE = os.environ.get("UPDATE_DOCS") == "1"
LEFT_OUT = "…"
WIDTH = 100
_FENCE = re.compile(r"^```(\w*)$")
_HERE = re.compile(r"cat > (\S+) <<'?(\w+)'?")
_HEAD = re.compile(r"\s*\|\s*head -(\d+)$")
_PLAIN = dict.fromkeys(("NO_COLOR", "FORCE_COLOR", "SLAAUDIT_POLICY", "SLAAUDIT_DEBUG", "COLUMNS"))


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, the heading it stands under, and the line of its first line."""

    language: str
    text: str
    heading: str
    line: int


def blocks_of(path: Path, language: str) -> list[Block]:
    """The blocks of a page in that language, in order."""
    return [block for block in _blocks(path.read_text(encoding="utf-8")) if block.language == language]


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    language: str | None = None
    heading, lines, start = "", [], 0
    for number, line in enumerate(text.splitlines(), start=1):
        fence = _FENCE.match(line)
        if language is None and fence:
            language, lines, start = fence[1], [], number + 1
        elif language is not None and line == "```":
            blocks.append(Block(language, "\n".join(lines), heading, start))
            language = None
        elif language is not None:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    assert language is None, f"a block is not closed, from line {start} on"
    return blocks


def sections(path: Path) -> dict[str, str]:
    """Heading → the text under it, up to the next heading of any level."""
    found: dict[str, list[str]] = {}
    heading, fenced = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            heading = line.lstrip("# ")
        else:
            found.setdefault(heading, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def table(text: str) -> list[list[str]]:
    """The cells of the rows of every table in a text, without headings and rules."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    rules = [number for number, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    skipped = {*rules, *(number - 1 for number in rules)}
    return [row for number, row in enumerate(cells) if number not in skipped]


def documented_options(*headings: str) -> set[str]:
    """Every spelling of every option under some headings of the page of commands, and of those of every command."""
    text = sections(MANUAL / "commands.md")
    cells = [row[0] for heading in ("Every command", *headings) for row in table(text[heading])]
    return {word for cell in cells for word in re.findall(r"--?[a-z][\w-]*", cell)}


def code(cell: str) -> str:
    """The text of a cell without its backquotes."""
    return cell.strip("`").replace("\\|", "|")


@dataclass
class Command:
    """One command of a session, the lines of the file that it writes, and what it is expected to show."""

    line: str
    body: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


def commands_of(block: Block) -> list[Command]:
    """The commands of a `console` block."""
    commands: list[Command] = []
    until = ""
    for line in block.text.splitlines():
        if until:
            commands[-1].body.append(line)
            until = "" if line == until else until
        elif line.startswith("$ "):
            commands.append(Command(line[2:]))
            here = _HERE.fullmatch(line[2:])
            until = here[2] if here else ""
        else:
            assert commands, f"line {block.line}: a console block starts with a command"
            commands[-1].shown.append(line)
    return commands


class Session:
    """A shell that knows just enough, in the working directory; `run` shows what a terminal would."""

    def __init__(self, monkeypatch) -> None:
        self._monkeypatch = monkeypatch
        self._exit_code = 0

    def run(self, command: Command) -> list[str]:
        """The lines that the command shows."""
        line = command.line.partition("  #")[0].rstrip()
        if here := _HERE.fullmatch(line):
            Path(here[1]).write_text("\n".join([*command.body[:-1], ""]), encoding="utf-8")
            return []
        if line == "echo $?":
            return [str(self._exit_code)]
        words = shlex.split(line)
        if words[0] == "cd":
            self._monkeypatch.chdir(words[1])
            return []
        if words[0] == "ls":
            return [" ".join(sorted(path.name for path in Path(words[1] if len(words) > 1 else ".").iterdir()))]
        if words[0] == "cat":
            return Path(words[1]).read_text(encoding="utf-8").splitlines()
        assert words[0] == "slaaudit", line
        return self._slaaudit(line)

    def _slaaudit(self, line: str) -> list[str]:
        head = _HEAD.search(line)
        words = shlex.split(line[: head.start()] if head else line)[1:]
        self._monkeypatch.setattr(terminal, "width", lambda: None if head else WIDTH)
        result = CliRunner(env=dict(_PLAIN)).invoke(app, words, prog_name="slaaudit")
        self._exit_code = result.exit_code
        if head:
            return [*result.stdout.splitlines()[: int(head[1])], *result.stderr.splitlines()]
        return result.output.splitlines()


def agrees(shown: list[str], happened: list[str]) -> bool:
    """Whether the lines are those that happened; a line `…` stands for one or more of them."""
    shown = [line.rstrip() for line in shown]
    happened = [line.rstrip() for line in happened]
    while shown and not shown[-1]:
        shown.pop()
    while happened and not happened[-1]:
        happened.pop()
    if LEFT_OUT not in shown:
        return shown == happened
    pattern = "".join(r"(?:[^\n]*\n)+?" if line == LEFT_OUT else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in happened)) is not None


def replay(path: Path, block: Block, monkeypatch) -> list[str]:
    """Runs a `console` block in the working directory: what happened, of each command that is not as it is written."""
    session = Session(monkeypatch)
    commands = commands_of(block)
    happened = [session.run(command) for command in commands]
    wrong = [number for number, command in enumerate(commands) if not agrees(command.shown, happened[number])]
    if UPDATE and wrong:
        _rewrite(path, block, commands, happened)
        return []
    return ["\n".join([f"$ {commands[number].line}", *happened[number]]) for number in wrong]


def _rewrite(path: Path, block: Block, commands: list[Command], happened: list[list[str]]) -> None:
    lines: list[str] = []
    for command, now in zip(commands, happened, strict=True):
        lines += [f"$ {command.line}", *command.body, *_updated(command.shown, [line.rstrip() for line in now])]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(block.text, "\n".join(lines), 1), encoding="utf-8")


def _updated(shown: list[str], happened: list[str]) -> list[str]:
    """What happened, of which as much is left out as before."""
    if LEFT_OUT not in shown or agrees(shown, happened):
        return shown if LEFT_OUT in shown else happened
    updated, at = [], 0
    for line in shown:
        likeness = [difflib.SequenceMatcher(None, line, now).ratio() for now in happened[at:]]
        if line == LEFT_OUT or not likeness:
            updated.append(line)
        else:
            at += likeness.index(max(likeness)) + 1
            updated.append(happened[at - 1])
    return updated
