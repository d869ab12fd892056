"""The condition language: what each comparison matches, on each type of column, and what it says when it cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.conditions import Condition, ConditionErrors, parse_condition, where_filter
from slaaudit.problems import SlaauditError
from slaaudit.yaml_nodes import read_yaml

ZONE = "Europe/Amsterdam"


def condition(text: str) -> Condition:
    """The condition in a YAML flow mapping."""
    return parse_condition(read_yaml(text, file="test").value)


def matches(frame: pl.DataFrame, tested: Condition | str, timezone: str = ZONE) -> list[bool]:
    """What the condition says of each row; fails on a null."""
    compiled = condition(tested) if isinstance(tested, str) else tested
    result = frame.select(matches=compiled.expr(frame.schema, timezone=timezone)).to_series()
    assert result.dtype == pl.Boolean
    values = result.to_list() if len(result) == frame.height else result.to_list() * frame.height
    assert None not in values
    return values


def column(values: list[Any], dtype: Any = None, name: str = "x") -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, values, dtype=dtype)})


def instants(*texts: str | None) -> pl.DataFrame:
    return column([text and datetime.fromisoformat(text) for text in texts], pl.Datetime("us", "UTC"))


def mistakes_of(raw: object) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ConditionErrors) as caught:
        parse_condition(raw)
    return [(path, what) for path, what, _ in caught.value.errors]


def problems_of(frame: pl.DataFrame, text: str) -> list[str]:
    with pytest.raises(SlaauditError) as caught:
        matches(frame, text)
    return [str(problem) for problem in caught.value.problems]


# --- words -----------------------------------------------------------------------------------------------------

WORDS = column(["Urgent", "HIGH", "low", "", None])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{x: urgent}", [True, False, False, False, False]),
        ("{x: [urgent, High]}", [True, True, False, False, False]),
        ("{x: {not: urgent}}", [False, True, True, True, True]),
        ("{x: {not: [urgent, high]}}", [False, False, True, True, True]),
        ("{x: {contains: G}}", [True, True, False, False, False]),
        ("{x: {contains_any: [rg, ow]}}", [True, False, True, False, False]),
        ("{x: {contains_all: [r, G]}}", [True, False, False, False, False]),
        ("{x: {contains_none: [rg, ow]}}", [False, True, False, True, True]),
        ("{x: {starts_with: u}}", [True, False, False, False, False]),
        ("{x: {starts_with: [U, h]}}", [True, True, False, False, False]),
        ("{x: {ends_with: [GH, w]}}", [False, True, True, False, False]),
        ("{x: {matches: '^[A-Z]'}}", [True, True, False, False, False]),
        ("{x: {matches: ['(?i)^l', GENT$]}}", [False, False, True, False, False]),
        ("{x: {empty: true}}", [False, False, False, True, True]),
        ("{x: {empty: false}}", [True, True, True, False, False]),
        ("{x: {not: {contains: g}}}", [False, False, True, True, True]),
        ("{x: {starts_with: u, ends_with: t}}", [True, False, False, False, False]),
    ],
)
def test_words_compare_without_case_and_missing_ones_match_only_negations(text: str, expected: list[bool]) -> None:
    assert matches(WORDS, text) == expected
    assert matches(WORDS.cast(pl.Categorical), text) == expected
    assert matches(WORDS.cast(pl.Enum(["Urgent", "HIGH", "low", ""])), text) == expected


def test_a_plain_text_search_takes_every_character_literally() -> None:
    frame = column(["a.c", "abc", "100%", "[x]"])
    assert matches(frame, "{x: {contains: a.c}}") == [True, False, False, False]
    assert matches(frame, "{x: {contains: '[X]'}}") == [False, False, False, True]
    assert matches(frame, "{x: {ends_with: '%'}}") == [False, False, True, False]


def test_case_is_ignored_in_every_alphabet() -> None:
    assert matches(column(["ÄRGER", "ЖАЛОБА", "ärger"]), "{x: [ärger, Жалоба]}") == [True, True, True]


def test_words_are_compared_as_they_are_written_also_when_they_look_like_something_else() -> None:
    frame = column(["1.10", "007", "9:00", "NO", "true", "4", "2026-01-01", "1e3"])
    for row, text in enumerate(["1.10", "007", "9:00", "no", "True", "4", "2026-01-01", "1e3"]):
        assert matches(frame, f"{{x: {text}}}") == [row == each for each in range(8)], text


def test_whole_numbers_can_be_searched_as_text() -> None:
    assert matches(column([1201, 3012, None]), "{x: {starts_with: 12}}") == [True, False, False]


letters = st.text(alphabet="aAkKsSiI7 ßΣσςİıÉ\u0307\u212a", max_size=5)


@given(texts=st.lists(letters | st.none(), min_size=1, max_size=6), word=letters.filter(str.strip))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_the_ends_of_a_text_compare_as_those_of_the_whole_text_in_lower_case(
    texts: list[str | None], word: str
) -> None:
    frame = column(texts, pl.String)
    lowered = [None if text is None else pl.Series([text]).str.to_lowercase()[0] for text in texts]
    wanted = pl.Series([word]).str.to_lowercase()[0]
    for operator, test in (("starts_with", str.startswith), ("ends_with", str.endswith)):
        found = matches(frame, parse_condition({"x": {operator: word}}))
        assert found == [text is not None and test(text, wanted) for text in lowered]


def test_a_column_without_any_value_is_missing_everywhere() -> None:
    frame = column([None, None])
    assert matches(frame, "{x: a}") == [False, False]
    assert matches(frame, "{x: {'>': 4}}") == [False, False]
    assert matches(frame, "{x: {before: 2026-01-01}}") == [False, False]
    assert matches(frame, "{x: {empty: true}}") == [True, True]


# --- lists -----------------------------------------------------------------------------------------------------

TAGS = column([["VIP", "eu"], ["vips"], [], None, [None, "eu"]], pl.List(pl.String))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{x: vip}", [True, False, False, False, False]),
        ("{x: [vip, vips]}", [True, True, False, False, False]),
        ("{x: {contains: vip}}", [True, False, False, False, False]),
        ("{x: {contains_any: [EU, vips]}}", [True, True, False, False, True]),
        ("{x: {contains_all: [eu, vip]}}", [True, False, False, False, False]),
        ("{x: {contains_none: [eu]}}", [False, True, True, True, False]),
        ("{x: {not: vip}}", [False, True, True, True, True]),
        ("{x: {starts_with: vip}}", [True, True, False, False, False]),
        ("{x: {ends_with: [s]}}", [False, True, False, False, False]),
        ("{x: {matches: '^VIP$'}}", [True, False, False, False, False]),
        ("{x: {empty: true}}", [False, False, True, True, False]),
        ("{x: {empty: false}}", [True, True, False, False, True]),
    ],
)
def test_a_list_matches_if_one_of_its_words_does(text: str, expected: list[bool]) -> None:
    assert matches(TAGS, text) == expected
    assert matches(TAGS.cast(pl.List(pl.Categorical)), text) == expected


def test_lists_of_whole_numbers_are_lists_of_words() -> None:
    assert matches(column([[12, 13], [None], None]), "{x: {contains_any: [13, 14]}}") == [True, False, False]


# --- truth values and numbers ----------------------------------------------------------------------------------


def test_truth_values_match_true_and_false_in_any_spelling() -> None:
    frame = column([True, False, None])
    assert matches(frame, "{x: true}") == matches(frame, "{x: 'TRUE'}") == [True, False, False]
    assert matches(frame, "{x: False}") == [False, True, False]
    assert matches(frame, "{x: {not: true}}") == [False, True, True]
    assert matches(frame, "{x: {empty: 'true'}}") == [False, False, True]
    assert matches(column(["True", "no"]), "{x: true}") == [True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{x: 5}", [False, True, False, False]),
        ("{x: '5'}", [False, True, False, False]),
        ("{x: [5, 4]}", [True, True, False, False]),
        ("{x: 5.0}", [False, True, False, False]),
        ("{x: {'>': 4}}", [False, True, True, False]),
        ("{x: {'>=': 5, <: 12}}", [False, True, False, False]),
        ("{x: {<=: 4.5}}", [True, False, False, False]),
        ("{x: {<: -1}}", [False, False, False, False]),
        ("{x: {'>': -1}}", [True, True, True, False]),
        ("{x: {not: {'>': 4}}}", [True, False, False, True]),
    ],
)
@pytest.mark.parametrize("dtype", [pl.Int64, pl.UInt8, pl.Float32, pl.Decimal(10, 2), pl.Int128])
def test_numbers_compare_as_numbers_whatever_their_type(text: str, expected: list[bool], dtype: Any) -> None:
    assert matches(column([4, 5, 12, None]).cast(dtype), text) == expected


def test_texts_that_are_numbers_have_an_order_and_the_others_are_missing() -> None:
    frame = column(["4", "12", "5.5", "many", "NaN", None])
    assert matches(frame, "{x: {'>': 4}}") == [False, True, True, False, False, False]
    assert matches(frame, "{x: {not: {<=: 5.5}}}") == [False, True, False, True, True, True]


def test_what_is_not_a_number_in_a_column_of_numbers_is_missing() -> None:
    frame = column([1.0, float("nan"), float("inf"), None])
    assert matches(frame, "{x: {'>': 0}}") == [True, False, True, False]
    assert matches(frame, "{x: {empty: true}}") == [False, True, False, True]


def test_numbers_beyond_the_largest_integer_compare_without_overflow() -> None:
    frame = column([2**63 - 1, -(2**63)], pl.Int64)
    assert matches(frame, "{x: {'>': 99999999999999999999999}}") == [False, False]
    assert matches(frame, "{x: {<: 99999999999999999999999}}") == [True, True]
    assert matches(frame, "{x: 999999999999999999}") == [False, False]


# --- dates, instants, durations ----------------------------------------------------------------------------------

# Amsterdam is an hour ahead of UTC in January: its 2 January is 23:00 on the 1st to 23:00 on the 2nd.
NEW_YEAR = instants(
    "2026-01-01T22:59:59.999999+00:00", "2026-01-01T23:00:00+00:00", "2026-01-02T22:59:59+00:00",
    "2026-01-02T23:00:00+00:00", None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{x: 2026-01-02}", [False, True, True, False, False]),
        ("{x: {not: 2026-01-02}}", [True, False, False, True, True]),
        ("{x: {from: 2026-01-02}}", [False, True, True, True, False]),
        ("{x: {'>=': 2026-01-02}}", [False, True, True, True, False]),
        ("{x: {to: 2026-01-02}}", [True, True, True, False, False]),
        ("{x: {<=: 2026-01-02}}", [True, True, True, False, False]),
        ("{x: {before: 2026-01-02}}", [True, False, False, False, False]),
        ("{x: {<: 2026-01-02}}", [True, False, False, False, False]),
        ("{x: {after: 2026-01-02}}", [False, False, False, True, False]),
        ("{x: {'>': 2026-01-02}}", [False, False, False, True, False]),
        ("{x: {from: 2026-01-01, before: 2026-01-02}}", [True, False, False, False, False]),
        ("{x: 2026-01-02 00:00}", [False, True, False, False, False]),
        ("{x: {to: 2026-01-02 00:00}}", [True, True, False, False, False]),
        ("{x: {after: 2026-01-02T00:00:00}}", [False, False, True, True, False]),
        ("{x: {from: '2026-01-01T23:00:00Z'}}", [False, True, True, True, False]),
        ("{x: {<: '2026-01-02 00:30+01:30'}}", [True, False, False, False, False]),
    ],
)
def test_a_date_is_a_whole_local_day_and_a_time_an_instant(text: str, expected: list[bool]) -> None:
    assert matches(NEW_YEAR, text) == expected
    naive = NEW_YEAR.select(pl.col("x").dt.convert_time_zone(ZONE).dt.replace_time_zone(None))
    assert matches(naive, text) == expected


@pytest.mark.parametrize("operator", ["from", "to", "before", "after", ">", ">=", "<", "<="])
@pytest.mark.parametrize("operand", ["2026-01-02", "2026-01-02 00:00", "2026-01-01T23:00:00Z"])
def test_texts_in_iso_form_have_the_order_of_the_instants_they_name(operator: str, operand: str) -> None:
    tested = parse_condition({"x": {operator: operand}})
    for form in ("%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%d %H:%M:%S%.f+00:00"):
        assert matches(NEW_YEAR.select(pl.col("x").dt.strftime(form)), tested) == matches(NEW_YEAR, tested)


def test_columns_of_dates_compare_as_local_midnights() -> None:
    frame = column([date(2026, 1, 1), date(2026, 1, 2), None])
    assert matches(frame, "{x: 2026-01-02}") == [False, True, False]
    assert matches(frame, "{x: {to: 2026-01-01}}") == [True, False, False]
    assert matches(frame, "{x: {after: 2026-01-01}}") == [False, True, False]


def test_texts_in_iso_form_are_dates_and_the_others_are_missing() -> None:
    frame = column(["2026-01-02", "2026-01-02 08:00", "2026-01-02T08:00:00.5+05:00", "02.01.2026", "soon", None])
    assert matches(frame, "{x: {from: 2026-01-02}}") == [True, True, True, False, False, False]
    assert matches(frame, "{x: {'>': 2026-01-02 07:59}}") == [False, True, False, False, False, False]


def test_local_times_inside_a_clock_change_are_the_first_or_move_by_the_gap() -> None:
    # 02:30 on 29 March does not exist in Amsterdam (03:30 in summer time); on 25 October it happens twice.
    frame = instants("2026-03-29T01:29:59+00:00", "2026-03-29T01:30:00+00:00")
    assert matches(frame, "{x: {from: 2026-03-29 02:30}}") == [False, True]
    frame = instants("2026-10-25T00:29:59+00:00", "2026-10-25T00:30:00+00:00")
    assert matches(frame, "{x: {from: 2026-10-25 02:30}}") == [False, True]
    days = instants("2026-10-24T22:00:00+00:00", "2026-10-25T22:59:59+00:00", "2026-10-25T23:00:00+00:00")
    assert matches(days, "{x: 2026-10-25}") == [True, True, False]
    texts = column(["2026-03-29 02:30", "2026-10-25 02:30"])
    assert matches(texts, "{x: {from: '2026-03-29T01:30:00Z', to: '2026-10-25T00:30:00Z'}}") == [True, True]


def test_dates_at_the_ends_of_the_calendar_do_not_overflow() -> None:
    assert matches(NEW_YEAR, "{x: {from: 0001-01-01, to: 9999-12-31}}") == [True, True, True, True, False]
    assert matches(NEW_YEAR, "{x: {before: 0001-01-01}}", "Asia/Tokyo") == [False] * 5
    assert matches(NEW_YEAR, "{x: {after: 9999-12-31}}", "America/New_York") == [False] * 5


def test_the_unit_of_a_column_of_instants_does_not_matter() -> None:
    for unit in ("ms", "us", "ns"):
        frame = NEW_YEAR.tail(4).cast(pl.Datetime(unit, "UTC"))
        assert matches(frame, "{x: {after: 2026-01-02}}") == [False, False, True, False]


def test_durations_compare_with_durations() -> None:
    frame = column([timedelta(hours=4), timedelta(hours=-1), timedelta(minutes=30), None])
    assert matches(frame, "{x: {'>': 1h}}") == [True, False, False, False]
    assert matches(frame, "{x: {<: 0:00}}") == [False, True, False, False]
    assert matches(frame, "{x: {'>=': '-1h', <: 4h}}") == [False, True, True, False]
    assert matches(frame, "{x: [30m, 240m]}") == [True, False, True, False]


def test_python_values_mean_the_same_as_their_yaml_texts() -> None:
    day = parse_condition({"x": {"from": date(2026, 1, 2), "before": datetime(2026, 1, 2, 23, tzinfo=UTC)}})
    assert matches(NEW_YEAR, day) == [False, True, True, False, False]
    assert matches(column([0.1, 0.2]), parse_condition({"x": 0.1})) == [True, False]
    assert parse_condition({"x": 0.1}) == parse_condition({"x": Decimal("0.1")})
    assert parse_condition({"x": ("a", "b")}) == condition("{x: [a, b]}")


# --- and, or, not ------------------------------------------------------------------------------------------------

PAIRS = pl.DataFrame({"a": ["1", "1", "2", None], "b": ["1", "2", "1", None]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1, b: 1}", [True, False, False, False]),
        ("{all: [{a: 1}, {b: 1}]}", [True, False, False, False]),
        ("{any: [{a: 1}, {b: 1}]}", [True, True, True, False]),
        ("{not: {a: 1, b: 1}}", [False, True, True, True]),
        ("{not: {any: [{a: 1}, {b: 1}]}}", [False, False, False, True]),
        ("{a: 1, not: {b: 1}}", [False, True, False, False]),
        ("{any: [{a: 2}, {all: [{a: 1}, {b: 2}]}], b: {empty: false}}", [False, True, True, False]),
        ("{not: {not: {a: 1}}}", [True, True, False, False]),
        ("{}", [True, True, True, True]),
    ],
)
def test_groups_combine_conditions(text: str, expected: list[bool]) -> None:
    assert matches(PAIRS, text) == expected


def test_only_the_empty_mapping_matches_everything() -> None:
    assert condition("{}").matches_everything
    assert not condition("{a: 1}").matches_everything


def test_a_condition_names_its_columns() -> None:
    assert condition("{a: 1, any: [{b: 2}, {not: {c: {contains: 3, empty: false}}}]}").columns() == {"a", "b", "c"}
    assert condition("{}").columns() == set()


def test_equal_conditions_are_equal_and_can_be_keys() -> None:
    assert len({condition("{a: 1}"), condition("{a: 1}"), condition("{a: 2}")}) == 2


def test_any_column_name_can_be_asked_for() -> None:
    assert matches(column(["x"], name="custom.Größe (cm)"), "{custom.Größe (cm): x}") == [True]


# --- the fifteen conditions of LiveAgent's rules -------------------------------------------------------------------

LIVEAGENT = {
    "ticket source": ("{channel: [email, chat]}", {"channel": "Chat"}, {"channel": "call"}),
    "status": ("{state: {not: [solved, closed]}}", {"state": "open"}, {"state": "solved"}),
    "created": (
        "{created_at: {from: 2026-01-01, to: 2026-01-31}}",
        {"created_at": datetime(2026, 1, 31, 22, tzinfo=UTC)},
        {"created_at": datetime(2026, 1, 31, 23, tzinfo=UTC)},
    ),
    "changed": (
        "{changed_at: {after: 2026-01-01 12:00}}",
        {"changed_at": datetime(2026, 1, 1, 12, tzinfo=UTC)},
        {"changed_at": datetime(2026, 1, 1, 11, tzinfo=UTC)},
    ),
    "deleted": ("{deleted: true}", {"deleted": True}, {"deleted": False}),
    "start referrer URL": (
        "{referrer_url: {starts_with: 'https://acme.example/pricing'}}",
        {"referrer_url": "https://ACME.example/pricing?x=1"},
        {"referrer_url": "https://acme.example/"},
    ),
    "priority": ("{priority: [high, urgent]}", {"priority": "Urgent"}, {"priority": "low"}),
    "last message": (
        "{last_message_by: requester, last_message_public: true}",
        {"last_message_by": "requester", "last_message_public": True},
        {"last_message_by": "agent", "last_message_public": True},
    ),
    "assigned agent's status": ("{agent_status: offline}", {"agent_status": "Offline"}, {"agent_status": None}),
    "custom fields": ("{custom.plan: {not: [free, trial]}}", {"custom.plan": "Gold"}, {"custom.plan": "Trial"}),
    "department": ("{department: Sales}", {"department": "sales"}, {"department": "Presales"}),
    "assigned to": ("{agent: {empty: true}}", {"agent": None}, {"agent": "Ann"}),
    "customer group": ("{customer_group: vip}", {"customer_group": "VIP"}, {"customer_group": None}),
    "created from invitation": ("{from_invitation: true}", {"from_invitation": True}, {"from_invitation": None}),
    "tags": (
        "{tags: {contains_all: [eu, gold], contains_none: [test]}}",
        {"tags": ["Gold", "EU"]},
        {"tags": ["gold", "eu", "test"]},
    ),
}


def test_fifteen_conditions_are_listed() -> None:
    assert len(LIVEAGENT) == 15


@pytest.mark.parametrize("name", LIVEAGENT)
def test_every_condition_of_a_liveagent_rule_can_be_written(name: str) -> None:
    text, yes, no = LIVEAGENT[name]
    assert matches(pl.DataFrame([yes, no], infer_schema_length=2), text) == [True, False]


# --- laws ----------------------------------------------------------------------------------------------------------

ROWS = st.fixed_dictionaries(
    {
        "word": st.none() | st.sampled_from(["Red", "red", "BLUE", "bl", ""]),
        "tags": st.none() | st.lists(st.none() | st.sampled_from(["Red", "blue"]), max_size=2),
        "number": st.none() | st.integers(-3, 3),
    }
)
LEAVES = st.sampled_from(
    [
        {"word": "red"}, {"word": ["RED", "blue"]}, {"word": {"contains": "L"}}, {"word": {"empty": True}},
        {"word": {"not": "red"}}, {"tags": "red"}, {"tags": {"contains_all": ["red", "blue"]}},
        {"tags": {"contains_none": ["red"]}}, {"tags": {"empty": False}}, {"number": {">": 0}}, {"number": [1, 2]},
        {"number": {"not": {"<=": 1}}},
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda part: {"not": part}, inner)
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=6,
)


def naive(raw: dict[str, Any], row: dict[str, Any]) -> bool:
    """The same language, one row at a time and by hand."""
    return all(_naive_entry(key, value, row) for key, value in raw.items())


def _naive_entry(key: str, value: Any, row: dict[str, Any]) -> bool:
    if key == "not":
        return not naive(value, row)
    if key in ("any", "all"):
        return {"any": any, "all": all}[key](naive(part, row) for part in value)
    if not isinstance(value, dict):
        value = {"is": value}
    return all(_naive_test(operator, operand, row[key]) for operator, operand in value.items())


def _naive_test(operator: str, operand: Any, held: Any) -> bool:
    if operator == "not":
        return not _naive_entry("x", operand, {"x": held})
    if operator == "contains_none":
        return not _naive_test("is", operand, held)
    if operator == "empty":
        return (held is None or held in ("", [])) == operand
    if held is None:
        return False
    operands = operand if isinstance(operand, list) else [operand]
    if operator in (">", "<="):
        return held > operand if operator == ">" else held <= operand
    folded = [each.lower() if isinstance(each, str) else each for each in operands]
    values = [each.lower() if isinstance(each, str) else each for each in (held if isinstance(held, list) else [held])]
    if operator == "contains_all":
        return all(each in values for each in folded)
    if operator == "contains" and not isinstance(held, list):
        return any(each in values[0] for each in folded)
    return any(each in values for each in folded)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=6), raw=CONDITIONS)
def test_a_condition_says_what_a_reading_by_hand_says(rows: list[dict[str, Any]], raw: dict[str, Any]) -> None:
    schema = {"word": pl.String, "tags": pl.List(pl.String), "number": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema)
    assert matches(frame, parse_condition(raw)) == [naive(raw, row) for row in rows]


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=6), raw=CONDITIONS)
def test_a_negation_is_true_exactly_where_the_condition_is_not(rows: list[dict[str, Any]], raw: dict[str, Any]) -> None:
    schema = {"word": pl.String, "tags": pl.List(pl.String), "number": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema)
    negated = parse_condition({"not": raw})
    assert matches(frame, negated) == [not each for each in matches(frame, parse_condition(raw))]


# --- in words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "always"),
        ("{priority: urgent, department: [A, B]}", "priority is urgent and department is one of A, B"),
        ("{priority: {not: low}}", "priority is not low"),
        ("{priority: {not: [low, medium]}}", "priority is none of low, medium"),
        ("{tags: {contains: vip}}", "tags contains vip"),
        ("{tags: {contains_none: [a, b]}}", "tags contains none of a, b"),
        ("{tags: {contains_all: [a, b]}}", "tags contains all of a, b"),
        ("{subject: {matches: '^x'}}", "subject matches ^x"),
        ("{subject: {not: {starts_with: x}}}", "subject does not start with x"),
        ("{agent: {empty: true}}", "agent is empty"),
        ("{agent: {empty: false}}", "agent is not empty"),
        ("{agent: {not: {empty: true}}}", "agent is not empty"),
        ("{at: {from: 2026-01-01, before: 2026-07-01}}", "at from 2026-01-01 and at before 2026-07-01"),
        ("{n: {not: {'>': 4.50}}}", "not n > 4.50"),
        ("{deleted: TRUE}", "deleted is true"),
        ("{any: [{channel: chat}, {channel: call}]}", "channel is chat or channel is call"),
        ("{a: 1, any: [{b: 2}, {c: 3}]}", "a is 1 and (b is 2 or c is 3)"),
        ("{a: 1, any: [{b: 2}]}", "a is 1 and b is 2"),
        ("{a: 1, all: [{b: 2}, {c: 3}]}", "a is 1 and b is 2 and c is 3"),
        ("{any: [{a: 1, b: 2}, {c: 3}]}", "(a is 1 and b is 2) or c is 3"),
        ("{not: {a: 1, b: 2}}", "not (a is 1 and b is 2)"),
        ("{not: {account: Acme}}", "account is not Acme"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_words(text: str, words: str) -> None:
    assert condition(text).describe() == words


# --- mistakes --------------------------------------------------------------------------------------------------------


def test_every_mistake_is_found_at_once_with_its_path() -> None:
    raw = {"any": [{"a": []}, {}, {"b": {"lik": 1, "empty": 5}}], "not": "x", "c": None, "d": {"from": "x", "to": "y"}}
    assert [path for path, _ in mistakes_of(raw)] == [
        ("any", 0, "a"), ("any", 1), ("any", 2, "b", "lik"), ("any", 2, "b", "empty"), ("not",), ("c",),
        ("d", "from"), ("d", "to"),
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [None, [], "x", 5, [{"a": 1}]])
def test_what_is_no_mapping_is_no_condition(raw: object) -> None:
    kinds = {"NoneType": "nothing", "list": "a list", "str": "a text", "int": "a number"}
    expected = f"a condition is a mapping of columns to values, not {kinds[type(raw).__name__]}"
    assert mistakes_of(raw) == [((), expected)]


def test_values_that_no_yaml_text_can_hold_are_refused() -> None:
    assert mistakes_of({"a": object()})[0][1] == "a value is a word, a number, a date or true/false, not a object"
    assert mistakes_of({"a": float("nan")})[0][1] == "a value is a word, a number, a date or true/false, not a number"
    assert mistakes_of({5: "a"})[0][1] == "'5' is not the name of a column"
    assert mistakes_of({"": "a"})[0][1] == "'' is not the name of a column"


def test_endless_nesting_is_refused_before_it_can_exhaust_the_stack() -> None:
    groups: dict[str, Any] = {"a": 1}
    inside: Any = 1
    for _ in range(5_000):
        groups, inside = {"not": groups}, {"not": inside}
    assert mistakes_of(groups)[0][1] == mistakes_of({"a": inside})[0][1] == "conditions are nested more than 50 deep"


def test_an_unknown_column_names_the_nearest_known_ones() -> None:
    frame = pl.DataFrame(schema={"priority": pl.String, "custom.plan": pl.String})
    assert problems_of(frame, "{any: [{prioritty: 1}, {plan: gold}, {zzz: 1}]}") == [
        "error[unknown_column] there is no column 'prioritty'\n    did you mean 'priority'?",
        "error[unknown_column] there is no column 'plan'\n    did you mean 'custom.plan'?",
        "error[unknown_column] there is no column 'zzz'\n    known columns: priority, custom.plan",
    ]


def test_problems_with_columns_point_at_the_line_if_the_condition_knows_it() -> None:
    placed = condition("{a: 1, b: 2}").placed("policy.yaml", (3, 9), {("b",): (4, 9)})
    with pytest.raises(SlaauditError) as caught:
        placed.expr({"c": pl.String()}, timezone=ZONE)
    assert [problem.where for problem in caught.value.problems] == ["policy.yaml:3:9", "policy.yaml:4:9"]


ORDERLESS = pl.DataFrame(
    schema={
        "text": pl.String, "tags": pl.List(pl.String), "flag": pl.Boolean, "n": pl.Float64, "took": pl.Duration("us"),
        "at": pl.Datetime("us", "UTC"), "odd": pl.Struct({"a": pl.Int64}), "odds": pl.List(pl.Struct({"a": pl.Int64})),
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{flag: maybe}", "'maybe' is neither true nor false"),
        ("{flag: {'>': 1}}", "it holds true and false, which have no order"),
        ("{n: high}", "'high' is not a number"),
        ("{n: true}", "'true' is not a number"),
        ("{n: {'>': 2026-01-01}}", "'2026-01-01' is not a number"),
        ("{n: {contains: 4}}", "it holds numbers, and 'contains' is for words"),
        ("{took: 5}", "'5' has no unit: write 5h, 5m or 5s"),
        ("{took: {matches: x}}", "it holds durations, and 'matches' is for words"),
        ("{tags: {'>': 5}}", "it holds lists, and '>' is for numbers, dates and durations"),
        ("{at: Monday}", "'Monday' is not a date (2026-01-31) or a date and time (2026-01-31 14:00)"),
        ("{at: {starts_with: 2026}}", "it holds dates and times, and 'starts_with' is for words"),
        ("{text: {'>': 4h}}", "'4h' is not a number"),
        ("{odds: 5}", "it holds lists of Struct({'a': Int64}) values, not of words"),
        ("{odd: 2026-01-01}", "it holds Struct({'a': Int64}) values, which have no order"),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_refused(text: str, reason: str) -> None:
    name = text[1 : text.index(":")]
    assert problems_of(ORDERLESS, text) == [
        f"error[wrong_operand] the column '{name}' cannot be compared like this: {reason}\n"
        "    change the value or the comparison"
    ]


# --- the filters of the command line ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filter_", "same"),
    [
        ("priority=urgent", "{priority: urgent}"),
        ("priority=urgent,high", "{priority: [urgent, high]}"),
        (" department = Sales , Presales ", "{department: [Sales, Presales]}"),
        ('department="Sales, EMEA",Presales', "{department: ['Sales, EMEA', Presales]}"),
        ("priority!=low", "{priority: {not: low}}"),
        ("priority!=low,medium", "{priority: {not: [low, medium]}}"),
        ("agent=", "{agent: {empty: true}}"),
        ("agent!=", "{agent: {empty: false}}"),
        ("cycle>1", "{cycle: {'>': '1'}}"),
        ("cycle>=2", "{cycle: {'>=': '2'}}"),
        ("sla<0:00", "{sla: {<: 0:00}}"),
        ("elapsed <= 4h", "{elapsed: {<=: 4h}}"),
        ("due_date>2026-01-31", "{due_date: {'>': 2026-01-31}}"),
        ("subject=a=b", "{subject: a=b}"),
        ("custom.Plan name=gold", "{custom.Plan name: gold}"),
        ("{any: [{channel: chat}, {tags: {contains: vip}}]}", "{any: [{channel: chat}, {tags: {contains: vip}}]}"),
        ("  {}", "{}"),
    ],
)
def test_a_filter_is_short_for_a_condition(filter_: str, same: str) -> None:
    assert where_filter(filter_) == condition(same)


def test_filters_work_on_every_type_of_column() -> None:
    assert matches(column([1, 2, None]), where_filter("x=1,2")) == [True, True, False]
    assert matches(column([True, None]), where_filter("x!=true")) == [False, True]
    assert matches(column([timedelta(hours=-1), timedelta(0)]), where_filter("x<0:00")) == [True, False]


@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        (
            "urgent",
            "--where: error[bad_filter] this is not a filter (in: urgent)\n"
            "    write KEY=VALUE[,VALUE…], KEY!=VALUE, KEY>VALUE, KEY<VALUE, or a mapping: '{any: [{…}, {…}]}'",
        ),
        (
            "priority==urgent",
            "--where: error[bad_filter] this is not a filter (in: priority==urgent)\n"
            "    write KEY=VALUE[,VALUE…], KEY!=VALUE, KEY>VALUE, KEY<VALUE, or a mapping: '{any: [{…}, {…}]}'",
        ),
        (
            "priority=urgent,",
            "--where: error[bad_filter] there is no value here (in: priority=urgent,)\n"
            '    to match a missing value write {empty: true}; for the word null write "null"',
        ),
        (
            "cycle>many",
            "--where: error[bad_filter] '>' wants a number, a date or a duration, not 'many' (in: cycle>many)\n"
            "    write it like 5, 2026-01-31 or 4h",
        ),
        (
            "cycle>1,2",
            "--where: error[bad_filter] '>' wants one value, not a list (in: cycle>1,2)\n    write one value",
        ),
        (
            "{priority: {lik: x}}",
            "--where: error[bad_filter] 'lik' is not a comparison (in: {priority: {lik: x}})\n"
            "    use one of contains, contains_any, contains_all, contains_none, matches, starts_with, ends_with, not,"
            " empty, from, to, before, after, >, >=, <, <=",
        ),
        (
            "{priority: urgent, priority: high}",
            "--where:1:20: error[yaml_duplicate_key] the key 'priority' is written twice, first in line 1\n"
            "    keep one of them",
        ),
        (
            "{priority: [urgent}",
            "--where:1:12: error[yaml_syntax] a bracket that is opened here and not closed, or a comma missing in it\n"
            "    close the bracket; put a text with [ ] { } , or ': ' in quotes",
        ),
    ],
)
def test_a_wrong_filter_says_what_is_wrong_with_it(filter_: str, message: str) -> None:
    with pytest.raises(SlaauditError) as caught:
        where_filter(filter_)
    assert str(caught.value) == message
