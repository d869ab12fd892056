"""The options of the commands, in groups: a command takes a group by naming its class in its signature.

Texts stay as they were typed; `values.py` reads them. `[…]` at the end of a help text says what holds without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer


def _panel(title: str) -> Callable[..., Any]:
    def option(*names: str, help: str, metavar: str | None = None) -> Any:
        return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=title)

    return option


_input = _panel("Input")
_policy = _panel("Policy")
_clocks = _panel("Report")
_output = _panel("Output")
_gate = _panel("Gates")


@dataclass(frozen=True, kw_only=True)
class Input:
    """The export, and what it does not say about itself."""

    exports: Annotated[
        list[str],
        typer.Argument(
            metavar="EXPORT", help="Files, globs or folders; - reads standard input.", rich_help_panel="Input"
        ),
    ]
    events: Annotated[
        list[str], _input("--events", metavar="FILE", help="A file of events, if its name does not say so.")
    ] = field(default_factory=list)
    source: Annotated[
        str | None, _input("--source", metavar="NAME", help="The system it is from. [its columns decide]")
    ] = None
    column_map: Annotated[
        list[str], _input("--map", metavar="OURS=THEIRS", help="A column by its name there: created_at=Opened.")
    ] = field(default_factory=list)
    timezone: Annotated[
        str | None, _input("--timezone", metavar="ZONE", help="Of times without offset. [the policy's zone]")
    ] = None
    day_first: Annotated[
        bool | None, _input("--day-first/--month-first", help="What 03/04/2026 means. [the data decides]")
    ] = None
    encoding: Annotated[str | None, _input("--encoding", metavar="NAME", help="Of the text. [looked at]")] = None


@dataclass(frozen=True, kw_only=True)
class Judging:
    """By which policy, as of when."""

    policy: Annotated[
        str | None,
        _policy("-p", "--policy", metavar="FILE", help="What was promised. [SLAAUDIT_POLICY, slaaudit.yml]"),
    ] = None
    as_of: Annotated[
        str | None, _policy("--as-of", metavar="WHEN", help="A date, a time or now. [last event of the export]")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Which clocks a report is about, and its order."""

    where: Annotated[
        list[str], _clocks("--where", metavar="FILTER", help="Only these: agent=Ann, priority!=low, target>4h.")
    ] = field(default_factory=list)
    date: Annotated[str, _clocks("--date", metavar="DATE", help="decided, started, due, closed or created.")] = (
        "decided"
    )
    from_: Annotated[str | None, _clocks("--from", metavar="DATE", help="From this date or time on.")] = None
    to: Annotated[str | None, _clocks("--to", metavar="DATE", help="Through this date or time.")] = None
    sort: Annotated[str, _clocks("--sort", metavar="COLUMNS", help="Sort by a,-b: a, then b descending.")] = ""


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The rows and columns of the compliance report."""

    per: Annotated[str, _clocks("--per", metavar="PERIOD", help="day, week, month, quarter, year or total.")] = "month"
    by: Annotated[str, _clocks("--by", metavar="COLUMNS", help="And by these: department,level,account,…")] = "metric"
    percentiles: Annotated[
        str, _clocks("--percentiles", metavar="50,90,95", help="Also the times that N % stayed within.")
    ] = ""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows and columns of the log."""

    all: Annotated[bool, _clocks("--all", help="Every outcome. [fulfilled and missed only]")] = False
    columns: Annotated[
        str | None, _clocks("--columns", metavar="COLUMNS", help="These, of log and tickets: ticket,custom.plan.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """How the report is written, and where."""

    format: Annotated[
        str | None,
        _output("-f", "--format", metavar="FORMAT", help="table, csv, tsv, json, ndjson, md, parquet. [table]"),
    ] = None
    output: Annotated[
        str | None, _output("-o", "--output", metavar="FILE", help="Into a file; its extension is the format. [stdout]")
    ] = None
    durations: Annotated[
        str | None, _output("--durations", metavar="UNIT", help="As hms, seconds, minutes, hours or iso.")
    ] = None
    raw: Annotated[bool, _output("--raw", help="Do not defuse texts that spreadsheets would run.")] = False
    no_color: Annotated[bool, _output("--no-color", help="No colours, as with NO_COLOR set.")] = False
    rejects: Annotated[
        str | None, _output("--rejects", metavar="FILE", help="Rows that could not be used as they are.")
    ] = None
    memory: Annotated[
        str | None, _output("--memory", metavar="SIZE", help="At most about 2GB of it; the rest goes to TMPDIR.")
    ] = None
    quiet: Annotated[bool, _output("-q", "--quiet", help="Neither account nor progress on stderr.")] = False

    @property
    def file(self) -> str | None:
        """The file to write; None, also for `-`, is stdout."""
        return None if self.output == "-" else self.output


@dataclass(frozen=True, kw_only=True)
class Gates:
    """When the run counts as failed."""

    strict: Annotated[bool, _gate("--strict", help="Exit 2 if any row of the export is unusable.")] = False
    fail_under: Annotated[
        str | None, _gate("--fail-under", metavar="SHARE", help="Exit 1 if compliance is below 95%.")
    ] = None
    fail_on: Annotated[
        list[str], _gate("--fail-on", metavar="OUTCOMES", help="Exit 1 if there is any: missed,at_risk,…")
    ] = field(default_factory=list)
