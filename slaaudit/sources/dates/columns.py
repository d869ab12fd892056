"""Columns of dates and times → instants: the layout of each column, the order of day and month, the time zone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

import polars as pl

from slaaudit.frames import INSTANT
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources.dates.layouts import Layout, Order, commonest_layout, layout_of
from slaaudit.sources.dates.local_time import Located, check_timezone, locate
from slaaudit.sources.dates.reading import read_layout, typed_times
from slaaudit.sources.rows.cells import trimmed

_LOCAL = pl.Datetime("us")
_OTHER: Mapping[Order, Order] = {"day_first": "month_first", "month_first": "day_first"}
_KNOWN = "2026-01-31T09:30:00Z, 2026-01-31 09:30, 31/1/2026 09:30, 01/31/2026 9:30 AM, 31/Jan/26 9:30 AM, unix seconds"


@dataclass(frozen=True)
class DateColumn:
    """One column of one file, as the file has it: text, or dates and times where the format has such a type.

    `timezone`: of its times that do not say theirs; None: as for all columns. `null_words`: texts that mean nothing.
    """

    file: str
    heading: str
    cells: pl.Series
    timezone: str | None = None
    null_words: Collection[str] = ()


@dataclass(frozen=True)
class ReadColumn:
    """A column as instants (null: empty or unreadable). `bad`, `skipped` and `repeated` mark cells that do not fit the
    column's layout, and local times that a clock change skips or repeats. `written`: the layout (None: the file itself
    knows); `local`: it was read in the time zone given.
    """

    instants: pl.Series
    bad: pl.Series
    skipped: pl.Series
    repeated: pl.Series
    written: Layout | None
    local: bool


Witness = tuple[int, str]  # a row of a column and the cell there


@dataclass(frozen=True)
class Evidence:
    """What a column, or a part of it, says of how it is written as `layout`.

    `aware`: the file itself says which instants are meant. `values`: how many cells are not empty; `misfits`: how many
    of them do not follow the layout in any order. `first`: the first value; `cases`: for each order that some cell
    decides for, the first such cell; `ambiguous`: the first cell that means another day in the other order.
    """

    file: str
    heading: str
    timezone: str | None
    layout: Layout | None
    aware: bool
    values: int = 0
    misfits: int = 0
    first: Witness | None = None
    cases: Mapping[Order, Witness] = field(default_factory=dict)
    ambiguous: Witness | None = None

    def __add__(self, other: Evidence) -> Evidence:
        """The evidence of both parts of one column."""
        orders = [order for order in _OTHER if order in self.cases or order in other.cases]
        return replace(
            self,
            values=self.values + other.values,
            misfits=self.misfits + other.misfits,
            first=_earlier(self.first, other.first),
            cases={
                order: found for order in orders if (found := _earlier(self.cases.get(order), other.cases.get(order)))
            },
            ambiguous=_earlier(self.ambiguous, other.ambiguous),
        )


def _earlier(one: Witness | None, other: Witness | None) -> Witness | None:
    return min((witness for witness in (one, other) if witness), key=itemgetter(0), default=None)


@dataclass(frozen=True)
class _Reading:
    """A column (or a part), its times (local, or UTC where aware) with day and month in `order`, and its evidence."""

    cells: pl.Series
    times: pl.Series
    evidence: Evidence
    order: Order = "day_first"


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
    given = order_given(day_first)
    readings = [_reading(column, given) for column in columns]
    orders = decided([reading.evidence for reading in readings], timezone=timezone, given=given)
    return [
        _located(reading, order, column.timezone or timezone or "UTC")
        for reading, order, column in zip(readings, orders, columns, strict=True)
    ]


def order_given(day_first: bool | None) -> Order | None:
    """The order that the user names."""
    return None if day_first is None else "day_first" if day_first else "month_first"


def decided(evidence: Sequence[Evidence], *, timezone: str | None = None, given: Order | None = None) -> list[Order]:
    """The order of day and month in each column, from the evidence of all of them; raises as `read_dates`."""
    orders = [given or _order(one, evidence) for one in evidence]
    problems = [order for order in orders if isinstance(order, Problem)]
    problems += [problem for one in evidence if (problem := _obstacle(one))]
    problems += _zones_needed(one for one in evidence if not (one.aware or one.timezone or timezone))
    if problems:
        raise SlaauditError(sorted(problems, key=lambda problem: (problem.file, problem.column)))
    return [order for order in orders if not isinstance(order, Problem)]


def read_part(column: DateColumn, layout: Layout | None, order: Order) -> ReadColumn:
    """A part of a column as instants, written as was decided for the whole."""
    return _located(_read_as(column, column.cells, layout, order), order, column.timezone or "UTC")


def evidence_of(column: DateColumn, layout: Layout | None, given: Order | None, rows: pl.Series) -> Evidence:
    """What a part of a column says, if the whole is written as `layout`; `rows`: the numbers of its cells."""
    return _read_as(column, column.cells, layout, given, rows=rows).evidence


def _reading(column: DateColumn, given: Order | None) -> _Reading:
    """The column in the layout of its first value; if not all follow that, trimmed and in the commonest layout."""
    cells = column.cells
    if cells.dtype.is_temporal():
        return _read_as(column, cells, None, given)
    # where all are dates, nothing needs to be trimmed; `0000-00-00`, as a word for nothing, is none
    if not any(set(word) & set("123456789") for word in column.null_words):
        reading = _like_the_first(column, cells, given)
        if reading.evidence.misfits == 0:
            return reading
    cells = trimmed(cells, column.null_words)
    reading = _like_the_first(column, cells, given)
    return reading if reading.evidence.misfits == 0 else _read_as(column, cells, commonest_layout(cells), given)


def _like_the_first(column: DateColumn, cells: pl.Series, given: Order | None) -> _Reading:
    """The cells in the layout of the first of them."""
    first = cells.drop_nulls().head(1)
    return _read_as(column, cells, layout_of(first.item()) if len(first) else None, given)


def _read_as(
    column: DateColumn, cells: pl.Series, layout: Layout | None, given: Order | None, *, rows: pl.Series | None = None
) -> _Reading:
    aware = cells.dtype.time_zone is not None if isinstance(cells.dtype, pl.Datetime) else bool(layout and layout.aware)
    empty = cells.null_count()
    told = Evidence(column.file, column.heading, column.timezone, layout, aware, values=len(cells) - empty)
    told = replace(told, first=_witness(cells, cells.is_not_null(), rows))
    if cells.dtype.is_temporal():
        return _Reading(cells, typed_times(cells), told)
    if layout is None:
        nothing = pl.repeat(None, len(cells), dtype=_LOCAL, eager=True)
        return _Reading(cells, nothing, replace(told, misfits=told.values))
    if given or not layout.undecided:
        times = read_layout(cells, layout.ordered(given or "day_first"))
        return _Reading(cells, times, replace(told, misfits=times.null_count() - empty), given or "day_first")
    order = _probable_order(cells, layout)
    times = read_layout(cells, layout.ordered(order))
    unread = times.is_null() & cells.is_not_null()
    other_way = times.clear(0) if not unread.any() else read_layout(cells.filter(unread), layout.ordered(_OTHER[order]))
    only_other_way = unread.clone().scatter(unread.arg_true(), other_way.is_not_null()) if len(other_way) else unread
    day, month = times.dt.day(), times.dt.month()
    cases = {order: _witness(cells, day > 12, rows), _OTHER[order]: _witness(cells, only_other_way, rows)}
    open_to_both = (day != month) & (day <= 12)
    if layout.two_digit_year:  # the year may be any of the three: no cell decides
        cases, open_to_both = {}, (day != month) | only_other_way
    told = replace(
        told,
        misfits=other_way.null_count(),
        cases={order: found for order, found in cases.items() if found},
        ambiguous=_witness(cells, open_to_both, rows),
    )
    return _Reading(cells, times, told, order)


def _witness(cells: pl.Series, which: pl.Series, rows: pl.Series | None) -> Witness | None:
    """The first cell that is marked."""
    found = which.fill_null(False).arg_max() if which.any() else None
    return None if found is None else (found if rows is None else rows[found], str(cells[found]).strip())


def _probable_order(cells: pl.Series, layout: Layout) -> Order:
    """The order that fits the first values best: it saves reading the column twice, and decides nothing."""
    sample = cells.drop_nulls().head(100)
    return min(_OTHER, key=lambda order: read_layout(sample, layout.ordered(order)).null_count())


def _order(one: Evidence, evidence: Sequence[Evidence]) -> Order | Problem:
    """The order of day and month in a column, or why it cannot be told."""
    if len(one.cases) == 2:
        return _mixed_date_order(one)
    if one.ambiguous is None or one.cases:
        return next(iter(one.cases), "day_first")
    same_file = [other for other in evidence if other.file == one.file]
    same_layout = [other for other in evidence if other.layout == one.layout]
    for witnesses in (same_file, same_layout):
        orders = {order for witness in witnesses for order in witness.cases}
        if len(orders) == 1 and one.layout and not one.layout.two_digit_year:
            return orders.pop()
    return _ambiguous_dates(one)


def _located(reading: _Reading, order: Order, timezone: str) -> ReadColumn:
    layout = reading.evidence.layout
    layout = layout.ordered(order) if layout else None
    times = reading.times if order == reading.order or layout is None else read_layout(reading.cells, layout)
    if reading.evidence.aware:
        never = pl.repeat(False, len(times), dtype=pl.Boolean, eager=True)
        located = Located(times.to_physical(), never, never)
    else:
        located = locate(times.to_physical(), timezone)
    return ReadColumn(
        located.instants.cast(INSTANT),
        reading.cells.is_not_null() & times.is_null(),
        located.skipped,
        located.repeated,
        layout,
        not reading.evidence.aware,
    )


def _obstacle(one: Evidence) -> Problem | None:
    """Why a column cannot be read whatever the order of day and month; None if it can."""
    if one.first and one.misfits == one.values:
        return _problem(
            one,
            "unknown_date_format",
            f"no value is a date and time in a form that is known; the first is '{one.first[1]}'",
            f"known are for example {_KNOWN}",
        )
    return None


def _zones_needed(naive: Iterable[Evidence]) -> list[Problem]:
    """For each file that does not say the zone of its times one problem, which names its columns."""
    files: dict[str, list[Evidence]] = {}
    for one in naive:
        if one.first and one.misfits < one.values:
            files.setdefault(one.file, []).append(one)
    return [
        Problem(
            code="timezone_needed",
            file=file,
            column=", ".join(one.heading for one in columns),
            what=f"times like '{columns[0].first[1] if columns[0].first else ''}' do not say their time zone",
            hint="name it: --timezone Europe/Amsterdam, or `timezone:` in the policy",
        )
        for file, columns in files.items()
    ]


def _ambiguous_dates(one: Evidence) -> Problem:
    ambiguous = one.ambiguous[1] if one.ambiguous else ""
    what = f"'{ambiguous}' may have the day or the month first, and no value in the column tells which"
    if one.layout and one.layout.two_digit_year:
        what = f"which number of '{ambiguous}' is the day, the month, the year cannot be told"
    return _problem(one, "ambiguous_dates", what, "say which is first: --day-first or --month-first")


def _mixed_date_order(one: Evidence) -> Problem:
    return _problem(
        one,
        "mixed_date_order",
        f"'{one.cases['day_first'][1]}' has the day first, '{one.cases['month_first'][1]}' has the month first",
        "say which is right, --day-first or --month-first: the rows that do not fit are then not used",
    )


def _problem(one: Evidence, code: str, what: str, hint: str) -> Problem:
    return Problem(code=code, file=one.file, column=one.heading, what=what, hint=hint)
