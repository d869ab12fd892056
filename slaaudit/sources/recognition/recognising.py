"""Whose export is this: the one profile that fits all tables, and which of its tables each of them is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.files.inputs import Role
from slaaudit.sources.files.table import TextTable, damaged_rows
from slaaudit.sources.profiles.loading import GENERIC, load_profile, sources
from slaaudit.sources.profiles.tables import Profile, TableProfile
from slaaudit.sources.recognition import messages as saying
from slaaudit.sources.recognition.fitting import Guess, Seen, fitting, nearest, reheaded
from slaaudit.sources.recognition.generic_tables import generic_guess, generic_guesses, generic_score
from slaaudit.sources.recognition.left_out import NOT_AN_EXPORT, LeftOut, not_used_note

_UNNAMED = "not called tickets… or events…"
_LOOK = 5  # rows in front of which a title or an empty line may stand


@dataclass(frozen=True)
class Recognised:
    """One table of a file as one table of the profile; None: it is not used.

    A table of entries may be several tables of the profile: tickets, and the messages inside them. Its damaged rows
    and notes are then told with the first. `proof`: the headings that it was known by; `others`: what else it looks
    like, the nearest first; `given`: its number among the tables given.
    """

    file: str
    text: TextTable
    table: TableProfile | None
    proof: tuple[str, ...]
    others: tuple[Guess, ...]
    given: int

    @property
    def used(self) -> TableProfile | None:
        """The table of the profile, if what it holds is used."""
        return self.table if self.table and self.table.holds != "nothing" else None


@dataclass(frozen=True)
class Recognition:
    """The profile that fits, each table given as a table of it (in their order), notes on what is not used, and the
    files that are no part of the export.
    """

    profile: Profile
    tables: tuple[Recognised, ...]
    notes: tuple[str, ...]
    left: tuple[LeftOut, ...] = ()


def recognise(
    tables: Sequence[tuple[str, TextTable]],
    *,
    source: str | None = None,
    column_map: Mapping[str, str] | None = None,
    roles: Mapping[str, Role | None] | None = None,
    optional: Collection[str] = (),
) -> Recognition:
    """What the tables (name of the file, table) are. Of the profiles that every file fits, the one that explains most
    columns; the generic one if no help desk's fits, or if it explains more.

    `source`: only this profile counts. `column_map`: canonical name → heading, from the user. `roles`: by file, what a
    file of a generic export holds, where its name or the user says so. `optional`: files that may be left out, because
    only their folder was named. Raises `SlaauditError`: `not_recognised`, `mixed_sources`, `no_tickets`.
    """
    asked = [load_profile(name) for name in ((source,) if source else sources())]
    profiles = [profile for profile in asked if profile.source != GENERIC]
    seen = [_with_header(Seen.of(file, text, asked, column_map or {}), asked) for file, text in tables]
    export = _Export(seen, roles or {}, frozenset(optional))
    generic = next((profile for profile in asked if profile.source == GENERIC), None)
    chosen = _best(export, profiles)
    if generic and (chosen is None or export.score(chosen) < export.generic_score(generic)):
        chosen = export.chosen_generic(generic, profiles)
    if chosen is None:
        raise SlaauditError(saying.not_of(export.needed() or seen, asked[0]))
    recognised = _recognised(export, chosen, asked)
    _check(recognised, export, chosen, profiles)
    return Recognition(chosen, tuple(recognised), tuple(_notes(recognised)), tuple(_left(recognised, export, chosen)))


@dataclass(frozen=True)
class _Export:
    """The tables of all files, and what is known of the files themselves."""

    seen: Sequence[Seen]
    roles: Mapping[str, Role | None]
    optional: frozenset[str]

    def needed(self) -> list[Seen]:
        """The tables of the files that must not be left out."""
        return [one for one in self.seen if one.file not in self.optional]

    def guesses(self, profile: Profile) -> list[list[Guess]]:
        """For each table what it is in this profile."""
        if profile.source == GENERIC:
            return generic_guesses(self.seen, profile, self.roles, self.optional)
        return [fitting(one, profile) for one in self.seen]

    def may_be_generic(self, file: str) -> bool:
        """Whether a file has all that the generic profile needs; its columns are then slaaudit's own."""
        generic = load_profile(GENERIC)
        return any(generic_guess(one, generic, None).fits for one in self.seen if one.file == file)

    def score(self, profile: Profile) -> int:
        """How many columns of all tables the profile explains."""
        return sum(max((guess.score for guess in found), default=0) for found in self.guesses(profile))

    def generic_score(self, generic: Profile) -> int:
        """The same of the generic profile; of files that it would leave out only if there are no others."""
        return generic_score(self.seen, generic, self.roles, self.optional if self.needed() else ())

    def fits(self, profile: Profile) -> bool:
        """Whether every file that must not be left out is in the profile, and at least one file at all."""
        files = {one.file for one, found in zip(self.seen, self.guesses(profile), strict=True) if found}
        return bool(files) and {one.file for one in self.needed() if one.text.headings} <= files

    def chosen_generic(self, generic: Profile, profiles: Sequence[Profile]) -> Profile:
        """The generic profile, if the tables may be its; else `SlaauditError`."""
        if problems := saying.of_others(self.needed(), generic, profiles, self.roles):
            raise SlaauditError(problems)
        return generic


