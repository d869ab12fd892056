"""What a file of expected-result cases cannot say: each mistake with its place, its text and its hint."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from test_cases import POLICY, write

from slaaudit.cases import load_cases
from slaaudit.problems import SlaauditError


def mistakes(path: Path) -> list[tuple[str, str]]:
    """Place, code and text of each mistake of a file, and its hint."""
    with pytest.raises(SlaauditError) as raised:
        load_cases(path)
    return [(f"{p.line}:{p.column_number} {p.code}: {p.what}", p.hint) for p in raised.value.problems]


ONE = "cases: [{name: one, expect: {first_reply: none}}]\n"


def case(inside: str) -> str:
    """A file with one case that says this besides its name."""
    return "cases:\n  - name: one\n" + "".join(f"    {line}\n" for line in inside.splitlines())


EXPECT = "expect: {first_reply: none}\n"
# text after the policy, the mistake, its hint
WRONG: Sequence[tuple[str, str, str]] = [
    (
        ONE + "polcy: x\n",
        "12:1 unknown_key: unknown key 'polcy'",
        "did you mean 'policy'?",
    ),
    (
        "cases: []\n",
        "11:8 wrong_type: 'cases' must be a list with at least one item",
        "write - {name: …, expect: {…}}",
    ),
    (
        "cases: {name: one}\n",
        "11:8 wrong_type: 'cases' must be a list with at least one item",
        "write - {name: …, expect: {…}}",
    ),
    (
        "cases: [one]\n",
        "11:9 wrong_type: a case is a mapping with the keys name, as_of, shows, ticket, events, expect",
        "",
    ),
    (
        "cases: [{expect: {first_reply: none}}]\n",
        "11:9 missing_key: a case needs a name",
        "say what it shows: name: a reply in time is kept",
    ),
    (
        "cases: [{name: one}]\n",
        "11:9 missing_key: a case needs 'expect', a mapping of metrics",
        "write expect: {first_reply: {outcome: fulfilled}}",
    ),
    (
        case(EXPECT + "expects: 1"),
        "14:5 unknown_key: unknown key 'expects'",
        "did you mean 'expect' or 'events'?",
    ),
    (
        case(EXPECT + "as_of: 09:00"),
        "14:12 bad_instant: '09:00' is no instant: write +1h30m, mon 09:15 or 2026-03-02 09:15",
        "",
    ),
    (
        "as_of: noon\n" + ONE,
        "11:8 bad_instant: 'noon' is no instant: write +1h30m, mon 09:15 or 2026-03-02 09:15",
        "",
    ),
    (
        case(EXPECT + "shows: [mesages]"),
        "14:12 unknown_word: 'mesages' is nothing that an export can show",
        "did you mean 'messages'?",
    ),
    (
        case(EXPECT + "ticket: high"),
        "14:13 wrong_type: 'ticket' is a mapping of fields",
        "write ticket: {priority: high}",
    ),
    (
        case(EXPECT + "ticket: {prioritty: high}"),
        "14:14 unknown_key: 'prioritty' is no field of a ticket",
        "did you mean 'priority'?",
    ),
    (
        case(EXPECT + "ticket: {created: noon}"),
        "14:23 bad_instant: 'noon' is no instant: write mon 09:15 or 2026-03-02 09:15",
        "",
    ),
    (
        case(EXPECT + "ticket: {opened_by: nobody}"),
        "14:25 unknown_word: there is no opener 'nobody'",
        "use one of requester, agent",
    ),
    (
        case(EXPECT + "ticket: {status: unheard}"),
        "14:22 unknown_word: the policy knows no status 'unheard'",
        "use one of new, open, pending, on_hold, solved, closed, spam, deleted, merged, Awaiting customer, "
        "or name it under 'states' in the policy",
    ),
    (
        case(EXPECT + "ticket: {priority: {is: high}}"),
        "14:24 wrong_type: 'priority' is one value, not a mapping",
        "",
    ),
    (
        case(EXPECT + "events: {at: +1h}"),
        "14:13 wrong_type: 'events' is a list",
        "write - {at: +30m, message: agent}",
    ),
    (
        case(EXPECT + "events: [{message: agent}]"),
        "14:14 missing_key: an event needs 'at'",
        "write {at: +30m, message: agent}",
    ),
    (
        case(EXPECT + "events: [{at: later, message: agent}]"),
        "14:19 bad_instant: 'later' is no instant: write +1h30m, mon 09:15 or 2026-03-02 09:15",
        "",
    ),
    (
        case(EXPECT + "events: [{at: 2026-03-01 09:00, message: agent}]"),
        "14:19 bad_instant: '2026-03-01 09:00' is before the ticket's creation",
        "",
    ),
    (
        case(EXPECT + "events: [{at: +1h}]"),
        "14:14 bad_event: an event says one thing, this one says nothing",
        "use one of message, note, work, event, change, or a field of the ticket, such as {at: +3h, status: solved}",
    ),
    (
        case(EXPECT + "events: [{at: +1h, message: agent, status: open}]"),
        "14:14 bad_event: an event says one thing, this one says message and status",
        "use one of message, note, work, event, change, or a field of the ticket, such as {at: +3h, status: solved}",
    ),
    (
        case(EXPECT + "events: [{at: +1h, message: agent, publik: true}]"),
        "14:40 unknown_key: unknown key 'publik'",
        "known keys here: at, message",
    ),
    (
        case(EXPECT + "events: [{at: +1h, message: bot}]"),
        "14:33 unknown_word: there is no actor 'bot'",
        "use one of requester, agent, system",
    ),
    (
        case(EXPECT + "events: [{at: +1h, note: bot}]"),
        "14:30 unknown_word: there is no actor 'bot'",
        "use one of requester, agent, system",
    ),
    (
        case(EXPECT + "events: [{at: +1h, event: message}]"),
        "14:31 unknown_word: there is no event 'message'",
        "use one of chat_started, chat_answered, call_started, call_answered, merged, deleted",
    ),
    (
        case(EXPECT + "events: [{at: +1h, event: merged, actor: bot}]"),
        "14:46 unknown_word: there is no actor 'bot'",
        "use one of requester, agent, system",
    ),
    (
        case(EXPECT + "events: [{at: +1h, work: a lot}]"),
        "14:30 bad_duration: 'a lot' is not a duration: write it as 4h, 90m, 1h30m, 45s, 500ms or 1:30:00",
        "",
    ),
    (
        case(EXPECT + "events: [{at: +1h, change: priority}]"),
        "14:14 missing_key: a change needs 'to'",
        "write to: none when the field was emptied",
    ),
    (
        case(EXPECT + "events: [{at: +1h, change: mood, to: good}]"),
        "14:32 unknown_word: 'mood' is no field of a ticket",
        "other columns of an export are written custom.NAME",
    ),
    (
        case("expect: {frist_reply: none}"),
        "13:14 unknown_metric: there is no metric 'frist_reply'",
        "did you mean 'first_reply' or 'next_reply'?",
    ),
    (
        case("expect: {first_reply: fulfilled}"),
        "13:27 wrong_type: 'fulfilled' says nothing of a clock",
        "write {outcome: fulfilled}, a list of such, or none",
    ),
    (
        case("expect: {first_reply: {}}"),
        "13:27 wrong_type: nothing is said of the clock",
        "write {outcome: fulfilled}, a list of such, or none",
    ),
    (
        case("expect: {first_reply: {outcom: missed}}"),
        "13:28 unknown_key: unknown key 'outcom'",
        "did you mean 'outcome'?",
    ),
    (
        case("expect: {first_reply: {outcome: late}}"),
        "13:37 unknown_word: there is no outcome 'late'",
        "known: fulfilled, missed, running, paused, cancelled, not_measurable, no_target, no_level, excluded",
    ),
    (
        case("expect: {first_reply: {level: standart}}"),
        "13:35 unknown_word: there is no level 'standart'",
        "did you mean 'standard'?",
    ),
    (
        case("expect: {first_reply: {rule: Noone}}"),
        "13:34 unknown_word: there is no rule 'Noone'",
        "known: Everyone",
    ),
    (
        case("expect: {first_reply: {calendar: offices}}"),
        "13:38 unknown_word: there is no calendar 'offices'",
        "did you mean 'office'?",
    ),
    (
        case("expect: {first_reply: {elapsed: 1d}}"),
        "13:37 bad_duration: '1d' has no one length: write 24h (hours of the calendar) or 1bd (working days)",
        "",
    ),
    (
        case("expect: {first_reply: {due: soon}}"),
        "13:33 bad_instant: 'soon' is no instant: write +1h30m, mon 09:15 or 2026-03-02 09:15",
        "",
    ),
    (
        case("expect: {first_reply: {due: +80000000h}}"),
        "13:33 bad_instant: '+80000000h' is too far away: years go from 1 to 9999",
        "",
    ),
    (
        case("expect: {first_reply: {cycle: one}}"),
        "13:35 wrong_type: 'one' is no number of a cycle",
        "cycles count from 1",
    ),
    (
        case("expect: {first_reply: {at_risk: maybe}}"),
        "13:37 wrong_type: 'maybe' is neither true nor false",
        "",
    ),
]


@pytest.mark.parametrize(("text", "mistake", "hint"), WRONG, ids=range(len(WRONG)))
def test_what_a_file_of_cases_cannot_say(tmp_path: Path, text: str, mistake: str, hint: str) -> None:
    assert mistakes(write(tmp_path, text)) == [(mistake, hint)]


def test_all_mistakes_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    text = case("ticket: {stauts: new}\nevents: [{at: +1h, mesage: agent}]\nexpect: {first_replies: none}")
    assert [mistake for mistake, _ in mistakes(write(tmp_path, text))] == [
        "13:14 unknown_key: 'stauts' is no field of a ticket",
        "14:14 bad_event: an event says one thing, this one says nothing",
        "15:14 unknown_metric: there is no metric 'first_replies'",
    ]


@pytest.mark.parametrize(
    ("policy", "mistake"),
    [
        ("", "1:1 missing_key: there is no 'policy'"),
        ("policy: 5\n", "1:9 missing_key: 'policy' is the path of a policy, or the policy itself"),
        ("policy:\n", "1:8 missing_key: 'policy' is the path of a policy, or the policy itself"),
    ],
)
def test_a_file_without_a_policy_is_refused(tmp_path: Path, policy: str, mistake: str) -> None:
    assert mistakes(write(tmp_path, ONE, policy=policy)) == [(mistake, "write policy: my-policy.yaml")]


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    said = mistakes(write(tmp_path, "- one\n", policy=""))
    assert said == [("1:1 missing_key: there is no 'policy'", "write policy: my-policy.yaml")]


def test_a_mistake_in_the_policy_keeps_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, ONE, policy=POLICY.replace("level: standard}", "level: standart}"))
    assert mistakes(path) == [("10:31 unknown_level: there is no level 'standart'", "did you mean 'standard'?")]


def test_a_mistake_in_a_policy_on_one_line_keeps_its_place(tmp_path: Path) -> None:
    policy = "policy: {policy: x, levels: {a: {targets: {resolution: 1h}}}, rules: [{name: r, level: b}]}\n"
    assert mistakes(write(tmp_path, ONE, policy=policy))[0][0] == "1:88 unknown_level: there is no level 'b'"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(SlaauditError) as raised:
        load_cases(path)
    assert str(raised.value) == f"{path}: error[cannot_read] the cases cannot be read: No such file or directory"


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"policy: \xff\n")
    with pytest.raises(SlaauditError) as raised:
        load_cases(path)
    assert str(raised.value) == f"{path}: error[cannot_read] the cases cannot be read: it is not UTF-8 text"
