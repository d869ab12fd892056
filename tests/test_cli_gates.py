"""Gates compare exactly, look at the clocks of the report only, and say why they failed."""

from __future__ import annotations

from typing import Any, cast

import pytest
import typer
from fake_audit import an_audit, clock

from slaaudit.cli.gates import read_gate
from slaaudit.cli.options import Gates
from slaaudit.cli.values import Mistakes
from slaaudit.conditions import where_filter
from slaaudit.reports import ComplianceOptions


def clocks(fulfilled: int = 0, missed: int = 0, *others: str, **values: Any) -> list[dict[str, Any]]:
    outcomes = ["fulfilled"] * fulfilled + ["missed"] * missed + list(others)
    return [clock(f"T-{number}", "first_reply", outcome, **values) for number, outcome in enumerate(outcomes)]


def closed(rows: list[dict[str, Any]], options: ComplianceOptions | None = None, **gates: Any) -> int:
    """The exit code."""
    mistakes = Mistakes()
    gate = read_gate(Gates(**gates), mistakes)
    assert mistakes == []
    try:
        gate.close(cast("Any", an_audit(rows)), (options or ComplianceOptions()).selection)
    except typer.Exit as end:
        return end.exit_code
    return 0


def test_compliance_of_exactly_the_share_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert closed(clocks(19, 1), fail_under="95%") == 0
    assert capsys.readouterr() == ("", "")


def test_a_hair_below_the_share_fails_and_is_not_rounded_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert closed(clocks(2, 1), fail_under="66.67%") == 1
    assert capsys.readouterr() == (
        "",
        "gate failed: --fail-under 66.67 %: compliance is 66.66 % (2 of 3 promises kept)\n",
    )


def test_two_thirds_are_not_below_the_share_that_rounds_down_to_them() -> None:
    assert closed(clocks(2, 1), fail_under="66.66%") == 0


def test_all_promises_kept_pass_100_percent_and_one_missed_does_not() -> None:
    assert closed(clocks(3), fail_under="100") == 0
    assert closed(clocks(3, 1), fail_under="1") == 1


def test_where_nothing_was_decided_the_gate_passes_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert closed(clocks(0, 0, "running", "no_target"), fail_under="100%") == 0
    assert capsys.readouterr().err == "gate passed: --fail-under 100 %: no promise was decided yet\n"


def test_an_unwanted_outcome_fails(capsys: pytest.CaptureFixture[str]) -> None:
    rows = clocks(1, 2, "not_measurable")
    assert closed(rows, fail_on=["missed,not_measurable", "paused"]) == 1
    assert (
        capsys.readouterr().err
        == "gate failed: --fail-on missed: 2 clocks\ngate failed: --fail-on not_measurable: 1 clock\n"
    )


def test_at_risk_is_a_flag_of_running_clocks(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*clocks(0, 0, "running", at_risk=True), *clocks(1, at_risk=False), *clocks(0, 1, at_risk=None)]
    assert closed(rows, fail_on=["at_risk"]) == 1
    assert capsys.readouterr().err == "gate failed: --fail-on at_risk: 1 clock\n"
    assert closed(clocks(1, 1), fail_on=["at_risk"]) == 0


def test_only_the_clocks_of_the_report_count() -> None:
    rows = [*clocks(1, agent="Ann"), *clocks(0, 1, agent="Bob")]
    options = ComplianceOptions(where=where_filter("agent=Ann"))
    assert closed(rows, options, fail_under="100%", fail_on=["missed"]) == 0
    assert closed(rows, fail_under="100%", fail_on=["missed"]) == 1


def test_an_outcome_that_does_not_exist_is_refused() -> None:
    mistakes = Mistakes()
    read_gate(Gates(fail_on=["mised", "fulfilled"]), mistakes)
    known = "known: missed, at_risk, running, paused, cancelled, not_measurable, no_target, no_level, excluded"
    assert [str(problem) for problem in mistakes] == [
        f"error[unknown_word] --fail-on cannot be 'mised'\n    did you mean 'missed'? {known}",
        f"error[unknown_word] --fail-on cannot be 'fulfilled'\n    {known}",
    ]
