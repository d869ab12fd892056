"""Audits of the parts of one export share compiled calendars, in several threads: what they find is the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import polars as pl
import pytest
from oracle_time import microseconds
from test_speed_guard import POLICY, write_export

from slaaudit.audit import Audit, audit
from slaaudit.calendars import BusinessClock, Calendar
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.verdicts import excluded_tickets, verdicts_of
from slaaudit.policy import Policy, load_policy
from slaaudit.sources import read_export

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = 3_600_000_000
HOURS = {"hours": {"mon-thu": "09:00-12:30, 13:00-17:30", "fri": "09:00-16:00"}, "holidays": {"dates": ["2026-01-06"]}}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


@pytest.fixture(scope="module")
def parts(policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> list[Audit]:
    """Audits, each by calendars of its own, of parts that lie years apart: each needs another horizon."""
    folder = tmp_path_factory.mktemp("export")
    write_export(folder, 60)
    export = read_export(folder)
    found = []
    for years in (0, 3, -4, 9, 1):
        later = pl.col(pl.Datetime).dt.offset_by(f"{years}y")
        moved = replace(export, tickets=export.tickets.with_columns(later), events=export.events.with_columns(later))
        found.append(audit(moved, policy))
    return found


def judged_again(part: Audit, compiled: dict[str, BusinessClock]) -> pl.DataFrame:
    """The verdicts of a part, by calendars that others compiled or will use."""
    opening, excluded = OpenTime(part.timeline, part.policy, compiled), excluded_tickets(part.timeline, part.policy)
    metrics = [part.policy.metrics[name] for name in part.policy.metrics_in_use]
    shows = part.export.shows
    return pl.concat(
        verdicts_of(each, part.timeline, part.levels, part.policy, opening=opening, excluded=excluded, shows=shows)
        for each in metrics
    )


def test_parts_judged_by_shared_calendars_are_judged_as_alone(parts: list[Audit]) -> None:
    compiled: dict[str, BusinessClock] = {}
    for part in [*parts, *reversed(parts)]:
        assert judged_again(part, compiled).equals(part.verdicts)
    assert set(compiled) == {"office", "extended", "always"}


def test_threads_may_share_calendars(parts: list[Audit]) -> None:
    for _ in range(5):
        compiled: dict[str, BusinessClock] = {}
        with ThreadPoolExecutor(len(parts)) as threads:
            found = list(threads.map(partial(judged_again, compiled=compiled), parts))
        assert all(verdicts.equals(part.verdicts) for verdicts, part in zip(found, parts, strict=True))


def test_open_time_does_not_depend_on_what_a_clock_was_asked_before() -> None:
    start = microseconds(MONDAY)
    instants = pl.Series([start + number * 7 * HOUR for number in range(-2000, 2000)], dtype=pl.Int64)
    budgets = pl.Series([number * HOUR // 3 for number in range(1, 2000)], dtype=pl.Int64)
    fresh, asked = (Calendar(HOURS).clock(start, start + HOUR) for _ in range(2))
    for years in (-300, 20, 900):
        far = pl.Series([microseconds(MONDAY + timedelta(days=365 * years))], dtype=pl.Int64)
        asked.instant(asked.open_time(far) + HOUR)
    asked.working_days_due(pl.Series([start], dtype=pl.Int64), 10_000)
    assert asked.open_time(instants).equals(fresh.open_time(instants))
    assert asked.instant(budgets).equals(fresh.instant(budgets))
    assert asked.working_days_due(instants, 3).equals(fresh.working_days_due(instants, 3))


def test_a_clock_that_grows_in_several_threads_answers_each_of_them() -> None:
    start = microseconds(MONDAY)
    far = [
        pl.Series([microseconds(MONDAY + timedelta(days=400 * years))], dtype=pl.Int64)
        for years in (*range(-40, 0, 4), *range(1, 40, 4))
    ]
    alone = [Calendar(HOURS).clock(start, start).open_time(each)[0] for each in far]
    for _ in range(5):
        clock = Calendar(HOURS).clock(start, start)
        with ThreadPoolExecutor(8) as threads:
            assert [found[0] for found in threads.map(clock.open_time, far)] == alone
            due = threads.map(clock.instant, [pl.Series([each], dtype=pl.Int64) for each in alone])
            assert [clock.open_time(each)[0] for each in due] == alone
