"""An export in slices: whole tickets, nothing counted twice, several at a time, the first mistake told."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from weakref import ref

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from side_by_side import COMPLIANCE, LOG, as_a_whole, in_slices, parts_of

from slaaudit.audit import audit, last_instant
from slaaudit.conditions import parse_condition
from slaaudit.parts.judging import Judge
from slaaudit.parts.slices import judged_in_slices, number_of_slices, slices_of
from slaaudit.policy import load_policy, loads_policy
from slaaudit.problems import SlaauditError
from slaaudit.reports import ComplianceOptions, LogOptions
from slaaudit.sources import Export, read_export
from slaaudit.threads import in_order

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data" / "helpdesk"
POLICY = load_policy(ROOT / "policies" / "helpdesk.yaml")


@pytest.fixture(scope="module")
def export() -> Export:
    return read_export(SAMPLE, fallback_timezone=POLICY.timezone)


@pytest.mark.parametrize("number", [1, 2, 3, 10, 100_000])
def test_slices_are_whole_tickets_and_together_the_export(export: Export, number: int) -> None:
    slices = slices_of(export, number)
    assert len(slices) <= number
    assert_frame_equal(pl.concat([one.tickets for one in slices]), export.tickets)
    firsts = pl.Series([0, *(one.tickets.height for one in slices[:-1])], dtype=pl.Int64).cum_sum().to_list()
    events = [
        one.events.with_columns(pl.col("ticket_row") + pl.lit(first, pl.UInt32))
        for one, first in zip(slices, firsts, strict=True)
    ]
    assert_frame_equal(pl.concat(events), export.events)
    assert all((one.events["ticket_row"] < one.tickets.height).all() for one in slices)
    assert {name: sum(one.counts[name] for one in slices) for name in export.counts} == dict(export.counts)
    assert sum(one.problems.height for one in slices) == export.problems.height


def test_slices_have_about_as_many_events(export: Export) -> None:
    heights = [one.events.height for one in slices_of(export, 4)]
    assert len(heights) == 4
    assert max(heights) - min(heights) < 0.01 * export.events.height


def test_an_export_without_rows_is_one_slice(export: Export) -> None:
    nothing = replace(export, tickets=export.tickets.clear(), events=export.events.clear())
    assert slices_of(nothing, 5) == [nothing]


@pytest.mark.parametrize(
    ("events", "tickets", "threads", "number"),
    [
        (0, 0, 2, 1),
        (499_999, 1, 2, 1),
        (500_000, 1, 2, 2),
        (4_000_000, 800_000, 2, 2),
        (4_000_001, 800_000, 2, 4),
        (4_000_000, 800_001, 2, 4),
        (4_000_000, 4_000_000, 2, 10),
        (10_000_000, 2_000_000, 4, 12),
        (10_000_000, 2_000_000, 1, 3),
    ],
)
def test_a_small_export_is_not_divided_and_a_large_one_alike_among_the_threads(
    events: int, tickets: int, threads: int, number: int, export: Export
) -> None:
    rows = pl.DataFrame({"ticket_row": pl.repeat(0, events, dtype=pl.UInt32, eager=True)})
    ids = pl.DataFrame({"ticket_id": pl.repeat("1", tickets, eager=True)})
    assert number_of_slices(replace(export, events=rows, tickets=ids), threads) == number


@pytest.mark.parametrize("where", [{"priority": "urgnt"}, {"department": "nowhere"}, {"agent": "nobody"}], ids=str)
def test_words_that_no_clock_has_are_told_once_for_all_slices(where: dict[str, str]) -> None:
    options = ComplianceOptions(where=parse_condition(where), percentiles=(50,))
    whole = as_a_whole([SAMPLE], POLICY, options)
    assert "no clock has" in "\n".join(whole["footer"])
    assert in_slices([SAMPLE], POLICY, options, slices=5, at_once=100, threads=2) == whole


@pytest.mark.parametrize("options", [COMPLIANCE, LOG], ids=["compliance", "log"])
def test_threads_change_nothing(options: ComplianceOptions) -> None:
    one, several = (in_slices([SAMPLE], POLICY, options, slices=7, at_once=500, threads=threads) for threads in (1, 4))
    assert one == several


def test_slices_of_tickets_that_do_not_exist_yet_change_nothing() -> None:
    options = LogOptions(all=True, columns=("ticket", "metric", "created", "state", "outcome"))
    as_of = datetime(2026, 10, 10, tzinfo=UTC)
    whole = as_a_whole([SAMPLE], POLICY, options, as_of=as_of)
    assert in_slices([SAMPLE], POLICY, options, slices=12, at_once=100, as_of=as_of) == whole


def test_every_unknown_word_of_status_is_named_wherever_it_is(export: Export) -> None:
    last = export.tickets.height - 1
    words = pl.Series([f"odd {row}" if row in (0, last) else "open" for row in range(last + 1)])
    odd = replace(export, tickets=export.tickets.with_columns(status=words))
    judge = Judge(policy=POLICY, as_of=last_instant(export), parts=parts_of(COMPLIANCE, None, 100))
    with pytest.raises(SlaauditError) as error:
        judged_in_slices(odd, judge, 6, 2)
    assert all(word in str(error.value) for word in ("odd 0", f"odd {last}"))


def test_the_policy_is_told_to_be_wrong_as_by_an_audit_of_the_whole() -> None:
    policy = loads_policy(
        "policy: P\nlevels: {a: {targets: {resolution: 1h}}}\nrules: [{when: {custom.nothing: x}, level: a}]"
    )
    assert in_slices([SAMPLE], policy, COMPLIANCE, slices=4, at_once=9, threads=2) == as_a_whole(
        [SAMPLE], policy, COMPLIANCE
    )


def test_results_come_in_the_order_of_the_items_and_as_many_run_at_a_time_as_there_are_threads() -> None:
    both = Barrier(2)  # neither goes on before the other has begun

    def meet(number: int) -> int:
        both.wait(timeout=30)
        return number * 10

    assert list(in_order(meet, range(4), 2)) == [0, 10, 20, 30]


def test_items_are_taken_when_a_thread_is_free_and_one_is_kept_ready() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(6):
            taken.append(number)
            yield number

    seen = [(result, len(taken)) for result in in_order(lambda number: number, items(), 2)]
    assert seen == [(0, 3), (1, 4), (2, 5), (3, 6), (4, 6), (5, 6)]


@pytest.mark.parametrize("threads", [1, 3])
def test_the_mistake_of_the_first_item_is_raised(threads: int) -> None:
    def fail(number: int) -> int:
        if number >= 2:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match=r"^2$"):
        list(in_order(fail, range(9), threads))


def test_an_audit_that_is_let_go_gives_its_memory_back_at_once(export: Export) -> None:
    gc.collect()
    gc.disable()  # what only it would find stays
    try:
        found = audit(export, POLICY)
        timeline = ref(found.timeline)
        del found
        assert timeline() is None
    finally:
        gc.enable()
