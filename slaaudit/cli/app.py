"""The application: its commands, and what holds for all of them."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer

from slaaudit import __version__
from slaaudit.cli import calendar, demo, explain, init, manual, policy, reporting
from slaaudit.cli.declaring import declare
from slaaudit.cli.help import Group
from slaaudit.cli.terminal import tell

EXAMPLES = """
slaaudit demo
slaaudit compliance tickets.csv events.csv -p policy.yaml
slaaudit log exports/ -p policy.yaml --where outcome=missed -o missed.csv
slaaudit compliance exports/ -p policy.yaml --by agent --fail-under 95%
"""

app = typer.Typer(
    name="slaaudit",
    cls=Group,
    epilog=EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Runs the command line of the process and exits with its code."""
    if not (sys.warnoptions or os.environ.get("SLAAUDIT_DEBUG")):
        warnings.simplefilter("ignore")  # libraries talk to developers; stderr is for what the user must know
    app()


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


declare(app, reporting.compliance, panel="Reports", examples=reporting.COMPLIANCE_EXAMPLES)
declare(app, reporting.log, panel="Reports", examples=reporting.LOG_EXAMPLES)
declare(app, explain.explain, panel="Reports", examples=explain.EXAMPLES)
declare(app, init.init, panel="Policies", examples=init.EXAMPLES)
app.add_typer(policy.app, rich_help_panel="Policies")
app.add_typer(calendar.app, rich_help_panel="Policies")
declare(app, demo.demo, panel="Help", examples=demo.EXAMPLES)
declare(app, manual.manual, panel="Help", examples=manual.EXAMPLES)
