"""A policy file becomes a policy: strict YAML, defaults, inheritance, overlays, and nothing read twice in two ways."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from slaaudit import yaml_nodes
from slaaudit.conditions import parse_condition
from slaaudit.durations import HOUR, Amount
from slaaudit.frames import TICKETS
from slaaudit.policy import Policy, Rule, Trigger, load_policy, loads_policy, preset_names, presets
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.vocabulary import EVENT_SCHEMA, SHOWS, TICKET_SCHEMA
from slaaudit.problems import SlaauditError
from slaaudit.yaml_nodes import read_yaml

ACME = """\
policy: Acme support
timezone: Europe/Amsterdam            # of reports, and of calendars that name none
calendars:
  office:
    hours: {mon-thu: "09:00-12:30, 13:00-17:30", fri: "09:00-16:00"}
    holidays: {country: NL, dates: [2026-12-24], special: {2026-12-31: "09:00-12:00"}}
  always: 24x7
levels:
  standard:
    calendar: office
    pause: {state: pending}                       # for every target of the level
    targets:
      first_reply: 4h
      next_reply: {target: 8h, warn_at: 75%}
      resolution:
        by_priority: {urgent: 8h, high: 16h, otherwise: 40h}     # no cell, no otherwise: no target
        calendar: always
        pause: {state: [pending, on_hold]}
  vip: {based_on: standard, targets: {first_reply: 1h}, objective: 98%}
rules:                                            # in order; the first match decides …
  - {name: VIP customers, when: {customer_group: vip}, level: vip}
  - {name: Chat is quick, when: {channel: chat}, level: standard, stop: false}   # … unless it says stop: false
  - {name: No promise to partners, when: {account: Partner Co}, level: none}
  - {name: Everyone else, level: standard}
