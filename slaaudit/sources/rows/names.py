"""Tables of names (users, groups, departments) → what an id is called, and who is a requester or an agent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.frames import ACTORS
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.rejects import Rejects, Sieve
from slaaudit.sources.rows import cells


@dataclass(frozen=True)
class Names:
    """What the ids of one table of names mean: `id` (unique), `name`, `role` (both perhaps null)."""

    rows: pl.DataFrame

    def named(self, ids: pl.Series) -> pl.Series:
        """The name of each id, of each item in lists; an id without a name stays as it is."""
        known = self.rows.drop_nulls("name")
        if isinstance(ids.dtype, pl.List):
            return ids.list.eval(pl.element().replace(known["id"], known["name"]))
        return ids.replace(known["id"], known["name"])

    def tickets(self, ids: pl.Series) -> pl.Series:
        """The ticket that each id stands for; null where it stands for none."""
        known = self.rows.drop_nulls("name")
        return ids.replace_strict(known["id"], known["name"], default=None, return_dtype=pl.String)

    def roles(self, ids: pl.Series) -> pl.Series:
        """The role (`frames.ACTORS`) of each id; null where it has none."""
        known = self.rows.drop_nulls("role")
        return ids.replace_strict(known["id"], known["role"], default=None, return_dtype=pl.String)


@dataclass(frozen=True)
class NameTables:
    """All tables of names of an export, by the name that the profile has for them, and what became of their rows."""

    tables: Mapping[str, Names]
    rows: int = 0
    rejected: int = 0
    ignored: int = 0

    def applied(self, rows: pl.DataFrame, lookups: Mapping[str, str]) -> pl.DataFrame:
        """`rows` with names in place of ids; `lookups`: column → the table of names that its ids are of."""
        known = {column: self.tables[table] for column, table in lookups.items() if table in self.tables}
        return rows.with_columns(names.named(rows[column]) for column, names in known.items() if column in rows.columns)

    def applied_to_changes(self, rows: pl.DataFrame, lookups: Mapping[str, str]) -> pl.DataFrame:
        """Rows of events with names in place of ids in `old` and `new` of the fields in `lookups`."""
        for column, table in lookups.items():
            which = (rows["field"] == column).fill_null(False)
            if table in self.tables and which.any():
                rows = rows.with_columns(
                    self.tables[table].named(rows[value]).zip_with(which, rows[value]) for value in ("old", "new")
                )
        return rows


def name_tables(tables: Sequence[MappedTable], profile: Profile, rejects: Rejects) -> NameTables:
    """The names that these tables (`holds: names`) give; of several names for one id the first counts."""
    found: dict[str, list[pl.DataFrame]] = {}
    rejected = 0
    for table in tables:
        rows, lost = _read(table, profile, rejects)
        rejected += lost
        found.setdefault(table.table.name, []).append(rows)
    named = {
        name: Names(pl.concat(rows).unique("id", keep="first", maintain_order=True)) for name, rows in found.items()
    }
    return NameTables(
        named,
        sum(table.rows_read for table in tables),
        rejected + sum(table.damaged.height for table in tables),
        sum(table.ignored for table in tables),
    )


def _read(table: MappedTable, profile: Profile, rejects: Rejects) -> tuple[pl.DataFrame, int]:
    """The usable rows of one table, and how many are not."""
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    nothing = pl.repeat(None, raw.height, dtype=pl.String, eager=True)
    text = {
        name: cells.trimmed(raw[name], profile.null_words).alias(name) if name in raw.columns else nothing.alias(name)
        for name in ("id", "name", "role")
    }
    sieve.reject(text["id"].is_null(), "missing_id", "id")
    role = cells.worded(text["role"], profile.actor_words)
    sieve.note(text["role"].is_not_null() & role.is_null(), "unknown_role", "role", words=", ".join(ACTORS))
    rows = pl.DataFrame([text["id"], text["name"], role.alias("role")])
    first = rows.unique(["id", "name"], keep="first").select("id")
    repeated = (
        rows["id"].is_in(first.filter(pl.col("id").is_duplicated())["id"].implode()) & ~rows["id"].is_first_distinct()
    )
    sieve.note(repeated, "conflicting_name", "id")
    kept = sieve.settled()
    return rows.filter(kept), sieve.rejected
