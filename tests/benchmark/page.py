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
COMPLIANCE = "slaaudit compliance"
_GIGABYTE = 1_000_000_000
_HEADINGS = ("| | seconds | ratio | of processors | ratio | peak memory |", "|---|---|---|---|---|---|")


@dataclass(frozen=True)
class Results:
    """What one size cost: of each command, its cost; of slaaudit and each rival, that of the same `verdicts`, or why
    there is none.
    """

    events: int
    tickets: int
    kind: str
    costs: dict[str, Cost]
    rivals: dict[str, Cost | str] = field(default_factory=dict)
    verdicts: int = 0
    stages: str = ""
    memory: str = ""  # what slaaudit was told to stay within


def lines_of(results: Results) -> list[str]:
    """The table of one size, as Markdown."""
    base = results.costs.get(READING)
    within = f", --memory {results.memory}" if results.memory else ""
    rows = [f"### {results.events:,} events of {results.tickets:,} tickets, {results.kind}{within}", ""]
    rows += [*_HEADINGS, *(_row(name, cost, base) for name, cost in results.costs.items())]
    if results.rivals:
        rows += ["", f"The same {results.verdicts:,} verdicts by what one would pick instead:", ""]
        ours = next(cost for cost in results.rivals.values() if isinstance(cost, Cost))
        compared = {name: cost for name, cost in results.costs.items() if name == COMPLIANCE} | results.rivals
        rows += [*_HEADINGS, *(_row(name, cost, ours) for name, cost in compared.items())]
    if results.stages:
        rows += ["", "Where `slaaudit compliance` spends it:", "", "```text", *results.stages.splitlines(), "```"]
    return rows


def _row(name: str, cost: Cost | str, base: Cost | None) -> str:
    if isinstance(cost, str):
        return f"| {name} | {cost} | | | | |"
    wall, cpu = (f"{cost.wall / base.wall:.1f}", f"{cost.cpu / base.cpu:.1f}") if base else ("", "")
    memory = f"{cost.memory / _GIGABYTE:.2f} GB" if cost.memory else ""
    return f"| {name} | {cost.wall:.1f} | {wall} | {cost.cpu:.1f} | {cpu} | {memory} |"


def growth_lines(found: Sequence[Results]) -> list[str]:
    """What a million events cost at each size, as Markdown, if there are several."""
    if len(found) < 2:
        return []
    names = [name for name in found[0].costs if name != READING]
    rows = ["### Seconds of processors for a million events", ""]
    rows += [f"| events | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for results in found:
        costs = [results.costs.get(name) for name in names]
        cells = [f"{cost.cpu / results.events * 1e6:.2f}" if cost else "" for cost in costs]
        rows.append(f"| {results.events:,}, {results.kind} | {' | '.join(cells)} |")
    return rows


def page(found: Sequence[Results], options: str) -> str:
    """The whole page: what was measured on which machine, with which options, and the tables."""
    tables = [line for results in found for line in ["", *lines_of(results)]]
    growth = growth_lines(found)
    tables += ["", *growth] if growth else []
    introduction = [line.replace("OPTIONS", options) for line in _INTRODUCTION]
    return "\n".join([*introduction, "", *_RIVALS, "", *_AIMS, "", "## Measured", "", *machine_lines(), *tables, ""])


def machine_lines() -> list[str]:
    """The machine, the versions and the date."""
    versions = f"Python {platform.python_version()}, polars {version('polars')}, slaaudit {version('slaaudit')}"
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {versions},",
        f"{os.cpu_count()} cores of {_processor()}, {memory_of_the_machine() / _GIGABYTE:.0f} GB of memory.",
    ]


