"""`slaaudit policy check` as a program: what it prints where, its exit codes, and how long it takes."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from documents import documented_options
from typer.main import get_command
from typer.testing import CliRunner

from slaaudit.cli.app import app
from slaaudit.cli.diagnostics import ERROR, WARNING, Diagnostic, as_text
from slaaudit.policy.checks import Evidence, warnings_of
from slaaudit.policy.checks.allowed import Allowed
from slaaudit.policy.loading import reads_policy
from slaaudit.policy.logic import coverage, implication
from slaaudit.problems import Problem

SOUND = "policy: Acme\nlevels: {a: {targets: {first_reply: 4h}}}\nrules: [{name: All, level: a}]\n"
DOUBTFUL = SOUND.replace("{a:", "{b: {}, a:")
WRONG = SOUND.replace("4h", "4")
TICKETS = "ticket_id,created_at,first_reply_at\nT-1,2026-06-01T09:00:00Z,2026-06-01T10:00:00Z\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with policies in it."""
    for name, text in {"sound.yaml": SOUND, "doubtful.yaml": DOUBTFUL, "wrong.yaml": WRONG}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*words: str, **environment: str):
    plain = {"SLAAUDIT_POLICY": None, "NO_COLOR": None, "FORCE_COLOR": None, **environment}
    return CliRunner(env=plain).invoke(app, ["policy", "check", *words], prog_name="slaaudit")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["sound.yaml"], 0, "1 file: sound\n"),
        (["doubtful.yaml"], 0, "1 file: 1 warning\n"),
        (["sound.yaml", "--strict"], 0, "1 file: sound\n"),
        (["doubtful.yaml", "--strict"], 1, "1 file: 1 warning\n"),
        (["wrong.yaml"], 2, "1 file: 1 error\n"),
        (["wrong.yaml", "sound.yaml", "doubtful.yaml", "--strict"], 2, "3 files: 1 error, 1 warning\n"),
        (["sound.yaml", "nowhere.yaml"], 2, "2 files: 1 error\n"),
    ],
)
def test_the_exit_code_tells_errors_from_warnings(words: list[str], code: int, said: str) -> None:
    result = check(*words)
    assert (result.exit_code, result.stderr) == (code, said)


@pytest.mark.usefixtures("folder")
def test_a_sound_policy_leaves_stdout_empty() -> None:
    assert check("sound.yaml").stdout == ""


@pytest.mark.usefixtures("folder")
def test_json_has_one_object_a_finding() -> None:
    content = json.loads(check("wrong.yaml", "doubtful.yaml", "-f", "json").stdout)
    assert {key: content[key] for key in ("files", "errors", "warnings")} == {
        "files": ["wrong.yaml", "doubtful.yaml"],
        "errors": 1,
        "warnings": 1,
    }
    assert content["findings"] == [
        {
            "file": "wrong.yaml",
            "line": 2,
            "column": 37,
            "severity": "error",
            "code": "bad_target",
            "message": "'4' has no unit: write 4h, 4m or 4s",
            "hint": None,
        },
        {
            "file": "doubtful.yaml",
            "line": 2,
            "column": 10,
            "severity": "warning",
            "code": "level_unused",
            "message": "no rule gives the level 'b', and no other level is based on it",
            "hint": "add a rule for it, or remove it",
        },
    ]


def test_github_gets_workflow_commands_whose_texts_cannot_break_out(folder: Path) -> None:
    (folder / "odd,name:1.yaml").write_text(DOUBTFUL.replace("b: {}", '"100%\\n::error::b": {}'), encoding="utf-8")
    assert check("odd,name:1.yaml", "nowhere.yaml", "-f", "github").stdout.splitlines() == [
        "::warning file=odd%2Cname%3A1.yaml,line=2,col=10,title=level_unused::no rule gives the level "
        "'100%25%0A::error::b', and no other level is based on it%0Aadd a rule for it, or remove it",
        "::error file=nowhere.yaml,title=policy_not_readable::no such file%0Acheck the path, "
        "or name the policy with -p",
    ]


def test_without_a_file_the_policy_in_use_is_checked(folder: Path) -> None:
    assert check(SLAAUDIT_POLICY="doubtful.yaml").stderr == "1 file: 1 warning\n"
    (folder / "slaaudit.yml").write_text(WRONG, encoding="utf-8")
    assert check().stdout.startswith("slaaudit.yml:2:37: error[bad_target]")
    (folder / "slaaudit.yml").unlink()
    assert check().stderr.startswith("error[no_policy]")


