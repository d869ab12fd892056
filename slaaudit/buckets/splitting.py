"""Tables → Parquet buckets of whole tickets: each piece mapped as the whole would be, its rows put by their tickets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from slaaudit.buckets.facts import Facts, Reader
from slaaudit.buckets.pieces import Pieces, below_header
from slaaudit.sources.assembling import names_of, with_ticket_ids
from slaaudit.sources.files.table import damaged_rows
from slaaudit.sources.ingest import damage_told
from slaaudit.sources.mapping.columns import MappedTable, map_table
from slaaudit.sources.profiles.vocabulary import OTHER_ID
from slaaudit.sources.recognition.recognising import Recognised
from slaaudit.sources.rows.names import NameTables
from slaaudit.sources.rows.other_ids import OtherIds, other_ids, renamed

_BUCKET = "_bucket"
_IDS = ("ticket_id", OTHER_ID)
NAMES = "names"


@dataclass(frozen=True)
class Buckets:
    """Where the rows of each table lie in each of `number` buckets, in the order of the input."""

    folder: Path
    number: int
    _files: dict[tuple[int, int], list[Path]] = field(default_factory=dict)

    def add(self, table: MappedTable, tickets: pl.Series) -> None:
        """More rows of a table; `tickets`: the id of the ticket that each is about."""
        bucket = (tickets.hash(0).fill_null(0) % self.number).cast(pl.UInt32).alias(_BUCKET)
        parts = table.frame.with_columns(bucket).partition_by(
            _BUCKET, maintain_order=True, include_key=False, as_dict=True
        )
        for (key,), rows in parts.items():
            files = self._files.setdefault((table.number, int(str(key))), [])
            path = self.folder / f"{table.number}-{key}-{len(files)}.parquet"
            rows.write_parquet(path, compression="lz4", statistics=False)
            files.append(path)

    def rows(self, table: MappedTable, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows of a table in a bucket; `table`: without rows."""
        files = self._files.get((table.number, bucket), [])
        empty = table.frame if columns is None else table.frame.select(columns)
        names = None if columns is None else list(columns)
        return pl.concat([empty, *(pl.read_parquet(file, columns=names, glob=False) for file in files)], rechunk=True)

    def filled(self) -> list[int]:
        """The buckets that have any rows; the first in any case, since what is told once is told with it."""
        return sorted({0, *(bucket for (_, bucket), files in self._files.items() if files)})

    def remove(self, bucket: int | None = None) -> None:
        """The rows of a bucket, or of all, are not needed any more."""
        for (_, held), files in self._files.items():
            for file in files if bucket in (held, None) else ():
                file.unlink()
            if bucket in (held, None):
                files.clear()


@dataclass
class SplitTable:
    """A table of the export that is in buckets: what was told of it (`whole`, without rows), and of its columns."""

    whole: MappedTable
    facts: Facts = field(default_factory=Facts)

    def add(self, piece: MappedTable) -> None:
        """What is told of one more piece."""
        whole = self.whole
        self.whole = replace(
            whole,
            rows_read=whole.rows_read + piece.rows_read,
            ignored=whole.ignored + piece.ignored,
            damaged=pl.concat([whole.damaged, piece.damaged]),
            doubtful=pl.concat([whole.doubtful, piece.doubtful]),
        )


@dataclass(frozen=True)
class Opened:
    """A table of a file and the tables of the profile that it is, with its head mapped as each of them."""

    pieces: Pieces
    uses: Sequence[tuple[Recognised, MappedTable]]

    def mapped(self, reader: Reader, size: int, column_map: Mapping[str, str]) -> Iterator[list[MappedTable]]:
        """All of it, piece by piece; what was read whole has been mapped already."""
        if self.pieces.read is None:
            yield [head for _, head in self.uses]
            return
        for text in self.pieces.read(size) if self.uses else ():
            yield [
                map_table(
                    below_header(text, self.pieces.head, one.text),
                    head.table,
                    reader.profile,
                    file=one.file,
                    number=head.number,
                    column_map=column_map,
                )
                for one, head in self.uses
            ]

    def holds(self, what: str) -> bool:
        """Whether any of these tables holds that."""
        return any(head.table.holds == what for _, head in self.uses)


@dataclass(frozen=True)
class Split:
    """Tables in buckets, but for those of names, whose rows every bucket needs: `names`; `problems` of the latter."""

    tables: Sequence[SplitTable]
    names: NameTables
    problems: pl.DataFrame


def split(
    opened: Sequence[Opened], reader: Reader, buckets: Buckets, *, size: int, column_map: Mapping[str, str]
) -> Split:
    """All tables split into `buckets`, read in pieces of about `size` bytes."""
    tables = {head.number: SplitTable(nothing_of(head)) for one in opened for _, head in one.uses}
    rejects = damage_told([table.whole for _, table in sorted(tables.items())])  # none: nothing was read yet
    named: dict[int, list[pl.DataFrame]] = {}
    for table in _pieces([one for one in opened if one.holds(NAMES)], reader, size, column_map):
        if table.table.holds == NAMES:
            tables[table.number].add(table)
            named.setdefault(table.number, []).append(table.frame)
    whole = [replace(tables[number].whole, frame=pl.concat(frames)) for number, frames in sorted(named.items())]
    names = names_of(whole, reader.profile, rejects)
    others = _other_ids(opened, names, reader, size, column_map)
    for table in _pieces(opened, reader, size, column_map):
        if table.table.holds != NAMES:
            _put(_identified(table, names, others, reader), tables[table.number], reader, buckets)
    for found in tables.values():
        found.whole = _identified(found.whole, names, others, reader)
    return Split([tables[number] for number in sorted(tables)], names, rejects.frame())


def nothing_of(table: MappedTable) -> MappedTable:
    """What is said of the columns of a table, and nothing of its rows."""
    nothing = damaged_rows([])
    return replace(table, frame=table.frame.clear(), rows_read=0, ignored=0, damaged=nothing, doubtful=nothing)


def _pieces(
    opened: Sequence[Opened], reader: Reader, size: int, column_map: Mapping[str, str]
) -> Iterator[MappedTable]:
    for one in opened:
        for tables in one.mapped(reader, size, column_map):
            yield from tables


def _other_ids(
    opened: Sequence[Opened], names: NameTables, reader: Reader, size: int, column_map: Mapping[str, str]
) -> OtherIds | None:
    """The other ids of the tickets, for which everything is read once more."""
    if not any(OTHER_ID in head.frame.columns for one in opened for _, head in one.uses):
        return None
    ids = []
    for table in _pieces(opened, reader, size, column_map):
        if table.table.holds != NAMES:
            known = with_ticket_ids(table, names)
            ids.append(replace(known, frame=known.frame.select(name for name in _IDS if name in known.frame.columns)))
    return other_ids(ids, reader.profile)


def _identified(table: MappedTable, names: NameTables, others: OtherIds | None, reader: Reader) -> MappedTable:
    if table.table.holds == NAMES:
        return table
    own = with_ticket_ids(table, names)
    return renamed(own, others, reader.profile) if others else own


def _put(table: MappedTable, known: SplitTable, reader: Reader, buckets: Buckets) -> None:
    """One piece of a table to its buckets, and what it tells to what is known."""
    known.add(table)
    known.facts.add(table, reader)
    if table.frame.height:
        buckets.add(table, reader.trimmed(table.frame["ticket_id"]))
