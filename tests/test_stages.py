"""Whoever watches an audit is told every stage, in order, with the rows that it is about."""

from __future__ import annotations

from pathlib import Path

import slaaudit

POLICY = """
policy: Acme
levels: {all: {targets: {first_reply: 1h, resolution: 4h}}}
rules: [{name: All, level: all}]
"""


def test_an_audit_tells_its_stages_and_how_many_rows_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,created_at,first_reply_at,solved_at,status\n"
        "T-1,2026-10-05T09:00:00Z,2026-10-05T09:30:00Z,2026-10-05T10:00:00Z,solved\n"
        "T-2,2026-10-06T09:00:00Z,,,open\n"
    )
    (tmp_path / "policy.yaml").write_text(POLICY)
    told: list[tuple[str, int | None]] = []
    export = slaaudit.read_export([tmp_path / "tickets.csv"], watch=lambda stage, rows: told.append((stage, rows)))
    first, *others = told
    assert first == (f"reading {tmp_path / 'tickets.csv'}", None)
    assert [stage for stage, _ in others] == ["recognising", "dates", "cells", "tickets", "ordering"]
    told.clear()
    policy = slaaudit.load_policy(tmp_path / "policy.yaml")
    audited = slaaudit.audit(export, policy, watch=lambda stage, rows: told.append((stage, rows)))
    events = export.events.height
    assert told == [
        ("timeline", events),
        ("levels", events),
        ("metric first_reply", events),
        ("metric resolution", events),
        ("account", audited.verdicts.height),
    ]
