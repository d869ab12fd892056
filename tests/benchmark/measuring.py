"""A command in a process of its own: how long it took, how much of the processors and of memory it used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


# A process begins with the memory that its parent holds, and that counts as its own peak: hence a small parent.
_LAUNCH = """
import json, os, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - started
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""


def environment() -> dict[str, str]:
    """That of a command: without how memory is given back, which polars here leaves to it; each has its own way."""
    inherited = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    return {**inherited, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def cost_of(command: Sequence[str]) -> Cost:
    """What one run of a command costs; raises `RuntimeError` with what it said when it fails."""
    launcher = [sys.executable, "-c", _LAUNCH, *command]
    done = subprocess.run(launcher, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)
    wall, cpu, peak, code = json.loads(done.stdout)
    if code:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return Cost(wall, cpu, peak * (1 if sys.platform == "darwin" else 1024))


def median_cost(runs: Sequence[Cost]) -> Cost:
    """The median of each number."""
    return Cost(
        median(run.wall for run in runs), median(run.cpu for run in runs), int(median(run.memory for run in runs))
    )


def side_by_side(commands: dict[str, Sequence[str]], repeat: int, out: Path) -> dict[str, Cost]:
    """The median cost of each command; they take turns, so that a busy machine is unfair to all of them alike.

    What one of them wrote into `out` is gone before the next begins, which would have to wait for the disk otherwise.
    """
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            runs[name].append(cost_of(command))
            for written in out.iterdir():
                written.unlink()
    return {name: median_cost(found) for name, found in runs.items()}
