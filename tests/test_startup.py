"""What a command does not need is not imported: seen in the modules of a fresh process, not in seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"polars", "pydantic", "rich", "yaml", "holidays", "click", "zoneinfo"}
AFTER = "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
OF_OTHER_RUNS = {  # modules that a compliance report of CSV files has no use for
    "slaaudit.calendars.ics",
    "slaaudit.parts.log",
    "slaaudit.policy.schema",
    "slaaudit.sources.files.excel",
    "slaaudit.sources.files.json_text",
    "slaaudit.sources.files.parquet",
    "slaaudit.sources.profiles.parsing",
}
COMPLETION = {"_SLAAUDIT_COMPLETE": "complete_bash"}


def modules_after(program: str, **environment: str) -> set[str]:
    """The modules that a new process has imported when it has run `program`."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{program}\n{AFTER}"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ) | environment,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def after_command(*words: str, **environment: str) -> set[str]:
    go_on = "import os\nos._exit = lambda code: None"  # the process goes on to tell its modules
    run = f"{go_on}\ntry:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    return modules_after(
        f"sys.argv = {['slaaudit', *words]!r}\nfrom slaaudit.cli import main\n{run}",
        PYTHONPATH=str(ROOT),
        **environment,
    )


def test_an_interruption_is_heeded_before_anything_else_of_us_is_imported() -> None:
    modules = modules_after("import slaaudit.__main__", PYTHONPATH=str(ROOT))
    assert {name for name in modules if name.startswith("slaaudit")} == {"slaaudit", "slaaudit.__main__"}
    assert {"typing", "threading", "shutil"} & modules == set()


def test_the_script_starts_as_the_package_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"slaaudit": "slaaudit.__main__:main"}


def tops(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["policy", "--help"]])
def test_the_help_of_a_group_imports_nothing_heavy_and_none_of_its_commands(words: list[str]) -> None:
    modules = after_command(*words)
    assert HEAVY & tops(modules) == set()
    assert {"slaaudit.cli.reporting", "slaaudit.cli.options", "slaaudit.cli.policy_test"} & modules == set()


@pytest.mark.parametrize("words", [["log", "-h"], ["compliance", "--help"], ["calendar", "due", "-h"], ["init", "-h"]])
def test_the_help_of_a_command_imports_nothing_heavy(words: list[str]) -> None:
    assert (HEAVY - {"zoneinfo"}) & tops(after_command(*words)) == set()


@pytest.mark.parametrize("typed", ["slaaudit ", "slaaudit lo", "slaaudit policy "])
def test_the_completion_of_a_command_imports_nothing_heavy_and_no_command(typed: str) -> None:
    position = str(len(typed.split(" ")) - 1)
    modules = after_command(COMP_WORDS=typed, COMP_CWORD=position, **COMPLETION)
    assert HEAVY & tops(modules) == set()
    assert {"slaaudit.cli.reporting", "slaaudit.cli.policy_test"} & modules == set()


def test_the_completion_of_an_option_imports_the_command_and_nothing_heavy() -> None:
    modules = after_command(COMP_WORDS="slaaudit log --wh", COMP_CWORD="2", **COMPLETION)
    assert "slaaudit.cli.reporting" in modules
    assert HEAVY & tops(modules) == set()


def test_an_audit_without_a_country_and_without_a_terminal_imports_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text("ticket_id,created_at,status\nT-1,2026-10-05T09:00:00Z,open\n")
    (tmp_path / "policy.yaml").write_text(
        "policy: Acme\nlevels: {all: {targets: {resolution: 4h}}}\nrules: [{name: All, level: all}]\n"
    )
    modules = after_command(
        "compliance", str(tmp_path / "tickets.csv"), "-p", str(tmp_path / "policy.yaml"), "-o", str(tmp_path / "o.csv")
    )
    assert {"holidays", "rich", "jsonschema", "pandas", "pyarrow", "numpy"} & tops(modules) == set()
    assert OF_OTHER_RUNS & modules == set()


def test_a_time_zone_is_known_without_a_look_at_the_files_of_all_of_them() -> None:
    program = (
        "import zoneinfo\n"
        "zoneinfo.available_timezones = None\n"
        "from slaaudit.zones import is_zone\n"
        "assert is_zone('Europe/Amsterdam') and is_zone('UTC')"
    )
    modules_after(program, PYTHONPATH=str(ROOT))


def test_whether_a_country_is_known_is_found_out_without_the_modules_of_all_countries() -> None:
    program = (
        "from slaaudit.calendars.special_days import country_problem\n"
        "assert country_problem('NL') is None\nassert country_problem('nl') == \"did you mean 'NL'?\""
    )
    assert not any(name.startswith("holidays.countries") for name in modules_after(program, PYTHONPATH=str(ROOT)))
