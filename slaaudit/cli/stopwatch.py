"""How long every stage of a run took, and the memory that the run had needed by its end."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from slaaudit.visible import visible

_HEADINGS = ("stage", "seconds", "share", "rows", "peak memory")
_GAP = "  "


@dataclass
class Stage:
    """A stage that began at `began`; rows and bytes are None while, or where, they are not known."""

    name: str
    rows: int | None
    began: float
    ended: float
    peak: int | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


def peak_memory() -> int | None:
    """The most bytes of memory that this process has had so far; None where the system does not tell."""
    with suppress(OSError):  # Linux: what `getrusage` tells there may be of the process that started this one
        found = re.search(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return getrusage(RUSAGE_SELF).ru_maxrss * unit


class Stopwatch:
    """A watch that notes when each stage ends; a stage that is told again goes on."""

    def __init__(
        self, clock: Callable[[], float] = perf_counter, memory: Callable[[], int | None] = peak_memory
    ) -> None:
        self._clock = clock
        self._memory = memory
        self.stages: list[Stage] = []

    def __call__(self, stage: str, rows: int | None = None) -> None:
        """The stage begins, or goes on and is about so many rows."""
        if self.stages and self.stages[-1].name == stage:
            self.stages[-1].rows = rows
            return
        now = self._finish()
        self.stages.append(Stage(stage, rows, now, now))

    def lines(self) -> list[str]:
        """A table of the stages up to now, and their total."""
        self._finish()
        total = sum(stage.seconds for stage in self.stages)
        rows = [_HEADINGS, *(_cells(stage, total) for stage in self.stages)]
        rows.append(("total", f"{total:.3f}", _share(total, total), "", _memory(self._memory())))
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        return [_line(row, widths) for row in rows]

    def _finish(self) -> float:
        """Ends the last stage; the instant."""
        now = self._clock()
        if self.stages:
            self.stages[-1].ended, self.stages[-1].peak = now, self._memory()
        return now


def _cells(stage: Stage, total: float) -> tuple[str, ...]:
    rows = "" if stage.rows is None else f"{stage.rows:,}"
    return visible(stage.name), f"{stage.seconds:.3f}", _share(stage.seconds, total), rows, _memory(stage.peak)


def _share(seconds: float, total: float) -> str:
    return f"{seconds / total:.1%}".replace("%", " %") if total else ""


def _memory(number: int | None) -> str:
    return "" if number is None else f"{number / 1e6:,.0f} MB"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = [
        f"{cell:>{width}}" if column else f"{cell:<{width}}"
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return _GAP.join([first, *others]).rstrip()
