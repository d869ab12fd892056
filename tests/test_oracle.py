"""The engine against the oracle: the same policy and the same events, judged in two ways that share no code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import strategies
from hypothesis import given
from hypothesis import strategies as st
from oracle import Oracle
from oracle_time import instant, microseconds

from slaaudit.audit import Audit, audit

COLUMNS = (
    "ticket", "metric", "cycle", "outcome", "level", "rule", "calendar", "sla_started", "due_date", "closed", "sla",
    "target", "elapsed", "paused", "decided", "at_risk", "department", "agent", "priority", "state",
)  # fmt: skip
BUCKETS = ("after_as_of", "excluded", "no_level", "no_clock", "judged")


def plain(value: Any) -> Any:
    """A value of the log as the oracle has it: microseconds."""
    if isinstance(value, datetime):
        return microseconds(value)
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def rows_of(found: Audit) -> list[dict[str, Any]]:
    """The log as the oracle writes it."""
    return [{name: plain(value) for name, value in row.items()} for row in found.log(COLUMNS).to_dicts()]


def buckets_of(found: Audit) -> dict[str, int]:
    """The account's buckets that are not empty."""
    return {name: count for name in BUCKETS if (count := getattr(found.account, name))}


def check(raw: dict[str, Any], stories: strategies.Stories, as_of: int, shows: frozenset[str]) -> None:
    """Fails unless both say the same of every clock and every ticket."""
    found = audit(strategies.export_of(stories, shows=shows), strategies.policy_of(raw), as_of=instant(as_of))
    metrics = {**strategies.BUILT_IN, **raw.get("metrics", {})}
    rows, buckets = Oracle(raw, metrics, as_of, shows).audit(
        [ticket for ticket, _ in stories], [events for _, events in stories]
    )
    assert differences(rows_of(found), rows) == []
    assert buckets_of(found) == buckets


def differences(actual: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[str]:
    """One line for each value that differs, each clock that only one of the two has, and a wrong order."""
    key = ("ticket", "metric", "cycle")
    ours = {tuple(row[name] for name in key): row for row in actual}
    theirs = {tuple(row[name] for name in key): row for row in expected}
    lines = [f"only the engine: {ours[each]}" for each in ours.keys() - theirs.keys()]
    lines += [f"only the oracle: {theirs[each]}" for each in theirs.keys() - ours.keys()]
    lines += [
        f"{each} {name}: engine {ours[each][name]}, oracle {theirs[each][name]}"
        for each in ours.keys() & theirs.keys()
        for name in COLUMNS
        if ours[each][name] != theirs[each][name]
    ]
    return lines or (["the order"] if list(ours) != list(theirs) else [])


@strategies.effort(120)
@given(st.data(), strategies.policies(), strategies.exports())
def test_the_engine_says_what_the_oracle_says(
    data: st.DataObject, raw: dict[str, Any], stories: strategies.Stories
) -> None:
    check(raw, stories, data.draw(strategies.instants_of(stories)), frozenset(strategies.SHOWS))


@strategies.effort(40)
@given(st.data(), strategies.policies(), strategies.exports(2), strategies.shown)
def test_the_engine_says_what_the_oracle_says_of_exports_that_show_less(
    data: st.DataObject, raw: dict[str, Any], stories: strategies.Stories, shows: frozenset[str]
) -> None:
    check(raw, stories, data.draw(strategies.instants_of(stories)), shows)
