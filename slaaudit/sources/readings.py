"""How the files were read, for whoever wants to look at it: tables, their columns, the dates in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from slaaudit.sources.dates.layouts import Layout
from slaaudit.sources.dates.stamps import Stamps, Zones
from slaaudit.sources.export import ColumnReading, TableReading
from slaaudit.sources.mapping.column_names import EXTRA
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.mapping.headings import Headings, custom_paths
from slaaudit.sources.profiles.loading import Profile, fold
from slaaudit.sources.recognition.recognising import Recognised, Recognition

_SAMPLE = 200  # cells of a column of dates


def readings_of(
    recognition: Recognition, tables: Sequence[MappedTable], stamps: Stamps, zones: Zones
) -> tuple[TableReading, ...]:
    """What each table of the files was taken for, in their order; `tables`: those that are used, mapped."""
    mapped = iter(tables)
    pairs = [(one, next(mapped) if one.used else None) for one in recognition.tables]
    taken: dict[int, set[str]] = {}  # of the entries of one list several tables may be made
    for one, table in pairs:
        taken.setdefault(one.given, set()).update(map(fold, _taken(one, table) if table else ()))
    return tuple(
        _used(one, table, taken[one.given], recognition.profile, stamps, zones) if table else _unused(one)
        for one, table in pairs
    )


def _taken(one: Recognised, table: MappedTable) -> Iterator[str]:
    """The headings of the file that the table is made of: its columns, and what tells which rows are its own."""
    profiled = table.table
    headings = Headings(one.text.headings)
    cells = profiled.cells_of
    yield from (one.text.headings[position] for position in (headings.repeated(cells.column) if cells else ()))
    paths = [*table.taken, *profiled.only, *([profiled.rows] if profiled.rows else [])]
    paths += [custom_paths(custom)[0] for custom in profiled.custom]
    for path in paths:
        yield path
        if not headings.has(path):
            yield re.split(r"[.\[]", path, maxsplit=1)[0]  # the key of an entry in which a JSON path begins


def _used(
    one: Recognised, table: MappedTable, taken: set[str], profile: Profile, stamps: Stamps, zones: Zones
) -> TableReading:
    profiled = table.table
    columns = [
        _column(table, name, heading, stamps, zones.of(table, name, profile))
        for name, heading in table.headings.items()
        if not (name.startswith(EXTRA) and fold(heading) in taken)
    ]
    named = set(table.headings.values())
    columns += [
        ColumnReading(heading, "")
        for heading in one.text.headings
        if heading not in named and fold(heading) not in taken
    ]
    return TableReading(
        one.file,
        one.text.list_name,
        profiled.name,
        profiled.title,
        profiled.holds,
        table.rows_read,
        tuple(columns),
        one.proof,
    )


def _column(table: MappedTable, name: str, heading: str, stamps: Stamps, zone: str | None) -> ColumnReading:
    heading = table.origins.get(name, heading)
    shown = "" if name.startswith(EXTRA) else name
    read = stamps.get((table.number, name))
    if read is None:
        return ColumnReading(heading, shown)
    first, last = read.instants.min(), read.instants.max()
    return ColumnReading(
        heading,
        shown,
        _written(table.frame[name], read.written),
        (zone or "") if read.local else "",
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
    )


def _written(cells: pl.Series, layout: Layout | None) -> str:
    """How the dates of a column are written: as a sample of them is, from the first row to the last."""
    if layout is None:
        return ""
    filled = cells.drop_nulls()
    sample = filled.gather_every(max(1, filled.len() // _SAMPLE))
    return layout.as_written(sample.cast(pl.String).str.strip_chars())


def _unused(one: Recognised) -> TableReading:
    table = one.table
    named = (table.name, table.title, table.holds) if table else ("", "", "")
    columns = tuple(ColumnReading(heading, "") for heading in one.text.headings)
    return TableReading(one.file, one.text.list_name, *named, one.text.rows, columns, one.proof)
