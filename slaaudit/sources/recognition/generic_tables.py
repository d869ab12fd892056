"""Which table of a generic export a table is: by the name of its file or list, or else by its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from slaaudit.sources.files.inputs import Role
from slaaudit.sources.profiles.tables import Profile
from slaaudit.sources.recognition.fitting import Guess, Seen

_LIST = re.compile(r"(tickets|events)", re.IGNORECASE)


def generic_guesses(
    seen: Sequence[Seen], generic: Profile, roles: Mapping[str, Role | None], optional: Collection[str]
) -> list[list[Guess]]:
    """For each table the one of the generic profile that it is taken for, whether that fits or not.

    Left out are files without a role if they are `optional`, and lists or sheets of a file that has better ones.
    """
    found: list[list[Guess]] = []
    for one in seen:
        role = roles.get(one.file)
        if role is None and one.file in optional:
            found.append([])
            continue
        guess = generic_guess(one, generic, role)
        alone = sum(other.file == one.file for other in seen) == 1
        others = [generic_guess(other, generic, role) for other in seen if other.file == one.file]
        used = alone or guess.fits or (_is_named(one) and not any(other.fits for other in others))
        found.append([guess] if used else [])
    return found


def generic_guess(seen: Seen, generic: Profile, role: Role | None) -> Guess:
    """The table of the generic profile that this one is most like."""
    named = _LIST.fullmatch(seen.text.list_name)
    role = "events" if named and named[1].lower() == "events" else "tickets" if named else role
    guesses = seen.guesses(generic)
    if role is not None:
        return next(guess for guess in guesses if guess.table.holds == role)
    # Events fit first: tickets' columns may well be among theirs.
    return max(guesses, key=lambda guess: (guess.fits, guess.fits and guess.table.holds == "events", guess.score))


def generic_score(
    seen: Sequence[Seen], generic: Profile, roles: Mapping[str, Role | None], optional: Collection[str]
) -> int:
    """How many columns of all tables the generic profile explains; of one that does not fit, or is left out, none."""
    read = [one for one in seen if roles.get(one.file) is not None or one.file not in optional]
    guesses = [generic_guess(one, generic, roles.get(one.file)) for one in read]
    return sum(guess.score for guess in guesses if guess.fits)


def _is_named(seen: Seen) -> bool:
    return _LIST.fullmatch(seen.text.list_name) is not None
