"""The order of columns is that of the export, or of their names: never that of a hash, which every process has anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import shop

TABLES = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: [key, opened]
    list: tickets
    columns: {ticket_id: key, created_at: opened, account: more.k1}
    custom: [more, "listed[].name=value"]
"""
PROFILE = shop.HEAD + TABLES
SHOWN = """
import sys
from slaaudit.sources import read_export
export = read_export(sys.argv[2], source=sys.argv[1])
print(export.tickets.columns)
print([(table.list_name, [column.heading for column in table.columns]) for table in export.reading])
"""


def _entry(number: int) -> dict[str, Any]:
    keys = [f"k{(number * 7 + step) % 90}" for step in range(40)]
    more = {key: {"a": 1} if key.endswith("5") else key for key in keys}
    listed = [{"name": key, "value": number} for key in keys]
    entry = {"key": str(number), "opened": "2026-03-02T08:00:00Z", "more": more, "listed": listed}
    return entry | {f"own {key}": key for key in keys}


def test_columns_of_many_keys_have_one_order_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(PROFILE)
    lists = {f"list_{number}": [{"a": number}] for number in range(40)}
    (tmp_path / "x.json").write_text(json.dumps({"tickets": [_entry(number) for number in range(30)], **lists}))
    arguments = [sys.executable, "-c", SHOWN, str(tmp_path / "shop.yaml"), str(tmp_path / "x.json")]
    runs = [subprocess.Popen(arguments, env=_with_seed(seed), stdout=subprocess.PIPE) for seed in ("0", "1", "2")]
    shown = [run.communicate()[0] for run in runs]
    assert all(run.returncode == 0 for run in runs)
    assert len(set(shown)) == 1
    assert b"custom.k7" in shown[0]


def _with_seed(seed: str) -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": seed}
