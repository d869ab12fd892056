"""NDJSON for pipelines: the rows only, one object a line."""

from __future__ import annotations

from typing import BinaryIO

from slaaudit.render.options import RenderOptions
from slaaudit.render.values import json_lines
from slaaudit.reports.report import Report


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes one object a row with the values of `values.json_values`; nothing for a report without rows."""
    for text in json_lines(report.frame, report, options):
        out.write(text)
