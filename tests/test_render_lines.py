"""Lines of CSV are the same whether words, numbers and tickets' texts are looked up or written row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.durations import format_hms
from slaaudit.engine.log import Clocks
from slaaudit.frames import DURATION, INSTANT
from slaaudit.render import RenderOptions
from slaaudit.render.cells import spreadsheet_cells
from slaaudit.render.writing import rendered
from slaaudit.reports.columns import kinds_of
from slaaudit.reports.report import Report
from slaaudit.reports.whole_seconds import in_seconds
from slaaudit.zones import EPOCH
from tests.fake_audit import an_account

ODD = [
    "",
    "=1",
    "+",
    "-x",
    "@",
    "\tx",
    "\rx",
    'say "hi"',
    "a,b",
    "a\nb",
    "0123",
    "plain",
    "é",
    "'q",
    "\x1f",
    "\\",
    None,
]
TEXTS = st.lists(st.sampled_from(ODD), min_size=1, max_size=12)
YEARS = st.sampled_from((1890, 1971, 2019, 2024, 2098, 2149))
TIMES = st.lists(
    st.tuples(
        st.none() | st.timedeltas(timedelta(days=-4_000), timedelta(days=55_000)).map(EPOCH.__add__),
        st.none() | st.integers(-(10**6), 10**6).map(lambda n: timedelta(seconds=n)),
    ),
    min_size=1,
)
LATER = st.timedeltas(timedelta(0), timedelta(days=700))
ZONES = ("Europe/Amsterdam", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Monrovia", "UTC", "America/New_York")


class SharedRows:
    """What a renderer needs of a frame, with the tickets' texts in a pool."""

    def __init__(self, frame: pl.DataFrame, *shared: Clocks) -> None:
        self.frame, self.shared = frame, shared
        self.columns, self.schema, self.height = frame.columns, frame.schema, frame.height

    def iter_shared(self, n_rows: int) -> Iterator[Clocks]:
        yield from self.shared


def report_of(frame: Any, timezone: str = "Europe/Amsterdam") -> Report:
    return Report(
        name="log",
        title="",
        frame=cast("pl.DataFrame", frame),
        kinds=kinds_of(frame.schema),
        total=None,
        account=an_account(),
        notes=(),
        timezone=timezone,
        headings={},
    )


def in_the_simple_way(report: Report, options: RenderOptions) -> bytes:
    out = io.BytesIO()
    spreadsheet_cells(report.frame, report, options).write_csv(out)
    return out.getvalue()


@settings(deadline=None)
@given(TEXTS, st.booleans())
def test_words_are_quoted_and_guarded_as_text_is(cells: list[str | None], raw: bool) -> None:
    text = pl.DataFrame({"a": cells, "b": cells[::-1], "c": cells}, schema=dict.fromkeys("abc", pl.String))
    words = pl.Enum(sorted({word for word in cells if word is not None}))
    options = RenderOptions(raw=raw)
    expected = in_the_simple_way(report_of(text), options)
    assert rendered(report_of(text), "csv", options) == expected
    assert rendered(report_of(text.cast({"a": words, "b": words})), "csv", options) == expected


@settings(deadline=None)
@given(TEXTS, st.data())
def test_texts_that_rows_share_are_written_as_if_they_were_not_shared(
    cells: list[str | None], data: st.DataObject
) -> None:
    values = pl.Series("a", cells, dtype=pl.String)
    places = pl.Series("place", data.draw(st.lists(st.integers(0, len(cells) - 1), min_size=1)), dtype=pl.UInt32)
    frame = pl.DataFrame([values.gather(places), values.gather(places).alias("b"), places.alias("c")])
    shared = Clocks(
        frame.select("c").with_columns(place=places), {"a": (values, "place"), "b": (values.alias("b"), "place")}
    )
    assert rendered(report_of(SharedRows(frame, shared)), "csv") == rendered(report_of(frame), "csv")


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_each_part_is_written_with_the_texts_of_its_own_pools(pools: list[list[str | None]]) -> None:
    frames, shared = [], []
    for cells in pools:
        values, places = pl.Series("a", cells, dtype=pl.String), pl.int_range(len(cells), dtype=pl.UInt32, eager=True)
        flags = (places % 2 == 0).alias("b")  # so few combinations that they are one text
        frames.append(pl.DataFrame([values, flags]))
        pool = {"a": (values, "place")}
        rows = pl.DataFrame([places.alias("place"), flags])
        shared += [Clocks(some, pool) for some in (rows[:1], rows[1:]) if some.height]
    whole = pl.concat(frames)
    assert rendered(report_of(SharedRows(whole, *shared)), "csv") == rendered(report_of(whole), "csv")


