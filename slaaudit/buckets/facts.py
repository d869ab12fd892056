"""What is said of the columns of a table as wholes, gathered piece by piece: how dates are written, what ruins it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from slaaudit.sources.dates.columns import DateColumn, Evidence, evidence_of
from slaaudit.sources.dates.layouts import Layout, Order, layout_of
from slaaudit.sources.dates.stamps import Zones, stamps_of
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.rejects import ROW
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.tickets import refuse_ruined, ruined_id
from slaaudit.sources.rows.vendor_clocks import check_metrics, metric_name


@dataclass(frozen=True)
class Reader:
    """How the cells of an export are read: the profile, the zones of its times, the order that the user names."""

    profile: Profile
    zones: Zones
    given: Order | None

    def date_column(self, table: MappedTable, name: str) -> DateColumn:
        """One column of dates, its cells trimmed."""
        column = table.frame[name]
        text = column if column.dtype.is_temporal() else self.trimmed(column)
        return DateColumn(table.file, table.headings[name], text, self.zones.of(table, name, self.profile))

    def trimmed(self, column: pl.Series) -> pl.Series:
        """The cells without what means nothing."""
        return cells.trimmed(column, self.profile.null_words)


@dataclass
class Facts:
    """What is known of one table so far.

    `dates`: by column what it says of how it is written. `ruined`: the first row whose id is ruined, with the id.
    `metrics`: of clocks, their different names, the first of them first.
    """

    dates: dict[str, Evidence] = field(default_factory=dict)
    ruined: tuple[int, str] | None = None
    metrics: dict[str | None, None] = field(default_factory=dict)

    def add(self, piece: MappedTable, reader: Reader) -> None:
        """One more piece of the table, the next in its order."""
        for name in stamps_of(piece):
            self._add_dates(name, reader.date_column(piece, name), reader.given, piece.frame[ROW])
        if "ticket_id" in piece.frame.columns and self.ruined is None:
            self.ruined = ruined_id(reader.trimmed(piece.frame["ticket_id"]), piece.frame[ROW])
        if piece.table.holds == "clocks":
            names = cells.mapped(reader.trimmed(piece.frame["metric"]), metric_name)
            self.metrics |= dict.fromkeys(names.unique(maintain_order=True))

    def _add_dates(self, name: str, column: DateColumn, given: Order | None, rows: pl.Series) -> None:
        known = self.dates.get(name)
        layout = _layout(column) if known is None or known.first is None else known.layout
        found = evidence_of(column, layout, given, rows)
        self.dates[name] = found if known is None or known.first is None else known + found

    def check(self, table: MappedTable) -> None:
        """Raises `SlaauditError` (`ruined_ids`, `too_many_metrics`) when the table cannot be used at all."""
        if self.ruined:
            refuse_ruined(table, *self.ruined)
        check_metrics(len(self.metrics), next(filter(None, self.metrics), ""), table)


def _layout(column: DateColumn) -> Layout | None:
    """The layout of the first value."""
    first = column.cells.drop_nulls().head(1)
    return layout_of(first.item()) if len(first) and first.dtype == pl.String else None
