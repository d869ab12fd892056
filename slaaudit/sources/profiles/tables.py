"""What a source profile says, ready to use: tables, and where each canonical column of them comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal, get_args

from slaaudit.sources.profiles.shows import shown

Holds = Literal["tickets", "updates", "events", "details", "clocks", "names", "nothing"]
HOLDS: tuple[Holds, ...] = get_args(Holds)
ALL = "*"  # every other word, every other column
ZONE = "{zone}"  # in a heading: the place of the name of a time zone

# What a row needs to be of use; a list: one of these.
NEEDED: Mapping[Holds, tuple[str, ...]] = {
    "tickets": ("ticket_id", "created_at"),
    "updates": ("ticket_id", "at"),
    "events": ("ticket_id", "at", "event"),
    "details": ("ticket_id",),
    "clocks": ("ticket_id", "metric"),
    "names": ("id",),
    "nothing": (),
}


@lru_cache(maxsize=4096)  # headings of the catalogue are asked for again with every table
def fold(word: str) -> str:
    """`word` as it is compared: without case, spaces and punctuation, if that leaves anything; `-1` is not `1`."""
    kept = "".join(filter(str.isalnum, word.casefold()))
    bare = word.strip()
    return f"-{kept}" if kept.isdigit() and bare.startswith("-") else kept or bare


def any_key(path: str) -> tuple[str, str] | None:
    """What stands before and after a key that is another one on every site, `fields.*.name`; None: there is none."""
    before, found, after = f"{path}.".partition(f".{ALL}.")
    return (before, after.removesuffix(".")) if found and before else None


@dataclass(frozen=True)
class Authors:
    """How a column tells who did something: `system` words (folded) are the system; `roles` is the table of names whose
    `role` says whether an id is a requester or an agent. Else the requester of the ticket is one, all others agents;
    unless `others` says what they are whom that table, if the export has it, does not know: it may list agents only.
    """

    system: frozenset[str] = frozenset()
    roles: str | None = None
    others: str | None = None


@dataclass(frozen=True)
class ColumnSpec:
    """Where a canonical column comes from: the first of `column` (headings or JSON paths) that the table has, a
    constant `value`, what the first group of `from_file_name` finds in the name of the file, or cell by cell the first
    that is not empty of `first_of`, or all of `joined` with spaces. `words`, `ignore`: folded.
    """

    column: tuple[str, ...] = ()
    value: str | None = None
    from_file_name: str | None = None
    first_of: tuple[ColumnSpec, ...] = ()
    joined: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    names: str | None = None
    actor: Authors | None = None
    repeated: bool = False
    split: str | None = None
    part: int | None = None
    matches: str | None = None
    unit: str | None = None
    sign: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Every heading or path that it may be taken from."""
        return (*self.column, *self.joined, *(heading for spec in self.first_of for heading in spec.headings))

    @property
    def ours(self) -> frozenset[str]:
        """Every word of ours that it may put into a cell."""
        value = () if self.value is None else (self.value,)
        return frozenset((*value, *self.words.values(), *(word for spec in self.first_of for word in spec.ours)))


@dataclass(frozen=True)
class CellsOf:
    """A repeated column of which every filled cell is a row; `split` divides the cell into parts named `into`."""

    column: str
    split: str | None
    into: tuple[str, ...]


@dataclass(frozen=True)
class TableProfile:
    """One table of an export: what its rows are, how it is known, and where the canonical columns come from.

    `known_by`: headings or JSON paths; one of each group must be there. `lists`: the JSON lists that it can be (empty:
    the whole file). `rows`: the JSON list inside each entry whose items are the rows. `final`: columns whose changes
    are no events. `only`: headings, and the words (folded) in them without which a row is of something else. `also`: it
    is read besides the table that the entries are, of which it tells more. `newest_first`: of what happened at one
    instant, the last stands first.
    """

    name: str
    title: str
    holds: Holds
    known_by: tuple[tuple[str, ...], ...] = ()
    lists: tuple[str, ...] = ()
    rows: str | None = None
    file_name: str | None = None
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    custom: tuple[str, ...] = ()
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    final: frozenset[str] = frozenset()
    old_is_previous: bool = False
    unordered: bool = False
    newest_first: bool = False
    also: bool = False
    cells_of: CellsOf | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The canonical columns without which no row is of use."""
        return NEEDED[self.holds]

    def says(self, column: str, word: str) -> bool:
        """Whether the profile itself may put this word of ours into the column."""
        return column in self.columns and word in self.columns[column].ours


@dataclass(frozen=True)
class Profile:
    """How one system writes its exports. `null_words` are casefolded and hold the empty text; `booleans` are folded.

    `timezone`: of times that do not say theirs, where the system fixes it. `states`: our state → their words.
    `event_words`, `actor_words`: folded → canonical, for cells to which the words of the table were applied.
    """

    source: str
    title: str
    about: str
    tables: Mapping[str, TableProfile]
    null_words: frozenset[str]
    list_separator: str
    booleans: Mapping[str, bool]
    states: Mapping[str, tuple[str, ...]]
    event_words: Mapping[str, str]
    actor_words: Mapping[str, str]
    timezone: str | None = None
    unverified: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Folded word of a history → canonical column: names of the columns of tickets, and what the tables head so."""
        tables = [table for table in self.tables.values() if table.holds in ("tickets", "updates", "details")]
        known = {
            fold(heading): name
            for table in reversed(tables)
            for name, spec in table.columns.items()
            for heading in reversed(spec.headings)
        }
        return known | {fold(name): name for table in tables for name in table.columns}

    def shown(self, columns: Iterable[str], kinds: Iterable[tuple[str, str | None]]) -> frozenset[str]:
        """What an export shows that has these ticket columns, and events of these kinds (event, field)."""
        return shown(columns, kinds)
