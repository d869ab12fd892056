"""Who watches a run: the stopwatch of `--timings` and the progress on a terminal."""

from __future__ import annotations

from typing import Any

from slaaudit.cli.progress import Progress, can_show
from slaaudit.cli.stopwatch import Stopwatch
from slaaudit.cli.terminal import say

LOADING = "loading"  # of the code that a command needs: polars alone takes a tenth of a second


class Watcher:
    """A watch for every stage of a run, from `loading` on, which tells those that were asked for.

    The block that it is entered for is the run. On a terminal there is progress while it lasts, unless `quiet`; after
    a run that went well come the timings.
    """

    def __init__(self, *, timings: bool, quiet: bool = False) -> None:
        self._stopwatch = Stopwatch() if timings else None
        self._progress: Progress | None = None
        self._is_quiet = quiet
        self(LOADING)

    def __enter__(self) -> Watcher:
        if can_show() and not self._is_quiet:
            self._progress = Progress()
            self._progress(LOADING)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        self.hush()
        for line in self._stopwatch.lines() if self._stopwatch and kind is None else ():
            say(line)

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
