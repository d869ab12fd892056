"""Expected-result cases: those of the metrics, and what the format refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

import slaaudit.cases.running
import slaaudit.frames
from slaaudit.audit import Audit
from slaaudit.cases import Case, load_cases, run_cases
from slaaudit.cases.times import CaseClock
from slaaudit.policy import Policy, loads_policy
from slaaudit.sources import Export

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.test.yaml"))

POLICY = """\
policy:
  policy: Small
  timezone: Europe/Amsterdam
  calendars:
    office: {hours: {mon-fri: "09:00-17:00"}}
  states: {pending: [Awaiting customer]}
  levels:
    standard: {calendar: office, targets: {first_reply: 4h, next_reply: 2h}}
  rules:
    - {name: Everyone, level: standard}
"""


def write(tmp_path: Path, text: str, *, policy: str = POLICY) -> Path:
    path = tmp_path / "small.test.yaml"
    path.write_text(policy + dedent(text), encoding="utf-8")
    return path


def texts(path: Path) -> list[str]:
    """What each case says, without the folder of its file."""
    return [result.text.replace(str(path), path.name) for result in run_cases(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_every_case_of_a_metric_passes(path: Path) -> None:
    assert [result.text for result in run_cases(path) if not result.passed] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".test.yaml"))
def test_the_names_of_a_file_tell_its_cases_apart(path: Path) -> None:
    names = [case.name for case in load_cases(path)]
    assert len(set(names)) == len(names)


def test_every_built_in_metric_has_cases_with_a_clock() -> None:
    policy = loads_policy("policy: x\nlevels: {a: {targets: {resolution: 1h}}}\nrules: [{name: r, level: a}]\n")
    shown = {
        metric for path in FILES for case in load_cases(path) for metric, clocks in case.expected.items() if clocks
    }
    assert [metric for metric in policy.metrics if metric not in shown] == []


def test_every_outcome_has_a_case() -> None:
    expected = [clocks for path in FILES for case in load_cases(path) for clocks in case.expected.values()]
    outcomes = {clock.get("outcome") for clocks in expected for clock in clocks}
    assert set(slaaudit.frames.OUTCOMES) <= outcomes


def test_a_passing_case_says_ok(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - name: a reply in time
            events: [{at: +30m, message: agent}]
            expect: {first_reply: {outcome: fulfilled, elapsed: 30m, at_risk: false, due: mon 13:00}}
        """,
    )
    assert texts(path) == ["ok a reply in time"]


def test_a_failing_case_says_what_was_expected_and_what_came(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - name: a reply in time
            events: [{at: +30m, message: agent}]
            expect:
              first_reply: {outcome: missed, elapsed: 31m, due: mon 12:00, at_risk: true, stopped: none, level: none}
        """,
    )
    assert texts(path) == [
        "FAILED small.test.yaml:12:5: a reply in time\n"
        "    first_reply: outcome: expected missed, got fulfilled\n"
        "    first_reply: elapsed: expected 0:31:00, got 0:30:00\n"
        "    first_reply: due: expected Mon 2026-03-02 12:00:00, got Mon 2026-03-02 13:00:00\n"
        "    first_reply: at_risk: expected true, got false\n"
        "    first_reply: stopped: expected none, got Mon 2026-03-02 09:30:00\n"
        "    first_reply: level: expected none, got standard"
    ]


def test_the_number_of_clocks_counts(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - name: too few
            events:
              - {at: +30m, message: agent}
              - {at: +1h, message: requester}
              - {at: +2h, message: agent}
              - {at: +3h, message: requester}
            expect:
              first_reply: none
              next_reply: [{outcome: fulfilled}]
          - name: too many
            events: [{at: +30m, message: agent}]
            expect:
              first_reply: [{outcome: fulfilled}, {outcome: running}]
              next_reply: {outcome: running}
        """,
    )
    assert texts(path) == [
        "FAILED small.test.yaml:12:5: too few\n"
        "    first_reply: expected no clock, got 1 clock: "
        "{outcome: fulfilled, started: Mon 2026-03-02 09:00:00, elapsed: 0:30:00}\n"
        "    next_reply: expected 1 clock, got 2 clocks: "
        "{outcome: fulfilled, started: Mon 2026-03-02 10:00:00, elapsed: 1:00:00}, "
        "{outcome: running, started: Mon 2026-03-02 12:00:00, elapsed: 0:00:00}",
        "FAILED small.test.yaml:21:5: too many\n"
        "    first_reply: expected 2 clocks, got 1 clock: "
        "{outcome: fulfilled, started: Mon 2026-03-02 09:00:00, elapsed: 0:30:00}\n"
        "    next_reply: expected 1 clock, got no clock",
    ]


def test_one_expectation_that_names_its_cycle_is_compared_with_that_one(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - name: the second answer
            events:
              - {at: +30m, message: agent}
              - {at: +1h, message: requester}
              - {at: +2h, message: agent}
              - {at: +3h, message: requester}
              - {at: +6h, message: agent}
            expect:
              next_reply: {cycle: 2, outcome: fulfilled}
        """,
    )
    assert texts(path) == [
        "FAILED small.test.yaml:12:5: the second answer\n    next_reply: outcome: expected fulfilled, got missed"
    ]


def test_in_a_list_the_line_names_the_cycle(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - name: two answers
            events:
              - {at: +30m, message: agent}
              - {at: +1h, message: requester}
              - {at: +2h, message: agent}
              - {at: +3h, message: requester}
              - {at: +6h, message: agent}
            expect:
              next_reply: [{outcome: fulfilled}, {sla: 1h}]
        """,
    )
    assert texts(path) == [
        "FAILED small.test.yaml:12:5: two answers\n    next_reply 2: sla: expected 1:00:00, got -1:00:00"
    ]


