"""Which files are meant: paths, globs, folders and standard input → the inputs, each with what it is named after."""

from __future__ import annotations

import glob
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.stopping import stop, unreadable

Role = Literal["tickets", "events"]
STDIN = "-"
_TABLE = re.compile(r"(tickets|events).*\.(csv|tsv|json|ndjson|jsonl|parquet)(\.(gz|zst))?", re.IGNORECASE)
# what may have been meant as an export too: a folder holds policies, their schema, notes and scripts as well
_DATA = re.compile(
    r"(?!.*\.schema\.json$)[^.].*\.(csv|tsv|json|ndjson|jsonl|parquet|xlsx|xls|xml)(\.(gz|zst))?", re.IGNORECASE
)
_NAMES = "tickets*.csv, events*.csv (or tsv, json, ndjson, parquet; also .gz and .zst)"


@dataclass(frozen=True)
class Input:
    """One file: its name in messages, where it is (or its bytes), and its role if the name or the caller gives it."""

    name: str
    source: Path | bytes
    role: Role | None


def find_inputs(
    paths: Sequence[str | Path], events: Sequence[str | Path] = (), *, stdin: BinaryIO | None = None
) -> tuple[list[Input], list[str]]:
    """The inputs in the order they were named (globs and folders: by name), each once, and notes on what was left out.

    A file called `tickets…` or `events…` has that role; those of `events` are events whatever their names; for all
    others the content decides. Raises `SlaauditError` with every path that leads to nothing.
    """
    inputs: dict[str | Path, Input] = {}
    notes: list[str] = []
    problems: list[Problem] = []
    named: list[tuple[str, Role | None]] = [(str(path), None) for path in paths]
    named += [(str(path), "events") for path in events]
    for path, role in named:
        try:
            found, note = _found(path, stdin)
        except SlaauditError as error:
            problems += error.problems
            continue
        except OSError as error:
            problems += unreadable(path, error).problems
            continue
        notes += note
        for name, source in found:
            key = name if isinstance(source, bytes) else source.resolve()
            inputs[key] = Input(name, source, role or _role(name))
    if not named:
        problems.append(
            Problem(code="nothing_to_read", what="no export was named", hint=f"name files, or a folder: {_NAMES}")
        )
    if problems:
        raise SlaauditError(problems)
    return list(inputs.values()), notes


def _role(name: str) -> Role | None:
    match = _TABLE.fullmatch(Path(name).name)
    return None if match is None else "events" if match[1].lower() == "events" else "tickets"


def _found(path: str, stdin: BinaryIO | None) -> tuple[list[tuple[str, Path | bytes]], list[str]]:
    """The files that one argument means, by name, and notes."""
    if path == STDIN:
        return [(STDIN, (stdin or sys.stdin.buffer).read())], []
    if Path(path).is_dir():
        return _in_folder(Path(path))
    if Path(path).exists():
        return [(path, Path(path))], []
    found = glob.glob(path, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute patterns
    files = sorted(name for name in found if Path(name).is_file())
    if not files:
        raise _nothing(path)
    return [(name, Path(name)) for name in files], []


def _in_folder(folder: Path) -> tuple[list[tuple[str, Path | bytes]], list[str]]:
    names = sorted(file.name for file in folder.iterdir() if file.is_file())
    tables = [name for name in names if _TABLE.fullmatch(name)]
    others = [name for name in names if name not in tables and _DATA.fullmatch(name)]
    if not tables:
        what = "there is no file of tickets or events in this folder"
        raise stop("nothing_to_read", str(folder), what, f"name the files, or call them {_NAMES}")
    notes = [f"{folder}: not read: {_listed(others)}"] if others else []
    return [(str(folder / name), folder / name) for name in tables], notes


def _listed(names: Iterable[str], limit: int = 5) -> str:
    shown = list(names)
    return ", ".join(shown[:limit]) + (f" and {len(shown) - limit} more" if len(shown) > limit else "")


def _nothing(path: str) -> SlaauditError:
    if glob.has_magic(path):
        return stop("no_such_file", path, "no file fits this pattern", "check the path")
    parent = Path(path).parent
    siblings = [file.name for file in parent.iterdir()] if parent.is_dir() else []
    hint = did_you_mean(Path(path).name, siblings) or "check the path"
    return stop("no_such_file", path, "there is no such file", hint)
