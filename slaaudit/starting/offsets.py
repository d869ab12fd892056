"""The offsets from UTC that the times of an export are written with: a hint at where its clocks are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from slaaudit.problems import SlaauditError
from slaaudit.sources.inputs import Input
from slaaudit.sources.reading import read_table

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)
_SAMPLE = 200  # cells of a column


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant as it was written: with an offset from UTC."""

    at: datetime
    offset: timedelta


def stamps_of(inputs: Iterable[Input], *, encoding: str | None = None) -> list[Stamp]:
    """Times with offsets from the first input that has some, from its first row to its last; none if none has any."""
    for one in inputs:
        try:
            frame = read_table(one.name, one.source, encoding=encoding).frame
        except SlaauditError:  # whoever reads the export has said what is wrong with it
            continue
        texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
        found = [stamp for name in texts for stamp in _in_column(frame[name])]
        if found:
            return found
    return []


def _in_column(cells: pl.Series) -> list[Stamp]:
    """The column's times, if it is one of times; a sample that is spread over all of its rows."""
    texts = cells.drop_nulls()
    sample = texts.gather_every(max(1, texts.len() // _SAMPLE)).str.strip_chars().to_list()
    if not sample or not all(_ISO.fullmatch(text) for text in sample[:5]):
        return []
    return [stamp for text in sample if _ISO.fullmatch(text) and (stamp := _stamp(text))]


def _stamp(text: str) -> Stamp | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:  # the 31st of a month that has 30 days
        return None
    offset = at.utcoffset()
    return None if offset is None else Stamp(at, offset)