@pytest.mark.usefixtures("folder")
def test_an_export_that_cannot_be_read_is_told_once_for_all_policies() -> None:
    result = check("sound.yaml", "doubtful.yaml", "--with", "nowhere.csv")
    assert result.exit_code == 2
    assert result.stdout.count("no such file") == 1
    assert "warning[level_unused]" in result.stdout


def test_the_export_is_read_as_the_options_say(folder: Path) -> None:
    (folder / "theirs.csv").write_text(TICKETS.replace("created_at", "Opened"), encoding="utf-8")
    (folder / "words.yaml").write_text(SOUND.replace("{name", "{when: {channel: fax}, name"), encoding="utf-8")
    assert check("words.yaml", "--with", "theirs.csv", "--map", "created_at=Opened").stdout.splitlines()[0] == (
        "words.yaml:3:17: warning[column_not_in_export] 'channel' is empty in every ticket of the export, or was not "
        "exported"
    )
    assert check("words.yaml", "--with", "theirs.csv").exit_code == 2


@pytest.mark.usefixtures("folder")
def test_colours_only_on_demand() -> None:
    assert "\x1b" not in check("doubtful.yaml").stdout
    shown = check("doubtful.yaml", FORCE_COLOR="1").stdout
    assert shown.splitlines()[0].startswith("doubtful.yaml:2:10: \x1b[1;33mwarning[level_unused]\x1b[0m no rule")


# --- the line with the caret ---------------------------------------------------------------------------------------


def excerpt(line: str, column: int) -> list[str]:
    problem = Problem(code="c", what="w", file="f", line=1, column_number=column)
    return as_text(Diagnostic(ERROR, problem), {"f": line}, color=False).splitlines()[1:]


@pytest.mark.parametrize(
    ("line", "column", "marked"),
    [
        ("policy: Acme", 1, "policy"),
        ("policy: Acme support  # name", 9, "Acme support"),
        ("  new york: {hours: x}", 3, "new york"),
        ('a: "x, y" ', 4, '"x, y"'),
        ("a: 'it''s', b", 4, "'it''s'"),
        ("a: [9:00-17:00, x]", 5, "9:00-17:00"),
        ("a: {b: c}", 4, "{"),
        ("a:", 2, ":"),
        ("- urgent", 1, "- urgent"),
    ],
)
def test_the_caret_marks_the_word_at_the_place(line: str, column: int, marked: str) -> None:
    shown, carets = excerpt(line, column)
    assert shown.startswith("    1 | ")
    start = carets.index("^")
    assert shown[start : start + carets.count("^")] == marked


