"""The same verdicts by slaaudit and by its rivals: what each costs, and proof that they are the same."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from .measuring import Cost, cost_of
from .rivals import RIVALS

OURS = "slaaudit log, the same columns"
_COLUMNS = {"ticket": pl.String, "metric": pl.String, "cycle": pl.Int64, "outcome": pl.String, "elapsed": pl.Int64}


def compared(log: Sequence[str], folder: Path, tickets: int, out: Path) -> tuple[dict[str, Cost | str], int]:
    """What all verdicts on an export cost slaaudit (by the command `log`) and each rival, and how many there are.

    Raises `RuntimeError` when a single one differs. Of a rival that is not installed, it says so instead.
    """
    ours = out / "ours.parquet"
    found: dict[str, Cost | str] = {}
    found[OURS] = cost_of([*log, "--all", "--columns", ",".join(_COLUMNS), "-o", str(ours)])
    for name, rival in RIVALS.items():
        if missing := [package for package in rival.needs if find_spec(package) is None]:
            found[rival.title] = f"not installed: {', '.join(missing)}"
            continue
        title, cost = _cost(name, folder, tickets, out / name)
        if wrong := _differing(ours, out / name):
            raise RuntimeError(f"{rival.title} and slaaudit differ: {wrong}")
        found[title] = cost
    return found, _verdicts(ours).select(pl.len()).collect().item()


def _cost(name: str, folder: Path, tickets: int, out: Path) -> tuple[str, Cost]:
    """The title and the cost of a rival; for one that is too slow, what its loop takes for all tickets is worked out
    from what it takes for some.
    """
    rival = RIVALS[name]
    command = [sys.executable, "-m", "tests.benchmark.rivals", name, str(folder), str(out)]
    if rival.most is None:
        return rival.title, cost_of(command)
    most = min(rival.most, tickets)
    cost = cost_of([*command, str(most)])
    wall, cpu = json.loads((out / "loop.json").read_text(encoding="utf-8"))
    others = (tickets - most) / most
    title = f"{rival.title}, worked out from {most:,} tickets"
    return title, Cost(cost.wall + wall * others, cost.cpu + cpu * others, cost.memory)


def _differing(ours: Path, theirs: Path) -> list[pl.DataFrame]:
    """The verdicts that only one of both has on the tickets which the rival judged, by metric; all, if it has none."""
    told, known = _verdicts(theirs / "*.parquet"), _verdicts(ours)
    tickets = told.select("ticket").unique().collect()
    metrics = known.select(pl.col("metric").unique()).collect()["metric"]
    if tickets.is_empty():
        return [known.collect()]
    found = []
    for metric in sorted(metrics):  # in parts, as millions of verdicts take much memory
        both = [verdicts.filter(metric=metric).collect() for verdicts in (told, known)]
        both[1] = both[1].join(tickets, on="ticket", how="semi")
        for whose, other in (both, both[::-1]):
            found.append(whose.join(other, on=whose.columns, how="anti", nulls_equal=True))
    return [frame for frame in found if frame.height]


def _verdicts(path: Path) -> pl.LazyFrame:
    """The verdicts in one or several files; `elapsed` is in seconds, or a duration as in those of slaaudit."""
    verdicts = pl.scan_parquet(path)
    if verdicts.collect_schema()["elapsed"] == pl.Duration:
        verdicts = verdicts.with_columns(pl.col("elapsed").dt.total_seconds())
    return verdicts.select(pl.col(name).cast(dtype) for name, dtype in _COLUMNS.items())
