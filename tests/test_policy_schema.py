"""The JSON Schema of policies: what the loader accepts is valid, and what it refuses for its shape is not."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from documents import MANUAL, ROOT, blocks_of
from jsonschema import Draft7Validator
from test_manual import policy_around
from typer.testing import CliRunner

from slaaudit.cli.app import app
from slaaudit.frames import STATES
from slaaudit.policy import loads_policy
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.model import LevelFile, MetricFile, PolicyFile, RuleFile, TargetFile
from slaaudit.policy.presets import preset_names
from slaaudit.policy.schema import policy_schema, schema_text
from slaaudit.policy.vocabulary import EVENT_SCHEMA, TICKET_SCHEMA, WORDS
from slaaudit.problems import SlaauditError
from slaaudit.yaml_nodes import read_yaml

SHIPPED = ROOT / "policies" / "slaaudit.schema.json"
POLICIES = [path for path in sorted((ROOT / "policies").glob("*.yaml")) if not path.name.endswith(".test.yaml")]
ZOO = ROOT / "tests" / "errors"
MODELS = {"level": LevelFile, "target": TargetFile, "rule": RuleFile, "metric": MetricFile}


@cache
def validator() -> Draft7Validator:
    schema = json.loads(schema_text())
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def mistakes(value: object) -> list[str]:
    """Where a policy is not as the schema says, with what is wrong there."""
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator().iter_errors(value)]


def value_of(path: Path) -> object:
    return read_yaml(path.read_text(encoding="utf-8"), file=path.name).value


def inner_policies() -> list[object]:
    """The policies that the suite has its cases for, written into the files of cases."""
    files = [value_of(path) for path in sorted((ROOT / "tests" / "cases").rglob("*.test.yaml"))]
    return [file["policy"] for file in files if isinstance(file, dict) and isinstance(file.get("policy"), dict)]


# --- what is valid -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_our_policies_are_valid(path: Path) -> None:
    assert mistakes(value_of(path)) == []


def test_the_policies_of_the_cases_are_valid() -> None:
    policies = inner_policies()
    assert len(policies) > 10
    assert [wrong for policy in policies for wrong in mistakes(policy)] == []


def test_the_policies_that_get_warnings_are_valid() -> None:
    assert {path.stem: wrong for path in (ZOO / "checks").glob("*.yaml") if (wrong := mistakes(value_of(path)))} == {}


@pytest.mark.parametrize("page", sorted(MANUAL.glob("*.md")), ids=lambda page: page.stem)
def test_the_pieces_of_policies_in_the_manual_are_valid(page: Path) -> None:
    pieces = [block.text for block in blocks_of(page, "yaml") if not block.text.startswith("source:")]  # a profile
    texts = [policy_around(piece) for piece in pieces]
    assert [wrong for text in texts for wrong in mistakes(read_yaml(text, file="piece").value)] == []


def test_the_metrics_and_presets_that_come_along_are_valid() -> None:
    package = ROOT / "slaaudit" / "policy"
    sources = [value_of(package / "metrics.yaml")]
    sources += [value_of(path).get("metrics", {}) for path in (package / "presets").glob("*.yaml")]  # type: ignore[union-attr]  # mappings
    rest = {"policy": "P", "levels": {"a": {}}, "rules": [{"level": "a"}]}
    assert [wrong for metrics in sources for wrong in mistakes({**rest, "metrics": metrics})] == []


ODD = """
policy: 2026
timezone: Europe/Amsterdam
calendars:
  a: {hours: {"mon , Wed-FRI": [" 9:00 - 12:30 ", "13:00-17:00:30"], sat: CLOSED, sun: 24H}}
  b: {hours: {sun-thu: "22:00-06:00"}, holidays: {dates: 2026-12-24 .. 2027-01-02, exclude: [2026-05-01]}}
  c:
    hours: {mon: closed}
    holidays:
      country: NO
      dates: [{date: 2026-01-01, name: 1}, {from: 2026-02-01, to: 2026-02-03}]
      special: {2026-12-24..2026-12-25: closed, 2026-12-31: ["9:00-10:00", "11:00-12:00"]}
  24x7: 24x7
levels:
  1:
    calendar: 24x7
    warn_at: 0.5
    objective: 99.95%
    targets: {first_reply: " 1H 30 Min ", next_reply: none, resolution: 1:30:00.5}
  b:
    based_on: 1
    pause: none
    targets: {first_reply: {by_priority: {1: 90m, OTHERWISE: 2BD}, pause: {state: [Pending, ON_HOLD]}}}
rules:
  - {when: {}, level: none, on: created}
  - name: 2
    when: {state: {not: [NEW, open]}, deleted: "True", tags: [1, true, 1.5]}
    stop: true
    on: [note, {changed: [priority, custom.x]}]
  - level: b
    when:
      any: [{custom.x: {">": 5, "<=": 7.5}}]
      all: [{not: {agent: {empty: "FALSE"}}}]
      subject: {not: {contains: x}}
exclude: none
states: {pending: Waiting, on_hold: [On hold, 7]}
metrics:
  own: {start: [{event: Created}], stop: {event: message, replied: true}, needs: messages, counts_in: {}}
