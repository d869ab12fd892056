"""`slaaudit init`: a first policy, for the words and the gaps of an export."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slaaudit.cli import loading
from slaaudit.cli.loading import POLICY_NAMES
from slaaudit.cli.options import Input
from slaaudit.cli.terminal import say, tell
from slaaudit.cli.values import Mistakes, column_map
from slaaudit.cli.watching import Watcher, begin
from slaaudit.problems import SlaauditError
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.sources import Export
    from slaaudit.starting import Place

EXAMPLES = """
slaaudit init tickets.csv events.csv --country NL
slaaudit init exports/ --timezone Europe/Amsterdam -o policy.yaml
slaaudit init --country US --timezone America/Los_Angeles -o -
"""
DEFAULT = "slaaudit.yaml"
_STDOUT = "-"
_ANY_CLOCK = "first_reply"
_ZONE_HINT = "name it: --timezone Europe/Amsterdam, or your country: --country NL"


def _option(*names: str, metavar: str, help: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel="Policy")


@dataclass(frozen=True, kw_only=True)
class AnyInput(Input):
    """An export, or none."""

    exports: Annotated[
        list[str],
        typer.Argument(
            metavar="EXPORT", help="Files, globs or folders. [none: a general policy]", rich_help_panel="Input"
        ),
    ] = field(default_factory=list)
    timezone: Annotated[
        str | None, _option("--timezone", metavar="ZONE", help="Yours. [the country's, the export's, UTC]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Where the help desk is, and where the policy goes."""

    country: Annotated[
        str | None, _option("--country", metavar="CODE", help="Whose public holidays you have: NL, DE, US.")
    ] = None
    subdivision: Annotated[
        str | None, _option("--subdivision", metavar="CODE", help="And its state or province: BY, CA.")
    ] = None
    output: Annotated[
        str, _option("-o", "--output", metavar="FILE", help="A new file for the policy; - is stdout.")
    ] = DEFAULT


def init(source: AnyInput, wanted: Wanted) -> None:
    """Write a first policy, made for an export.

    It has the export's own words, and targets for what the export shows. It
    runs at once; what is guessed in it says so. Nothing is ever overwritten.
    """
    from slaaudit.starting import write_new

    _check(source, wanted)
    place, export = _read(source, wanted)
    begin("policy")
    text = _text(export, place)
    begin("writing")
    if wanted.output == _STDOUT:
        tell(text.rstrip("\n"))
        return
    write_new(Path(wanted.output), text)
    _say_how_it_was_read(export)
    _say_what_next(text, source, wanted.output, export)


def _check(source: AnyInput, wanted: Wanted) -> None:
    from slaaudit.starting import check_place, taken

    mistakes = Mistakes()
    mistakes.of(lambda: check_place(source.timezone, wanted.country, wanted.subdivision))
    column_map(source.column_map, mistakes)
    if not all(name.strip() for name in (*source.exports, *source.events, wanted.output)):
        mistakes.note("no_name", "the name of a file is empty", "name it, or leave it out")
    # a policy under the other usual name would be used instead of the new one
    names = {DEFAULT: [DEFAULT, *POLICY_NAMES], _STDOUT: []}.get(wanted.output, [wanted.output])
    mistakes.extend(taken(Path(name)) for name in dict.fromkeys(names) if name and os.path.lexists(name))
    mistakes.raise_if_any()


def _read(source: AnyInput, wanted: Wanted) -> tuple[Place, Export | None]:
    """The place, and the export read by its clocks; None when no export was named.

    Without a zone of its own, a place takes the one of the times in the export.
    """
    from slaaudit.stages import unwatched
    from slaaudit.starting import find_place, stamps_of, zones_of_times

    if not (source.exports or source.events):
        return find_place(source.timezone, wanted.country, wanted.subdivision), None
    given = loading.standard_input(source, unwatched)
    place, hint = _named_place(source, wanted)
    export = _export(source, place.timezone if place else None, given, hint)
    if place is None:
        stamps, zones = stamps_of(export, encoding=source.encoding, stdin=given), zones_of_times(export)
        place = find_place(None, wanted.country, wanted.subdivision, stamps=stamps, zones=zones)
    return place, export


