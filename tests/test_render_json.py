"""JSON, NDJSON and Parquet: values that programs can rely on."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from fake_audit import a_report, utc

from slaaudit.render import RenderOptions, rendered
from slaaudit.render.cells import CHUNK
from slaaudit.reports import Report

FRAME = pl.DataFrame(
    {
        "ticket": ["T-1", 'quote " slash \\ line\nseparator \u2028 esc \x1b', None],
        "tags": [["a", "b"], [], None],
        "at": [utc("2026-10-25 01:30"), utc("2026-10-25 01:30:00.000001"), None],
        "time": [timedelta(hours=30), timedelta(seconds=-90), None],
        "share": [0.8944, 1.0, None],
        "is_late": [True, False, None],
        "custom.score": [1.5, float("nan"), float("inf")],
        "custom.born": [date(2026, 1, 2), None, None],
        "custom.price": [Decimal("1.10"), None, None],
        "period": ["2026-10", "2026-11", None],
    }
)


def sample(**fields: Any) -> Report:
    frame = fields.pop("frame", FRAME)
    kinds = {"share": "share", "period": "date"}
    report = a_report(frame, **fields)
    return a_report(
        frame, **(fields | {"kinds": {**report.kinds, **{k: v for k, v in kinds.items() if k in frame.columns}}})
    )


ROWS = [
    {
        "ticket": "T-1", "tags": ["a", "b"], "at": "2026-10-25T01:30:00Z", "time": 108000, "share": 0.8944,
        "is_late": True, "custom.score": 1.5, "custom.born": "2026-01-02", "custom.price": 1.1, "period": "2026-10",
    },
    {
        "ticket": 'quote " slash \\ line\nseparator \u2028 esc \x1b', "tags": [], "at": "2026-10-25T01:30:00.000001Z",
        "time": -90, "share": 1.0, "is_late": False, "custom.score": None, "custom.born": None, "custom.price": None,
        "period": "2026-11",
    },
    dict.fromkeys(FRAME.columns),
]  # fmt: skip


def no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def loads(text: bytes) -> Any:
    return json.loads(text.decode("utf-8"), parse_constant=no_constant)


def test_ndjson_is_one_object_a_row_with_types_that_json_has() -> None:
    lines = rendered(sample(), "ndjson").split(b"\n")
    assert [loads(line) for line in lines[:-1]] == ROWS
    assert lines[-1] == b""


def test_json_is_one_object_with_the_rows_the_total_the_account_and_the_notes() -> None:
    report = sample(total=FRAME[:1], notes=('a "rows": [] note',))
    document = loads(rendered(report, "json"))
    assert list(document) == ["report", "title", "timezone", "as_of", "policy", "rows", "total", "account", "notes"]
    assert document["rows"] == ROWS
    assert document["total"] == ROWS[0]
    assert document["as_of"] == "2026-11-05T16:42:10Z"
    assert document["policy"] == {"name": "Acme support", "sha256": "1a2b3c4d5e6f" + "0" * 52}
    assert document["account"] == report.account.as_dict()
    assert document["notes"] == ['a "rows": [] note']


def test_json_has_one_row_a_line() -> None:
    text = rendered(sample(frame=pl.DataFrame({"x": [1, 2]})), "json").decode()
    assert '  "rows": [\n    {"x":1},\n    {"x":2}\n  ],\n  "total": null,\n' in text
    assert text.endswith("}\n")


def test_json_without_rows_has_an_empty_list() -> None:
    report = sample(frame=FRAME.clear())
    assert loads(rendered(report, "json"))["rows"] == []
    assert '  "rows": [],\n' in rendered(report, "json").decode()
    assert rendered(report, "ndjson") == b""


def test_a_long_report_is_one_valid_document() -> None:
    report = sample(frame=pl.DataFrame({"x": pl.Series(range(CHUNK + 1))}))
    assert [row["x"] for row in loads(rendered(report, "json"))["rows"]] == list(range(CHUNK + 1))


def test_durations_asked_for_in_a_unit_are_numbers_and_otherwise_text() -> None:
    def time(word: str) -> Any:
        return loads(rendered(sample(frame=FRAME[1:2]), "ndjson", RenderOptions(durations=word)))["time"]

    assert {word: time(word) for word in ("hms", "seconds", "minutes", "hours", "iso")} == {
        "hms": "-0:01:30",
        "seconds": -90,
        "minutes": -1.5,
        "hours": -0.025,
        "iso": "-PT1M30S",
    }


def test_averages_are_whole_seconds_rounded_half_to_even() -> None:
    frame = pl.DataFrame({"x": [timedelta(seconds=1.5), timedelta(seconds=2.5)]})
    report = a_report(frame, kinds={"x": "average"})
    assert rendered(report, "ndjson") == b'{"x":2}\n{"x":2}\n'


def test_parquet_keeps_the_types_and_every_value() -> None:
    read = pl.read_parquet(io.BytesIO(rendered(sample(), "parquet")))
    assert read.schema == FRAME.schema
    assert read.equals(FRAME)
