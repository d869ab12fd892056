"""Paths with a key that is another one on every site (`fields.*.completedCycles[]`) → the keys that are meant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from slaaudit.sources.files.json_cells import JsonColumn
from slaaudit.sources.files.json_paths import LIST, has_paths, object_columns, open_paths
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.profiles.tables import any_key
from slaaudit.sources.rejects import ROW

_LOOK = 200  # entries in which a key is looked for first


def present_at_any_key(text: TextTable, paths: Collection[str]) -> set[str]:
    """Those of `paths`, which have such a key, that occur by any key."""
    first = replace(text, frame=text.frame.head(_LOOK))
    alike: dict[str, list[str]] = {}
    for path in paths:
        alike.setdefault(path[: -len(_below(path)) or None], []).append(path)
    found = set()
    for same in alike.values():
        keys = keys_of(first, same[0]) or keys_of(text, same[0])
        found |= {path for path in same if has_paths(text, [with_key(path, key) for key in keys])}
    return found


def _below(path: str) -> str:
    """What follows the key after `*`, by which the objects that are meant are known."""
    return (any_key(path) or ("", ""))[1].partition(".")[2]


def open_at_any_key(text: TextTable, rows: str, paths: Collection[str]) -> TextTable:
    """As `open_paths`, for each key that `*` in `rows` can be: the rows of one entry together, by their keys.

    A path that ends in `*` gives the key itself.
    """
    before, _ = any_key(rows) or ("", "")
    parts = [_opened(text, rows, key, paths) for key in keys_of(text, rows)]
    if not parts:
        return open_paths(text, with_key(rows, "*"), [])
    frame = pl.concat([part.with_columns(pl.lit(key).alias(f"{before}.*")) for key, part in parts], how="diagonal")
    frame = frame.sort(ROW, maintain_order=True)
    headings = tuple(path for path in dict.fromkeys(paths) if path in frame.columns)
    cells = frame.select(*(pl.col(path).alias(str(at)) for at, path in enumerate(headings)), ROW)
    return replace(text, headings=headings, frame=cells, nested=frozenset())


def keys_of(text: TextTable, path: str) -> list[str]:
    """The keys that `*` in `path` may be, sorted: those of objects with the key that follows it."""
    before, after = any_key(path) or (path, "")
    if not after or not has_paths(text, [before]):
        return []
    inside = open_paths(text, None, [before])
    objects = inside.frame[str(inside.headings.index(before))]
    mark = f'"{after.partition(".")[0].removesuffix(LIST)}"'
    objects = objects.filter(objects.str.contains(mark, literal=True))
    return sorted(one.name for one in object_columns(objects)[0] if _has(one, mark))


def _has(column: JsonColumn, mark: str) -> bool:
    return column.nested and bool(column.cells.str.contains(mark, literal=True).any())


def _opened(text: TextTable, rows: str, key: str, paths: Collection[str]) -> tuple[str, pl.DataFrame]:
    """The key, and the rows that its lists (or objects) have: a column a path, as the profile writes it, and `_row`."""
    named, place = {with_key(path, key): path for path in paths}, with_key(rows, key)
    one = open_paths(text, place, [*named, *(() if place.endswith(LIST) else (place,))])
    frame = one.frame
    if place in one.headings:
        frame = frame.filter(pl.col(str(one.headings.index(place))).str.starts_with("{"))
    columns = {str(at): named[heading] for at, heading in enumerate(one.headings) if heading in named}
    return key, frame.select(*columns, ROW).rename(columns)


def with_key(path: str, key: str) -> str:
    """`path` with `key` in the place of `*`; as it is where it has none."""
    return ".".join(key if step == "*" else step for step in path.split("."))
