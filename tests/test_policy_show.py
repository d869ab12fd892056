"""`slaaudit policy show`: it loads again as the same policy, and each comment leads to where the value was written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from documents import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from slaaudit.calendars import Calendar
from slaaudit.cli.app import app
from slaaudit.policy import Policy, load_policy, loads_policy, preset_names
from slaaudit.policy.effective import effective_policy
from slaaudit.policy.effective.yaml_text import flow
from slaaudit.policy.loading import read_policy, reads_policy
from slaaudit.policy.resolved import Trigger
from slaaudit.yaml_nodes import read_yaml

POLICIES = [path for path in sorted((ROOT / "policies").glob("*.yaml")) if not path.name.endswith(".test.yaml")]
CASES = sorted((ROOT / "tests" / "cases").rglob("*.test.yaml"))
YEARS = (2026, 2027)
FAR = (date(2020, 1, 1), date(2035, 12, 31))
PARTS = ("name", "timezone", "levels", "exclude", "on_level_change", "states", "metrics")
TRIGGERS = (Trigger("created"), Trigger("changed"))

RICH = """\
policy: "Rich: everything # there is"
timezone: America/New_York
preset: liveagent
calendars:
  office:
    hours: {"mon,wed": ["09:00-12:00", "13:00-17:00"], fri: "22:00-06:00", sun: closed}
    timezone: Asia/Tokyo
    holidays:
      country: US
      subdivision: CA
      dates: [2026-05-01, 2026-12-24..2026-12-31, {date: 2026-07-04, name: "the 4th: off"}]
      exclude: [2026-11-26, 2027-01-01..2027-01-31]
      special: {2026-12-24: "09:00-12:00", 2026-12-25..2026-12-26: closed}
      ics: days.ics
  always: 24x7
levels:
  base:
    pause: {state: pending}
    warn_at: 66.67%
    targets:
      first_reply: {by_priority: {Urgent: 1h, "no": 2bd, otherwise: 8h}, warn_at: 0.5}
      next_reply: 1h30m
      resolution: {target: 40h, calendar: 24x7, pause: none}
      first_assign: 10m
  derived:
    based_on: base
    calendar: always
    objective: 0.995
    targets:
      first_reply: {by_priority: {urgent: 30m}}
      next_reply: {pause: {any: [{tags: {contains_any: [a, "b, c"]}}, {custom.x: {">": 5.50}}]}}
      first_assign: none
      first_resolution: {by_priority: {low: 8h}}
  last: {based_on: derived, pause: none, objective: 90%, targets: {next_reply: 2h, first_assign: 1h}}
  empty: {}
rules:
  - {when: {subject: {matches: '(?i)^a\\b"'}, created_at: {from: 2026-01-01}}, level: derived, stop: false}
  - {name: "true", when: {deleted: true, priority: "null"}, stop: true, on: [created, {changed: [priority, agent]}]}
  - {name: Ünï 日本, when: {}, level: base, on: agent_reply}
  - {name: nobody, when: {custom.n: [1, "1", 1.10, "yes"]}, level: none}
  - {name: last, level: last}
exclude: none
states: {pending: [Answered, "Waiting: long"], open: "12"}
metrics:
  first_reply: {on_solved: ignore}
  chat_answer: {applies_to: {}}
  my clock:
    start: [{event: created}, {event: change, field: priority, new: urgent}]
    stop: {event: change, field: agent}
    counts_in: {not: {state: pending}}
    pause: {state: on_hold}
