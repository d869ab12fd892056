"""The rows of an export that could not be used as they stand: in a file, in short on stderr, or as an error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slaaudit.problems import Problem, SlaauditError
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.cli.finding import Found

KINDS_SHOWN = 6


def write_rejects(found: Found, path: str) -> None:
    """Writes every one of them to a file: CSV, unless its extension means another format."""
    from slaaudit.render import FORMATS, write
    from slaaudit.reports import Report
    from slaaudit.reports.columns import headings_of, kinds_of

    frame = found.problems
    report = Report(
        name="rejects",
        title="Rows that could not be used as they are",
        frame=frame,
        kinds=kinds_of(frame.schema),
        total=None,
        account=found.report.account,
        notes=(),
        timezone=found.report.timezone,
        headings=headings_of(frame.columns),
    )
    is_known = any(Path(path).suffix.lower() in entry.extensions for entry in FORMATS.values())
    write(report, format=None if is_known else "csv", output=path, named_by="--rejects")


def refuse_rejects(found: Found, *, listed_in: str | None) -> None:
    """Raises `SlaauditError`, with an example of each kind, if there is any; `listed_in` is where all are listed."""
    if number := found.problems.height:
        rows = "1 row" if number == 1 else f"{number:,} rows"
        what = f"{rows} of the export could not be used as exported, and --strict allows none"
        hint = f"all of them are in {listed_in}" if listed_in else "see all of them with --rejects FILE"
        summary = Problem(code="not_strict", what=what, hint=hint)
        raise SlaauditError([*(example for _, example in _kinds(found)), summary])


def reject_lines(found: Found, *, listed_in: str | None) -> list[str]:
    """One line a kind, the most frequent first: how many there are, and one of them; safe to show.

    The last line says how to list them all, unless `listed_in` is where they are.
    """
    kinds = _kinds(found)
    lines = [f"  {number:,} × {example.code}: {example.where}: {example.what}" for number, example in kinds]
    more = [f"  … and {len(kinds) - KINDS_SHOWN:,} more kinds"] if len(kinds) > KINDS_SHOWN else []
    hint = ["  all of them, row by row: --rejects FILE"] if kinds and not listed_in else []
    return [visible(line) for line in [*lines[:KINDS_SHOWN], *more, *hint]]


def _kinds(found: Found) -> list[tuple[int, Problem]]:
    """How many problems there are of each code, and the first of them."""
    kinds = found.kinds.sort("times", "code", descending=[True, False])
    shown = kinds.select("times", "code", "file", "row", "column", "what", "hint").to_dicts()
    return [(row.pop("times"), Problem(**row | {"column": row["column"] or ""})) for row in shown]
