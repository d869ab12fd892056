"""Durations since the creation (`first_reply_at.after`) → the instants that they mean, where the stamp is empty."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import DURATION
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.mapping.wholes import Whole
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.profiles.vocabulary import AFTER
from slaaudit.sources.rejects import Sieve
from slaaudit.sources.rows.spans import grain_of, is_to_the_minute
from slaaudit.sources.rows.ticket_cells import span_text

_MINUTE = 60_000_000


@dataclass(frozen=True)
class Grains:
    """The columns of durations since the creation in a table: by name, the microseconds that one unit has.

    `whole`, `number`: of the table, of which the rows may be a part.
    """

    sizes: Mapping[str, int]
    whole: Whole
    number: int

    @classmethod
    def of(cls, table: MappedTable, profile: Profile) -> Grains:
        """Those of this table."""
        names = [name for name in table.frame.columns if name.endswith(AFTER)]
        sizes = {}
        for name in names:
            found = is_to_the_minute(span_text(table, name, profile))
            to_the_minute = table.whole.every((table.number, name, "spans to the minute"), found)
            sizes[name] = grain_of(table.units.get(name, "hms"), to_the_minute=to_the_minute)
        return cls(sizes, table.whole, table.number)

    def are_to_the_minute(self, name: str, stamps: pl.Series) -> bool:
        """Whether no instant has seconds: then the help desk has cut them off."""
        found = stamps.equals(stamps.dt.truncate("1m"))
        return self.whole.every((self.number, name, "stamps to the minute"), found)


def with_instants(
    rows: pl.DataFrame, created_at: pl.Series, grains: Grains, sieve: Sieve, *, needed: Collection[str] = ()
) -> pl.DataFrame:
    """`rows` with the instants in place of the durations since `created_at`. A stamp wins; a duration that differs from
    it by one unit or more (a minute, if the stamps have no seconds) is told, and one that ends before the creation is
    read as empty; it takes the row out where a `needed` stamp would follow from it.
    """
    for name, size in grains.sizes.items():
        stamp, span = name.removesuffix(AFTER), rows[name]
        meant = created_at + span
        early = span < pl.Series([0], dtype=DURATION)
        sieve.note(early, "negative_span", name)
        if stamp in needed:
            sieve.reject(early & rows[stamp].is_null() if stamp in rows.columns else early, "negative_span", name)
        if stamp in rows.columns:
            cut = [grains.are_to_the_minute(*one) for one in (("created_at", created_at), (stamp, rows[stamp]))]
            coarsest = max(size, _MINUTE) if any(cut) else size
            apart = (rows[stamp] - meant).abs() >= pl.Series([coarsest], dtype=pl.Int64).cast(DURATION)
            sieve.note(apart & ~early, "contradicting_span", name, stamp=stamp)
            meant = pl.select(pl.coalesce(rows[stamp], pl.when(~early).then(meant))).to_series()
        else:
            meant = pl.select(pl.when(~early).then(meant)).to_series()
        rows = rows.drop(name).with_columns(meant.alias(stamp))
    return rows
