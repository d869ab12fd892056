"""Rows that are clocks of the help desk's own SLA → columns of their tickets: `vendor_due.<metric>` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from slaaudit.frames import INSTANT, TICKETS, VENDOR_DUE, VENDOR_ELAPSED, VENDOR_OUTCOME, conform
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.dates.stamps import Stamps
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile
from slaaudit.sources.recognition.left_out import of_several
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.details import with_columns_of
from slaaudit.sources.rows.ids import row_numbers
from slaaudit.sources.rows.ticket_cells import typed_cells
from slaaudit.sources.rows.tickets import TicketRows, check_happened, ticket_ids

_COLUMNS = {"due_at": VENDOR_DUE, "outcome": VENDOR_OUTCOME, "elapsed": VENDOR_ELAPSED}
_OF_THE_CLOCK = ("metric", "due_at", "outcome", "elapsed", "started_at", "ended_at", FILE, ROW)
_MOST = 50  # different names of metrics; more are no metrics


@dataclass(frozen=True)
class ClockRows:
    """Rows of clocks on their way: typed, with their metrics' names; `earlier`: how many clocks of `file` were left out
    because another of the same ticket and metric followed.
    """

    found: TicketRows
    file: str
    earlier: int


def type_clocks(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> ClockRows:
    """The rows of one table of clocks: of each ticket and metric the one that started last.

    Raises `SlaauditError` (`ruined_ids`, `too_many_metrics`).
    """
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    ids = ticket_ids(table, profile, sieve)
    typed = {"ticket_id": ids, **typed_cells(table, stamps, profile, sieve, needed=("metric",))}
    typed["metric"] = cells.mapped(typed["metric"], metric_name)
    sieve.reject(typed["metric"].is_null(), "missing_metric", "metric")
    metrics = typed["metric"]
    check_metrics(metrics.n_unique(), next(iter(metrics.drop_nulls().head(1)), ""), table)
    typed.setdefault("started_at", pl.repeat(None, raw.height, dtype=INSTANT, eager=True))
    kept = sieve.settled()
    rows = _with_outcomes(pl.DataFrame(typed)).with_columns(raw.select(FILE, ROW)).filter(kept)
    latest, duplicates, earlier = _latest(rows)
    return ClockRows(TicketRows(latest, sieve.rejected, ids.filter(~kept), duplicates), table.file, earlier)


def _with_outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the verdict that lies in their ends and due dates, where the help desk does not say it in words."""
    if "outcome" in rows.columns or not {"due_at", "ended_at"} <= set(rows.columns):
        return rows
    ended, due = pl.col("ended_at"), pl.col("due_at")
    verdict = (
        pl.when(ended <= due).then(pl.lit("fulfilled"))
        .when(ended > due).then(pl.lit("missed"))
        .when(ended.is_null() & due.is_not_null()).then(pl.lit("running"))
    )  # fmt: skip
    return rows.with_columns(outcome=verdict)


def check_metrics(number: int, first: str, table: MappedTable) -> None:
    """Nothing, unless the different metrics are so many that they can be none: then `SlaauditError`."""
    if number <= _MOST:
        return
    what = f"{number:,} different metrics are too many to be metrics; the first is '{first}'"
    hint = "say which column says what a clock measures: --map metric=HEADING"
    heading = table.headings["metric"]
    raise SlaauditError(Problem(code="too_many_metrics", file=table.file, column=heading, what=what, hint=hint))


def metric_name(word: str) -> str | None:
    """The name of a metric in a column's name: `Time to resolution` → `time_to_resolution`; null if none is left."""
    return re.sub(r"\W+", "_", word.casefold()).strip("_") or None


def _latest(rows: pl.DataFrame) -> tuple[pl.DataFrame, int, int]:
    """Of each ticket and metric the clock that started last, how many rows that leaves out, and how many clocks."""
    content = [name for name in rows.columns if name not in (FILE, ROW)]
    distinct = rows.unique(subset=content, keep="first", maintain_order=True)
    # the content decides between clocks that started together, so the order of the rows does not
    order = ["started_at", *(name for name in ("due_at", "outcome", "elapsed") if name in rows.columns)]
    ordered = distinct.sort("ticket_id", "metric", *order, nulls_last=False, maintain_order=True)
    latest = ordered.unique(["ticket_id", "metric"], keep="last", maintain_order=True)
    return latest, rows.height - latest.height, distinct.height - latest.height