def _named_place(source: AnyInput, wanted: Wanted) -> tuple[Place | None, str]:
    """The place, if the options alone tell it; and what to do should the export need its zone to be read."""
    from slaaudit.starting import find_place

    if not (source.timezone or wanted.country):
        return None, _ZONE_HINT
    try:
        return find_place(source.timezone, wanted.country, wanted.subdivision), _ZONE_HINT
    except SlaauditError as error:
        if [problem.code for problem in error.problems] != ["which_zone"]:
            raise
        return None, f"{error.problems[0].what}; {error.problems[0].hint}"


def _export(source: AnyInput, timezone: str | None, given: bytes, hint: str) -> Export:
    """The export, read as a report by the new policy will; `hint` is for one whose times do not say their zone."""
    from slaaudit.sources import read_export

    try:
        with Watcher() as watch:
            return read_export(
                source.exports,
                **loading.reading(source),
                fallback_timezone=timezone,
                stdin=BytesIO(given),
                watch=watch,
            )
    except SlaauditError as error:
        told = (replace(each, hint=hint) if each.code == "timezone_needed" else each for each in error.problems)
        raise SlaauditError(told) from None


def _text(export: Export | None, place: Place) -> str:
    """The policy; loaded once, so that one that does not load is never written."""
    from slaaudit.policy import loads_policy
    from slaaudit.starting import starting_policy

    text = starting_policy(export, place)
    loads_policy(text, file=DEFAULT)
    return text


def _say_how_it_was_read(export: Export | None) -> None:
    for note in export.notes if export else ():
        say(visible(f"note: {note}"))
    if export and (number := export.problems.height):
        say(
            f"note: {number:,} row{'' if number == 1 else 's'} of the export rejected or corrected; a report lists them"
        )


def _say_what_next(text: str, source: AnyInput, output: str, export: Export | None) -> None:
    from slaaudit.starting import CHECK, guesses, shortfalls, shows_nothing_usual

    number = guesses(text)
    lines = "1 line says" if number == 1 else f"{number} lines say"
    say(visible(f"wrote {output}: {lines} '{CHECK}'"))
    if export is not None and shows_nothing_usual(export):
        for note in shortfalls(export):
            say(visible(f"note: {note}"))
    say("Put your own hours and targets into it. Then:")
    for purpose, command in next_commands(source, output, export):
        say(f"  {purpose}")
        say(visible(f"    {command}"), wrapped=False)


def next_commands(source: AnyInput, output: str, export: Export | None = None) -> list[tuple[str, str]]:
    """What to do with the policy: what it is for, and the command."""
    policy = [] if output in POLICY_NAMES else ["-p", output]
    return [
        ("is anything wrong or odd?", shlex.join(["slaaudit", "policy", "check", output])),
        ("is this when you are open?", shlex.join(["slaaudit", "calendar", "show", *policy])),
        *_looks_at(_spelled(source) or ["EXPORT"], policy, export),
        ("all that a policy can say:", "slaaudit manual policy"),
    ]


def _looks_at(files: list[str], policy: list[str], export: Export | None) -> list[tuple[str, str]]:
    """The first commands that show the export: a report, unless all of it would be not measurable."""
    from slaaudit.starting import own_verdicts, shows_nothing_usual

    if export is None or not shows_nothing_usual(export):
        return [("a first report:", shlex.join(["slaaudit", "compliance", *files, *policy]))]
    looks = [("what can the export show?", shlex.join(["slaaudit", "inspect", *files, *policy]))]
    if own := own_verdicts(export):
        # one clock a ticket; the new policy promises it, not measurable as it is
        columns = ["--all", "--where", f"metric={_ANY_CLOCK}", "--columns", ",".join(["ticket", *own])]
        looks.append(("what the help desk itself says:", shlex.join(["slaaudit", "log", *files, *policy, *columns])))
    return looks


def _spelled(source: AnyInput) -> list[str]:
    """The arguments by which the export is read again."""
    words = list(source.exports)
    for option, values in (("--events", source.events), ("--map", source.column_map)):
        words += [word for value in values for word in (option, value)]
    words += ["--source", source.source] if source.source else []
    words += ["--encoding", source.encoding] if source.encoding else []
    words += [] if source.day_first is None else ["--day-first" if source.day_first else "--month-first"]
    return words
