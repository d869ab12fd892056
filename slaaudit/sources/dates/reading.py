"""Text that follows a known layout → local times, by explicit formats and in whole numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import polars as pl

from slaaudit.sources.dates.layouts import EPOCHS, Form, Layout, shapes_of, written
from slaaudit.threads import in_pieces

# What lies outside is a mistake, not a date. Local times, so without a zone.
EARLIEST, LATEST = (datetime.fromisoformat(day) for day in ("1900-01-01", "2200-01-01"))
_OFFSET = re.compile(r" ?([+-])([01]\d|2[0-3])(?::?([0-5]\d))?")
_OFFSETS = 200  # more different offsets than this in a column are none
_MICROSECONDS = {"seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1}
_LOCAL = pl.Datetime("us")


def read_layout(text: pl.Series, layout: Layout) -> pl.Series:
    """The values of `text` that follow `layout`, as local times (UTC where the layout is aware); else null."""
    times = _read_epoch(text, layout.date) if layout.date in EPOCHS else _read_forms(text, layout)
    plausible = times.is_between(EARLIEST, LATEST, closed="left")
    return times if plausible.all() else pl.select(pl.when(plausible).then(times)).to_series()


def typed_times(cells: pl.Series) -> pl.Series:
    """Dates and times as local times; as times in UTC where they have a time zone."""
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone:
        cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return cells.cast(_LOCAL)


def _read_forms(text: pl.Series, layout: Layout) -> pl.Series:
    """Each value by its form: all by that of the first, which usually suits them all, the rest by theirs."""
    first = set(_forms(text.drop_nulls().head(1), layout))
    times = pl.repeat(None, len(text), dtype=_LOCAL, eager=True)
    for form in first:
        times = _read(text, form, layout)
    unread = times.is_null() & text.is_not_null()
    if not unread.any():
        return times
    for form in _forms(shapes_of(text.filter(unread))["shape"], layout):
        missing = times.is_null() & text.is_not_null()
        times = times.scatter(missing.arg_true(), _read(text.filter(missing), form, layout))
    return times


def _forms(values: Iterable[str], layout: Layout) -> list[Form]:
    """The different forms of the values that follow the layout, in the order of the values."""
    found = [one for one in map(written, values) if one and one[0] == replace(layout, order=None)]
    return list(dict.fromkeys(form for _, form in found))


def _read(text: pl.Series, form: Form, layout: Layout) -> pl.Series:
    strptime = layout.in_order(form.strptime)
    local = text.str.head(-form.offset_width) if form.offset_width else text
    times = in_pieces(lambda piece: piece.str.to_datetime(strptime, time_unit="us", strict=False, cache=False), local)
    return times - _east(text.str.tail(form.offset_width)) if form.offset_width else times


def _east(tails: pl.Series) -> pl.Series:
    """How far east of UTC each offset like `+01:00` is; null for what is none."""
    different = tails.unique().drop_nulls()
    known = [] if len(different) > _OFFSETS else [tail for tail in different if _OFFSET.fullmatch(tail)]
    east = {tail: _minutes(tail) * 60_000_000 for tail in known}
    return tails.replace_strict(east, default=None, return_dtype=pl.Int64).cast(pl.Duration("us"))


def _minutes(offset: str) -> int:
    match = _OFFSET.fullmatch(offset)
    size = int(match[2]) * 60 + int(match[3] or 0) if match else 0
    return -size if "-" in offset else size


def _read_epoch(text: pl.Series, unit: str) -> pl.Series:
    fits = text.str.contains(EPOCHS[unit].pattern)
    parts = pl.select(pl.when(fits).then(text)).to_series().str.split_exact(".", 1).struct.unnest()
    whole = parts["field_0"].cast(pl.Int64) * _MICROSECONDS[unit]
    fraction = parts["field_1"].fill_null("").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64)
    return (whole + fraction).cast(_LOCAL)