def latest_of_all(clocks: Sequence[ClockRows]) -> list[ClockRows]:
    """Of each ticket and metric the clocks that started last in any of the tables: what has ended and what still runs
    may stand in two. Clocks that started together tell of each other, the first table first.
    """
    keys = ["ticket_id", "metric"]
    rows = [one.found.rows.select(*keys, "started_at").with_columns(table=at) for at, one in enumerate(clocks)]
    if not rows[1:]:
        return list(clocks)
    last = pl.col("started_at").max().over(keys)
    late = pl.concat(rows).select("table", kept=last.is_null() | (pl.col("started_at") == last).fill_null(value=False))
    return [_kept(one, late.filter(pl.col("table") == at)["kept"]) for at, one in enumerate(clocks)]


def _kept(clocks: ClockRows, kept: pl.Series) -> ClockRows:
    found, earlier = clocks.found, int((~kept).sum())
    rows = replace(found, rows=found.rows.filter(kept), duplicates=found.duplicates + earlier)
    return ClockRows(rows, clocks.file, clocks.earlier + earlier)


def clock_notes(earlier: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """The note on the clocks that were left out, none if none were; `earlier`: file and how many of them."""
    left = [(file, number) for file, number in earlier if number]
    if not left:
        return ()
    files, number = list(dict.fromkeys(file for file, _ in left)), sum(number for _, number in left)
    followed = "followed by another of the same ticket and metric; the columns vendor_* tell of the last"
    told = f"{'1 clock is' if number == 1 else f'{number:,} clocks are'} {followed}"
    return (f"{files[0]}: {told}" if len(files) == 1 else f"{told}{of_several(files)}",)


def with_clocks(
    tickets: pl.DataFrame, clocks: Sequence[ClockRows], rejects: Rejects, *, rejected_tickets: pl.Series, alone: bool
) -> tuple[pl.DataFrame, int]:
    """`tickets` with the columns of their clocks where they have none, and how many rows of clocks were of no ticket.

    `alone`: the tickets are those of the clocks, so only a clock that does not tell when it started has none.
    """
    rejected = 0
    for one in clocks:
        rows, sieve = one.found.rows, Sieve(one.found.rows, rejects)
        unknown = row_numbers(rows["ticket_id"], tickets["ticket_id"]).is_null()
        lost = rows["ticket_id"].is_in(rejected_tickets.unique().implode())
        sieve.reject(unknown & lost, "ticket_rejected", "ticket_id")
        sieve.reject(unknown, *(("missing_date", "started_at") if alone else ("unknown_ticket", "ticket_id")))
        check_happened(rows, tickets["created_at"].gather(row_numbers(rows["ticket_id"], tickets["ticket_id"])), sieve)
        kept = rows.filter(sieve.settled())
        rejected += sieve.rejected
        tickets = with_columns_of(tickets, _pivoted(kept))
    return tickets, rejected


def tickets_of_clocks(clocks: Sequence[ClockRows]) -> pl.DataFrame:
    """The tickets that rows of clocks alone are about: created when they say, or when their first clock started."""
    rows = pl.concat([one.found.rows for one in clocks], how="diagonal")
    known = [pl.col(name).min() for name in ("created_at", "started_at") if name in rows.columns]
    tickets = rows.group_by("ticket_id").agg(created_at=pl.coalesce(known)).drop_nulls().sort("ticket_id")
    return conform(tickets, TICKETS)


def _pivoted(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per ticket: the last value of each of its own columns, and the columns of each of its clocks."""
    told = rows.sort("ticket_id", "started_at", "metric", nulls_last=False, maintain_order=True)
    own = pl.exclude(*_OF_THE_CLOCK).drop_nulls().last()
    tickets = told.group_by("ticket_id", maintain_order=True).agg(own)
    values = {name: prefix for name, prefix in _COLUMNS.items() if name in rows.columns}
    for metric in rows["metric"].unique().sort():
        columns = {f"{prefix}{metric}": pl.col(name) for name, prefix in values.items()}
        clocks = rows.filter(pl.col("metric") == metric).select("ticket_id", **columns)
        tickets = tickets.join(clocks, on="ticket_id", how="left", validate="1:1", maintain_order="left")
    return tickets
