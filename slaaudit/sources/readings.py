"""How the files were read, for whoever wants to look at it: tables, their columns, the dates in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from slaaudit.sources.dates.stamps import Stamps, Zones
from slaaudit.sources.export import ColumnReading, TableReading
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import ColumnSpec, Profile, fold
from slaaudit.sources.recognition.recognising import Recognised, Recognition


def readings_of(
    recognition: Recognition, tables: Sequence[MappedTable], stamps: Stamps, zones: Zones
) -> tuple[TableReading, ...]:
    """What each table of the files was taken for, in their order; `tables`: those that are used, mapped."""
    used = iter(tables)
    return tuple(
        _used(one, next(used), recognition.profile, stamps, zones)
        if one.table and one.table.holds != "nothing"
        else _unused(one)
        for one in recognition.tables
    )


def _used(one: Recognised, table: MappedTable, profile: Profile, stamps: Stamps, zones: Zones) -> TableReading:
    profiled = table.table
    columns, taken = [], set[str]()
    for name, heading in table.headings.items():
        zone = zones.of(table, name, profile)
        sources = _sources(heading, profiled.columns.get(name), one.text.headings)
        columns.append(_column(", else ".join(sources), name, stamps, table.number, zone))
        taken |= {*sources, *map(_first_step, sources)}
    columns += [ColumnReading(heading, "") for heading in one.text.headings if heading not in taken]
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


def _sources(heading: str, spec: ColumnSpec | None, headings: Sequence[str]) -> list[str]:
    """What a column is taken from: `heading`, or all that the table has where the first cell that is filled counts."""
    if spec is not None and spec.value is not None:
        return [f"(always {spec.value})"]
    if spec is None or not spec.first_of or heading not in spec.headings:
        return [heading]
    present = {fold(each) for each in headings}
    return [each for each in dict.fromkeys(spec.headings) if fold(_first_step(each)) in present] or [heading]


def _first_step(path: str) -> str:
    """The key of an entry in which a JSON path begins; a heading as it is."""
    return re.split(r"[.\[]", path, maxsplit=1)[0] if path else path


def _column(heading: str, name: str, stamps: Stamps, number: int, zone: str | None) -> ColumnReading:
    shown = "" if name.startswith("extra.") else name
    read = stamps.get((number, name))
    if read is None:
        return ColumnReading(heading, shown)
    first, last = read.instants.min(), read.instants.max()
    return ColumnReading(
        heading,
        shown,
        read.layout,
        (zone or "") if read.local else "",
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
    )


def _unused(one: Recognised) -> TableReading:
    table = one.table
    named = (table.name, table.title, table.holds) if table else ("", "", "")
    columns = tuple(ColumnReading(heading, "") for heading in one.text.headings)
    return TableReading(one.file, one.text.list_name, *named, one.text.rows, columns, one.proof)
