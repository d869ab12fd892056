"""Priorities in the order of their urgency, as far as their words tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from slaaudit.policy.levels import OTHERWISE
from slaaudit.starting.seen import Word

USUAL = 2  # the rank of most tickets: what a ticket without a priority gets as well
_LONGEST = 80  # characters of a priority that gets a line of its own
_MOST = 20
_RANKS = (
    "critical urgent emergency immediate blocker highest veryhigh showstopper p0 p1 sev1 kritiek kritisch dringend "
    "spoed critique urgente crítica",
    "high major important p2 sev2 hoog hoch haute élevée alta",
    "normal medium moderate standard default average regular p3 sev3 normaal gemiddeld mittel normale moyenne media",
    "low minor p4 sev4 laag niedrig gering basse faible baja",
    "lowest verylow trivial planning p5 sev5 zeerlaag",
)
_RANK_OF = {word: rank for rank, words in enumerate(_RANKS) for word in words.split()}


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority of the export; `rank` 0 is the most urgent. `is_guess`: its word does not tell, or not for sure."""

    word: Word
    rank: int
    is_guess: bool


def ranked(words: Iterable[Word]) -> tuple[list[Priority], int]:
    """The priorities that get a line of their own, the most urgent first; and how many get none.

    Those that are too long for a line, and those beyond the twentieth, are like what has no priority at all.
    """
    given = [word for word in words if word.folded != OTHERWISE]
    short = [word for word in given if len(word.text) <= _LONGEST][:_MOST]
    priorities = sorted(map(_ranked, short), key=lambda each: (each.rank, each.is_guess))
    return priorities, len(given) - len(short)


def _ranked(word: Word) -> Priority:
    letters = "".join(letter for letter in word.folded if letter.isalnum())
    if letters in _RANK_OF:
        return Priority(word, _RANK_OF[letters], is_guess=False)
    parts = re.findall(r"[^\W\d_]+|[ps]\d", word.folded)  # "1 - Critical", "P2/high"
    ranks = [_RANK_OF[part] for part in parts if part in _RANK_OF]
    return Priority(word, min(ranks, default=USUAL), is_guess=True)
