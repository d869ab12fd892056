"""Typed columns → the text that people and spreadsheets read: whole columns at once, never row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl
from polars import selectors

from slaaudit.durations import SECOND, decimal_hours, decimal_minutes, hms, iso, whole_seconds
from slaaudit.frames import DURATION
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.render.looked_up import date_and_time, hours_minutes_seconds
from slaaudit.render.options import RenderOptions
from slaaudit.reports.periods import local_time
from slaaudit.reports.report import Report
from slaaudit.reports.selection import plain_text
from slaaudit.visible import visible, visible_cells

CHUNK = 100_000  # rows turned into text at a time: text takes far more memory than the frame
Text = Callable[[pl.Expr], pl.Expr]
NO_GROUP = "(none)"
FORMULA = r"^[=+\-@\t\r]"  # a spreadsheet runs a cell that starts with one of these
_FIRST_LETTER = "A"
_INSTANT = "%Y-%m-%d %H:%M:%S%.6f"
_SHARE_STEPS = 10_000


def chunks(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frame's rows in order, some at a time, words of an `Enum` as text; an empty frame is one empty chunk."""
    for rows in frame.iter_slices(CHUNK) if frame.height else [pl.DataFrame(schema=frame.schema)]:
        yield plain_text(rows)


def text_schema(frame: pl.DataFrame) -> pl.Schema:
    """The schema of `chunks`."""
    return pl.Schema(
        {name: pl.String() if isinstance(dtype, pl.Enum) else dtype for name, dtype in frame.schema.items()}
    )


def durations_as(word: str, *, kind: str = "duration") -> Text:
    """Durations → what the word of `--durations` means; raises `SlaauditError` on an unknown one.

    Averages are rounded to whole seconds, half to even: Excel takes a time with more than three digits after the
    seconds for text, and nobody reads them.
    """
    if word not in DURATIONS:
        hint = f"{did_you_mean(word, DURATIONS)} known: {', '.join(DURATIONS)}".strip()
        raise SlaauditError(Problem(code="unknown_word", what=f"--durations cannot be '{word}'", hint=hint))
    shown = DURATIONS[word]
    return shown if kind == "duration" else lambda cells: shown(_to_seconds(cells))


def spreadsheet_cells(frame: pl.DataFrame, report: Report, options: RenderOptions) -> pl.DataFrame:
    """Every cell as text without ambiguity: numbers plain, shares as `0.9312`, flags as `true`; nulls stay null.

    Text that a spreadsheet would run as a formula gets a `'` in front, unless `options.raw`.
    """
    return _as_text(frame, report, options, _SPREADSHEET | ({} if options.raw else _GUARDED))


def readable_cells(frame: pl.DataFrame, report: Report, options: RenderOptions) -> pl.DataFrame:
    """Every cell as a person reads it: `1,234`, `93.12 %`, `yes`, control characters visible.

    Times have no fractions of a second. Missing values are empty, but `(none)` in the columns that name a group.
    """
    cells = _as_text(frame, report, options, _READABLE)
    return cells.with_columns(pl.col(name).fill_null(NO_GROUP) for name in report.groups).fill_null("")


def readable_total(total: pl.DataFrame, report: Report, options: RenderOptions) -> pl.DataFrame:
    """The cells of the report's total as in `readable_cells`, except that it belongs to no group."""
    return _as_text(total, report, options, _READABLE).fill_null("")


def heading_lines(report: Report, column: str) -> list[str]:
    """The column's heading for people, line by line as it stacks in a table, safe to print."""
    return [visible(line) for line in report.headings.get(column, column).split("\n")]


def heading_in_one(report: Report, column: str) -> str:
    """The column's heading for people on one line."""
    return visible(report.headings.get(column, column).replace("\n", " "))


def guarded(cells: pl.Expr) -> pl.Expr:
    """Text with a `'` in front where a spreadsheet would run it as a formula."""
    return pl.when(cells.str.contains(FORMULA)).then(pl.lit("'") + cells).otherwise(cells)


def may_be_formula(cells: pl.Series) -> bool:
    """Whether a spreadsheet would run one of the texts."""
    # all that it would run comes before the letters
    return bool((cells < _FIRST_LETTER).any()) and bool(cells.str.contains(FORMULA).any())


