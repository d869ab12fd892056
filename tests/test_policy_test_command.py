"""`slaaudit policy test`: which files it runs, what it says of them; and the tests that come with our own policies."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from documents import documented_options
from typer.main import get_command
from typer.testing import CliRunner, Result

from slaaudit.cases import Case, load_cases, run_cases
from slaaudit.cli.app import app
from slaaudit.cli.policy_test import find_cases
from slaaudit.policy import Policy, load_policy
from slaaudit.problems import SlaauditError

POLICIES = Path(__file__).parent.parent / "policies"
NAMES = sorted(path.stem for path in POLICIES.glob("*.yaml") if not path.name.endswith(".test.yaml"))

SMALL = """\
policy:
  policy: Small
  levels:
    standard: {targets: {first_reply: 4h, resolution: {target: 8h, pause: {state: pending}}}}
  rules:
    - {name: Everyone, level: standard}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, cases: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(SMALL + dedent(cases), encoding="utf-8")


def case(name: str, outcome: str = "running") -> str:
    return f"cases:\n  - {{name: {name}, expect: {{first_reply: {{outcome: {outcome}}}}}}}\n"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["policy", "test", *words], prog_name="slaaudit")


# --- which files ----------------------------------------------------------------------------------------------------


def test_a_folder_means_the_files_of_cases_in_it_and_below_by_name(folder: Path) -> None:
    for name in ("b.test.yaml", "a/z.test.yml", "a/notes.yaml", "a/test.yaml", "c.txt"):
        write(name, case("x"))
    assert find_cases(["."]) == ["a/z.test.yml", "b.test.yaml"]


def test_a_file_may_have_any_name_and_is_run_once(folder: Path) -> None:
    write("cases.yaml", case("x"))
    write("b.test.yaml", case("x"))
    assert find_cases(["cases.yaml", "b.test.yaml", "./cases.yaml", "*.yaml"]) == ["cases.yaml", "b.test.yaml"]


def test_a_policy_stands_for_the_cases_next_to_it_and_a_glob_for_the_cases_among_its_files(folder: Path) -> None:
    for name in ("acme.yaml", "acme.test.yaml", "other.yaml"):
        write(name, case("x"))
    assert find_cases(["acme.yaml"]) == ["acme.test.yaml"]
    assert find_cases(["other.yaml"]) == ["other.yaml"]
    assert find_cases(["a*"]) == ["acme.test.yaml"]


def test_every_path_that_leads_nowhere_is_named(folder: Path) -> None:
    (folder / "empty").mkdir()
    write("some.test.yaml", case("x"))
    with pytest.raises(SlaauditError) as error:
        find_cases(["some.test.yml", "x*", "empty", " ", "some.test.yaml"])
    assert str(error.value) == dedent("""\
        some.test.yml: error[no_such_file] there is no such file
            did you mean 'some.test.yaml'?
        x*: error[no_such_file] no file fits this pattern
            check the path
        empty: error[no_cases] there are no cases in this folder
            cases are files whose names end in .test.yaml
        error[no_name] the name of a file of cases is empty
            name files, folders or globs""")


# --- what it says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cases", "code"), [(case("x"), 0), (case("x", "missed"), 1), ("cases: []\n", 2)])
def test_the_exit_code_tells_a_failing_case_from_a_broken_file(folder: Path, cases: str, code: int) -> None:
    write("some.test.yaml", cases)
    assert run("some.test.yaml").exit_code == code


def test_a_broken_file_does_not_keep_the_others_from_being_run(folder: Path) -> None:
    write("a.test.yaml", "cases: []\n")
    write("b.test.yaml", case("x", "missed"))
    result = run(".")
    assert result.exit_code == 2
    assert result.stdout.startswith("b.test.yaml: 0 passed, 1 failed\n")
    assert result.stderr.startswith("a.test.yaml:7:8: error[wrong_type] 'cases' must be a list")


def test_only_the_cases_that_were_asked_for_are_run_in_any_case(folder: Path) -> None:
    write("a.test.yaml", case("On a Holiday"))
    write("b.test.yaml", case("another day", "missed"))
    result = run(".", "--filter", "hOLI")
    assert (result.exit_code, result.stdout) == (0, "a.test.yaml: 1 passed\n")


def test_what_a_stranger_wrote_cannot_steer_the_terminal(folder: Path) -> None:
    write("a.test.yaml", 'cases:\n  - {name: "a\\e[31mb", expect: {first_reply: {outcome: missed}}}\n')
    assert "a.test.yaml:8:5: a\\x1b[31mb\n" in run(".").stdout


def test_the_story_shows_what_each_event_did_to_the_clock(folder: Path) -> None:
    write(
        "a.test.yaml",
        """\
        cases:
          - name: a story
            as_of: +9h
            ticket: {opened_by: agent}
            events:
              - {at: +1h, status: pending}
              - {at: +2h, note: agent}
              - {at: +3h, status: open}
              - {at: +4h, work: 20m}
              - {at: +5h, event: chat_started}
              - {at: +6h, agent: Ann}
              - {at: +10h, status: solved}
            expect: {resolution: {outcome: fulfilled}}
        """,
    )
    lines = run(".").stdout.splitlines()
    assert lines[3] == "    resolution: outcome: expected fulfilled, got running"
    assert [line.strip() for line in lines[6:]] == [
        "7:00:00 of 8:00:00 counted, 2:00:00 not; level standard, rule Everyone, calendar 24x7",
        "Mon 2026-03-02 09:00:00  created by the agent",
        "Mon 2026-03-02 09:00:00  > the clock starts",
        "Mon 2026-03-02 10:00:00  status: new → pending",
        "Mon 2026-03-02 10:00:00  > it stands still: waiting for the requester",
        "Mon 2026-03-02 11:00:00  note of the agent",
        "Mon 2026-03-02 12:00:00  status: pending → open",
        "Mon 2026-03-02 12:00:00  > it goes on",
        "Mon 2026-03-02 13:00:00  work: 20m",
        "Mon 2026-03-02 14:00:00  chat started",
        "Mon 2026-03-02 15:00:00  agent: none → Ann",
        "Mon 2026-03-02 18:00:00  > judged as of here",
        "Mon 2026-03-02 19:00:00  > due",
    ]


