"""The page of the manual about presets shows the tables that are made from their files.

UPDATE_DOCS=1 in the environment of a test run writes them into the page. Read the difference before you keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from documents import MANUAL, UPDATE, sections
from typer.testing import CliRunner

from slaaudit.cli.app import app
from slaaudit.policy.preset_table import clocks_tables, differences_table, not_covered_list, sources_table

PAGE = MANUAL / "presets.md"
MADE = {
    "Which clocks they have": clocks_tables,
    "What they change": differences_table,
    "What they leave out": not_covered_list,
    "The sources": sources_table,
}


@pytest.mark.parametrize("heading", MADE)
def test_the_page_shows_what_the_files_say(heading: str) -> None:
    made = MADE[heading]
    if UPDATE:
        _rewrite(heading, made)
    assert f"\n{made()}\n" in sections(PAGE)[heading] + "\n"


def _rewrite(heading: str, made: Callable[[], str]) -> None:
    """Puts what is made now in the place of the tables (or the list) that stand under the heading."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(f"\n## {heading}\n")
    section, mark, after = rest.partition("\n## ")
    first = re.search(r"^(\||\*\*)", section, re.MULTILINE)
    last = list(re.finditer(r"^(\||- |  \w).*$", section, re.MULTILINE))[-1]
    assert first
    section = section[: first.start()] + made() + section[last.end() :]
    PAGE.write_text(f"{before}\n## {heading}\n{section}{mark}{after}", encoding="utf-8")


def test_the_manual_has_the_page() -> None:
    shown = CliRunner().invoke(app, ["manual", "presets"], prog_name="slaaudit").stdout
    assert differences_table() in shown
