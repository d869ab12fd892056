"""Presets: every line of each has a source and a case that needs it, and whatever a policy writes goes over it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from slaaudit.cases import Case, load_cases, run_cases
from slaaudit.policy import Policy, load_policy, loads_policy, preset_names
from slaaudit.policy import loading as policy_loading
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.preset_table import Difference, differences
from slaaudit.policy.presets import Preset, load_preset, preset_text, read_preset
from slaaudit.policy.resolved import Trigger
from slaaudit.problems import SlaauditError
from slaaudit.yaml_nodes import read_yaml

FOLDER = Path(__file__).parent / "cases" / "presets"
NAMES = preset_names()
LINES = [pytest.param(name, each, id=f"{name}:{each.key}") for name in NAMES for each in differences(name)]
CITED = re.compile(r"\[(?:V|Vp)((?: [^\],]+)(?:, [^\],]+)*)\]|\[U\]")


def cases_of(name: str) -> Path:
    return FOLDER / f"{name}.test.yaml"


def test_there_is_a_preset_for_every_system_that_must_be_covered() -> None:
    assert NAMES == ("freshdesk", "jira", "liveagent", "onedesk", "servicenow", "zammad", "zendesk", "zoho")


# --- what they do ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.yaml")), ids=lambda path: path.name)
def test_every_case_passes(path: Path) -> None:
    assert [result.text for result in run_cases(path) if not result.passed] == []


def test_every_preset_has_its_cases_and_their_counterparts() -> None:
    expected = {f"{name}{part}.test.yaml" for name in NAMES for part in ("", ".default")}
    assert {path.name for path in FOLDER.iterdir()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_each_difference_is_shown_by_the_same_ticket_with_and_without_the_preset(name: str) -> None:
    def story(case: Case) -> object:
        return case.created, case.opened_by, case.ticket, case.events, case.as_of, case.shows

    under_preset = {case.name: case for case in load_cases(cases_of(name))}
    without = load_cases(FOLDER / f"{name}.default.test.yaml")
    for case in without:
        assert story(under_preset[case.name]) == story(case)
        assert under_preset[case.name].expected.keys() == case.expected.keys()
        assert all(under_preset[case.name].expected[metric] != clocks for metric, clocks in case.expected.items())
    bare = {**policy_of(cases_of(name)), "policy": ""}
    assert bare.pop("preset") == name
    assert bare == {**policy_of(FOLDER / f"{name}.default.test.yaml"), "policy": ""}


def policy_of(path: Path) -> dict[str, object]:
    value = read_yaml(path.read_text(encoding="utf-8"), file=path.name).value
    assert isinstance(value, dict)
    return value["policy"]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_without_the_line_a_case_fails(
    name: str, line: Difference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some.test.yaml"
    path.write_text(cases_about(name, line), encoding="utf-8")
    assert fails(path) is False
    lesser = without_line(load_preset(name), line)
    monkeypatch.setattr(policy_loading, "load_preset", lambda _: lesser)
    assert fails(path)


def fails(path: Path) -> bool:
    try:
        return not all(result.passed for result in run_cases(path))
    except SlaauditError:  # a word that only the preset knows
        return True


def cases_about(name: str, line: Difference) -> str:
    """The cases of the preset that have to do with the line, and nothing else: each audit costs time."""
    head, *cases = re.split(r"^(?=  - name: )", cases_of(name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    if line.path[0] != "metrics":
        words = line.theirs if line.path[0] == "states" else ["priority"]
        return head + "".join(case for case in cases if any(f": {word}}}" in case or word in case for word in words))
    metric = str(line.path[1])
    kept = [case for case in cases if re.search(rf"^      {metric}:", case, re.MULTILINE)]
    other = re.compile(rf"^ {{6}}(?!{metric}:)\w+: .*\n", re.MULTILINE)  # expectations of other metrics
    targets = re.compile(rf"^ {{8}}(?!{metric}:)\w+: \w+\n", re.MULTILINE)
    quick = re.compile(r"^    quick: .*\n|^.*level: quick}\n", re.MULTILINE)
    if "level: quick" not in "".join(kept):
        head = quick.sub("", head)
    return targets.sub("", head) + "".join(other.sub("", case) for case in kept)


def without_line(preset: Preset, line: Difference) -> Preset:
    """The preset, had its file not got the line."""
    if line.path[0] == "states":
        return replace(preset, states={state: words for state, words in preset.states.items() if state != line.path[1]})
    if line.path[0] != "metrics":
        return replace(preset, **{str(line.path[0]): None})
    _, metric, key = map(str, line.path)
    keys = {other: value for other, value in preset.metrics[metric].items() if other != key}
    return replace(preset, metrics={**preset.metrics, metric: keys})


def test_the_names_of_the_system_are_the_titles_of_its_clocks() -> None:
    metrics = under("liveagent").metrics
    assert (metrics["first_reply"].title, metrics["first_resolution"].title) == ("First answer", "First resolve")
    assert metrics["resolution"].title == "Resolution"


def test_metrics_that_the_system_does_not_have_can_be_used_all_the_same() -> None:
    policy = under("liveagent")
    assert policy.metrics["agent_work"] == under(None).metrics["agent_work"]


# --- what a policy writes goes over them -----------------------------------------------------------------------------


def under(preset: str | None, text: str = "", *, rule: str = "level: a") -> Policy:
    """A small policy with a preset, and `text` in it."""
    named = f"preset: {preset}\n" if preset else ""
    levels = "" if "levels:" in text else "levels: {a: {targets: {first_reply: 1h}}}\n"
    return loads_policy(f"policy: x\n{named}{levels}rules: [{{name: r, {rule}}}]\n{text}")


@pytest.mark.parametrize(("name", "line"), LINES)
def test_what_a_policy_writes_itself_wins_over_the_line(name: str, line: Difference) -> None:
    if line.path[0] == "rules_on":
        rule = under(name, rule="level: a, on: [created, changed]").rules[0]
        assert rule.on == (Trigger("created"), Trigger("changed"))
    elif line.path[0] == "on_level_change":
        assert under(name, f"on_level_change: {line.ours}\n").on_level_change == line.ours
    elif line.path[0] == "states":
        policy = under(name, f"states: {{closed: [{', '.join(line.theirs)}]}}\n")
        assert line.path[1] not in policy.states
        assert policy.states["closed"] == tuple(line.theirs)
    else:
        _, metric, key = map(str, line.path)
        own = "none" if line.ours is None else flow(line.ours)
        written, bare = under(name, f"metrics: {{{metric}: {{{key}: {own}}}}}\n"), under(None)
        assert same(getattr(written.metrics[metric], key), getattr(bare.metrics[metric], key))
        for other in set(line_keys(name, metric)) - {key}:  # and the other lines stand
            assert same(getattr(written.metrics[metric], other), getattr(under(name).metrics[metric], other))


def line_keys(name: str, metric: str) -> list[str]:
    return [str(each.path[2]) for each in differences(name) if each.path[:2] == ("metrics", metric)]


def flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(one: object, other: object) -> bool:
    """Whether two values of a metric are the same; conditions know their places, too, which do not count."""
    return getattr(one, "raw", one) == getattr(other, "raw", other)


TARGETS = "levels:\n  a: {{{level}targets: {{resolution: {target}}}}}\n"


@pytest.mark.parametrize(
    ("level", "target", "pause"),
    [
        ("", "1h", {"state": "pending"}),
        ("pause: {state: on_hold}, ", "1h", {"state": "on_hold"}),
        ("pause: none, ", "1h", None),
        ("", "{target: 1h, pause: {state: on_hold}}", {"state": "on_hold"}),
        ("pause: {state: on_hold}, ", "{target: 1h, pause: none}", None),
    ],
)
def test_a_pause_of_a_level_or_a_target_wins_over_that_of_the_metric(level: str, target: str, pause: object) -> None:
    found = under("freshdesk", TARGETS.format(level=level, target=target)).levels["a"].targets["resolution"].pause
    assert (found and found.raw) == pause


def test_the_pause_of_a_metric_can_be_taken_away_for_all_levels() -> None:
    text = TARGETS.format(level="", target="1h") + "metrics: {resolution: {pause: none}}\n"
    assert under("freshdesk", text).levels["a"].targets["resolution"].pause is None


def test_a_policy_can_give_a_metric_a_pause_of_its_own() -> None:
    text = TARGETS.format(level="", target="1h") + "metrics: {resolution: {pause: {state: pending}}}\n"
    pause = under(None, text).levels["a"].targets["resolution"].pause
    assert pause is not None
    assert pause.raw == {"state": "pending"}


def test_the_title_that_a_policy_writes_wins() -> None:
    assert under("liveagent", "metrics: {first_reply: {title: Hello}}\n").metrics["first_reply"].title == "Hello"


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_changes_no_metric_and_no_setting_but_those_of_its_lines(name: str) -> None:
    policy, bare = under(name), under(None)
    changed = {each.path for each in differences(name)}
    for metric in bare.metrics.values():
        own = policy.metrics[metric.name]
        keys = ("start", "stop", "repeat", "counts_in", "on_solved", "on_reopen", "sum", "applies_to", "pause", "needs")
        moved = {("metrics", metric.name, key) for key in keys if not same(getattr(own, key), getattr(metric, key))}
        assert moved == {path for path in changed if path[:2] == ("metrics", metric.name)}
    assert (policy.exclude and policy.exclude.raw) == (bare.exclude and bare.exclude.raw)
    assert (policy.timezone, policy.calendars.keys()) == (bare.timezone, bare.calendars.keys())
    assert {("states", state) for state in policy.states} == {path for path in changed if path[0] == "states"}
    assert (policy.rules == bare.rules) == (("rules_on",) not in changed)
    assert (policy.on_level_change == bare.on_level_change) == (("on_level_change",) not in changed)


# --- where their lines come from -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "line"), LINES)
def test_a_line_says_where_it_comes_from_and_differs_from_ours(name: str, line: Difference) -> None:
    assert line.theirs != line.ours
    assert line.why
    assert line.how in ("V", "Vp", "U")
    assert (line.tags != ()) == (line.how != "U")
    assert set(line.tags) <= set(load_preset(name).source)


@pytest.mark.parametrize("name", NAMES)
def test_the_sources_of_a_preset_are_all_named_and_all_used(name: str) -> None:
    cited = {
        tag.strip()
        for line in without_legend(preset_text(name)).splitlines()
        for tags in CITED.findall(line)
        for tag in tags.split(",")
        if tag
    }
    assert cited == set(load_preset(name).source)


@pytest.mark.parametrize("name", NAMES)
def test_its_clocks_have_a_source_and_what_it_leaves_out_is_said(name: str) -> None:
    (clocks,) = re.findall(r"^clocks:(.*)$", preset_text(name), re.MULTILINE)
    assert CITED.search(clocks)
    assert load_preset(name).not_covered


def without_legend(text: str) -> str:
    """The file without the comment at its top, which explains the marks."""
    return text[text.index("\ntitle:") :]


# --- files that are wrong --------------------------------------------------------------------------------------------


@cache
def problem_of(text: str) -> str:
    with pytest.raises(SlaauditError) as error:
        read_preset(text, file="some.yaml")
    return "\n".join(str(problem) for problem in error.value.problems)


def test_a_clock_that_does_not_exist_is_refused() -> None:
    assert problem_of("title: Some\nclocks: {first_repli: First}\n") == (
        "some.yaml:2:10: error[unknown_metric] there is no metric 'first_repli'\n"
        "    did you mean 'first_reply', 'first_resolution' or 'first_assign'?"
    )


def test_a_trigger_that_does_not_exist_is_refused() -> None:
    assert problem_of("title: Some\nrules_on: [creation]\n") == (
        "some.yaml:2:12: error[bad_trigger] 'creation' is not when a rule can be looked at\n    did you mean 'created'?"
    )


def test_a_preset_that_does_not_exist_names_those_that_do(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("policy: x\npreset: livegent\nlevels: {a: {}}\nrules: [{name: r, level: a}]\n", encoding="utf-8")
    with pytest.raises(SlaauditError) as error:
        load_policy(path)
    assert str(error.value).replace(str(path), path.name) == (
        "policy.yaml:2:9: error[unknown_preset] there is no preset 'livegent'\n    did you mean 'liveagent'?"
    )


def test_every_metric_of_a_preset_is_a_built_in_one() -> None:
    assert {metric for name in NAMES for metric in load_preset(name).metrics} <= set(builtin_metrics())
