"""The README is true: its sessions run, its first commands are those that work, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from documents import MANUAL, ROOT, Command, Session, blocks_of, replay, table

from slaaudit.policy import loads_policy

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
SESSIONS = blocks_of(README, "console")
SAMPLE = ("sample_data/helpdesk/tickets.csv", "sample_data/helpdesk/events.csv")


def test_the_tour_goes_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [wrong for block in SESSIONS for wrong in replay(README, block, monkeypatch)] == []


def test_the_first_line_ends_in_a_report_of_the_sample_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = blocks_of(README, "sh")[0].text
    assert first.startswith("python3 -m venv .venv && . .venv/bin/activate && pip install -q . && slaaudit ")
    for name in SAMPLE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    shown = Session(monkeypatch).run(Command(first.rpartition(" && ")[2]))
    assert shown[0] == "Compliance per month by metric"
    assert any(line.startswith("2026-10") for line in shown)


def test_the_smallest_policy_is_one() -> None:
    (block,) = blocks_of(README, "yaml")
    assert loads_policy(block.text).metrics_in_use == ("first_reply", "resolution")


def test_the_second_line_is_what_continuous_integration_runs() -> None:
    assert blocks_of(README, "sh")[1].text in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_link_leads_to_a_file_and_every_page_is_linked() -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert {ROOT / link for link in links} >= set(MANUAL.glob("*.md"))


def test_every_path_that_the_part_for_developers_names_exists() -> None:
    part = TEXT.partition("## For developers")[2]
    rows = [path for row in table(part) for path in re.findall(r"`([\w./]+)`", row[1])]
    tree = re.findall(r"^([\w.]+/?) +\S", blocks_of(README, "")[0].text, re.MULTILINE)
    assert [name for name in tree if not (ROOT / "slaaudit" / name).exists()] == []
    assert [name for name in rows if not (ROOT / name).exists()] == []


def test_it_is_short_and_fits_into_a_window() -> None:
    lines = TEXT.splitlines()
    commands = [line for block in ("sh", "console") for b in blocks_of(README, block) for line in b.text.splitlines()]
    assert len(lines) < 175
    assert [line for line in lines if len(line) > 110 and line not in commands] == []
