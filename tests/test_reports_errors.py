"""Every message that a report's options can lead to, and that all of them come at once."""

from datetime import date
from typing import Any

import pytest
from fake_audit import an_audit, clock

from slaaudit.conditions import parse_condition
from slaaudit.problems import SlaauditError
from slaaudit.reports import ComplianceOptions, LogOptions, compliance, log

AUDIT: Any = an_audit([clock("T-1", "resolution", "missed", elapsed=9, **{"custom.plan": "gold"})])


def errors_of_compliance(**options: Any) -> str:
    with pytest.raises(SlaauditError) as caught:
        compliance.build(AUDIT, ComplianceOptions(**options))
    return str(caught.value)


def errors_of_log(**options: Any) -> str:
    with pytest.raises(SlaauditError) as caught:
        log.build(AUDIT, LogOptions(**options))
    return str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"per": "mounth"},
            "error[unknown_word] --per cannot be 'mounth'\n"
            "    did you mean 'month'? known: day, week, month, quarter, year, total",
        ),
        (
            {"date": "close"},
            "error[unknown_word] --date cannot be 'close'\n"
            "    did you mean 'closed'? known: decided, started, due, closed, created",
        ),
        (
            {"by": ("departement",)},
            "error[unknown_column] --by: there is no column 'departement'\n    did you mean 'department'?",
        ),
        (
            {"by": ("time_left",)},
            "error[unknown_column] --by: there is no column 'time_left'\n    did you mean 'sla'?",
        ),
        (
            {"sort": ("Month",)},
            "error[unknown_column] --sort: there is no column 'Month'\n    did you mean 'date'?",
        ),
        (
            {"where": parse_condition({"outcome": ["missed", "mised"]})},
            "error[unknown_word] --where: there is no outcome 'mised'\n    did you mean 'missed'? known: fulfilled,"
            " missed, running, paused, cancelled, not_measurable, no_target, no_level, excluded",
        ),
        (
            {"where": parse_condition({"metric": {"not": "none"}})},
            "error[unknown_word] --where: there is no metric 'none'\n    for clocks without a metric write metric=",
        ),
        (
            {"by": ("plan",)},
            "error[unknown_column] --by: there is no column 'plan'\n    did you mean 'custom.plan'?",
        ),
        (
            {"by": ("tags",)},
            "error[cannot_group] --by: 'tags' holds several values a ticket, so that a clock would be counted several"
            " times\n    count one value at a time: --where tags=VALUE",
        ),
        (
            {"by": ("outcome",)},
            "error[cannot_group] --by: 'outcome' cannot be grouped by, since every outcome has a column of its own\n"
            "    leave it out; the log shows it for every clock",
        ),
        (
            {"by": ("paused",)},
            "error[cannot_group] --by: 'paused' cannot be grouped by, since every outcome has a column of its own\n"
            "    leave it out; the log shows it for every clock",
        ),
        (
            {"sort": ("-mised",)},
            "error[unknown_column] --sort: there is no column 'mised'\n    did you mean 'missed'?",
        ),
        (
            {"percentiles": (0,)},
            "error[wrong_percentile] --percentiles: 0 is not a percentile\n"
            "    whole numbers from 1 to 100, such as 50,90,95",
        ),
        (
            {"from_": date(2026, 11, 1), "to": date(2026, 10, 31)},
            "error[reversed_range] --from 2026-11-01 is after --to 2026-10-31: no clock can be between them\n"
            "    exchange the two",
        ),
    ],
)  # fmt: skip
def test_a_wrong_option_of_compliance_says_what_is_right(options: dict[str, Any], message: str) -> None:
    assert errors_of_compliance(**options) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"columns": ("ticket", "requestor")},
            "error[unknown_column] --columns: there is no column 'requestor'\n    did you mean 'requester'?",
        ),
        (
            {"sort": ("-elapst",)},
            "error[unknown_column] --sort: there is no column 'elapst'\n    did you mean 'elapsed'?",
        ),
        (
            {"date": "now"},
            "error[unknown_word] --date cannot be 'now'\n    known: decided, started, due, closed, created",
        ),
    ],
)
def test_a_wrong_option_of_the_log_says_what_is_right(options: dict[str, Any], message: str) -> None:
    assert errors_of_log(**options) == message


def test_a_column_that_is_near_to_none_gets_the_list_of_all() -> None:
    message = errors_of_log(columns=("xyzzy",))
    assert "there is no column 'xyzzy'\n    known columns: requester, ticket, department, agent, level," in message
    assert message.endswith("subject, ticket_id, tags, custom.plan")


def test_a_filter_with_an_unknown_column_is_a_problem_among_the_others() -> None:
    where = parse_condition({"departement": "Sales"})
    message = errors_of_compliance(where=where, per="mounth", by=("agnet",), percentiles=(101,))
    assert [line.split("]")[0] for line in message.splitlines() if line.startswith("error")] == [
        "error[unknown_word",
        "error[unknown_column",
        "error[unknown_column",
        "error[wrong_percentile",
    ]
    assert "'departement'" in message
