"""The sample data is what its generator writes, agrees with itself, and holds what it promises to hold."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from slaaudit.audit import audit
from slaaudit.frames import OUTCOMES
from slaaudit.policy import load_policy
from slaaudit.sources import Export, read_export

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_data" / "helpdesk"
FILES = ("tickets.csv", "events.csv")
UNUSABLE = {"", "HD-90001", "HD-90002", "HD-99999"}  # ids of the rows that no program can use as they stand
MISPLACED = {"900", "901"}  # seq of the bad events of a good ticket

Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tickets() -> dict[str, Row]:
    """The usable tickets by id."""
    return {row["ticket_id"]: row for row in rows_of("tickets.csv") if row["ticket_id"] not in UNUSABLE}


@pytest.fixture(scope="module")
def events() -> dict[str, list[Row]]:
    """The usable events of each ticket, each once, in order of `seq`."""
    by_ticket: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows_of("events.csv"):
        if row["ticket_id"] not in UNUSABLE and row["seq"] not in MISPLACED:
            by_ticket[row["ticket_id"]][int(row["seq"])] = row
    return {ticket: [rows[seq] for seq in sorted(rows)] for ticket, rows in by_ticket.items()}


def changes_of(events: list[Row]) -> list[Row]:
    return [event for event in events if event["event"] == "change"]


def times_of(events: list[Row]) -> list[datetime]:
    return [datetime.fromisoformat(event["at"]) for event in events]


# --- the generator --------------------------------------------------------------------------------------


def test_the_generator_writes_the_files_byte_for_byte_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(SAMPLE / "generate.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_the_files_are_utf_8_with_unix_line_ends_and_of_a_handy_size() -> None:
    for name in FILES:
        text = (SAMPLE / name).read_bytes()
        assert b"\r" not in text
        assert not text.startswith("\ufeff".encode())
        text.decode("utf-8")
    assert 1_900 < len(rows_of("tickets.csv")) < 2_100
    assert 15_000 < len(rows_of("events.csv")) < 21_000
    assert sum((SAMPLE / name).stat().st_size for name in FILES) < 2_500_000


# --- tickets and events agree ---------------------------------------------------------------------------


def test_every_ticket_has_events_and_every_event_a_ticket(
    tickets: dict[str, Row], events: dict[str, list[Row]]
) -> None:
    assert list(tickets) == list(events)


def test_events_are_numbered_from_one_and_time_never_runs_backwards(events: dict[str, list[Row]]) -> None:
    for of_ticket in events.values():
        assert [event["seq"] for event in of_ticket] == [str(n) for n in range(1, len(of_ticket) + 1)]
        assert times_of(of_ticket) == sorted(times_of(of_ticket))
        assert [event["event"] for event in of_ticket].index("created") == 0


def test_each_change_starts_from_the_value_that_the_change_before_it_left(
    events: dict[str, list[Row]],
) -> None:
    for of_ticket in events.values():
        values: Row = {}
        for change in changes_of(of_ticket):
            assert values.get(change["field"], change["old"]) == change["old"]
            assert change["new"] != change["old"]
            values[change["field"]] = change["new"]


def test_a_tickets_values_are_those_of_its_last_changes(tickets: dict[str, Row], events: dict[str, list[Row]]) -> None:
    for ticket_id, ticket in tickets.items():
        last = {change["field"]: change["new"] for change in changes_of(events[ticket_id])}
        assert {field: ticket[field] for field in last} == last, ticket_id
        if "status" not in last:
            assert ticket["status"] == "New"


def test_a_tickets_time_stamps_are_those_of_its_events(tickets: dict[str, Row], events: dict[str, list[Row]]) -> None:
    for ticket_id, ticket in tickets.items():
        of_ticket = events[ticket_id]
        replies = [e["at"] for e in of_ticket if (e["event"], e["actor"], e["public"]) == ("message", "agent", "true")]
        became = {change["new"]: change["at"] for change in changes_of(of_ticket) if change["field"] == "status"}
        done = ticket["status"] in ("Solved", "Closed")
        assert ticket["created_at"] == of_ticket[0]["at"]
        assert ticket["changed_at"] == of_ticket[-1]["at"]
        assert ticket["first_reply_at"] == (replies[0] if replies else "")
        assert ticket["solved_at"] == (became.get("Solved", "") if done else "")
        assert ticket["closed_at"] == (became.get("Closed", "") if done else "")


# --- what the sample holds ------------------------------------------------------------------------------


def test_the_sample_holds_every_kind_of_ticket_and_event(tickets: dict[str, Row], events: dict[str, list[Row]]) -> None:
    def words(column: str) -> set[str]:
        return {ticket[column] for ticket in tickets.values()}

    every_event = [event for of_ticket in events.values() for event in of_ticket]
    assert words("department") == {"Support", "Billing", "Sales", "Technical"}
    assert words("account") == {"Nine Alders Bakery", "Quillstone Press", "Ruimteveer Cargo", ""}
    assert words("customer_group") == {"gold", "silver", "bronze", ""}
    assert words("priority") == {"low", "normal", "high", "urgent"}
    assert words("channel") == {"email", "chat", "call", "web"}
    assert words("plan") == {"Enterprise", "Business", "Starter", "Free", "Trial", ""}
    assert words("status") == {
        "New", "Open", "Waiting for customer", "On hold", "Solved", "Closed", "Spam", "Deleted", "Merged",
    }  # fmt: skip
    assert {event["event"] for event in every_event} == {
        "created", "message", "change", "chat_started", "chat_answered", "call_started", "call_answered",
        "work", "merged", "deleted",
    }  # fmt: skip
    assert {event["field"] for event in changes_of(every_event)} == {
        "status", "priority", "department", "agent", "tags", "plan",
    }  # fmt: skip
    messages = {(e["actor"], e["public"]) for e in every_event if e["event"] == "message"}
    assert messages == {("requester", "true"), ("agent", "true"), ("agent", "false"), ("system", "true")}
    assert {event["actor"] for event in every_event if event["event"] == "created"} == {"requester", "agent"}


def test_the_sample_holds_subjects_that_programs_stumble_over(tickets: dict[str, Row]) -> None:
    subjects = [ticket["subject"] for ticket in tickets.values()]
    assert {subject[0] for subject in subjects if not subject[0].isalnum()} == set("=[+-@ ")
    assert any("\n" in subject and '"' in subject for subject in subjects)
    assert any(not subject.isascii() for subject in subjects)
    assert "NULL" in subjects


def test_the_hour_that_happens_twice_has_a_ticket_in_both_of_its_turns(tickets: dict[str, Row]) -> None:
    created = {ticket["created_at"] for ticket in tickets.values()}
    assert {"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"} <= created


def test_every_edge_case_happens_exactly_once(tickets: dict[str, Row]) -> None:
    subjects = Counter(ticket["subject"] for ticket in tickets.values())
    for subject in (
        "Oven controller offline since 02:10",
        "Oven controller offline again",
        "Answered at the last second",
        "Answered a second too late",
        "Answered on a Saturday",
    ):
        assert subjects[subject] == 1
    assert sum(ticket["tags"] == "test" for ticket in tickets.values()) == 2


# --- what slaaudit makes of it ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def export() -> Export:
    return read_export([SAMPLE / name for name in FILES])


@pytest.fixture(scope="module")
def log(export: Export) -> pl.DataFrame:
    """The log of the sample under its own policy."""
    return audit(export, load_policy(ROOT / "policies" / "helpdesk.yaml")).log()


def compliance(log: pl.DataFrame, *by: str) -> dict[object, float]:
    """Per cent of the judged clocks that were fulfilled, by the given columns."""
    judged = log.filter(pl.col("outcome").is_in(["fulfilled", "missed"]))
    kept = judged.group_by(by).agg(kept=100 * (pl.col("outcome") == "fulfilled").mean())
    return {row[:-1] if len(by) > 1 else row[0]: row[-1] for row in kept.rows()}


def test_every_bad_row_is_found_and_no_good_one_is_blamed(export: Export) -> None:
    found = export.problems.select("code", pl.col("file").str.split("/").list.last(), "column", "rejected")
    assert sorted(found.rows()) == [
        ("bad_date", "tickets.csv", "created_at", True),
        ("before_creation", "events.csv", "at", True),
        ("conflicting_duplicate", "tickets.csv", "ticket_id", True),
        ("conflicting_duplicate", "tickets.csv", "ticket_id", True),
        ("missing_ticket_id", "tickets.csv", "ticket_id", True),
        ("unknown_event", "events.csv", "event", True),
        ("unknown_ticket", "events.csv", "ticket_id", True),
    ]
    assert (export.counts["duplicates"], export.counts["event_duplicates"]) == (1, 1)


def test_every_outcome_that_a_full_history_allows_occurs_under_the_samples_own_policy(
    log: pl.DataFrame,
) -> None:
    assert set(log["outcome"]) == set(OUTCOMES) - {"not_measurable"}


def test_shuffling_the_rows_of_both_files_changes_nothing(log: pl.DataFrame, tmp_path: Path) -> None:
    for name in FILES:
        rows = pl.read_csv(SAMPLE / name, infer_schema=False).sample(fraction=1, shuffle=True, seed=1)
        rows.write_csv(tmp_path / name)
    shuffled = read_export([tmp_path / name for name in FILES])
    assert_frame_equal(audit(shuffled, load_policy(ROOT / "policies" / "helpdesk.yaml")).log(), log)


def test_tickets_without_their_events_show_no_next_replies() -> None:
    alone = read_export([SAMPLE / "tickets.csv"])
    log = audit(alone, load_policy(ROOT / "policies" / "helpdesk.yaml")).log()
    replies = log.filter(metric="next_reply")
    assert set(replies["outcome"]) == {"not_measurable", "no_target", "no_level", "excluded"}
    assert log.filter(metric="first_reply", outcome="missed").height > 0


def test_most_promises_are_kept_and_some_are_not(log: pl.DataFrame) -> None:
    by_metric = compliance(log, "metric")
    assert len(by_metric) == 9
    assert all(80 <= kept <= 97 for kept in by_metric.values()), by_metric


def test_every_month_has_a_department_to_talk_about(log: pl.DataFrame) -> None:
    month = pl.col("decided").dt.convert_time_zone("Europe/Amsterdam").dt.strftime("%Y-%m")
    replies = log.filter(metric="first_reply").with_columns(month=month)
    kept = compliance(replies, "month", "department")
    worst = {
        month: min(["Support", "Technical", "Billing", "Sales"], key=lambda name: kept[month, name])
        for month in ("2026-08", "2026-09", "2026-10", "2026-11")
    }
    assert worst == {"2026-08": "Support", "2026-09": "Technical", "2026-10": "Billing", "2026-11": "Sales"}
    assert kept["2026-10", "Billing"] < 80


@pytest.mark.parametrize(
    ("subject", "outcome", "elapsed"),
    [
        ("Oven controller offline since 02:10", "fulfilled", "PT50M"),  # over the clock change
        ("Oven controller offline again", "missed", "PT1H15M"),
        ("Answered at the last second", "fulfilled", "PT8H"),
        ("Answered a second too late", "missed", "PT8H1S"),
        ("Answered on a Saturday", "fulfilled", "PT0S"),
    ],
)
def test_the_edge_cases_are_judged_to_the_second(log: pl.DataFrame, subject: str, outcome: str, elapsed: str) -> None:
    row = log.filter(metric="first_reply", subject=subject)
    assert row.select("outcome", pl.col("elapsed").dt.to_string("iso")).rows() == [(outcome, elapsed)]


@pytest.mark.parametrize("name", ["helpdesk", "minimal", "customers"])
def test_every_policy_of_the_repository_judges_the_sample(export: Export, name: str) -> None:
    account = audit(export, load_policy(ROOT / "policies" / f"{name}.yaml")).account
    assert account.tickets == 1_939
    assert account.judged > 1_800
    assert account.outcomes["fulfilled"] > account.outcomes["missed"] > 0


def test_the_minimal_policy_is_ten_lines_or_fewer() -> None:
    assert len((ROOT / "policies" / "minimal.yaml").read_text(encoding="utf-8").splitlines()) <= 10
