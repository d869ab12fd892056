"""An inspection as text: what a person wants to know about a file before they write a policy for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from slaaudit.explain.layout import Page, cell_len, padded
from slaaudit.frames import CUSTOM
from slaaudit.inspecting.inspection import Inspection
from slaaudit.sources.export import ColumnReading, TableReading
from slaaudit.visible import visible
from slaaudit.zones import is_zone

_GAP = 2
_KINDS = {"ticket": "duplicates", "event": "event_duplicates", "detail": "detail_duplicates", "name": ""}
_WIDEST_WORD = 40


def text_of(found: Inspection, *, width: int, color: bool = False) -> str:
    """The inspection in lines of at most `width` cells."""
    page = Page(width)
    page.line((found.title, "strong"), (f"  (source {found.source})", "dim"))
    _rows(found, page)
    _metrics(found, page)
    _statuses(found, page)
    _problems(found, page)
    _notes(found, page)
    for table in found.tables:
        if table.table and table.holds != "nothing":
            _table(table, found, page)
    _left_out(found.tables, page)
    return page.text(color=color)


def _table(table: TableReading, found: Inspection, page: Page) -> None:
    """How one table was read: what it was taken for and why, and what became of its columns."""
    page.gap()
    page.line((_place(table), "strong"))
    known_by = f", known by {', '.join(table.proof)}" if table.proof else ""
    page.paragraph(f"{table.title}: {_count(table.rows, 'row')}{known_by}")
    named = [column for column in table.columns if column.column and not column.column.startswith(CUSTOM)]
    _aligned(page, [(each.column, each.heading, "") for each in named])
    _dates([each for each in table.columns if each.first is not None], ZoneInfo(found.timezone), page)
    others = [column.heading for column in table.columns if column.column.startswith(CUSTOM)]
    if others:
        page.paragraph(", ".join(others), first="custom fields: ", hanging=2, style="dim")
    dropped = [column.heading for column in table.columns if not column.column]
    if dropped and table.holds not in ("events", "names"):  # what else stands in these rows means nothing here
        page.paragraph(", ".join(dropped), first="not kept: ", hanging=2, style="dim")


def _place(table: TableReading) -> str:
    return f"{table.file} · {table.list_name}" if table.list_name else table.file


def _left_out(tables: Sequence[TableReading], page: Page) -> None:
    """The tables that are not used, each in a line."""
    unused = [table for table in tables if not table.table or table.holds == "nothing"]
    if unused:
        page.gap()
        page.line(("Not used", "strong"))
    for table in unused:
        page.paragraph(f"{_place(table)}: {table.title or 'nothing that is known'}", hanging=2, style="dim")


def _dates(columns: Sequence[ColumnReading], zone: ZoneInfo, page: Page) -> None:
    """How the instants are written, and from when to when they go: as the file has them, not as the reports will."""
    for layout, timezone in dict.fromkeys((each.layout, each.timezone) for each in columns):
        where = f", local times in {timezone}" if timezone else ""
        page.paragraph(f"dates written {layout}{where}:" if layout else f"dates{where}:")
        shown_in = ZoneInfo(timezone) if is_zone(timezone) else zone
        alike = [each for each in columns if (each.layout, each.timezone) == (layout, timezone)]
        _aligned(page, [(f"  {each.column}", _span(each, shown_in), "") for each in alike])


def _span(column: ColumnReading, zone: ZoneInfo) -> str:
    if column.first is None or column.last is None:
        return ""
    first, last = (f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" for instant in (column.first, column.last))
    return first if first == last else f"{first} to {last}"


def _rows(found: Inspection, page: Page) -> None:
    page.gap()
    page.line(("What it holds", "strong"))
    counts = found.counts
    derived = "" if counts["event_rows"] else "from the times of the tickets"
    rows = [("tickets", f"{counts['tickets']:,}", "")]
    rows += [(event, f"{number:,}", derived) for event, number in found.events.items() if event != "created"]
    _aligned(page, rows, right=1)
    for line in _accounts(counts):
        page.paragraph(line)
    if found.vendor:
        page.paragraph(", ".join(found.vendor), first="the help desk's own: ", hanging=2)


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
        told = [_count(used, kind) if kind == "ticket" else f"{used:,} used"]
        told += [f"{number:,} {what}" for what, number in others]
        if read:
            yield f"{_count(read, f'{kind} row')} read = {' + '.join(told)}"


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
    for each in found.metrics:
        mark = "no " if each.lacking else "yes"
        page.line((f"  {mark}  ", "bad" if each.lacking else "good"), (each.metric, ""), _because(each.why))


def _because(why: str) -> tuple[str, str]:
    return (f": {why}" if why else "", "dim")


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
    if found.notes:
        page.gap()
    for note in found.notes:
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


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
