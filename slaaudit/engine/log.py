"""Verdicts → the log: the narrow numbers of the kernel, with the names and texts that a reader asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import polars as pl

from slaaudit.engine.assign import NONE
from slaaudit.engine.columns import constant
from slaaudit.engine.columns import places as places_of
from slaaudit.engine.holding import WORKED_OUT
from slaaudit.engine.reasons import reasons_of
from slaaudit.engine.timeline import Timeline
from slaaudit.engine.traits import HOLDERS
from slaaudit.policy import Policy
from slaaudit.reports.selection import plain_text
from slaaudit.reports.whole_seconds import from_seconds, in_seconds

TICKET = "_ticket"  # the ticket of each clock as a number, in the order of the ids
ORDER = ("sla_started", TICKET, "metric")  # the order of the log: clocks of a metric are by ticket and cycle already
STORED = ("sla_started", "due_date", "closed", "decided", "cycle", "target", "elapsed", "paused", "at_risk", "outcome")


@dataclass(frozen=True)
class Clocks:
    """Clocks with columns of the log, narrow: texts are told by their places in a pool, and copied when they are asked
    for.

    `frame`: one row per clock; words of the policy are `Enum`s in the order of letters, but for outcomes. `pools`: of
    each column that is not in `frame` the values, and the column of `frame` with their places. `seconds`: columns of
    `frame` that are told in whole seconds (`reports.whole_seconds`), and the type that they have in the log.
    """

    frame: pl.DataFrame
    pools: Mapping[str, tuple[pl.Series, str]]
    seconds: Mapping[str, pl.DataType] = field(default_factory=dict)

    def made(self, columns: Sequence[str]) -> pl.DataFrame:
        """The columns of the log, in the order of the clocks; words of the policy stay `Enum`s."""
        cells = self.narrow(columns)
        times = [name for name in columns if name in self.seconds]
        return cells.with_columns(from_seconds(cells[name], self.seconds[name]) for name in times) if times else cells

    def narrow(self, columns: Sequence[str]) -> pl.DataFrame:
        """As `made`, but what is told in seconds stays so."""
        return pl.DataFrame([self._made(name) for name in columns])

    def in_seconds(self) -> Clocks:
        """The same, with all times of whole seconds told in seconds."""
        narrow = [cells for cells in map(in_seconds, self.frame) if cells is not None]
        seconds = {cells.name: self.frame.schema[cells.name] for cells in narrow}
        return Clocks(self.frame.with_columns(narrow), self.pools, {**self.seconds, **seconds})

    def at(self, rows: pl.Series) -> Clocks:
        """Some of the clocks, in this order."""
        return Clocks(self.frame[rows], self.pools, self.seconds)

    def _made(self, name: str) -> pl.Series:
        if name not in self.pools:
            return self.frame[name]
        values, places = self.pools[name]
        return values[self.frame[places]].alias(name)


def log_frame(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Sequence[str]
) -> pl.DataFrame:
    """One row per clock with the columns asked for, sorted by `sla_started, ticket, metric, cycle`.

    A column is one of the log or any column of the tickets; department, agent and priority are those when the outcome
    became certain, every other ticket column is the value as of the end of the timeline.
    """
    clocks = log_clocks(verdicts, timeline, policy, shows, dict.fromkeys([*columns, "sla_started", "metric"]))
    order = clocks.frame.select(pl.arg_sort_by(ORDER, maintain_order=True)).to_series()
    return plain_text(clocks.at(order).made(columns))


def clocks_frame(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Sequence[str]
) -> pl.DataFrame:
    """As `log_frame`, in the order of the verdicts; outcomes and words of the policy are `Enum`s."""
    return log_clocks(verdicts, timeline, policy, shows, dict.fromkeys(columns)).made(columns)


def log_clocks(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str], columns: Mapping[str, None]
) -> Clocks:
    """The clocks in the order of the verdicts, with what the columns asked for need."""
    makers = _makers(verdicts, timeline, policy, shows)
    held_rows = cache(partial(_held_rows, verdicts, timeline))
    frame = {TICKET: verdicts["ticket_row"]} | {name: makers[name]() for name in columns if name in makers}
    pools = {"ticket": (timeline.tickets["ticket_id"], TICKET)}
    for name in columns:
        if name in HOLDERS:
            values, frame[f"_{name}"] = _held(name, verdicts, timeline, held_rows)
            pools[name] = (values, f"_{name}")
        elif name not in makers and name not in pools:
            pools[name] = (_at_end(name, timeline), TICKET)
    return Clocks(pl.DataFrame([values.alias(name) for name, values in frame.items()]), pools)


def _makers(
    verdicts: pl.DataFrame, timeline: Timeline, policy: Policy, shows: frozenset[str]
) -> dict[str, Callable[[], pl.Series]]:
    """How each column of the log that is not simply a ticket's comes about."""
    return {
        **{name: partial(verdicts.get_column, name) for name in STORED},
        "sla": lambda: verdicts["target"] - verdicts["elapsed"],
        "metric": lambda: _named(verdicts["metric"], policy.metrics_in_use),
        "level": lambda: _named(verdicts["level"], list(policy.levels)),
        "rule": lambda: _named(verdicts["rule"], [rule.name for rule in policy.rules]),
        "calendar": lambda: _named(verdicts["calendar"], list(policy.calendars)),
        "reason": lambda: reasons_of(verdicts, policy, shows),
    }


def _held(
    name: str, verdicts: pl.DataFrame, timeline: Timeline, held_rows: Callable[[], pl.Series]
) -> tuple[pl.Series, pl.Series]:
    """A ticket column's values, and the place of each clock's among them when the outcome became certain: before the
    event that ended the clock, or after it where there was none before.
    """
    held, row = timeline.history.held(name), held_rows()
    places = held.source.gather(row)
    if not held.pool.null_count():
        return held.pool, places
    is_null = held.pool.is_null().gather(places).fill_null(True)
    has_ended = verdicts["closed"].is_not_null() & (verdicts["outcome"] != "missed")
    unheld = places_of(is_null & has_ended)
    return held.pool, places.scatter(unheld, held.source.gather(row.gather(unheld) + 1))


def _held_rows(verdicts: pl.DataFrame, timeline: Timeline) -> pl.Series:
    """The last event before each outcome became certain, as a row of the timeline."""
    missed = places_of(verdicts["outcome"] == "missed")
    rows = verdicts["held_row"].gather(missed)
    found = timeline.last_before(
        verdicts["ticket_row"].gather(missed), verdicts["decided"].gather(missed).to_physical()
    )
    later = (found > rows).fill_null(False)
    return verdicts["held_row"].clone().scatter(missed, found.zip_with(later, rows))


def _named(numbers: pl.Series, names: Sequence[str]) -> pl.Series:
    """The name of each number; null for none."""
    known = pl.Series(names, dtype=pl.Enum(sorted(set(names))))
    return known.gather(numbers if numbers.dtype.is_unsigned_integer() else numbers.set(numbers == NONE, None))


def _at_end(name: str, timeline: Timeline) -> pl.Series:
    """Of every ticket the value of a column at the end of the timeline; of those that do not exist then, any."""
    if name == "created":
        return timeline.tickets["created_at"]
    rows = timeline.last_rows if timeline.rows.height else constant(None, timeline.tickets.height, pl.UInt32)
    if name == "state":
        return timeline.rows["state"].gather(rows).cast(pl.String)
    if name in WORKED_OUT or name not in timeline.tickets.columns:
        return timeline.value(name).gather(rows)
    held = timeline.history.held(name)
    return held.pool if held.is_fixed else held.at(rows)
