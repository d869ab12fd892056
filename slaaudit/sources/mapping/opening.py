"""The rows that a table of a profile means: entries as they are, items of lists inside them, or single cells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.headings import Headings, custom_paths, is_path, wanted_paths
from slaaudit.sources.profiles.tables import CellsOf, Profile, TableProfile, any_key
from slaaudit.sources.rejects import ROW
from slaaudit.sources.rows.cells import trimmed


def opened(text: TextTable, table: TableProfile, profile: Profile, more: Collection[str] = ()) -> TextTable:
    """`text` with a row for each row that `table` means, and its nested values under their paths; `more`: paths that
    the profile does not name.
    """
    if table.cells_of is not None:
        return _row_a_cell(text, table.cells_of, profile)
    paths = tuple(dict.fromkeys([*wanted_paths(table), *more]))
    if table.rows is None and not (text.nested and any(is_path(path) for path in paths)):
        return text
    from slaaudit.sources.files.json_paths import open_paths

    if table.rows is not None and any_key(table.rows):
        from slaaudit.sources.files.wildcards import open_at_any_key

        return open_at_any_key(text, table.rows, paths)
    return open_paths(text, table.rows, paths)


def _row_a_cell(text: TextTable, cells_of: CellsOf, profile: Profile) -> TextTable:
    """One row per filled cell of a repeated column, in the order of rows and columns: its parts, then the other cells
    of the row that it stands in.
    """
    positions = [str(position) for position in Headings(text.headings).repeated(cells_of.column)]
    others = [name for name in text.frame.columns if name not in (*positions, ROW)]
    numbered = text.frame.with_columns(pl.col(positions).cast(pl.String))
    long = numbered.unpivot(positions, index=[*others, ROW], value_name="cell").sort(ROW, maintain_order=True)
    cell = trimmed(long["cell"], profile.null_words)
    kept = cell.is_not_null()
    long, cell = long.filter(kept), cell.filter(kept)
    into = cells_of.into
    parts = cell.str.splitn(cells_of.split, len(into)).struct.unnest() if cells_of.split else cell.to_frame()
    frame = pl.DataFrame({str(number): part.str.strip_chars() for number, part in enumerate(parts.get_columns())})
    rest = long.select(pl.col(name).alias(str(len(into) + at)) for at, name in enumerate(others))
    headings = (*into, *(text.headings[int(name)] for name in others))
    return replace(text, headings=headings, frame=pl.concat([frame, rest, long.select(ROW)], how="horizontal"))


def custom_fields(text: TextTable, table: TableProfile) -> list[tuple[str, pl.DataFrame]]:
    """The custom fields of nested JSON: for each place that `table` names one, its path and a frame of one row per
    entry that has any, with a column a field and `_row`.
    """
    frames = []
    for custom in table.custom if text.nested else ():
        path, *items = custom_paths(custom)
        frame = _listed_fields(text, path, items) if items else _fields_of_object(text, path)
        if frame is not None and frame.width > 1:
            frames.append((path, frame))
    return frames


def _listed_fields(text: TextTable, path: str, items: list[str]) -> pl.DataFrame | None:
    """Fields written as a list of names and values; of a name that an entry has twice, the first value."""
    from slaaudit.sources.files.json_paths import open_paths

    listed = open_paths(text, f"{path}[]", items)
    if list(listed.headings) != items:
        return None
    rows = listed.frame.select(ROW, name=pl.col("0"), value=pl.col("1")).filter(pl.col("name").is_not_null())
    rows = rows.unique([ROW, "name"], keep="first", maintain_order=True)
    return rows.pivot("name", index=ROW, values="value", maintain_order=True)


def _fields_of_object(text: TextTable, path: str) -> pl.DataFrame | None:
    """Fields written as an object: the plain ones, and lists of plain values joined by `|`."""
    from slaaudit.sources.files.json_paths import object_columns, open_paths

    inside = open_paths(text, None, [path])
    if path not in inside.headings:
        return None
    objects = inside.frame[str(inside.headings.index(path))]
    columns, filled = object_columns(objects)
    plain = [one for one in columns if not one.nested]
    fields = pl.DataFrame([one.cells.cast(pl.String).alias(one.name) for one in plain])
    return fields.with_columns(inside.frame[ROW].filter(filled)) if plain else None
