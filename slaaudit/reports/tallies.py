"""Counts and times of clocks per group, in integers only: any way of splitting the rows gives the same result."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slaaudit.durations import fit_together
from slaaudit.frames import DURATION, OUTCOMES

JUDGED = ("fulfilled", "missed")
SHARE_STEPS = 10_000  # a share is truncated to four digits: 99.996 % is never shown as 100 %
TIMES = {outcome: tuple(f"{word}_time_{outcome}" for word in ("avg", "max", "min")) for outcome in JUDGED}
OTHERS = tuple(outcome for outcome in OUTCOMES if outcome not in JUDGED)
COUNTS = (*JUDGED, *OTHERS, "clocks")
MEASURES = (
    *(name for outcome in JUDGED for name in (outcome, *TIMES[outcome])),
    "compliance",
    *OTHERS,
    "clocks",
)

_NUMBER = "_number"  # of a group
_HALF = 1 << 32  # a sum of times is kept in two parts, of which each fits into 64 bits for 2 billion clocks


def tallied(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row per group of `keys` and outcome: `clocks`, of which `timed`, and the sum, max and min of `elapsed`.

    The sum is a 128-bit integer of microseconds: ten million clocks of a month each do not fit into 64 bits.
    """
    groups, elapsed = rows.select(*dict.fromkeys([*keys, "outcome"])), rows["elapsed"].to_physical()
    number = _number_of(groups)
    by = groups if number is None else groups.select(number)
    grouped = (
        by.hstack([elapsed.alias("_elapsed")])
        .group_by(by.columns)
        .agg(
            clocks=pl.len().cast(pl.Int64),
            timed=pl.col("_elapsed").count().cast(pl.Int64),
            time=_sum(elapsed),
            max=pl.col("_elapsed").max().cast(DURATION),
            min=pl.col("_elapsed").min().cast(DURATION),
        )
    )
    if number is not None:
        grouped = grouped.hstack(_groups_of(grouped[_NUMBER], groups.schema))
    return grouped.select(*keys, "outcome", "clocks", "timed", "time", "max", "min")


def _sum(elapsed: pl.Series) -> pl.Expr:
    """The sum of the times of a group."""
    time = pl.col("_elapsed")
    if fit_together(elapsed):
        return time.sum().cast(pl.Int128)
    return (time // _HALF).sum().cast(pl.Int128) * _HALF + (time % _HALF).sum().cast(pl.Int128)


def _number_of(groups: pl.DataFrame) -> pl.Expr | None:
    """A number that tells groups of words apart: rows are grouped by one much faster than by several columns.

    None if not all columns are of the words of an `Enum`, or if there are too many combinations.
    """
    number: pl.Expr = pl.lit(0, pl.UInt32)
    combinations = 1
    for name, dtype in groups.schema.items():
        if not isinstance(dtype, pl.Enum):
            return None
        words = len(dtype.categories) + 1  # and null
        number = number * words + pl.col(name).to_physical().cast(pl.UInt32).fill_null(words - 1)
        combinations *= words
    return number.alias(_NUMBER) if combinations < 1 << 32 else None


def _groups_of(number: pl.Series, schema: pl.Schema) -> pl.DataFrame:
    """The groups by their numbers: the inverse of `_number_of`."""
    columns = []
    for name, dtype in reversed(schema.items()):
        words = [*dtype.categories, None]  # type: ignore[attr-defined]  # an `Enum`
        columns.append(pl.Series(name, words, dtype=dtype)[number % len(words)])
        number = number // len(words)
    return pl.DataFrame(columns)


def merged(tally: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The tally by fewer keys."""
    return tally.group_by(*keys, "outcome").agg(pl.col("clocks", "timed", "time").sum(), pl.max("max"), pl.min("min"))


def spread(tally: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row per group with the columns `MEASURES`: counts and times, the share, every other outcome's count.

    `avg` is the exact mean rounded half to even to the microsecond; times are null where there is no such clock,
    `compliance` = fulfilled / (fulfilled + missed), truncated to four digits, null where nothing was decided.
    No row order. Without keys exactly one row, also of an empty tally.
    """
    judged = [expression for outcome in JUDGED for expression in _of_outcome(outcome)]
    everything = [*judged, *(_count(outcome) for outcome in OTHERS), pl.col("clocks").sum()]
    groups = tally.group_by(list(keys)).agg(everything) if keys else tally.select(everything)
    return groups.with_columns(_share()).select(*keys, *MEASURES)


def percentiles(rows: pl.DataFrame, keys: Sequence[str], ranks: Sequence[int]) -> pl.DataFrame:
    """One row per group: `p<rank>_time`, the nearest-rank percentiles of `elapsed` over fulfilled and missed clocks.

    Nearest rank: the smallest time such that at least rank % of the clocks took no longer; always one of the
    times. Groups in which nothing was decided have no row. No row order.
    """
    ordered = pl.col("elapsed").drop_nulls().sort()
    last = pl.col("elapsed").count().cast(pl.Int64)
    columns = [
        ordered.get((last * rank + 99) // 100 - 1, null_on_oob=True).alias(percentile_column(rank)) for rank in ranks
    ]
    judged = rows.filter(pl.col("outcome").is_in(JUDGED))
    return judged.group_by(list(keys)).agg(columns) if keys else judged.select(columns)


def percentile_column(rank: int) -> str:
    """The name of a percentile's column: `p90_time`."""
    return f"p{rank}_time"


def _of_outcome(outcome: str) -> list[pl.Expr]:
    chosen = pl.col("outcome") == outcome
    return [
        _count(outcome),
        _mean(pl.col("time").filter(chosen).sum(), pl.col("timed").filter(chosen).sum()).alias(f"avg_time_{outcome}"),
        pl.col("max").filter(chosen).max().alias(f"max_time_{outcome}"),
        pl.col("min").filter(chosen).min().alias(f"min_time_{outcome}"),
    ]


def _count(outcome: str) -> pl.Expr:
    return pl.col("clocks").filter(pl.col("outcome") == outcome).sum().alias(outcome)


def _mean(total: pl.Expr, number: pl.Expr) -> pl.Expr:
    divisor = pl.when(number > 0).then(number).cast(pl.Int128)
    quotient, rest = total // divisor, total % divisor
    is_odd = quotient % 2 == 1
    round_up = (rest * 2 > divisor) | ((rest * 2 == divisor) & is_odd)
    return (quotient + round_up.cast(pl.Int128)).cast(pl.Int64).cast(DURATION)


def _share() -> pl.Expr:
    decided = pl.col("fulfilled") + pl.col("missed")
    steps = pl.col("fulfilled") * SHARE_STEPS // pl.when(decided > 0).then(decided)
    digits = (steps % SHARE_STEPS).cast(pl.String).str.zfill(4)
    # through text: dividing by 10,000 multiplies by its inverse, which gives 0.8944000000000001
    return pl.format("{}.{}", steps // SHARE_STEPS, digits).cast(pl.Float64).alias("compliance")
