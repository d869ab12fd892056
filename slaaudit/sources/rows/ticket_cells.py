"""The cells of a row about a ticket → typed: instants, durations, booleans, tags, states, the help desk's verdicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from slaaudit.frames import STATES
from slaaudit.sources.dates.stamps import Stamps, check_stamp
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile, fold
from slaaudit.sources.profiles.vocabulary import AFTER
from slaaudit.sources.rejects import FILE, ROW, Sieve
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.spans import read_spans

_BOOLEANS = ("from_invitation", "deleted")
_STATES = {fold(state): state for state in STATES}
_NOT_CELLS = ("ticket_id", "seq", "actor", FILE, ROW)
_HMS = "hms"
_EXAMPLES = {_HMS: "1:30:00", "since_1970": "1970-01-01 01:30:00"}


def typed_cells(
    table: MappedTable, stamps: Stamps, profile: Profile, sieve: Sieve, *, needed: Collection[str]
) -> dict[str, pl.Series]:
    """The columns of a table of tickets, updates, details or clocks, typed, by name; the id, `seq` and `actor` aside.

    A bad cell in a `needed` column takes its row out, and so does a bad duration in place of it; in any other it is
    told and read as empty. A `state` without `status` is the status: our words for the states are the help desk's then.
    """
    typed: dict[str, pl.Series] = {}
    for name in [name for name in table.frame.columns if name not in _NOT_CELLS]:
        check = sieve.reject if name in needed else sieve.note
        if (table.number, name) in stamps:
            read = stamps[table.number, name]
            check_stamp(sieve, name, read, needed=name in needed)
            typed[name] = read.instants
        elif name in table.units or name in table.signs:
            typed[name] = _spans(table, name, profile, sieve, needed=_missed(table, name, stamps, needed))
        elif name == "state" and "status" not in table.frame.columns:
            typed["status"] = cells.trimmed(table.frame[name], profile.null_words)
        else:
            typed[name] = _worded(table, name, profile, check)
    return typed


def span_text(table: MappedTable, name: str, profile: Profile) -> pl.Series:
    """The cells of a column of durations, trimmed; as they are where the format has a type for them."""
    column = table.frame[name]
    return column if column.dtype.is_temporal() else cells.trimmed(column, profile.null_words)


def _missed(table: MappedTable, name: str, stamps: Stamps, needed: Collection[str]) -> pl.Series:
    """The rows that lack an instant that is `needed`, if this column of durations leads to it and cannot be read."""
    stamp = name.removesuffix(AFTER)
    if not name.endswith(AFTER) or stamp not in needed:
        return pl.repeat(False, table.frame.height, dtype=pl.Boolean, eager=True)
    read = stamps.get((table.number, stamp))
    nothing = pl.repeat(True, table.frame.height, dtype=pl.Boolean, eager=True)
    return nothing if read is None else read.instants.is_null()


def _spans(table: MappedTable, name: str, profile: Profile, sieve: Sieve, *, needed: pl.Series) -> pl.Series:
    """A column of durations; or, where their sign is the verdict on a promise, that verdict. `needed`: in which rows
    one that cannot be read takes the row out.
    """
    text, unit = span_text(table, name, profile), table.units.get(name, _HMS)
    spans = read_spans(text, unit)
    if name in table.signs:  # of a number of whatever unit the sign is as clear
        spans = spans.zip_with(spans.is_not_null(), read_spans(text, "minutes"))
    bad = text.is_not_null() & spans.is_null()
    words = {"unit": _unit_words(unit), "example": _EXAMPLES.get(unit, "90 or 61.5")}
    sieve.reject(bad & needed, "bad_span", name, **words)
    sieve.note(bad & ~needed, "bad_span", name, **words)
    return _by_sign(spans, table.signs[name]) if name in table.signs else spans


def _by_sign(spans: pl.Series, words: Mapping[str, str]) -> pl.Series:
    late = pl.col("span") < pl.duration()
    verdict = pl.when(late).then(pl.lit(words["negative"])).when(~late).then(pl.lit(words["other"]))
    return spans.to_frame("span").select(verdict.alias(spans.name)).to_series()


def _unit_words(unit: str) -> str:
    return {_HMS: "H:MM:SS", "since_1970": "as a date after 1970-01-01"}.get(unit, unit)


def _worded(table: MappedTable, name: str, profile: Profile, check: Callable[..., None]) -> pl.Series:
    text = cells.trimmed(table.frame[name], profile.null_words)
    if name == "tags":
        return cells.tags(text, profile.list_separator)
    if name in _BOOLEANS:
        truths = cells.worded(text, profile.booleans, pl.Boolean)
        check(text.is_not_null() & truths.is_null(), "bad_boolean", name)
        return truths
    if name == "state":
        states = cells.worded(text, _STATES)
        check(text.is_not_null() & states.is_null(), "unknown_state", name, words=", ".join(STATES))
        return states
    return text