def _processor() -> str:
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        described = []
    names = [line.partition(":")[2].strip() for line in described if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory_of_the_machine() -> int:
    """Its bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


_INTRODUCTION = """# How fast it is, and how much memory it needs

Numbers of seconds mean nothing without the machine, so every table has a yardstick in
its first row: polars reading the same files and parsing their times, which any
program on them must do. The ratios are those to the first row in the same run, of the
seconds that passed and of those that all processors spent: commands take turns, each in
a process of its own, and the median of their runs counts. The latter stays about the
same from machine to machine, and when the machine is busy.

The export is invented by `python -m tests.benchmark` (about five events a ticket, ten
columns of tickets, by time); the policy has three calendars, ten rules, and a target
for every metric that slaaudit brings along: about ten clocks a ticket. The tables
below were written by

```text
python -m tests.benchmark OPTIONS --write
```

An export of which the files are more than a third of the memory is not given to polars
alone, which would hold all of it, nor to rivals, and no log of it is written, which
would be six times as large. `--help` tells the options.""".splitlines()
_RIVALS = """## Compared with what

Rivals are what one would write instead. Each comes to the same verdicts by the same
policy: of every clock, also of those that run, pause, were cancelled or excluded, or
have no target, the ticket, metric, cycle, outcome and elapsed seconds. All three
calendars with the holidays, four levels, ten rules, thirteen metrics, pauses and
working days are in it; not a single verdict may differ from those of slaaudit, or the
benchmark fails. The ratios of their tables are those to `slaaudit log` with the same
five columns, in Parquet like theirs. They run once, and need `pip install -e
'.[benchmark]'`.

- *DuckDB, interval join* is SQL alone (`tests/benchmark/duckdb`): window functions find
  the clocks and the stretches in which they count, and a range join finds the openings
  that these overlap.
- *DuckDB, running total of days* does without that join: two equi-joins with a table of
  days. It is the fastest SQL that we found; an `ASOF JOIN` takes as long as the former.
- *pandas, numpy* does the same with whole columns, metric by metric, and looks up
  business hours with `searchsorted`.
- *pandas, businesstimedelta* calls that library for one stretch after the other. It
  finds all clocks, but judges those of some tickets, spread evenly; what the calls for
  all would take is worked out from these.

The comparison is kind to them. They were written for this policy and these files: the
rules are code, the holidays are given, ids and times are trusted, no two events share
an instant, no ticket is spam in between, and nothing is told but the verdict. slaaudit
reads a policy, checks every cell, and knows due dates, pauses, reasons and who held the
ticket when the report asks for them.""".splitlines()
_AIMS = """## What it aims at, and where the time goes

For ten million events from CSV with every metric: `compliance` in 3 times what polars
takes alone, the log in 4.5 times, in 2.5 GB; a cost per event that does not grow with
the export by more than three tenths; five times the speed of DuckDB, and a thousand
times that of a library that works row by row. Of these the memory of `compliance` and
the thousand are reached, and of DuckDB the five times against its interval join; the
fastest SQL takes about four times what `compliance` takes, pandas with numpy three
times. Of [100 million](scale.md) an event costs a fifth more seconds than of one
million, and nearly four tenths more of processors, as all rows are written to disk and
read again.
The 3 and the 4.5 times are not reached: it is about three and a half times, and about
nine for the log.

- Polars alone parses one column of each file. An audit reads all of them: words are
  made distinct, ids matched, states told, and ten million events put in the order of
  their tickets, which takes about as long again as reading the files: half of the
  seconds of `compliance`, and of processors too.
- The thirteen metrics come to about ten clocks a ticket: twenty million verdicts, each
  with its promise, times, due date and outcome. A pass of polars over as many numbers
  takes 0.02 to 0.1 seconds here; they are most of the other half.
- The log is six times as large as the export. Of its processors' seconds four tenths
  are those of `compliance`, nearly two tenths what the system takes to put 5.9 GB into
  a file, and the rest is turning cells into text, at about 40 nanoseconds a cell.
- A small export is mostly start-up: about 0.4 seconds for Python, polars, pydantic and
  our own modules, and a few hundredths more for a calendar with a country's holidays.

What made a difference: conditions on distinct words instead of rows, rules only where
they may answer otherwise, open time summed only in clocks that something pauses, events
sorted by ticket alone where they come in time, slices of whole tickets on several
threads, columns of cells on several threads, look-ups in blocks that stay in the cache,
columns made without a query of their own, narrow rows until they are written, memory
that one thread gives back to all of them. What did not: smaller slices, huge pages of
memory, reading both files at a time, cells typed inside the scan of the file.""".splitlines()
