"""How many promises were kept and missed, and how long they took: one row per period and group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from slaaudit.frames import DURATION
from slaaudit.problems import Problem, SlaauditError
from slaaudit.reports.columns import headings_of, kinds_of, known_columns, unknown_columns
from slaaudit.reports.filter_words import UnseenWords
from slaaudit.reports.periods import DATES, PERIODS, Bound, periods, thin_months, unknown_word
from slaaudit.reports.report import Report
from slaaudit.reports.selection import Selection, plain_text, sort_columns, sorted_by
from slaaudit.reports.tallies import (
    COUNTS,
    JUDGED,
    MEASURES,
    OTHERS,
    TIMES,
    merged,
    percentile_column,
    percentiles,
    spread,
    tallied,
)
from slaaudit.reports.undecided import summary_of

if TYPE_CHECKING:
    from slaaudit.account import Account
    from slaaudit.audit import Audit
    from slaaudit.conditions import Condition

# what a narrow terminal drops first: a row adds up by its counts, and of its times the longest says least
_TIMES_BY_WORTH = tuple(TIMES[outcome][place] for place in (0, 2, 1) for outcome in JUDGED)
_WORTH = ("clocks", *OTHERS, *_TIMES_BY_WORTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceOptions:
    """What to count by, and which clocks.

    `per` is a word of `periods.PERIODS`; `by` names columns of the log or the tickets that hold one value. `date`,
    `from_`, `to` and `where` choose the clocks, see `Selection`. `sort` names columns of the report, `-` in front
    for descending. `percentiles` are whole numbers from 1 to 100.
    """

    per: str = "month"
    by: tuple[str, ...] = ("metric",)
    date: str = "decided"
    from_: Bound = None
    to: Bound = None
    where: Condition | None = None
    sort: tuple[str, ...] = ()
    percentiles: tuple[int, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The columns of the report that tell its rows apart."""
        return list(dict.fromkeys(["date", *self.by]))

    @property
    def tally_keys(self) -> list[str]:
        """What clocks are counted by: the report must also know which metrics it mixes."""
        return list(dict.fromkeys([*self.keys, "metric"]))

    @property
    def selection(self) -> Selection:
        """Which clocks are counted."""
        return Selection(date=self.date, from_=self.from_, to=self.to, where=self.where)


def build(audit: Audit, options: ComplianceOptions | None = None) -> Report:
    """The compliance report: one row per period and group that has at least one clock.

    Columns in order: `date`, those of `by`; for fulfilled and missed clocks each the count and the average, maximum
    and minimum of elapsed business time; `compliance` = fulfilled / (fulfilled + missed); the count of every other
    outcome and of all `clocks`; then `p<N>_time`. A clock without the chosen date (one that runs has no `closed`)
    counts in a row with an empty `date`, so that the rows add up to the clocks. Sorted by `sort`, then by date and
    `by`; empty values last.

    The total has every clock of the rows. Times of different metrics do not average: the total mixes metrics only
    where the rows do, so its times are empty when `metric` is in `by` and several metrics were judged. When the rows
    themselves mix metrics, a note says so. Raises `SlaauditError` with everything that is wrong with the options.
    """
    options = options or ComplianceOptions()
    check(audit, options)
    rows, clocks = dated_clocks(audit, options)
    return report_of(
        tallied(rows, options.tally_keys),
        lambda keys, ranks: percentiles(rows, keys, ranks),
        options,
        account=audit.account,
        notes=(
            *audit.notes,
            *options.selection.notes(rows.height, clocks),
            *UnseenWords(options.where).look(audit).notes(),
        ),
        timezone=audit.policy.timezone,
    )


def report_of(
    tally: pl.DataFrame,
    times: Callable[[Sequence[str], Sequence[int]], pl.DataFrame],
    options: ComplianceOptions,
    *,
    account: Account,
    notes: tuple[str, ...],
    timezone: str,
) -> Report:
    """The report of a tally by `options.tally_keys`; `times`: of keys and ranks, their percentiles."""
    keys, ranks = options.keys, tuple(dict.fromkeys(options.percentiles))
    frame = sorted_by(_aggregated(tally, times, keys, ranks), options.sort, keys)
    total = _as_last_row(_aggregated(tally, times, [], ranks), frame)
    mixed = _mixed_metrics(tally)
    total = _without_times(total) if mixed and "metric" in keys else total
    notes += (_mixed(mixed),) if mixed and "metric" not in keys else ()
    counts = total.select(COUNTS).row(0, named=True)
    notes += thin_months(frame["date"], counts["clocks"]) if options.per == "month" else ()
    return Report(
        name="compliance",
        title=_title(options),
        frame=frame,
        kinds=_kinds(frame),
        total=total,
        account=account,
        notes=notes,
        timezone=timezone,
        headings=_headings(frame.columns, options),
        groups=tuple(keys),
        summary=summary_of(counts),
        keep=(*keys, *JUDGED, "compliance", *map(percentile_column, ranks), *_WORTH),
        hide_zero=frozenset(_silent(ranks, counts)),
        alarm={"missed": pl.col("missed") > 0},
    )


