"""What the checks say about rules and conditions is true of every ticket of a small world.

Conditions are evaluated on all of its tickets; rules are played through one by one, for each kind of event, by a loop
that knows nothing of what the checks reason with.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import product

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from slaaudit.conditions import Condition, parse_condition
from slaaudit.frames import INSTANT
from slaaudit.policy.checks import Subject, rule_matches_everything, rule_overruled, rule_shadowed
from slaaudit.policy.loading import reads_policy
from slaaudit.policy.logic import Coverage, cases_of, contradiction
from slaaudit.policy.logic.literals import Kind
from slaaudit.policy.resolved import Rule, Trigger

EXAMPLES = 60
ZONE = "Europe/Amsterdam"
KINDS: dict[str, Kind] = {
    "priority": "text", "subject": "text", "tags": "list", "deleted": "flag", "created_at": "instant",
    "custom.n": "unknown",
}  # fmt: skip
VALUES: dict[str, list[object]] = {
    "priority": ["urgent", "High", "", None],
    "subject": ["big outage", "OUTAGE", "re: out", None],
    "tags": [["vip"], ["vip", "Beta"], None],
    "deleted": [True, False, None],
    "created_at": [datetime(2026, 3, day, 23, 30, tzinfo=UTC) for day in (28, 29, 31)],
    "custom.n": ["3", "7", "many", None],
}  # fmt: skip
TYPES: dict[str, pl.DataType] = {
    "priority": pl.String(), "subject": pl.String(), "tags": pl.List(pl.String()), "deleted": pl.Boolean(),
    "created_at": INSTANT, "custom.n": pl.String(),
}  # fmt: skip

WORDS = {
    "priority": ["urgent", "HIGH", "low", "other"],
    "subject": ["outage", "out", "big", "re: out", "big outage"],
    "tags": ["vip", "beta", "other"],
}
DATES = ["2026-03-28", "2026-03-29", "2026-03-29 02:30", "2026-04-01", "2026-04-01T00:00:00Z"]
NUMBERS = [3, 5, 7, "7.0"]


@cache
def world() -> pl.DataFrame:
    """One row per ticket that there can be."""
    rows = list(product(*VALUES.values()))
    return pl.DataFrame(rows, schema=dict(zip(VALUES, TYPES.values(), strict=True)), orient="row")


def holds(condition: Condition | None) -> pl.Series:
    """Whether the condition is true of each ticket of the world."""
    if condition is None or condition.matches_everything:
        return pl.repeat(True, world().height, dtype=pl.Boolean, eager=True)
    return world().select(holds=condition.expr(TYPES, timezone=ZONE)).to_series()


def some(words: list[str]) -> st.SearchStrategy[object]:
    return st.sampled_from(words) | st.lists(st.sampled_from(words), min_size=1, max_size=3)


def comparison(column: str) -> st.SearchStrategy[object]:
    empty = st.booleans().map(lambda value: {"empty": value})
    if column == "deleted":
        return st.booleans() | empty | st.booleans().map(lambda value: {"not": value})
    if column == "created_at":
        order = st.sampled_from(["from", "to", "before", "after", ">", ">=", "<", "<="])
        return st.sampled_from(DATES) | empty | st.dictionaries(order, st.sampled_from(DATES), min_size=1, max_size=2)
    if column == "custom.n":
        order = st.sampled_from([">", ">=", "<", "<="])
        return (
            st.sampled_from(NUMBERS) | empty | st.dictionaries(order, st.sampled_from(NUMBERS), min_size=1, max_size=2)
        )
    words = WORDS[column]
    operator = st.sampled_from(["contains_any", "contains_all", "contains_none", "starts_with", "ends_with", "not"])
    one = st.sampled_from(words).map(lambda word: {"contains": word})
    pattern = st.sampled_from(["out", "^$", "(?i)VIP"]).map(lambda text: {"matches": text})
    return some(words) | empty | one | pattern | st.builds(lambda key, value: {key: value}, operator, some(words))


COLUMN = st.sampled_from(list(VALUES)).flatmap(lambda column: st.tuples(st.just(column), comparison(column)))
FLAT = st.lists(COLUMN, min_size=1, max_size=3).map(dict)


def grouped(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    parts = st.lists(inner, min_size=1, max_size=3)
    either = st.sampled_from(["any", "all"])
    alone = st.builds(lambda key, several: {key: several}, either, parts)
    beside = st.builds(lambda one, key, several: {**one, key: several}, FLAT, either, parts)
    return alone | beside | inner.map(lambda part: {"not": part})


GROUPS = st.recursive(FLAT, grouped, max_leaves=4)


def cases(condition: Condition):
    return cases_of(condition, KINDS.__getitem__, ZONE)


@settings(max_examples=EXAMPLES, deadline=None)
@given(GROUPS)
def test_the_cases_of_a_condition_together_are_the_condition(raw: dict[str, object]) -> None:
    condition = parse_condition(raw)
    found = pl.repeat(False, world().height, dtype=pl.Boolean, eager=True)
    for case in cases(condition):
        fits = pl.repeat(True, world().height, dtype=pl.Boolean, eager=True)
        for literal in case:
            assert literal.comparison is not None
            value = holds(Condition(literal.comparison, {}))
            is_no = literal.operator == "empty" and str(literal.comparison.operands[0]).lower() == "false"
            fits &= ~value if literal.negated != is_no else value
        found |= fits
    assert found.equals(holds(condition))


@settings(max_examples=EXAMPLES, deadline=None)
@given(GROUPS)
def test_a_condition_that_contradicts_itself_is_true_of_no_ticket(raw: dict[str, object]) -> None:
    condition = parse_condition(raw)
    assert contradiction(cases(condition)) is None or not holds(condition).any()


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(GROUPS, min_size=2, max_size=6), GROUPS)
def test_conditions_that_cover_another_are_true_wherever_it_is(
    raws: list[dict[str, object]], raw: dict[str, object]
) -> None:
    coverage = Coverage()
    conditions = [parse_condition(each) for each in raws]
    for number, condition in enumerate(conditions):
        coverage.add(number, cases(condition))
    covered = parse_condition(raw)
    if numbers := coverage.covering(cases(covered), lambda _: True):
        together = pl.DataFrame([holds(conditions[number]).alias(str(number)) for number in numbers])
        assert (~holds(covered) | together.select(pl.any_horizontal(pl.all())).to_series()).all()


TRIGGERS = [Trigger("changed", name) for name in ("priority", "agent")]
TRIGGERS += [Trigger("created"), Trigger("requester_message"), Trigger("note")]
ON = st.none() | st.lists(
    st.sampled_from(["created", "changed", {"changed": "priority"}, "requester_message", "note"]),
    min_size=1,
    max_size=3,
)
CLOSE = st.builds(  # conditions so alike that they often cover each other
    lambda priority, subject: {**priority, **subject},
    st.sampled_from([{}, {"priority": "urgent"}, {"priority": ["urgent", "high"]}, {"priority": {"not": "low"}}]),
    st.sampled_from([{}, {"subject": {"contains": "out"}}, {"subject": "outage"}, {"deleted": True}]),
)
RULES = st.lists(st.tuples(CLOSE, st.booleans(), ON, st.sampled_from(["a", "b", "none", None])), min_size=2, max_size=7)


def policy_of(rules: list[tuple[dict[str, object], bool, object, str | None]]) -> Subject:
    entries = []
    for when, stop, on, level in rules:
        keys = [f"when: {_flow(when)}"] if when else []
        keys += [f"level: {level}"] if level else []
        keys += [f"stop: {str(stop or level is None).lower()}"]
        keys += [f"on: {_flow(on)}"] if on else []
        entries.append(f"  - {{{', '.join(keys)}}}")
    lines = ["policy: P", "levels: {a: {}, b: {}}", "rules:", *entries, ""]
    return Subject(reads_policy("\n".join(lines)))


def _flow(value: object) -> str:
    import json

    return json.dumps(value)


def listens(rule: Rule, event: Trigger) -> bool:
    on = rule.on if rule.on is not None else (Trigger("created"), Trigger("changed"))
    return any(each == event or (each.kind == event.kind and each.field is None) for each in on)


def played(rules: tuple[Rule, ...], event: Trigger) -> tuple[list[bool], list[bool], list[bool]]:
    """Of each rule: whether it is ever looked at, ever matches, and ever decides at such an event."""
    truths = [holds(rule.when) for rule in rules]
    looked_at, matched, decides = ([False] * len(rules) for _ in range(3))
    for ticket in sorted({tuple(row) for row in pl.DataFrame([t.alias(str(n)) for n, t in enumerate(truths)]).rows()}):
        winner = None
        for number, rule in enumerate(rules):
            if not listens(rule, event):
                continue
            looked_at[number] = True
            if ticket[number]:
                matched[number] = True
                winner = number if rule.level or rule.no_level else winner
                if rule.stop:
                    break
        if winner is not None:
            decides[winner] = True
    return looked_at, matched, decides


@settings(max_examples=EXAMPLES, deadline=None)
@given(RULES)
def test_what_is_said_about_rules_is_so_at_every_event(
    rules: list[tuple[dict[str, object], bool, object, str | None]],
) -> None:
    subject = policy_of(rules)
    plays = [played(subject.policy.rules, event) for event in TRIGGERS]
    for finding in rule_shadowed.check(subject):
        assert not any(matched[finding.path[1]] for _, matched, _ in plays)
    for finding in rule_overruled.check(subject):
        assert not any(decides[finding.path[1]] for _, _, decides in plays)
    for finding in rule_matches_everything.check(subject):
        lost = [rule.name in finding.what for rule in subject.policy.rules]
        lost[finding.path[1]] = False
        assert not any(looked_at[number] for looked_at, _, _ in plays for number, each in enumerate(lost) if each)
