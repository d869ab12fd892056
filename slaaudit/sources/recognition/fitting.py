"""How well a table of an export fits the tables of the profiles: what it was known by, what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slaaudit.sources.files.table import TextTable
from slaaudit.sources.mapping.headings import Headings, is_named, listed, named_part, present, wanted_paths
from slaaudit.sources.profiles.tables import Profile, TableProfile, fold

_SEVERAL = 2  # marks of a table that are hardly found together in another one


@dataclass(frozen=True)
class Guess:
    """What a table of an export may be: a table of a profile, what proves it, and what speaks against it.

    `proof`: the headings (or JSON paths) that it is known by and has, as the profile writes them; `lacks`: those that
    it has not, and what else does not fit. `score`: how many of the columns that the profile names it has.
    """

    profile: Profile
    table: TableProfile
    proof: tuple[str, ...]
    lacks: tuple[str, ...]
    score: int

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.lacks

    @property
    def tells_of_tickets(self) -> bool:
        """Whether rows of such a table are tickets, or something about them."""
        return self.table.holds not in ("names", "nothing")

    @property
    def is_whole(self) -> bool:
        """Whether the entries are this table and no other: not rows inside them, or more that they tell."""
        return self.table.rows is None and self.table.cells_of is None and not self.table.also

    @property
    def name(self) -> str:
        """Profile and table for a message."""
        return f"{self.profile.title}, {self.table.title}"

    @property
    def rank(self) -> tuple[int, int, int]:
        """The greater the better: of two guesses that fit, the one that explains more columns, then knows more."""
        return (self.table.holds != "nothing", self.score, len(self.proof) + (self.table.file_name is not None))


@dataclass(frozen=True)
class Seen:
    """A table of a file, and which of the headings and paths that the profiles know it has."""

    file: str
    text: TextTable
    present: frozenset[str]
    column_map: Mapping[str, str]
    _guessed: dict[int, list[Guess]] = field(default_factory=dict, repr=False, compare=False)  # by id of the profile

    @classmethod
    def of(cls, file: str, text: TextTable, profiles: Sequence[Profile], column_map: Mapping[str, str]) -> Seen:
        """The table with everything that any of the profiles may look for in it."""
        return cls(file, text, present(text, _paths(profiles)), column_map)

    def guesses(self, profile: Profile) -> list[Guess]:
        """A guess for each table of the profile, in its order."""
        if id(profile) not in self._guessed:
            self._guessed[id(profile)] = [self._guess(profile, table) for table in profile.tables.values()]
        return self._guessed[id(profile)]

    def _guess(self, profile: Profile, table: TableProfile) -> Guess:
        proof: list[str] = []
        lacks: list[str] = []
        mapped = self._mapped(table)
        for group in table.known_by:
            has = next((name for name in group if name in self.present or (mapped and fold(name) in mapped)), None)
            (lacks if has is None else proof).append(group[0] if has is None else has)
        if table.lists and fold(self.text.list_name) not in map(fold, table.lists):
            lacks.append(f"list called {' or '.join(name for name in table.lists if name)}")
        if table.file_name and not is_named(self.file, table.file_name):
            lacks.append(f"'{table.file_name}' in the name of the file")
        lacks += [
            f"'{spec.from_file_name}' in the name of the file"
            for column, spec in table.columns.items()
            if column in table.required and spec.from_file_name and named_part(self.file, spec.from_file_name) is None
        ]
        score = sum(not self.present.isdisjoint(spec.headings) for spec in table.columns.values())
        return Guess(profile, table, tuple(proof), tuple(lacks), max(score, len(proof)))

    def _mapped(self, table: TableProfile) -> set[str]:
        """The headings of the profile, folded, in whose place the user names others that the table has."""
        headings = self.text.headings
        columns = [column for column, heading in self.column_map.items() if heading in headings]
        return {fold(name) for column in columns if column in table.columns for name in table.columns[column].headings}


def _paths(profiles: Iterable[Profile]) -> tuple[str, ...]:
    tables = [table for profile in profiles for table in profile.tables.values()]
    known = [name for table in tables for group in table.known_by for name in group]
    return tuple(dict.fromkeys([*known, *(path for table in tables for path in wanted_paths(table))]))


def fitting(seen: Seen, profile: Profile) -> list[Guess]:
    """The tables of the profile that this one is: at most one of whole entries, then those of rows inside them.

    A table that holds nothing is the whole only where no other fits. Tickets that lack but one mark are not read for
    what is inside them alone, and what is read also is not read without the table that it tells more of.
    """
    every = seen.guesses(profile)
    guesses = [guess for guess in every if guess.fits]
    whole = [guess for guess in guesses if guess.is_whole]
    inside = [guess for guess in guesses if not guess.is_whole]
    tickets = [guess for guess in every if guess.is_whole and guess.table.holds == "tickets"]
    if not whole and (all(guess.table.also for guess in inside) or any(map(is_one_short, tickets))):
        return []
    best = [max(whole, key=lambda guess: guess.rank)] if whole else []
    return [*(guess for guess in best if guess.table.holds != "nothing" or not inside), *inside]


def nearest(seen: Seen, profiles: Iterable[Profile], *, limit: int = 3, besides: Collection[str] = ()) -> list[Guess]:
    """The guesses that have most of what their tables are known by, the best first; of each profile the best one."""
    found = []
    for profile in profiles:
        near = [guess for guess in seen.guesses(profile) if guess.proof and guess.table.known_by]
        if near and profile.source not in besides:
            found.append(max(near, key=_nearness))
    return sorted(found, key=lambda guess: (*(-part for part in _nearness(guess)), guess.profile.source))[:limit]


def _nearness(guess: Guess) -> tuple[float, int, int]:
    return len(guess.proof) / (len(guess.proof) + len(guess.lacks)), len(guess.proof), guess.score


def is_near(guess: Guess) -> bool:
    """Whether so much fits that this is worth saying: at least half, and more than one heading."""
    return len(guess.proof) >= max(2, len(guess.lacks))


def one_short(seen: Seen, profiles: Iterable[Profile]) -> list[Guess]:
    """The guesses that tell of tickets and lack but one of their marks, those that explain most columns first."""
    found = [guess for profile in profiles for guess in seen.guesses(profile)]
    found = [guess for guess in found if guess.tells_of_tickets and is_one_short(guess)]
    return sorted(found, key=lambda guess: (-guess.score, guess.profile.source))


def is_one_short(guess: Guess) -> bool:
    """Whether all but one of several marks are there: then it is hardly anything else."""
    return len(guess.lacks) == 1 and len(guess.proof) >= _SEVERAL


def reheaded(text: TextTable, row: int) -> TextTable | None:
    """`text` with the cells of one of its rows for headings and only the rows after it; None if that is no header."""
    cells = text.frame.drop("_row").row(row) if row < text.frame.height else ()
    if sum(bool(cell and str(cell).strip()) for cell in cells) < 2:
        return None
    headings = Headings(tuple("" if cell is None else str(cell).strip() for cell in cells)).names
    return TextTable(
        headings, text.frame.slice(row + 1), text.damaged, text.doubtful, text.notes, text.list_name, text.nested
    )


def lacking(guess: Guess) -> str:
    """What a guess lacks, for a message."""
    return f"it has no {listed(guess.lacks, most=6)}"
