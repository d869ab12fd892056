"""A small stand-in for an audit: a hand-made log with the interface that reports use, and nothing computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from slaaudit.account import Account
from slaaudit.frames import OUTCOMES
from slaaudit.reports.columns import LOG, LOG_COLUMNS, LOG_KEY, headings_of, kinds_of
from slaaudit.reports.report import Report

AS_OF = datetime(2026, 11, 5, 16, 42, 10, tzinfo=UTC)


@dataclass(frozen=True)
class FakePolicy:
    timezone: str = "Europe/Amsterdam"
    metrics: tuple[str, ...] = ("first_reply", "next_reply", "resolution")
    levels: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    rules: tuple[Any, ...] = ()


@dataclass(frozen=True)
class FakeExport:
    tickets: pl.DataFrame


@dataclass(frozen=True)
class FakeAudit:
    """The log as given, sorted by its key; tickets' own columns may be asked for by name."""

    frame: pl.DataFrame
    account: Account
    export: FakeExport
    policy: FakePolicy = field(default_factory=FakePolicy)
    as_of: datetime = AS_OF
    notes: tuple[str, ...] = ()

    def log(
        self, columns: Sequence[str] | None = None, *, in_order: bool = True, keep: pl.Series | None = None
    ) -> pl.DataFrame:
        rows = self.frame if keep is None else self.frame.filter(keep)
        return rows.select(columns or LOG_COLUMNS)


def utc(text: str) -> datetime:
    """`2026-10-25 01:30` or with seconds, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(ticket: str, metric: str, outcome: str, **values: Any) -> dict[str, Any]:
    """One row of the log; `elapsed` and `target` in minutes, instants as text in UTC, the rest as given."""
    minutes = {name: timedelta(minutes=values.pop(name)) for name in ("elapsed", "target", "paused") if name in values}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    instants = {column.name for column in LOG if isinstance(column.dtype, pl.Datetime)}
    row: dict[str, Any] = {"ticket": ticket, "metric": metric, "outcome": outcome, "cycle": 1}
    row |= {"sla_started": utc("2026-10-01 08:00"), "created": utc("2026-10-01 08:00")}
    row |= values | {name: utc(text) for name, text in texts.items() if name in instants} | minutes
    row.setdefault("decided", row["sla_started"])
    if "target" in row and "elapsed" in row:
        row["sla"] = row["target"] - row["elapsed"]
    return row


def an_account(**numbers: Any) -> Account:
    """An account of nothing, with the fields given."""
    usual: dict[str, Any] = dict.fromkeys(
        [
            "ticket_rows", "rejected", "duplicates", "tickets", "after_as_of", "excluded", "no_level", "no_clock",
            "judged", "event_rows", "event_rows_rejected", "problems",
        ],
        0,
    )  # fmt: skip
    usual |= {"outcomes": dict.fromkeys(OUTCOMES, 0), "as_of": AS_OF, "policy_name": "Acme support"}
    usual |= {"policy_hash": "1a2b3c4d5e6f" + "0" * 52, "files": ("tickets.csv",)}
    return Account(**(usual | numbers))


def an_audit(rows: Sequence[dict[str, Any]], *, timezone: str = "Europe/Amsterdam", **of_account: Any) -> FakeAudit:
    """An audit whose log has these rows; keys that the log does not have become columns of the tickets."""
    schema: dict[str, pl.DataType] = {column.name: column.dtype for column in LOG}
    others = {name: value for row in rows for name, value in row.items() if name not in schema}
    own = pl.DataFrame({name: [value] for name, value in others.items()}).schema
    frame = pl.DataFrame(list(rows), schema=schema | dict(own)).sort(LOG_KEY)
    tickets = pl.DataFrame(schema={"ticket_id": pl.String(), "tags": pl.List(pl.String())} | dict(own))
    if "ticket_id" not in frame.columns:
        frame = frame.with_columns(ticket_id=pl.col("ticket"))
    if "tags" not in frame.columns:
        frame = frame.with_columns(tags=pl.lit(None, pl.List(pl.String())))
    return FakeAudit(frame, an_account(**of_account), FakeExport(tickets), FakePolicy(timezone))


def a_report(frame: pl.DataFrame, *, total: pl.DataFrame | None = None, **fields: Any) -> Report:
    """A report of any frame, its kinds by type."""
    usual: dict[str, Any] = {
        "name": "sample", "title": "A sample", "frame": frame, "kinds": kinds_of(frame.schema), "total": total,
        "account": an_account(), "notes": (), "timezone": "Europe/Amsterdam", "headings": headings_of(frame.columns),
    }  # fmt: skip
    return Report(**(usual | fields))
