"""The manual says what the program does: its examples run, its tables name what there is, in that order."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from documents import MANUAL, PAGES, ROOT, Block, blocks_of, code, documented_options, replay, sections, table
from typer.main import get_command
from typer.testing import CliRunner

from slaaudit.audit import Audit, audit
from slaaudit.calendars.opening_hours import WEEKDAYS
from slaaudit.cli.app import app
from slaaudit.conditions import where_filter
from slaaudit.engine.reasons import NOT_SHOWN, TEXTS
from slaaudit.frames import ACTORS, EVENTS, EVENTS_OF, OUTCOMES, STATES, TICKETS
from slaaudit.policy import load_policy, loads_policy, preset_names
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.model import LevelFile, MetricFile, PolicyFile, RuleFile, TargetFile
from slaaudit.policy.resolved import Metric
from slaaudit.policy.vocabulary import DERIVED_EVENTS, EVENT_SCHEMA, SHOWS, TICKET_SCHEMA, TRIGGERS
from slaaudit.render.cells import DURATIONS
from slaaudit.render.formats import FORMATS
from slaaudit.reports import LogOptions, log
from slaaudit.reports.columns import LOG
from slaaudit.reports.periods import DATES, PERIODS
from slaaudit.reports.tallies import MEASURES
from slaaudit.sources import read_export
from slaaudit.sources.messages import MESSAGES
from slaaudit.sources.profiles.model import ProfileFile, SpecFile, TableFile
from slaaudit.sources.profiles.parsing import parse_profile
from slaaudit.sources.profiles.tables import HOLDS
from slaaudit.yaml_nodes import read_yaml

WIDEST = 110
WIDEST_TO_READ = 88  # of what is not inside a block: the manual is read in terminals
UNITS = {"String": "text", "Datetime": "instant", "Duration": "duration", "UInt32": "number", "Boolean": "flag"}

# What a piece of a policy in the manual leaves out.
AROUND = {
    "policy": "policy: Around",
    "calendars": 'calendars:\n  office: {hours: {mon-fri: "09:00-17:00"}}',
    "levels": "levels:\n  standard: {calendar: 24x7, targets: {first_reply: 4h}}\n"
    "  vip: {based_on: standard}\n  quick: {based_on: standard}",
}


def page(name: str) -> dict[str, str]:
    """The sections of a page of the manual."""
    return sections(MANUAL / f"{name}.md")


def prose(text: str) -> list[str]:
    """The lines outside of blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL).splitlines()


def words_of(section: str) -> list[str]:
    """The first cells of the tables of a section, without backquotes."""
    return [code(row[0]) for row in table(section)]


def blocks(language: str) -> list[object]:
    found = [(path, block) for path in PAGES for block in blocks_of(path, language)]
    return [pytest.param(path, block, id=f"{path.stem}:{block.line}") for path, block in found]


# --- all pages -----------------------------------------------------------------------------------------------------


