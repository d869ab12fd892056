"""Headings → canonical columns: which column of a table is which, and what to do when that is not clear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import polars as pl

from slaaudit.frames import CUSTOM
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.files.inputs import Role
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.column_cells import Found, at_position, found
from slaaudit.sources.mapping.column_names import collision, collisions, missing_header, other_columns
from slaaudit.sources.mapping.headings import Headings, is_path, listed, present
from slaaudit.sources.mapping.opening import custom_fields, opened
from slaaudit.sources.mapping.wholes import WHOLE, Whole
from slaaudit.sources.profiles.tables import Authors, Profile, TableProfile
from slaaudit.sources.profiles.vocabulary import is_known, known_columns
from slaaudit.sources.rejects import FILE, ROW
from slaaudit.sources.rows import cells


@dataclass(frozen=True)
class MappedTable:
    """One table with its columns named: canonical ones, `custom.*` or (events) `extra.*`, then `_file`, `_row`.

    The cells are text as the file has them, with the profile's words in place of theirs. `table`: the profile's table
    that it is. `headings`: canonical name → what the file calls it (a constant: the name itself); `origins`: all that
    it comes from, in words; `taken`: every heading or path that a canonical column comes from. By canonical column:
    `zones`, the time zone that its heading names; `units`, in which a duration is written; `signs`, what the
    sign of a remaining time says (`negative`, `other` → outcome); `lookups`, the table of names (`holds: names`) that
    its ids are of; `authors`, how to tell who an author is (a cell may hold one of our words already). `ignored`: rows
    that mean nothing for an SLA, left out.
    `rows_read`, `damaged`, `doubtful`, `notes`: as of `TextTable`; `rows_read` counts the ignored ones too. `whole`:
    the export of which these rows may be a part.
    """

    role: Role
    file: str
    number: int
    frame: pl.DataFrame
    headings: Mapping[str, str]
    rows_read: int
    damaged: pl.DataFrame
    doubtful: pl.DataFrame
    notes: tuple[str, ...]
    table: TableProfile
    zones: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lookups: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, Authors] = field(default_factory=dict)
    ignored: int = 0
    whole: Whole = WHOLE
    origins: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The columns that the table tells something about: its own, and `status` where it has our states instead."""
        return frozenset(self.headings) | ({"status"} if "state" in self.headings else set())


def map_table(
    text: TextTable,
    table: TableProfile,
    profile: Profile,
    *,
    file: str,
    number: int,
    column_map: Mapping[str, str],
) -> MappedTable:
    """`text` as `table` of the profile, with its columns named. `column_map`: canonical name → heading, from the user;
    it wins over the profile.

    Raises `SlaauditError`: a required column is missing, or two columns would have one name.
    """
    rows = opened(text, table, profile, column_map.values())
    columns, problems, told = _canonical(rows, table, profile, column_map, file=file)
    empty = not rows.headings or (table.rows is not None and rows.frame.is_empty())
    problems += [] if empty or problems else _missing(rows.headings, table, columns, file)
    others = other_columns(rows, table, profile, {at for one in columns.values() for at in one.positions})
    others_untold = {position: name for position, name in others.items() if position not in told}
    problems += collisions(columns, others_untold, rows.headings, file)
    if problems:
        raise SlaauditError(problems)
    if empty:  # JSON without a single entry: there are no headings either
        columns |= {name: Found(rows.frame[ROW].cast(pl.String), "") for name in table.required if name not in columns}
    frame, nested = _with_custom_fields(_named(rows, columns, others, number), text, table)
    headings = {name: column.heading or name for name, column in columns.items()}
    headings |= {name: rows.headings[position] for position, name in others.items()}
    kept = _kept(columns.values(), frame.height) & _of_the_table(rows, table, profile)
    return MappedTable(
        role="events" if table.holds == "events" else "tickets",
        file=file,
        number=number,
        frame=_oldest_first(frame.filter(kept).select(pl.exclude(FILE, ROW), FILE, ROW), table),
        headings=headings | nested,
        rows_read=rows.rows,
        damaged=text.damaged,
        doubtful=text.doubtful,
        notes=text.notes,
        table=table,
        ignored=frame.height - int(kept.sum()),
        origins={name: column.comes_from for name, column in columns.items() if column.comes_from},
        taken=frozenset(rows.headings[position] for one in columns.values() for position in one.positions),
        **_said(columns),
    )


class _Said(TypedDict):
    """What is said of columns, by their canonical names."""

    zones: dict[str, str]
    units: dict[str, str]
    signs: dict[str, Mapping[str, str]]
    lookups: dict[str, str]
    authors: dict[str, Authors]


def _said(columns: Mapping[str, Found]) -> _Said:
    return {
        "zones": {name: column.zone for name, column in columns.items() if column.zone},
        "units": {name: column.unit for name, column in columns.items() if column.unit},
        "signs": {name: column.sign for name, column in columns.items() if column.sign},
        "lookups": {name: column.names for name, column in columns.items() if column.names},
        "authors": {name: column.actor for name, column in columns.items() if column.actor},
    }


def _oldest_first(frame: pl.DataFrame, table: TableProfile) -> pl.DataFrame:
    """`frame` in the order in which things happened, as far as the order of the file tells it."""
    return frame.reverse() if table.newest_first else frame


