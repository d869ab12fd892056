"""Columns of dates and times → instants: the layout of each column, the order of day and month, the time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from slaaudit.frames import INSTANT
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.date_layouts import Layout, Order, commonest_layout, layout_of
from slaaudit.sources.date_reading import read_layout
from slaaudit.sources.local_time import Located, check_timezone, locate

_LOCAL = pl.Datetime("us")
_OTHER: Mapping[Order, Order] = {"day_first": "month_first", "month_first": "day_first"}
_KNOWN = "2026-01-31T09:30:00Z, 2026-01-31 09:30, 31/1/2026 09:30, 01/31/2026 9:30 AM, 31/Jan/26 9:30 AM, unix seconds"


@dataclass(frozen=True)
class DateColumn:
    """One column of one file, as the file has it: text, or dates and times where the format has such a type."""

    file: str
    heading: str
    cells: pl.Series


@dataclass(frozen=True)
class ReadColumn:
    """A column as instants (null: empty or unreadable). `bad`, `skipped` and `repeated` mark cells that do not fit the
    column's layout, and local times that a clock change skips or repeats. `layout` says how the column is written
    (`""` when the file itself knows); `local`: it was read in the time zone given.
    """

    instants: pl.Series
    bad: pl.Series
    skipped: pl.Series
    repeated: pl.Series
    layout: str
    local: bool


@dataclass(frozen=True)
class _Reading:
    """A column, its times (local, or UTC where `aware`) with day and month in `order`, and what speaks for an order.

    `evidence`: for each order that some cell of the column decides for, such a cell. `ambiguous`: a cell that means
    another day in the other order. `misfits`: how many cells do not follow the layout in any order.
    """

    column: DateColumn
    cells: pl.Series
    layout: Layout | None
    times: pl.Series
    misfits: int
    order: Order = "day_first"
    evidence: Mapping[Order, str] = field(default_factory=dict)
    ambiguous: str | None = None

    @property
    def aware(self) -> bool:
        """Whether the file itself says which instants are meant."""
        dtype = self.cells.dtype
        return (
            dtype.time_zone is not None if isinstance(dtype, pl.Datetime) else bool(self.layout and self.layout.aware)
        )


def read_dates(
    columns: Sequence[DateColumn], *, timezone: str | None = None, day_first: bool | None = None
) -> list[ReadColumn]:
    """The columns as instants, in the order given.

    A column has one layout, the one that most of its values follow. Where day and month are numbers, any value that can
    only be read one way decides for its column; a column without such a value follows the other columns of its file,
    then those of the other files that are written the same way; `day_first` decides for all. Naive times are local
    times in `timezone`, dates alone mean local midnight. Raises `SlaauditError` with every column that cannot be
    understood: `unknown_date_format`, `ambiguous_dates`, `mixed_date_order`, `timezone_needed`, `unknown_timezone`.
    """
    check_timezone(timezone)
    given: Order | None = None if day_first is None else "day_first" if day_first else "month_first"
    readings = [_reading(column, given) for column in columns]
    orders = [given or _order(reading, readings) for reading in readings]
    problems = [order for order in orders if isinstance(order, Problem)]
    problems += [problem for reading in readings if (problem := _obstacle(reading, timezone))]
    if problems:
        raise SlaauditError(sorted(problems, key=lambda problem: (problem.file, problem.column)))
    return [
        _located(reading, order, timezone or "UTC")
        for reading, order in zip(readings, orders, strict=True)
        if not isinstance(order, Problem)
    ]


def _reading(column: DateColumn, given: Order | None) -> _Reading:
    cells = column.cells
    if isinstance(cells.dtype, pl.Date):
        return _Reading(column, cells, None, cells.cast(_LOCAL), 0)
    if isinstance(cells.dtype, pl.Datetime):
        utc = cells.dt.convert_time_zone("UTC") if cells.dtype.time_zone else cells
        return _Reading(column, cells, None, utc.dt.replace_time_zone(None).cast(_LOCAL), 0)
    first = cells.drop_nulls().head(1)
    reading = _read_as(column, cells, layout_of(first.item()) if len(first) else None, given)
    if reading.misfits == 0:
        return reading
    trimmed = cells.str.strip_chars()
    return _read_as(column, trimmed, commonest_layout(trimmed), given)


def _read_as(column: DateColumn, cells: pl.Series, layout: Layout | None, given: Order | None) -> _Reading:
    if layout is None:
        nothing = pl.repeat(None, len(cells), dtype=_LOCAL, eager=True)
        return _Reading(column, cells, None, nothing, len(cells) - cells.null_count())
    if given or not layout.undecided:
        times = read_layout(cells, layout.ordered(given or "day_first"))
        return _Reading(column, cells, layout, times, times.null_count() - cells.null_count(), given or "day_first")
    order = _probable_order(cells, layout)
    times = read_layout(cells, layout.ordered(order))
    unread = cells.filter(times.is_null() & cells.is_not_null())
    other_way = read_layout(unread, layout.ordered(_OTHER[order]))
    day, month = times.dt.day(), times.dt.month()
    cases = {order: cells.filter(day > 12), _OTHER[order]: unread.filter(other_way.is_not_null())}
    evidence = {o: found[0] for o, found in cases.items() if len(found) and not layout.two_digit_year}
    open_to_both = cells.filter((day != month) & ((day <= 12) | layout.two_digit_year)).head(1)
    ambiguous = open_to_both[0] if len(open_to_both) else None
    return _Reading(column, cells, layout, times, other_way.null_count(), order, evidence, ambiguous)


def _probable_order(cells: pl.Series, layout: Layout) -> Order:
    """The order that fits the first values best: it saves reading the column twice, and decides nothing."""
    sample = cells.drop_nulls().head(100)
    return min(_OTHER, key=lambda order: read_layout(sample, layout.ordered(order)).null_count())


def _order(reading: _Reading, readings: Sequence[_Reading]) -> Order | Problem:
    """The order of day and month in a column, or why it cannot be told."""
    if len(reading.evidence) == 2:
        return _mixed_date_order(reading)
    if reading.ambiguous is None or reading.evidence:
        return next(iter(reading.evidence), reading.order)
    same_file = [other for other in readings if other.column.file == reading.column.file]
    same_layout = [other for other in readings if other.layout == reading.layout]
    for witnesses in (same_file, same_layout):
        orders = {order for witness in witnesses for order in witness.evidence}
        if len(orders) == 1 and reading.layout and not reading.layout.two_digit_year:
            return orders.pop()
    return _ambiguous_dates(reading)


def _located(reading: _Reading, order: Order, timezone: str) -> ReadColumn:
    layout = reading.layout.ordered(order) if reading.layout else None
    times = reading.times if order == reading.order or layout is None else read_layout(reading.cells, layout)
    if reading.aware:
        never = pl.repeat(False, len(times), dtype=pl.Boolean, eager=True)
        located = Located(times.to_physical(), never, never)
    else:
        located = locate(times.to_physical(), timezone)
    return ReadColumn(
        located.instants.cast(INSTANT),
        reading.cells.is_not_null() & times.is_null(),
        located.skipped,
        located.repeated,
        layout.described if layout else "",
        not reading.aware,
    )


def _obstacle(reading: _Reading, timezone: str | None) -> Problem | None:
    """Why a column cannot be read whatever the order of day and month; None if it can."""
    values = reading.cells.drop_nulls()
    if values.is_empty():
        return None
    if reading.misfits == len(values):
        return _problem(
            reading.column,
            "unknown_date_format",
            f"no value is a date and time in a form that is known; the first is '{values[0]}'",
            f"known are for example {_KNOWN}",
        )
    if timezone is None and not reading.aware:
        return _problem(
            reading.column,
            "timezone_needed",
            f"times like '{values[0]}' do not say their time zone",
            "name it: --timezone Europe/Amsterdam, or `timezone:` in the policy",
        )
    return None


def _ambiguous_dates(reading: _Reading) -> Problem:
    what = f"'{reading.ambiguous}' may have the day or the month first, and no value in the column tells which"
    if reading.layout and reading.layout.two_digit_year:
        what = f"which number of '{reading.ambiguous}' is the day, the month, the year cannot be told"
    return _problem(reading.column, "ambiguous_dates", what, "say which is first: --day-first or --month-first")


def _mixed_date_order(reading: _Reading) -> Problem:
    return _problem(
        reading.column,
        "mixed_date_order",
        f"'{reading.evidence['day_first']}' has the day first, '{reading.evidence['month_first']}' has the month first",
        "say which is right, --day-first or --month-first: the rows that do not fit are then not used",
    )


def _problem(column: DateColumn, code: str, what: str, hint: str) -> Problem:
    return Problem(code=code, file=column.file, column=column.heading, what=what, hint=hint)