def test_the_caret_stands_below_the_word_also_after_wide_and_unseen_letters() -> None:
    assert excerpt("日本: x", 5)[1] == "      |       ^"
    assert excerpt("e\N{COMBINING ACUTE ACCENT}a: x", 6)[1] == "      |     ^"
    assert excerpt("a\x1b: x", 5) == ["    1 | a\\x1b: x", "      |        ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    shown, carets = excerpt(f"{'a' * 200} here {'b' * 200}", 202)
    assert shown[shown.index("here") - 1] == " "
    assert (shown[8], shown[-1], len(shown)) == ("…", "…", 106)
    assert carets.index("^") == shown.index("here")


@pytest.mark.parametrize(("text", "line"), [("", 1), ("a\n", 2), ("a\n", 9), ("a\n   \n", 2)])
def test_where_there_is_nothing_to_show_nothing_is_shown(text: str, line: int) -> None:
    problem = Problem(code="c", what="w", hint="h", file="f", line=line, column_number=1)
    assert as_text(Diagnostic(WARNING, problem), {"f": text}, color=False) == f"f:{line}:1: warning[c] w\n    h"


# --- comments that allow -------------------------------------------------------------------------------------------


def test_a_comment_allows_the_codes_that_it_names_in_its_line_only() -> None:
    allowed = Allowed.of("a\nb: c # allow: one, two\r\n# allow: three\nd: '#allow: four'\ne #  allow:five")
    found = {
        code: line
        for code in ("one", "two", "three", "four", "five")
        for line in range(7)
        if allowed.allows(line, code)
    }
    assert found == {"one": 2, "two": 2, "three": 3, "five": 5}


# --- long policies -------------------------------------------------------------------------------------------------

MANY = 1_500
SHAPES = {
    "a word each": "{{when: {{account: A{0}}}, level: a}}",
    "the same word and another": "{{when: {{department: Sales, account: A{0}}}, level: a}}",
    "parts of texts": "{{when: {{subject: {{contains: word {0} of}}}}, level: a}}",
    "negations": "{{when: {{priority: {{not: p{0}}}}}, level: a}}",
    "lists that overlap": "{{when: {{account: [A{1}, A{2}, A{3}], department: [D{2}, D{1}]}}, level: a}}",
    "groups": "{{when: {{any: [{{account: A{0}}}, {{agent: B{0}}}], not: {{tags: t, channel: c{0}}}}}, level: a}}",
    "equal ones": "{{when: {{account: A}}, level: a}}",
    "nothing at all": "{{level: a}}",
    "no stop": "{{when: {{account: A{1}}}, level: a, stop: false}}",
}


@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_work_grows_with_the_number_of_rules_not_with_its_square(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0

    def counted(*cases: object) -> bool:
        nonlocal compared
        compared += 1
        return implication.case_implies(*cases)  # type: ignore[arg-type]  # two cases

    monkeypatch.setattr(coverage, "case_implies", counted)
    monkeypatch.setattr(coverage, "_MOST_TRIED", 20 * MANY)
    rules = [f"  - {SHAPES[shape].format(n, n * 7 % 40, n * 11 % 40, n * 13 % 40)}" for n in range(MANY)]
    warnings_of(reads_policy("\n".join(["policy: P", "levels: {a: {}}", "rules:", *rules, ""])))
    assert compared <= 2 * 32 * MANY


def test_a_policy_of_five_thousand_lines_is_checked_in_time() -> None:
    lines = ["policy: Long", "timezone: Europe/Amsterdam", "calendars:"]
    for n in range(50):
        lines += [f"  c{n}:", '    hours: {mon-fri: "09:00-17:00"}', "    holidays: {country: NL}"]
    lines.append("levels:")
    for n in range(300):
        lines += [
            f"  l{n}:",
            f"    calendar: c{n % 50}",
            "    pause: {state: pending}",
            "    targets:",
            "      first_reply: 2h",
        ]
        lines += ["      resolution:", "        by_priority:", "          urgent: 4h", "          otherwise: 40h"]
    lines.append("rules:")
    for n in range(430):
        lines += [
            f"  - name: customer {n}",
            "    when:",
            f"      account: Customer {n}",
            f"      tags: [t{n % 7}, vip]",
        ]
        lines += [f"    level: l{n % 300}"]
    lines += ["  - {name: rest, level: l0}", ""]
    assert len(lines) > 5_000
    started = time.process_time()
    found = warnings_of(reads_policy("\n".join(lines)), today=date(2026, 1, 1))
    taken = time.process_time() - started
    assert taken < 2
    assert found == ()


def test_evidence_needs_no_export_to_be_made() -> None:
    from datetime import UTC, datetime

    evidence = Evidence(
        words={"priority": {"low": 3}}, kinds={}, empty=frozenset(), unranked=0, states=frozenset({"new"}), strange={},
        shows=frozenset(), unmeasurable={}, last_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    policy = SOUND.replace("{name", "{when: {priority: lov}, name")
    (problem,) = warnings_of(reads_policy(policy), evidence=evidence)
    assert (problem.code, problem.hint) == ("value_never_occurs", "did you mean 'low'?")


@pytest.mark.parametrize("name", ["check", "show", "schema"])
def test_the_options_of_each_command_are_all_documented_and_all_exist(name: str) -> None:
    params = get_command(app).commands["policy"].commands[name].params  # type: ignore[attr-defined]  # a group
    options = {
        word for each in params if each.param_type_name == "option" for word in (*each.opts, *each.secondary_opts)
    }
    assert documented_options(f"policy {name}") == options


def test_standard_input_is_read_once_for_policies_of_several_zones(folder: Path) -> None:
    for name, zone in {"one.yaml": "Europe/Amsterdam", "other.yaml": "America/New_York"}.items():
        (folder / name).write_text(f"timezone: {zone}\n{SOUND}", encoding="utf-8")
    command = ["policy", "check", "one.yaml", "other.yaml", "--with", "-"]
    result = CliRunner().invoke(app, command, input=TICKETS)
    assert (result.exit_code, result.stderr) == (0, "2 files: sound\n")
