"""The cells of JSON entries, read as text → columns: lists joined, custom fields taken out of their object."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from slaaudit.frames import CUSTOM

NEST = CUSTOM.removesuffix(".")  # an object by this name holds custom fields
_PLAIN = r'(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)'
_PLAIN_ARRAY = rf"^\[\s*(?:{_PLAIN}(?:\s*,\s*{_PLAIN})*)?\s*\]$"


@dataclass
class Keys:
    """The keys of all entries, and those inside `custom`: the kind of their values, `plain`, `list`, `object`, …"""

    kinds: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)

    def meet(self, entry: Mapping[str, object]) -> None:
        """Take note of the keys of one entry."""
        for key, value in entry.items():
            _widen(self.kinds, key, value)
            if key == NEST and isinstance(value, dict):
                for inner, content in value.items():
                    _widen(self.custom, inner, content)


def _widen(kinds: dict[str, str], key: str, value: object) -> None:
    kind = {list: "list", dict: "object", type(None): "nothing"}.get(type(value), "plain")
    known = kinds.get(key, "nothing")
    kinds[key] = kind if known == "nothing" else known if kind in ("nothing", known) else "mixed"


def columns_of(frame: pl.DataFrame, keys: Keys, data: bytes) -> list[tuple[str, pl.Series]]:
    """The columns of `frame`, in order and by name; `data` is the NDJSON that it was read from."""
    columns: list[tuple[str, pl.Series]] = []
    for name, kind in keys.kinds.items():
        if name == NEST and keys.custom:
            columns += _custom_columns(frame[name], keys.custom, data)
        else:
            columns.append((name, _joined(frame[name], name, kind, data)))
    return columns


def _joined(cells: pl.Series, key: str, kind: str, data: bytes) -> pl.Series:
    """Arrays of plain values joined by `|`; any other cell as it is, text that only looks like an array too."""
    arrays = cells.str.contains(_PLAIN_ARRAY).fill_null(False)
    if kind != "list" and arrays.any():
        arrays = arrays & _holds_array(data, key, len(cells))
    items = cells.filter(arrays).str.json_decode(pl.List(pl.String)).list.drop_nulls().list.join("|")
    return cells.clone().scatter(arrays.arg_true(), items) if arrays.any() else cells


def _holds_array(data: bytes, key: str, height: int) -> pl.Series:
    """Of each line of NDJSON, whether the value of `key` is an array."""
    lines = pl.Series([data.decode()]).str.split("\n").explode()
    entries = lines.filter(lines.str.contains(r"\S"))
    held = entries.str.contains(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:\s*\[")
    return held if len(held) == height else pl.repeat(False, height, dtype=pl.Boolean, eager=True)


def _custom_columns(cells: pl.Series, kinds: Mapping[str, str], data: bytes) -> list[tuple[str, pl.Series]]:
    """One column per key of the objects in `cells`; cells that are no object stay behind under the object's name."""
    is_object = cells.str.starts_with("{").fill_null(False)
    objects = pl.select(pl.when(is_object).then(cells).otherwise(pl.lit("{}"))).to_series()
    rest = pl.select(pl.when(~is_object).then(cells)).to_series()
    opened = pl.read_ndjson(objects.str.join("\n").item().encode(), schema=dict.fromkeys(kinds, pl.String))
    columns = [(CUSTOM + key, _joined(opened[key], key, kind, data)) for key, kind in kinds.items()]
    return columns if rest.null_count() == len(rest) else [*columns, (NEST, rest)]
