"""JSON for programs: one object with the rows, the total, the account and the notes."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from slaaudit.render.options import RenderOptions
from slaaudit.render.values import json_lines, json_values
from slaaudit.reports.report import Report

_ROWS = '"rows": []'
_NEXT_ROW = b",\n    "  # line feeds inside cells are escaped in JSON: those between rows are the only ones


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes `report, title, timezone, as_of, policy, rows, total, account, notes`; a row a line.

    Values are those of `values.json_values`. `total` is an object like the rows, or null; `policy` has the name and
    the SHA-256 of its file; `account` the numbers of the footer.
    """
    before, after = _envelope(report, options).split(_ROWS)
    out.write(f'{before}"rows": ['.encode())
    separator = _NEXT_ROW.removeprefix(b",")
    for lines in json_lines(report.frame, report, options):
        if lines:
            out.write(separator + lines.removesuffix(b"\n").replace(b"\n", _NEXT_ROW))
            separator = _NEXT_ROW
    out.write((b"" if report.frame.is_empty() else b"\n  ") + f"]{after}\n".encode())


def _envelope(report: Report, options: RenderOptions) -> str:
    account = report.account.as_dict()
    document: dict[str, Any] = {
        "report": report.name,
        "title": report.title,
        "timezone": report.timezone,
        "as_of": account["as_of"],
        "policy": {"name": account["policy_name"], "sha256": account["policy_hash"]},
        "rows": [],
        "total": None if report.total is None else json_values(report.total, report, options).to_dicts()[0],
        "account": account,
        "notes": list(report.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
