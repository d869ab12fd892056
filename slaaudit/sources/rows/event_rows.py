"""Events on their way to the tickets: the rows of all tables in one frame, in an order, with what changed from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from slaaudit.frames import EVENTS, EVENTS_OF, WORDS
from slaaudit.sources.mapping.column_names import EXTRA
from slaaudit.sources.mapping.wholes import WHOLE, Whole
from slaaudit.sources.rejects import FILE, ROW
from slaaudit.sources.rows import cells, ids

POSITION = "_position"  # of an update among all updates, in order
PREVIOUS = "_previous"  # marks changes whose old value is the one before
REPEATED = "_repeated"  # marks changes whose new value is the one before: they change nothing
NUMBER = "extra.seq"  # the order that a table tells, beside tables that tell none
UPDATE = "update"  # what happened, by rows that repeat the whole ticket; their changes come in its place
EVENT = pl.Enum((*EVENTS_OF, UPDATE))
_SCHEMA = {"ticket_id": pl.String(), **EVENTS.schema, "event": EVENT, FILE: pl.UInt16(), ROW: pl.UInt32()}
_CHANGES = {POSITION: pl.UInt32(), "field": WORDS, "old": WORDS, "new": WORDS}


def _no_changes() -> pl.DataFrame:
    return pl.DataFrame(schema=_CHANGES)


@dataclass(frozen=True)
class EventRows:
    """Events on their way: the usable rows, how many others there were, and the ticket ids in those.

    `rows`: `ticket_id`, the columns of `frames.EVENTS` except `ticket_row`, then `extra.*`, `_file`, `_row`; in the
    order of the file; of all files `_repeated`, where changes may only repeat the value before. `numbered`: the export
    itself says the order of events at one instant; else `seq` is null in the rows of one file, and the position among
    all rows afterwards. Rows of the event `update` have a `_position`; `changes`: `field`, `old` and `new` of each
    change, with the `_position` of its update. `prefix`: of ids of which all rows have the number (`ids.NUMBER`).
    """

    rows: pl.DataFrame
    rejected: int
    rejected_ids: pl.Series
    numbered: bool = False
    notes: tuple[str, ...] = ()
    changes: pl.DataFrame = field(default_factory=_no_changes)
    duplicates: int = 0
    prefix: str | None = None

    @property
    def id_numbers(self) -> ids.NumberedIds | None:
        """The ids of the rows as numbers, where they are."""
        return None if self.prefix is None else ids.NumberedIds(self.prefix, self.rows[ids.NUMBER])


def all_events(files: Sequence[EventRows], whole: Whole = WHOLE) -> EventRows:
    """The rows of all files in one frame, each with its `seq`; `whole`: the export of which they may be a part."""
    numbered = bool(files) and whole.every("numbered", all(_is_numbered(file.rows) for file in files))
    frames = [_typed(file.rows if numbered else _in_own_order(file.rows), _SCHEMA) for file in files]
    nothing = pl.DataFrame(schema=_SCHEMA).drop("ticket_row")
    rows = pl.concat([nothing, *_typed_alike(frames)], how="diagonal")
    prefixes = {file.prefix for file in files}
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    if prefix is None:
        rows = rows.drop(ids.NUMBER, strict=False)
    position = pl.int_range(pl.len(), dtype=pl.Int64)
    return EventRows(
        with_previous_values(rows.with_columns(seq=pl.col("seq").fill_null(position)), numbered=numbered),
        sum(file.rejected for file in files),
        pl.concat([pl.Series(dtype=pl.String), *(file.rejected_ids for file in files)]),
        numbered and rows.height > 0,
        tuple(note for file in files for note in file.notes),
        pl.concat([_no_changes(), *(_typed(file.changes, _CHANGES) for file in files)]),
        sum(file.duplicates for file in files),
        prefix,
    )


def _typed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.cast({name: schema[name] for name, dtype in rows.schema.items() if schema.get(name, dtype) != dtype})


def _typed_alike(tables: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The tables with each `extra.*` of one type: as text where the types differ, which tells rows apart as well.

    The text stays words where most rows have it so: of a large file and a small one, it is the small one that changes.
    """
    names = sorted({name for table in tables for name in table.columns if name.startswith(EXTRA)})
    columns = {name: [table[name] for table in tables if name in table.columns] for name in names}
    types = {name: _common_type(parts) for name, parts in columns.items()}
    return [
        table.with_columns(
            cells.as_text(table[name]).cast(dtype)
            for name, dtype in types.items()
            if name in table.columns and table.schema[name] != dtype
        )
        for table in tables
    ]


def _common_type(parts: Sequence[pl.Series]) -> pl.DataType:
    if len({part.dtype for part in parts}) == 1:
        return parts[0].dtype
    as_words = sum(len(part) for part in parts if part.dtype == WORDS)
    return WORDS if 2 * as_words > sum(map(len, parts)) else pl.String()


def _is_numbered(rows: pl.DataFrame) -> bool:
    return "seq" in rows.columns and rows["seq"].null_count() == 0


def _in_own_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that say their order, beside others that do not: put in it, so that it is their position that tells it.

    Their own numbers still tell them apart.
    """
    if "seq" not in rows.columns or not rows.height or rows["seq"].null_count():
        return rows
    return rows.sort("seq", maintain_order=True).with_columns(pl.col("seq").alias(NUMBER), seq=pl.lit(None, pl.Int64))


def with_previous_values(rows: pl.DataFrame, *, numbered: bool) -> pl.DataFrame:
    """`rows` with the value before as `old` of the changes that are marked for it: that of the same ticket and field;
    and `_repeated`, whether it is the new value too.

    Copies of a row have the same value before; the first of a ticket and field has none, and repeats none.
    """
    if PREVIOUS not in rows.columns:
        return rows
    which = rows[PREVIOUS].fill_null(False) & (rows["event"] == "change").fill_null(False)
    told = [name for name in rows.columns if name not in (FILE, ROW, PREVIOUS, "old", *(() if numbered else ("seq",)))]
    marked = rows.with_row_index("index").filter(which)
    once = marked.unique(subset=told, keep="first", maintain_order=True)
    ordered = once.sort("ticket_id", "field", "at", "seq", maintain_order=True)
    before, first = pl.col("new").shift(1), pl.int_range(pl.len()) == 0
    again = ~first & before.eq_missing(pl.col("new"))
    of_the_field = ("ticket_id", "field")
    previous = ordered.with_columns(before.over(of_the_field).alias("old"), again.over(of_the_field).alias(REPEATED))
    keys = previous.select(*told, "old", REPEATED)
    found = marked.drop("old").join(keys, on=told, how="left", validate="m:1", nulls_equal=True, maintain_order="left")
    old = rows["old"].scatter(marked["index"], found["old"])
    repeated = pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True).scatter(marked["index"], found[REPEATED])
    return rows.drop(PREVIOUS).with_columns(old, repeated.alias(REPEATED))
