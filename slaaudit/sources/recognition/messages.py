"""What to say when an export is not recognised: what it looks like, and what it would need to be that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from slaaudit.problems import Problem
from slaaudit.sources.files.inputs import Role
from slaaudit.sources.mapping.headings import listed
from slaaudit.sources.profiles.loading import GENERIC, load_profile
from slaaudit.sources.profiles.tables import Profile
from slaaudit.sources.recognition.fitting import Guess, Seen, fitting, is_near, lacking, nearest, one_short
from slaaudit.sources.recognition.generic_tables import generic_guess

if TYPE_CHECKING:
    from slaaudit.sources.recognition.recognising import Recognised

_FEW = 5


def files(names: Sequence[str]) -> str:
    """The names of files, a long list cut short."""
    return listed(names, longest=200, most=_FEW)


def best_guesses(seen: Seen, profiles: Sequence[Profile]) -> list[Guess]:
    """For each profile that the table fits what it is there, the best first; only tables that tell about tickets."""
    found = [guess for profile in profiles for guess in fitting(seen, profile)[:1]]
    found = [guess for guess in found if guess.tells_of_tickets]
    return sorted(found, key=lambda guess: (-guess.score, guess.profile.source))


def whose(seen: Seen, profiles: Sequence[Profile], role: Role | None) -> list[Guess]:
    """What a table is that a help desk's export may be (else nothing): it may have slaaudit's own names all the same,
    and is then told as it would be if it stood alone.
    """
    found = best_guesses(seen, profiles)[:1]
    own = generic_guess(seen, load_profile(GENERIC), role)
    return [own if own.fits and own.score > guess.score else guess for guess in found]


def not_of(seen: Sequence[Seen], profile: Profile) -> list[Problem]:
    """For each file that is not of the profile which was asked for: the table that it is nearest to."""
    fit = {one.file for one in seen if fitting(one, profile)}
    problems = []
    for one in _first_of_each([one for one in seen if one.file not in fit]):
        near = [guess for guess in nearest(one, [profile]) if guess.lacks] or one_short(one, [profile])
        told = f": it is nearest to {near[0].table.title}, but {lacking(near[0])}" if near else ""
        titles = ", ".join(table.title for table in profile.tables.values())
        hint = _map_hint(one) if near else f"{profile.title} has: {titles}; leave --source out to see what it is"
        problems.append(_problem(one.file, f"this is no export of {profile.title}{told}", hint))
    return problems


def of_others(
    seen: Sequence[Seen], generic: Profile, profiles: Sequence[Profile], roles: Mapping[str, Role | None]
) -> list[Problem]:
    """Problems with tables that the generic profile does not fit: they are someone else's, or nearly so."""
    own = {one.file: generic_guess(one, generic, roles.get(one.file)) for one in seen}
    others = {one.file: guess for one in seen for guess in best_guesses(one, profiles)[:1]}
    strange = [one for one in seen if not own[one.file].fits]
    if others and strange:
        if all(one.file in others or own[one.file].fits for one in seen):
            return [mixed([(one.file, generic) for one in seen if one.file not in others], list(_pairs(seen, others)))]
        profile = next(iter(others.values())).profile
        return not_of([one for one in seen if one.file not in others], profile)
    better = [guess for file, guess in others.items() if guess.score > own[file].score]
    problems = not_of(seen, max(better, key=lambda guess: guess.score).profile) if better else []
    if problems:
        return problems
    for one in _first_of_each(seen):
        tell = _strange if one in strange else _one_short
        problems += tell(one, own[one.file], profiles)
    return problems


def _strange(seen: Seen, own: Guess, profiles: Sequence[Profile]) -> list[Problem]:
    """The problem with a table that the generic profile does not fit, if it can be told what it may be."""
    if problem := _title_line(seen):
        return [problem]
    near = [guess for guess in nearest(seen, profiles, limit=len(profiles)) if guess.tells_of_tickets]
    near = [guess for guess in near if is_near(guess) and _beats(guess, own)]
    if not near:
        return []
    what = f"this is no export that is known; it looks most like {near[0].name}, but {lacking(near[0])}"
    return [_problem(seen.file, what, _map_hint(seen, near[0].profile.source))]


