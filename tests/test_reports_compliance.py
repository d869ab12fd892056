"""The compliance report over hand-made logs: columns, counts, exact times and shares, periods, totals."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
from fake_audit import FakeAudit, an_audit, clock, utc
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.conditions import parse_condition
from slaaudit.frames import OUTCOMES
from slaaudit.reports import ComplianceOptions, Report, compliance

DOCUMENTED = [
    "date", "metric", "fulfilled", "avg_time_fulfilled", "max_time_fulfilled", "min_time_fulfilled",
    "missed", "avg_time_missed", "max_time_missed", "min_time_missed", "compliance",
    "running", "paused", "cancelled", "not_measurable", "no_target", "no_level", "excluded", "clocks",
]  # fmt: skip


def small() -> FakeAudit:
    """Two metrics, two months; October ends with clocks that still run."""
    return an_audit(
        [
            clock("T-1", "first_reply", "fulfilled", elapsed=10, target=60, decided="2026-09-30 21:59", agent="Ann"),
            clock("T-2", "first_reply", "fulfilled", elapsed=20, target=60, decided="2026-09-30 22:00", agent="Ann"),
            clock("T-3", "first_reply", "missed", elapsed=90, target=60, decided="2026-10-02 09:00", agent="Bob"),
            clock("T-4", "first_reply", "running", elapsed=5, target=60, decided="2026-11-05 09:00"),
            clock("T-1", "resolution", "fulfilled", elapsed=300, target=480, decided="2026-10-03 09:00", agent="Ann"),
            clock("T-2", "resolution", "excluded", decided="2026-10-03 09:00", agent="Bob"),
        ]
    )


def build(audit: FakeAudit | None = None, **options: Any) -> Report:
    return compliance.build(audit or small(), ComplianceOptions(**options))  # type: ignore[arg-type]  # a stand-in


def column(report: Report, name: str) -> list[Any]:
    return report.frame[name].to_list()


def total(report: Report) -> dict[str, Any]:
    assert report.total is not None
    return report.total.row(0, named=True)


def test_a_report_per_month_of_many_years_with_few_clocks_names_the_year() -> None:
    years = an_audit(
        [clock(f"T-{year}", "resolution", "missed", decided=f"{year}-03-02 09:00") for year in range(1990, 2020)]
    )
    note = "30 clocks in 30 months: --per year gives fewer rows"
    assert build(years).notes == (note,)
    assert build(years, per="year").notes == build(years, per="day").notes == ()


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def test_the_columns_are_those_documented_in_their_order() -> None:
    report = build()
    assert report.frame.columns == DOCUMENTED
    assert report.total is not None
    assert report.total.schema == report.frame.schema


def test_every_outcome_has_a_column_so_that_a_row_adds_up() -> None:
    frame = build().frame
    assert [name for name in frame.columns if name in OUTCOMES] == list(OUTCOMES)
    assert frame.select(pl.sum_horizontal(OUTCOMES) == pl.col("clocks")).to_series().all()


def test_a_row_is_a_month_and_a_metric_unless_something_else_is_asked_for() -> None:
    frame = build().frame.select("date", "metric", "fulfilled", "missed", "compliance", "running", "excluded", "clocks")
    assert frame.rows() == [
        ("2026-09", "first_reply", 1, 0, 1.0, 0, 0, 1),
        ("2026-10", "first_reply", 1, 1, 0.5, 0, 0, 2),
        ("2026-10", "resolution", 1, 0, 1.0, 0, 1, 2),
        ("2026-11", "first_reply", 0, 0, None, 1, 0, 1),
    ]


def test_times_are_of_fulfilled_and_of_missed_clocks_and_empty_where_there_are_none() -> None:
    report = build(per="year", by=("metric",))
    times = report.frame.select(pl.col("^.*_time_.*$")).rows()
    assert times == [
        (minutes(15), minutes(20), minutes(10), minutes(90), minutes(90), minutes(90)),
        (minutes(300), minutes(300), minutes(300), None, None, None),
    ]


def test_the_total_counts_everything_but_has_no_times_over_metrics_that_the_rows_keep_apart() -> None:
    row = total(build())
    assert (row["date"], row["metric"], row["fulfilled"], row["missed"], row["clocks"]) == ("total", None, 3, 1, 6)
    assert row["compliance"] == 0.75
    assert [row[name] for name in DOCUMENTED if "_time_" in name] == [None] * 6


def test_the_total_has_times_when_only_one_metric_was_judged() -> None:
    row = total(build(where=parse_condition({"metric": "first_reply"})))
    assert (row["avg_time_fulfilled"], row["max_time_missed"]) == (minutes(15), minutes(90))


def test_rows_that_mix_metrics_have_times_a_total_and_a_note_about_it() -> None:
    report = build(by=("agent",), per="total")
    assert report.frame["avg_time_fulfilled"].to_list() == [minutes(110), None, None]
    assert total(report)["avg_time_fulfilled"] == minutes(110)
    assert report.notes == (
        "times of 2 metrics (first_reply, resolution) are averaged together; --by metric keeps them apart",
    )


def test_a_missing_value_is_a_group_of_its_own_at_the_end() -> None:
    assert column(build(by=("agent",), per="total"), "agent") == ["Ann", "Bob", None]


def test_by_nothing_is_one_row_a_period() -> None:
    assert column(build(by=(), per="quarter"), "date") == ["2026-Q3", "2026-Q4"]


def test_by_any_column_of_the_tickets() -> None:
    rows = [
        clock("T-1", "resolution", "missed", elapsed=9, **{"custom.plan": "gold"}),
        clock("T-2", "resolution", "missed", elapsed=9, **{"custom.plan": "free"}),
    ]
    report = build(an_audit(rows), by=("custom.plan", "metric"), per="total")
    assert report.frame.columns[:3] == ["date", "custom.plan", "metric"]
    assert column(report, "custom.plan") == ["free", "gold"]


def test_a_clock_without_the_chosen_date_is_in_a_row_without_a_date() -> None:
    rows = [
        clock("T-1", "resolution", "fulfilled", elapsed=9, closed="2026-10-03 09:00"),
        clock("T-2", "resolution", "running", elapsed=9),
    ]
    report = build(an_audit(rows), date="closed")
    assert report.frame.select("date", "clocks").rows() == [("2026-10", 1), (None, 1)]
    assert total(report)["clocks"] == 2


def test_each_word_of_date_counts_by_another_instant() -> None:
    row = clock(
        "T-1", "resolution", "fulfilled", elapsed=9, created="2026-01-10 09:00", sla_started="2026-02-10 09:00",
        due_date="2026-03-10 09:00", decided="2026-04-10 09:00", closed="2026-05-10 09:00",
    )  # fmt: skip
    months = {date: column(build(an_audit([row]), date=date), "date") for date in compliance.DATES}
    assert months == {
        "decided": ["2026-04"],
        "started": ["2026-02"],
        "due": ["2026-03"],
        "closed": ["2026-05"],
        "created": ["2026-01"],
    }


def test_a_range_leaves_out_what_is_dated_outside_and_says_how_much() -> None:
    report = build(from_=date(2026, 10, 1), to=date(2026, 10, 31))
    assert total(report)["clocks"] == 4
    assert report.notes == ("4 of 6 clocks are counted: decided from 2026-10-01 to 2026-10-31",)


def test_a_filter_may_look_at_any_column_and_is_named_in_a_note() -> None:
    report = build(where=parse_condition({"agent": "bob"}), from_=utc("2026-10-01 00:00"))
    assert total(report)["clocks"] == 2
    assert report.notes == ("2 of 6 clocks are counted: decided from 2026-10-01 00:00:00+00:00; agent is bob",)


def test_notes_of_the_audit_come_first() -> None:
    audit = FakeAudit(**{**vars(small()), "notes": ("The export shows no history.",)})
    assert build(audit, by=()).notes[0] == "The export shows no history."


def test_sorting_by_a_column_keeps_the_full_key_for_ties_and_empty_values_last() -> None:
    report = build(sort=("-compliance", "metric"))
    assert report.frame.select("date", "metric", "compliance").rows() == [
        ("2026-09", "first_reply", 1.0),
        ("2026-10", "resolution", 1.0),
        ("2026-10", "first_reply", 0.5),
        ("2026-11", "first_reply", None),
    ]


def test_the_first_mention_of_a_sort_column_decides() -> None:
    assert column(build(sort=("-date", "date"), by=()), "date") == ["2026-11", "2026-10", "2026-09"]


def many(outcome: str, number: int, start: int = 0) -> list[dict[str, Any]]:
    return [clock(f"T-{start + n}", "resolution", outcome, elapsed=1) for n in range(number)]


def test_a_share_just_below_one_is_truncated_and_never_looks_complete() -> None:
    report = build(an_audit(many("fulfilled", 24_999) + many("missed", 1, start=24_999)))
    assert column(report, "compliance") == [0.9999]


def test_every_share_is_the_nearest_number_to_its_four_digits() -> None:
    numbers = range(0, 161, 7)
    rows = [
        row | {"agent": f"{kept}"}
        for kept in numbers
        for row in many("fulfilled", kept) + many("missed", 161 - kept, start=kept)
    ]
    frame = build(an_audit(rows), by=("agent",)).frame.select(pl.col("agent").cast(pl.Int64), "compliance")
    assert dict(frame.rows()) == {kept: float(f"{kept * 10_000 // 161 / 10_000:.4f}") for kept in numbers}


def of_microseconds(*times: int) -> FakeAudit:
    return an_audit(
        [
            clock(f"T-{n}", "resolution", "fulfilled") | {"elapsed": timedelta(microseconds=time)}
            for n, time in enumerate(times)
        ]
    )


def test_an_average_is_rounded_half_to_even_to_the_microsecond() -> None:
    averages = [build(of_microseconds(*times)).frame["avg_time_fulfilled"][0] for times in [(1, 2), (2, 3), (0, 0, 1)]]
    assert averages == [timedelta(microseconds=2), timedelta(microseconds=2), timedelta(0)]


def test_a_sum_that_does_not_fit_into_64_bits_still_averages_exactly() -> None:
    centuries = 9_000_000_000_000_000_000
    frame = build(of_microseconds(centuries, centuries + 1, centuries + 3)).frame
    assert frame["avg_time_fulfilled"].to_physical().to_list() == [centuries + 1]


def test_percentiles_are_the_nearest_rank_over_fulfilled_and_missed_clocks() -> None:
    rows = [clock(f"T-{n}", "resolution", "fulfilled" if n < 8 else "missed", elapsed=n) for n in range(1, 11)]
    rows.append(clock("T-99", "resolution", "running", elapsed=10_000))
    report = build(an_audit(rows), percentiles=(50, 95, 1, 100, 50))
    assert report.frame.columns[-5:] == ["clocks", "p50_time", "p95_time", "p1_time", "p100_time"]
    assert report.frame.row(0)[-4:] == (minutes(5), minutes(10), minutes(1), minutes(10))
    assert report.total is not None
    assert report.total.row(0)[-4:] == report.frame.row(0)[-4:]


def test_percentiles_of_a_group_in_which_nothing_was_decided_are_empty() -> None:
    report = build(percentiles=(90,))
    assert column(report, "p90_time") == [minutes(10), minutes(90), minutes(300), None]
    assert total(report)["p90_time"] is None, "it would mix metrics"


def test_an_audit_without_clocks_is_a_report_without_rows_and_a_total_of_zero() -> None:
    report = build(an_audit([]), percentiles=(50,))
    assert report.frame.rows() == []
    row = total(report)
    assert (row["fulfilled"], row["compliance"], row["clocks"], row["p50_time"]) == (0, None, 0, None)


def test_the_title_says_what_a_row_is() -> None:
    titles = [
        build(**options).title
        for options in ({}, {"per": "total", "by": ()}, {"by": ("agent", "metric"), "date": "due"})
    ]
    assert titles == [
        "Compliance per month by metric",
        "Compliance in total",
        "Compliance per month by agent, metric (date: due)",
    ]


clocks = st.lists(
    st.builds(
        lambda number, metric, outcome, elapsed, day: (
            clock(f"T-{number}", metric, outcome, elapsed=elapsed, decided=f"2026-10-{day:02} 12:00")
        ),
        st.integers(0, 9), st.sampled_from(["first_reply", "resolution"]), st.sampled_from(OUTCOMES),
        st.integers(0, 500), st.integers(1, 28),
    ),
    max_size=30,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(clocks, st.sampled_from(compliance.PERIODS))
def test_counts_of_the_rows_add_up_to_those_of_the_total_whatever_the_period(
    rows: list[dict[str, Any]], per: str
) -> None:
    report = build(an_audit(rows), per=per, percentiles=(90,))
    counts = [*OUTCOMES, "clocks"]
    assert report.total is not None
    assert report.frame.select(counts).sum().row(0) == report.total.select(counts).row(0)
    assert report.total["clocks"].item() == len(rows)


def naive(rows: list[dict[str, Any]], outcome: str) -> list[Any]:
    """Count, average, maximum and minimum of one outcome, the slow way."""
    times = [row["elapsed"] // timedelta(microseconds=1) for row in rows if row["outcome"] == outcome]
    if not times:
        return [0, None, None, None]
    average = round(Fraction(sum(times), len(times)))  # Python rounds half to even
    return [len(times), *(timedelta(microseconds=time) for time in (average, max(times), min(times)))]


@settings(max_examples=40, deadline=None)
@given(clocks)
def test_every_number_is_that_of_a_slow_count_clock_by_clock(rows: list[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        row["elapsed"] += timedelta(microseconds=number)
    report = build(an_audit(rows), per="total", percentiles=(50,))
    for found in report.frame.rows(named=True):
        group = [row for row in rows if row["metric"] == found["metric"]]
        kept, missed = naive(group, "fulfilled"), naive(group, "missed")
        assert [found[name] for name in DOCUMENTED[2:10]] == kept + missed
        decided = kept[0] + missed[0]
        assert found["compliance"] == (float(f"{10_000 * kept[0] // decided}e-4") if decided else None)
        ordered = sorted(row["elapsed"] for row in group if row["outcome"] in ("fulfilled", "missed"))
        assert found["p50_time"] == (ordered[(decided + 1) // 2 - 1] if decided else None)
        assert [found[name] for name in OUTCOMES] == [
            sum(row["outcome"] == outcome for row in group) for outcome in OUTCOMES
        ]


@settings(max_examples=20, deadline=None)
@given(clocks, st.randoms())
def test_the_order_of_the_clocks_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (build(an_audit(some), by=("metric", "ticket"), percentiles=(50,)) for some in (rows, shuffled))
    assert one.frame.equals(other.frame)
