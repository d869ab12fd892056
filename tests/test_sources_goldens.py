"""Whole small exports: what reading them yields, compared with `sources/<name>.json`.

`python tests/test_sources_goldens.py` writes them anew; look at the difference before you keep it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slaaudit.sources import Export, read_export

FOLDERS = sorted(folder.parent for folder in (Path(__file__).parent / "sources").glob("*/tickets.csv"))


def described(export: Export) -> dict[str, Any]:
    """The export as plain values: one text a row, without the columns that are empty throughout."""
    frames = {"tickets": export.tickets, "events": export.events, "problems": export.problems}
    return {
        "counts": dict(export.counts),
        "shows": sorted(export.shows),
        "source": export.source,
        "files": list(export.files),
        "notes": list(export.notes),
    } | {
        name: [
            "; ".join(f"{column} {value}" for column, value in row.items() if value not in (None, ""))
            for row in frame.to_dicts()
        ]
        for name, frame in frames.items()
    }


def golden(folder: Path) -> str:
    export = read_export(["."], timezone="Europe/Amsterdam")
    return json.dumps(described(export), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_export_reads_as_its_golden_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert golden(folder) == folder.with_suffix(".json").read_text(encoding="utf-8")


if __name__ == "__main__":
    import os

    for each in FOLDERS:
        os.chdir(each)
        each.with_suffix(".json").write_text(golden(each), encoding="utf-8")
