"""An inspection as text: what a person wants to know about a file before they write a policy for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from slaaudit.explain.layout import Page, cell_len, padded
from slaaudit.inspecting.inspection import Inspection
from slaaudit.inspecting.mapping import counted, mapping, untold
from slaaudit.visible import visible
from slaaudit.zones import is_zone

_GAP = 2
_KINDS = {"ticket": "duplicates", "event": "event_duplicates", "detail": "detail_duplicates", "name": ""}
_WIDEST_WORD = 40


def text_of(found: Inspection, *, width: int, color: bool = False) -> str:
    """The inspection in lines of at most `width` cells: first what the export is and can tell, then how it was read."""
    page = Page(width)
    page.line((found.title, "strong"), (f"  (source {found.source})", "dim"))
    _rows(found, page)
    _metrics(found, page)
    _statuses(found, page)
    _problems(found, page)
    _notes(found, page)
    mapping(found.tables, page, ZoneInfo(found.timezone))
    return page.text(color=color)


def _rows(found: Inspection, page: Page) -> None:
    page.gap()
    page.line(("What it holds", "strong"))
    counts = found.counts
    rows = [("tickets", f"{counts['tickets']:,}", "")]
    rows += [
        (event, f"{number:,}", _origin(event, found)) for event, number in found.events.items() if event != "created"
    ]
    _aligned(page, rows, right=1)
    if found.first and found.last:
        zone = _zone_of(found)
        first, last = (f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for instant in (found.first, found.last))
        page.paragraph(f"from {first} to {last} ({zone})")
    for line in _accounts(counts):
        page.paragraph(line)
    if found.vendor:
        page.paragraph(", ".join(found.vendor), first="the help desk's own: ", hanging=2)


def _zone_of(found: Inspection) -> str:
    """The zone of the files, if they are all of one that they do not say; else that of the reports."""
    zones = {each.timezone for table in found.tables for each in table.columns if each.timezone}
    return zones.pop() if len(zones) == 1 and all(map(is_zone, zones)) else found.timezone


def _origin(event: str, found: Inspection) -> str:
    """Where events of a kind come from that no row of the files tells; empty: from rows, or not from them alone."""
    tell = [table for table in found.tables if table.holds in ("events", "updates")]
    changes = any(table.holds == "updates" or any(each.column == "field" for each in table.columns) for table in tell)
    derived = not found.counts["event_rows"] or (event == "change" and not changes)
    return "from the times of the tickets" if derived else ""


def _accounts(counts: dict[str, int]) -> Iterator[str]:
    """Where the rows went, kind by kind."""
    for kind, repeated in _KINDS.items():
        read = counts[f"{kind}_rows"]
        parts = {
            "duplicates": counts[repeated] if repeated else 0,
            "rejected": counts[f"{kind}_rows_rejected"],
            "ignored": counts[f"{kind}_rows_ignored"],
        }
        used = read - sum(parts.values())
        others = [(what.removesuffix("s") if number == 1 else what, number) for what, number in parts.items() if number]
        told = [counted(used, kind) if kind == "ticket" else f"{used:,} used"]
        told += [f"{number:,} {what}" for what, number in others]
        if read:
            yield f"{counted(read, f'{kind} row')} read = {' + '.join(told)}"


def _statuses(found: Inspection, page: Page) -> None:
    if not found.statuses:
        return
    page.gap()
    page.line(("Statuses", "strong"))
    rows = [
        (
            "(none)" if each.word is None else each.word,
            f"{each.tickets:,}",
            "" if each.word is None else each.state or "unknown: name it under `states:` in the policy",
        )
        for each in found.statuses
    ]
    _aligned(page, [("status", "tickets", "state"), *rows], right=1)


def _metrics(found: Inspection, page: Page) -> None:
    page.gap()
    page.line(("What can be measured", "strong"))
    reasons: dict[str, list[str]] = {"": []}
    for each in found.metrics:
        reasons.setdefault(each.why, []).append(each.metric)
    for why, metrics in reasons.items():
        told = ", ".join(metrics) + (f": {why}" if why else "")
        if metrics:
            page.paragraph(told, first="no   " if why else "yes  ", mark="bad" if why else "good", hanging=5)


def _problems(found: Inspection, page: Page) -> None:
    if not found.problems:
        return
    page.gap()
    page.line(("Rows with problems", "strong"))
    for each in found.problems:
        rejected = f", {each.rejected:,} of them rejected" if each.rejected else ""
        page.paragraph(f"{each.rows:,} × {each.code}{rejected}; {each.example}", hanging=2)
        page.paragraph(each.hint, indent=4, style="dim")


def _notes(found: Inspection, page: Page) -> None:
    notes = untold(found.notes, found.tables)
    if notes:
        page.gap()
    for note in notes:
        page.paragraph(note, first="note: ", indent=0, hanging=2)


def _aligned(page: Page, rows: Sequence[tuple[str, str, str]], *, right: int | None = None) -> None:
    """Rows of three cells, the first two lined up."""
    if not rows:
        return
    rows = [(visible(first), visible(second), third) for first, second, third in rows]
    widths = [min(max(cell_len(row[column]) for row in rows), _WIDEST_WORD) for column in range(2)]
    for row in rows:
        left = (padded(row[column], widths[column], right=column == right) for column in range(2))
        page.paragraph(row[2], first=(" " * _GAP).join(left) + " " * _GAP, hanging=sum(widths) + 2 * _GAP) if row[
            2
        ] else page.line((f"  {(' ' * _GAP).join(left)}", ""))
