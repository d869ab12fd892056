"""What is said of files, also of those that are not read or not used: one note a kind, however many files it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slaaudit.problems import Problem

NOT_AN_EXPORT = "not an export"
_MOST = 10  # names in a note
_FEW = 2  # names in a note on files that nobody will miss
_FOREIGN = ("this file is ", ", not a table")


@dataclass(frozen=True)
class LeftOut:
    """A file that a folder has and that is not read, and why: what it is instead."""

    file: str
    why: str


def why_not_read(problems: Sequence[Problem]) -> str:
    """What a file is that cannot be read, from what is wrong with it."""
    wrong = problems[0]
    if wrong.code == "unsupported_file":
        return wrong.what.removeprefix(_FOREIGN[0]).removesuffix(_FOREIGN[1])
    return "empty" if wrong.code == "empty_file" else "damaged"


def not_read_note(left: Iterable[LeftOut]) -> list[str]:
    """The one note that names every file left out, with the reason after those that share it; none if there is none."""
    reasons: dict[str, list[str]] = {}
    for one in left:
        reasons.setdefault(one.why, []).append(one.file)
    if not reasons:
        return []
    folder = common_folder([file for files in reasons.values() for file in files])
    told = [f"{', '.join(sorted(relative(files, folder)))} ({why})" for why, files in reasons.items()]
    return [f"{folder + ': ' if folder else ''}not read: {'; '.join(told)}"]


def not_used_note(unused: Iterable[tuple[str, str]]) -> list[str]:
    """The one note on tables that are known and not used, none if there is none; `unused`: file and what it is."""
    kinds = _by_second(unused)
    files = list(dict.fromkeys(file for those in kinds.values() for file in those))
    if len(files) <= 1:
        return [f"{file}: not used: {'; '.join(kinds)}" for file in files]
    return [f"{len(files)} files not used ({'; '.join(kinds)}): {_shortened(files)}"]


def zone_notes(local: Iterable[tuple[str, str | None]]) -> list[str]:
    """A note for each file and zone in which it was read where it does not say it; `local`: these, in order."""
    return [f"{file}: times without a time zone are local times in {zone}" for file, zone in dict.fromkeys(local)]


def one_a_kind(notes: Iterable[str], files: Iterable[str]) -> tuple[str, ...]:
    """The notes in their order, each once; those that say the same of several of the `files` are one."""
    known = sorted(files, key=len, reverse=True)
    kinds = _by_second((file, note.removeprefix(f"{file}: ")) for note in notes for file in [_about(note, known)])
    return tuple(f"{_told_of(about)}{what}{of_several(about)}" for what, about in kinds.items())


def _about(note: str, files: Sequence[str]) -> str:
    """The file that the note begins with; empty: none."""
    return next((file for file in files if note.startswith(f"{file}: ")), "")


def _told_of(files: Sequence[str]) -> str:
    return f"{files[0]}: " if len(files) == 1 and files[0] else ""


def of_several(files: Sequence[str]) -> str:
    """How many files it is about, and which while they are few."""
    names = f": {named(files)}" if len(files) <= _FEW + 1 else ""
    return f" ({len(files)} files{names})" if len(files) > 1 else ""


def empty_note(tables: Iterable[tuple[str, str, int]]) -> list[str]:
    """The note that there is nothing to judge: no table but those of names has a row; `tables`: file, what it holds,
    rows.
    """
    telling = [(file, rows) for file, holds, rows in tables if holds != "names"]
    files = list(dict.fromkeys(file for file, _ in telling))
    if not files or any(rows for _, rows in telling):
        return []
    if len(files) == 1:
        return [f"{files[0]}: no tickets: the file has a header and no rows"]
    return [f"no tickets: all {len(files)} files ({named(files)}) have a header and no rows"]


def _by_second(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file, other in dict.fromkeys(pairs):
        found.setdefault(other, []).append(file)
    return found


def _shortened(files: Sequence[str]) -> str:
    """The first of many files by name, and who lists the others."""
    names = relative(files, common_folder(files))
    if len(names) <= _FEW + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more; `slaaudit inspect` lists them"


def named(files: Sequence[str]) -> str:
    """Several files by name, without the folder if they lie in one; a long list is cut short."""
    names = relative(files, common_folder(files))
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")


def common_folder(files: Sequence[str]) -> str:
    """The folder in which all of them lie; `""`: none, or the one that we are in."""
    folders = {str(Path(file).parent) for file in files}
    return folders.pop() if len(folders) == 1 and "." not in folders else ""


def relative(files: Sequence[str], folder: str) -> list[str]:
    """The names of the files, seen from `folder`."""
    return [Path(file).name if folder else file for file in files]
