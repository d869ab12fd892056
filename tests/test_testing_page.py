"""The page of the manual about tests says what the format is: its examples run, its tables name every key."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from documents import MANUAL, Block, blocks_of, code, sections, table

from slaaudit.cases import run_cases
from slaaudit.cases.expectations import COLUMNS
from slaaudit.cases.model import CASE_KEYS, FILE_KEYS
from slaaudit.cases.story import KINDS

PAGE = MANUAL / "testing.md"
POLICY = """\
policy: Everything
levels:
  standard:
    targets: {first_reply: 4h, next_reply: 4h, work_logged: 1h, resolution: 8h, chat_answer: 1m}
rules: [{name: Everyone, level: standard}]
"""


@pytest.mark.parametrize("block", blocks_of(PAGE, "yml"), ids=lambda block: str(block.line))
def test_an_example_passes(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "example.test.yaml"
    path.write_text(f"policy:\n{indent(POLICY, '  ')}{block.text}\n", encoding="utf-8")
    assert [result.text for result in run_cases(path) if not result.passed] == []


def words_of(heading: str) -> list[str]:
    return [code(row[0]) for row in table(sections(PAGE)[heading])]


def test_every_key_is_described() -> None:
    keys = words_of("The file")
    assert set(keys[: len(FILE_KEYS)]) == set(FILE_KEYS)
    assert set(keys[len(FILE_KEYS) :]) == set(CASE_KEYS)
    assert words_of("What can be expected") == list(COLUMNS)


def test_every_kind_of_event_is_described() -> None:
    assert {word.partition(":")[0] for word in words_of("The events")} == {*KINDS, "status"}


@pytest.mark.parametrize("written", words_of("How do I write an instant?"))
def test_an_instant_is_written_as_the_page_says(written: str, tmp_path: Path) -> None:
    path = tmp_path / "example.test.yaml"
    cases = f"cases:\n  - {{name: x, as_of: {written}, expect: {{first_reply: {{decided: {written}}}}}}}\n"
    path.write_text(f"policy:\n{indent(POLICY, '  ')}{cases}", encoding="utf-8")
    assert run_cases(path)[0].passed