def test_every_topic_is_there() -> None:
    assert [path.stem for path in PAGES] == [
        "calendars", "checks", "commands", "decisions", "explain", "init", "input", "metrics", "performance", "policy",
        "presets", "python", "reports", "scale", "sources", "testing", "verdicts",
    ]  # fmt: skip


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_has_one_title_and_fits_into_a_terminal(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(sections(path).values())
    assert [line for line in prose("\n".join(lines)) if line.startswith("# ")] == lines[:1]
    widest = WIDEST if path.stem == "decisions" else WIDEST_TO_READ
    assert [line for line in prose(text) if len(line) > widest and not line.startswith("|")] == []
    outputs = {line for block in blocks_of(path, "console") for line in block.text.splitlines()}
    assert [line for line in lines if len(line) > WIDEST and line not in outputs] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_points_only_at_topics_that_exist(path: Path) -> None:
    topics = re.findall(r"slaaudit manual ([a-z]+)", path.read_text(encoding="utf-8"))
    assert set(topics) <= {path.stem for path in (*PAGES, *(MANUAL / "systems").glob("*.md"))}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `slaaudit demo` was run."""
    folder = tmp_path_factory.mktemp("manual")
    result = CliRunner().invoke(app, ["demo", str(folder / "slaaudit-demo")], prog_name="slaaudit")
    assert result.exit_code == 0, result.output
    return folder / "slaaudit-demo"


@pytest.fixture
def fresh_demo(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory is such a folder, untouched by other examples."""
    shutil.copytree(demo, tmp_path / demo.name)
    monkeypatch.chdir(tmp_path / demo.name)


@pytest.mark.usefixtures("fresh_demo")
@pytest.mark.parametrize(("path", "block"), blocks("console"))
def test_a_session_goes_as_it_is_written(path: Path, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    assert replay(path, block, monkeypatch) == []


# --- policy --------------------------------------------------------------------------------------------------------


def policy_around(piece: str) -> str:
    """A whole policy that has this piece in it."""
    keys = re.findall(r"^(\w+):", piece, re.MULTILINE)
    around = [text for key, text in AROUND.items() if key not in keys]
    if "calendars" not in keys and "calendar: always" in piece:
        around.append("  always: 24x7")
    if "rules" not in keys:
        levels = re.search(r"^levels:\n  ([^:]+):", "\n".join([piece, *around]), re.MULTILINE)
        assert levels
        around.append(f"rules:\n  - {{name: Everyone, level: {levels[1]}}}")
    return "\n".join([piece, *around, ""])


@pytest.mark.parametrize(("path", "block"), blocks("yaml"))
def test_a_piece_of_a_policy_or_a_profile_is_valid(path: Path, block: Block) -> None:
    if block.text.startswith("source:"):
        parse_profile(block.text, file=path.name)
    else:
        loads_policy(policy_around(block.text))


def test_every_key_of_a_profile_is_described() -> None:
    page_ = page("sources")
    described = {name: re.findall(r"`(\w+)`", " ".join(row[0] for row in table(page_[name]))) for name in page_}
    assert set(described["Keys of a profile"]) == set(ProfileFile.model_fields)
    assert set(described["Keys of a table"]) == set(TableFile.model_fields)
    columns = " ".join(row[0] for row in table(page_["Where a column comes from"]))
    assert {name for name in SpecFile.model_fields if f"{name}:" not in columns} == set()
    assert words_of(page_["Files that belong together"]) == list(HOLDS)


def test_every_key_of_a_policy_is_described() -> None:
    policy, metrics = page("policy"), page("metrics")
    assert set(words_of(policy["The policy file"])) == set(PolicyFile.model_fields)
    keys_of_levels = table(policy["Levels"])
    in_level, in_target = keys_of_levels[: len(LevelFile.model_fields)], keys_of_levels[len(LevelFile.model_fields) :]
    assert {code(row[0]) for row in in_level} == set(LevelFile.model_fields)
    assert {code(row[0]) for row in in_target} == set(TargetFile.model_fields)
    assert set(words_of(policy["Rules"])) == set(RuleFile.model_fields)
    assert set(words_of(metrics["How do I define my own?"])) == set(MetricFile.model_fields)


def test_every_word_of_a_policy_is_described() -> None:
    policy = page("policy")
    triggers = [word for word in words_of(policy["When is a rule looked at?"]) if word != "{changed: priority}"]
    assert triggers == list(TRIGGERS)
    assert words_of(policy["What happens to a running clock when the level changes?"]) == [
        "retarget", "keep", "restart",
    ]  # fmt: skip
    states = [code(word) for row in table(policy["Status words: states"]) for word in row[0].split(", ")]
    assert states == list(STATES)


def test_the_calendar_keys_are_those_that_a_calendar_knows() -> None:
    from slaaudit.calendars.rules import _HOLIDAY_KEYS, _KEYS

    policy = page("policy")
    assert set(words_of(policy["Calendars"])) == set(_KEYS)
    assert set(words_of(policy["How do I add holidays?"])) == set(_HOLIDAY_KEYS)


@pytest.mark.parametrize("hours", [code(row[0]) for row in table(page("policy")["How do I write the hours?"])])
def test_hours_and_days_are_written_as_the_manual_says(hours: str) -> None:
    for written in re.findall(r"[^`]+", hours)[::2]:
        is_day = written.strip('"')[:3] in (*WEEKDAYS, "dai")
        entry = f'{written}: "09:00-17:00"' if is_day else f"mon: {written}\n      tue: 24h"
        calendar = f"calendars:\n  office:\n    hours:\n      {entry}"
        loads_policy(policy_around(calendar))


def conditions() -> list[str]:
    """Every condition that a table of the policy page shows, and those in its sentences about tags and dates."""
    policy = page("policy")
    text = policy["Comparisons"] + policy["The fifteen conditions of LiveAgent's rules"]
    found = re.findall(r"`([\w.]+: [^`]+)`", text)
    return [condition for condition in found if not condition.startswith(("empty:", "any:"))]


@pytest.mark.parametrize("condition", conditions())
def test_a_condition_is_written_as_the_manual_says(condition: str) -> None:
    loads_policy(policy_around(f"rules:\n  - level: vip\n    when:\n      {condition}"))


def test_all_fifteen_conditions_of_liveagent_are_expressed() -> None:
    assert len(table(page("policy")["The fifteen conditions of LiveAgent's rules"])) == 15


def test_every_column_of_conditions_is_named() -> None:
    text = page("policy")["Columns"]
    assert set(TICKET_SCHEMA) - {"source_row"} <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize("time", [row[0] for row in table(page("policy")["How do I write a time?"])])
def test_times_are_written_as_the_manual_says(time: str) -> None:
    for written in re.findall(r"`([^`]+)`", time):
        loads_policy(policy_around(f'levels:\n  standard:\n    targets: {{first_reply: "{written}"}}'))


def test_the_manual_says_which_presets_there_are() -> None:
    text = page("policy")["Your own metrics, and presets"]
    assert ("No presets are included yet" in text) == (not preset_names())
    assert all(f"`{name}`" in text for name in preset_names())


# --- metrics -------------------------------------------------------------------------------------------------------


def definitions() -> dict[str, object]:
    """The metrics as the file of the package defines them."""
    text = (ROOT / "slaaudit" / "policy" / "metrics.yaml").read_text(encoding="utf-8")
    value = read_yaml(text, file="metrics.yaml").value
    assert isinstance(value, dict)
    return value


def test_the_overview_names_every_metric_in_order() -> None:
    rows = words_of(page("metrics")["The clocks at a glance"])
    assert rows == [*builtin_metrics(), *builtin_metrics()]


def test_the_overview_agrees_with_the_definitions() -> None:
    metrics = [Metric(**{**keys, "name": name}) for name, keys in builtin_metrics().items()]
    rows = table(page("metrics")["The clocks at a glance"])[len(metrics) :]
    expected = [[f"`{m.name}`", m.repeat, m.on_solved, m.on_reopen, ", ".join(m.needs)] for m in metrics]
    assert rows == expected


@pytest.mark.parametrize("name", list(builtin_metrics()))
def test_every_metric_is_described_with_its_definition(name: str) -> None:
    block = next(block for block in blocks_of(MANUAL / "metrics.md", "yaml") if block.heading == name)
    assert read_yaml(block.text, file="metrics.md").value == {"metrics": {name: definitions()[name]}}
    assert len(page("metrics")[name].partition("```")[0].split()) > 8


def test_everything_that_start_and_stop_can_look_at_is_described() -> None:
    columns, events = (
        [word for row in rows for word in re.findall(r"`(\w+)`", row[0])]
        for rows in split(table(page("metrics")["What can start and stop look at?"]), "`created`")
    )
    assert set(columns) == set(EVENT_SCHEMA) - set(TICKET_SCHEMA)
    assert set(events) == {*EVENTS_OF, *DERIVED_EVENTS}


def split(rows: list[list[str]], first: str) -> tuple[list[list[str]], list[list[str]]]:
    """The rows before and from the one whose first cell is `first`."""
    at = next(number for number, row in enumerate(rows) if row[0] == first)
    return rows[:at], rows[at:]


def test_everything_that_an_export_can_show_is_described() -> None:
    assert words_of(page("metrics")["What can an export show?"]) == list(SHOWS)


# --- reports and verdicts ------------------------------------------------------------------------------------------


def test_the_columns_of_the_log_are_those_of_the_code() -> None:
    rows = table(page("reports")["The log"])
    assert rows == [[f"`{c.name}`", UNITS[type(c.dtype).__name__], c.meaning] for c in LOG]


def test_the_columns_of_the_compliance_report_are_those_of_the_code() -> None:
    rows = table(page("reports")["The compliance report"])
    assert [row[0].replace("`", "") for row in rows] == ["date", "(those of --by)", *MEASURES, "p90_time"]


def test_every_period_date_format_and_unit_is_described() -> None:
    periods, dates = split(table(page("reports")["Which period does a clock belong to?"]), "`decided`")
    assert [code(row[0]) for row in periods] == list(PERIODS)
    assert [code(row[0]) for row in dates] == list(DATES)
    formats = table(page("reports")["Which formats are there?"])
    shown = [(code(row[0]), tuple(re.findall(r"`([^`]+)`", row[1]))) for row in formats[: len(FORMATS)]]
    assert shown == [(entry.name, entry.extensions) for entry in FORMATS.values()]
    assert [code(row[0]) for row in formats[-len(DURATIONS) :]] == list(DURATIONS)


def filters() -> list[str]:
    """Every filter of the table of filters."""
    rows = table(page("reports")["How do I pick clocks?"])
    words = [word for row in rows for word in [*shlex.split(code(row[0])), *re.findall(r"`(\w+!?=)`", row[1])]]
    return [word for word in words if not word.startswith("--")]


@pytest.fixture(scope="module")
def audited(demo: Path) -> Audit:
    """The audit of the demo."""
    policy = load_policy(demo / "slaaudit.yaml")
    return audit(read_export([demo / "tickets.csv", demo / "events.csv"], timezone=policy.timezone), policy)


@pytest.mark.parametrize("written", filters())
def test_a_filter_is_written_as_the_manual_says(written: str, audited: Audit) -> None:
    shown = log.build(audited, LogOptions(all=True, where=where_filter(written))).frame.height
    assert 0 < shown < audited.verdicts.height


def test_every_outcome_is_described() -> None:
    assert words_of(page("verdicts")["Verdicts: what each outcome means"]) == list(OUTCOMES)


def test_every_reason_is_listed_with_its_outcome() -> None:
    listed = {tuple(row) for row in table(page("verdicts")["The reasons"])}
    assert {(outcome, text) for (_, outcome), text in TEXTS.items()} <= listed
    assert {outcome for outcome, _ in listed} == set(OUTCOMES)
    assert set(NOT_SHOWN) == set(SHOWS)


# --- commands ------------------------------------------------------------------------------------------------------

SHARED = ("Input", "Policy", "Report", "Output", "Gates")


@pytest.mark.parametrize("command", ["compliance", "log", "init", "demo", "manual"])
def test_the_options_of_a_command_are_all_documented_and_all_exist(command: str) -> None:
    params = get_command(app).commands[command].params  # type: ignore[attr-defined]
    options = {name for p in params if p.param_type_name == "option" for name in (*p.opts, *p.secondary_opts)}
    assert documented_options(*(SHARED if command in ("compliance", "log") else ()), command) == options


def test_the_options_of_the_program_itself_are_all_documented() -> None:
    options = {name for p in get_command(app).params for name in p.opts}
    assert documented_options("slaaudit") == options | {"-h", "--help", "--timings"}  # that of every command


def test_every_command_is_documented() -> None:
    commands = [name.removeprefix("slaaudit ") for name in words_of(page("commands")["Commands and options"])]
    assert commands == list(get_command(app).commands)  # type: ignore[attr-defined]


def test_the_exit_codes_are_the_documented_ones() -> None:
    rows = {code(row[0]): row[1] for row in table(page("commands")["Exit codes"])}
    assert list(rows) == ["0", "1", "2", "130", "143"]
    assert CliRunner().invoke(app, ["log", "nowhere.csv", "-p", "nowhere.yaml"], prog_name="slaaudit").exit_code == 2


# --- input ---------------------------------------------------------------------------------------------------------


def test_the_columns_of_tickets_are_those_of_the_code() -> None:
    assert words_of(page("input")["The columns of tickets"]) == [n for n in TICKETS.names if n != "source_row"]


def test_the_columns_of_events_are_those_of_the_code() -> None:
    names = words_of(page("input")["The columns of events"])
    assert names == ["ticket_id", *(name for name in EVENTS.names if name != "ticket_row")]


def test_every_event_and_actor_is_described() -> None:
    text = page("input")["What can happen"]
    assert [word for row in table(text) for word in re.findall(r"`(\w+)`", row[0])] == list(EVENTS_OF)
    assert all(f"`{actor}`" in page("input")["The columns of events"] for actor in ACTORS)


def test_every_problem_of_a_row_is_described() -> None:
    assert words_of(page("input")["Rows that cannot be used"]) == list(MESSAGES)


@pytest.mark.parametrize("row", table(page("input")["Dates and times"]), ids=lambda row: row[0])
def test_dates_are_read_as_the_manual_says(row: list[str]) -> None:
    from datetime import UTC, datetime, timedelta

    import polars as pl

    from slaaudit.sources.dates.columns import DateColumn, read_dates

    for written in re.findall(r"`([^`]+)`", row[0]):
        (read,) = read_dates([DateColumn("file", "column", pl.Series([written]))], timezone="+01:00")
        instant = read.instants[0]
        expected = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
        local = expected - timedelta(hours=1)
        midnight = datetime(2026, 1, 30, 23, tzinfo=UTC)
        assert instant.replace(microsecond=0) in (midnight, local if read.local else expected)


# --- python --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("fresh_demo")
def test_the_python_page_runs_and_prints_what_it_says() -> None:
    names: dict[str, object] = {}
    expected = iter(blocks_of(MANUAL / "python.md", "text"))
    for block in blocks_of(MANUAL / "python.md", "python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.text, f"python.md:{block.line}", "exec"), names)
        if printed.getvalue():
            assert printed.getvalue().rstrip("\n") == next(expected).text
    assert next(expected, None) is None


def test_the_python_page_names_everything_public() -> None:
    import inspect

    import slaaudit

    text = (MANUAL / "python.md").read_text(encoding="utf-8")
    assert all(f"`slaaudit.{name}" in text for name in slaaudit.__all__ if name != "__version__")
    options = [name for name in inspect.signature(slaaudit.read_export).parameters if name not in ("paths", "stdin")]
    assert all(f"`{name}`" in text for name in options)
