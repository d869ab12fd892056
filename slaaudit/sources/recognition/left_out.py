"""What is said of files that are not read or not used: one note a kind, however many files there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slaaudit.problems import Problem

NOT_AN_EXPORT = "not an export"
_MOST = 10  # names in a note
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


def not_used_notes(unused: Iterable[tuple[str, str]]) -> list[str]:
    """A note for each kind of table that is known and not used; `unused`: file and what the table is."""
    return [
        f"{files[0]}: not used: {what}" if len(files) == 1 else f"{len(files)} files not used ({what}): {named(files)}"
        for what, files in _by_second(unused).items()
    ]


def zone_notes(local: Iterable[tuple[str, str | None]]) -> list[str]:
    """A note for each zone in which files were read that do not say theirs; `local`: file and zone, in order."""
    return [
        f"{files[0]}: times without a time zone are local times in {zone}"
        if len(files) == 1
        else f"times without a time zone are local times in {zone} ({len(files)} files: {named(files)})"
        for zone, files in _by_second(local).items()
    ]


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


def _by_second(pairs: Iterable[tuple[str, str | None]]) -> Mapping[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for file, other in dict.fromkeys(pairs):
        found.setdefault(other, []).append(file)
    return found


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