exclude: {any: [{state: [spam, deleted, merged]}, {tags: {contains: test}}]}
"""
SMALL = "policy: Small\nlevels: {standard: {targets: {first_reply: 4h}}}\nrules: [{level: standard}]\n"
OFFICE = 'calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}\n'


def levels(text: str) -> Policy:
    """A policy with these levels, and one rule."""
    return loads_policy(f"policy: Test\nlevels:\n{text}\nrules: [{{stop: true}}]\n")


def rules(text: str) -> tuple[Rule, ...]:
    return loads_policy(f"policy: Test\nlevels: {{standard: {{targets: {{first_reply: 4h}}}}}}\nrules:\n{text}\n").rules


def value_of(text: str) -> Any:
    return read_yaml(text, file="test").value


def messages(text: str) -> list[str]:
    with pytest.raises(SlaauditError) as caught:
        loads_policy(text)
    return [str(problem) for problem in caught.value.problems]


# --- strict YAML -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["on", "off", "NO", "yes", "y", "9:00", "1:30:00", "010", "0x1F", "0o17", "1e3", "1_000", "+5", ".5", "5.", "-0",
     "2026-01-01", "2026-01-01 10:00:00", ".inf", ".nan", "=", "tRUE", "007", "1.", "12345678901234567890"],
)  # fmt: skip
def test_what_looks_like_a_word_stays_the_text_that_was_written(text: str) -> None:
    assert value_of(f"key: {text}") == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("null", None), ("~", None), ("", None), ("true", True), ("FALSE", False), ("0", 0), ("-5", -5), ("120", 120),
     ("1.10", Decimal("1.10")), ("-0.5", Decimal("-0.5")), ("'5'", "5"), ('"true"', "true"), ("|\n  null\n", "null\n")],
)  # fmt: skip
def test_only_null_truth_values_and_plain_numbers_are_more_than_text(text: str, value: object) -> None:
    read = value_of(f"key: {text}")["key"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_always_texts() -> None:
    assert value_of("{on: 1, 24: 2, true: 3, null: 4, 2026-01-01: 5, 1.0: 6}") == {
        "on": 1, "24": 2, "true": 3, "null": 4, "2026-01-01": 5, "1.0": 6,
    }  # fmt: skip


@pytest.mark.parametrize("loader", ["Loader", "PythonLoader"])
def test_every_key_and_value_knows_its_place(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "Loader", getattr(yaml_nodes, loader))
    document = read_yaml("a: é\nb:\n  - c: [x,\n     y]\n  - &z z\nd: *z\n", file="test")
    assert document.value == {"a": "é", "b": [{"c": ["x", "y"]}, "z"], "d": "z"}
    assert document.keys == {("a",): (1, 1), ("b",): (2, 1), ("b", 0, "c"): (3, 5), ("d",): (6, 1)}
    assert document.values == {
        (): (1, 1), ("a",): (1, 4), ("b",): (3, 3), ("b", 0): (3, 5), ("b", 0, "c"): (3, 8), ("b", 0, "c", 0): (3, 9),
        ("b", 0, "c", 1): (4, 6), ("b", 1): (5, 5), ("d",): (5, 5),
    }  # fmt: skip
    assert document.place(("b", 0, "c")) == (3, 5)
    assert document.place(("b", 0, "c"), of_key=False) == (3, 8)
    assert document.place(("b", 0, "c", 7, "deeper")) == (3, 5)
    assert document.place(("nowhere",)) == (1, 1)


def test_anchors_may_be_used_as_long_as_they_repeat_little() -> None:
    text = f"{SMALL}exclude: {{any: [&test {{tags: test}}, {{not: *test}}]}}\n"
    assert loads_policy(text).exclude == parse_condition({"any": [{"tags": "test"}, {"not": {"tags": "test"}}]})


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_policy(file).name == "Small"


# --- files -----------------------------------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_files_bytes(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    policy = load_policy(str(file))
    assert policy.hash == hashlib.sha256(file.read_bytes()).hexdigest()
    assert policy.file == str(file)
    assert loads_policy(SMALL).hash == hashlib.sha256(SMALL.encode()).hexdigest()


def refusal(name: str | Path) -> str:
    with pytest.raises(SlaauditError) as caught:
        load_policy(name)
    return str(caught.value)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("loop.yaml").symlink_to("loop.yaml")
    assert refusal("none.yaml") == (
        "none.yaml: error[policy_not_readable] no such file\n    check the path, or name the policy with -p"
    )
    assert refusal("folder") == "folder: error[policy_not_readable] this is a folder\n    name the policy file in it"
    assert refusal("loop.yaml") == (
        "loop.yaml: error[policy_not_readable] cannot be read: Too many levels of symbolic links\n"
        "    check the path and its permissions"
    )


def test_a_file_that_is_no_text_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("latin.yaml").write_bytes("policy: Acme\ntimezone: é\n".encode("latin-1"))
    Path("wide.yaml").write_bytes(SMALL.encode("utf-16"))
    Path("large.yaml").write_bytes(b"#" * 5_000_001)
    assert refusal("latin.yaml") == (
        "latin.yaml:2:11: error[not_utf8] the byte 0xE9 is not UTF-8\n    save the file as UTF-8"
    )
    assert refusal("wide.yaml") == (
        "wide.yaml:1:1: error[not_utf8] the byte 0xFF is not UTF-8\n    save the file as UTF-8"
    )
    assert refusal("large.yaml") == (
        "large.yaml: error[policy_too_large] 5,000,001 bytes are more than a policy can have (5,000,000)\n"
        "    is this the right file?"
    )


def test_calendar_files_are_looked_up_beside_the_policy(tmp_path: Path) -> None:
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    calendar += "DTSTART;VALUE=DATE:20260504\r\nSUMMARY:Closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (tmp_path / "closed.ics").write_text(calendar, newline="")
    (tmp_path / "policy.yaml").write_text(
        SMALL + 'calendars: {office: {hours: {mon-fri: "09:00-17:00"}, holidays: {ics: closed.ics}}}\n'
    )
    office = load_policy(tmp_path / "policy.yaml").calendars["office"]
    assert office.holiday_names(date(2026, 1, 1), date(2026, 12, 31))["name"].to_list() == ["Closed"]


# --- the policy of the manual ----------------------------------------------------------------------------------------


def test_the_example_policy_means_what_its_comments_say() -> None:
    policy = loads_policy(ACME, file="acme.yaml")
    assert (policy.name, policy.timezone, policy.file) == ("Acme support", "Europe/Amsterdam", "acme.yaml")
    assert list(policy.calendars) == ["office", "always", "24x7"]
    assert policy.calendars["office"].timezone == "Europe/Amsterdam"
    standard = policy.levels["standard"].targets
    assert standard["first_reply"].amounts == {None: Amount(microseconds=4 * HOUR)}
    assert standard["first_reply"].pause == parse_condition({"state": "pending"})
    assert standard["next_reply"].warn_at == Fraction(3, 4)
    assert standard["resolution"].amounts == {
        "urgent": Amount(microseconds=8 * HOUR),
        "high": Amount(microseconds=16 * HOUR),
        None: Amount(microseconds=40 * HOUR),
    }
    assert {name: target.calendar for name, target in standard.items()} == {
        "first_reply": "office", "next_reply": "office", "resolution": "always",
    }  # fmt: skip
    assert standard["resolution"].pause == parse_condition({"state": ["pending", "on_hold"]})
    vip = policy.levels["vip"]
    assert vip.objective == Fraction(49, 50)
    assert vip.targets["first_reply"].amounts == {None: Amount(microseconds=HOUR)}
    assert vip.targets["resolution"].amounts == standard["resolution"].amounts
    assert [(rule.name, rule.level, rule.no_level, rule.stop) for rule in policy.rules] == [
        ("VIP customers", "vip", False, True),
        ("Chat is quick", "standard", False, False),
        ("No promise to partners", None, True, True),
        ("Everyone else", "standard", False, True),
    ]
    assert policy.rules[3].when is None
    assert policy.metrics_in_use == ("first_reply", "next_reply", "resolution")
    assert (policy.on_level_change, policy.states, policy.preset) == ("retarget", {}, None)


def test_places_lead_back_to_the_lines_of_the_file() -> None:
    policy = loads_policy(ACME, file="acme.yaml")
    assert policy.places[("levels", "standard", "targets", "first_reply")] == (13, 7)
    assert policy.places[("rules", 3)] == (24, 5)
    assert policy.places[("rules", 0, "when", "customer_group")] == (21, 34)
    when = policy.rules[0].when
    assert when is not None
    assert when.place == ("acme.yaml", 21, 33)
    with pytest.raises(SlaauditError, match=r"^acme.yaml:21:34: error\[unknown_column\]"):
        when.expr({}, timezone="UTC")


# --- defaults --------------------------------------------------------------------------------------------------------


def test_a_small_policy_gets_every_default() -> None:
    policy = loads_policy(SMALL)
    target = policy.levels["standard"].targets["first_reply"]
    assert (policy.timezone, policy.file, list(policy.calendars)) == ("UTC", "policy", ["24x7"])
    assert (target.calendar, target.pause, target.warn_at, target.objective) == ("24x7", None, Fraction(3, 4), None)
    assert policy.exclude == parse_condition({"state": ["spam", "deleted", "merged"]})
    assert policy.rules == (Rule(name="rule 1", level="standard"),)


def test_nothing_is_excluded_if_the_policy_says_none() -> None:
    assert loads_policy(SMALL + "exclude: none\n").exclude is None


def test_the_only_calendar_is_the_one_meant() -> None:
    assert loads_policy(SMALL + OFFICE).levels["standard"].targets["first_reply"].calendar == "office"


def test_the_calendar_around_the_clock_needs_no_definition() -> None:
    policy = loads_policy(OFFICE + SMALL.replace("targets", "calendar: 24x7, targets"))
    assert policy.levels["standard"].targets["first_reply"].calendar == "24x7"
    assert loads_policy("calendars: {24x7: 24x7}\n" + SMALL).calendars["24x7"].is_always_open


# --- levels ----------------------------------------------------------------------------------------------------------


def test_amounts_and_shares_may_be_written_in_several_ways() -> None:
    policy = levels(
        "  a: {warn_at: 0.5, objective: 99.5%, targets: {first_reply: 9:00, next_reply: {target: 2bd, warn_at: 80%}}}"
    )
    first, following = policy.levels["a"].targets.values()
    assert first.amounts == {None: Amount(microseconds=9 * HOUR)}
    assert following.amounts == {None: Amount(working_days=2)}
    assert (first.warn_at, following.warn_at) == (Fraction(1, 2), Fraction(4, 5))
    assert first.objective == policy.levels["a"].objective == Fraction(199, 200)


def test_a_target_without_otherwise_leaves_other_priorities_without_one() -> None:
    policy = levels("  a: {targets: {first_reply: {by_priority: {Urgent : 1h, 1: 0h}}}}")
    assert policy.levels["a"].targets["first_reply"].amounts == {
        "urgent": Amount(microseconds=HOUR), "1": Amount(microseconds=0),
    }  # fmt: skip


def test_a_level_takes_over_what_it_does_not_change() -> None:
    policy = levels(
        """
  a:
    pause: {state: pending}
    warn_at: 50%
    targets:
      first_reply: {target: 4h, warn_at: 60%, objective: 90%}
      next_reply: {by_priority: {urgent: 1h, high: 2h, otherwise: 8h}}
      resolution: {target: 40h, pause: {state: on_hold}}
      agent_work: 8h
  b:
    based_on: a
    pause: none
    targets:
      first_reply: 2h
      next_reply: {by_priority: {HIGH: 3h, low: 9h}, objective: 95%}
      resolution: {by_priority: {urgent: 8h}}
      agent_work: none
  c: {based_on: b, warn_at: 0.9, targets: {next_reply: 5h, resolution: {pause: none}, requester_wait: 1h}}"""
    )
    b, c = policy.levels["b"].targets, policy.levels["c"].targets

    def amounts(targets: Any, metric: str) -> dict[str | None, str]:
        return {priority: str(amount) for priority, amount in targets[metric].amounts.items()}

    assert list(b) == ["first_reply", "next_reply", "resolution"]
    assert amounts(b, "first_reply") == {None: "2h"}
    assert (b["first_reply"].warn_at, b["first_reply"].objective) == (Fraction(3, 5), Fraction(9, 10))
    assert amounts(b, "next_reply") == {"urgent": "1h", "high": "3h", None: "8h", "low": "9h"}
    assert (b["next_reply"].pause, b["next_reply"].objective) == (None, Fraction(19, 20))
    assert amounts(b, "resolution") == {"urgent": "8h"}
    assert b["resolution"].pause == parse_condition({"state": "on_hold"})
    assert list(c) == ["first_reply", "next_reply", "resolution", "requester_wait"]
    assert amounts(c, "next_reply") == {None: "5h"}
    assert (c["first_reply"].warn_at, c["next_reply"].warn_at) == (Fraction(3, 5), Fraction(9, 10))
    assert c["resolution"].pause is None


def test_a_level_may_be_based_on_one_that_is_written_after_it() -> None:
    policy = levels("  vip: {based_on: standard}\n  standard: {targets: {first_reply: 4h}}")
    assert policy.levels["vip"].targets == policy.levels["standard"].targets
    assert list(policy.levels) == ["vip", "standard"]


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_rule_may_only_stop_the_others() -> None:
    (rule,) = rules("  - {when: {priority: low}, stop: true}")
    assert (rule.level, rule.no_level, rule.stop) == (None, False, True)


def test_rules_are_numbered_where_they_have_no_name() -> None:
    assert [rule.name for rule in rules("  - {level: standard}\n  - {name: x, level: NONE}\n  - {level: none}")] == [
        "rule 1", "x", "rule 3",
    ]  # fmt: skip


def test_an_empty_condition_is_every_ticket() -> None:
    assert rules("  - {when: {}, level: standard}")[0].when is None


@pytest.mark.parametrize(
    ("text", "triggers"),
    [
        ("created", (Trigger("created"),)),
        ("[created, changed]", (Trigger("created"), Trigger("changed"))),
        ("[requester_message, agent_reply, note]", (
            Trigger("requester_message"), Trigger("agent_reply"), Trigger("note"),
        )),
        ("{changed: priority}", (Trigger("changed", "priority"),)),
        ("[created, {changed: [priority, custom.plan]}]", (
            Trigger("created"), Trigger("changed", "priority"), Trigger("changed", "custom.plan"),
        )),
    ],
)  # fmt: skip
def test_triggers_restrict_when_a_rule_is_looked_at(text: str, triggers: tuple[Trigger, ...]) -> None:
    assert rules(f"  - {{level: standard, on: {text}}}")[0].on == triggers


# --- states ----------------------------------------------------------------------------------------------------------


def test_words_of_states_may_be_one_or_several_and_look_like_numbers() -> None:
    policy = loads_policy(SMALL + "states: {pending: [Awaiting User Info, 4], on_hold: Parked}\n")
    assert policy.states == {"pending": ("Awaiting User Info", "4"), "on_hold": ("Parked",)}


# --- metrics ---------------------------------------------------------------------------------------------------------


def test_the_built_in_metrics_are_complete_and_say_what_they_need() -> None:
    policy = loads_policy(SMALL)
    assert list(policy.metrics) == list(builtin_metrics())
    for metric in policy.metrics.values():
        assert metric.start is not None, metric.name
        assert metric.title[0].isupper(), metric.name
        assert metric.needs, metric.name
        assert set(metric.needs) <= set(SHOWS), metric.name
        assert (metric.kind == "sum") == (metric.name == "work_logged")


def test_a_policy_may_change_single_keys_of_a_known_metric() -> None:
    metrics = loads_policy(SMALL + "metrics: {next_reply: {repeat: once, counts_in: {}}}\n").metrics
    built_in = loads_policy(SMALL).metrics
    assert metrics["next_reply"].repeat == "once"
    assert metrics["next_reply"].start == built_in["next_reply"].start
    assert metrics["next_reply"].counts_in is None
    assert list(metrics) == list(built_in)


def test_a_policy_may_have_metrics_of_its_own() -> None:
    text = SMALL.replace("first_reply: 4h", "triage: 1h, first_reply: 4h") + (
        "metrics:\n"
        "  triage:\n"
        "    start: [{event: created}, {event: change, field: department}]\n"
        "    stop: {event: change, field: priority, new: {empty: false}}\n"
        "    counts_in: {state: [new, open], department: {empty: false}}\n"
        "    repeat: each\n"
    )
    policy = loads_policy(text, file="own.yaml")
    triage = policy.metrics["triage"]
    assert triage.start == parse_condition({"any": [{"event": "created"}, {"event": "change", "field": "department"}]})
    assert (triage.title, triage.repeat, triage.on_solved, triage.on_reopen) == ("triage", "each", "stop", "ignore")
    assert triage.kind == "clock"
    assert policy.metrics_in_use == ("first_reply", "triage")
    assert triage.start.place == ("own.yaml", 6, 12)
    assert triage.start.places[("any", 1, "field")] == (6, 47)


@pytest.mark.parametrize(
    ("keys", "needs"),
    [
        ("start: {event: created}", ("solves",)),
        ("start: {event: created}, stop: {event: message}", ("messages",)),
        ("start: {event: solved}, stop: {event: reopened}", ("status_changes",)),
        ("start: {event: owned}, stop: {event: assigned}", ("agent_changes", "department_changes")),
        ("start: {event: chat_started}, stop: {event: call_answered}", ("chats", "calls")),
        ("start: {event: created}, sum: {event: work}", ("solves", "work")),
        ("start: {event: created}, stop: {event: message}, counts_in: {state: open}", ("messages", "status_changes")),
        ("start: {event: created}, stop: {event: change}, counts_in: {priority: low}", ("changes",)),
        ("start: {event: created}, stop: {event: message}, needs: first_reply", ("first_reply",)),
    ],
)
def test_what_a_metric_of_ones_own_needs_follows_from_its_events(keys: str, needs: tuple[str, ...]) -> None:
    assert loads_policy(SMALL + f"metrics: {{own: {{{keys}}}}}\n").metrics["own"].needs == needs


# --- presets ---------------------------------------------------------------------------------------------------------

PRESET = """\
title: Other desk
source: {site: https://example.org/sla}
on_level_change: keep
states: {pending: [Waiting, Parked], solved: [Done]}
metrics:
  first_reply: {on_solved: discard}
  second_reply: {start: {event: message, replied: true}, stop: {event: message}, needs: [messages]}
"""


@pytest.fixture
def _other_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    preset = presets.read_preset(PRESET, file="other.yaml")
    monkeypatch.setattr("slaaudit.policy.loading.preset_names", lambda: ("other",))
    monkeypatch.setattr("slaaudit.policy.loading.load_preset", {"other": preset}.__getitem__)


@pytest.mark.usefixtures("_other_desk")
def test_a_preset_lies_between_the_built_in_metrics_and_the_policys_own() -> None:
    policy = loads_policy(SMALL + "preset: other\n")
    assert policy.preset == "other"
    assert policy.on_level_change == "keep"
    assert policy.metrics["first_reply"].on_solved == "discard"
    assert policy.metrics["first_reply"].on_reopen == "resume"
    assert list(policy.metrics)[-1] == "second_reply"
    assert policy.states == {"pending": ("Waiting", "Parked"), "solved": ("Done",)}


@pytest.mark.usefixtures("_other_desk")
def test_what_the_policy_says_wins_over_its_preset() -> None:
    policy = loads_policy(
        SMALL + "preset: other\non_level_change: restart\nmetrics: {first_reply: {on_solved: stop}}\n"
        "states: {on_hold: [PARKED], closed: [Done]}\n"
    )
    assert policy.on_level_change == "restart"
    assert policy.metrics["first_reply"].on_solved == "stop"
    assert policy.states == {"pending": ("Waiting",), "on_hold": ("PARKED",), "closed": ("Done",)}


@pytest.mark.usefixtures("_other_desk")
def test_an_unknown_preset_names_the_known_ones() -> None:
    unknown = "policy:4:9: error[unknown_preset] there is no preset"
    assert messages(SMALL + "preset: othr\n") == [f"{unknown} 'othr'\n    did you mean 'other'?"]
    assert messages(SMALL + "preset: zzz\n") == [f"{unknown} 'zzz'\n    presets: other"]


def test_an_unknown_preset_says_so_if_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slaaudit.policy.loading.preset_names", lambda: ())
    assert messages(SMALL + "preset: zzz\n") == [
        "policy:4:9: error[unknown_preset] there is no preset 'zzz'\n    there are no presets yet"
    ]


def test_mistakes_in_a_preset_point_into_its_own_file() -> None:
    with pytest.raises(SlaauditError) as caught:
        presets.read_preset(
            "tittle: x\nmetrics: {first_reply: {repeat: never}, x: {title: X}}\nstates: {x: y}\n", file="p.yaml"
        )
    assert [f"{problem.where} {problem.code}" for problem in caught.value.problems] == [
        "p.yaml:1:1 missing_key", "p.yaml:1:1 unknown_key", "p.yaml:2:33 unknown_word", "p.yaml:3:10 unknown_state",
    ]  # fmt: skip


def test_every_preset_of_the_package_loads() -> None:
    for name in preset_names():
        assert presets.load_preset(name).title
        assert loads_policy(SMALL + f"preset: {name}\n").preset == name


# --- all at once -----------------------------------------------------------------------------------------------------


def test_mistakes_of_every_kind_are_reported_together_in_the_order_of_the_file() -> None:
    text = """\
policy: Acme
timezone: Mars
calendars: {office: {hours: {mon-fri: "9-17"}}}
levels:
  standard: {calendar: ofice, targets: {first_reply: 4, next_replay: 1h}, warnat: 75%}
  vip: {based_on: standart, targets: {resolution: {by_priority: {urgent: 1d}}}}
rules:
  - {when: {prority: urgent}, level: vpi}
  - {when: {tags: {contains: [a, b]}}, level: vip}
  - {level: standard, on: chnged}
metrics: {first_reply: {on_solved: sotp}}
states: {open: [X], new: [x]}
"""
    assert [message.split("]")[0] for message in messages(text)] == [
        "policy:2:11: error[unknown_zone",
        "policy:3:39: error[bad_hours",
        "policy:5:24: error[unknown_calendar",
        "policy:5:54: error[bad_target",
        "policy:5:57: error[unknown_metric",
        "policy:5:75: error[unknown_key",
        "policy:6:19: error[unknown_level",
        "policy:6:74: error[bad_target",
        "policy:8:13: error[unknown_column",
        "policy:8:38: error[unknown_level",
        "policy:9:30: error[bad_condition",
        "policy:10:27: error[bad_trigger",
        "policy:11:36: error[unknown_word",
        "policy:12:27: error[word_of_two_states",
    ]


def test_no_text_gets_a_traceback() -> None:
    """A thousand damaged policies: each loads, or says what is wrong, in our words and with a line."""
    pieces = [*"{}[]:,-#&*!|>'\"%@`\t\n ", "null", "none", "{}", "[]", "<<: ", "*a", "&a ", "- ", "not", "any", "5"]
    chance = random.Random(2026)
    for _ in range(1_000):
        damaged = ACME
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(damaged))
            damaged = damaged[:start] + chance.choice(pieces) + damaged[start + chance.choice([0, 1, 3, 20]) :]
        try:
            loads_policy(damaged)
        except SlaauditError as wrong:
            for problem in wrong.problems:
                assert problem.line, damaged
                assert "Input should" not in problem.what, damaged


def test_a_policy_of_five_thousand_lines_loads_quickly() -> None:
    lines = ["policy: Big", "levels:"]
    for number in range(700):
        lines += [f"  level {number}:", "    targets:", "      first_reply: 4h", "    pause: {state: pending}"]
    lines.append("rules:")
    for number in range(750):
        lines += ["  - when:", f"      department: D{number}", f"    level: level {number % 700}"]
    assert len(lines) > 5_000
    started = time.process_time()
    policy = loads_policy("\n".join(lines))
    assert time.process_time() - started < 2
    assert len(policy.rules) == 750


# --- words -----------------------------------------------------------------------------------------------------------


def test_conditions_know_every_column_of_a_ticket_and_events_more() -> None:
    assert set(TICKETS.names) < set(TICKET_SCHEMA) < set(EVENT_SCHEMA)
    assert all(isinstance(dtype, pl.DataType) for dtype in EVENT_SCHEMA.values())


def test_a_name_that_cannot_be_a_file_is_no_such_file() -> None:
    with pytest.raises(SlaauditError, match="no such file"):
        load_policy("\0")
