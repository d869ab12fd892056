"""`slaaudit inspect`: what an export is, how it was read, and what can be measured with it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from slaaudit.cli import loading, terminal
from slaaudit.cli.options import Input
from slaaudit.cli.terminal import closed_pipe_is_quiet
from slaaudit.cli.values import Mistakes, column_map, known_words
from slaaudit.cli.watching import Watcher, begin

if TYPE_CHECKING:
    from slaaudit.policy import Policy

EXAMPLES = """
slaaudit inspect tickets.csv
slaaudit inspect exports/ --timezone Europe/Amsterdam
slaaudit inspect tickets.json audits.json -p policy.yaml
slaaudit inspect tickets.csv -f json | jq '.metrics'
"""
_FORMATS = ("table", "json")
_PIPED = 100
_UTC = "UTC"


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Whose metrics and states count, and how the result is written."""

    policy: Annotated[
        str | None,
        typer.Option(
            "-p",
            "--policy",
            metavar="FILE",
            help="With its zone, states and metrics. [none]",
            rich_help_panel="Report",
        ),
    ] = None
    format: Annotated[
        str, typer.Option("-f", "--format", metavar="FORMAT", help="table or json.", rich_help_panel="Output")
    ] = "table"
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours, as with NO_COLOR set.", rich_help_panel="Output")
    ] = False


def inspect(source: Input, looking: Looking) -> None:
    """Show what an export is, how it was read, and what it can measure.

    Which help desk wrote it and why, the columns, dates, statuses and their
    states, rows and problems, and which clocks it can tell.
    """
    from slaaudit.inspecting.inspection import inspected
    from slaaudit.inspecting.json import json_of
    from slaaudit.inspecting.text import text_of
    from slaaudit.policy import load_policy

    mistakes = Mistakes()
    column_map(source.column_map, mistakes)
    known_words("--format", [looking.format], _FORMATS, mistakes)
    mistakes.raise_if_any()
    policy = None
    if looking.policy:
        begin("policy")
        policy = load_policy(looking.policy)
    zone = source.timezone or (policy.timezone if policy else _UTC)
    with Watcher() as watch:
        export = loading.read(source, zone, watch)
    begin("inspecting")
    found = inspected(export, policy=policy, timezone=_shown_in(source, policy))
    if looking.format == "json":
        text = json_of(found)
    else:
        color = terminal.has_color() and not looking.no_color
        text = text_of(found, width=terminal.width() or _PIPED, color=color)
    begin("writing")
    with closed_pipe_is_quiet(sys.stdout):
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


def _shown_in(source: Input, policy: Policy | None) -> str:
    """The zone that instants are shown in; a fixed offset is none that all parts know, so they are then in UTC."""
    from slaaudit.zones import is_zone

    named = source.timezone or (policy.timezone if policy else _UTC)
    return named if is_zone(named) else _UTC
