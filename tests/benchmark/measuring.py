"""A command in a process of its own: how long it took, how much of the processors and of memory it used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall and of all processors together, and the most memory held at once, in bytes."""

    wall: float
    cpu: float
    memory: int


def cost_of(command: Sequence[str]) -> Cost:
    """What one run of a command costs; raises `RuntimeError` with what it said when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    started = time.perf_counter()
    child = subprocess.Popen(
        list(command), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{said.decode(errors='replace')}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def median_cost(runs: Sequence[Cost]) -> Cost:
    """The median of each number."""
    return Cost(
        median(run.wall for run in runs), median(run.cpu for run in runs), int(median(run.memory for run in runs))
    )


def side_by_side(commands: dict[str, Sequence[str]], repeat: int) -> dict[str, Cost]:
    """The median cost of each command; they take turns, so that a busy machine is unfair to all of them alike."""
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            runs[name].append(cost_of(command))
    return {name: median_cost(found) for name, found in runs.items()}