"""


def test_whatever_way_of_writing_the_loader_accepts_is_valid() -> None:
    loads_policy(ODD)
    assert mistakes(read_yaml(ODD, file="odd").value) == []


# --- what is not ---------------------------------------------------------------------------------------------------

# What only the whole of a file, or something outside of it, can tell to be wrong.
BEYOND = {
    "bad_amounts", "bad_rules", "condition_too_deep", "incomplete_metric_of_a_new_name", "incomplete_metrics",
    "level_without_calendar", "levels_in_a_circle", "reserved_names", "target_without_amount", "unknown_names",
    "unknown_time_zone", "unknown_time_zone_without_a_near_one", "wrong_operands",
}  # fmt: skip


def test_what_the_loader_refuses_for_its_shape_is_not_valid() -> None:
    passed = set()
    for path in sorted((ZOO / "policy").glob("*.yaml")):
        try:
            value = value_of(path)
        except SlaauditError:
            continue
        passed |= set() if mistakes(value) else {path.stem}
    assert passed == BEYOND


@pytest.mark.parametrize(
    ("piece", "wrong"),
    [
        ({"rules": [{"level": "a", "when": {"priorty": "low"}}]}, "['rules', 0, 'when']: 'priorty' does not match"),
        ({"rules": [{"level": "a", "stop": "no"}]}, "['rules', 0, 'stop']: 'no' is not of type 'boolean'"),
        ({"levels": {"a": {"targets": {"first_reply": "1d"}}}}, "['levels', 'a', 'targets', 'first_reply']: '1d'"),
        ({"states": {"waiting": ["x"]}}, "['states']: Additional properties are not allowed ('waiting'"),
        ({"on_level_change": "kep"}, "['on_level_change']: 'kep' is not one of"),
        ({"preset": "livagent"}, "['preset']: 'livagent' is not one of"),
        ({"exclude": {"state": "opne"}}, "['exclude']: {'state': 'opne'} is not valid"),
        ({"calendars": {"c": {"hours": {"mon": "9-17"}}}}, "['calendars', 'c']:"),
        ({"metrics": {"m": {"repeat": "twice"}}}, "['metrics', 'm', 'repeat']: 'twice' is not one of"),
    ],
)
def test_the_schema_names_the_place_of_a_slip(piece: dict[str, object], wrong: str) -> None:
    policy = {"policy": "P", "levels": {"a": {}}, "rules": [{"level": "a"}], **piece}
    (found,) = mistakes(policy)
    assert found.startswith(wrong)


# --- what editors offer --------------------------------------------------------------------------------------------


def test_every_key_has_its_meaning_and_an_example_that_is_valid() -> None:
    schema = policy_schema()
    assert schema["required"] == ["policy", "levels", "rules"]
    for name, model in {"policy": PolicyFile, **MODELS}.items():
        described = schema if name == "policy" else schema["definitions"][name]
        assert list(described["properties"]) == list(model.model_fields)
        assert described["additionalProperties"] is False
        for key, part in described["properties"].items():
            assert part["description"], key
            resolved = Draft7Validator({**part, "definitions": schema["definitions"]})
            assert [error.message for value in part["examples"] for error in resolved.iter_errors(value)] == [], key


def test_columns_states_metrics_and_presets_are_offered_by_name() -> None:
    definitions = policy_schema()["definitions"]
    groups = {"any", "all", "not"}
    assert set(definitions["condition"]["properties"]) == groups | set(TICKET_SCHEMA)
    assert set(definitions["event_condition"]["properties"]) == groups | set(EVENT_SCHEMA)
    assert all(part["description"] for part in definitions["event_condition"]["properties"].values())
    assert (
        list(definitions["targets"]["properties"])
        == list(definitions["metrics"]["properties"])
        == list(builtin_metrics())
    )
    assert list(definitions["states"]["properties"]) == list(STATES)
    assert definitions["preset"]["enum"] == list(preset_names())
    for column, words in WORDS.items():
        assert list(words) in [
            part.get("enum") for part in _parts(definitions["event_condition"]["properties"][column])
        ]


def _parts(schema: Any) -> list[dict[str, Any]]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    return [*([schema] if isinstance(schema, dict) else []), *(part for each in inner for part in _parts(each))]


def test_it_is_draft_07_and_every_reference_leads_somewhere() -> None:
    schema = policy_schema()
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    references = [part["$ref"] for part in _parts(schema) if isinstance(part.get("$ref"), str)]
    assert {each.removeprefix("#/definitions/") for each in references} == set(schema["definitions"])
    assert all(len(part) == 1 for part in _parts(schema) if isinstance(part.get("$ref"), str))
    assert not any(key in part for part in _parts(schema) for key in ("$defs", "definition"))


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(app, ["policy", "schema"], prog_name="slaaudit").stdout == schema_text()


def test_the_file_beside_our_policies_is_the_schema_and_they_name_it() -> None:
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json.loads(schema_text()), (
        "write it anew: slaaudit policy schema > policies/slaaudit.schema.json"
    )
    line = f"# yaml-language-server: $schema={SHIPPED.name}"
    assert {path.name for path in POLICIES if path.read_text(encoding="utf-8").splitlines()[0] != line} == set()
