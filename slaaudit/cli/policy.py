"""`slaaudit policy`: what is wrong with a policy, what it comes to, and what editors should know of it."""

from __future__ import annotations

import typer

from slaaudit.cli import policy_check, policy_show, policy_test
from slaaudit.cli.declaring import declare
from slaaudit.cli.help import Group
from slaaudit.cli.terminal import tell

SCHEMA_EXAMPLES = """
slaaudit policy schema > slaaudit.schema.json
"""

# A further command is a function in a file of its own and one more line at the end of this one.
app = typer.Typer(
    name="policy",
    cls=Group,
    help="Check policies, test them, and show what they come to.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def schema() -> None:
    """Print the JSON Schema of policies, with which editors complete and check."""
    from slaaudit.policy.schema import schema_text

    tell(schema_text().rstrip("\n"))


declare(app, policy_check.check, panel="Policies", examples=policy_check.EXAMPLES)
declare(app, policy_show.show, panel="Policies", examples=policy_show.EXAMPLES)
declare(app, schema, panel="Policies", examples=SCHEMA_EXAMPLES)
declare(app, policy_test.test, panel="Policies", examples=policy_test.EXAMPLES)
