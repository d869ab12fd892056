"""Columns of text → columns of values: trimmed text, our words, booleans, whole numbers, tags."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from slaaudit.sources.profiles.loading import fold
from slaaudit.threads import in_pieces

LIST = "|"  # between the items of a list in one cell: of JSON, of repeated columns, of tags in events
PolarsType = pl.DataType | type[pl.DataType]
_LARGE = 100_000  # rows from which it pays to look whether a column needs any work at all
_SAMPLE = 1_000
_FEW = 50
_FEW_IN_ALL = 5_000  # words of all columns that were read as categories: rather ask for each than look which a cell has
_TEXT = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*"'  # of JSON
_LIST_OF_TEXTS = rf"^\[\s*(?:{_TEXT}(?:\s*,\s*{_TEXT})*)?\s*\]$"


def trimmed(cells: pl.Series, null_words: Collection[str]) -> pl.Series:
    """Text without the space around it (dates and times: ISO text); null where nothing, or a word for it, is left."""
    if isinstance(cells.dtype, pl.Categorical):
        few = possible(cells)
        return _looked_up(cells, few, trimmed(few.cast(pl.String), null_words))  # faster than a cast of all cells
    text = as_text(cells) if cells.dtype.is_temporal() else cells
    if len(text) >= _LARGE and _is_tidy(text, null_words):
        return text
    stripped = in_pieces(lambda piece: piece.str.strip_chars(), text)
    worded = any(word.upper() != word for word in null_words)
    compared = stripped.str.to_lowercase() if worded else stripped
    empty = compared.is_in(list(null_words))
    return stripped if not empty.any() else pl.select(pl.when(~empty).then(stripped)).to_series()


def words(cells: pl.Series, null_words: Collection[str]) -> pl.Series:
    """As `trimmed`, but what was read as few different words (categorical) stays so."""
    if not isinstance(cells.dtype, pl.Categorical):
        return trimmed(cells, null_words)
    few = possible(cells)
    meanings = trimmed(few.cast(pl.String), null_words)
    return cells if meanings.equals(few.cast(pl.String)) else _looked_up(cells, few, meanings.cast(pl.Categorical))


def distinct(cells: pl.Series) -> pl.Series:
    """The different values of the cells, in no order that means anything; null is none of them."""
    if not isinstance(cells.dtype, pl.Categorical):
        return cells.unique().drop_nulls()
    return distinct_numbers(cells.to_physical()).cat.to(cells.dtype)


def possible(cells: pl.Series) -> pl.Series:
    """As `distinct`, perhaps with words that no cell has: other columns share the numbers of categories, and where
    these are few, all of them are known by the largest, without a look at which occur.
    """
    last = cells.to_physical().max() if isinstance(cells.dtype, pl.Categorical) else None
    if not isinstance(last, int) or last >= _FEW_IN_ALL:
        return distinct(cells)
    return pl.int_range(last + 1, dtype=pl.UInt32, eager=True).cat.to(cells.dtype)


def distinct_numbers(numbers: pl.Series) -> pl.Series:
    """The different ones of numbers from 0 on that are not much larger than their count, as UInt32; null is none.

    They are marked in a table of all numbers, which is several times faster than a search for those seen before.
    """
    last = numbers.max()
    marks = pl.repeat(False, 1 + last if isinstance(last, int) else 0, dtype=pl.Boolean, eager=True)
    return marks.scatter(numbers.drop_nulls(), True).arg_true().cast(pl.UInt32)


def _is_tidy(text: pl.Series, null_words: Collection[str]) -> bool:
    """Whether trimming would change nothing, as far as that is cheap to tell: of numbers, of few different words."""
    sample = text.head(_SAMPLE)
    if _are_numbers(sample) and not any(word.isdigit() for word in null_words):
        return _are_numbers(text)
    if sample.n_unique() > _FEW:
        return False
    few = distinct(text)
    return len(few) < _LARGE and trimmed(few, null_words).equals(few)


def _are_numbers(text: pl.Series) -> bool:
    return text.cast(pl.Int64, strict=False).null_count() == text.null_count()


def as_text(cells: pl.Series) -> pl.Series:
    """The text of the cells, whatever their type: dates and times as ISO text, those with a zone in UTC."""
    if isinstance(cells.dtype, pl.Datetime):
        zoned = cells.dtype.time_zone is not None
        utc = cells.dt.convert_time_zone("UTC") if zoned else cells
        return utc.dt.to_string("%Y-%m-%dT%H:%M:%S%.f" + ("Z" if zoned else ""))
    return cells.cast(pl.String)


def mapped(cells: pl.Series, meaning: Callable[[str], object], dtype: PolarsType = pl.String) -> pl.Series:
    """`meaning` of each cell; null stays null. Only different words are asked for, however many cells hold them;
    perhaps some that no cell has.

    Text for what was read as categories is categories too.
    """
    few = distinct(cells) if dtype == pl.String else possible(cells)  # of text, the meanings become words as well
    meanings = pl.Series([meaning(word) for word in few], dtype=dtype)
    if dtype == pl.String and isinstance(cells.dtype, pl.Categorical):
        meanings = meanings.cast(cells.dtype)
    return cells if meanings.equals(few, check_dtypes=True) else _looked_up(cells, few, meanings)


def _looked_up(cells: pl.Series, few: pl.Series, meanings: pl.Series) -> pl.Series:
    """The meaning of each cell; null stays null. `few`: all different values of the cells, and perhaps others."""
    if not isinstance(cells.dtype, pl.Categorical):
        return meanings.gather(cells.cast(pl.Enum(few)).to_physical()).alias(cells.name)
    codes = few.to_physical()  # numbers that other columns share: there may be others between them
    last = codes.max()
    positions = pl.repeat(None, 1 + last if isinstance(last, int) else 0, dtype=pl.UInt32, eager=True)
    positions = positions.scatter(codes, pl.int_range(len(codes), dtype=pl.UInt32, eager=True))
    return meanings.gather(positions)[cells.to_physical()].alias(cells.name)


def worded(cells: pl.Series, words: Mapping[str, object], dtype: PolarsType = pl.String) -> pl.Series:
    """What each cell means by `words` (folded word → value); null for cells that are null or hold another word."""
    return mapped(cells, lambda word: words.get(fold(word)), dtype)


def tags(cells: pl.Series, separator: str) -> pl.Series:
    """Lists of the trimmed tags in each cell; null where there are none. Lists of JSON come with `|` in any export, or
    in a CSV as they are: `["a", "b"]`.
    """
    one = cells if separator == LIST else cells.str.replace_all(LIST, separator, literal=True)
    items = _with_json_lists(one.str.split(separator), cells).list.eval(pl.element().str.strip_chars())
    filled = items.list.filter(pl.element() != "")
    return pl.select(pl.when(filled.list.len() > 0).then(filled)).to_series()


def _with_json_lists(items: pl.Series, cells: pl.Series) -> pl.Series:
    """`items` with the texts of the cells that are a list of texts in JSON; `[VIP]` and `[1]` are tags themselves."""
    are_lists = cells.str.contains(_LIST_OF_TEXTS).fill_null(value=False)
    if not are_lists.any():
        return items
    texts = pl.select(pl.when(are_lists).then(cells)).to_series()
    return pl.select(pl.coalesce(texts.str.json_decode(pl.List(pl.String)), items)).to_series()


def tag_text(cells: pl.Series, separator: str) -> pl.Series:
    """The trimmed tags in each cell, joined by `|` as events carry them; null where there are none."""
    return tags(cells, separator).list.join(LIST)
