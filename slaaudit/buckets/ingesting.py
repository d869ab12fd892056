"""Buckets → the typed tickets and events of each, on disk, and what all of them together show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce
from operator import or_
from pathlib import Path

import polars as pl

from slaaudit.audit import last_instant
from slaaudit.buckets.problems import ProblemParts
from slaaudit.buckets.reading import SplitExport
from slaaudit.buckets.splitting import nothing_of
from slaaudit.engine.states import refuse_unknown, unknown_words
from slaaudit.frames import PROBLEMS, VENDOR
from slaaudit.policy import Policy
from slaaudit.sources import Export
from slaaudit.sources.assembling import details_are_tickets
from slaaudit.sources.dates.stamps import local_zones, zone_notes
from slaaudit.sources.ingest import damage_told
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.mapping.wholes import Whole
from slaaudit.sources.parts import Part, export_of, part_of
from slaaudit.sources.rows.vendor_clocks import clock_notes
from slaaudit.sources.tally import Tally
from slaaudit.stages import TYPING, Watch, of_bucket
from slaaudit.threads import in_order, threads

Answers = dict[Hashable, bool]


class Asking(Whole):
    """Answers what is known of all buckets; what is not known yet is answered for one of them, and remembered."""

    def __init__(self, known: Answers) -> None:
        self._known = known
        self.found: Answers = {}
        self.given: Answers = {}

    def every(self, question: Hashable, found: bool) -> bool:
        """Whether something holds of every row."""
        self.found[question] = found and self.found.get(question, True)
        self.given[question] = self._known.get(question, found)
        return self.given[question]


@dataclass(frozen=True)
class Typed:
    """What one bucket holds, its frames on disk: `part` has only their columns.

    `local`: its columns of local times, by table and name, with their file and zone; `unknown`: see `unknown_words`;
    `last`: the latest instant at which something happened; `asked`: what was answered for the whole.
    """

    part: Part
    local: frozenset[tuple[int, str, str, str | None]]
    unknown: pl.DataFrame
    last: datetime
    asked: Asking


@dataclass(frozen=True)
class TypedExport:
    """An export whose buckets are typed and put aside in `folder`."""

    folder: Path
    schema: pl.Schema
    whole: Export
    counts: Mapping[int, Counter[str]]
    last: datetime

    def exports(self) -> Iterator[Export]:
        """The export bucket by bucket; each shows what the whole shows. Their files are gone afterwards."""
        for number, counts in self.counts.items():
            tickets, events = (_file(self.folder, name, number) for name in ("tickets", "events"))
            yield replace(
                self.whole,
                tickets=_with_all_columns(pl.read_parquet(tickets, glob=False), self.schema),
                events=pl.read_parquet(events, glob=False),
                counts=counts,
            )
            tickets.unlink()
            events.unlink()


def typed_export(split: SplitExport, policy: Policy, problems: ProblemParts, watch: Watch) -> TypedExport:
    """The buckets of an export typed, some at a time. Raises as `read_export`, and for unknown words of status."""
    for table in split.split.tables:
        table.facts.check(table.whole)
    typed: dict[int, Typed] = {}
    known: Answers = {}
    again = split.buckets.filled()
    while again:
        typed |= zip(
            again, in_order(partial(_typed, split, policy, known), _watched(again, watch), threads()), strict=True
        )
        known = _answers(typed.values())
        again = [number for number, one in typed.items() if one.asked.given.items() - known.items()]
    ordered = [typed[number] for number in sorted(typed)]
    for number in sorted(typed):
        split.buckets.remove(number)
        problems.add(pl.read_parquet(_file(split.buckets.folder, "problems", number), glob=False))
    unknown = pl.concat([one.unknown for one in ordered]).group_by("word").agg(pl.col("times").sum()).sort("word")
    refuse_unknown(unknown, policy)
    return _merged(split, typed)


def _answers(typed: Iterable[Typed]) -> Answers:
    """What holds of every row of every bucket."""
    answers: Answers = {}
    for one in typed:
        for question, found in one.asked.found.items():
            answers[question] = found and answers.get(question, True)
    return answers


def _watched(buckets: Sequence[int], watch: Watch) -> Iterator[int]:
    """The numbers of buckets, each told to the watch when its turn comes."""
    for place, number in enumerate(buckets, start=1):
        watch(of_bucket(TYPING, place, len(buckets)), None)
        yield number


def _typed(split: SplitExport, policy: Policy, known: Answers, number: int) -> Typed:
    """One bucket, typed; its frames are written to files."""
    asking = Asking(known)
    tables = _tables(split, number, asking)
    stamps = split.stamps(tables)
    local = frozenset(local_zones(stamps, tables, split.reader.profile, split.reader.zones))
    rejects = damage_told(tables)
    tally = Tally.of(tables, details_are_tickets=details_are_tickets(tables))
    names = split.split.names if number == 0 else replace(split.split.names, rows=0, rejected=0)
    profile = split.reader.profile
    part = part_of(tables, names, stamps, profile, tally=tally, rejects=rejects, whole=asking)
    problems = pl.concat([part.problems, *([split.split.problems] if number == 0 else [])])
    folder = split.buckets.folder
    problems.select(PROBLEMS.names).write_parquet(_file(folder, "problems", number), statistics=False)
    part.tickets.write_parquet(_file(folder, "tickets", number), compression="lz4", statistics=False)
    part.events.write_parquet(_file(folder, "events", number), compression="lz4", statistics=False)
    export = export_of(part, profile, files=(), notes=())
    last, unknown = last_instant(export), unknown_words(export, policy)
    emptied = replace(part, tickets=part.tickets.clear(), events=part.events.clear(), problems=problems.clear())
    return Typed(emptied, local, unknown, last, asking)


def _tables(split: SplitExport, number: int, whole: Whole) -> list[MappedTable]:
    """All tables with the rows of one bucket. What is told once is told with the first."""
    found = []
    for table in split.split.tables:
        told = table.whole if number == 0 else nothing_of(table.whole)
        found.append(replace(told, frame=split.buckets.rows(told, number), whole=whole))
    return found


def _file(folder: Path, name: str, number: int) -> Path:
    return folder / f"{name}-{number}.parquet"


def _merged(split: SplitExport, buckets: Mapping[int, Typed]) -> TypedExport:
    """The export of all buckets, by their numbers."""
    typed = [buckets[number] for number in sorted(buckets)]
    first = typed[0].part
    whole = replace(
        first,
        kinds=reduce(or_, (one.part.kinds for one in typed)),
        unclear=any(one.part.unclear for one in typed),
        problems=first.problems.with_columns(ticket_id=pl.lit(None, pl.String)).clear(),
    )
    return TypedExport(
        split.buckets.folder,
        _all_columns([one.part.tickets.schema for one in typed]),
        export_of(whole, split.reader.profile, files=split.files, notes=_notes(split, typed)),
        {number: Counter(buckets[number].part.counts) for number in sorted(buckets)},
        max(one.last for one in typed),
    )


def _notes(split: SplitExport, typed: Sequence[Typed]) -> tuple[str, ...]:
    """What is to be said of the export, as if it had been read whole."""
    local = reduce(or_, (one.local for one in typed))
    ordered = [
        (table.whole.number, name, table.whole.file, split.reader.zones.of(table.whole, name, split.reader.profile))
        for table in split.split.tables
        for name in table.whole.frame.columns
    ]
    notes = [
        *split.said,
        *zone_notes(one for one in ordered if one in local),
        *_event_notes(split, [one.part.event_notes for one in typed]),
        *clock_notes(_added([one.part.earlier_clocks for one in typed])),
    ]
    return tuple(notes)


def _event_notes(split: SplitExport, told: Sequence[tuple[str, ...]]) -> list[str]:
    """The notes of all buckets, in the order of the tables that they are about."""
    notes = dict.fromkeys(note for one in told for note in one)
    files = [table.whole.file for table in split.split.tables if table.whole.table.holds == "events"]
    return sorted(notes, key=lambda note: next(at for at, file in enumerate(files) if note.startswith(f"{file}: ")))


def _added(earlier: Sequence[tuple[tuple[str, int], ...]]) -> list[tuple[str, int]]:
    """Of each table of clocks its file, and how many clocks of it were left out in all buckets."""
    return [(tables[0][0], sum(number for _, number in tables)) for tables in zip(*earlier, strict=True)]


def _all_columns(schemas: Sequence[pl.Schema]) -> pl.Schema:
    """The columns of the tickets of all buckets: those that each has, then what clocks and changes add to some."""
    merged = {name: dtype for schema in schemas for name, dtype in schema.items()}
    common = [name for name in schemas[0] if all(name in schema for schema in schemas)]
    added = sorted((name for name in merged if name not in common), key=_place)
    return pl.Schema({name: merged[name] for name in (*common, *added)})


def _place(name: str) -> tuple[bool, str, int, str]:
    prefix, _, metric = name.partition(".")
    is_vendor = f"{prefix}." in VENDOR
    return not is_vendor, metric if is_vendor else "", list(VENDOR).index(f"{prefix}.") if is_vendor else 0, name


def _with_all_columns(tickets: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return tickets.select(
        pl.col(name) if name in tickets.columns else pl.lit(None, dtype).alias(name) for name, dtype in schema.items()
    )
