"""Which files are meant: paths, globs, folders and standard input → the inputs, each with what it is named after."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.files.stopping import stop, unreadable
from slaaudit.sources.recognition.left_out import NOT_AN_EXPORT, LeftOut

Role = Literal["tickets", "events"]
STDIN = "-"
_TABLE = re.compile(r"(tickets|events).*\.(csv|tsv|json|ndjson|jsonl|parquet|xlsx)(\.(gz|zst))?", re.IGNORECASE)
# what may have been meant as an export too: a folder holds policies, their schema, notes and scripts as well
_DATA = re.compile(
    r"(?!.*\.schema\.json$)[^.].*\.(csv|tsv|json|ndjson|jsonl|parquet|xlsx|xls|xml)(\.(gz|zst))?", re.IGNORECASE
)
_EXPORT = re.compile(
    r"(?!.*(schema|policy)\.json)[^.].*\.(csv|tsv|json|ndjson|jsonl|parquet|xlsx)(\.(gz|zst))?", re.IGNORECASE
)
_NAMES = "tickets*.csv, events*.csv (or tsv, json, ndjson, parquet; also .gz and .zst)"

_FORMATS = "csv, tsv, json, ndjson, parquet or xlsx (also .gz and .zst)"


@dataclass(frozen=True)
class Input:
    """One file: its name in messages, where it is (or its bytes), and its role if the name or the caller gives it."""

    name: str
    source: Path | bytes
    role: Role | None


def find_inputs(
    paths: Sequence[str | Path],
    events: Sequence[str | Path] = (),
    *,
    stdin: BinaryIO | None = None,
    every_table: bool = False,
) -> tuple[list[Input], list[LeftOut]]:
    """The inputs in the order they were named (globs and folders: by name), each once, and what of folders is left out.

    A file called `tickets…` or `events…` has that role; those of `events` are events whatever their names; for all
    others the content decides. A folder means its files called so, or `every_table` in it whatever its name: those
    called like an export, and others that look like delimited text; not hidden ones, nor those in its folders.
    Raises `SlaauditError` with every path that leads to nothing.
    """
    inputs: dict[str | Path, Input] = {}
    left: list[LeftOut] = []
    problems: list[Problem] = []
    named: list[tuple[str, Role | None]] = [(str(path), None) for path in paths]
    named += [(str(path), "events") for path in events]
    for path, role in named:
        try:
            found, others = _found(path, stdin, _EXPORT if every_table else _TABLE)
        except SlaauditError as error:
            problems += error.problems
            continue
        except OSError as error:
            problems += unreadable(path, error).problems
            continue
        left += others
        for name, source in found:
            key = name if isinstance(source, bytes) else source.resolve()
            inputs[key] = Input(name, source, role or _role(name))
    if not named:
        problems.append(
            Problem(code="nothing_to_read", what="no export was named", hint=f"name files, or a folder: {_NAMES}")
        )
    if problems:
        raise SlaauditError(problems)
    return list(inputs.values()), left


def _role(name: str) -> Role | None:
    match = _TABLE.fullmatch(Path(name).name)
    return None if match is None else "events" if match[1].lower() == "events" else "tickets"


def _found(
    path: str, stdin: BinaryIO | None, tables: re.Pattern[str]
) -> tuple[list[tuple[str, Path | bytes]], list[LeftOut]]:
    """The files that one argument means, by name, and those that are left out."""
    if path == STDIN:
        return [(STDIN, (stdin or sys.stdin.buffer).read())], []
    if Path(path).is_dir():
        return _in_folder(Path(path), tables)
    if Path(path).exists():
        return [(path, Path(path))], []
    found = glob.glob(path, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute patterns
    files = sorted(name for name in found if Path(name).is_file())
    if not files:
        raise _nothing(path)
    return [(name, Path(name)) for name in files], []


def _in_folder(folder: Path, meant: re.Pattern[str]) -> tuple[list[tuple[str, Path | bytes]], list[LeftOut]]:
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    others = _others(folder, [name for name in names if not meant.fullmatch(name)], meant)
    tables = [name for name in names if name not in others]
    if not tables:
        raise _no_table(str(folder), meant)
    left = [LeftOut(str(folder / name), why) for name, why in others.items() if why]
    return [(str(folder / name), folder / name) for name in tables], left


def _others(folder: Path, names: Sequence[str], meant: re.Pattern[str]) -> dict[str, str]:
    """What the files are that are not called as is `meant`; those that look like a table all the same are not here."""
    if meant is _TABLE:
        return {name: NOT_AN_EXPORT if _DATA.fullmatch(name) else "" for name in names}
    from slaaudit.sources.files.folders import what_else

    return {name: why for name in names if (why := what_else(folder / name))}


def _no_table(folder: str, meant: re.Pattern[str]) -> SlaauditError:
    if meant is _TABLE:
        what, hint = "there is no file of tickets or events in this folder", f"name the files, or call them {_NAMES}"
    else:
        what, hint = "there is no export in this folder", f"an export is a file of {_FORMATS}"
    return stop("nothing_to_read", folder, what, hint)


def _nothing(path: str) -> SlaauditError:
    if glob.has_magic(path):
        return stop("no_such_file", path, "no file fits this pattern", "check the path")
    parent = Path(path).parent
    siblings = [file.name for file in parent.iterdir()] if parent.is_dir() else []
    hint = did_you_mean(Path(path).name, siblings) or "check the path"
    return stop("no_such_file", path, "there is no such file", hint)