""".replace("  base:\n", "  base:\n    calendar: office\n", 1)
ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260810
DTEND;VALUE=DATE:20260812
SUMMARY:Works\\nouting
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200306
RRULE:FREQ=YEARLY
SUMMARY:Founder's day
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def rich(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a policy that has everything in it."""
    (tmp_path / "rich.yaml").write_text(RICH, encoding="utf-8")
    (tmp_path / "days.ics").write_text(ICS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "rich.yaml"


def shown(file: Path) -> str:
    return effective_policy(read_policy(file), YEARS)


def openings(calendar: Calendar) -> list[tuple[object, ...]]:
    return calendar.openings(*FAR).rows()


def assert_same(one: Policy, other: Policy) -> None:
    for part in PARTS:
        assert getattr(one, part) == getattr(other, part), part
    for names in ("calendars", "levels", "states"):
        assert list(getattr(one, names)) == list(getattr(other, names))
    assert [replace(rule, on=rule.on or TRIGGERS) for rule in one.rules] == list(other.rules)
    for name, calendar in one.calendars.items():
        assert calendar.timezone == other.calendars[name].timezone
        assert openings(calendar) == openings(other.calendars[name])
        assert calendar.holiday_names(*FAR).equals(other.calendars[name].holiday_names(*FAR))


# --- it means the same ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", POLICIES, ids=lambda path: path.stem)
def test_our_policies_are_shown_as_policies_that_mean_the_same(file: Path) -> None:
    assert_same(load_policy(file), loads_policy(shown(file)))


def test_a_policy_with_everything_in_it_is_too(rich: Path) -> None:
    assert_same(load_policy(rich), loads_policy(shown(rich), base_dir=rich.parent))


def test_the_policies_of_the_cases_are_too() -> None:
    files = [read_yaml(path.read_text(encoding="utf-8"), file=path.name).value for path in CASES]
    inner = [file["policy"] for file in files if isinstance(file, dict) and isinstance(file.get("policy"), dict)]
    assert len(inner) > 30
    for policy in inner:
        reading = reads_policy("\n".join(f"{key}: {flow(value)}" for key, value in policy.items()))
        assert_same(reading.policy, loads_policy(effective_policy(reading, YEARS)))


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_is_written_out(preset: str) -> None:
    text = f"policy: P\npreset: {preset}\nlevels: {{a: {{targets: {{first_reply: 4h}}}}}}\nrules: [{{level: a}}]\n"
    reading = reads_policy(text)
    effective = effective_policy(reading, YEARS)
    assert "preset:" not in re.sub(r"#.*", "", effective)
    assert_same(reading.policy, loads_policy(effective))


def test_what_is_shown_of_what_is_shown_differs_in_its_comments_only(rich: Path) -> None:
    once = shown(rich)
    again = effective_policy(reads_policy(once, base_dir=rich.parent), YEARS)
    values = [re.sub(r" +# .*|^#.*", "", text, flags=re.MULTILINE) for text in (once, again)]
    listed = [line for line in values[0].splitlines() if not line.startswith("        -")]
    assert [line for line in values[1].splitlines() if not line.startswith("        -")] == listed


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
TRICKY = st.sampled_from(
    ["no", "1.10", "-", "- a", "a: b", "a #b", "#", "'", '"', "\\", "{", "~", "null", "0x1", "1e3", ">="]
)
NUMBER = st.integers(-(10**15), 10**15) | st.decimals(-1000, 1000, places=2).map(lambda number: number + Decimal(0))
VALUE = st.recursive(
    WORD | TRICKY | st.booleans() | NUMBER,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD | TRICKY, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(VALUE)
def test_every_value_is_written_so_that_it_is_read_back(value: object) -> None:
    document = read_yaml(f"key: {flow(value)}\n", file="f")
    assert document.value == {"key": value}
    assert repr(document.value) == repr({"key": value})


# --- where it comes from -------------------------------------------------------------------------------------------


def comment_of(text: str, *path: str) -> str:
    """The comment of the line that is reached by finding each of these lines after the one before."""
    lines = text.splitlines()
    at = -1
    for step in path:
        at = next(number for number in range(at + 1, len(lines)) if lines[number].strip().startswith(step))
    return lines[at].partition("  # ")[2]


@pytest.mark.parametrize(
    ("path", "comment"),
    [
        (["policy:"], "rich.yaml:1"),
        (["timezone:"], "rich.yaml:2"),
        (["on_level_change:"], "default"),
        (["office:", "timezone: Asia/Tokyo"], "rich.yaml:7"),
        (["- 2026-05-01"], "rich.yaml:11"),
        (["- 2026-07-03"], "Independence Day (observed), country US CA"),
        (["- 2026-08-11"], "Works outing, the .ics file"),
        (["- 2027-03-06"], "Founder's day, the .ics file"),
        (["2026-12-25..2026-12-26:"], "rich.yaml:13"),
        (["base:", "first_reply:", "urgent: 1h"], "rich.yaml:22"),
        (["base:", "first_reply:", "pause:"], "rich.yaml:19"),
        (["base:", "first_reply:", "warn_at: 50%"], "rich.yaml:22"),
        (["base:", "next_reply:", "warn_at: 66.67%"], "rich.yaml:20"),
        (["base:", "resolution:", "pause: none"], "rich.yaml:24"),
        (["derived:", "first_reply:", "urgent: 30m"], "rich.yaml:31"),
        (["derived:", "first_reply:", "otherwise: 8h"], "based_on base, rich.yaml:22"),
        (["derived:", "next_reply:", "target: 1h30m"], "based_on base, rich.yaml:23"),
        (["derived:", "next_reply:", "calendar: always"], "rich.yaml:28"),
        (["derived:", "resolution:"], "based_on base, rich.yaml:24"),
        (["derived:", "resolution:", "calendar: 24x7"], "based_on base, rich.yaml:24"),
        (["last:", "objective: 90%"], "rich.yaml:35"),
        (["last:", "next_reply:", "pause:"], "based_on derived, rich.yaml:32"),
        (["last:", "first_assign:", "warn_at:"], "based_on base, rich.yaml:20"),
        (["empty:", "targets:"], "default"),
        (["- name: rule 1"], "default, rich.yaml:38"),
        (["- name: rule 1", "on: [created]"], "preset liveagent"),
        (["- name: last", "when: {}"], "default: every ticket"),
        (["exclude: none"], "rich.yaml:43"),
        (["pending:", "- Answered"], "rich.yaml:44"),
        (["on_hold:", "- Postponed"], "preset liveagent"),
        (["first_reply:", "title: First answer"], "preset liveagent"),
        (["metrics:", "first_reply:", "on_solved: ignore"], "rich.yaml:46"),
        (["metrics:", "first_reply:", "repeat: once"], "default"),
        (["metrics:", "chat_answer:", "applies_to: {}"], "rich.yaml:47"),
        (["my clock:", "needs: [status_changes, changes]"], "default"),
    ],
)
def test_a_comment_says_where_the_value_comes_from(path: list[str], comment: str, rich: Path) -> None:
    text = effective_policy(read_policy(rich.name), YEARS)
    assert comment_of(text, *path) == comment


@pytest.mark.parametrize("file", POLICIES, ids=lambda path: path.stem)
def test_the_line_that_a_comment_names_has_the_value_in_it(file: Path) -> None:
    source = file.read_text(encoding="utf-8").splitlines()
    for line in shown(file).splitlines():
        if found := re.search(r"  # (?:based_on .*, )?\S*:(\d+)$", line):
            value = re.split(r"[:\s]+", line[: found.start()].strip().lstrip("- "))[-1].strip('"[]{}')
            there = source[int(found[1]) - 1].replace("60s", "1m")
            is_block = there.partition("#")[0].rstrip().endswith(":")  # what was written on the lines below it
            assert is_block or value in there, line


DEFAULTS = """
policy: P
levels: {a: {targets: {first_reply: 4h, first_resolution: 8h}}}
rules: [{level: a}]
metrics: {first_resolution: {pause: {state: pending}}}
"""


def test_calendars_and_pauses_that_nobody_wrote_say_so() -> None:
    text = effective_policy(reads_policy(DEFAULTS), YEARS)
    assert comment_of(text, "first_reply:", "calendar: 24x7") == "default: the policy has no calendar"
    assert comment_of(text, "first_reply:", "pause: none") == "default"
    assert comment_of(text, "first_resolution:", "pause: {state: pending}") == "policy:5"
    only = DEFAULTS + 'calendars: {office: {hours: {mon: "9:00-17:00"}}}'
    text = effective_policy(reads_policy(only), YEARS)
    assert comment_of(text, "first_reply:", "calendar: office") == "default: the only calendar"


# --- the command ---------------------------------------------------------------------------------------------------


def show(*words: str):
    environment = {"SLAAUDIT_POLICY": None}
    return CliRunner(env=environment).invoke(app, ["policy", "show", *words], prog_name="slaaudit")


def test_the_command_prints_it(rich: Path) -> None:
    result = show("-p", "rich.yaml", "--years", "2026-2027")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == effective_policy(read_policy("rich.yaml"), YEARS)
    one_year = show("-p", "rich.yaml", "--years", "2026").stdout
    assert one_year == effective_policy(read_policy(rich.name), (2026, 2026))
    assert "holidays for 2026.\n" in one_year


@pytest.mark.usefixtures("rich")
def test_by_default_it_shows_the_holidays_of_this_year_and_the_next() -> None:
    year = datetime.now(UTC).year
    assert show("-p", "rich.yaml").stdout == show("-p", "rich.yaml", "--years", f"{year}-{year + 1}").stdout


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("years", ["next", "2027-2026", "26", "1899", "2026-2200", "2000-2050", "2026-", ""])
def test_years_that_are_none_are_refused(years: str) -> None:
    result = show("-p", "rich.yaml", "--years", years)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"error[wrong_years] --years cannot be '{years}'\n"
        "    a year, or the first and the last of at most 50 years: 2026 or 2026-2028\n"
    )
