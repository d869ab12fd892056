"""Tallies and their periods are exact however they are worked out: in 64 bits or 128, by half hours or by instants."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from fake_audit import an_audit, clock
from hypothesis import given
from hypothesis import strategies as st

from slaaudit.frames import DURATION, OUTCOMES
from slaaudit.reports import ComplianceOptions
from slaaudit.reports.compliance import dated_clocks
from slaaudit.reports.tallies import tallied

METRICS = ("first_reply", "resolution")
TIMES = st.none() | st.integers(0, 10**9) | st.integers(2**61, 2**63 - 1)
CLOCKS = st.lists(st.tuples(st.none() | st.sampled_from(METRICS), st.sampled_from(OUTCOMES), TIMES), max_size=12)


@given(CLOCKS, st.booleans())
def test_times_add_up_exactly_also_where_64_bits_do_not_hold_them(
    clocks: list[tuple[str | None, str, int | None]], encoded: bool
) -> None:
    words = (pl.Enum(METRICS), pl.Enum(OUTCOMES)) if encoded else (pl.String(), pl.String())
    schema = {"metric": words[0], "outcome": words[1], "elapsed": pl.Int64()}
    rows = pl.DataFrame(clocks, schema=schema, orient="row").with_columns(pl.col("elapsed").cast(DURATION))
    told = tallied(rows, ["metric"]).with_columns(pl.col("max", "min").to_physical())
    expected = defaultdict[tuple[str | None, str], list[int | None]](list)
    for metric, outcome, time in clocks:
        expected[metric, outcome].append(time)
    assert told.height == len(expected)
    for metric, outcome, number, timed, total, most, least in told.rows():
        times = [time for time in expected[metric, outcome] if time is not None]
        assert (number, timed, total) == (len(expected[metric, outcome]), len(times), sum(times))
        assert (most, least) == (max(times, default=None), min(times, default=None))


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Asia/Kathmandu", "America/Havana", "Asia/Kolkata", "Etc/GMT+12"])
@pytest.mark.parametrize("spacing", [timedelta(minutes=1), timedelta(hours=7, minutes=5)])
def test_a_clock_counts_on_the_local_date_on_which_it_was_decided(zone: str, spacing: timedelta) -> None:
    first = datetime(2026, 10, 24, 17, 59, tzinfo=UTC)  # over the clock changes of Amsterdam and Havana
    instants = [first + number * spacing for number in range(600)]
    clocks = [clock("T-1", "first_reply", "fulfilled", elapsed=1, decided=instant) for instant in instants]
    audit = an_audit(clocks, timezone=zone)
    rows, _ = dated_clocks(audit, ComplianceOptions(per="day"))  # type: ignore[arg-type]  # a stand-in
    expected = [f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d}" for instant in rows["decided"]]
    assert rows["date"].to_list() == expected


@pytest.mark.parametrize("per", ["day", "month", "total"])
def test_a_clock_without_the_date_counts_in_no_period_but_in_the_total(per: str) -> None:
    dated = [
        clock(f"T-{number}", "first_reply", "fulfilled", elapsed=1, closed="2026-10-01 10:00") for number in range(9)
    ]
    audit = an_audit([*dated, clock("T-9", "first_reply", "running")])
    rows, _ = dated_clocks(audit, ComplianceOptions(per=per, date="closed"))  # type: ignore[arg-type]  # a stand-in
    found = rows.filter(pl.col("outcome") == "running")["date"].to_list()
    assert found == (["total"] if per == "total" else [None])
