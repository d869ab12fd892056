"""Who watches a run: the stopwatch of `--timings` and the progress on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import typer

from slaaudit.cli.progress import Progress, can_show
from slaaudit.cli.stopwatch import Stopwatch
from slaaudit.cli.terminal import say

LOADING = "loading"  # of the code that a command needs: polars alone takes a tenth of a second
_STOPWATCH: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def timed(is_wanted: bool) -> Iterator[None]:
    """The run of a command. If it is wanted, the time of its stages is told last, unless the run could not be made."""
    stopwatch = Stopwatch() if is_wanted else None
    before = _STOPWATCH.set(stopwatch)
    begin(LOADING)
    is_made = False
    try:
        yield
        is_made = True
    except typer.Exit:  # a gate failed, perhaps
        is_made = True
        raise
    finally:
        _STOPWATCH.reset(before)
        for line in stopwatch.lines() if stopwatch and is_made else ():
            say(line)


def begin(stage: str) -> None:
    """A stage of the command begins: `--timings` tells it. It is no part of what takes long and shows its progress."""
    if stopwatch := _STOPWATCH.get():
        stopwatch(stage)


class Watcher:
    """A watch for the stages of what may take long, which tells them to the stopwatch and shows the progress.

    The block that it is entered for is what may take long: on a terminal there is progress while it lasts, unless
    `quiet`.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._stopwatch = _STOPWATCH.get()
        self._progress: Progress | None = None
        self._is_quiet = quiet

    def __enter__(self) -> Watcher:
        if can_show() and not self._is_quiet:
            self._progress = Progress()
            self._progress(LOADING)
        return self

    def __exit__(self, *error: Any) -> None:
        self.hush()

    def __call__(self, stage: str, rows: int | None = None) -> None:
        """The stage begins, or is now known to be about so many rows."""
        for watch in (self._stopwatch, self._progress):
            if watch:
                watch(stage, rows)

    def expect(self, metrics: int, parts: int = 1, *, is_log: bool = False) -> None:
        """So many metrics will be judged in so many parts of the export, for a log or another report."""
        if self._progress:
            self._progress.expect(metrics, parts, is_log=is_log)

    def hush(self) -> None:
        """What follows is written where the progress is shown: it goes."""
        if self._progress:
            self._progress.hush()
