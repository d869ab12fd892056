"""How the files of an export were read, as text: what each table was taken for, and what became of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from slaaudit.explain.layout import Page, cell_len, padded
from slaaudit.frames import CUSTOM
from slaaudit.sources.export import ColumnReading, TableReading
from slaaudit.sources.recognition.left_out import common_folder, not_used_note, relative
from slaaudit.visible import visible
from slaaudit.zones import is_zone

_GAP = "  "
_ROWS_ONLY = ("events", "names")  # what else stands in rows of these means nothing here
_Entries = Sequence[TableReading]  # all tables that are made of the entries of one list: the first, and what it joins


def mapping(tables: Sequence[TableReading], page: Page, zone: ZoneInfo) -> None:
    """Writes how the tables were read, those of several files that were read alike once, then what is not used."""
    page.gap()
    folder = common_folder([table.file for table in tables])
    page.line(("How it was read", "strong"))
    if folder:
        page.paragraph(f"files in {folder}", style="dim")
    used = [table for table in tables if _is_used(table)]
    for alike in _alike(used):
        page.gap()
        page.paragraph(_places([entries[0] for entries in alike], folder), indent=0, hanging=2, style="strong")
        _table([entries[0] for entries in alike], page, zone)
        for same in zip(*(entries[1:] for entries in alike), strict=True):
            _joined(same, alike[0][0], page)
    _not_used([table for table in tables if not _is_used(table)], folder, page)


def untold(notes: Iterable[str], tables: Sequence[TableReading]) -> list[str]:
    """The notes without the one on tables that are not used: the mapping has them all."""
    known = {table.file for table in tables if table.table}
    unused = [table for table in tables if table.file in known and not _is_used(table)]
    told = not_used_note((table.file, table.title if table.table else table.list_name) for table in unused)
    return [note for note in notes if note not in told]


def _is_used(table: TableReading) -> bool:
    return bool(table.table) and table.holds != "nothing"


def _alike(tables: Sequence[TableReading]) -> list[list[_Entries]]:
    """The entries of every list, those together of which all columns were read alike."""
    found: dict[object, list[_Entries]] = {}
    for _, entries in groupby(tables, key=lambda table: (table.file, table.list_name)):
        several = tuple(entries)
        found.setdefault(tuple(_reading_of(table) for table in several), []).append(several)
    return list(found.values())


def _reading_of(table: TableReading) -> object:
    return table.table, tuple((each.column, each.heading, each.layout, each.timezone) for each in _named(table))


def _named(table: TableReading) -> list[ColumnReading]:
    return [each for each in table.columns if each.column and not each.column.startswith(CUSTOM)]


def _places(tables: Sequence[TableReading], folder: str) -> str:
    """The files of the tables, each with the list in it that the table is."""
    names = relative([table.file for table in tables], folder)
    lists = (f" · {table.list_name}" if table.list_name else "" for table in tables)
    return ", ".join(f"{name}{where}" for name, where in zip(names, lists, strict=True))


def _table(tables: Sequence[TableReading], page: Page, zone: ZoneInfo) -> None:
    """How tables of one kind were read: what they were taken for and why, and what became of their columns."""
    known_by = f", known by {', '.join(tables[0].proof)}" if tables[0].proof else ""
    rows = counted(sum(table.rows for table in tables), "row")
    page.paragraph(f"{tables[0].title}: {rows}{known_by}")
    _pairs(page, [(each.column, each.heading) for each in _named(tables[0])])
    _dates([each for table in tables for each in table.columns if each.first is not None], zone, page)
    columns = [each for table in tables for each in table.columns]
    others = dict.fromkeys(each.heading for each in columns if each.column.startswith(CUSTOM))
    if others:
        page.paragraph(f"custom fields: {', '.join(others)}", hanging=2, style="dim")
    dropped = dict.fromkeys(each.heading for each in columns if not each.column and each.heading not in others)
    if dropped and tables[0].holds not in _ROWS_ONLY:
        page.paragraph(f"not kept: {', '.join(dropped)}", hanging=2, style="dim")


def _joined(tables: Sequence[TableReading], first: TableReading, page: Page) -> None:
    """What else the same entries tell: only what is not said of the `first` table already."""
    told = {(each.column, each.heading) for each in _named(first)}
    layouts = {each.layout for each in first.columns}
    named = [each for each in _named(tables[0]) if (each.column, each.heading) not in told or each.column == "at"]
    columns = [
        f"{each.column} {each.heading}{f' ({each.layout})' if each.layout not in layouts | {''} else ''}"
        for each in named
    ]
    page.paragraph(f"also {tables[0].title}: {', '.join(columns)}", hanging=2)


def _not_used(unused: Sequence[TableReading], folder: str, page: Page) -> None:
    """The tables that are not used, by what they are."""
    kinds: dict[str, list[TableReading]] = {}
    for table in unused:
        kinds.setdefault(table.title or "nothing that is known", []).append(table)
    if kinds:
        page.gap()
        page.line(("Not used", "strong"))
    for title, tables in kinds.items():
        page.paragraph(f"{title}: {', '.join(_places([table], folder) for table in tables)}", hanging=2, style="dim")


def _dates(columns: Sequence[ColumnReading], zone: ZoneInfo, page: Page) -> None:
    """How the instants are written, and from when to when they go: as the file has them, not as the reports will."""
    for layout, timezone in dict.fromkeys((each.layout, each.timezone) for each in columns):
        where = f", local times in {timezone}" if timezone else ""
        page.paragraph(f"dates written {layout}{where}:" if layout else f"dates{where}:")
        alike = [each for each in columns if (each.layout, each.timezone) == (layout, timezone)]
        shown_in = ZoneInfo(timezone) if is_zone(timezone) else zone
        _pairs(page, list(_spans(alike, shown_in)), indent=4)


def _spans(columns: Sequence[ColumnReading], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Each column, and from when to when its dates go."""
    for name in dict.fromkeys(each.column for each in columns):
        same = [each for each in columns if each.column == name]
        instants = [instant for each in same for instant in (each.first, each.last) if instant is not None]
        first, last = (f"{bound.astimezone(zone):%Y-%m-%d %H:%M}" for bound in (min(instants), max(instants)))
        yield name, first if first == last else f"{first} to {last}"


def _pairs(page: Page, rows: Sequence[tuple[str, str]], *, indent: int = 2) -> None:
    """Rows of two cells: the first ones as wide as the widest, the second ones wrapped."""
    width = max((cell_len(visible(first)) for first, _ in rows), default=0)
    for first, second in rows:
        left = padded(first, width) + _GAP
        page.paragraph(second, first=left, indent=indent, hanging=cell_len(left))


def counted(number: int, noun: str) -> str:
    """`1 row`, `1,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
