"""What a long run is doing, on one line of a terminal: it appears after half a second, and goes when the run ends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from threading import Event, Lock, Thread, get_ident
from types import MappingProxyType

from slaaudit.cli.signals import say_before_the_end
from slaaudit.stages import ACCOUNT, BUCKET, IDLE, JUDGING, LEVELS, METRIC, REPORT, SPLITTING, TIMELINE
from slaaudit.visible import visible

PATIENCE = 0.5  # seconds before anything is shown: a small run stays silent
_PACE = 0.2
_ERASE = "\r\x1b[2K"

# How long the stages take in comparison, measured on ten million events; `metric` is for one of them.
_EFFORT = {
    "loading": 0, "policy": 0, "reading": 30, "recognising": 1, "dates": 6, "cells": 15, "tickets": 6, "ordering": 16,
    "timeline": 4, "levels": 8, "metric": 3, "account": 2, "report": 8, "writing": 1,
}  # fmt: skip
_EFFORT_OF_LOG = _EFFORT | {"report": 40, "writing": 190}
_OF_PARTS = (TIMELINE, LEVELS, METRIC, ACCOUNT, REPORT)
_USUAL_METRICS = 9
# The same for an audit in buckets, where each stage tells how far it is.
_IN_BUCKETS = {"reading": 1, "splitting": 33, "dates": 1, "typing": 42, "judging": 22, "merging": 1}


def can_show() -> bool:
    """Whether a person sees stderr, on a terminal that can take a line back."""
    return sys.stderr.isatty() and os.environ.get("TERM") not in (None, "", "dumb")


class Progress:
    """A watch that shows the stage, its rows and about how much of the run is done, until `hush`."""

    def __init__(self) -> None:
        self._metrics, self._parts, self._effort = _USUAL_METRICS, 1, _EFFORT
        self._passed: list[str] = []
        self._latest: dict[int, str] = {}  # by thread
        self._share = 0
        self._line = ""
        self._is_shown = False
        self._lock = Lock()
        self._over = Event()
        self._forget = say_before_the_end(self._last_word)
        Thread(target=self._show, name="progress", daemon=True).start()

    def __call__(self, stage: str, rows: int | None = None) -> None:
        """The stage begins, or is now known to be about so many rows."""
        is_told_again = self._latest.get(get_ident()) == stage
        self._latest[get_ident()] = stage
        if stage == IDLE:
            return
        if not is_told_again:
            self._passed.append(stage)
        self._share = max(self._share, share_done(self._passed, self._metrics, self._parts, self._effort))
        counted = "" if rows is None else f" · {rows:,} row{'' if rows == 1 else 's'}"
        self._line = f"{visible(stage)}{counted} · about {self._share} %"

    def expect(self, metrics: int, parts: int = 1, *, is_log: bool = False) -> None:
        """So many metrics will be judged in so many parts of the export, for a log or another report."""
        self._metrics, self._parts, self._effort = metrics, parts, _EFFORT_OF_LOG if is_log else _EFFORT

    def hush(self) -> None:
        """Takes the line away for good; nothing is shown any more."""
        self._over.set()
        with self._lock:
            if self._is_shown:
                _write(_ERASE)
            self._is_shown = False
        self._forget()
        self._forget = _nothing

    def _show(self) -> None:
        pause = PATIENCE
        while not self._over.wait(pause):
            pause = _PACE
            with self._lock:
                if self._line and not self._over.is_set():
                    self._is_shown = True
                    _write(_ERASE + _cut(self._line, shutil.get_terminal_size().columns - 1))

    def _last_word(self) -> bytes:
        self._over.set()
        return _ERASE.encode() if self._is_shown else b""


def share_done(
    passed: Sequence[str], metrics: int, parts: int = 1, effort: Mapping[str, int] = MappingProxyType(_EFFORT)
) -> int:
    """About how many percent are done when the last of these stages begins; below 100.

    Parts of an export are judged at the same time: there the metrics tell how far all of them are.
    """
    if SPLITTING in passed:
        return _share_of_buckets(passed[-1])
    kinds = list(effort)
    stage = _kind(passed[-1])
    times = {kind: metrics if kind == METRIC else 1 for kind in kinds}
    total = sum(effort[kind] * times[kind] for kind in kinds)
    is_in_parts = parts > 1 and stage in (JUDGING, *_OF_PARTS)
    before = kinds[: kinds.index(_OF_PARTS[0] if is_in_parts else stage)] if is_in_parts or stage in kinds else []
    efforts = sum(effort[kind] * times[kind] for kind in before)
    earlier = sum(_kind(each) == METRIC for each in passed[:-1])
    if is_in_parts:
        of_parts = sum(effort[kind] * times[kind] for kind in _OF_PARTS)
        efforts += of_parts * earlier // (metrics * parts)
    elif stage == METRIC:
        efforts += min(earlier, metrics) * effort[METRIC]
    return min(99, 100 * efforts // total)


def _kind(stage: str) -> str:
    return stage.partition(" ")[0]


def _share_of_buckets(stage: str) -> int:
    kinds, kind = list(_IN_BUCKETS), _kind(stage)
    if kind not in kinds:
        return 99
    bucket = BUCKET.fullmatch(stage)
    within = _IN_BUCKETS[kind] * (int(bucket[2]) - 1) // int(bucket[3]) if bucket else 0
    return sum(_IN_BUCKETS[each] for each in kinds[: kinds.index(kind)]) + within


def _cut(line: str, columns: int) -> str:
    """As much of a line as so many columns of a terminal hold: one that wraps could not be taken back."""
    from rich.cells import cell_len, set_cell_size

    return line if cell_len(line) <= columns else set_cell_size(line, columns)


def _nothing() -> None:
    """What is left to forget after the first time."""


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # a terminal that has gone
        return
