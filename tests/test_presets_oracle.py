"""A policy with a preset is the policy with the preset's lines written out, and the oracle says the same of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from oracle import Oracle
from oracle_time import instant
from test_oracle import buckets_of, differences, rows_of

from slaaudit.audit import audit
from slaaudit.policy import preset_names
from slaaudit.policy.preset_table import differences as lines_of


def written_out(raw: dict[str, Any], preset: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The policy with everything in it that the preset says and the policy does not, and its metrics."""
    policy, metrics = deepcopy(raw), {**deepcopy(strategies.BUILT_IN), **deepcopy(raw.get("metrics", {}))}
    for line in lines_of(preset):
        if line.path[0] == "metrics" and line.path[2] != "pause":
            metrics[line.path[1]][line.path[2]] = line.theirs
        elif line.path[0] == "metrics":
            _write_pause(policy, str(line.path[1]), line.theirs)
        elif line.path[0] == "on_level_change":
            policy.setdefault("on_level_change", line.theirs)
        elif line.path[0] == "rules_on":
            policy["rules"] = [{"on": line.theirs, **rule} for rule in policy["rules"]]
    return policy, metrics


def _write_pause(policy: dict[str, Any], metric: str, pause: object) -> None:
    for level in policy["levels"].values():
        if metric in level["targets"] and "pause" not in level:
            target = level["targets"][metric]
            target = target if isinstance(target, dict) else {"target": target}
            level["targets"][metric] = {"pause": pause, **target}


@pytest.mark.parametrize("preset", preset_names())
@strategies.effort(3)
@given(data=st.data(), raw=strategies.policies(), stories=strategies.exports())
def test_the_engine_says_what_the_oracle_says_under_a_preset(
    data: st.DataObject, raw: dict[str, Any], stories: strategies.Stories, preset: str
) -> None:
    raw = strategies.without_due_dates(raw)  # some presets let a resolution run several times
    if data.draw(st.booleans()):
        del raw["on_level_change"]
    as_of, shows = data.draw(strategies.instants_of(stories)), frozenset(strategies.SHOWS)
    found = audit(
        strategies.export_of(stories, shows=shows),
        strategies.policy_of({**raw, "preset": preset}),
        as_of=instant(as_of),
    )
    policy, metrics = written_out(raw, preset)
    rows, buckets = Oracle({"on_level_change": "retarget", **policy}, metrics, as_of, shows).audit(
        [ticket for ticket, _ in stories], [events for _, events in stories]
    )
    assert differences(rows_of(found), rows) == []
    assert buckets_of(found) == buckets
