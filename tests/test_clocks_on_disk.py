"""The log on disk: its runs, the words of their columns and their tickets, in as many parts as there can be."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from side_by_side import as_a_whole, in_buckets

from slaaudit.parts import clocks_on_disk, ordered_clocks, words
from slaaudit.parts.words import Words
from slaaudit.policy import load_policy
from slaaudit.reports import LogOptions

ROOT = Path(__file__).parents[1]
HELPDESK, POLICY = ROOT / "sample_data" / "helpdesk", ROOT / "policies" / "helpdesk.yaml"
REPORTS = [
    LogOptions(),
    LogOptions(all=True, sort=("-agent", "reason"), columns=("ticket", "subject", "agent", "priority", "tags")),
    LogOptions(sort=("-sla_started", "ticket")),
]


@pytest.mark.parametrize("options", REPORTS, ids=["shared", "sorted", "backwards"])
@pytest.mark.parametrize(("at_once", "few"), [(80, 4_096), (300, 3), (10_000, 4_096)])
def test_the_log_in_parts_is_that_of_the_whole(
    options: LogOptions, at_once: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy(POLICY)
    whole = as_a_whole([HELPDESK], policy, options)
    monkeypatch.setattr(clocks_on_disk, "_BLOCK", 16)
    monkeypatch.setattr(clocks_on_disk, "_GROUP", 50)
    for module in (ordered_clocks, words):  # too many words for some runs, or for all of them together
        monkeypatch.setattr(module, "FEW_WORDS", few)
    assert in_buckets([HELPDESK], policy, options, buckets=3, piece=10**6, at_once=at_once) == whole


@pytest.mark.parametrize("few", [5, 3, 1])
def test_words_are_read_as_they_were_told_however_many_come(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "FEW_WORDS", few)
    parts = [["b", None, "a"], [], [None, None], ["c", "b"], ["ä", ""]]
    column = Words()
    told = [column.told(pl.Series(part, dtype=pl.Enum(sorted({word for word in part if word})))) for part in parts[:-1]]
    told.append(column.told(pl.Series(parts[-1])))
    found = column.read(told)
    assert found.cast(pl.String).to_list() == [word for part in parts for word in part]