def _as_text(frame: pl.DataFrame, report: Report, options: RenderOptions, shown: dict[str, Text]) -> pl.DataFrame:
    instants = [name for name in frame.columns if report.kinds[name] == "instant"]
    local = frame.with_columns(local_time(frame[name], report.timezone) for name in instants)
    local = local.with_columns(selectors.float().fill_nan(None))
    word, is_for_people = options.durations or "hms", shown is _READABLE
    shown = shown | {kind: durations_as(word, kind=kind) for kind in ("duration", "average")}
    if word == "hms" and is_for_people:
        shown["duration"] = _without_fraction
    shown["instant"] = _date_and_time
    makers = {name: shown.get(report.kinds[name], _plain) for name in frame.columns}
    return local.select(
        _made(local[name], make, kind=report.kinds[name], word=word, guards=shown.get("text") is _GUARDED["text"])
        for name, make in makers.items()
    )


def _made(cells: pl.Series, make: Text, *, kind: str, word: str, guards: bool) -> pl.Expr:
    """The column as text, by the short way if there is one for what it holds."""
    text = None
    if kind == "instant":
        text = date_and_time(cells)
    elif kind == "duration" and word == "hms":
        text = hours_minutes_seconds(cells)
    elif kind == "text" and guards and cells.dtype == pl.String and not may_be_formula(cells):
        text = cells
    return (
        make(pl.col(cells.name)).cast(pl.String).alias(cells.name) if text is None else pl.lit(text.alias(cells.name))
    )


def _plain(cells: pl.Expr) -> pl.Expr:
    return cells.cast(pl.String)


def _date_and_time(local_times: pl.Expr) -> pl.Expr:
    return local_times.dt.strftime(_INSTANT).str.strip_suffix(".000000")


def _without_fraction(durations: pl.Expr) -> pl.Expr:
    # cut as text, so that what is late by less than a second still has its sign
    return hms(durations).str.replace(r"\.\d+$", "")


def _short(decimals: Text) -> Text:
    # decimals come with six digits: those that say nothing are dropped
    return lambda cells: decimals(cells).cast(pl.String).str.strip_chars_end("0").str.strip_suffix(".")


def _to_seconds(durations: pl.Expr) -> pl.Expr:
    total = durations.to_physical()
    whole, rest = total // SECOND, total % SECOND
    round_up = (rest * 2 > SECOND) | ((rest * 2 == SECOND) & (whole % 2 == 1))
    return ((whole + round_up.cast(pl.Int64)) * SECOND).cast(DURATION)


def _joined(cells: pl.Expr) -> pl.Expr:
    return cells.cast(pl.List(pl.String)).list.join("|")


def _fraction(shares: pl.Expr) -> pl.Expr:
    steps = _steps(shares)
    return pl.format("{}.{}", steps // _SHARE_STEPS, _padded(steps % _SHARE_STEPS, 4))


def _percentage(shares: pl.Expr) -> pl.Expr:
    steps = _steps(shares)
    return pl.format("{}.{} %", steps // 100, _padded(steps % 100, 2))


def _steps(shares: pl.Expr) -> pl.Expr:
    # exact: a share is a whole number of steps divided once
    return (shares * _SHARE_STEPS).round().cast(pl.Int64)


def _padded(numbers: pl.Expr, digits: int) -> pl.Expr:
    return numbers.cast(pl.String).str.zfill(digits)


def _grouped(counts: pl.Expr) -> pl.Expr:
    backwards = counts.cast(pl.String).str.reverse().str.replace_all(r"(\d{3})", "${1},")
    return backwards.str.strip_chars_end(",").str.reverse()


def _flag(words: tuple[str, str]) -> Text:
    yes, no = words
    return lambda flags: pl.when(flags).then(pl.lit(yes)).when(flags.not_()).then(pl.lit(no))


DURATIONS: dict[str, Text] = {
    "hms": hms,
    "seconds": whole_seconds,
    "minutes": _short(decimal_minutes),
    "hours": _short(decimal_hours),
    "iso": iso,
}
_SPREADSHEET: dict[str, Text] = {
    "list": _joined,
    "share": _fraction,
    "flag": _flag(("true", "false")),
}
_GUARDED: dict[str, Text] = {
    "text": lambda cells: guarded(_plain(cells)),
    "list": lambda cells: guarded(_joined(cells)),
}
_READABLE: dict[str, Text] = {
    "count": _grouped,
    "text": lambda cells: visible_cells(_plain(cells)),
    "list": lambda cells: visible_cells(_joined(cells)),
    "share": _percentage,
    "flag": _flag(("yes", "no")),
}
