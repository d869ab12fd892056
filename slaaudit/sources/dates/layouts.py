"""How dates and times are written: the layout of a column, and the form of each value in it, by their looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

Order = Literal["day_first", "month_first"]

_VALUE = re.compile(
    r"""(?P<date> (?:(?P<weekday>[A-Za-z]{3}),\ )?
        (?: (?P<year_first>\d{4}(?P<s1>[-/.])\d{1,2}(?P=s1)\d{1,2})
          | (?P<numbers>\d{1,2}(?P<s2>[-/.])\d{1,2}(?P=s2)(?P<year2>\d{4}|\d{2}))
          | (?P<named>\d{1,2}(?P<s3>[-/.\ ])[A-Za-z]{3,9}(?P=s3)(?P<year3>\d{4}|\d{2}))
          | (?P<month_named>[A-Za-z]{3,9}\ \d{1,2},?\ \d{4}) ) )
        (?: (?P<gap>T|,?\ +) (?P<hour>\d{1,2}):\d{2}(?P<seconds>:\d{2}(?P<fraction>\.\d+)?)?
            (?P<half>\ ?[AaPp][Mm])?
            (?P<offset>Z|\ ?UTC|\ ?GMT|\ ?[+-]\d{2}(?::?\d{2})?)? )?""",
    re.VERBOSE,
)
EPOCHS = {
    "seconds": re.compile(r"^\d{9,10}(?:\.\d+)?$"),
    "milliseconds": re.compile(r"^\d{12,13}$"),
    "microseconds": re.compile(r"^\d{15,16}$"),
}
_MONTHS = r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAYS = r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_LONE_DIGIT = re.compile(r"(?<!\d)\d(?!\d)")
_SHAPES = 1_000  # a column with more ways of writing than this is not a column of dates
_HUMAN = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%1": "D", "%2": "M", "%b": "Mon", "%B": "Mon", "%a": "Day"}


@dataclass(frozen=True)
class Layout:
    """A way of writing instants.

    `date`: the `strptime` form of the date, with `%1` and `%2` for a day and a month that are both numbers, in `order`
    (None: not known); or `seconds`, `milliseconds`, `microseconds` since 1970. `gap`: what stands before the time of
    day. `clock`: whether there is a time of day, and whether it goes to 12 or to 24; seconds and their fraction may be
    there or not. `aware`: the values say their offset from UTC.
    """

    date: str
    gap: str = ""
    clock: Literal["none", "12", "24"] = "none"
    aware: bool = False
    order: Order | None = None

    @property
    def two_digit_year(self) -> bool:
        """Whether day, month and year are three numbers that look alike."""
        return "%1" in self.date and "%y" in self.date

    @property
    def undecided(self) -> bool:
        """Whether day and month are numbers in an order that the layout alone does not tell."""
        return "%1" in self.date and self.order is None

    @property
    def described(self) -> str:
        """The layout in the words of a message: `YYYY-MM-DD HH:MM:SS`, `unix seconds`."""
        if self.date in EPOCHS:
            return f"unix {self.date}"
        date = self.described_date
        clock = {"none": "", "12": "hh:mm AM", "24": "HH:MM:SS"}[self.clock]
        return f"{date}{self.gap}{clock}{'+hh:mm' if self.aware else ''}"

    @property
    def described_date(self) -> str:
        """The date of the layout in the same words: `YYYY-MM-DD`."""
        return re.sub(r"%\w", lambda part: _HUMAN[part[0]], self.in_order(self.date))

    def as_written(self, values: pl.Series) -> str:
        """How these values write the layout, all alike or not: `D/M/YYYY HH:MM`, `YYYY-MM-DDTHH:MM:SS[.sss]Z`."""
        alike = (found for shape in shapes_of(values)["shape"] if (found := _VALUE.fullmatch(shape)))
        matches = [found for found in alike if written(found[0]) and layout_of(found[0]) == replace(self, order=None)]
        if not matches:
            return self.described
        date = self.described_date
        if any(_LONE_DIGIT.search(found["date"]) for found in matches):
            date = date.replace("DD", "D").replace("MM", "M")
        if self.clock == "none":
            return date
        zeros = bool(values.str.contains(r"[ T]0\d:").any())
        return f"{date}{self.gap}{_clock_of(matches, self.clock, zeros=zeros)}"

    def ordered(self, order: Order) -> Layout:
        """This layout with the day, or the month, first, if both are numbers."""
        return replace(self, order=order) if "%1" in self.date else self

    def in_order(self, form: str) -> str:
        """A `strptime` form with day and month in the order of this layout."""
        day, month = ("%1", "%2") if self.order != "month_first" else ("%2", "%1")
        return form.replace(day, "%d").replace(month, "%m")


def _clock_of(matches: Sequence[re.Match[str]], clock: str, *, zeros: bool) -> str:
    """How the time of day is written in the values of one layout; what only some of them have, in brackets.

    `zeros`: some hours begin with one. Where the hours go to 12, ten, eleven and twelve tell nothing else.
    """
    hour = "H" if any(len(found["hour"]) == 1 for found in matches) or (clock == "12" and not zeros) else "HH"
    seconds = f":SS{_where_some([found['fraction'] for found in matches], '.sss')}"
    text = f"{hour}:MM{_where_some([found['seconds'] for found in matches], seconds)}"
    if clock == "12":
        text = f"{text.replace('HH', 'hh').replace('H', 'h').replace('MM', 'mm').replace('SS', 'ss')}{_half(matches)}"
    offsets = {re.sub("[+-]99:?99|[+-]99", _offset, found["offset"] or "") for found in matches}
    return text + (offsets.pop() if len(offsets) == 1 else "+hh:mm")


def _half(matches: Sequence[re.Match[str]]) -> str:
    return " AM" if any(found["half"].startswith(" ") for found in matches) else "AM"


def _offset(found: re.Match[str]) -> str:
    return "+hh" + (":mm" if ":" in found[0] else "mm" if len(found[0]) > len("+hh") else "")


def _where_some(parts: Sequence[str | None], text: str) -> str:
    """`text` where all have the part, in brackets where some have it."""
    return text if all(parts) else f"[{text}]" if any(parts) else ""


@dataclass(frozen=True)
class Form:
    """How one value is written within a layout: its `strptime` form, and the length of the offset that follows it."""

    strptime: str
    offset_width: int = 0


def written(value: str) -> tuple[Layout, Form] | None:
    """The layout and the form that one value follows by its looks (`99/99/9999` will do), or None."""
    if epoch := next((unit for unit, pattern in EPOCHS.items() if pattern.match(value)), None):
        return Layout(epoch, aware=True), Form(epoch)
    if not (match := _VALUE.fullmatch(value)):
        return None
    date = _date_form(match)
    if match["gap"] is None:
        return Layout(date), Form(date)
    gap = match["gap"] if match["gap"] == "T" else ", " if "," in match["gap"] else " "
    clock = "%I:%M" if match["half"] else "%H:%M"
    clock += ":%S" if match["seconds"] else ""
    clock += {0: "", 4: ".%3f"}.get(len(match["fraction"] or ""), "%.f")
    clock += " %p" if match["half"] else ""
    offset = match["offset"] or ""
    named = offset if offset.strip().isalpha() else ""
    layout = Layout(date, gap, "12" if match["half"] else "24", bool(offset))
    return layout, Form(f"{date}{gap}{clock}{named}", 0 if named else len(offset))


def _date_form(match: re.Match[str]) -> str:
    if match["year_first"]:
        date = f"%Y{match['s1']}%m{match['s1']}%d"
    elif match["numbers"]:
        date = f"%1{match['s2']}%2{match['s2']}{'%Y' if len(match['year2']) == 4 else '%y'}"
    elif match["named"]:
        date = f"%d{match['s3']}%B{match['s3']}{'%Y' if len(match['year3']) == 4 else '%y'}"
    else:
        date = "%B %d, %Y" if "," in match["month_named"] else "%B %d %Y"
    return f"%a, {date}" if match["weekday"] else date


def layout_of(value: str) -> Layout | None:
    """The layout that one value follows by its looks, or None."""
    found = written(value)
    return found[0] if found else None


def commonest_layout(text: pl.Series) -> Layout | None:
    """The layout that most values follow by their looks; of several, the first by name. None if none follows any."""
    return layout_of_shapes(shape_counts(text.drop_nulls()))


def layout_of_shapes(counted: pl.DataFrame) -> Layout | None:
    """The layout that most values follow, from `shape_counts` of all of them."""
    counts: Counter[Layout] = Counter()
    for shape, times in zip(*_commonest(counted), strict=True):
        if layout := layout_of(shape):
            counts[layout] += times
    return min(counts, key=lambda layout: (-counts[layout], layout.described), default=None)


def shapes_of(text: pl.Series) -> pl.DataFrame:
    """The commonest ways the values look (`shape`: digits as 9, months as May, days as Mon) and how often (`times`)."""
    return _commonest(shape_counts(text))


def shape_counts(text: pl.Series) -> pl.DataFrame:
    """All ways the values look, as `shapes_of`; the commonest come not first."""
    shapes = text.str.replace_all(r"\d", "9").str.replace_all(_MONTHS, "May").str.replace_all(_DAYS, "Mon")
    return shapes.alias("shape").value_counts(name="times")


def _commonest(counted: pl.DataFrame) -> pl.DataFrame:
    counted = counted.group_by("shape").agg(pl.col("times").sum())
    return counted.sort("times", "shape", descending=[True, False]).head(_SHAPES)
