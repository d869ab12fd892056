"""The rows of an export that could not be used as they stand: in a file, in short on stderr, or as an error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slaaudit.problems import Problem, SlaauditError
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.audit import Audit

KINDS_SHOWN = 6


def write_rejects(audit: Audit, path: str) -> None:
    """Writes every one of them to a file: CSV, unless its extension means another format."""
    from slaaudit.render import FORMATS, write
    from slaaudit.reports import Report
    from slaaudit.reports.columns import headings_of, kinds_of

    frame = audit.export.problems
    report = Report(
        name="rejects",
        title="Rows that could not be used as they are",
        frame=frame,
        kinds=kinds_of(frame.schema),
        total=None,
        account=audit.account,
        notes=(),
        timezone=audit.policy.timezone,
        headings=headings_of(frame.columns),
    )
    is_known = any(Path(path).suffix.lower() in entry.extensions for entry in FORMATS.values())
    write(report, format=None if is_known else "csv", output=path)


def refuse_rejects(audit: Audit, *, listed_in: str | None) -> None:
    """Raises `SlaauditError`, with an example of each kind, if there is any; `listed_in` is where all are listed."""
    if number := audit.export.problems.height:
        rows = "1 row" if number == 1 else f"{number:,} rows"
        what = f"{rows} of the export could not be used as exported, and --strict allows none"
        hint = f"all of them are in {listed_in}" if listed_in else "see all of them with --rejects FILE"
        summary = Problem(code="not_strict", what=what, hint=hint)
        raise SlaauditError([*(example for _, example in _kinds(audit)), summary])


def reject_lines(audit: Audit, *, listed_in: str | None) -> list[str]:
    """One line a kind, the most frequent first: how many there are, and one of them; safe to show.

    The last line says how to list them all, unless `listed_in` is where they are.
    """
    kinds = _kinds(audit)
    lines = [f"  {number:,} × {example.code}: {example.where}: {example.what}" for number, example in kinds]
    more = [f"  … and {len(kinds) - KINDS_SHOWN:,} more kinds"] if len(kinds) > KINDS_SHOWN else []
    hint = ["  all of them, row by row: --rejects FILE"] if kinds and not listed_in else []
    return [visible(line) for line in [*lines[:KINDS_SHOWN], *more, *hint]]


def _kinds(audit: Audit) -> list[tuple[int, Problem]]:
    """How many problems there are of each code, and the first of them."""
    import polars as pl

    first = pl.col("file", "row", "column", "what", "hint").first()
    kinds = audit.export.problems.group_by("code", maintain_order=True).agg(pl.len(), first)
    kinds = kinds.sort("len", "code", descending=[True, False]).with_columns(pl.col("column").fill_null(""))
    return [(row.pop("len"), Problem(**row)) for row in kinds.to_dicts()]