def _canonical(
    text: TextTable, table: TableProfile, profile: Profile, column_map: Mapping[str, str], *, file: str
) -> tuple[dict[str, Found], list[Problem], set[int]]:
    """The canonical columns that the table has: those that the user names, then those of the profile. And what is
    wrong with them, and the positions that this is about.
    """
    columns: dict[str, Found] = {}
    for column, heading in column_map.items():
        if heading in text.headings and is_known(column, table.holds):
            spec = table.columns.get(column)
            columns[column] = at_position(text, text.headings.index(heading), spec, profile)
    used = {position for column in columns.values() for position in column.positions}
    headings = Headings(tuple("\0" if at in used else name for at, name in enumerate(text.headings)))
    problems = []
    told: set[int] = set()
    for name, spec in table.columns.items():
        if name in columns:
            continue
        if same := () if spec.repeated else headings.ambiguous(spec.column):
            problems.append(collision(file, name, same, text.headings))
            told.update(same)
        elif taken := found(spec, text, profile, headings, file=file):
            columns[name] = taken
    return columns, problems, told


def _named(text: TextTable, columns: Mapping[str, Found], others: Mapping[int, str], number: int) -> pl.DataFrame:
    """All columns by their names: those of the file in its order, then constants; `_row`, `_file`."""
    last = len(text.headings)
    cells = {((*one.positions, last)[0], name): one.cells for name, one in columns.items()}
    cells |= {(position, name): text.frame[str(position)] for position, name in others.items()}
    series = [cells[key].alias(key[1]) for key in sorted(cells)]
    row = text.frame[ROW].cast(pl.UInt32)
    return pl.DataFrame([*series, row]).with_columns(pl.lit(number, pl.UInt16).alias(FILE))


def _with_custom_fields(
    frame: pl.DataFrame, text: TextTable, table: TableProfile
) -> tuple[pl.DataFrame, dict[str, str]]:
    """`frame` with the custom fields that are nested in JSON, and the heading of each: path and name."""
    headings: dict[str, str] = {}
    for path, fields in custom_fields(text, table):
        own = [name for name in fields.columns if name != ROW and CUSTOM + name not in frame.columns]
        named = fields.select(pl.col(ROW).cast(pl.UInt32), *(pl.col(name).alias(CUSTOM + name) for name in own))
        frame = frame.join(named, on=ROW, how="left", validate="m:1", maintain_order="left")
        headings |= {CUSTOM + name: f"{path}.{name}" for name in own}
    return frame, headings


def _kept(columns: Iterable[Found], height: int) -> pl.Series:
    """Which rows mean something."""
    kept = pl.repeat(True, height, dtype=pl.Boolean, eager=True)
    for column in columns:
        if column.ignored is not None:
            kept = kept & ~column.ignored
    return kept


def _of_the_table(text: TextTable, table: TableProfile, profile: Profile) -> pl.Series:
    """Which rows have the words without which they are rows of something else."""
    kept = pl.repeat(True, text.frame.height, dtype=pl.Boolean, eager=True)
    headings = Headings(text.headings)
    for heading, words in table.only.items():
        for position in headings.positions(heading)[:1]:
            cell = cells.trimmed(text.frame[str(position)], profile.null_words)
            kept = kept & cells.worded(cell, dict.fromkeys(words, True), pl.Boolean).fill_null(value=False)
    return kept


def _missing(headings: Sequence[str], table: TableProfile, columns: Mapping[str, Found], file: str) -> list[Problem]:
    problems = []
    absent = [column for column in table.required if column not in columns]
    if absent and (problem := missing_header(file, headings)):
        return [problem]
    for column in absent:
        spec = table.columns[column]
        others = [name for name in spec.headings if name != column]
        also = f" (also accepted: {', '.join(others)})" if others else ""
        near = _near(headings, column, *others)
        hint = f"{near + ' ' if near else ''}say which it is: --map {column}=HEADING; there are: {listed(headings)}"
        problems.append(Problem(code="missing_column", file=file, what=f"there is no column {column}{also}", hint=hint))
    return problems


def _near(headings: Sequence[str], *names: str) -> str:
    """`did you mean …?` for the first of the names that some heading is near to."""
    return next((near for name in names if (near := did_you_mean(name, headings))), "")


def check_column_map(column_map: Mapping[str, str], profile: Profile, tables: Iterable[TextTable]) -> list[Problem]:
    """Problems with what `--map` says: an unknown column on the left, a heading that no file has on the right."""
    tables = list(tables)
    holds = {table.holds for table in profile.tables.values()}
    known = {column for each in holds for column in known_columns(each) if "." not in column}
    headings = {heading for text in tables for heading in text.headings}
    paths = {path for text in tables for path in present(text, [*filter(is_path, column_map.values())])}
    problems = []
    for column, heading in column_map.items():
        if not any(is_known(column, each) for each in holds) and not column.startswith(CUSTOM):
            hint = did_you_mean(column, known) or f"known are: {', '.join(sorted(known))}, or {CUSTOM}NAME"
            problems.append(Problem(code="bad_map", what=f"--map {column}=…: there is no column '{column}'", hint=hint))
        if heading not in headings | paths:
            hint = did_you_mean(heading, headings) or f"there are: {listed(sorted(headings))}"
            what = f"--map {column}={heading}: no file has a column '{heading}'"
            problems.append(Problem(code="bad_map", what=what, hint=hint))
    return problems
