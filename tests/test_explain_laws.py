"""An explanation says what the log says, to the microsecond, and its stretches add up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from oracle_time import instant

from slaaudit.audit import Audit, audit
from slaaudit.engine.clocks import judged_cycles
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.stretches import stretches_of
from slaaudit.explain import Explanation, explain, json_of, md_of, text_of
from slaaudit.explain.story import ClockStory
from slaaudit.explain.timetable import timetable
from slaaudit.policy import load_policy
from slaaudit.reports.columns import LOG_COLUMNS
from slaaudit.sources import read_export

ROOT = Path(__file__).parent.parent
NOTHING = timedelta()
EVERY = 200  # of the sample's tickets, besides those that have something of their own to tell
TOLD = ("HD-10008", "HD-10022", "HD-10039", "HD-10049", "HD-10050", "HD-10060", "HD-10074", "HD-10228", "HD-11499")


def rows_of(found: Audit) -> dict[str, list[dict[str, Any]]]:
    """The rows of the log of all tickets, by ticket."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found.log(LOG_COLUMNS).to_dicts():
        rows[row["ticket"]].append(row)
    return rows


def open_time(clock: ClockStory, *kinds: str) -> timedelta:
    return sum((stretch.open for stretch in clock.stretches if stretch.kind in kinds), NOTHING)


def wrong_times(clock: ClockStory) -> list[str]:
    """What the stretches and moments of a clock say otherwise than its row of the log."""
    row = clock.row
    if not clock.is_judged:
        return ["stretches"] * bool(clock.stretches or clock.moments)
    if clock.is_sum:
        logged = sum((moment.amount or NOTHING for moment in clock.moments), NOTHING)
        return ["elapsed"] * (logged != row["elapsed"])
    last = clock.stretches[-1].used if clock.stretches else NOTHING
    overdue = open_time(clock, "overdue")
    checks = {
        "elapsed": open_time(clock, "counted", "overdue") == last == row["elapsed"],
        "paused": open_time(clock, "paused") == row["paused"],
        "overdue": overdue == (max(-row["sla"], NOTHING) if row["outcome"] == "missed" else NOTHING),
        "joined": all(one.ends == two.starts for one, two in zip(clock.stretches, clock.stretches[1:], strict=False)),
        "start": clock.moments[0].at == row["sla_started"] and clock.moments[0].effect == "starts",
        "end": row["closed"] is None or (clock.moments[-1].at, clock.moments[-1].effect) == (row["closed"], "ends"),
        "due": [moment.at for moment in clock.moments if moment.effect == "runs_out"]
        == ([max(row["due_date"], row["sla_started"])] if row["outcome"] == "missed" else []),
    }
    return [name for name, is_right in checks.items() if not is_right]


def wrong_rows(clock: ClockStory, timezone: str) -> list[str]:
    """Whether the rows of the time table leave out or repeat some of the time."""
    rows = timetable(clock, timezone)
    amount = sum((row.amount for row in rows if row.amount is not None), NOTHING)
    return ["amounts"] * (clock.is_judged and amount != clock.row["elapsed"])


def check(story: Explanation, found: Audit, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Fails unless the story says the same as the log of all, and can be written in every format."""
    assert [dict(clock.row) for clock in story.clocks] == rows[story.ticket["ticket_id"]]
    assert [name for clock in story.clocks for name in wrong_rows(clock, story.timezone)] == []
    wrong = {(clock.row["metric"], clock.row["cycle"]): wrong_times(clock) for clock in story.clocks}
    assert {key: names for key, names in wrong.items() if names} == {}
    assert story.as_of == found.as_of
    assert all(clock.sentence.endswith(".") for clock in story.clocks)
    assert max(map(len, text_of(story).splitlines())) <= 80
    assert json_of(story)
    assert md_of(story)


@pytest.fixture(scope="module")
def found() -> Audit:
    """The audit of the sample data."""
    policy = load_policy(ROOT / "policies" / "helpdesk.yaml")
    return audit(read_export([ROOT / "sample_data" / "helpdesk"], timezone=policy.timezone), policy)


def test_an_explanation_says_what_the_log_says(found: Audit) -> None:
    rows = rows_of(found)
    ids = [*TOLD, *found.export.tickets["ticket_id"].gather_every(EVERY)]
    for ticket in dict.fromkeys(ids):
        check(explain(found.export, found.policy, ticket), found, rows)


def test_the_stretches_of_every_clock_of_the_sample_add_up_to_its_row(found: Audit) -> None:
    for number, name in enumerate(found.policy.metrics_in_use):
        metric = found.policy.metrics[name]
        if metric.kind == "sum":
            continue
        judged = judged_cycles(metric, found.timeline, found.levels, found.policy)
        stretches = stretches_of(metric, judged, found.timeline, OpenTime(found.timeline, found.policy))
        sums = stretches.group_by("cycle_row").agg(
            elapsed=pl.col("open").filter("counted").sum(), paused=pl.col("open").filter(~pl.col("counted")).sum()
        )
        frame = judged.frame.with_row_index("cycle_row").select("cycle_row", "ticket_row", "cycle")
        told = frame.join(sums, on="cycle_row", how="left", maintain_order="left").fill_null(0)
        rows = found.verdicts.filter(pl.col("metric") == number)
        both = rows.select("ticket_row", "cycle", logged="elapsed", stood="paused").join(
            told, on=["ticket_row", "cycle"]
        )
        assert both.height == rows.height
        judged_only = both.filter(pl.col("logged").is_not_null())
        assert (judged_only["logged"].to_physical() == judged_only["elapsed"]).all()
        assert (judged_only["stood"].to_physical() == judged_only["paused"]).all()


@strategies.effort(6)
@given(st.data(), strategies.policies(), strategies.exports(2))
def test_an_explanation_of_anything_says_what_the_log_says(
    data: st.DataObject, raw: dict[str, Any], stories: strategies.Stories
) -> None:
    as_of = instant(data.draw(strategies.instants_of(stories)))
    export, policy = strategies.export_of(stories), strategies.policy_of(raw)
    found = audit(export, policy, as_of=as_of)
    for number in found.timeline.rows["ticket_row"].unique().sort():
        ticket = export.tickets["ticket_id"][number]
        check(explain(export, policy, ticket, as_of=as_of), found, rows_of(found))
