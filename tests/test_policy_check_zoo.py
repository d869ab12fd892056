"""Every warning about a policy: small inputs in `errors/checks`, each with the exact text that it gets.

`NAME.yaml` is the policy and `NAME.txt` what is shown; next to them may be an export (`NAME.csv`, `NAME.events.csv`).
UPDATE_ZOO=1 in the environment of a test run writes what is shown now: read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from documents import MANUAL, code, table

from slaaudit.cli.diagnostics import WARNING, Diagnostic, as_text
from slaaudit.occurrences import evidence_of
from slaaudit.policy import checks
from slaaudit.policy.checks import CHECKS, Evidence, warnings_of
from slaaudit.policy.loading import Reading, read_policy
from slaaudit.sources import read_export

ZOO = Path(__file__).parent / "errors" / "checks"
INPUTS = sorted(ZOO.glob("*.yaml"))
TODAY = date(2026, 11, 22)
UPDATE = os.environ.get("UPDATE_ZOO") == "1"
SUPPORT = {"__init__", "allowed", "evidence", "subject"}


def evidence(reading: Reading, file: Path) -> Evidence | None:
    tickets, events = file.with_suffix(".csv"), file.with_suffix(".events.csv")
    if not tickets.is_file():
        return None
    export = read_export([tickets], events=[events] if events.is_file() else [])
    return evidence_of(export, reading)


def shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the user reads, with the file as it was named on the command line."""
    monkeypatch.chdir(file.parent)
    reading = read_policy(file.name)
    found = warnings_of(reading, evidence=evidence(reading, file), today=TODAY)
    texts = {file.name: reading.text}
    return "".join(as_text(Diagnostic(WARNING, each), texts, color=False) + "\n" for each in found)


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_each_policy_gets_exactly_its_warnings(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(file, monkeypatch)
    if UPDATE:
        file.with_suffix(".txt").write_text(text, encoding="utf-8")
    assert text == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_each_policy_gets_no_other_warnings_than_those_it_is_named_for(file: Path) -> None:
    codes = set(re.findall(r"warning\[(\w+)\]", file.with_suffix(".txt").read_text(encoding="utf-8")))
    assert len(codes) == 1
    assert file.stem.startswith(codes.pop())


def test_every_check_is_a_file_of_its_own_with_an_entry_here_and_a_row_in_the_manual() -> None:
    files = {path.stem for path in Path(checks.__file__).parent.glob("*.py")} - SUPPORT
    assert set(CHECKS) == files
    assert {name for name in CHECKS if not (ZOO / f"{name}.yaml").is_file()} == set()
    documented = [code(row[0]) for row in table((MANUAL / "checks.md").read_text(encoding="utf-8"))]
    assert [name for name in documented if name in CHECKS] == list(CHECKS)


def test_every_expected_text_and_every_export_has_its_policy() -> None:
    stems = {path.name.partition(".")[0] for path in ZOO.iterdir()}
    assert stems == {file.stem for file in INPUTS}