def _one_short(seen: Seen, own: Guess, profiles: Sequence[Profile]) -> list[Problem]:
    """The problem that a table would be tickets of a help desk, with more columns, if it did not lack one of them."""
    near = [guess for guess in one_short(seen, profiles) if guess.score > own.score]
    if not near:
        return []
    what = f"this looks like {near[0].name}, but {lacking(near[0])}"
    hint = (
        f"{_map_hint(seen, near[0].profile.source)}; or read it as tickets of your own: --source {own.profile.source}"
    )
    return [_problem(seen.file, what, hint)]


def mixed(own: Sequence[tuple[str, Profile]], others: Sequence[tuple[Seen, Guess]]) -> Problem:
    """The problem that the files are of several help desks."""
    told = {file: profile.title for file, profile in own} | {one.file: guess.profile.title for one, guess in others}
    by_title = {title: [file for file in told if told[file] == title] for title in dict.fromkeys(told.values())}
    shown = "; ".join(f"{title}: {files(names)}" for title, names in by_title.items())
    hint = "audit each help desk by itself; or say which it is with --source"
    return Problem(code="mixed_sources", what=f"these are exports of different help desks: {shown}", hint=hint)


def no_tickets(recognised: Sequence[Recognised], profile: Profile) -> list[Problem]:
    """For each file what it is, when none of them tells about tickets."""
    problems = []
    for one in {one.file: one for one in recognised if one.table is not None}.values():
        title = one.table.title if one.table else ""
        hint = "name the tickets of the same help desk too"
        problems.append(
            Problem(
                code="no_tickets",
                file=one.file,
                what=f"this looks like {profile.title}: {title}, not tickets",
                hint=hint,
            )
        )
    if problems:
        return problems
    names = list(dict.fromkeys(one.file for one in recognised))
    lists = [one.text.list_name for one in recognised if one.text.list_name]
    if len(names) == 1 and len(lists) > 1:
        what = f"there are {len(lists)} lists or sheets ({listed(lists)}): which one is meant is not clear"
        hint = "write the tickets as an array of objects, or one object a line; events into a file of their own"
        return [Problem(code="no_entries", file=names[0], what=what, hint=hint)]
    hint = "name the files, or call them tickets*.csv, events*.csv"
    return [Problem(code="nothing_to_read", what=f"none of these files is an export: {files(names)}", hint=hint)]


def _problem(file: str, what: str, hint: str) -> Problem:
    return Problem(code="not_recognised", file=file, what=what, hint=hint)


def _title_line(seen: Seen) -> Problem | None:
    """The problem that a title stands above the header, so that all rows have too many cells."""
    text = seen.text
    if len(text.headings) != 1 or not text.frame.is_empty() or text.damaged.is_empty():
        return None
    what = f"the first row is no header: it has one cell, '{listed(text.headings)}', and the rows after it have more"
    return _problem(seen.file, what, "remove the lines above the row with the names of the columns")


def _map_hint(seen: Seen, source: str = "") -> str:
    options = f"--source {source} " * bool(source) + "--map COLUMN=HEADING"
    return f"if it is that, say which columns they are: {options}; there are: {listed(seen.text.headings)}"


def _beats(guess: Guess, own: Guess) -> bool:
    """Whether the table has more of what this guess is known by than of the generic one."""
    return len(guess.proof) * (len(own.proof) + len(own.lacks)) > len(own.proof) * (len(guess.proof) + len(guess.lacks))


def _first_of_each(seen: Sequence[Seen]) -> list[Seen]:
    """One table of each file."""
    return list({one.file: one for one in reversed(list(seen))}.values())[::-1]


def _pairs(seen: Sequence[Seen], others: Mapping[str, Guess]) -> list[tuple[Seen, Guess]]:
    return [(one, others[one.file]) for one in _first_of_each(seen) if one.file in others]