def test_a_ticket_without_a_level_has_a_story_too(folder: Path) -> None:
    write("a.test.yaml", case("x").replace("name: x", "name: x, ticket: {status: spam}"))
    assert "      level standard, rule Everyone, calendar 24x7\n" in run(".").stdout
    Path("a.test.yaml").write_text(SMALL.replace("level: standard", "level: none") + case("x"), encoding="utf-8")
    assert "      rule Everyone\n" in run(".").stdout
    when = SMALL.replace("level: standard", "when: {tags: a}, level: standard")
    Path("a.test.yaml").write_text(when + case("x"), encoding="utf-8")
    assert "      no level\n" in run(".").stdout


def test_json_holds_every_case_and_the_clocks_of_failing_ones(folder: Path) -> None:
    late = '{at: "+1h30m0.25s", message: agent}'
    reply = f"cases:\n  - {{name: x, events: [{late}], expect: {{first_reply: {{outcome: missed}}}}}}\n"
    write("a.test.yaml", reply.replace('"+1h30m0.25s"', "2026-03-02T09:30:00.250Z"))
    write("b.test.yaml", case("y"))
    result = run(".", "-f", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["passed"], found["failed"]) == (1, 1)
    failing, passing = (file["cases"][0] for file in found["files"])
    assert passing == {"name": "y", "line": 8, "column": 5, "passed": True, "differences": []}
    assert failing["differences"] == ["first_reply: outcome: expected missed, got fulfilled"]
    (clock,) = failing["clocks"]
    assert clock.pop("sentence")
    assert clock == {
        "metric": "first_reply",
        "cycle": 1,
        "outcome": "fulfilled",
        "reason": "stopped within the target",
        "level": "standard",
        "rule": "Everyone",
        "calendar": "24x7",
        "sla_started": "2026-03-02T09:00:00Z",
        "due_date": "2026-03-02T13:00:00Z",
        "closed": "2026-03-02T09:30:00.250000Z",
        "target": 14400,
        "elapsed": 1800.25,
        "paused": 0,
    }


# --- the policies that come with slaaudit ---------------------------------------------------------------------------


def policy_and_cases(name: str) -> tuple[Policy, list[Case]]:
    return load_policy(POLICIES / f"{name}.yaml"), load_cases(POLICIES / f"{name}.test.yaml")


def test_there_are_policies() -> None:
    assert NAMES == ["customers", "helpdesk", "minimal"]


@pytest.mark.parametrize("name", NAMES)
def test_every_case_of_a_policy_passes(name: str) -> None:
    assert [result.text for result in run_cases(POLICIES / f"{name}.test.yaml") if not result.passed] == []


Shown = dict[str, object]  # one expected clock, with its metric and the priority of its ticket


def shown_in(cases: list[Case]) -> list[Shown]:
    return [
        {**clock, "metric": metric, "ticket's priority": str(case.ticket.get("priority"))}
        for case in cases
        for metric, clocks in case.expected.items()
        for clock in clocks
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_case(name: str) -> None:
    policy, cases = policy_and_cases(name)
    assert {rule.name for rule in policy.rules} <= {clock.get("rule") for clock in shown_in(cases)}


@pytest.mark.parametrize("name", NAMES)
def test_every_target_that_a_level_writes_has_a_case(name: str) -> None:
    policy, cases = policy_and_cases(name)
    written = {(path[1], path[3]) for path in policy.places if len(path) == 4 and path[::2] == ("levels", "targets")}
    assert written <= {(clock.get("level"), clock["metric"]) for clock in shown_in(cases)}


@pytest.mark.parametrize("name", NAMES)
def test_every_priority_of_a_target_has_a_case(name: str) -> None:
    policy, cases = policy_and_cases(name)
    cells = ("levels", "targets", "by_priority")
    written = {path[1::2] for path in policy.places if len(path) == 6 and path[::2] == cells}
    shown = {(clock.get("level"), clock["metric"], clock["ticket's priority"]) for clock in shown_in(cases)}
    others = {(level, metric, "otherwise") for level, metric, priority in shown - written}
    assert written <= shown | others


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_with_a_pause_has_a_case_in_which_it_pauses(name: str) -> None:
    policy, cases = policy_and_cases(name)
    pausing = {m for level in policy.levels.values() for m, target in level.targets.items() if target.pause is not None}
    assert pausing <= {clock["metric"] for clock in shown_in(cases) if clock.get("paused")}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_excluded_has_a_case(name: str) -> None:
    _, cases = policy_and_cases(name)
    assert "excluded" in {clock.get("outcome") for clock in shown_in(cases)}


def test_the_options_of_the_command_are_those_of_the_manual() -> None:
    group = get_command(app).commands["policy"]  # type: ignore[attr-defined]
    params = [param for param in group.commands["test"].params if param.param_type_name == "option"]
    assert documented_options("policy test") == {name for param in params for name in param.opts}


def test_the_help_fits_into_80_columns() -> None:
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["policy", "test", "--help"], prog_name="slaaudit").stdout
    assert [line for line in shown.splitlines() if len(line) > 80] == []
