"""The words nearest to one: found among very many, whatever is wrong with it, and however they are divided."""

from __future__ import annotations

import random

import polars as pl
import pytest

from slaaudit.problems import did_you_mean
from slaaudit.reports.nearest_words import nearest_words

IDS = [f"T-{number:05}" for number in range(20_000)]
PEOPLE = [f"{name} {letter}{number:03}" for name in ("Anna", "John", "Zoë") for letter in "QX" for number in range(999)]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("T-05999x", "T-05999"),
        ("t-9992", "T-09992"),
        ("T05999", "T-05999"),
        ("T-00100O", "T-00100"),
        ("Jhon Q204", "John Q204"),
        ("ANNAX033", "Anna X033"),
        ("Zoe X998", "Zoë X998"),
        ("JohnX 0017", "John X017"),
    ],
)
def test_the_word_that_is_meant_is_among_the_nearest(wrong: str, meant: str) -> None:
    near = nearest_words(wrong, pl.Series([*IDS, *PEOPLE]))
    assert near.len() == 200
    assert f"'{meant}'" in did_you_mean(wrong, near)


def test_the_nearest_comes_first_and_of_two_as_near_the_first_in_the_order_of_letters() -> None:
    words = pl.Series(["suppers", "Sales", "report", "Suppord", "supporz", "Support"])
    assert nearest_words("suporrt", words).to_list() == ["Support", "Suppord", "supporz", "report"]


@pytest.mark.parametrize("word", ["", "日本", "%", "x" * 90])
def test_a_word_without_any_letter_of_the_others_has_nothing_near(word: str) -> None:
    assert nearest_words(word, pl.Series(IDS)).to_list() == []


def test_of_no_words_none_is_near() -> None:
    assert nearest_words("x", pl.Series(dtype=pl.String)).to_list() == []


@pytest.mark.parametrize("seed", range(8))
def test_the_nearest_of_the_nearest_of_several_parts_are_the_nearest_of_all(seed: int) -> None:
    chance = random.Random(seed)
    words = chance.sample([*IDS, *PEOPLE], 6_000)
    word = chance.choice(["T-0123x", "zgent 0012", "John", "Anna Q01", "T-199999"])
    parts: list[list[str]] = [[] for _ in range(chance.choice([2, 3, 7]))]
    for each in words:
        parts[chance.randrange(chance.randrange(len(parts)) + 1)].append(each)
    of_parts = pl.concat([nearest_words(word, pl.Series(part, dtype=pl.String)) for part in parts])
    assert nearest_words(word, of_parts).to_list() == nearest_words(word, pl.Series(words)).to_list()
