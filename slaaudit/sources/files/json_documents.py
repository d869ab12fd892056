"""The lists of entries in a JSON document or in pages of an API: where they are, and their entries one a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from slaaudit.sources.files.json_lines import Entries, as_entries, in_order

_DEPTH = 3  # objects around a list in which it is still found: `_embedded.conversations`
_Path = tuple[str, ...]
_KEYS_OF_AN_ENTRY = {"id", "ticketid", "key", "number", "sysid", "displayid"}  # an object with one of these is an entry
_LISTS_OF_ENTRIES = {"tickets", "issues", "results", "result", "data", "audits", "ticketaudits"}  # … but for these
_KEYS_OF_A_PAGE = {
    "nextpage", "previouspage", "count", "meta", "links", "endofstream", "endtime", "aftercursor", "afterurl", "next",
    "previous", "total", "startat", "maxresults", "islast", "nextpagetoken", "paging", "page", "pages", "expand",
    "hasmore", "offset", "limit",
}  # fmt: skip
_LAST = {("end_of_stream",): "true", ("isLast",): "true", ("meta", "has_more"): "false", ("has_more",): "false"}
_NEXT: tuple[_Path, ...] = (
    ("next_page",), ("next",), ("nextPageToken",), ("links", "next"), ("_links", "next"), ("paging", "next"),
    ("pages", "next"),
)  # fmt: skip


@dataclass(frozen=True)
class FoundList:
    """One list of entries: its dotted path ("" = the whole file), and whether its last page says that more follow."""

    name: str
    entries: Entries
    more: bool = False


def list_in_array(line: bytes) -> list[FoundList]:
    """The one list that a document is, written on one line. Raises `PolarsError` or `ValueError`: not JSON."""
    # twice in a list: what follows the document cannot pass for a part of the line around it
    frame = pl.read_ndjson(b'{"document":[%s]}' % line, schema={"document": pl.List(pl.List(pl.String))})
    documents = frame["document"].explode()
    if len(documents) != 1:
        raise ValueError
    return [FoundList("", as_entries(_items(documents)))]


def lists_in_objects(lines: bytes) -> list[FoundList]:
    """The lists of objects in a document, or in pages, one a line: each with the entries of all pages.

    An object that is one entry itself, or that holds nothing but one, is a list of one. Empty lists are left out
    unless all are. Raises `PolarsError` when it is not JSON; no list at all: there is nothing in the answer.
    """
    schema = dict(pl.scan_ndjson(lines, infer_schema_length=None).collect_schema())
    paths = list(_lists(schema, ()))
    if _is_entry(schema) and not any(_fold(path[-1]) in _LISTS_OF_ENTRIES for path in paths):
        return [FoundList("", Entries(lines))]
    if not paths:
        return _wrapped(lines, schema)
    marks = [path for path in (*_LAST, *_NEXT) if _occurs(path, schema)]
    frame = pl.read_ndjson(lines, schema=_schema(paths, marks))
    more = _says_more({mark: _at(frame, mark)[-1] for mark in marks})
    texts = {path: _items(_at(frame, path)) for path in paths}
    filled = {path: items for path, items in texts.items() if items.str.starts_with("{").any()}
    empty = {path: items for path, items in texts.items() if items.is_empty()}
    return [FoundList(".".join(path), as_entries(items), more) for path, items in (filled or empty).items()]


def are_pages(line: str) -> bool:
    """Whether the first line of NDJSON is a page with a list of entries, not an entry."""
    try:
        schema = dict(pl.scan_ndjson(line.encode()).collect_schema())
    except pl.exceptions.PolarsError:
        return False
    marked = len(schema) == 1 or any(_fold(key) in _KEYS_OF_A_PAGE for key in schema)
    return marked and not _is_entry(schema) and any(_lists(schema, ()))


def _fold(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _is_entry(keys: Collection[str]) -> bool:
    return any(_fold(key) in _KEYS_OF_AN_ENTRY for key in keys)


def _lists(fields: Mapping[str, Any], path: _Path) -> Iterator[_Path]:
    """The paths to what may be lists of objects; those inside an entry are its own."""
    for key, dtype in ((key, fields[key]) for key in in_order(fields)):
        if isinstance(dtype, pl.List) and _may_hold_objects(dtype.inner):
            yield (*path, key)
        elif isinstance(dtype, pl.Struct) and len(path) + 1 < _DEPTH and not _is_entry(inner := dict(dtype)):
            yield from _lists(inner, (*path, key))


def _may_hold_objects(dtype: object) -> bool:
    """Whether a list of this inferred type is one of objects, is empty, or is mixed (which Polars takes for text)."""
    return isinstance(dtype, pl.Struct | pl.List | pl.String | pl.Null)


def _wrapped(lines: bytes, schema: Mapping[str, Any]) -> list[FoundList]:
    """The entries that are the values of a document's keys, as in `{"ticket": {"id": 1}}`."""
    objects = {key: dict(schema[key]) for key in in_order(schema) if isinstance(schema[key], pl.Struct)}
    keys = [key for key, inner in objects.items() if len(schema) == 1 or _is_entry(inner)]
    if not keys:
        return []
    frame = pl.read_ndjson(lines, schema=dict.fromkeys(keys, pl.String))
    return [FoundList(key, as_entries(frame[key].drop_nulls())) for key in keys]


def _occurs(path: _Path, fields: Mapping[str, Any]) -> bool:
    dtype = fields.get(path[0])
    if len(path) == 1 or dtype is None:
        return dtype is not None
    return isinstance(dtype, pl.Struct) and _occurs(path[1:], dict(dtype))


def _schema(lists: Collection[_Path], marks: Collection[_Path]) -> dict[str, Any]:
    """The part of a document that is read: its lists with the items as text, and what tells whether more follow."""
    tree: dict[str, Any] = {}
    for path in (*lists, *marks):
        branch = tree
        for key in path[:-1]:
            branch = branch.setdefault(key, {})
        branch[path[-1]] = pl.List(pl.String) if path in lists else pl.String()
    return {key: _dtype(branch) for key, branch in tree.items()}


def _dtype(branch: Any) -> Any:
    return pl.Struct({key: _dtype(inner) for key, inner in branch.items()}) if isinstance(branch, dict) else branch


def _at(frame: pl.DataFrame, path: _Path) -> pl.Series:
    cells = frame[path[0]]
    for key in path[1:]:
        cells = cells.struct.field(key)
    return cells


def _items(lists: pl.Series) -> pl.Series:
    """The items of all lists, as text; a list that is empty has none."""
    return lists.filter(lists.list.len() > 0).explode()


def _says_more(said: Mapping[_Path, str | None]) -> bool:
    """Whether a page says that another follows; a plain yes or no counts before an address of the next one."""
    for path, at_the_end in _LAST.items():
        if (word := said.get(path)) is not None:
            return word != at_the_end
    return any(said.get(path) for path in _NEXT)
