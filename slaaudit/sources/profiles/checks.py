"""What can be wrong with a profile whose keys are all right: names that do not exist, columns that are missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import polars as pl

from slaaudit.frames import STATES
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.resolved import Path
from slaaudit.problems import did_you_mean
from slaaudit.sources.dates.local_time import is_timezone
from slaaudit.sources.profiles.model import ProfileFile, SpecFile, TableFile
from slaaudit.sources.profiles.tables import ALL, HOLDS, NEEDED, ZONE, Holds, any_key
from slaaudit.sources.profiles.vocabulary import (
    UNITS,
    is_duration,
    is_known,
    is_outcome,
    known_columns,
    our_words,
    shown_columns,
)
from slaaudit.zones import zone_names

_WAYS = ("column", "value", "first_of", "joined", "from_file_name")
_LIST = "[]"  # after a key of a path: the items of its list
_SKIPPING = ("events", "clocks")  # tables of which rows may mean nothing; a ticket always means something


def check_profile(written: ProfileFile, mistakes: Mistakes) -> None:
    """Notes everything that is wrong in `written` with its place."""
    _check_keys(written, ("source", "title", "about", "tables"), (), mistakes)
    if written.timezone is not None and not is_timezone(written.timezone):
        hint = (
            did_you_mean(written.timezone, zone_names())
            or "write a name like Europe/Amsterdam, or an offset like +05:00"
        )
        mistakes.add(("timezone",), "unknown_zone", f"unknown time zone '{written.timezone}'", hint)
    for state in written.states:
        _check_word(state, STATES, ("states", state), "state", mistakes)
    names = {name for name, table in written.tables.items() if table.holds == "names"}
    for name, table in written.tables.items():
        _Table(table, ("tables", name), names, mistakes).check()


def _check_keys(written: object, keys: Iterable[str], path: Path, mistakes: Mistakes) -> None:
    for key in keys:
        if not getattr(written, key) and not mistakes.under(*path, key):
            where = f" of '{path[-1]}'" if path else ""
            mistakes.add((*path, key), "missing_key", f"the key '{key}'{where} is missing", f"write  {key}: …")


def _check_word(
    word: str, known: Iterable[str], path: Path, kind: str, mistakes: Mistakes, *, where_used: str = ""
) -> None:
    known = tuple(known)
    if word not in known:
        hint = did_you_mean(word, known) or f"use one of {', '.join(known)}"
        mistakes.add(path, "unknown_word", f"there is no {kind} '{word}'{where_used}", hint, of_key=path[-1] == word)


class _Table:
    """The checks of one table."""

    def __init__(self, table: TableFile, path: Path, names: Collection[str], mistakes: Mistakes) -> None:
        self.table, self.path, self.names, self.mistakes = table, path, names, mistakes

    def check(self) -> None:
        """Notes everything that is wrong with the table."""
        table, path = self.table, self.path
        _check_keys(table, ("title", "holds", "known_by"), path, self.mistakes)
        if table.file_name is not None and not _is_pattern(table.file_name):
            self._add("file_name", "bad_pattern", f"'{table.file_name}' is no regular expression", "check its brackets")
        if table.holds is None:
            return
        holds = next((word for word in HOLDS if word == table.holds), None)
        if holds is None:
            _check_word(table.holds, HOLDS, (*path, "holds"), "kind of table", self.mistakes)
            return
        self._check_missing(holds)
        self._check_cells_of()
        if table.also and holds != "events":
            self._add("also", "bad_table", f"a table that holds {holds} cannot be read also", "only one of events can")
        self._check_final()
        self._check_only()
        if table.rows is not None and ALL in table.rows.split(".") and not _leads_to_rows(table.rows):
            what, hint = f"'{table.rows}' cannot be followed to rows", "write  KEY.*.LIST[]  or  KEY.*.OBJECT"
            self._add("rows", "bad_path", what, hint)
        for column, spec in table.columns.items():
            self._check_column(column, spec, holds)

    def _add(self, key: str, code: str, what: str, hint: str) -> None:
        self.mistakes.add((*self.path, key), code, what, hint)

    def _check_missing(self, holds: Holds) -> None:
        missing = [name for name in NEEDED[holds] if name not in self.table.columns]
        missing = [name for name in missing if not self.mistakes.under(*self.path, "columns", name)]
        if missing and not self.mistakes.under(*self.path, "columns"):
            what = f"a table that holds {holds} needs {' and '.join(missing)}"
            self._add("columns", "missing_column", what, "say under columns where it comes from")

    def _check_cells_of(self) -> None:
        if self.table.cells_of is not None:
            _check_keys(self.table.cells_of, ("column", "into"), (*self.path, "cells_of"), self.mistakes)

    def _check_final(self) -> None:
        for column in self.table.final:
            if column not in self.table.columns:
                hint = did_you_mean(column, self.table.columns) or "name a column of this table"
                self._add("final", "unknown_column", f"'{column}' is no column of this table", hint)

    def _check_only(self) -> None:
        for heading, words in self.table.only.items():
            if not words and not self.mistakes.under(*self.path, "only", heading):
                what, hint = f"no word of '{heading}' would count", "name the words of the rows that count"
                self.mistakes.add((*self.path, "only", heading), "missing_words", what, hint, of_key=True)

    def _check_column(self, column: str, spec: SpecFile, holds: Holds) -> None:
        path = (*self.path, "columns", column)
        if not is_known(column, holds):
            known = known_columns(holds)
            hint = did_you_mean(column, known) or f"known are: {', '.join(shown_columns(holds)) or 'none'}"
            what = f"a table that holds {holds} has no column '{column}'"
            self.mistakes.add(path, "unknown_column", what, hint, of_key=True)
            return
        self._check_spec(column, spec, path, holds)

    def _check_spec(self, column: str, spec: SpecFile, path: Path, holds: Holds) -> None:
        """Where it comes from, its words, and what belongs only to some columns."""
        ways = [key for key in _WAYS if getattr(spec, key)]
        if len(ways) != 1 and not self.mistakes.under(*path):
            what = f"'{column}' has {' and '.join(ways)}" if ways else f"'{column}' does not say where it comes from"
            self.mistakes.add(path, "bad_column", what, f"give one of: {', '.join(_WAYS)}")
        for number, inner in enumerate(spec.first_of):
            outer = {"unit": inner.unit or spec.unit}  # a unit may be said for all of them
            self._check_spec(column, inner.model_copy(update=outer), (*path, "first_of", number), holds)
        words = our_words(column)
        for word in [*spec.words, *([spec.value] if spec.value is not None else [])] if words else ():
            where = (*path, "words", word) if word in spec.words else (*path, "value")
            _check_word(word, words, where, "word", self.mistakes, where_used=f" in '{column}'")
        self._check_parts(column, spec, path)
        self._check_places(column, spec, path, holds)

    def _check_parts(self, column: str, spec: SpecFile, path: Path) -> None:
        if (spec.split is None) != (spec.part is None) or (spec.part is not None and spec.part < 1):
            what, hint = "split and part belong together; parts count from 1", 'write  split: ";", part: 1'
            self.mistakes.add((*path, "split"), "bad_column", what, hint)
        for key in ("matches", "from_file_name"):
            pattern = getattr(spec, key)
            if pattern is not None and not (_is_pattern(pattern) and _has_group(pattern)):
                what = f"'{pattern}' is no regular expression with a group"
                self.mistakes.add((*path, key), "bad_pattern", what, "put ( ) around what is wanted")
        for heading in spec.column:
            if heading.count(ZONE) > 1:
                self.mistakes.add(path, "bad_column", f"'{heading}' has {ZONE} twice", "a heading names one time zone")
            changing, of_rows = any_key(heading), any_key(self.table.rows or "")
            if changing and (of_rows is None or changing[0] != of_rows[0]):
                what = f"'{heading}' has another {ALL} than the rows of this table"
                self.mistakes.add(path, "bad_path", what, f"name the key, or write  rows: {changing[0]}.*.LIST[]")

    def _check_places(self, column: str, spec: SpecFile, path: Path, holds: Holds) -> None:
        """Keys that only some columns have, and what they refer to."""
        add = self.mistakes.add
        if spec.unit is not None:
            _check_word(spec.unit, UNITS, (*path, "unit"), "unit", self.mistakes)
            if not is_duration(column) and spec.sign is None:
                add((*path, "unit"), "bad_column", f"'{column}' is no duration", "only durations have a unit")
        elif is_duration(column) and column != "new" and not spec.first_of and not self.mistakes.under(*path):
            add(path, "missing_key", f"the key 'unit' of '{column}' is missing", f"use one of {', '.join(UNITS)}")
        if spec.sign is not None:
            if not is_outcome(column):
                add((*path, "sign"), "bad_column", f"'{column}' is no outcome", "only outcomes have a sign")
            for key in ("negative", "other"):
                _check_word(
                    getattr(spec.sign, key), our_words("outcome"), (*path, "sign", key), "outcome", self.mistakes
                )
        if spec.actor is not None and spec.actor.others is not None:
            _check_word(spec.actor.others, our_words("actor"), (*path, "actor", "others"), "actor", self.mistakes)
        if spec.actor is not None and column not in ("actor", "role"):
            add((*path, "actor"), "bad_column", f"'{column}' does not say who did it", "only the column actor does")
        if spec.ignore and holds not in _SKIPPING:
            what = f"rows of a table that holds {holds} cannot be ignored"
            add((*path, "ignore"), "bad_column", what, "say under  only:  which rows count")
        self._check_names(spec, path)

    def _check_names(self, spec: SpecFile, path: Path) -> None:
        wanted = [((*path, "names"), spec.names)]
        if spec.actor is not None:
            wanted.append(((*path, "actor", "roles"), spec.actor.roles))
        for where, name in wanted:
            if name is not None and name not in self.names:
                hint = did_you_mean(name, self.names) or "a table that  holds: names"
                self.mistakes.add(where, "unknown_table", f"there is no table of names '{name}'", hint)


def _leads_to_rows(path: str) -> bool:
    """Whether a path with a key that may be any leads to rows: one such key, then lists or an object."""
    changing = any_key(path)
    if changing is None or _LIST in changing[0] or ALL in changing[1].split("."):
        return False
    return changing[1].endswith(_LIST) or bool(changing[1] and _LIST not in changing[1])


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _has_group(pattern: str) -> bool:
    """Whether Polars can take a first group out of a text with it."""
    try:
        pl.Series([""]).str.extract(pattern, 1)
    except pl.exceptions.ComputeError:
        return False
    return "(" in pattern
