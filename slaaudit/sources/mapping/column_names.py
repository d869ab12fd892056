"""The names of the columns that a profile does not name, and what to do when two columns would have one name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from slaaudit.frames import CUSTOM
from slaaudit.problems import Problem
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.column_cells import Found
from slaaudit.sources.mapping.headings import Headings, custom_paths, is_path, listed, wanted_paths
from slaaudit.sources.profiles.tables import ALL, Profile, TableProfile

EXTRA = "extra."  # prefix of the columns of events that mean nothing to us: they only tell rows apart
GENERIC = "generic"
_OWN = ("tickets", "updates", "details")
# a date with or without a time, an e-mail address: no column is called so
_DATA = re.compile(r"(\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{2,4})([T ].*)?|[^@\s]+@[^@\s]+\.[^@\s]+")
_UNNAMED = ("", "Unnamed: 0")  # the row numbers that pandas writes in front


def other_columns(text: TextTable, table: TableProfile, profile: Profile, used: Collection[int]) -> dict[int, str]:
    """Position → name of each column that the table has besides its canonical ones, as far as it is kept.

    `custom.<heading>` of tickets (numbered where a heading occurs again, unless the export is generic: there that is
    a mistake), `extra.N` of events.
    """
    left = [position for position in range(len(text.headings)) if position not in used]
    if profile.source != GENERIC:
        left = _worth_keeping(text, table, left)
    if table.holds == "events":
        return {position: f"{EXTRA}{position}" for position in left}
    if table.holds not in _OWN:
        return {}
    names: dict[int, str] = {}
    for position in left:
        name = own = _own_name(text.headings[position], position)
        number = 1
        while profile.source != GENERIC and (name in names.values() or name in table.columns):
            number += 1
            name = f"{own} {number}"
        names[position] = name
    return names


def _worth_keeping(text: TextTable, table: TableProfile, positions: Sequence[int]) -> list[int]:
    """Without what the profile ignores, row numbers of pandas, nested JSON, and paths that another was preferred to."""
    if ALL in table.ignore:
        return []
    headings = Headings(text.headings)
    ignored = {position for name in table.ignore for position in headings.repeated(name)}
    if text.headings and text.headings[0] in _UNNAMED:
        ignored.add(0)
    nested = text.nested
    opened = {custom_paths(custom)[0] for custom in table.custom}  # their fields are columns of their own
    paths = {path for path in wanted_paths(table) if is_path(path)}
    return [
        position
        for position in positions
        if position not in ignored
        and text.headings[position] not in nested | opened | paths
        and not (nested and is_path(text.headings[position]))
    ]


def missing_header(file: str, headings: Sequence[str]) -> Problem | None:
    """The problem that the headings are not headings but the cells of a row; None: they may be headings."""
    if not any(_DATA.fullmatch(heading.strip()) for heading in headings):
        return None
    what = f"the first row looks like data ({listed(headings, longest=30, most=4)}): is the header missing?"
    return Problem(code="missing_header", file=file, what=what, hint="add a first row with the names of the columns")


def _own_name(heading: str, position: int) -> str:
    name = heading or f"column_{position + 1}"
    return name if name.startswith(CUSTOM) and name != CUSTOM else CUSTOM + name


def collisions(
    columns: Mapping[str, Found], others: Mapping[int, str], headings: Sequence[str], file: str
) -> list[Problem]:
    """A problem for each name that several columns would have."""
    by_name: dict[str, list[int]] = {name: list(column.positions[:1]) for name, column in columns.items()}
    for position, name in sorted(others.items()):
        by_name.setdefault(name, []).append(position)
    return [collision(file, name, same, headings) for name, same in by_name.items() if len(same) > 1]


def collision(file: str, column: str, positions: Sequence[int], every: Sequence[str]) -> Problem:
    """The problem that the columns at several positions would have the name `column`; `every`: all headings."""
    headings = [every[position] for position in positions]
    if len(set(headings)) == 1:
        places = ", ".join(str(position + 1) for position in positions[:-1]) + f" and {positions[-1] + 1}"
        times = "twice" if len(positions) == len(("once", "twice")) else f"{len(positions)} times"
        what = f"the heading '{headings[0]}' stands {times} (columns {places})"
        return Problem(code="column_collision", file=file, what=what, hint="rename all but one of them")
    shown = ", ".join(f"'{heading}'" for heading in headings)
    hint = f"rename all but one, or say which it is: --map {column}=HEADING"
    return Problem(
        code="column_collision", file=file, what=f"{len(headings)} columns would be {column}: {shown}", hint=hint
    )
