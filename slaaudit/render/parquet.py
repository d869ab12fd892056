"""Parquet for notebooks and warehouses: the frame as it is."""

from __future__ import annotations

import io
from typing import BinaryIO

from slaaudit.render.options import RenderOptions
from slaaudit.reports.report import Report


def render(report: Report, options: RenderOptions, out: BinaryIO) -> None:
    """Writes the rows with native types: instants in UTC, durations in microseconds, shares as numbers, tags as lists.

    Nothing is rounded or escaped: `options` change nothing here.
    """
    file = io.BytesIO()  # so that a full disk or a closed pipe is Python's own error
    report.frame.write_parquet(file)
    out.write(file.getbuffer())
