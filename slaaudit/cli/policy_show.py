"""`slaaudit policy show`: what a policy comes to, and where each value comes from."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from slaaudit.cli import loading
from slaaudit.cli.terminal import tell
from slaaudit.cli.values import Mistakes
from slaaudit.cli.watching import begin

EXAMPLES = """
slaaudit policy show -p policy.yaml
slaaudit policy show -p policy.yaml --years 2026-2028 | grep 'country NL'
"""
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?", re.ASCII)
_KNOWN = range(1900, 2200)  # as in exports
_MOST = 50


def show(
    policy: Annotated[
        str | None,
        typer.Option("-p", "--policy", metavar="FILE", help="The policy. [SLAAUDIT_POLICY, slaaudit.yml]"),
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", metavar="YEARS", help="Of holidays: 2026-2027. [this one and the next]")
    ] = None,
) -> None:
    """Print what a policy comes to once everything is written out.

    Defaults, based_on, presets and holidays; a comment on each line says where
    its value comes from. The output is a policy that means the same.
    """
    from slaaudit.policy.effective import effective_policy
    from slaaudit.policy.loading import read_policy

    mistakes = Mistakes()
    span = _read_years(years, mistakes)
    mistakes.raise_if_any()
    begin("policy")
    tell(effective_policy(read_policy(loading.policy_name(policy)), span).rstrip("\n"))


def _read_years(text: str | None, mistakes: Mistakes) -> tuple[int, int]:
    """`2026` or `2026-2028` → the first and the last year; by default this year and the next."""
    from datetime import UTC, datetime

    if text is None:
        now = datetime.now(UTC).year
        return now, now + 1
    found = _YEARS.fullmatch(text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if first in _KNOWN and last in _KNOWN and 0 <= last - first < _MOST:
        return first, last
    hint = f"a year, or the first and the last of at most {_MOST} years: 2026 or 2026-2028"
    mistakes.note("wrong_years", f"--years cannot be '{text}'", hint)
    return 0, 0
