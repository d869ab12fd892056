"""Columns of few different words in large files are read as categories, and nobody can tell from the export."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from slaaudit.sources import read_export
from slaaudit.sources.files import few_words
from slaaudit.sources.files.content import open_content
from slaaudit.sources.files.dialect import sniff
from slaaudit.sources.files.reading import read_tables

_TICKETS = "ticket_id,created_at,priority,subject\n"
_EVENTS = "ticket_id,at,event,actor,public,field,old,new\n"


def _tickets(number: int) -> str:
    priorities = ("high", " high ", "Low", "")
    rows = (f"T-{at},2026-01-01T09:00:00Z,{priorities[at % 4]},Question {at}" for at in range(number))
    return _TICKETS + "\n".join(rows) + "\n"


def _events(number: int) -> str:
    kinds = ("message,agent,yes,,,", "change,,,Status,new,OPEN", "change,,,tags, a | b ,b", "work,agent,,,,0:15:00")
    rows = (f"T-{at},2026-01-02T09:00:{at % 60:02}Z,{kinds[at % 4]}" for at in range(number))
    return _EVENTS + "\n".join(rows) + "\n"


def test_the_columns_that_repeat_their_words_are_found_in_a_large_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    content = open_content("tickets.csv", _tickets(10_000).encode())
    assert few_words.few_words(content, sniff(content)) == []
    monkeypatch.setattr(few_words, "LARGE", 0)
    assert few_words.few_words(content, sniff(content)) == ["1", "2"]


def test_an_export_is_the_same_however_its_words_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tickets.csv").write_text(_tickets(1_000))
    (tmp_path / "events.csv").write_text(_events(1_000))
    as_text = read_export(tmp_path)
    monkeypatch.setattr(few_words, "LARGE", 0)
    assert pl.Categorical in read_tables("events.csv", tmp_path / "events.csv")[0].frame.dtypes
    as_words = read_export(tmp_path)
    assert_frame_equal(as_words.tickets, as_text.tickets)
    assert_frame_equal(as_words.events, as_text.events)
    assert_frame_equal(as_words.problems, as_text.problems)
    assert as_words.shows == as_text.shows


def test_events_compare_with_words_and_give_words(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(_events(4))
    events = read_export(tmp_path).events
    assert (events["event"] == "message").sum() == 1
    assert events.filter(pl.col("field") == "status")["new"].to_list() == ["OPEN"]
    assert events.filter(pl.col("field") == "tags")["old"].to_list() == ["a|b"]
