"""Whole reports in every text format, compared byte by byte with `tests/goldens/`.

`python tests/test_render_goldens.py` writes them anew; look at the difference before you keep it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fake_audit import an_audit, clock

from slaaudit.render import FORMATS, RenderOptions, rendered
from slaaudit.reports import ComplianceOptions, LogOptions, Report, compliance, log

FOLDER = Path(__file__).parent / "goldens"
PIPE, TERMINAL = RenderOptions(), RenderOptions(width=80)


def _audit() -> Any:
    ann = {"agent": "Ann Lee", "department": "Support", "level": "standard", "rule": "Everyone else"}
    bob = {"agent": "Bob [red]\x1b[31m", "department": "Sales", "level": "vip", "rule": "VIP | *gold*"}
    first = {"metric": "first_reply", "target": 240, "paused": 0, "calendar": "office", "priority": "normal"}
    solve = {"metric": "resolution", "target": 2400, "paused": 30, "calendar": "office", "priority": "normal"}
    clocks: list[dict[str, Any]] = [
        {"ticket": "T-1", "outcome": "fulfilled", "elapsed": 15, "sla_started": "2026-09-28 07:00", **first, **ann}
        | {"due_date": "2026-09-28 11:00", "closed": "2026-09-28 07:15", "decided": "2026-09-28 07:15"}
        | {"requester": "eve@example.com", "subject": "Printer\non fire", "reason": "replied in time"},
        {"ticket": "T-1", "outcome": "missed", "elapsed": 2460.5, "sla_started": "2026-09-28 07:00", **solve, **ann}
        | {"due_date": "2026-10-05 11:00", "closed": "2026-10-05 12:00:30", "decided": "2026-10-05 11:00"}
        | {"requester": "eve@example.com", "subject": "Printer\non fire", "reason": "solved 1:00:30 late"},
        {"ticket": "T-2", "outcome": "missed", "elapsed": 6001, "sla_started": "2026-10-25 00:30", **first, **bob}
        | {"due_date": "2026-10-25 01:30", "decided": "2026-10-25 01:30", "requester": "=cmd()", "subject": "a;b,\"c\""}
        | {"reason": "no reply yet"},
        {"ticket": "T-2", "outcome": "running", "elapsed": 60, "sla_started": "2026-10-25 00:30", **solve, **bob}
        | {"due_date": "2026-11-09 11:00", "decided": "2026-11-05 16:42:10", "at_risk": False, "requester": "=cmd()"},
        {"ticket": "T-3", "outcome": "not_measurable", "metric": "first_reply", "sla_started": "2026-10-26 08:00"}
        | {"decided": "2026-10-26 08:00", "reason": "the export does not show replies"},
    ]  # fmt: skip
    rows = [clock(row.pop("ticket"), row.pop("metric"), row.pop("outcome"), **row) for row in clocks]
    outcomes = {"fulfilled": 1, "missed": 2, "running": 1, "not_measurable": 1}
    return an_audit(rows, ticket_rows=5, tickets=3, duplicates=1, rejected=1, judged=3, problems=1, outcomes=outcomes)


def reports() -> dict[str, Report]:
    """Name → report."""
    audit = _audit()
    by_agent = ComplianceOptions(per="quarter", by=("department", "agent"), percentiles=(50, 90), sort=("-missed",))
    return {
        "compliance": compliance.build(audit),
        "by_agent": compliance.build(audit, by_agent),
        "log": log.build(audit),
        "everything": log.build(audit, LogOptions(all=True)),
    }


@cache
def goldens() -> dict[str, bytes]:
    """File name → what it should hold: every text format, and the table as on a terminal of 80 columns."""
    texts = [(name, entry.extensions[0]) for name, entry in FORMATS.items() if entry.is_text]
    built = reports()
    piped = {f"{r}{e}": rendered(report, name, PIPE) for r, report in built.items() for name, e in texts}
    shown = {f"{r}.80.txt": rendered(report, "table", TERMINAL) for r, report in built.items()}
    return piped | shown | {"footer.txt": "\n".join([*built["by_agent"].footer(), ""]).encode()}


def test_every_golden_is_compared() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.*")) == sorted(goldens())


@pytest.mark.parametrize("name", sorted(goldens()))
def test_reports_read_as_they_did(name: str) -> None:
    assert goldens()[name].decode() == (FOLDER / name).read_bytes().decode()


if __name__ == "__main__":
    for name, text in goldens().items():
        (FOLDER / name).write_bytes(text)
