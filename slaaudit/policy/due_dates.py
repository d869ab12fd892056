"""Targets that are the export's own due dates: the columns that can hold them, and the metrics that they fit."""

from __future__ import annotations

from collections.abc import Iterable

from slaaudit.frames import CUSTOM, INSTANT, TICKETS, VENDOR_DUE, vendor_dtype
from slaaudit.policy.resolved import Metric
from slaaudit.problems import did_you_mean

INSTANTS = tuple(name for name, dtype in TICKETS.schema.items() if dtype == INSTANT)
_NOT_READ = f"nothing in it was read as a due date: if a column is one, say --map {VENDOR_DUE}METRIC=HEADING"
_EXAMPLE = f"write it like  due: {VENDOR_DUE}resolution"


def mistake_in_column(name: str) -> tuple[str, str] | None:
    """What is wrong with a column of due dates, and what to do; None if some export can have it, as instants."""
    if name in INSTANTS or vendor_dtype(name) == INSTANT:
        return None
    if name.startswith(CUSTOM):
        what = f"'{name}' holds texts: columns that slaaudit has no name for stay as they were exported"
        return what, f"let the source's profile read it as {VENDOR_DUE}resolution, or as that of another metric"
    if name in TICKETS.names or vendor_dtype(name):
        return f"'{name}' holds no instants", _EXAMPLE
    metric = name.rpartition(".")[2]
    near = [f"{VENDOR_DUE}{metric}"] if metric else []
    return f"there is no column of instants '{name}'", did_you_mean(name, [*near, *INSTANTS]) or _EXAMPLE


def hint_for_missing(instants: Iterable[str]) -> str:
    """What to do about a column of due dates that is not among the columns of instants of an export: those it has."""
    own = [name for name in instants if name.startswith(VENDOR_DUE)]
    return f"its due dates are {', '.join(own)}" if own else _NOT_READ


def mistake_in_metric(metric: Metric) -> tuple[str, str] | None:
    """Why the one due date that an export has of a ticket does not fit the metric, and what to do; None if it does."""
    if metric.kind == "sum":
        return f"'{metric.name}' adds up durations: a date cannot be its target", "write a time, such as 4h"
    if metric.repeat == "each":
        return _again(metric, "can run several times on a ticket", "repeat: once")
    if metric.on_reopen == "restart":
        return _again(metric, "starts again when a ticket is reopened", "on_reopen: resume")
    return None


def _again(metric: Metric, how: str, instead: str) -> tuple[str, str]:
    what = f"'{metric.name}' {how}, and the export has one due date of a ticket"
    return what, f"write a time, or let it run once:  metrics: {{{metric.name}: {{{instead}}}}}"
