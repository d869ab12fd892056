"""`slaaudit init` reads every export that the other commands read, and says what cannot be measured with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from slaaudit.cli.init import AnyInput, Wanted, init, next_commands
from slaaudit.cli.policy_check import With, check
from slaaudit.policy import load_policy
from slaaudit.problems import SlaauditError
from slaaudit.sources import read_export
from slaaudit.starting import own_verdicts, shortfalls, shows_nothing_usual

SAMPLES = Path(__file__).parent.parent / "sample_data"
FOLDERS = sorted({file.parent for file in SAMPLES.rglob("*") if file.suffix in (".csv", ".json", ".ndjson", ".xlsx")})


def zone_is_needed(folder: Path) -> bool:
    """Whether neither the export nor its profile says the zone of some of its times."""
    try:
        read_export([folder])
    except SlaauditError as error:
        assert {problem.code for problem in error.problems} == {"timezone_needed"}
        return True
    return False


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(SAMPLES)))
def test_a_folder_needs_no_zone_unless_its_times_do(folder: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    wanted = Wanted(output=str(policy))
    if zone_is_needed(folder):
        with pytest.raises(SlaauditError) as raised:
            init(AnyInput(exports=[str(folder)]), wanted)
        assert {problem.code for problem in raised.value.problems} == {"timezone_needed"}
        init(AnyInput(exports=[str(folder)], timezone="Europe/Amsterdam"), wanted)
        assert load_policy(policy).timezone == "Europe/Amsterdam"
    else:
        init(AnyInput(exports=[str(folder)]), wanted)
        assert load_policy(policy).timezone


def test_there_are_folders_of_both_kinds() -> None:
    assert len(FOLDERS) > 30
    assert {zone_is_needed(SAMPLES / name) for name in ("jira/rest", "servicenow/list")} == {True, False}


@pytest.mark.parametrize(
    ("folder", "country", "timezone"),
    [
        ("open311/new_york", None, "America/New_York"),
        ("open311/new_york", "US", "America/New_York"),
        ("intercom/csv", None, "Europe/Berlin"),
        ("intercom/csv", "NL", "Europe/Amsterdam"),
    ],
)
def test_the_zone_of_the_export_settles_which_one_it_is(
    folder: str, country: str | None, timezone: str, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    init(AnyInput(exports=[str(SAMPLES / folder)]), Wanted(country=country, output=str(policy)))
    assert load_policy(policy).timezone == timezone


def test_the_zone_of_the_office_does_not_change_how_an_export_is_read(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    init(AnyInput(exports=[str(SAMPLES / "zammad" / "expanded")]), Wanted(country="JP", output=str(policy)))
    assert load_policy(policy).timezone == "Asia/Tokyo"


# --- exports that show nothing usual -------------------------------------------------------------------------------


def test_an_export_that_shows_nothing_usual_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "incident.csv"
    file.write_text(
        "number,opened_at,short_description,caller_id,priority,state,assignment_group,assigned_to,sys_updated_on\n"
        "INC1,2026-01-12 08:01:10,No power,Amina,2 - High,Closed,Network,Jonas,2026-01-12 09:01:10\n",
        encoding="utf-8",
    )
    init(AnyInput(exports=[str(file)], timezone="UTC"), Wanted(output=str(tmp_path / "policy.yaml")))
    said = capsys.readouterr().err.splitlines()
    assert (
        "note: nothing usual can be measured: the export does not show first replies or when tickets were solved, "
        "so all clocks will be not_measurable" in said
    )
    assert (
        "note: export the columns resolved_at, closed_at as well, or the history of the tickets; "
        "see slaaudit manual servicenow" in said
    )
    assert f"    slaaudit inspect {file} -p {tmp_path / 'policy.yaml'}" in said
    assert not any("compliance" in line for line in said)


def test_the_help_desks_own_verdicts_are_offered_where_nothing_else_can_be_told() -> None:
    name = str(SAMPLES / "liveagent" / "sla_log")
    export = read_export([name], timezone="UTC")
    assert shows_nothing_usual(export)
    assert "vendor_outcome.first_reply" in own_verdicts(export)
    commands = dict(next_commands(AnyInput(exports=[name]), "slaaudit.yaml", export))
    wanted = f"slaaudit log {name} --all --where metric=first_reply --columns ticket,{','.join(own_verdicts(export))}"
    assert commands["what the help desk itself says:"] == wanted


def test_the_columns_to_export_are_named_as_the_help_desk_names_them() -> None:
    export = read_export([SAMPLES / "intercom" / "csv"])
    assert shortfalls(export)[1] == (
        "export the columns First admin reply at, Last closed at as well, or the history of the tickets; "
        "see slaaudit manual intercom"
    )


def test_an_export_of_no_known_help_desk_is_told_what_to_export_by_our_names(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("ticket_id,created_at\n1,2026-10-05 09:00Z\n", encoding="utf-8")
    export = read_export([file])
    assert shows_nothing_usual(export)
    wanted = "export the columns first_reply_at, solved_at, closed_at as well, or the history of the tickets"
    assert shortfalls(export)[1] == wanted
    assert "a first report:" in dict(next_commands(AnyInput(exports=["x"]), "slaaudit.yaml", None))


def test_an_export_with_solves_shows_something() -> None:
    assert not shows_nothing_usual(read_export([SAMPLES / "open311" / "boston"]))


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_next_commands_can_be_copied_from_a_narrow_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    name, policy = str(SAMPLES / "open311" / "boston"), str(tmp_path / "policy.yaml")
    init(AnyInput(exports=[name]), Wanted(output=policy))
    assert f"    slaaudit compliance {name} -p {policy}" in capsys.readouterr().err.splitlines()


def test_the_policy_names_its_files_in_full(tmp_path: Path) -> None:
    file = tmp_path / f"{'incident_event_log_' * 8}.csv"
    file.write_text("ticket_id,created_at,solved_at\n1,2026-10-05 09:00Z,\n", encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    init(AnyInput(exports=[str(file)]), Wanted(output=str(policy)))
    assert f"# {file}" in policy.read_text(encoding="utf-8").splitlines()


def test_policy_check_counts_what_is_still_marked_as_a_guess(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, policy = str(SAMPLES / "open311" / "boston"), tmp_path / "policy.yaml"
    init(AnyInput(exports=[name]), Wanted(output=str(policy)))
    capsys.readouterr()
    for marks, said in ((2, "2 lines still say"), (1, "1 line still says"), (0, "")):
        text = policy.read_text(encoding="utf-8")
        assert text.count("# check this") == marks
        check(With(exports=[name]), [str(policy)])
        note = f"note: {policy}: {said} 'check this': correct it, or remove the mark\n" if said else ""
        assert capsys.readouterr() == ("", f"1 file: sound\n{note}")
        policy.write_text(text.replace("# check this: ", "# ", 1), encoding="utf-8")


def test_policy_check_does_not_ask_for_a_history_that_shows_calls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "policy: P\ntimezone: UTC\nlevels: {l: {targets: {call_answer: 30s}}}\nrules: [{level: l}]\n",
        encoding="utf-8",
    )
    check(With(exports=[str(SAMPLES / "open311" / "boston")]), [str(policy)])
    said = capsys.readouterr().out
    assert "call_answer cannot be measured: the export does not show calls" in said
    assert "leave the target out, or export the events as well that show them" in said
