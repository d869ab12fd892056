"""Measurements → the page of the manual."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .measuring import Cost

READING = "polars: read and parse, nothing else"
_GIGABYTE = 1_000_000_000


@dataclass(frozen=True)
class Results:
    """What one size cost: of each command, its cost; of each rival, its cost or why there is none."""

    events: int
    tickets: int
    kind: str
    costs: dict[str, Cost]
    rivals: dict[str, Cost | str] = field(default_factory=dict)
    stages: str = ""


def lines_of(results: Results) -> list[str]:
    """The table of one size, as Markdown."""
    base = results.costs[READING]
    rows = [f"### {results.events:,} events of {results.tickets:,} tickets, {results.kind}", ""]
    rows += ["| | seconds | of processors | ratio | peak memory |", "|---|---|---|---|---|"]
    rows += [_row(name, cost, base) for name, cost in results.costs.items()]
    if results.rivals:
        rows += ["", "Two metrics without pauses, on one calendar (`tests/benchmark/rivals.yaml`):", ""]
        rows += ["| | seconds | of processors | ratio | peak memory |", "|---|---|---|---|---|"]
        rows += [_row(name, cost, base) for name, cost in results.rivals.items()]
    if results.stages:
        rows += ["", "Where `slaaudit compliance` spends it:", "", "```text", *results.stages.splitlines(), "```"]
    return rows


def _row(name: str, cost: Cost | str, base: Cost) -> str:
    if isinstance(cost, str):
        return f"| {name} | {cost} | | | |"
    memory = f"{cost.memory / _GIGABYTE:.2f} GB" if cost.memory else ""
    return f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.cpu / base.cpu:.1f} | {memory} |"


def page(found: Sequence[Results]) -> str:
    """The whole page: what was measured on which machine, and the tables."""
    tables = [line for results in found for line in ["", *lines_of(results)]]
    sizes = ",".join(str(results.events) for results in found)
    introduction = [line.replace("SIZES", sizes) for line in _INTRODUCTION]
    return "\n".join([*introduction, "", "## Measured", "", *machine_lines(), *tables, ""])


def machine_lines() -> list[str]:
    """The machine, the versions and the date."""
    versions = f"Python {platform.python_version()}, polars {version('polars')}, slaaudit {version('slaaudit')}"
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {versions},",
        f"{os.cpu_count()} cores of {_processor()}, {_memory() / _GIGABYTE:.0f} GB of memory.",
    ]


def _processor() -> str:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        described = []
    names = [line.partition(":")[2].strip() for line in described if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


_INTRODUCTION = """# How fast it is, and how much memory it needs

Numbers of seconds mean nothing without the machine, so every table has a yardstick in
its first row: polars reading the same files and parsing their times, which any
program on them must do. The ratio is the time of all processors together over that of
the first row, in the same run: commands take turns, each in a process of its own, and
the median of their runs counts. It stays about the same from machine to machine, and
when the machine is busy.

The export is invented by `python -m tests.benchmark` (about five events a ticket, ten
columns of tickets, by time); the policy has three calendars, ten rules, and a target
for every metric that slaaudit brings along: about ten clocks a ticket. The tables
below were written by

```text
python -m tests.benchmark --events SIZES --write
```

`--kind parquet` measures Parquet, `--help` tells the rest. The rivals are what one
would write instead; their verdicts on the tickets they were given are compared with
those of slaaudit, and the benchmark fails if a single one differs. They need `pip
install -e '.[benchmark]'`.""".splitlines()
