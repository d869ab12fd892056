"""Temporary files and folders that exist now, so that whatever ends the process early can remove them first.

A file that was written in part must not survive, and a process can end where no `finally` runs: see `cli.signals`.
Both sides take one lock: who ends the process keeps it for ever, so that nothing is made or put in place after that.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import BinaryIO

_TRIES = 50  # a folder into which other threads still write may need several
_PATIENCE = 0.5  # seconds for a lock that hangs with a disk; the process must end nevertheless
_SMALL = 1_000_000  # bytes: what is left where a larger write failed is less
_FULL = (errno.ENOSPC, errno.EDQUOT)
_lock = RLock()
_paths: set[Path] = set()


def is_full(error: BaseException) -> bool:
    """Whether something could not be written because the disk is full; Polars says so in words only, or not at all."""
    return getattr(error, "errno", None) in _FULL or os.strerror(errno.ENOSPC) in str(error)


def has_no_room(folder: Path) -> bool:
    """Whether not even a small file can be written to this folder, since its disk is full. Leaves nothing there.

    It is tried: what a disk tells of its free bytes says nothing of quotas, and of blocks that are kept for others.
    """
    path = folder / f".room-{os.urandom(4).hex()}"
    with unfinished(path):
        try:
            with opened(path, 0o600) as out:
                out.write(bytes(_SMALL))
        except OSError as error:
            return is_full(error)
    return False


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """Removes `path`, a file or a folder, at the end of the block if it exists then, or when the process is ended.

    The block is entered before `path` is made, by `opened` or `made_folder`: what is not there is no error.
    """
    keep_track(path)
    try:
        yield
    finally:
        remove(path)


def keep_track(path: Path) -> None:
    """From now on `remove_all` removes this file or folder, until `remove` or `in_place` says that it is gone."""
    with _lock:
        _paths.add(path)


def opened(path: Path, mode: int = 0o666) -> BinaryIO:
    """A new file, open for writing, with as much of this mode as the umask leaves.

    Raises `OSError`, also if there is such a file.
    """
    with _lock:
        return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


def made_folder(path: Path) -> Path:
    """`path`, made as a folder that nobody else may look into. Raises `OSError`, also if there is something there."""
    with _lock:
        path.mkdir(mode=0o700)
        return path


def remove(path: Path) -> None:
    """Removes a file or a folder with all that is in it, if it exists, and forgets it."""
    with _lock:
        _paths.discard(path)
        _gone(path)


def in_place(path: Path, target: Path) -> None:
    """Gives the finished file its name: from now on it is not temporary. Raises `OSError` as `Path.replace` does."""
    with _lock:
        path.replace(target)
        _paths.discard(path)


def remove_all() -> None:
    """Removes everything that is unfinished. For a process that ends now: nothing can be made or finished after it."""
    _lock.acquire(timeout=_PATIENCE)
    for path in sorted(_paths):
        with suppress(OSError):  # a read-only disk is no reason not to end
            _gone(path)


def _gone(path: Path) -> None:
    if not os.path.lexists(path):  # or a read-only disk would refuse to remove even that
        return
    if path.is_dir() and not path.is_symlink():
        for _ in range(_TRIES):
            shutil.rmtree(path, ignore_errors=True)
            if not path.exists():
                return
    with suppress(FileNotFoundError):
        path.unlink()
