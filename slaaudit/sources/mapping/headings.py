"""The headings of a table, found by the names that a profile or a user has for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from slaaudit.sources.files.table import TextTable
from slaaudit.sources.profiles.tables import ZONE, ColumnSpec, TableProfile, any_key, fold

_NUMBERED = re.compile(r"[._ ]\d+$")  # what pandas and others add to a heading that occurs again
_STEP = re.compile(r"[.\[]")


@dataclass(frozen=True)
class Headings:
    """The headings of one table, in order. Case, spaces and punctuation do not count."""

    names: tuple[str, ...]

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(name) for name in self.names]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._folded)

    def has(self, name: str) -> bool:
        """Whether there is a heading `name`."""
        return bool(self.positions(name)) if ZONE in name else fold(name) in self._known

    def positions(self, name: str) -> list[int]:
        """Where the heading `name` is; several headings may fold to it."""
        if ZONE in name:
            return [at for at, heading in enumerate(self.names) if _zoned(name).fullmatch(heading.strip())]
        wanted = fold(name)
        if wanted not in self._known:
            return []
        found = [at for at, folded in enumerate(self._folded) if folded == wanted]
        if len(found) > 1 and any(is_path(self.names[at]) for at in found):  # a.b and ab are two keys of JSON
            return [at for at in found if self.names[at] == name] or found
        return found

    def ambiguous(self, names: Iterable[str]) -> list[int]:
        """Where the first of `names` is that the table has, if that is in several places."""
        found: list[int] = next((at for name in names if (at := self.positions(name))), [])
        return found if len(found) > 1 else []

    def repeated(self, name: str) -> list[int]:
        """Where the heading `name` is, also with a number that tells it from the same heading before it."""
        wanted = fold(name)
        bare = [fold(_NUMBERED.sub("", heading)) for heading in self.names]
        return [at for at, folded in enumerate(self._folded) if wanted in (folded, bare[at])]

    def zone(self, name: str, position: int) -> str | None:
        """The time zone in the heading at `position`, if `name` has a place for one."""
        found = _zoned(name).fullmatch(self.names[position].strip()) if ZONE in name else None
        return found[1].strip() if found else None


@lru_cache(maxsize=256)
def _zoned(name: str) -> re.Pattern[str]:
    before, _, after = name.partition(ZONE)
    return re.compile(f"{re.escape(before)}(.+?){re.escape(after)}", re.IGNORECASE)


def is_path(name: str) -> bool:
    """Whether a heading of a profile may be a path into nested JSON."""
    return _STEP.search(name) is not None


def named_part(file: str, pattern: str) -> str | None:
    """What the first group of `pattern` finds in the name of the file, its folder aside; None: nothing."""
    part: str | None = pl.Series([Path(file).name]).str.extract(f"(?i){pattern}", 1).item()
    return part


def is_named(file: str, pattern: str) -> bool:
    """Whether the name of the file, its folder aside, contains the pattern."""
    name = Path(file).name
    try:  # never takes longer than the name is long; but it knows no patterns that look ahead
        return bool(pl.Series([name]).str.contains(f"(?i){pattern}").item())
    except pl.exceptions.ComputeError:
        return re.search(pattern, name, re.IGNORECASE) is not None


def wanted_paths(table: TableProfile) -> tuple[str, ...]:
    """Every heading or path that a table's columns, custom fields and marks may be taken from, each once."""
    specs: Iterable[ColumnSpec] = table.columns.values()
    named = [heading for spec in specs for heading in spec.headings]
    lists = [part for custom in table.custom for part in custom_paths(custom)[:1]]
    return tuple(dict.fromkeys([*named, *table.only, *lists]))


def custom_paths(custom: str) -> tuple[str, ...]:
    """`LIST[].NAME=VALUE` → the list, the path of its names, the path of its values; else the object itself."""
    where, _, value = custom.partition("=")
    if not value:
        return (custom,)
    items, _, _ = where.rpartition("[].")
    return (items, where, f"{items}[].{value}")


def present(text: TextTable, paths: Collection[str]) -> frozenset[str]:
    """Those of `paths` (headings or JSON paths) that the table has."""
    headings = Headings(text.headings)
    found = {path for path in paths if headings.has(path)}
    deeper = [path for path in paths if path not in found and is_path(path)]
    if deeper and text.nested:
        from slaaudit.sources.files.json_paths import has_paths

        found |= has_paths(text, [path for path in deeper if not any_key(path)])
        if changing := [path for path in deeper if any_key(path)]:
            from slaaudit.sources.files.wildcards import present_at_any_key

            found |= present_at_any_key(text, changing)
    return frozenset(found)


def listed(names: Sequence[str], *, longest: int = 40, most: int = 30) -> str:
    """The names for a message, long ones and long lists cut short."""
    lines = [" ".join(name.split()) for name in names[:most]]
    shown = [line if len(line) <= longest else f"{line[: longest - 1]}…" for line in lines]
    return ", ".join(shown) + (f" and {len(names) - most} more" if len(names) > most else "")