@pytest.mark.parametrize("zone", ZONES)
@settings(deadline=None)
@given(YEARS, st.lists(st.none() | LATER, min_size=1, max_size=20), st.booleans())
def test_instants_are_written_by_the_zone_whatever_its_clocks_do(
    zone: str, year: int, later: list[timedelta | None], whole: bool
) -> None:
    instants = [None if each is None else datetime(year, 1, 1, tzinfo=UTC) + each for each in later]
    cells = [each.replace(microsecond=0) if each and whole else each for each in instants]
    frame = pl.DataFrame({"at": cells, "n": range(len(cells))}, schema={"at": pl.Datetime("us", "UTC"), "n": pl.UInt32})
    report = report_of(frame, zone)
    assert rendered(report, "csv") == in_the_simple_way(report, RenderOptions())


@settings(deadline=None)
@given(st.lists(st.none() | st.timedeltas(timedelta(days=-4000), timedelta(days=4000)), min_size=1), st.booleans())
def test_durations_are_written_however_long_they_are(cells: list[timedelta | None], whole: bool) -> None:
    times = [timedelta(seconds=each // timedelta(seconds=1)) if each and whole else each for each in cells]
    report = report_of(
        pl.DataFrame({"took": times, "n": range(-1, len(times) - 1)}, schema_overrides={"took": pl.Duration("us")})
    )
    for word in (None, "hms", "seconds", "iso"):
        options = replace(RenderOptions(), durations=word)
        assert rendered(report, "csv", options) == in_the_simple_way(report, options)


@settings(deadline=None)
@given(TIMES, st.booleans(), st.data())
def test_times_told_in_seconds_are_written_as_any_others(
    times: list[tuple[datetime | None, timedelta | None]], whole: bool, data: st.DataObject
) -> None:
    options = RenderOptions(durations=data.draw(st.sampled_from((None, "hms", "seconds", "iso"))))
    rows = [(at and at.replace(microsecond=0), took) for at, took in times] if whole else times
    frame = pl.DataFrame(rows, schema={"at": INSTANT, "took": DURATION}, orient="row")
    clocks = Clocks(frame, {}).in_seconds()
    assert clocks.made(frame.columns).equals(frame)
    assert rendered(report_of(SharedRows(frame, clocks)), "csv", options) == rendered(report_of(frame), "csv", options)


@pytest.mark.parametrize(("dtype", "most"), [(INSTANT, 2**32 - 1), (DURATION, 2**31 - 1)])
def test_times_are_told_in_seconds_only_if_they_fit_and_are_whole(dtype: pl.DataType, most: int) -> None:
    def told(*seconds: float | None) -> list[int] | None:
        micros = [None if each is None else round(each * 1_000_000) for each in seconds]
        found = in_seconds(pl.Series(micros, dtype=pl.Int64).cast(dtype))
        return None if found is None else found.to_list()

    least = 0 if dtype == INSTANT else -most
    assert told(most, None, least) == [most, None, least]
    assert told(None) == [None]
    assert told() == []
    assert told(most + 1) is told(least - 1) is None
    assert told(0.000001) is told(*[0] * 2_000, 1.5) is None
    assert told(*[most] * 10_000) == [most] * 10_000  # their sum in microseconds is more than numbers of 64 bits hold
    assert told(*[most] * 10_000, 0.5) is None


def test_columns_whose_headings_have_commas_keep_their_own_cells() -> None:
    shared = {"a": ["1", "2"], "b": ["3", "4"], "a, b": ["5", "6"]}
    frame = pl.DataFrame({"a": shared["a"], "b": shared["b"], "own": ["x", "y"], "a, b": shared["a, b"]})
    pools = {name: (pl.Series(name, values), "place") for name, values in shared.items()}
    clocks = Clocks(frame.select("own", place=pl.Series([0, 1], dtype=pl.UInt32)), pools)
    written = rendered(report_of(SharedRows(frame, clocks)), "csv")
    assert written.decode() == 'a,b,own,"a, b"\n1,3,x,5\n2,4,y,6\n'


@pytest.mark.parametrize("seconds", [-(2**31) - 1, -(2**31), 1 - 2**31, 2**31 - 1, 2**31])
def test_durations_at_the_ends_of_32_bits_are_written_with_their_sign_and_all_hours(seconds: int) -> None:
    took = timedelta(seconds=seconds)
    frame = pl.DataFrame({"took": [took]}, schema={"took": DURATION})
    assert rendered(report_of(frame), "csv").decode() == f"took\n{format_hms(seconds * 1_000_000)}\n"


def test_neighbouring_columns_of_one_kind_keep_their_own_cells() -> None:
    cells = {"flag": [True, False, None], "number": [3, None, 200], "took": [timedelta(hours=1), None, timedelta(0)]}
    frame = pl.DataFrame({f"{name} {n}": values[n:] + values[:n] for name, values in cells.items() for n in range(3)})
    assert rendered(report_of(frame), "csv") == in_the_simple_way(report_of(frame), RenderOptions())


def test_more_rows_than_are_written_at_a_time_stay_in_order() -> None:
    numbers = pl.int_range(70_001, eager=True).alias("n")
    text = rendered(report_of(numbers.to_frame()), "csv").decode()
    assert [row[0] for row in csv.reader(io.StringIO(text))] == ["n", *map(str, range(70_001))]
