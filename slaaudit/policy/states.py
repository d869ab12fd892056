"""Which of the help desk's words stand for which of our states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slaaudit.frames import STATES
from slaaudit.policy.mistakes import Mistakes
from slaaudit.problems import did_you_mean


def checked_states(written: Mapping[str, Sequence[str]], mistakes: Mistakes) -> dict[str, tuple[str, ...]]:
    """The words of each state; unknown states and words that stand for two states become problems."""
    state_of: dict[str, str] = {}
    for state, words in written.items():
        if state not in STATES:
            hint = did_you_mean(state, STATES) or f"states are {', '.join(STATES)}"
            mistakes.add(("states", state), "unknown_state", f"there is no state '{state}'", hint, of_key=True)
        for index, word in enumerate(words):
            first = state_of.setdefault(word.casefold(), state)
            if first != state:
                what = f"the word '{word}' stands for two states, {first} and {state}"
                mistakes.add(("states", state, index), "word_of_two_states", what, "leave it in one of them")
    return {state: tuple(words) for state, words in written.items()}


def merged_states(
    under: Mapping[str, tuple[str, ...]], over: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """The words of both; a word of `over` stands for what `over` says."""
    taken = {word.casefold() for words in over.values() for word in words}
    merged = {state: tuple(word for word in words if word.casefold() not in taken) for state, words in under.items()}
    for state, words in over.items():
        merged[state] = (*merged.get(state, ()), *words)
    return {state: words for state, words in merged.items() if words}