def test_cases_of_one_instant_are_judged_in_one_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audited: list[int] = []

    def counted(export: Export, policy: Policy, *, as_of: datetime | None = None) -> Audit:
        audited.append(export.tickets.height)
        return original(export, policy, as_of=as_of)

    original = slaaudit.cases.running.audit
    monkeypatch.setattr(slaaudit.cases.running, "audit", counted)
    path = write(
        tmp_path,
        """\
        as_of: fri 17:00
        cases:
          - {name: one, expect: {first_reply: {outcome: missed}}}
          - {name: two, as_of: +1h, expect: {first_reply: {outcome: running}}}
          - {name: three, ticket: {created: tue 10:00}, expect: {first_reply: {started: tue 10:00}}}
        """,
    )
    assert texts(path) == ["ok one", "ok two", "ok three"]
    assert audited == [2, 1]


def test_without_an_as_of_the_last_event_is_the_end(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
        cases:
          - {name: only created, expect: {first_reply: {outcome: running, elapsed: 0m}}}
          - {name: a note, events: [{at: +2h, note: agent}], expect: {first_reply: {outcome: running, elapsed: 2h}}}
        """,
    )
    assert texts(path) == ["ok only created", "ok a note"]


def test_a_policy_can_be_a_file_next_to_the_cases(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(dedent(POLICY.removeprefix("policy:\n")), encoding="utf-8")
    path = write(
        tmp_path, "cases: [{name: one, expect: {first_reply: {level: standard}}}]\n", policy="policy: small.yaml\n"
    )
    assert texts(path) == ["ok one"]


def test_a_policy_may_stand_after_the_cases(tmp_path: Path) -> None:
    cases = "cases: [{name: one, expect: {first_reply: {level: standard}}}]\n"
    assert texts(write(tmp_path, "as_of: fri 12:00\n", policy=cases + POLICY)) == ["ok one"]


def test_columns_that_only_the_policy_names_are_empty(tmp_path: Path) -> None:
    policy = POLICY.replace("level: standard}", "when: {custom.plan: {empty: true}}, level: standard}")
    path = write(tmp_path, "cases: [{name: one, expect: {first_reply: {level: standard}}}]\n", policy=policy)
    assert texts(path) == ["ok one"]


def story_of(tmp_path: Path, text: str) -> Case:
    return load_cases(write(tmp_path, text))[0]


def test_a_story_becomes_the_events_of_an_export(tmp_path: Path) -> None:
    case = story_of(
        tmp_path,
        """\
        cases:
          - name: everything
            ticket:
              created: 2026-03-03 10:00
              opened_by: agent
              priority: high
              tags: [vip, new]
              custom.seats: 5
              deleted: false
            events:
              - {at: +5m, note: agent}
              - {at: +1m, message: system}
              - {at: +2h, work: 25m}
              - {at: +3h, status: awaiting customer}
              - {at: +4h, change: priority, to: urgent, from: low}
              - {at: +4h, priority: none}
              - {at: +5h, tags: [vip]}
              - {at: +6h, event: chat_started, actor: requester}
            expect: {first_reply: none}
        """,
    )
    assert case.opened_by == "agent"
    assert case.created == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert case.ticket == {
        "status": "awaiting customer",
        "priority": None,
        "tags": ["vip"],
        "custom.seats": "5",
        "deleted": "false",
    }
    minutes = [(event.at - case.created) // timedelta(minutes=1) for event in case.events]
    said = [(event.event, event.actor, event.public, event.field, event.old, event.new) for event in case.events]
    assert list(zip(minutes, said, strict=True)) == [
        (1, ("message", "system", True, None, None, None)),
        (5, ("message", "agent", False, None, None, None)),
        (120, ("work", None, None, None, None, "25m")),
        (180, ("change", None, None, "status", "new", "awaiting customer")),
        (240, ("change", None, None, "priority", "low", "urgent")),
        (240, ("change", None, None, "priority", "urgent", None)),
        (300, ("change", None, None, "tags", "vip|new", "vip")),
        (360, ("chat_started", "requester", None, None, None, None)),
    ]


CREATED = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)  # a Friday, 10:30 in Amsterdam; its clocks change on Sunday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+0s", "2026-03-27T09:30:00"),
        ("+1h30m", "2026-03-27T11:00:00"),
        ("+49h", "2026-03-29T10:30:00"),
        ("fri 10:30", "2026-03-27T09:30:00"),
        ("fri 10:29:59.999999", "2026-04-03T08:29:59.999999"),
        ("Mon 10:30", "2026-03-30T08:30:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00"),
        ("2026-03-28T12:00:00Z", "2026-03-28T12:00:00"),
        ("2026-03-28 12:00+05:30", "2026-03-28T06:30:00"),
    ],
)
def test_instants_are_read_in_the_zone_of_the_policy(text: str, expected: str) -> None:
    clock = CaseClock("Europe/Amsterdam", CREATED)
    assert clock.instant(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["09:30", "monday 9:15", "2026-03-02", "tomorrow", "mon 25:00", "2026-02-30 09:00", "+1d"]
)
def test_other_instants_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        CaseClock("Europe/Amsterdam", CREATED).instant(text)


def test_before_the_creation_is_known_nothing_can_be_relative_to_it() -> None:
    with pytest.raises(ValueError, match=r"'\+1h' is no instant: write mon 09:15 or 2026-03-02 09:15"):
        CaseClock("Europe/Amsterdam").instant("+1h")
