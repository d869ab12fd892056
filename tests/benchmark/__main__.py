"""Speed and scale, measured side by side in one run.

Makes an export of each size once (into a folder that it keeps), then runs in turns, each in a process of its own:
polars reading and parsing the same files; `slaaudit compliance`; `slaaudit log -o log.csv`; and what one would write
instead, with proof that it comes to the same verdicts.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from .comparing import compared
from .generating import export_of
from .measuring import ROOT, environment, side_by_side
from .page import COMPLIANCE, READING, Results, growth_lines, lines_of, machine_lines, memory_of_the_machine, page

HERE = Path(__file__).parent
PAGE = ROOT / "slaaudit" / "manual" / "performance.md"
_UNITS = {"k": 1_000, "M": 1_000_000}


def main() -> None:
    """Measures what the options ask for and prints it; with `--write`, into the manual as well."""
    options = _options()
    found = []
    for events, kind in options.events:
        results = _measured(events, kind, options)
        found.append(results)
        _say([*lines_of(results), ""])
    _say([*growth_lines(found), *machine_lines()])
    if options.write:
        given = re.sub(r" ?--(write|folder[ =]\S+)", "", " ".join(sys.argv[1:]))  # where it is kept changes nothing
        PAGE.write_text(page(found, given), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    sizes = "sizes, as CSV if they do not say parquet: 100k, 10M, 10M:parquet, or several"
    parser.add_argument("--events", type=_sizes, default=_sizes("100k"), help=sizes)
    parser.add_argument("--memory", default="4GB", help="of slaaudit, for files of more than a third of the memory")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each command; the median counts")
    parser.add_argument("--no-rivals", action="store_true", help="only polars and slaaudit")
    parser.add_argument("--write", action="store_true", help="write the tables into the manual")
    cache = Path(tempfile.gettempdir()) / "slaaudit-benchmark"
    parser.add_argument("--folder", type=Path, default=cache, help="where exports are kept")
    return parser.parse_args()


def _sizes(text: str) -> list[tuple[int, str]]:
    words = [word.partition(":") for word in text.split(",")]
    return [(int(size.rstrip("kM")) * _UNITS.get(size[-1], 1), kind or "csv") for size, _, kind in words]


def _measured(events: int, kind: str, options: argparse.Namespace) -> Results:
    folder = export_of(options.folder, events, kind=kind)
    number = len_of(folder / f"tickets.{kind}")
    size = sum(path.stat().st_size for path in folder.iterdir())
    is_large = size > memory_of_the_machine() // 3
    memory = options.memory if is_large else ""
    has_rivals = not (options.no_rivals or is_large or kind != "csv")
    with tempfile.TemporaryDirectory() as out:
        costs = side_by_side(_commands(folder, Path(out), memory), 1 if is_large else options.repeat, Path(out))
        log = [*_slaaudit("log", folder), "-p", str(HERE / "policy.yaml"), "-q"]
        rivals, verdicts = compared(log, folder, number, Path(out)) if has_rivals else ({}, 0)
    return Results(events, number, kind, costs, rivals, verdicts, _stages(folder, memory), memory)


def len_of(path: Path) -> int:
    """How many rows a file has."""
    rows = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path)
    return int(rows.select(pl.len()).collect().item())


def _commands(folder: Path, out: Path, memory: str) -> dict[str, list[str]]:
    policy = ["-p", str(HERE / "policy.yaml"), "-q", *_within(memory)]
    compliance = {COMPLIANCE: [*_slaaudit("compliance", folder), *policy]}
    if memory:  # polars alone would hold all of it, and the log would be several times as large again
        return compliance
    return {
        READING: [sys.executable, str(HERE / "reading.py"), str(folder)],
        **compliance,
        "slaaudit log -o log.csv": [*_slaaudit("log", folder), *policy, "-o", str(out / "log.csv")],
    }


def _within(memory: str) -> list[str]:
    return ["--memory", memory] if memory else []


def _slaaudit(command: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "slaaudit", command, str(folder)]


def _stages(folder: Path, memory: str) -> str:
    """What `--timings` says, where there is such an option; nothing of an audit in buckets, which has very many."""
    if memory:
        return ""
    command = [*_slaaudit("compliance", folder), "-p", str(HERE / "policy.yaml"), "-q", "--timings"]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if ran.returncode:
        return ""
    # without the folder, in columns as before
    return re.sub(rf"{re.escape(str(folder))}/(\S+)", lambda found: found[1].ljust(len(found[0])), ran.stderr)


def _say(lines: list[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
