"""Paths into JSON cells (`via.channel`, `audits[].events[].type`) → columns, opened level by level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from slaaudit.sources.files.json_cells import JsonColumn, json_columns, objects_of
from slaaudit.sources.files.json_lines import Entries, prepared
from slaaudit.sources.files.table import TextTable
from slaaudit.sources.rejects import ROW

LIST = "[]"  # after a key: the items of its list
_LOOK = 200  # entries in which a key is looked for first
_Level = Mapping[str, JsonColumn]  # objects at one depth: their values by key
_Paths = Mapping[str, str]  # each path with what is left of it at some depth


@dataclass(frozen=True)
class _Items:
    """The objects in the lists of a column, and of each the row of the list that it is in."""

    objects: Entries
    parents: pl.Series


def open_paths(text: TextTable, rows: str | None, paths: Collection[str]) -> TextTable:
    """The values at `paths` as columns named by their paths: those that occur, in the order given.

    Without `rows`: one row per entry; the plain top-level keys that were not asked for follow. With `rows`, a path
    that ends in a list (`changelog.histories[].items[]`): one row per object of that list, entries without any give
    none, and paths through that list are written in full from the entry. A path to a list of plain values, or through
    a list that is not in `rows`, gives the values joined by `|`; a path to an object gives its JSON text. Where a
    value of another type is in the way there is null. `_row` is the number of the entry, in its order.
    """
    root, index = _root(text), text.frame[ROW]
    columns, index = _opened(root, index, rows or "", paths)
    if rows is None:
        columns += [column for key, column in root.items() if not column.nested and key not in paths]
    cells = [column.cells.alias(str(position)) for position, column in enumerate(columns)]
    return replace(
        text,
        headings=tuple(column.name for column in columns),
        frame=pl.DataFrame([*cells, index.alias(ROW)]),
        nested=frozenset(column.name for column in columns if column.nested),
    )


def has_paths(text: TextTable, paths: Collection[str]) -> set[str]:
    """Those of `paths` whose keys occur: a top-level key that is there, a deeper one in some entry, any value."""
    found = {path for path in paths if path.removesuffix(LIST) in text.headings}
    for part in (text.frame.head(_LOOK), text.frame.slice(_LOOK)):
        if left := [path for path in paths if path not in found and not part.is_empty()]:
            found |= _values(_root(replace(text, frame=part)), dict(zip(left, left, strict=True))).keys()
    return found


def object_columns(cells: pl.Series) -> tuple[list[JsonColumn], pl.Series]:
    """The values by key of the objects in `cells`, a row per object; and which of the cells are objects."""
    are_objects = cells.str.starts_with("{").fill_null(False)
    columns = json_columns(objects_of(cells.filter(are_objects)))
    if columns is None:  # text that begins like an object
        are_objects = are_objects & _sound(cells).is_not_null()
        columns = json_columns(objects_of(cells.filter(are_objects)))
    return columns or [], are_objects


def _root(text: TextTable) -> _Level:
    cells = zip(text.headings, text.frame.drop(ROW).get_columns(), strict=True)
    return {name: JsonColumn(name, column, name in text.nested) for name, column in cells}


def _opened(level: _Level, index: pl.Series, rows: str, paths: Iterable[str]) -> tuple[list[JsonColumn], pl.Series]:
    """The columns at `paths`, a value per item of the innermost list in `rows`, and the entry's number of each item."""
    left = {path: path for path in paths}
    found: dict[str, JsonColumn] = {}
    lists = [one.removeprefix(".") for one in rows.split(LIST)[:-1]]
    for through, after in zip(lists, [*lists, ""][1:], strict=True):
        start = f"{through}{LIST}."
        below = {path: rest.removeprefix(start) for path, rest in left.items() if rest.startswith(start)}
        found |= _values(level, {path: rest for path, rest in left.items() if path not in below})
        held = _values(level, {through: through})
        items = _items(held[through].cells if held else index.clear().cast(pl.String))
        found = {path: replace(one, cells=one.cells.gather(items.parents)) for path, one in found.items()}
        index, left = index.gather(items.parents), below
        level = _keys(items.objects, [*below.values(), after])
    found |= _values(level, left)
    return [found[path] for path in dict.fromkeys(paths) if path in found], index


