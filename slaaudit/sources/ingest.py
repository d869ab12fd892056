"""Files → an `Export`: the map of this package. Each step below is a module of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.assembling import (
    details_are_tickets,
    identified,
    names_of,
)
from slaaudit.sources.dates.local_time import check_timezone
from slaaudit.sources.dates.stamps import Zones, read_stamps
from slaaudit.sources.export import Export
from slaaudit.sources.files.encodings import check_encoding
from slaaudit.sources.files.inputs import Input, find_inputs
from slaaudit.sources.files.reading import read_tables
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.columns import MappedTable, check_column_map, map_table
from slaaudit.sources.parts import export_of, part_of
from slaaudit.sources.profiles.loading import GENERIC
from slaaudit.sources.readings import readings_of
from slaaudit.sources.recognition.absent_headings import absent_heading_notes
from slaaudit.sources.recognition.left_out import LeftOut, empty_note, not_read_note, why_not_read
from slaaudit.sources.recognition.recognising import Recognised, Recognition, recognise
from slaaudit.sources.rejects import FILE, Rejects
from slaaudit.sources.tally import Tally
from slaaudit.stages import CELLS, DATES, READING, RECOGNISING, Watch, unwatched


def read_export(  # noqa: PLR0913 - one argument for each option of the command line
    paths: str | Path | Sequence[str | Path],
    *,
    events: Sequence[str | Path] = (),
    source: str | None = None,
    timezone: str | None = None,
    fallback_timezone: str | None = None,
    column_map: Mapping[str, str] | None = None,
    day_first: bool | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    watch: Watch = unwatched,
) -> Export:
    """The export in these files: tickets, events and an account of every row (see `Export`).

    `paths`: files, globs, folders, or `-` for `stdin`; `events`: files of events whatever their names. `source`: the
    profile, default the one that fits. `timezone`: of times that do not say theirs; `fallback_timezone`: the same, but
    only where neither the export nor its profile knows it. `column_map`: our column → theirs. `day_first`: the order of
    day and month where it is not clear. `encoding`: of the text, default by its looks.
    `watch` is told every stage (see `stages`).

    Raises `SlaauditError` with everything that is wrong at the first step that cannot go on.
    """
    check_timezone(timezone)
    check_timezone(fallback_timezone)
    check_encoding(encoding)
    paths = [paths] if isinstance(paths, str | Path) else paths
    inputs, left = find_inputs(paths, events, stdin=stdin, every_table=True)
    optional = optional_files(inputs, paths, events)
    texts, unread = _texts(inputs, encoding, optional, watch)
    recognition = recognised(texts, inputs, source, column_map or {}, optional=optional, watch=watch)
    notes = left_out(left, unread, recognition)
    tables = mapped(recognition, column_map or {})
    zones, rows = Zones(timezone, fallback_timezone), sum(table.frame.height for table in tables)
    watch(DATES, rows)
    stamps, zone_notes = read_stamps(tables, recognition.profile, zones=zones, day_first=day_first)
    reading = readings_of(recognition, tables, stamps, zones)
    said = (
        *notes,
        *recognition.notes,
        *unfinished_pages(recognition),
        *(note for table in tables for note in table.notes),
        *empty_note((table.file, table.table.holds, table.rows_read) for table in tables),
    )
    watch(CELLS, rows)
    rejects = damage_told(tables)
    tally = Tally.of(tables, details_are_tickets=details_are_tickets(tables))
    profile, files = recognition.profile, tuple(one.name for one in inputs)
    names = names_of(tables, profile, rejects)
    tables = identified(tables, names, profile)
    del texts, recognition, inputs  # the text of all cells: `part_of` lets go of it too as it goes
    part = part_of(tables, names, stamps, profile, tally=tally, rejects=rejects, watch=watch)
    return export_of(
        part,
        profile,
        files=files,
        notes=(*said, *zone_notes, *part.notes),
        reading=reading,
    )


def optional_files(
    inputs: Sequence[Input], paths: Sequence[str | Path], events: Sequence[str | Path]
) -> frozenset[str]:
    """The names of the files that only their folder was named for, and that are not called like an export of ours."""
    named = {str(path) for path in (*paths, *events)}
    folders = {str(Path(path)) for path in paths if Path(path).is_dir()}
    return frozenset(
        one.name
        for one in inputs
        if one.name not in named and one.role is None and str(Path(one.name).parent) in folders
    )


def _texts(
    inputs: Sequence[Input], encoding: str | None, optional: frozenset[str], watch: Watch
) -> tuple[list[tuple[str, TextTable]], dict[str, list[Problem]]]:
    """The tables in all inputs, each with the name of its file; and what is wrong with `optional` ones that cannot be
    read. Raises with what is wrong with others.
    """
    texts: list[tuple[str, TextTable]] = []
    unread: dict[str, list[Problem]] = {}
    for one in inputs:
        watch(f"{READING} {one.name}", None)
        try:
            texts += [(one.name, text) for text in read_tables(one.name, one.source, encoding=encoding)]
        except SlaauditError as error:
            unread[one.name] = list(error.problems)
    if set(unread) - optional or not texts:
        raise SlaauditError([problem for problems in unread.values() for problem in problems])
    return texts, unread


def left_out(left: Sequence[LeftOut], unread: Mapping[str, list[Problem]], recognition: Recognition) -> list[str]:
    """The note on all files that are left out; `left`: by their looks, `unread`: those that cannot be read, in a
    folder with an export that says by its names which files it has.

    In a folder of any help desk they may be part of the export: raises with what is wrong with them.
    """
    if unread and recognition.profile.source != GENERIC:
        raise SlaauditError([problem for problems in unread.values() for problem in problems])
    damaged = [LeftOut(file, why_not_read(problems)) for file, problems in unread.items()]
    return not_read_note([*left, *damaged, *recognition.left])


def recognised(
    texts: Sequence[tuple[str, TextTable]],
    inputs: Sequence[Input],
    source: str | None,
    column_map: Mapping[str, str],
    *,
    optional: frozenset[str],
    watch: Watch,
) -> Recognition:
    """Whose export this is, and what each of its tables is; raises also for a `column_map` that does not fit it."""
    watch(RECOGNISING, sum(text.rows for _, text in texts))
    roles = {one.name: one.role for one in inputs}
    recognition = recognise(texts, source=source, column_map=column_map, roles=roles, optional=optional)
    known = [*(text for _, text in texts), *(one.text for one in recognition.tables)]
    wrong = check_column_map(column_map, recognition.profile, known) if column_map else []
    if wrong:
        raise SlaauditError(wrong)
    absent = absent_heading_notes(recognition, source, column_map)
    return replace(recognition, notes=(*recognition.notes, *absent))


def mapped(recognition: Recognition, column_map: Mapping[str, str]) -> list[MappedTable]:
    """Every table that is used, with its columns named; raises with what is wrong in any of them."""
    problems: list[Problem] = []
    tables: list[MappedTable] = []
    used = [(one, one.used) for one in recognition.tables if one.used]
    for number, (one, table) in enumerate(used):
        try:
            profile = recognition.profile
            tables += [map_table(one.text, table, profile, file=one.file, number=number, column_map=column_map)]
        except SlaauditError as error:
            problems += error.problems
    if problems:
        raise SlaauditError(problems)
    return tables


def unfinished_pages(recognition: Recognition) -> list[str]:
    """A note for each table of which every page says that another follows."""
    pages: dict[str, list[Recognised]] = {}
    for one in recognition.tables:
        if one.used:
            pages.setdefault(one.used.name, []).append(one)
    return [
        f"{these[-1].file}: {these[-1].table.title if these[-1].table else name}: "
        "the last page is not here, each says that another follows"
        for name, these in pages.items()
        if all(page.text.more for page in these)
    ]


def damage_told(tables: Sequence[MappedTable]) -> Rejects:
    """A problem for each row that could not be read, and for each that was read with doubtful characters."""
    rejects = Rejects([table.file for table in tables])
    for table in tables:
        rejects.name_columns(table.number, table.headings)
        for rows, rejected in ((table.damaged, True), (table.doubtful, False)):
            for code in rows["code"].unique().sort():
                told = rows.filter(pl.col("code") == code).with_columns(pl.lit(table.number, pl.UInt16).alias(FILE))
                rejects.add(code, told, rejected=rejected)
    return rejects
