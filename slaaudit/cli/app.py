"""The application: its commands, and what holds for all of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer

from slaaudit import __version__
from slaaudit.cli.help import Group
from slaaudit.cli.later import Later
from slaaudit.cli.terminal import tell

EXAMPLES = """
slaaudit demo
slaaudit inspect exports/
slaaudit init exports/ --timezone Europe/Amsterdam
slaaudit compliance tickets.csv events.csv -p policy.yaml
slaaudit log exports/ -p policy.yaml --where outcome=missed -o missed.csv
slaaudit compliance exports/ -p policy.yaml --by agent --fail-under 95%
"""


class _Commands(Group):
    """Every command; a further one is a line here."""

    later: ClassVar = {
        "demo": Later("demo:demo", "Start here", "Write sample data and a policy into a folder, and audit it."),
        "inspect": Later(
            "inspect:inspect", "Start here", "Show what an export is, how it was read, and what it can measure."
        ),
        "init": Later("init:init", "Start here", "Write a first policy, made for an export."),
        "compliance": Later(
            "reporting:compliance",
            "Reports",
            "How many promises were kept and missed, per period and group.",
            examples="COMPLIANCE_EXAMPLES",
        ),
        "log": Later("reporting:log", "Reports", "Every judged clock with its verdict, and why.", "LOG_EXAMPLES"),
        "explain": Later("explain:explain", "Reports", "Tell the story of one ticket: its rules, its clocks, and why."),
        "policy": Later("policy:app", "Policies", "Check policies, test them, and show what they come to."),
        "calendar": Later("calendar:app", "Policies", "Look at calendars: openings, elapsed time, due dates."),
        "manual": Later("manual:manual", "Help", "Print a topic of the manual, or the list of topics."),
    }


app = typer.Typer(
    name="slaaudit",
    cls=_Commands,
    epilog=EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        tell(f"slaaudit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Audit help-desk SLAs from ticket exports: which promises were kept, which
    were missed, and why.
    """
