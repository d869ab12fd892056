"""Files → an export in buckets: what `sources.ingest` decides on whole tables is decided on all pieces of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import BinaryIO

import polars as pl

from slaaudit.buckets.facts import Reader
from slaaudit.buckets.pieces import NotInPieces, Pieces, tables_of
from slaaudit.buckets.splitting import NAMES, Buckets, Opened, Split, SplitTable, split
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import ingest
from slaaudit.sources.dates.columns import Evidence, decided, evidence_of, order_given, read_part
from slaaudit.sources.dates.layouts import Layout, Order, layout_of_shapes, shape_counts
from slaaudit.sources.dates.local_time import check_timezone
from slaaudit.sources.dates.stamps import Stamps, Zones, check_zones, stamps_of
from slaaudit.sources.files.encodings import check_encoding
from slaaudit.sources.files.inputs import Input, find_inputs
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.recognition.left_out import LeftOut, empty_note
from slaaudit.sources.recognition.recognising import Recognition
from slaaudit.sources.rejects import ROW
from slaaudit.stages import DATES, READING, SPLITTING, Watch

Dates = Mapping[tuple[int, str], tuple[Layout | None, Order]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which export, and how to read it: the arguments of `read_export`."""

    paths: Sequence[str | Path]
    events: Sequence[str | Path] = ()
    source: str | None = None
    timezone: str | None = None
    fallback_timezone: str | None = None
    column_map: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    encoding: str | None = None
    stdin: BinaryIO | None = None

    def inputs(self) -> tuple[list[Input], list[LeftOut]]:
        """The files, and what of folders is left out. Raises as `read_export`."""
        check_timezone(self.timezone)
        check_timezone(self.fallback_timezone)
        check_encoding(self.encoding)
        return find_inputs(self.paths, self.events, stdin=self.stdin, every_table=True)


@dataclass(frozen=True)
class SplitExport:
    """An export in buckets: its tables, how it is read, of each column of instants how it is written (by number of the
    table and name), the files, and the notes on them.
    """

    split: Split
    buckets: Buckets
    reader: Reader
    dates: Dates
    files: tuple[str, ...]
    said: tuple[str, ...]

    def stamps(self, tables: Sequence[MappedTable]) -> Stamps:
        """The columns of instants of the rows of one bucket."""
        return {
            (table.number, name): read_part(self.reader.date_column(table, name), *self.dates[table.number, name])
            for table in tables
            for name in stamps_of(table)
        }


def split_export(
    asked: Asked, inputs: Sequence[Input], left: Sequence[LeftOut], buckets: Buckets, *, size: int, watch: Watch
) -> SplitExport:
    """The export in `buckets`, read in pieces of about `size` bytes. Raises `SlaauditError` as `read_export`."""
    whole: set[str] = set()
    while True:
        try:
            return _split(asked, _Read(inputs, frozenset(whole), size, watch), left, buckets)
        except NotInPieces as found:
            whole.add(found.name)
            buckets.remove()


@dataclass(frozen=True)
class _Read:
    """What is read, and how: which inputs whole, the others in pieces of about `size` bytes."""

    inputs: Sequence[Input]
    whole: frozenset[str]
    size: int
    watch: Watch


def _split(asked: Asked, read: _Read, left: Sequence[LeftOut], buckets: Buckets) -> SplitExport:
    optional = ingest.optional_files(read.inputs, asked.paths, asked.events)
    pieces, unread = _pieces(asked, read, optional)
    heads = [(name, one.head) for name, one in pieces]
    recognition = ingest.recognised(
        heads, read.inputs, asked.source, asked.column_map, optional=optional, watch=read.watch
    )
    said = ingest.left_out(left, unread, recognition)
    mapped = ingest.mapped(recognition, asked.column_map)
    check_zones(mapped)
    zones = Zones(asked.timezone, asked.fallback_timezone)
    reader = Reader(recognition.profile, zones, order_given(asked.day_first))
    read.watch(SPLITTING, None)
    opened = _opened([one for _, one in pieces], recognition, mapped)
    found = split(opened, reader, buckets, size=read.size, column_map=asked.column_map)
    said += [*recognition.notes, *ingest.unfinished_pages(recognition)]
    said += [note for table in found.tables for note in table.whole.notes]
    said += empty_note((one.whole.file, one.whole.table.holds, one.whole.rows_read) for one in found.tables)
    read.watch(DATES, sum(table.whole.rows_read for table in found.tables))
    dates = _dates(found.tables, buckets, reader)
    return SplitExport(found, buckets, reader, dates, tuple(one.name for one in read.inputs), tuple(said))


def _pieces(
    asked: Asked, read: _Read, optional: frozenset[str]
) -> tuple[list[tuple[str, Pieces]], dict[str, list[Problem]]]:
    """The tables in all inputs, as `ingest` has them."""
    found: list[tuple[str, Pieces]] = []
    unread: dict[str, list[Problem]] = {}
    for one in read.inputs:
        read.watch(f"{READING} {one.name}", None)
        try:
            tables = tables_of(one, asked.encoding, whole=one.name in read.whole)
            found += [(one.name, table) for table in tables]
        except SlaauditError as error:
            unread[one.name] = list(error.problems)
    if set(unread) - optional or not found:
        raise SlaauditError([problem for problems in unread.values() for problem in problems])
    return found, unread


def _opened(pieces: Sequence[Pieces], recognition: Recognition, mapped: Sequence[MappedTable]) -> list[Opened]:
    """Each table of the files with what it is used as; `mapped`: the heads of those that are used, in their order."""
    used = [one for one in recognition.tables if one.used]
    uses = list(zip(used, mapped, strict=True))
    return [Opened(one, [use for use in uses if use[0].given == given]) for given, one in enumerate(pieces)]


def _dates(tables: Sequence[SplitTable], buckets: Buckets, reader: Reader) -> Dates:
    """How each column of instants is written; raises with every one that cannot be understood."""
    columns = [(table, name) for table in tables if table.whole.table.holds != NAMES for name in stamps_of(table.whole)]
    evidence = [_evidence(table, name, buckets, reader) for table, name in columns]
    orders = decided(evidence, given=reader.given)
    return {
        (table.whole.number, name): (one.layout, order)
        for (table, name), one, order in zip(columns, evidence, orders, strict=True)
    }


def _evidence(table: SplitTable, name: str, buckets: Buckets, reader: Reader) -> Evidence:
    """What a column says: if not all of it follows the layout of its first value, then as the commonest one."""
    known = table.facts.dates.get(name)
    if known is not None and known.misfits == 0:
        return known
    parts = [
        replace(table.whole, frame=buckets.rows(table.whole, number, [name, ROW])) for number in range(buckets.number)
    ]
    counts = [shape_counts(reader.date_column(part, name).cells.drop_nulls()) for part in parts]
    layout = layout_of_shapes(pl.concat(counts)) if known else None
    found = [evidence_of(reader.date_column(part, name), layout, reader.given, part.frame[ROW]) for part in parts]
    return reduce(add, found)