def _silent(ranks: Sequence[int], counts: Mapping[str, int]) -> list[str]:
    """The columns that say nothing while they are zero or empty: also the verdicts, if there is none at all."""
    if any(counts[outcome] for outcome in JUDGED):
        return [*OTHERS, *_TIMES_BY_WORTH]
    return [*(name for name in MEASURES if name != "clocks"), *map(percentile_column, ranks)]


def check(audit: Audit, options: ComplianceOptions) -> None:
    """Raises `SlaauditError` with everything that is wrong with the options."""
    known = known_columns(audit)
    columns = [*options.keys, *MEASURES, *(percentile_column(rank) for rank in options.percentiles)]
    problems = [
        *unknown_word(options.per, PERIODS, option="--per"),
        *unknown_columns(options.by, known, option="--by"),
        *(problem for name in options.by if name in known for problem in _cannot_group(name, known[name])),
        *options.selection.problems(audit),
        *unknown_columns(sort_columns(options.sort), columns, option="--sort"),
        *(_not_a_percentile(rank) for rank in options.percentiles if not 1 <= rank <= 100),
    ]
    if problems:
        raise SlaauditError(problems)


def _cannot_group(name: str, dtype: pl.DataType) -> list[Problem]:
    what, hint = "", ""
    if isinstance(dtype, pl.List):
        what = f"--by: '{name}' holds several values a ticket, so that a clock would be counted several times"
        hint = f"count one value at a time: --where {name}=VALUE"
    elif name in COUNTS or name == "outcome":
        what = f"--by: '{name}' cannot be grouped by, since every outcome has a column of its own"
        hint = "leave it out; the log shows it for every clock"
    return [Problem(code="cannot_group", what=what, hint=hint)] if what else []


def _not_a_percentile(rank: int) -> Problem:
    what = f"--percentiles: {rank} is not a percentile"
    return Problem(code="wrong_percentile", what=what, hint="whole numbers from 1 to 100, such as 50,90,95")


def _aggregated(
    tally: pl.DataFrame,
    percentiles_of: Callable[[Sequence[str], Sequence[int]], pl.DataFrame],
    keys: Sequence[str],
    ranks: Sequence[int],
) -> pl.DataFrame:
    groups = spread(merged(tally, keys), keys)
    if not ranks:
        return plain_text(groups)
    times = percentiles_of(keys, ranks)
    if not keys:
        return groups.hstack(times)
    return plain_text(groups.join(times, on=list(keys), how="left", nulls_equal=True, validate="1:1"))


def _as_last_row(total: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    keys = [pl.lit(None, dtype).alias(name) for name, dtype in frame.schema.items() if name not in total.columns]
    return total.with_columns(keys).with_columns(date=pl.lit("total")).select(frame.columns)


def _without_times(total: pl.DataFrame) -> pl.DataFrame:
    times = [name for name, dtype in total.schema.items() if isinstance(dtype, pl.Duration)]
    return total.with_columns(pl.lit(None, DURATION).alias(name) for name in times)


def dated_clocks(audit: Audit, options: ComplianceOptions) -> tuple[pl.DataFrame, int]:
    """The clocks that are counted, each with its period (`date`), and out of how many; words may be encoded."""
    rows, clocks = options.selection.rows(audit, [*options.by, "metric", "outcome", "elapsed"])
    instants = rows[DATES[options.date]]
    dates = periods(instants, options.per, timezone=audit.policy.timezone, encoded=True)
    return rows.with_columns(date=dates), clocks


def _mixed_metrics(tally: pl.DataFrame) -> list[str]:
    """The metrics that were judged, if there are several."""
    judged = tally.filter(pl.col("outcome").is_in(JUDGED))["metric"]
    metrics = judged.cast(pl.String).unique().sort().to_list()
    return metrics if len(metrics) > 1 else []


def _mixed(metrics: Sequence[str]) -> str:
    names = ", ".join(metrics)
    return f"times of {len(metrics)} metrics ({names}) are averaged together; --by metric keeps them apart"


def _kinds(frame: pl.DataFrame) -> dict[str, str]:
    known = {"date": "date", "compliance": "share"} | dict.fromkeys(COUNTS, "count")
    return kinds_of(frame.schema) | known | {f"avg_time_{outcome}": "average" for outcome in JUDGED}


def _headings(columns: Sequence[str], options: ComplianceOptions) -> dict[str, str]:
    stacked = {name: name.replace("_time_", "\n").capitalize() for names in TIMES.values() for name in names}
    stacked["date"] = "Period" if options.per == "total" else options.per.capitalize()
    stacked |= {"not_measurable": "Not\nmeasurable", "no_target": "No\ntarget", "no_level": "No\nlevel"}
    stacked |= {percentile_column(rank): f"{rank} %\nwithin" for rank in options.percentiles}
    return headings_of(columns) | stacked


def _title(options: ComplianceOptions) -> str:
    per = "in total" if options.per == "total" else f"per {options.per}"
    by = f" by {', '.join(options.by)}" if options.by else ""
    date = "" if options.date == "decided" else f" (date: {options.date})"
    return f"Compliance {per}{by}{date}"
