"""What is found in an export before anything is judged: whose it is, how it was read, what it can and cannot show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from slaaudit.audit import last_instant
from slaaudit.engine.states import state_words
from slaaudit.inspecting.measurable import Measurable, measurable
from slaaudit.policy import Policy
from slaaudit.sources import Export
from slaaudit.sources.export import TableReading


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status word of the export (None: no status), how many tickets have it now, how many changes lead to it, and
    the state it means (None: nobody has said so).
    """

    word: str | None
    tickets: int
    changes: int
    state: str | None


@dataclass(frozen=True, slots=True)
class KindOfProblem:
    """A kind of problem with rows: how many, whether the rows are used all the same, and the first of them."""

    code: str
    rows: int
    rejected: int
    example: str
    hint: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. `tables`, `counts`, `notes`: as of `Export`; `metrics` in the order of the metrics' file.

    `first`: when the first ticket was created; `last`: the instant as of which a report is made if nobody names one.
    """

    source: str
    title: str
    tables: tuple[TableReading, ...]
    counts: dict[str, int]
    statuses: tuple[StatusWord, ...]
    events: dict[str, int]
    vendor: tuple[str, ...]
    metrics: tuple[Measurable, ...]
    problems: tuple[KindOfProblem, ...]
    notes: tuple[str, ...]
    timezone: str
    first: datetime | None = None
    last: datetime | None = None


def inspected(export: Export, *, policy: Policy | None = None, timezone: str = "UTC") -> Inspection:
    """The inspection of an export: with the metrics and states of `policy`, if given. Instants are for `timezone`."""
    metrics = None if policy is None else {name: policy.metrics[name] for name in policy.metrics_in_use}
    first = export.tickets["created_at"].min()
    return Inspection(
        source=export.source,
        title=export.title,
        tables=export.reading,
        counts=dict(export.counts),
        statuses=_statuses(export, policy),
        events=_times(export.events["event"].cast(pl.String)),
        vendor=tuple(name for name in export.tickets.columns if name.startswith("vendor_")),
        metrics=measurable(export.shows, metrics),
        problems=_problems(export),
        notes=export.notes,
        timezone=timezone,
        first=first if isinstance(first, datetime) else None,
        last=last_instant(export) if export.tickets.height else None,
    )


def _times(words: pl.Series) -> dict[str, int]:
    """How often each word occurs, the most frequent first."""
    return dict(words.value_counts().sort("count", words.name, descending=[True, False]).rows())


def _statuses(export: Export, policy: Policy | None) -> tuple[StatusWord, ...]:
    """The words by number of tickets, the commonest first."""
    known = state_words(export, policy)
    changes = export.events.filter(event="change", field="status")["new"].cast(pl.String).rename("word")
    tickets = export.tickets["status"].rename("word")
    counted = _counted(tickets, "tickets").join(
        _counted(changes, "changes"), on="word", how="full", coalesce=True, nulls_equal=True
    )
    rows = counted.with_columns(pl.col("tickets", "changes").fill_null(0))
    rows = rows.sort("tickets", "changes", "word", descending=[True, True, False], nulls_last=True)
    return tuple(
        StatusWord(word, tickets, changes, None if word is None else known.get(word.strip().casefold()))
        for word, tickets, changes in rows.rows()
    )


def _counted(words: pl.Series, name: str) -> pl.DataFrame:
    return words.value_counts(name=name)


def _problems(export: Export) -> tuple[KindOfProblem, ...]:
    problems = export.problems
    where = pl.concat_str(
        "file", pl.format(", row {}", "row"), pl.format(", column {}", "column"), pl.format(": {}", "what"),
        ignore_nulls=True,
    )  # fmt: skip
    kinds = problems.group_by("code", maintain_order=True).agg(
        pl.len(), pl.col("rejected").sum(), where.first().alias("example"), pl.col("hint").first()
    )
    return tuple(KindOfProblem(*row) for row in kinds.sort("len", "code", descending=[True, False]).rows())
