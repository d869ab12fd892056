"""Ids of tickets: texts that mostly are one prefix and a number (`T-17`), and are found faster by their numbers."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import polars as pl

from slaaudit.frames import ROW as TICKET_ROW
from slaaudit.sources.rows.cells import trimmed
from slaaudit.threads import in_pieces

NUMBER = "_id_number"
_MANY = 100_000  # ids from which it pays to look for their numbers first
_DENSE = 16  # ids up to this many times their number are looked up in a table
_NUMBERED = r"\D*[1-9]\d*"  # a prefix and a number as it is usually written


@dataclass(frozen=True)
class NumberedIds:
    """Ids that all are `prefix` and a whole number (Int64, no null), no two of them the same number."""

    prefix: str
    numbers: pl.Series


def numbered(ids: pl.Series) -> NumberedIds | None:
    """The ids as numbers, if they all are one prefix and a number as it is usually written; else None."""
    if ids.is_empty() or ids.null_count():
        return None
    prefix = "".join(re.findall(r"\A\D*", ids[0]))
    numbers = in_pieces(partial(_numbers, prefix=prefix), ids)
    return None if numbers.null_count() else NumberedIds(prefix, numbers)


def _numbers(ids: pl.Series, prefix: str) -> pl.Series:
    """The numbers after the prefix; nothing but nulls if one of them has none."""
    digits = ids.str.slice(len(prefix)) if prefix else ids
    numbers = digits.cast(pl.Int64, strict=False)
    # signs and leading zeros come before "1": with them two texts could be one number
    have_prefix = not prefix or ids.str.starts_with(prefix).all()
    are_all = have_prefix and not numbers.null_count() and (digits >= "1").all()
    return numbers if are_all else pl.repeat(None, len(ids), dtype=pl.Int64, eager=True)


def tidy_ids(cells: pl.Series, null_words: Collection[str]) -> tuple[pl.Series, NumberedIds | None]:
    """The trimmed ids in a column; and as numbers, where there are many: then nothing needs to be trimmed."""
    may_be_null = any(re.fullmatch(_NUMBERED, word) for word in null_words)
    if len(cells) >= _MANY and cells.dtype == pl.String and not may_be_null and (numbers := numbered(cells)):
        return cells, numbers
    return trimmed(cells, null_words), None


def id_numbers(ids: NumberedIds | None) -> list[pl.Series]:
    """The column of numbers that goes with ids until their tickets are found; none without them."""
    return [ids.numbers.alias(NUMBER)] if ids else []


def row_numbers(ids: pl.Series, known: pl.Series, *, as_numbers: NumberedIds | None = None) -> pl.Series:
    """The position in `known`, whose values are unique, of each of `ids`; null where it is not there.

    `as_numbers`: the ids as numbers, where that is known already.
    """
    known_numbers = numbered(known)
    numbers = as_numbers or (numbered(ids) if known_numbers else None)
    if numbers and known_numbers and numbers.prefix == known_numbers.prefix:
        ids, known = numbers.numbers, known_numbers.numbers
        if _largest(known) < _DENSE * known.len():
            return _looked_up(ids, known)
    rows = known.to_frame("id").with_row_index("row")
    found = ids.to_frame("id").join(rows, on="id", how="left", validate="m:1", maintain_order="left")
    return found["row"].cast(TICKET_ROW)


def _looked_up(ids: pl.Series, known: pl.Series) -> pl.Series:
    """As `row_numbers`, for numbers from 1 on that are not much sparser than their count: a table of all of them."""
    last = _largest(known)
    rows = pl.repeat(None, last + 1, dtype=TICKET_ROW, eager=True)
    rows = rows.scatter(known, pl.int_range(known.len(), dtype=TICKET_ROW, eager=True))
    inside = ids.is_between(0, last)
    return rows.gather(ids if inside.all() else pl.select(pl.when(inside).then(ids)).to_series())


def _largest(numbers: pl.Series) -> int:
    found = numbers.max()
    return found if isinstance(found, int) else 0
