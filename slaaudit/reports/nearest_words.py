"""Of very many words those that are nearest to one: few enough to compare them with it letter by letter."""

from __future__ import annotations

from collections import Counter

import polars as pl

_MOST = 200  # words, out of which `problems.did_you_mean` finds the three best within some milliseconds
_LEAST_ALIKE = 0.6  # its bound: words with fewer letters in common are never meant
_AFFIX = 24  # letters at either end of a long word that are compared in order


def nearest_words(word: str, words: pl.Series) -> pl.Series:
    """The `words` (different strings) nearest to `word`, 200 at most, the nearest first; upper and lower case are one.

    Near is a word that begins and ends alike, and has the same letters; of two as near, the first in the order of
    letters is nearer. So the nearest of the nearest of several parts are the nearest of all, however they are divided.
    """
    wanted = word.lower()
    folded = words.alias("word").to_frame().with_columns(folded=pl.col("word").str.to_lowercase())
    lengths = folded.with_columns(length=pl.col("folded").str.len_chars().cast(pl.Int64))
    ends = lengths.with_columns(ends=pl.min_horizontal(_ends_in_common(wanted), "length", len(wanted)))
    alike = _near_by_their_ends(ends, wanted).with_columns(alike=_letters_in_common(wanted))
    near = alike.filter(_is_alike(pl.col("alike"), wanted)).with_columns(near=_closeness(pl.col("alike"), wanted))
    nearest = near.sort("near", "word", descending=[True, False])["word"].head(_MOST)
    return pl.Series(nearest.to_list(), dtype=pl.String)  # anew: a series keeps the memory that its words came from


def _near_by_their_ends(words: pl.DataFrame, wanted: str) -> pl.DataFrame:
    """Those which can be among the nearest, whatever letters they have: to count these takes longest."""
    least, most = pl.col("ends"), pl.min_horizontal("length", len(wanted))
    sure = words.filter(_is_alike(least, wanted)).select(near=_closeness(least, wanted))["near"].top_k(_MOST)
    return words if sure.len() < _MOST else words.filter(_closeness(most, wanted) >= pl.lit(sure.min()))


def _is_alike(letters: pl.Expr, wanted: str) -> pl.Expr:
    return 2 * letters >= _LEAST_ALIKE * (pl.col("length") + len(wanted))


def _closeness(letters: pl.Expr, wanted: str) -> pl.Expr:
    """How near a word with so many letters in common is; its ends count twice, for few words share them by chance."""
    return (letters + 2 * pl.col("ends")) / (pl.col("length") + len(wanted))


def _ends_in_common(wanted: str) -> pl.Expr:
    """With how many letters a word begins as the one that is wanted, and how many it ends with."""
    word, most = pl.col("folded").str, range(1, min(len(wanted), _AFFIX) + 1)
    begins = (word.starts_with(wanted[:number]).cast(pl.UInt8) for number in most)
    ends = (word.ends_with(wanted[-number:]).cast(pl.UInt8) for number in most)
    return pl.sum_horizontal(pl.lit(0, pl.UInt8), *begins, *ends).cast(pl.Int64)


def _letters_in_common(wanted: str) -> pl.Expr:
    """How many letters of a word are in the one that is wanted, in whatever order."""
    counts = (
        pl.min_horizontal(pl.col("folded").str.count_matches(letter, literal=True), pl.lit(number, pl.UInt32))
        for letter, number in Counter(wanted).items()
    )
    return pl.sum_horizontal(pl.lit(0, pl.UInt32), *counts).cast(pl.Int64)
