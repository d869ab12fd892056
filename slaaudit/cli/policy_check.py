"""`slaaudit policy check`: everything that is wrong with a policy, and what is hardly meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slaaudit.cli import loading
from slaaudit.cli.diagnostics import ERROR, FORMATS, WARNING, Diagnostic, as_github, as_json, as_text, tally
from slaaudit.cli.options import Input
from slaaudit.cli.terminal import has_color, say, tell
from slaaudit.cli.values import Mistakes, column_map, known_words
from slaaudit.cli.watching import Watcher, begin
from slaaudit.problems import SlaauditError
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.policy.checks import Evidence
    from slaaudit.policy.loading import Reading
    from slaaudit.sources import Export

EXAMPLES = """
slaaudit policy check policies/*.yaml
slaaudit policy check policy.yaml --with tickets.csv --with events.csv
slaaudit policy check policy.yaml --strict -f github
"""
FAILED, WRONG = 1, 2
_TESTS = (".test.yaml", ".test.yml")


@dataclass(frozen=True, kw_only=True)
class With(Input):
    """An export that the policies shall judge."""

    exports: Annotated[
        list[str],
        typer.Option("--with", metavar="EXPORT", help="An export to compare with.", rich_help_panel="Input"),
    ] = field(default_factory=list)


def check(
    source: With,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Policies. [SLAAUDIT_POLICY, slaaudit.yml]")
    ] = None,
    output: Annotated[str, typer.Option("-f", "--format", metavar="FORMAT", help="text, json or github.")] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if there are warnings.")] = False,
) -> None:
    """Find everything that is wrong with a policy, and what is hardly meant.

    Exit 2 if there are errors. Warnings are explained in: slaaudit manual checks
    """
    mistakes = Mistakes()
    known_words("--format", [output], FORMATS, mistakes)
    column_map(source.column_map, mistakes)
    if not all(name.strip() for name in (*(files or ()), *source.exports)):
        mistakes.note("no_name", "the name of a file is empty", "name policies, such as policies/*.yaml")
    mistakes.raise_if_any()
    checking = _Checking(source)
    for file in _policies(files):
        checking.check(file)
    _report(checking, output)
    if any(each.severity == ERROR for each in checking.found):
        raise typer.Exit(WRONG)
    if strict and checking.found:
        raise typer.Exit(FAILED)


def _policies(files: list[str] | None) -> list[str]:
    """The files to check; those of tests, which a glob may have caught, are not policies."""
    given = list(dict.fromkeys(files or [])) or [loading.policy_name(None)]
    for file in given:
        if file.endswith(_TESTS):
            say(visible(f"{file}: not checked: it holds tests, for slaaudit policy test"))
    return [file for file in given if not file.endswith(_TESTS)]


@dataclass
class _Checking:
    """Policies on their way through the checks; exports are read once for each time zone."""

    source: With
    found: list[Diagnostic] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    exports: dict[str, Export | None] = field(default_factory=dict)
    stdin: bytes | None = None

    def check(self, file: str) -> None:
        """Adds what is found in one policy."""
        from datetime import UTC, datetime

        from slaaudit.policy.checks import warnings_of
        from slaaudit.policy.loading import read_policy

        begin(f"checking {file}")
        self.files.append(file)
        try:
            reading = read_policy(file)
        except SlaauditError as error:
            self._add_errors(error)
            self.texts[file] = _text_of(file)
            return
        self.texts[file] = reading.text
        today = datetime.now(UTC).date()
        warnings = warnings_of(reading, evidence=self._evidence(reading), today=today)
        self.found += [Diagnostic(WARNING, problem) for problem in warnings]

    def _add_errors(self, error: SlaauditError) -> None:
        self.found += [Diagnostic(ERROR, problem) for problem in error.problems]

    def _evidence(self, reading: Reading) -> Evidence | None:
        from slaaudit.occurrences import evidence_of

        if not self.source.exports and not self.source.events:
            return None
        zone = self.source.timezone or reading.policy.timezone
        if zone not in self.exports:
            try:
                with Watcher() as watch:
                    if self.stdin is None:
                        self.stdin = loading.standard_input(self.source, watch)
                    self.exports[zone] = loading.export_of(self.source, reading.policy, watch, self.stdin)
            except SlaauditError as error:
                self._add_errors(error)
                self.exports[zone] = None
        begin(f"checking {reading.policy.file}")
        export = self.exports[zone]
        return evidence_of(export, reading) if export is not None else None


def _text_of(file: str) -> str:
    """The text of a file that is no policy, as far as it can be shown."""
    from slaaudit.policy.files import decoded, read_bytes

    try:
        return decoded(read_bytes(Path(file)), file=file)
    except SlaauditError:
        return ""


def _report(checking: _Checking, output: str) -> None:
    if output == "json":
        tell(_json(checking.found, checking.files))
    elif output == "github":
        for each in checking.found:
            tell(as_github(each))
    else:
        color = has_color()
        shown = [as_text(each, checking.texts, color=color) for each in checking.found]
        if shown:
            tell("\n".join(shown))
    files = "1 file" if len(checking.files) == 1 else f"{len(checking.files):,} files"
    if checking.files:
        say(f"{files}: {tally(checking.found)}")
    _say_what_is_guessed(checking.texts)


def _say_what_is_guessed(texts: Mapping[str, str]) -> None:
    """The lines that init was not sure of, in policies that are sound all the same."""
    from slaaudit.starting.lines import CHECK, guesses

    for file, text in texts.items():
        if number := guesses(text):
            lines = "1 line still says" if number == 1 else f"{number} lines still say"
            say(visible(f"note: {file}: {lines} '{CHECK}': correct it, or remove the mark"))


def _json(found: Sequence[Diagnostic], files: Sequence[str]) -> str:
    import json

    counts = {f"{kind}s": sum(each.severity == kind for each in found) for kind in (ERROR, WARNING)}
    content = {"files": list(files), **counts, "findings": [as_json(each) for each in found]}
    return json.dumps(content, indent=2, ensure_ascii=False)
