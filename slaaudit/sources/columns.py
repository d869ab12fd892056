"""Headings → canonical columns: which column of a file is which, and what to do when that is not clear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import CUSTOM
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.inputs import Role
from slaaudit.sources.profiles import Profile, TableProfile, fold
from slaaudit.sources.rejects import FILE, ROW
from slaaudit.sources.table import TextTable

_NAME, _NAMES = 40, 30  # characters of a heading, and headings, that a message lists
EXTRA = "extra."  # prefix of the columns of events that mean nothing to us: they only tell rows apart


@dataclass(frozen=True)
class MappedTable:
    """One input with its columns named: canonical ones, `custom.*` (tickets) or `extra.*` (events), `_file`, `_row`.

    The cells are still as the file has them. `headings`: canonical name → what the file calls it. `rows_read`,
    `damaged`, `doubtful`, `notes`: as of `TextTable`.
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

    @property
    def names(self) -> frozenset[str]:
        """The columns that the table tells something about: its own, and `status` where it has our states instead."""
        return frozenset(self.headings) | ({"status"} if "state" in self.headings else set())


def role_of(headings: Sequence[str], profile: Profile, column_map: Mapping[str, str]) -> Role:
    """Whether a table whose name says nothing holds tickets or events: by its columns."""
    known = [*headings, *(column for column, heading in column_map.items() if heading in headings)]
    if profile.events.fits(known):
        return "events"
    if profile.tickets.fits(known):
        return "tickets"
    shared = {fold(heading) for heading in known}
    hits = {role: len(shared & {fold(c) for c in table.columns}) for role, table in _tables(profile).items()}
    return "events" if hits["events"] > hits["tickets"] else "tickets"


def _tables(profile: Profile) -> dict[Role, TableProfile]:
    return {"tickets": profile.tickets, "events": profile.events}


def map_table(
    text: TextTable, role: Role, profile: Profile, *, file: str, number: int, column_map: Mapping[str, str]
) -> MappedTable:
    """`text` with its columns named. `column_map`: canonical name → heading, from the user; it wins over the profile.

    Raises `SlaauditError`: a required column is missing, or two columns would have one name.
    """
    table = _tables(profile)[role]
    taken, problems = _taken(text.headings, table, column_map, file)
    problems += _missing(text.headings, table, taken, file)
    names = {position: column for column, position in taken.items()}
    for position, heading in enumerate(text.headings):
        if position not in names:
            names[position] = _own_name(heading, position) if role == "tickets" else f"{EXTRA}{position}"
    problems += _collisions(names, text.headings, file)
    if problems:
        raise SlaauditError(problems)
    cells = [pl.col(str(position)).alias(name) for position, name in sorted(names.items())]
    if not cells:  # JSON without a single entry: there are no headings either
        cells = [pl.lit("").alias(name) for name in table.required]
    frame = text.frame.select(*cells, pl.lit(number, pl.UInt16).alias(FILE), pl.col(ROW).cast(pl.UInt32))
    headings = {name: text.headings[position] for position, name in names.items()} or {c: c for c in table.required}
    return MappedTable(role, file, number, frame, headings, text.rows, text.damaged, text.doubtful, text.notes)


def check_column_map(column_map: Mapping[str, str], profile: Profile, tables: Iterable[Sequence[str]]) -> list[Problem]:
    """Problems with what `--map` says: an unknown column on the left, a heading that no file has on the right."""
    known = {*profile.tickets.columns, *profile.events.columns}
    present = {heading for headings in tables for heading in headings}
    problems = []
    for column, heading in column_map.items():
        if column not in known and not column.startswith(CUSTOM):
            hint = did_you_mean(column, known) or f"known are: {', '.join(sorted(known))}, or {CUSTOM}NAME"
            problems.append(Problem(code="bad_map", what=f"--map {column}=…: there is no column '{column}'", hint=hint))
        if heading not in present:
            hint = did_you_mean(heading, present) or f"there are: {_listed(sorted(present))}"
            what = f"--map {column}={heading}: no file has a column '{heading}'"
            problems.append(Problem(code="bad_map", what=what, hint=hint))
    return problems


def _taken(
    headings: Sequence[str], table: TableProfile, column_map: Mapping[str, str], file: str
) -> tuple[dict[str, int], list[Problem]]:
    """The position of each canonical column that the table has."""
    taken: dict[str, int] = {}
    problems = []
    for column, heading in column_map.items():
        if heading in headings and (column in table.columns or column.startswith(CUSTOM)):
            taken[column] = headings.index(heading)
    folded = [fold(heading) for heading in headings]
    for column, names in table.columns.items():
        wanted = next((fold(name) for name in names if fold(name) in folded), None)
        if column in taken or wanted is None:
            continue
        positions = [at for at, name in enumerate(folded) if name == wanted and at not in taken.values()]
        if len(positions) > 1:
            problems.append(_collision(file, column, [headings[position] for position in positions]))
        if positions:
            taken[column] = positions[0]
    return taken, problems


def _missing(headings: Sequence[str], table: TableProfile, taken: Mapping[str, int], file: str) -> list[Problem]:
    problems = []
    for column in table.required if headings else ():
        if column not in taken:
            others = [name for name in table.columns[column] if name != column]
            also = f" (also accepted: {', '.join(others)})" if others else ""
            near = did_you_mean(column, headings)
            hint = (
                f"{near + ' ' if near else ''}say which it is: --map {column}=HEADING; there are: {_listed(headings)}"
            )
            problems.append(
                Problem(code="missing_column", file=file, what=f"there is no column {column}{also}", hint=hint)
            )
    return problems


def _listed(names: Sequence[str]) -> str:
    """The names for a message, long ones and long lists cut short."""
    lines = [" ".join(name.split()) for name in names[:_NAMES]]
    shown = [line if len(line) <= _NAME else f"{line[: _NAME - 1]}…" for line in lines]
    return ", ".join(shown) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")


def _own_name(heading: str, position: int) -> str:
    name = heading or f"column_{position + 1}"
    return name if name.startswith(CUSTOM) and name != CUSTOM else CUSTOM + name


def _collisions(names: Mapping[int, str], headings: Sequence[str], file: str) -> list[Problem]:
    by_name: dict[str, list[str]] = {}
    for position, name in sorted(names.items()):
        by_name.setdefault(name, []).append(headings[position])
    return [_collision(file, name, same) for name, same in by_name.items() if len(same) > 1]


def _collision(file: str, column: str, headings: Sequence[str]) -> Problem:
    shown = ", ".join(f"'{heading}'" for heading in headings)
    hint = f"rename all but one, or say which it is: --map {column}=HEADING"
    return Problem(
        code="column_collision", file=file, what=f"{len(headings)} columns would be {column}: {shown}", hint=hint
    )
