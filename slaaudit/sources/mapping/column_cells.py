"""Where a profile says that a column comes from → its cells, as text, with the profile's words applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.headings import Headings, named_part
from slaaudit.sources.profiles.tables import ALL, Authors, ColumnSpec, Profile, fold
from slaaudit.sources.rows import cells

ELSE = ", else "  # between the places that a column comes from, the first that is filled
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Found:
    """A canonical column in one table: its cells, the heading and positions they come from, and what is said of them.

    `origin`: where they come from in words, if that is not the one heading. `ignored`: marks the rows whose word means
    nothing for an SLA.
    """

    cells: pl.Series
    heading: str
    positions: tuple[int, ...] = ()
    zone: str | None = None
    unit: str | None = None
    sign: Mapping[str, str] | None = None
    names: str | None = None
    actor: Authors | None = None
    ignored: pl.Series | None = None
    origin: str = ""

    @property
    def comes_from(self) -> str:
        """Where the cells come from, for whoever checks it: the heading, or several, or none."""
        return self.origin or self.heading


def found(spec: ColumnSpec, text: TextTable, profile: Profile, headings: Headings, *, file: str) -> Found | None:
    """The column as `spec` says; None if the table, or the name of its `file`, has nothing of it."""
    if spec.first_of:
        column = _first_filled(spec, text, profile, headings, file=file)
    elif spec.value is not None:
        column = Found(_constant(spec.value, text), "", origin=f"(always {spec.value})")
    elif spec.joined:
        column = _in_one(spec.joined, text, profile, headings)
    elif spec.from_file_name is not None:
        part = named_part(file, spec.from_file_name)
        column = None if part is None else Found(_constant(part, text), "", origin="(the name of the file)")
    else:
        column = _taken(spec, text, profile, headings)
    return column and _worded(_divided(column, spec, profile), spec, profile)


def at_position(text: TextTable, position: int, spec: ColumnSpec | None, profile: Profile) -> Found:
    """The column that a user named by its heading, with the words and units that the profile has for it."""
    column = Found(text.frame[str(position)], text.headings[position], (position,))
    return column if spec is None else _worded(_divided(column, spec, profile), spec, profile)


def _constant(value: str, text: TextTable) -> pl.Series:
    return pl.repeat(value, text.frame.height, dtype=pl.String, eager=True)


def _taken(spec: ColumnSpec, text: TextTable, profile: Profile, headings: Headings) -> Found | None:
    """The column of the first heading that the table has; of a repeated one all columns, their cells joined."""
    for name in spec.column:
        if spec.repeated and (positions := headings.repeated(name)):
            return Found(_joined(text, positions, profile), text.headings[positions[0]], tuple(positions))
        if positions := headings.positions(name):
            position = positions[0]
            zone = headings.zone(name, position)
            return Found(text.frame[str(position)], text.headings[position], (position,), zone)
    return None


def _in_one(names: Sequence[str], text: TextTable, profile: Profile, headings: Headings) -> Found | None:
    """Those of the columns that the table has in one (first and last name), with a space between what is there."""
    positions = [places[0] for name in names if (places := headings.positions(name))]
    if not positions:
        return None
    joined, parts = _joined(text, positions, profile, between=" "), [text.headings[position] for position in positions]
    return Found(joined, parts[0], tuple(positions), origin=" + ".join(parts))


def _joined(text: TextTable, positions: list[int], profile: Profile, *, between: str = cells.LIST) -> pl.Series:
    parts = [cells.trimmed(text.frame[str(position)], profile.null_words) for position in positions]
    frame = pl.DataFrame({str(number): part for number, part in enumerate(parts)})
    joined = pl.concat_str(pl.all(), separator=between, ignore_nulls=True)
    return frame.select(pl.when(joined != "").then(joined)).to_series()


def _first_filled(
    spec: ColumnSpec, text: TextTable, profile: Profile, headings: Headings, *, file: str
) -> Found | None:
    parts = [part for inner in spec.first_of if (part := found(inner, text, profile, headings, file=file)) is not None]
    if not parts:
        return None
    filled = [cells.trimmed(part.cells, profile.null_words) for part in parts]
    merged = pl.DataFrame({str(number): part for number, part in enumerate(filled)}).select(pl.coalesce(pl.all()))
    marks = [part.ignored for part in parts if part.ignored is not None]
    return Found(
        merged.to_series(),
        next((part.heading for part in parts if part.heading), ""),
        tuple(position for part in parts for position in part.positions),
        zone=_first(part.zone for part in parts),
        unit=_first(part.unit for part in parts),
        sign=_first(part.sign for part in parts),
        names=_first(part.names for part in parts),
        actor=_first(part.actor for part in parts),
        ignored=pl.DataFrame([mark.alias(str(at)) for at, mark in enumerate(marks)])
        .select(pl.any_horizontal(pl.all()))
        .to_series()
        if marks
        else None,
        origin=ELSE.join(dict.fromkeys(part.comes_from for part in parts)),
    )


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value), None)


def _divided(column: Found, spec: ColumnSpec, profile: Profile) -> Found:
    """The part of each cell that is wanted; null where it has no such part."""
    if spec.matches is None and spec.split is None:
        return column
    text = cells.trimmed(column.cells, profile.null_words)
    if spec.split is not None:
        parts = text.str.split(spec.split).list
        text = parts.get((spec.part or 1) - 1, null_on_oob=True).str.strip_chars()
    if spec.matches is not None:
        text = text.str.extract(spec.matches, 1)
    return replace(column, cells=text)


def _worded(column: Found, spec: ColumnSpec, profile: Profile) -> Found:
    """Our words in place of theirs; words that the profile does not know stay as they are."""
    told = replace(
        column,
        unit=spec.unit or column.unit,
        sign=spec.sign or column.sign,
        names=spec.names or column.names,
        actor=spec.actor or column.actor,
    )
    if not spec.words and not spec.ignore:
        return told
    text = cells.trimmed(column.cells, profile.null_words)
    ours = cells.mapped(text, lambda word: spec.words.get(fold(word), word)) if spec.words else text
    if not spec.ignore:
        return replace(told, cells=ours)
    means_nothing = _ignoring(spec)
    marked = cells.mapped(text, means_nothing, pl.Boolean).fill_null(ALL in spec.ignore)
    return replace(told, cells=ours, ignored=marked if column.ignored is None else marked | column.ignored)


def _ignoring(spec: ColumnSpec) -> Callable[[str], bool]:
    return lambda word: fold(word) in spec.ignore or (ALL in spec.ignore and fold(word) not in spec.words)
