"""How long every stage of a run took, and the memory that the run had needed by its end."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from threading import Lock, get_ident
from time import perf_counter

from slaaudit.stages import BUCKET, IDLE, JUDGING
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
    """A watch that notes when each stage ends; a stage that is told again goes on.

    While the thread that made it tells that it is `judging`, others may tell stages too, each its own. The time that
    passes meanwhile is divided among those stages as the time is that the threads spend on them.
    """

    def __init__(
        self, clock: Callable[[], float] = perf_counter, memory: Callable[[], int | None] = peak_memory
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._home = get_ident()
        self._beside = _Beside()
        self.stages: list[Stage] = []

    def __call__(self, stage: str, rows: int | None = None) -> None:
        """The stage begins, or goes on and is about so many rows."""
        if get_ident() != self._home:
            self._beside.tell(stage, rows, self._clock(), self._memory())
            return
        if stage == IDLE:
            return
        if self.stages and self.stages[-1].name == stage:
            self.stages[-1].rows = rows
            return
        now = self._finish()
        self.stages.append(Stage(stage, rows, now, now))

    def lines(self) -> list[str]:
        """A table of the stages up to now, and their total."""
        self._finish()
        total = sum(stage.seconds for stage in self.stages)
        rows = [_HEADINGS, *(_cells(stage, total) for stage in _together(self._told()))]
        rows.append(("total", f"{total:.3f}", _share(total, total), "", _memory(self._memory())))
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        return [_line(row, widths) for row in rows]

    def _told(self) -> list[Stage]:
        """The stages, with those of other threads in the place of the one in which they were told."""
        told: list[Stage] = []
        for stage in self.stages:
            for each in self._beside.within(stage) if stage.name == JUDGING else [stage]:
                if told and told[-1].name == each.name:  # the parts of a report, and the whole
                    parts = told.pop()
                    told.append(replace(each, rows=parts.rows, began=each.began - parts.seconds))
                else:
                    told.append(each)
        return told

    def _finish(self) -> float:
        """Ends the last stage; the instant."""
        now = self._clock()
        if self.stages:
            self.stages[-1].ended, self.stages[-1].peak = now, self._memory()
        return now


class _Beside:
    """The stages that threads tell at the same time, each of them once with all that was told of it."""

    def __init__(self) -> None:
        self._stages: dict[str, Stage] = {}
        self._open: dict[int, tuple[str, float]] = {}
        self._lock = Lock()

    def tell(self, stage: str, rows: int | None, now: float, peak: int | None) -> None:
        """The thread that tells it ends its last stage and begins this one."""
        with self._lock:
            ended, began = self._open.pop(get_ident(), (IDLE, now))
            if ended != IDLE:
                self._stages[ended].ended += now - began
                self._stages[ended].peak = peak
            if stage == IDLE:
                return
            known = self._stages.setdefault(stage, Stage(stage, None, 0, 0))
            known.rows = rows if known.rows is None or rows is None else known.rows + rows
            self._open[get_ident()] = stage, now

    def within(self, whole: Stage) -> list[Stage]:
        """The stages, of which the seconds add up to those of `whole`; itself if nobody told any."""
        spent = sum(stage.seconds for stage in self._stages.values())
        if not spent:
            return [whole]
        return [replace(each, ended=each.ended / spent * whole.seconds) for each in self._stages.values()]


def _together(stages: Iterable[Stage]) -> Iterator[Stage]:
    """The stages, those of all buckets as one."""
    for name, those in groupby(stages, key=lambda stage: BUCKET.sub(r"\1 \3 buckets", stage.name)):
        alike = list(those)
        if len(alike) == 1:
            yield alike[0]
            continue
        known = [stage.rows for stage in alike if stage.rows is not None]
        yield replace(alike[-1], name=name, rows=sum(known) if known else None, began=alike[0].began)


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
