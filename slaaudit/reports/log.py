"""Every judged clock with its verdict: one row a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.problems import SlaauditError
from slaaudit.reports.columns import LOG_COLUMNS, LOG_KEY, headings_of, kinds_of, known_columns, unknown_columns
from slaaudit.reports.filter_words import UnseenWords
from slaaudit.reports.periods import Bound
from slaaudit.reports.report import Report
from slaaudit.reports.selection import Selection, plain_text, sort_columns, sorted_by
from slaaudit.reports.tallies import JUDGED

if TYPE_CHECKING:
    from slaaudit.account import Account
    from slaaudit.audit import Audit
    from slaaudit.conditions import Condition

_WORTH = ("ticket", "metric", "outcome", "sla", "due_date", "agent", "requester", "department", "level", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """Which clocks, in which order, with which columns.

    Without `all` only fulfilled and missed clocks are shown, unless `where` looks at the outcome or at the risk.
    `date`, `from_`, `to` and `where` choose among them, see `Selection`. `sort` and `columns` name any columns of the
    log or the tickets; `-` in front sorts descending.
    """

    all: bool = False
    from_: Bound = None
    to: Bound = None
    date: str = "decided"
    where: Condition | None = None
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None

    @property
    def shown(self) -> list[str]:
        """The columns to show, in order, each once."""
        return list(dict.fromkeys(self.columns or LOG_COLUMNS))

    @property
    def shows_all(self) -> bool:
        """Whether every outcome is shown: asked for, or because the filter itself chooses outcomes."""
        return self.all or (self.where is not None and bool(self.where.columns() & {"outcome", "at_risk"}))

    @property
    def selection(self) -> Selection:
        """Which clocks are shown."""
        return Selection(date=self.date, from_=self.from_, to=self.to, where=self.where)


def build(audit: Audit, options: LogOptions | None = None) -> Report:
    """The log: one row per clock, with the columns of `columns.LOG` in that order or those asked for.

    Sorted by `sort`, then by start, ticket, metric and cycle; empty values last. Notes say how many clocks the filter
    and the outcome left out. No total. Raises `SlaauditError` with everything that is wrong with the options.
    """
    options = options or LogOptions()
    check(audit, options)
    sort = sort_columns(options.sort)
    tie_break = [*sort, *LOG_KEY] if sort else []  # the audit's log already has the order of the key
    wanted = wanted_clocks(audit, options)
    rows = plain_text(audit.log(list(dict.fromkeys([*options.shown, *tie_break])), keep=wanted.keep))
    frame = sorted_by(rows, options.sort, LOG_KEY if sort else ()).select(options.shown)
    return report_of(
        frame,
        options,
        left_out=wanted.counted - frame.height,
        account=audit.account,
        notes=(
            *audit.notes,
            *options.selection.notes(wanted.counted, wanted.clocks),
            *UnseenWords(options.where).look(audit).notes(),
        ),
        timezone=audit.policy.timezone,
    )


@dataclass(frozen=True)
class Wanted:
    """Whether each clock is shown, in the order in which they were judged; how many are `counted`, of any outcome, out
    of how many `clocks`.
    """

    keep: pl.Series
    counted: int
    clocks: int


def wanted_clocks(audit: Audit, options: LogOptions) -> Wanted:
    """Which clocks the log shows."""
    outcomes = audit.log(["outcome"], in_order=False)["outcome"]
    chosen = options.selection.keep(audit)
    if chosen is None:
        chosen = pl.repeat(True, outcomes.len(), dtype=pl.Boolean, eager=True)
    keep = chosen if options.shows_all else chosen & outcomes.is_in(JUDGED)
    return Wanted(keep, int(chosen.sum()), outcomes.len())


def report_of(
    frame: pl.DataFrame,
    options: LogOptions,
    *,
    left_out: int,
    account: Account,
    notes: tuple[str, ...],
    timezone: str,
) -> Report:
    """The report of rows with the shown columns, in order; `left_out`: clocks neither fulfilled nor missed."""
    return Report(
        name="log",
        title="SLA log",
        frame=frame,
        kinds=kinds_of(frame.schema),
        total=None,
        account=account,
        notes=(*notes, *_left_out(left_out)),
        timezone=timezone,
        headings=headings_of(frame.columns),
        keep=(*(options.columns or ()), *_WORTH),
        alarm=_alarms(frame.columns),
    )


def check(audit: Audit, options: LogOptions) -> None:
    """Raises `SlaauditError` with everything that is wrong with the options."""
    known = known_columns(audit)
    problems = [
        *unknown_columns(options.shown, known, option="--columns"),
        *unknown_columns(sort_columns(options.sort), known, option="--sort"),
        *options.selection.problems(audit),
    ]
    if problems:
        raise SlaauditError(problems)


def _left_out(clocks: int) -> tuple[str, ...]:
    if not clocks:
        return ()
    them = "1 clock that was" if clocks == 1 else f"{clocks:,} clocks that were"
    return (f"{them} neither fulfilled nor missed left out; --all shows every outcome",)


def _alarms(columns: list[str]) -> dict[str, pl.Expr]:
    alarms = {"outcome": pl.col("outcome") == "missed", "sla": pl.col("sla") < 0}
    return {name: is_alarming for name, is_alarming in alarms.items() if name in columns}
