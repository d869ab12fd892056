"""The temporary folder in which a split export lies: it goes with the run, however that ends."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.unfinished import has_no_room, is_full, made_folder, unfinished

_NAMES = ("TMPDIR", "TEMP", "TMP")  # where `tempfile` looks, in this order


@contextmanager
def temporary_folder(needed: int) -> Iterator[Path]:
    """A new folder under TMPDIR, removed at the end of the block or of the process.

    Raises `SlaauditError` (`no_space`) when less than `needed` bytes are free there, or nothing can be written.
    """
    parent = _parent()
    path = parent / f"slaaudit-{secrets.token_hex(4)}"
    with unfinished(path):
        try:
            free = shutil.disk_usage(parent).free
            if free < needed:
                room = f"{_gigabytes(needed)} of disk in {parent}, and {_gigabytes(free)} are free"
                raise _no_space(f"an audit in buckets may need {room}")
            made_folder(path)
        except OSError as error:
            raise _no_space(f"cannot write to {parent}: {error.strerror or error}") from error
        yield path


def _parent() -> Path:
    """Where the system keeps temporary files, or where somebody wants them: then nowhere else, whatever is wrong there.

    An export does not go silently to a disk that was not named: that one may be shared, or not encrypted.
    """
    if named := next(filter(None, map(os.environ.get, _NAMES)), None):
        return Path(named).absolute()
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        raise _no_space("there is no folder for temporary files") from None


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """Raises `SlaauditError` (`no_space`) when the disk of the folder turns out to be full in the block.

    What polars raises then may name anything that went wrong after it, so any error is looked into.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if is_full(error) or has_no_room(folder):
            raise _no_space(f"the disk with {folder.parent} is full") from error
        raise


def _no_space(what: str) -> SlaauditError:
    hint = "name a folder on a disk with room in TMPDIR, or give the audit more --memory"
    return SlaauditError(Problem(code="no_space", what=what, hint=hint))


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
