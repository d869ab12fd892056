"""`slaaudit policy`: what is wrong with a policy, what it comes to, and what editors should know of it."""

from __future__ import annotations

from typing import ClassVar

import typer

from slaaudit.cli.help import Group
from slaaudit.cli.later import Later
from slaaudit.cli.terminal import tell
from slaaudit.cli.watching import begin

SCHEMA_EXAMPLES = """
slaaudit policy schema > slaaudit.schema.json
"""


def schema() -> None:
    """Print the JSON Schema of policies, for editors to complete and check."""
    from slaaudit.policy.schema import schema_text

    begin("schema")
    tell(schema_text().rstrip("\n"))


class _Commands(Group):
    """Every command; a further one is a function in a file of its own and a line here."""

    later: ClassVar = {
        "check": Later(
            "policy_check:check", "Policies", "Find everything that is wrong with a policy, and what is hardly meant."
        ),
        "show": Later("policy_show:show", "Policies", "Print what a policy comes to once everything is written out."),
        "schema": Later(
            "policy:schema",
            "Policies",
            "Print the JSON Schema of policies, for editors to complete and check.",
            examples="SCHEMA_EXAMPLES",
        ),
        "test": Later(
            "policy_test:test", "Policies", "Run the cases of policies: stories of tickets, and their verdicts."
        ),
    }


app = typer.Typer(
    name="policy",
    cls=_Commands,
    help="Check policies, test them, and show what they come to.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
