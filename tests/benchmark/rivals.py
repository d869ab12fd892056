"""The same verdicts by what one would pick instead, each with its own means: `rivals.py NAME FOLDER OUT [TICKETS]`.

They judge two metrics of `rivals.yaml` that need no pauses: first_reply and first_resolution. `OUT` gets one line a
clock: ticket, metric, outcome, elapsed seconds. Of TICKETS only so many, spread evenly over all; then `OUT.json` tells
what working out their times cost, without the reading: the seconds that passed, and those of the processors.
"""

from __future__ import annotations

import json
import sys
from datetime import time
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ZONE = "Europe/Amsterdam"
OPENS, CLOSES = 9 * 3600, 17 * 3600
TARGETS = {"first_reply": 4 * 3600, "first_resolution": 40 * 3600}


def pandas_clocks(folder: Path, tickets: int | None) -> Any:
    """One row per clock: ticket, metric, start, end, is_over; instants in UTC."""
    import pandas as pd

    frame = pd.read_csv(folder / "tickets.csv", usecols=["ticket_id", "created_at"])
    if tickets is not None:
        frame = frame.iloc[:: max(1, len(frame) // tickets)].head(tickets)
    events = pd.read_csv(folder / "events.csv")
    frame["start"] = pd.to_datetime(frame["created_at"], format="ISO8601")
    events["at"] = pd.to_datetime(events["at"], format="ISO8601")
    as_of = events["at"].max()
    is_reply = (events["event"] == "message") & (events["actor"] == "agent") & (events["public"] == True)  # noqa: E712
    is_solve = (events["field"] == "status") & (events["new"] == "solved")
    parts = []
    for metric, marks in (("first_reply", is_reply), ("first_resolution", is_solve)):
        first = events[marks].groupby("ticket_id", as_index=False)["at"].min()
        part = frame.merge(first, on="ticket_id", how="left")
        part["metric"], part["is_over"] = metric, part["at"].notna()
        part["end"] = part["at"].fillna(as_of)
        parts.append(part[["ticket_id", "metric", "start", "end", "is_over"]])
    return pd.concat(parts, ignore_index=True)


def _told(clocks: Any, elapsed: Any, out: Path) -> None:
    import numpy as np

    target = clocks["metric"].map(TARGETS)
    clocks["outcome"] = np.where(elapsed > target, "missed", np.where(clocks["is_over"], "fulfilled", "running"))
    clocks["elapsed"] = elapsed
    clocks[["ticket_id", "metric", "outcome", "elapsed"]].to_csv(out, index=False)


def businesstimedelta(folder: Path, out: Path, tickets: int | None) -> None:
    """pandas and the package businesstimedelta, row by row."""
    import businesstimedelta as business
    import pytz

    rule = business.WorkDayRule(
        start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=pytz.timezone(ZONE)
    )
    rules = business.Rules([rule])
    clocks = pandas_clocks(folder, tickets)
    elapsed, began = [], (perf_counter(), process_time())
    for row in clocks.itertuples():
        found = rules.difference(row.start.to_pydatetime(), row.end.to_pydatetime())
        elapsed.append(found.hours * 3600 + found.seconds)
    out.with_suffix(".json").write_text(json.dumps([perf_counter() - began[0], process_time() - began[1]]))
    _told(clocks, elapsed, out)


def numpy(folder: Path, out: Path, tickets: int | None) -> None:
    """pandas, and whole days by numpy.busday_count with the time of day put right at both ends."""
    import numpy as np

    clocks = pandas_clocks(folder, tickets)
    spent, days = {}, {}
    for name in ("start", "end"):
        local = clocks[name].dt.tz_convert(ZONE).dt.tz_localize(None).to_numpy().astype("datetime64[s]")
        days[name] = local.astype("datetime64[D]")
        second = (local - days[name]).astype(int)
        spent[name] = np.where(np.is_busday(days[name]), np.clip(second, OPENS, CLOSES) - OPENS, 0)
    whole = np.busday_count(days["start"], days["end"]) * (CLOSES - OPENS)
    _told(clocks, whole - spent["start"] + spent["end"], out)


_DUCKDB = """
SET TimeZone = 'UTC';
CREATE TABLE tickets AS
  SELECT ticket_id, created_at::TIMESTAMPTZ AS start FROM read_csv('{folder}/tickets.csv');
CREATE TABLE events AS SELECT ticket_id, "at"::TIMESTAMPTZ AS happened, event, actor, public, field, new
  FROM read_csv('{folder}/events.csv', types = {{'public': 'BOOLEAN', 'new': 'VARCHAR'}});
CREATE TABLE days AS SELECT unnest(generate_series(
  (SELECT min(start)::DATE FROM tickets) - 1, (SELECT max(happened)::DATE FROM events) + 1, INTERVAL 1 DAY
))::DATE AS day;
CREATE TABLE openings AS
  SELECT timezone('{zone}', day + TIME '09:00') AS opens, timezone('{zone}', day + TIME '17:00') AS closes
  FROM days WHERE isodow(day) <= 5;
CREATE TABLE clocks AS
  WITH stops AS (
    SELECT ticket_id, 'first_reply' AS metric, min(happened) AS stopped FROM events
    WHERE event = 'message' AND actor = 'agent' AND public GROUP BY ticket_id
    UNION ALL
    SELECT ticket_id, 'first_resolution', min(happened) FROM events
    WHERE field = 'status' AND new = 'solved' GROUP BY ticket_id)
  SELECT t.ticket_id, m.metric, m.target, t.start, s.stopped IS NOT NULL AS is_over,
    coalesce(s.stopped, (SELECT max(happened) FROM events)) AS finish
  FROM tickets t CROSS JOIN (VALUES ('first_reply', 14400), ('first_resolution', 144000)) m(metric, target)
  LEFT JOIN stops s ON s.ticket_id = t.ticket_id AND s.metric = m.metric;
COPY (
  WITH measured AS (
    SELECT c.ticket_id, c.metric, any_value(c.target) AS target, any_value(c.is_over) AS is_over,
      coalesce(sum(epoch(least(c.finish, o.closes)) - epoch(greatest(c.start, o.opens)))
        FILTER (o.opens IS NOT NULL), 0)::BIGINT AS elapsed
    FROM clocks c LEFT JOIN openings o ON o.opens < c.finish AND o.closes > c.start
    GROUP BY c.ticket_id, c.metric)
  SELECT ticket_id, metric,
    CASE WHEN elapsed > target THEN 'missed' WHEN is_over THEN 'fulfilled' ELSE 'running' END AS outcome, elapsed
  FROM measured) TO '{out}' (HEADER);
"""


def duckdb(folder: Path, out: Path, _: int | None) -> None:
    """DuckDB: an interval join of the clocks with the openings."""
    import duckdb as database

    database.execute(_DUCKDB.format(folder=folder, zone=ZONE, out=out))


RIVALS = {"businesstimedelta": businesstimedelta, "numpy": numpy, "duckdb": duckdb}
# What each needs besides this project, and how many tickets it is given at most: row by row takes hours.
NEEDS = {"businesstimedelta": ("pandas", "businesstimedelta"), "numpy": ("pandas", "numpy"), "duckdb": ("duckdb",)}
MOST_TICKETS = {"businesstimedelta": 2_000}

if __name__ == "__main__":
    RIVALS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else None)
