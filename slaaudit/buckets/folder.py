"""The temporary folder in which a split export lies: it goes with the run, however that ends."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from slaaudit.problems import Problem, SlaauditError
from slaaudit.unfinished import is_full, made_folder, unfinished


@contextmanager
def temporary_folder(needed: int) -> Iterator[Path]:
    """A new folder under TMPDIR, removed at the end of the block or of the process.

    Raises `SlaauditError` (`no_space`) when less than `needed` bytes are free there, or nothing can be written.
    """
    parent = Path(tempfile.gettempdir())
    free = shutil.disk_usage(parent).free
    if free < needed:
        what = f"an audit in buckets may need {_gigabytes(needed)} of disk in {parent}, and {_gigabytes(free)} are free"
        raise _no_space(what)
    path = parent / f"slaaudit-{secrets.token_hex(4)}"
    with unfinished(path):
        try:
            made_folder(path)
        except OSError as error:
            raise _no_space(f"cannot write to {parent}: {error.strerror or error}") from error
        yield path


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """Raises `SlaauditError` (`no_space`) when the disk of the folder turns out to be full in the block."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        if is_full(error):
            raise _no_space(f"the disk with {folder.parent} is full") from error
        raise


def _no_space(what: str) -> SlaauditError:
    hint = "name a folder on a disk with room in TMPDIR, or give the audit more --memory"
    return SlaauditError(Problem(code="no_space", what=what, hint=hint))


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
