"""Every message about an export: one small failing input each in `errors/sources`, and the exact text it gets.

A case: `files` (name → text) or `bytes` (name → hex), what `read_export` is `call`ed with (default: everything in the
folder, times in UTC), and what the user is told: the error that stops the run, or one line for each row.
"""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import slaaudit.sources
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import read_export
from slaaudit.sources.files import content
from slaaudit.sources.messages import MESSAGES

ZOO = Path(__file__).parent / "errors" / "sources"
CASES = sorted(ZOO.glob("*.yaml"))
OF_WORKBOOKS = {"bad_workbook", "no_excel", "sheet_too_large"}  # in test_sources_excel.py
PLACES = ("code", "file", "row", "column", "what", "hint")


def load(case: Path) -> dict[str, Any]:
    return yaml.safe_load(case.read_text(encoding="utf-8"))


def told(case: dict[str, Any], folder: Path) -> str:
    """What a user reads who calls with these files from inside `folder`."""
    for name, text in case.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, digits in case.get("bytes", {}).items():
        (folder / name).write_bytes(bytes.fromhex(digits))
    call = {"paths": ["."], "timezone": "UTC", **case.get("call", {})}
    stdin = io.BytesIO(call.pop("stdin", "").encode())
    try:
        export = read_export(call.pop("paths"), stdin=stdin, **call)
    except SlaauditError as error:
        return f"{error}\n"
    lines = []
    for row in export.problems.select(*PLACES, "rejected").to_dicts():
        used = "rejected" if row.pop("rejected") else "used"
        lines.append(f"{used}: {Problem(**{**row, 'column': row['column'] or ''})}\n")
    return "".join(lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_wrong_export_gets_exactly_its_message(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = load(case)
    assert told(wrong, tmp_path) == wrong["told"]


def test_a_file_that_unpacks_to_far_more_than_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(content, "UNPACKED_FREELY", 1_000)
    monkeypatch.setattr(content, "UNPACKED_RATIO", 5)
    (tmp_path / "tickets.csv.gz").write_bytes(gzip.compress(b"ticket_id,created_at\n" + b"1,2026-01-01\n" * 1_000))
    assert told({}, tmp_path) == (
        "tickets.csv.gz: error[unpacks_too_large] unpacks to more than 5 times its size\n"
        "    if that is right, unpack it first and name the unpacked file\n"
    )


def test_a_header_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    endless = 'ticket_id,"created_at\n' + "1,2026-01-05\n" * 20_000
    assert told({"files": {"tickets.csv": endless}}, tmp_path) == (
        "tickets.csv: error[bad_header] the header row cannot be read: a quote in it may not be closed\n"
        "    correct the first row, or export the file again\n"
    )


def test_every_code_has_its_case() -> None:
    sources = Path(slaaudit.sources.__file__).parent
    text = "".join(file.read_text(encoding="utf-8") for file in sources.rglob("*.py"))
    stopping = re.findall(r'(?:code=|stop\(\s*|_problem\(\s*reading\.column,\s*)"(\w+)"', text)
    shown = "".join(load(case)["told"] for case in CASES)
    covered = set(re.findall(r"error\[(\w+)\]", shown)) | {"unpacks_too_large", "bad_header"} | OF_WORKBOOKS
    assert {*stopping, *MESSAGES} - covered == set()
