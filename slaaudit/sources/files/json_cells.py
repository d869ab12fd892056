"""The cells of JSON entries as text columns: lists joined, custom fields out of their object, the rest as it is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from operator import methodcaller
from typing import Any

import polars as pl

from slaaudit.frames import CUSTOM
from slaaudit.sources.files.json_lines import Entries, decoded, in_order, prepared, restored

NEST = CUSTOM.removesuffix(".")  # an object by this name holds custom fields
_PLAIN = r'(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)'
_PLAIN_ARRAY = rf"^\[\s*(?:{_PLAIN}(?:\s*,\s*{_PLAIN})*)?\s*\]$"
_BATCH = 10_000  # entries that the standard library reads at a time: what it makes of them is large


@dataclass(frozen=True)
class JsonColumn:
    """One key of the entries: its cells as text, and whether some are objects or lists of objects (as JSON text)."""

    name: str
    cells: pl.Series
    nested: bool


def json_columns(entries: Entries, only: Collection[str] | None = None) -> list[JsonColumn] | None:
    """One column per key of the entries (of `only`), in order (very many: by name); None when some line cannot be read.

    Lists of plain values are joined by `|`, objects and other lists stay as JSON text, numbers are written as a CSV
    would have them. Text that only looks like a list or an object stays as it is.
    """
    kinds = _kinds(entries)
    if kinds is None:
        return None
    wanted = [key for key in kinds if only is None or key in only]
    try:
        frame = pl.read_ndjson(entries.data, schema=dict.fromkeys(wanted, pl.String)) if wanted else pl.DataFrame()
    except (pl.exceptions.PolarsError, OSError):
        return None
    columns: list[JsonColumn] = []
    for key in wanted:
        column = _column(frame[key], kinds[key], entries)
        columns += _opened(column) if key == NEST and column.nested else [column]
    return columns


def objects_of(cells: pl.Series) -> Entries:
    """An entry per cell: the object that is in it, else an empty one."""
    is_object = cells.str.starts_with("{").fill_null(False)
    if not is_object.all():
        cells = pl.select(pl.when(is_object).then(cells).otherwise(pl.lit("{}"))).to_series()
    return Entries(b"" if cells.is_empty() else prepared(cells.str.join("\n").item().encode())[0])


def _kinds(entries: Entries) -> dict[str, str] | None:
    """Each key with the kind of its values: `plain`, `list`, `object`, or `text` that may be mixed with the others."""
    if not entries.data.strip():
        return {}
    try:
        schema = pl.scan_ndjson(entries.data, infer_schema_length=None).collect_schema()
    except pl.exceptions.SchemaError:
        return _kinds_of_mixed(entries)  # 5 in one entry and a list in another are too much for Polars
    except (pl.exceptions.PolarsError, OSError):
        return None
    return {key: _kind(schema[key]) for key in in_order(schema)}


def _kind(dtype: pl.DataType) -> str:
    match dtype:
        case pl.List():
            return "list"
        case pl.Struct():
            return "object"
        case pl.String():
            return "text"
    return "plain"


def _kinds_of_mixed(entries: Entries) -> dict[str, str] | None:
    kinds: dict[str, str] = {}
    try:
        for batch in _batches(entries.lines):
            kinds |= dict.fromkeys(chain.from_iterable(batch), "text")
    except (ValueError, RecursionError, TypeError):
        return None
    return kinds


def _batches(lines: pl.Series) -> Iterator[list[Any]]:
    """The entries as the standard library reads them, some thousands at a time."""
    for start in range(0, len(lines), _BATCH):
        yield json.loads(f"[{lines.slice(start, _BATCH).str.join(',').item()}]")


def _column(cells: pl.Series, kind: str, entries: Entries) -> JsonColumn:
    name = decoded(pl.Series([cells.name])).item()
    if kind == "plain":
        return JsonColumn(name, cells, nested=False)
    looks = cells.str.contains(r"^[\[{]").fill_null(False)
    if not looks.any():
        return JsonColumn(name, decoded(cells), nested=False)
    if kind == "text":
        looks = _held(entries, cells.name, looks, cells)
    where = looks.arg_true()
    texts = restored(cells.gather(where))
    arrays = texts.str.contains(_PLAIN_ARRAY)
    items = texts.filter(arrays).str.json_decode(pl.List(pl.String)).list.drop_nulls().list.join("|")
    texts = texts.scatter(arrays.arg_true(), items)
    plain = decoded(pl.select(pl.when(~looks).then(cells)).to_series())
    return JsonColumn(name, plain.clone().scatter(where, texts), nested=not arrays.all())


def _held(entries: Entries, key: str, looks: pl.Series, cells: pl.Series) -> pl.Series:
    """Where the value of `key` is a list or an object, not text that only `looks` like one."""
    suspects = looks.arg_true()
    is_json = restored(cells.gather(suspects)).str.json_path_match("$").is_not_null()
    suspects = suspects.filter(is_json)
    held: list[bool] = []
    for batch in _batches(entries.lines.gather(suspects)) if len(suspects) else ():
        held += map((list, dict).__contains__, map(type, map(methodcaller("get", key), batch)))
    nowhere = pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    return nowhere.scatter(suspects, pl.Series(held, dtype=pl.Boolean)) if held else nowhere


def _opened(column: JsonColumn) -> list[JsonColumn]:
    """One column `custom.<key>` per key of the objects; cells that are none stay behind under the object's name."""
    inner = json_columns(objects_of(column.cells))
    if inner is None:
        return [column]
    columns = [JsonColumn(CUSTOM + one.name, one.cells, one.nested) for one in inner]
    is_object = column.cells.str.starts_with("{").fill_null(False)
    rest = pl.select(pl.when(~is_object).then(column.cells)).to_series()
    return columns if rest.null_count() == len(rest) else [*columns, JsonColumn(NEST, rest, nested=False)]
