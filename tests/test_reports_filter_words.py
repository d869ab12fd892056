"""What a filter that no clock matches says: closed sets are in `test_reports_errors`, here are the notes."""

from typing import Any

import pytest
from fake_audit import an_audit, clock

from slaaudit.conditions import parse_condition
from slaaudit.reports import LogOptions, log
from slaaudit.reports.filter_words import UnseenWords

AUDIT: Any = an_audit([clock("T-1", "resolution", "missed", elapsed=9, department="Support", tags=["vip"])])


def notes(**where: Any) -> tuple[str, ...]:
    return UnseenWords(parse_condition(where)).look(AUDIT).notes()


@pytest.mark.parametrize(
    ("where", "note"),
    [
        ({"department": "Suport"}, "no clock has the department 'Suport'; did you mean 'Support'?"),
        ({"department": ["support", "Zoo"]}, "no clock has the department 'Zoo'"),
        ({"department": {"not": "Zoo"}}, "no clock has the department 'Zoo'"),
        ({"tags": "vipp"}, "no clock has the tags 'vipp'; did you mean 'vip'?"),
    ],
)
def test_a_word_that_no_clock_has_is_noted_with_the_nearest(where: dict[str, Any], note: str) -> None:
    assert notes(**where) == (note,)


def test_words_that_some_clock_has_and_other_comparisons_are_not_noted() -> None:
    assert notes(department="SUPPORT", tags="vip", elapsed="9m", ticket={"starts_with": "X"}) == ()


def test_a_word_that_one_part_of_the_clocks_has_is_known() -> None:
    other: Any = an_audit([clock("T-2", "resolution", "missed", elapsed=9, department="Sales")])
    unseen = UnseenWords(parse_condition({"department": ["Sales", "Support", "Suport"]}))
    assert unseen.look(AUDIT).look(other).notes() == ("no clock has the department 'Suport'; did you mean 'Support'?",)


def test_the_note_stands_with_those_of_the_report() -> None:
    report = log.build(AUDIT, LogOptions(where=parse_condition({"department": "Suport"})))
    assert report.notes[-1] == "no clock has the department 'Suport'; did you mean 'Support'?"


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_the_nearest_of_thousands_of_words_are_the_same_however_the_clocks_are_divided(parts: int) -> None:
    where = parse_condition({"ticket": "T-02999x", "department": "zgent 0012"})
    clocks = [
        clock(f"T-{number:05}", "resolution", "missed", department=f"{chr(97 + number % 26)}gent {number:04}")
        for number in range(3_000)
    ]
    whole = UnseenWords(where).look(an_audit(clocks)).notes()  # type: ignore[arg-type]  # a stand-in
    assert whole == (
        "no clock has the ticket 'T-02999x'; did you mean 'T-02999', 'T-02998' or 'T-02997'?",
        "no clock has the department 'zgent 0012'; did you mean 'zgent 2001', 'zgent 0701' or 'zgent 0129'?",
    )
    divided = UnseenWords(where)
    for number in range(parts):
        divided.look(an_audit(clocks[number::parts]))  # type: ignore[arg-type]  # a stand-in
    assert divided.notes() == whole
