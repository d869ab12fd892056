"""A profile as written → ready to use: words folded, what is left out taken from the generic profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slaaudit.frames import ACTORS, EVENTS_OF
from slaaudit.sources.profiles.model import CellsFile, ProfileFile, SpecFile, TableFile
from slaaudit.sources.profiles.tables import ALL, Authors, CellsOf, ColumnSpec, Profile, TableProfile, fold


def made_profile(written: ProfileFile, generic: Profile | None) -> Profile:
    """The profile that a file without mistakes says; what it leaves out is as in `generic` (None: this is that one)."""
    null_words = frozenset(word.casefold() for word in written.null_words or ()) | {""}
    states = {state: tuple(words) for state, words in written.states.items()}
    return Profile(
        source=written.source or "",
        title=written.title or "",
        about=written.about or "",
        tables={name: _table(name, table) for name, table in written.tables.items()},
        null_words=generic.null_words if generic and written.null_words is None else null_words,
        list_separator=written.list_separator or (generic.list_separator if generic else "|"),
        booleans=_booleans(written, generic.booleans if generic else {}),
        states=states or (generic.states if generic else {}),
        event_words={fold(event): event for event in EVENTS_OF},
        actor_words={fold(actor): actor for actor in ACTORS},
        timezone=written.timezone,
        unverified=tuple(written.unverified),
        limits=tuple(written.limits),
    )


def _booleans(written: ProfileFile, others: Mapping[str, bool]) -> dict[str, bool]:
    words = {True: written.true_words, False: written.false_words}
    own = {fold(word): truth for truth, given in words.items() for word in given or ()}
    return {word: truth for word, truth in others.items() if words[truth] is None} | own


def _table(name: str, written: TableFile) -> TableProfile:
    return TableProfile(
        name=name,
        title=written.title or "",
        holds=written.holds,  # type: ignore[arg-type]  # checked: it is one of the words
        known_by=tuple(tuple(group) for group in written.known_by),
        lists=tuple(written.list),
        rows=written.rows,
        file_name=written.file_name,
        columns={column: _spec(spec) for column, spec in written.columns.items()},
        custom=tuple(written.custom),
        only={heading: _folded(words) for heading, words in written.only.items()},
        ignore=tuple(written.ignore),
        final=frozenset(written.final),
        old_is_previous=written.old_is_previous,
        unordered=written.unordered,
        newest_first=written.newest_first,
        also=written.also,
        cells_of=_cells_of(written.cells_of),
    )


def _cells_of(written: CellsFile | None) -> CellsOf | None:
    return None if written is None else CellsOf(written.column or "", written.split, tuple(written.into))


def _spec(written: SpecFile) -> ColumnSpec:
    actor = written.actor
    return ColumnSpec(
        column=tuple(written.column),
        value=written.value,
        from_file_name=written.from_file_name,
        first_of=tuple(_spec(spec) for spec in written.first_of),
        joined=tuple(written.joined),
        words={fold(word): ours for ours, words in written.words.items() for word in words},
        ignore=_folded(written.ignore),
        names=written.names,
        actor=None if actor is None else Authors(_folded(actor.system), actor.roles, actor.others),
        repeated=written.repeated,
        split=written.split,
        part=written.part,
        matches=written.matches,
        unit=written.unit,
        sign={"negative": written.sign.negative, "other": written.sign.other} if written.sign else {},
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word if word == ALL else fold(word) for word in words)