def _values(level: _Level, paths: _Paths) -> dict[str, JsonColumn]:
    """The column of each path whose keys occur. A key that has dots in it is taken before a path of several keys."""
    found: dict[str, JsonColumn] = {}
    deeper: dict[str, dict[str, str]] = {}
    for path, rest in paths.items():
        start = next((start for start in _starts(rest) if start.removesuffix(LIST) in level), None)
        if start is None:
            continue
        if start == rest:
            found[path] = replace(level[start.removesuffix(LIST)], name=path)
        else:
            deeper.setdefault(start, {})[path] = rest[len(start) + 1 :]
    for start, inner in deeper.items():
        cells = level[start.removesuffix(LIST)].cells
        found |= _in_lists(cells, inner) if start.endswith(LIST) else _values(_objects(cells, inner.values()), inner)
    return found


def _starts(path: str) -> list[str]:
    """What a path may begin with, the longest first: `a.b.c`, `a.b`, `a`."""
    steps = path.split(".")
    return [".".join(steps[:count]) for count in range(len(steps), 0, -1)]


def _in_lists(cells: pl.Series, paths: _Paths) -> dict[str, JsonColumn]:
    """The values at `paths` in the objects of each cell's list, joined by `|`; null where there are none."""
    items = _items(cells)
    found = _values(_keys(items.objects, paths.values()), paths)
    return {path: replace(one, cells=_joined(one.cells, items.parents, len(cells))) for path, one in found.items()}


def _joined(values: pl.Series, parents: pl.Series, height: int) -> pl.Series:
    frame = pl.DataFrame({"parent": parents, "value": values}).drop_nulls("value")
    lists = frame.group_by("parent", maintain_order=True).agg(pl.col("value").str.join("|"))
    empty = pl.repeat(None, height, dtype=pl.String, eager=True)
    return empty if lists.is_empty() else empty.scatter(lists["parent"], lists["value"])


def _objects(cells: pl.Series, paths: Iterable[str]) -> _Level:
    """The values of the objects in `cells` by key, as far as `paths` may begin with the key."""
    paths = list(paths)
    return _keys(objects_of(cells), paths) or _keys(objects_of(_sound(cells)), paths)  # text that begins like an object


def _keys(objects: Entries, paths: Iterable[str]) -> _Level:
    """The values of objects by key, as far as `paths` may begin with the key; none when some are not JSON."""
    keys = {start.removesuffix(LIST) for path in paths for start in _starts(path)}
    return {column.name: column for column in json_columns(objects, keys) or []}


def _items(cells: pl.Series) -> _Items:
    """The objects in the lists of `cells`; cells and items of other types are left out."""
    lists = pl.DataFrame({"parent": pl.int_range(len(cells), dtype=pl.UInt32, eager=True), "cell": cells})
    lists = lists.filter(pl.col("cell").str.starts_with("["))
    try:
        items = lists.with_columns(cell=_split(lists["cell"]))
    except pl.exceptions.PolarsError:  # text that only begins like a list
        lists = lists.with_columns(cell=_sound(lists["cell"])).drop_nulls()
        items = lists.with_columns(cell=_split(lists["cell"]))
    items = items.explode("cell").filter(pl.col("cell").str.starts_with("{"))
    data = "" if items.is_empty() else items["cell"].str.join("\n").item()
    return _Items(Entries(data.encode()), items["parent"])


def _split(lists: pl.Series) -> pl.Series:
    """Each list as its items, as text with the codes of `prepared`."""
    if lists.is_empty():
        return pl.Series(dtype=pl.List(pl.String))
    lines = pl.select(pl.concat_str(pl.lit('{"items":'), lists, pl.lit("}"))).to_series()
    data, _ = prepared(lines.str.join("\n").item().encode())
    return pl.read_ndjson(data, schema={"items": pl.List(pl.String)}).to_series()


def _sound(cells: pl.Series) -> pl.Series:
    """The cells that are JSON; others become null."""
    return pl.select(pl.when(cells.str.json_path_match("$").is_not_null()).then(cells)).to_series()