def _best(export: _Export, profiles: Sequence[Profile]) -> Profile | None:
    fits = [profile for profile in profiles if export.fits(profile)]
    return min(fits, key=lambda profile: (-export.score(profile), profile.source), default=None)


def _with_header(seen: Seen, profiles: Sequence[Profile]) -> Seen:
    """The table with its header, if that does not stand in the first row; as it is, if no row is one either."""
    if any(guess.fits for profile in profiles for guess in seen.guesses(profile)) or seen.text.nested:
        return seen
    for row in range(min(_LOOK, seen.text.frame.height)):
        text = reheaded(seen.text, row)
        if text is None:
            continue
        again = Seen.of(seen.file, text, profiles, seen.column_map)
        if any(guess.fits for profile in profiles for guess in again.guesses(profile)):
            return again
    return seen


def _recognised(export: _Export, chosen: Profile, asked: Sequence[Profile]) -> list[Recognised]:
    recognised = []
    for given, (seen, found) in enumerate(zip(export.seen, export.guesses(chosen), strict=True)):
        others = tuple(nearest(seen, asked, besides=(chosen.source, GENERIC)))
        if not found:
            recognised.append(Recognised(seen.file, seen.text, None, (), others, given))
        for number, guess in enumerate(found):
            text = seen.text if number == 0 else _told_before(seen.text)
            recognised.append(Recognised(seen.file, text, guess.table, guess.proof, others, given))
    return recognised


def _told_before(text: TextTable) -> TextTable:
    return replace(text, damaged=damaged_rows([]), doubtful=damaged_rows([]), notes=())


def _check(recognised: Sequence[Recognised], export: _Export, chosen: Profile, profiles: Sequence[Profile]) -> None:
    """Raises if no table tells about tickets, or if a file that would be left out is an export of someone else."""
    problems: list[Problem] = []
    used = {one.file for one in recognised if one.table is not None}
    left = [one for one in export.seen if one.file not in used]
    others = [(one, guess) for one in left for guess in saying.whose(one, profiles, export.roles.get(one.file))]
    others = [(one, guess) for one, guess in others if guess.profile.source != chosen.source]
    if others:
        problems = [saying.mixed([*((one.file, chosen) for one in recognised if one.table)], others)]
    elif not any(one.table and one.table.holds not in ("names", "nothing") for one in recognised):
        problems = saying.no_tickets(recognised, chosen)
    if problems:
        raise SlaauditError(problems)


def _left(recognised: Sequence[Recognised], export: _Export, chosen: Profile) -> list[LeftOut]:
    """The files of which nothing is used, and why."""
    used = {one.file for one in recognised if one.table is not None}
    return [
        LeftOut(file, _why_left(file, export, chosen))
        for file in dict.fromkeys(one.file for one in recognised)
        if file not in used
    ]


def _why_left(file: str, export: _Export, chosen: Profile) -> str:
    if chosen.source != GENERIC:
        return f"not of {chosen.title}"
    return _UNNAMED if export.may_be_generic(file) else NOT_AN_EXPORT


def _notes(recognised: Sequence[Recognised]) -> list[str]:
    """What was not used of files that are a part of the export."""
    used = {one.file for one in recognised if one.table is not None}
    unused = [
        (one.file, one.table.title if one.table else one.text.list_name)
        for one in recognised
        if one.file in used and not one.used
    ]
    return not_used_note(unused)
