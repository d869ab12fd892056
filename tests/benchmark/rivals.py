"""All verdicts of policy.yaml by what one would pick instead.

`python -m tests.benchmark.rivals NAME FOLDER OUT [TICKETS]`: `OUT` becomes a folder of Parquet files with one row per
clock: ticket, metric, cycle, outcome, elapsed (seconds). Where TICKETS is given, only so many are judged, spread evenly
over all; `OUT/loop.json` tells what their row-by-row part took: seconds that passed, and those of the processors.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent


def holidays() -> list[date]:
    """Those of the Netherlands, which all rivals are given."""
    from holidays import country_holidays

    return sorted(country_holidays("NL", years=range(2019, 2040)))


def duckdb(hours: str, folder: Path, out: Path) -> None:
    """DuckDB alone: the SQL is in `duckdb/`, the business hours are those of `hours`."""
    import duckdb as database

    with database.connect(config={"temp_directory": str(out / "spilled")}) as session:
        # nobody asks for the order of the rows: more runs on all cores, in less memory
        session.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; CREATE TABLE holidays(day DATE)")
        session.executemany("INSERT INTO holidays VALUES (?)", [[day] for day in holidays()])
        for name in ("tickets", "events"):
            session.execute(f"SET VARIABLE {name} = '{folder / name}.csv'")
        for name in ("policy", "clocks", "terms", hours, "verdicts"):
            session.execute((HERE / "duckdb" / f"{name}.sql").read_text(encoding="utf-8"))
        session.execute(f"COPY verdicts TO '{out / 'verdicts.parquet'}'")


def pandas_and_numpy(folder: Path, out: Path) -> None:
    """pandas for the clocks and verdicts, numpy for the business hours; nothing row by row."""
    from .pandas_clocks import story_of
    from .pandas_hours import OpenTime
    from .pandas_verdicts import write_verdicts

    story = story_of(folder)
    write_verdicts(story, OpenTime(story, holidays()).between, holidays(), out)


def pandas_and_businesstimedelta(folder: Path, out: Path, tickets: int) -> None:
    """The same, but the package businesstimedelta for the business hours, one stretch after the other."""
    from .pandas_clocks import story_of
    from .pandas_hours import RowByRow
    from .pandas_verdicts import write_verdicts

    story, hours = story_of(folder), RowByRow(holidays())
    write_verdicts(story, hours.between, holidays(), out, tickets)
    (out / "loop.json").write_text(json.dumps([hours.wall, hours.cpu]))


@dataclass(frozen=True)
class Rival:
    """Its name, the packages it needs besides this project, and how many tickets it judges; None: all."""

    title: str
    needs: tuple[str, ...]
    run: Callable[..., None]
    most: int | None = None


RIVALS = {
    "duckdb_join": Rival("DuckDB, interval join", ("duckdb",), partial(duckdb, "hours_by_join")),
    "duckdb_day": Rival("DuckDB, running total of days", ("duckdb",), partial(duckdb, "hours_by_day")),
    "numpy": Rival("pandas, numpy", ("pandas", "numpy"), pandas_and_numpy),
    "businesstimedelta": Rival(
        "pandas, businesstimedelta", ("pandas", "businesstimedelta", "pytz"), pandas_and_businesstimedelta, most=1_000
    ),
}

if __name__ == "__main__":
    name, folder, out, *tickets = sys.argv[1:]
    Path(out).mkdir()
    RIVALS[name].run(Path(folder), Path(out), *map(int, tickets))
