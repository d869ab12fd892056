"""The columns a report can show, filter, group and sort by: those of the log, and every column of the tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.conditions.compiling import nearest_column
from slaaudit.frames import CUSTOM, DURATION, INSTANT, vendor_dtype
from slaaudit.problems import Problem

if TYPE_CHECKING:
    from slaaudit.audit import Audit


@dataclass(frozen=True, slots=True)
class LogColumn:
    """One column of the log: name, type, what it holds, and its heading where the name would not do."""

    name: str
    dtype: pl.DataType
    meaning: str
    heading: str = ""


LOG = (
    LogColumn("requester", pl.String(), "who asked"),
    LogColumn("ticket", pl.String(), "the help desk's id of the ticket"),
    LogColumn("department", pl.String(), "who held the ticket when the outcome became certain"),
    LogColumn("agent", pl.String(), "the agent assigned when the outcome became certain; empty = nobody"),
    LogColumn("level", pl.String(), "the level in force; empty = none"),
    LogColumn("sla_started", INSTANT, "start of the clock", "SLA started"),
    LogColumn("due_date", INSTANT, "when the target is used up; empty without a target", "Due"),
    LogColumn("closed", INSTANT, "end of the clock; empty while it runs"),
    LogColumn("sla", DURATION, "target less elapsed; negative = overdue; empty without a target", "Time left"),
    LogColumn("metric", pl.String(), "the promise: first_reply, resolution, …"),
    LogColumn("cycle", pl.UInt32(), "number of the clock among those of its metric on its ticket, from 1"),
    LogColumn("outcome", pl.String(), "fulfilled, missed, running, …"),
    LogColumn("target", DURATION, "business time promised; empty without a target"),
    LogColumn("elapsed", DURATION, "business time counted"),
    LogColumn("paused", DURATION, "business time between start and end that was not counted"),
    LogColumn("priority", pl.String(), "the help desk's own word for the priority"),
    LogColumn("account", pl.String(), "the customer's organisation"),
    LogColumn("rule", pl.String(), "the rule that gave the level"),
    LogColumn("calendar", pl.String(), "the calendar that counted"),
    LogColumn("reason", pl.String(), "why the outcome is what it is"),
    LogColumn("decided", INSTANT, "when the outcome became certain"),
    LogColumn("at_risk", pl.Boolean(), "running, and more than the warning share of the target is used up"),
    LogColumn("created", INSTANT, "creation of the ticket"),
    LogColumn("state", pl.String(), "the status in our words"),
    LogColumn("channel", pl.String(), "how the ticket came"),
    LogColumn("subject", pl.String(), "the subject line"),
)
LOG_COLUMNS = tuple(column.name for column in LOG)
LOG_KEY = ("sla_started", "ticket", "metric", "cycle")
_PERIODS = ("day", "week", "month", "quarter", "year", "period")  # headings of the column `date`
_HEADINGS = {column.name: column.heading for column in LOG if column.heading}


def known_columns(audit: Audit) -> dict[str, pl.DataType]:
    """Column → dtype of everything a report over `audit` may name: the log's columns, then the tickets' others."""
    schema = {column.name: column.dtype for column in LOG}
    return schema | {name: dtype for name, dtype in audit.export.tickets.schema.items() if name not in schema}


def unknown_columns(names: Iterable[str], known: Iterable[str], *, option: str) -> list[Problem]:
    """One problem for each of `names` that is not known, naming the nearest known ones."""
    columns = dict.fromkeys(known)
    unknown = [name for name in dict.fromkeys(names) if name not in columns]
    what = "{}: there is no column '{}'"
    return [
        Problem(code="unknown_column", what=what.format(option, name), hint=_nearest(name, columns)) for name in unknown
    ]


def _nearest(name: str, columns: Mapping[str, None]) -> str:
    """A hint with the column of which `name` is the heading, or the nearest ones."""
    heading = name.replace("_", " ").casefold()
    meant = [column for column, words in _HEADINGS.items() if words.casefold() == heading and column in columns]
    if not meant and name.casefold() in _PERIODS and "date" in columns:
        meant = ["date"]
    return f"did you mean '{meant[0]}'?" if meant else nearest_column(name, columns)


def kinds_of(schema: Mapping[str, pl.DataType]) -> dict[str, str]:
    """Column → how it is shown, by its type; whole numbers are numbers, since only a report knows what it counts."""
    return {name: _kind(dtype) for name, dtype in schema.items()}


def _kind(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.List):
        return "list"
    if dtype.is_numeric():
        return "number"
    by_type = {pl.Date: "date", pl.Datetime: "instant", pl.Duration: "duration", pl.Boolean: "flag"}
    return by_type.get(type(dtype), "text")


def headings_of(names: Iterable[str]) -> dict[str, str]:
    """Column → its heading for people: `sla_started` → `SLA started`, `custom.plan` → `plan`."""
    return {name: _heading(name) for name in names}


def _heading(name: str) -> str:
    if name.startswith(CUSTOM):
        return name.removeprefix(CUSTOM)
    if vendor_dtype(name) is not None:  # `vendor_due.resolution`
        told, _, metric = name.removeprefix("vendor_").partition(".")
        return f"Help desk: {metric.replace('_', ' ')} {told}"
    words = name.replace("_", " ")
    return _HEADINGS.get(name, words[:1].upper() + words[1:])
