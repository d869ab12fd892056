"""The options of `slaaudit calendar`, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer


def _option(*names: str, panel: str, help: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=panel)


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which calendar of which policy."""

    policy: Annotated[
        str | None,
        _option("-p", "--policy", panel="Policy", metavar="FILE", help="Where it is. [SLAAUDIT_POLICY, slaaudit.yml]"),
    ] = None
    calendar: Annotated[
        str | None, _option("--calendar", panel="Policy", metavar="NAME", help="Which of several. [the only one]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Dates:
    """Which dates."""

    from_: Annotated[
        str | None, _option("--from", panel="Report", metavar="DATE", help="The first date. [Monday of this week]")
    ] = None
    to: Annotated[str | None, _option("--to", panel="Report", metavar="DATE", help="The last date.")] = None
    weeks: Annotated[
        int | None, _option("--weeks", panel="Report", metavar="N", help="So many weeks, instead of --to. [4]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How much is answered."""

    short: Annotated[bool, _option("--short", panel="Report", help="Only the answer, on one line.")] = False


@dataclass(frozen=True, kw_only=True)
class Writing:
    """How the report is written, and where."""

    format: Annotated[
        str | None,
        _option("-f", "--format", panel="Output", metavar="FORMAT", help="table, csv, json, md, … [table]"),
    ] = None
    output: Annotated[
        str | None,
        _option(
            "-o", "--output", panel="Output", metavar="FILE", help="Into a file; its extension is the format. [stdout]"
        ),
    ] = None
    durations: Annotated[
        str | None,
        _option("--durations", panel="Output", metavar="UNIT", help="As hms, seconds, minutes, hours or iso."),
    ] = None
    raw: Annotated[bool, _option("--raw", panel="Output", help="Do not defuse texts that spreadsheets would run.")] = (
        False
    )
    no_color: Annotated[bool, _option("--no-color", panel="Output", help="No colours, as with NO_COLOR set.")] = False

    @property
    def file(self) -> str | None:
        """The file to write; None, also for `-`, is stdout."""
        return None if self.output == "-" else self.output


def instant(name: str) -> Any:
    """An argument that is an instant."""
    return typer.Argument(
        metavar=name, help="2026-12-24 16:00, with +01:00 if you like; or now.", rich_help_panel="When"
    )
