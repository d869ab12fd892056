"""How much memory an audit may take, and into how many buckets that splits an export."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(k|m|g|t)?(i?)b?", re.IGNORECASE | re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
LEAST = 256_000_000  # bytes: the program with its libraries and one small piece of a file
_PROGRAM = 150_000_000  # of them what the program takes before it reads anything
# Measured (see the manual, `scale`), for each byte of the CSV text: what a bucket takes while it is judged,
PEAK = {"compliance": 12, "log": 34}
# and, of an audit in memory, what the export and the rows of a report take, and the slices that are judged at a time.
_WHOLE = {"compliance": 2.3, "log": 4.8}
_SLICES = {"compliance": (3, 300_000_000), "log": (7, 900_000_000)}  # per byte, at most
_PACKED = {".gz": 12, ".zst": 12, ".parquet": 8, ".xlsx": 8}  # what a byte of such a file is in CSV, at most usually
DISK_PER_BYTE = 2
_ROW = 8_000  # bytes that a row of a report takes while it is sorted and written
_LEAST_ROW = 100  # bytes: a row of the export counts as many at least, since a ticket with few cells is a ticket too
_HEAD = 65_536  # bytes of a file that tell how long its lines are
_PIECES = 24  # a piece takes so many times its bytes while it is split
_LEAST_PIECE, _MOST_PIECE = 1_000_000, 64_000_000


def bytes_of(text: str) -> int | None:
    """`500MB`, `2GB`, `1.5GiB` → bytes; None for what is no size. Without a unit: bytes."""
    found = _SIZE.fullmatch(text.strip())
    if not found or (found[3] and not found[2]):
        return None
    size = float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[(found[2] or "").lower()]
    return int(size) if isfinite(size) else None


def text_bytes(inputs: Iterable[Path | bytes]) -> int:
    """About how many bytes of CSV the inputs are, a row of which takes memory even if it is short. Raises `OSError`."""
    return sum(_text_bytes(one) for one in inputs)


def _text_bytes(one: Path | bytes) -> int:
    if isinstance(one, bytes):
        return _with_rows(one[:_HEAD], len(one))
    size = one.stat().st_size
    if packed := _PACKED.get(one.suffix.lower()):
        return size * packed
    with one.open("rb") as file:
        return _with_rows(file.read(_HEAD), size)


def _with_rows(head: bytes, size: int) -> int:
    """The size of a text that begins so, or what its rows count if that is more."""
    lines = head.count(b"\n") * size // max(len(head), 1)
    return max(size, lines * _LEAST_ROW)


@dataclass(frozen=True)
class Plan:
    """How an export is split: into how many `buckets`, read in pieces of so many bytes, and how many rows of a report
    are in memory `at_once`. `disk`: the bytes that this may take there.
    """

    buckets: int
    piece: int
    at_once: int
    disk: int


def plan(size: int, memory: int, report: str, threads: int = 1) -> Plan:
    """How to split `size` bytes of CSV so that the audit stays within `memory` bytes, with so many buckets judged at a
    time; `report`: a word of `PEAK`.
    """
    room = max(memory - _PROGRAM, _PROGRAM // 2)
    piece = min(max(room // _PIECES, _LEAST_PIECE), _MOST_PIECE)
    buckets = 1 if in_memory(size, report) <= memory else -(-size * PEAK[report] // room) * threads
    return Plan(buckets, piece, max(room // _ROW, 10_000), size * DISK_PER_BYTE)


def in_memory(size: int, report: str) -> int:
    """About what an audit of so many bytes of CSV takes that is not split."""
    per_byte, most = _SLICES[report]
    return int(_PROGRAM + size * _WHOLE[report] + min(size * per_byte, most))


def memory_by_default(size: int, report: str) -> int | None:
    """What an audit of so many bytes of CSV may take when nobody says it: half of the memory that is available.

    None: it need not be split, since it is likely to fit into three quarters of that.
    """
    available = memory_available()
    if available is None or in_memory(size, report) <= available * 3 // 4:
        return None
    return max(available // 2, LEAST)


def memory_available() -> int | None:
    """The bytes of memory that this process may still take; None where the system does not tell."""
    found = [value for value in (_free(), _left_in_group()) if value is not None]
    return min(found, default=None)


def _free() -> int | None:
    with suppress(OSError, ValueError):  # Linux
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        if found := re.search(r"^MemAvailable:\s*(\d+) kB", text, re.MULTILINE):
            return int(found[1]) * 1024
    with suppress(AttributeError, ValueError, OSError):  # macOS: all of it
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _left_in_group() -> int | None:
    """What a container leaves to its processes."""
    group = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError):
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        return int(most) - int((group / "memory.current").read_text(encoding="ascii"))
    return None
