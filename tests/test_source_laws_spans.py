"""A stamp and the time since the creation say the same in two ways; where they do not, it is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import shop
from hypothesis import given
from hypothesis import strategies as st
from source_oracle import as_csv, stamp
from strategies import effort

from slaaudit.sources import Export

REPLIES = """\
      first_reply_at: Replied
      first_reply_at.after: {{column: Span, unit: {unit}}}
"""
SECONDS = {"milliseconds": Fraction(1, 1000), "seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
UNITS = (*SECONDS, "hms", "since_1970")
CLOSE = (0, 1, 29, 59, 60, 61, 3599, 3600, 3601, 86_399, 86_400, 86_401)


def written(seconds: int, unit: str, *, short: bool = False) -> str:
    """A duration as the help desk writes it; `short`: without its seconds."""
    sign, size = ("-" if seconds < 0 else ""), abs(seconds)
    if unit == "hms":
        return f"{sign}{size // 3600}:{size // 60 % 60:02}" + ("" if short else f":{size % 60:02}")
    if unit == "since_1970":
        day, rest = divmod(size, 86_400)
        return f"1970-01-{1 + day:02} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    whole = Fraction(size) / SECONDS[unit]
    return sign + (str(whole) if whole.denominator == 1 else f"{float(whole):.9f}".rstrip("0"))


def read(unit: str, rows: list[dict[str, str]]) -> Export:
    with TemporaryDirectory() as folder:
        profile = shop.HEAD + shop.TICKETS + REPLIES.format(unit=unit)
        return shop.read(profile, Path(folder), tickets=as_csv(rows, ["No", "Opened", "Replied", "Span"]))


def row(number: int, opened: int, replied: int | None, span: str) -> dict[str, str]:
    at = "" if replied is None else stamp(replied / 60)
    return {"No": f"{number:03}", "Opened": stamp(opened / 60), "Replied": at, "Span": span}


# seconds: of the creation, and from then to the reply; of these every unit can be written without a remainder
exact = st.lists(
    st.tuples(st.integers(0, 90_000), st.none() | st.integers(0, 500).map(lambda n: n * 27)), min_size=1, max_size=8
)


@pytest.mark.parametrize("unit", UNITS)
@given(found=exact)
@effort(5)
def test_a_duration_since_the_creation_proves_what_the_stamp_does(
    unit: str, found: list[tuple[int, int | None]]
) -> None:
    scale = 1 if unit not in ("minutes", "hours", "days") else SECONDS[unit] // 4 if unit != "days" else 675
    rows = [(at, None if wait is None else wait // 27 * scale) for at, wait in found]
    stamps = [row(n, at, None if wait is None else at + wait, "") for n, (at, wait) in enumerate(rows)]
    spans = [row(n, at, None, "" if wait is None else written(wait, unit)) for n, (at, wait) in enumerate(rows)]
    both = [one | {"Span": two["Span"]} for one, two in zip(stamps, spans, strict=True)]
    first, *others = [read(unit, each) for each in (stamps, spans, both)]
    assert first.problems.is_empty()
    for export in others:
        assert export.problems.is_empty()
        assert export.tickets.equals(first.tickets)
        assert export.events.equals(first.events)
        assert export.shows == first.shows == {"first_reply"}


def contradicts(rows: list[tuple[int, int, int]], unit: str, *, short: bool) -> list[bool]:
    """Of each row (creation, reply, what the duration means), whether they are one unit apart or more."""
    one = {**SECONDS, "since_1970": 1, "hms": 60 if short else 1}[unit]
    cut = all(at % 60 == 0 for at, _, _ in rows) or all(reply % 60 == 0 for _, reply, _ in rows)
    coarsest = max(one, 60) if cut else one
    return [abs(at + meant - reply) >= coarsest for at, reply, meant in rows]


near = st.lists(
    st.tuples(
        st.integers(0, 500).map(lambda n: n * 7),
        st.integers(90_000, 90_500),
        st.sampled_from([sign * off for off in CLOSE for sign in (1, -1)]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("to_the_minute", [False, True])
@pytest.mark.parametrize("unit", UNITS)
@given(found=near)
@effort(3)
def test_stamp_and_duration_that_are_a_unit_apart_contradict_each_other(
    unit: str, to_the_minute: bool, short: bool, found: list[tuple[int, int, int]]
) -> None:
    rows = []
    for at, wait, off in found:
        opened = at // 60 * 60 if to_the_minute else at
        meant = wait // 60 * 60 if short and unit == "hms" else wait
        if unit in ("minutes", "hours", "days"):  # written with decimals, which end for these numbers only
            meant = meant // 675 * 675
        rows.append((opened, opened + meant + off, meant))
    cells = [row(n, at, reply, written(meant, unit, short=short)) for n, (at, reply, meant) in enumerate(rows)]
    export = read(unit, cells)
    told = export.problems.filter(code="contradicting_span")["row"].to_list()
    expected = contradicts(rows, unit, short=short and unit == "hms")
    assert told == [number for number, apart in enumerate(expected, start=2) if apart]
    assert export.problems.height == len(told)
    replied = export.tickets["first_reply_at"].dt.to_string("%Y-%m-%dT%H:%M:%SZ").to_list()
    assert replied == [one["Replied"] for one in cells]


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit != "since_1970"])
def test_a_duration_that_ends_before_the_creation_takes_the_row_out_unless_a_stamp_tells_better(unit: str) -> None:
    early = written(-86_400, unit)
    export = read(unit, [row(1, 0, None, early), row(2, 0, 60, early), row(3, 1, 61, written(0, unit))])
    assert export.problems.filter(code="negative_span").select("row", "rejected").rows() == [(2, True), (3, False)]
    assert export.tickets["ticket_id"].to_list() == ["002", "003"]
    assert export.tickets["first_reply_at"].null_count() == 0
