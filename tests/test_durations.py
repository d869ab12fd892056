"""Durations: what may be written, what is refused and how, and how they are shown."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaaudit.durations import (
    HOUR,
    MINUTE,
    SECOND,
    Amount,
    decimal_hours,
    decimal_minutes,
    format_hms,
    format_iso,
    hms,
    iso,
    parse_duration,
    parse_target,
    whole_seconds,
)

LENGTHS = st.integers(-(10**15), 10**15)
FORMS = "write it as 4h, 90m, 1h30m, 45s, 500ms or 1:30:00"


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("4h", 4 * HOUR),
        ("90m", 90 * MINUTE),
        ("90min", 90 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("1H 30 Min", 90 * MINUTE),
        ("45s", 45 * SECOND),
        ("500ms", SECOND // 2),
        ("1h1m1s1ms", HOUR + MINUTE + SECOND + 1_000),
        ("0h", 0),
        (" 100:00 ", 100 * HOUR),
        ("1:30", 90 * MINUTE),
        ("0:00:45", 45 * SECOND),
        ("0:00:00.000001", 1),
    ],
)
def test_a_duration_is_read(text: str, microseconds: int) -> None:
    assert parse_duration(text) == microseconds
    assert parse_target(text) == Amount(microseconds=microseconds)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("90", "'90' has no unit: write 90h, 90m or 90s"),
        ("1.5", f"'1.5' is not a duration: {FORMS}"),
        ("1d", "'1d' has no one length: write 24h (hours of the calendar) or 1bd (working days)"),
        ("2 days", "'2 days' has no one length: write 48h (hours of the calendar) or 2bd (working days)"),
        ("1w", "'1w' has no one length: write 168h (hours of the calendar) or 5bd (working days)"),
        ("-4h", "'-4h' is negative: a duration is zero or more"),
        ("", f"'' is not a duration: {FORMS}"),
        ("4 hours", f"'4 hours' is not a duration: {FORMS}"),
        ("1.5h", f"'1.5h' is not a duration: {FORMS}"),
        ("30m1h", f"'30m1h' is not a duration: {FORMS}"),
        ("1:60", f"'1:60' is not a duration: {FORMS}"),
        ("1:00:60", f"'1:00:60' is not a duration: {FORMS}"),
        ("٤h", f"'٤h' is not a duration: {FORMS}"),
        ("99999999999h", "'99999999999h' is longer than ten thousand years"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str, message: str) -> None:
    for read in (parse_duration, parse_target):
        with pytest.raises(ValueError) as refused:
            read(text)
        assert str(refused.value) == message


def test_working_days_are_a_target_but_no_duration() -> None:
    assert parse_target("2bd") == parse_target(" 2BD") == Amount(working_days=2)
    with pytest.raises(ValueError, match="'2bd' counts working days: only a target can"):
        parse_duration("2bd")
    with pytest.raises(ValueError, match="'1000000bd' is too long: a target has at most 999999bd"):
        parse_target("1000000bd")


@pytest.mark.parametrize("text", ["4h", "1h30m", "45s", "500ms", "2bd", "0h", "0:00:00.000001"])
def test_an_amount_shows_as_it_is_written(text: str) -> None:
    assert str(parse_target(text)) == text


@pytest.mark.parametrize(
    ("microseconds", "clock", "iso_text"),
    [
        (0, "0:00:00", "PT0S"),
        (4 * HOUR + 30 * MINUTE, "4:30:00", "PT4H30M"),
        (-90 * SECOND, "-0:01:30", "-PT1M30S"),
        (1000 * HOUR + 1 * SECOND, "1000:00:01", "PT1000H1S"),
        (250_000, "0:00:00.250", "PT0.250S"),
        (-MINUTE - 1, "-0:01:00.000001", "-PT1M0.000001S"),
    ],
)
def test_a_duration_is_shown(microseconds: int, clock: str, iso_text: str) -> None:
    assert format_hms(microseconds) == clock
    assert format_iso(microseconds) == iso_text


@given(st.integers(0, 10**15))
def test_what_is_shown_can_be_read_again(microseconds: int) -> None:
    assert parse_duration(format_hms(microseconds)) == microseconds


@given(st.lists(st.one_of(st.none(), LENGTHS)))
def test_columns_are_shown_as_single_durations_are(lengths: list[int | None]) -> None:
    column = pl.Series("sla", lengths, dtype=pl.Int64).cast(pl.Duration("us"))
    assert hms(column).to_list() == [None if length is None else format_hms(length) for length in lengths]
    assert iso(column).to_list() == [None if length is None else format_iso(length) for length in lengths]
    shown = column.to_frame().select(hms("sla"), iso=iso(pl.col("sla")))
    assert shown.equals(pl.DataFrame([hms(column), iso(column).alias("iso")]))
    assert shown.columns == ["sla", "iso"]


@given(LENGTHS)
def test_minutes_and_hours_are_exact_decimals_rounded_half_away_from_zero(length: int) -> None:
    frame = pl.DataFrame({"sla": [timedelta(microseconds=length)]})
    shown = frame.select(minutes=decimal_minutes("sla"), hours=decimal_hours("sla")).row(0)
    sign = -1 if length < 0 else 1
    expected = [sign * ((abs(length) * 2 + unit) // (2 * unit)) for unit in (60, 3600)]
    assert [value.scaleb(6) for value in shown] == expected
    assert all(value.as_tuple().exponent == -6 for value in shown)


def test_seconds_are_whole_and_minutes_and_hours_have_six_digits() -> None:
    frame = pl.DataFrame({"sla": [timedelta(seconds=-90, microseconds=-1), timedelta(seconds=1), None]})
    shown = frame.select(s=whole_seconds("sla"), m=decimal_minutes("sla"), h=decimal_hours("sla"))
    assert shown.rows() == [
        (-90, Decimal("-1.500000"), Decimal("-0.025000")),
        (1, Decimal("0.016667"), Decimal("0.000278")),
        (None, None, None),
    ]
