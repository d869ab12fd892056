"""The types of the values in a policy file: each reads what was written, or says in plain words what belongs there."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from slaaudit.conditions import Condition, ConditionErrors, parse_condition
from slaaudit.conditions.operands import written
from slaaudit.conditions.parsing import kind_of
from slaaudit.durations import Amount, parse_target
from slaaudit.policy.due_dates import mistake_in_column
from slaaudit.policy.resolved import Path, Trigger
from slaaudit.policy.vocabulary import TRIGGERS, field_hint, is_field
from slaaudit.problems import did_you_mean

NONE = "none"  # takes away what a level inherits, or what a policy excludes by default
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)(%)?")
_FINEST = 10_000
Mistake = tuple[Path, str, str, str]  # path inside the value, code, what, hint


def refused(code: str, what: str, hint: str = "", path: Path = ()) -> PydanticCustomError:
    """One mistake in a value, as the error that pydantic passes on."""
    return refused_all([(path, code, what, hint)])


def refused_all(mistakes: list[Mistake]) -> PydanticCustomError:
    """All the mistakes in a value in one error: a validator can raise only one."""
    return PydanticCustomError("slaaudit", "{what}", {"what": mistakes[0][2], "mistakes": mistakes})


def _text(raw: object) -> object:
    """Names may look like numbers (`level: 1`); everything else must be text."""
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return written(raw)
    if isinstance(raw, str) and raw.strip():
        return raw
    kind = "an empty one" if isinstance(raw, str) else kind_of(raw)
    raise refused("wrong_type", f"a text belongs here, not {kind}", "put it in quotes" if isinstance(raw, bool) else "")


def _texts(raw: object) -> object:
    return raw if isinstance(raw, list) else [raw]


def _share(raw: object) -> Fraction:
    """`75%` or `0.75`."""
    text = written(raw) if isinstance(raw, str | Decimal) else ""
    found = _SHARE.fullmatch(text)
    share = Fraction(found[1]) / (100 if found[2] else 1) if found else Fraction(0)
    if not 0 < share <= 1:
        raise refused("bad_share", f"{_shown(raw)} is no share of the whole", "write it like 75% or 0.75")
    return share


def _coarse_share(raw: object) -> Fraction:
    """A share that stays exact in whole numbers of microseconds."""
    share = _share(raw)
    if share.denominator > _FINEST:
        raise refused(
            "bad_share", f"{_shown(raw)} is finer than a hundredth of a percent", "write it like 75% or 66.67%"
        )
    return share


def _shown(raw: object) -> str:
    is_word = isinstance(raw, str | int | Decimal) and not isinstance(raw, bool)
    return f"'{written(raw)}'" if is_word else kind_of(raw)  # type: ignore[arg-type]  # narrowed in the line above


def _amount(raw: object) -> Amount:
    if isinstance(raw, Amount):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise refused("bad_target", f"{kind_of(raw)} is no amount of time", "write it like 4h, 1h30m or 2bd")
    try:
        return parse_target(written(raw))
    except ValueError as wrong:
        raise refused("bad_target", str(wrong)) from None


def _due_column(raw: object) -> str:
    if not isinstance(raw, str):
        raise refused("bad_due_date", f"{kind_of(raw)} is no column of due dates")
    if mistake := mistake_in_column(raw):
        raise refused("bad_due_date", *mistake)
    return raw


def _condition(raw: object) -> Condition:
    try:
        return parse_condition(raw)
    except ConditionErrors as wrong:
        raise refused_all([(path, "bad_condition", what, hint) for path, what, hint in wrong.errors]) from None


def _some_condition(raw: object) -> Condition:
    """A condition that says something: the empty one would pause or exclude everything."""
    condition = _condition(raw)
    if condition.matches_everything:
        raise refused("bad_condition", "the condition is empty and matches everything", "name a column, or remove it")
    return condition


def _condition_or_none(raw: object) -> Condition | None:
    return None if raw == NONE else _some_condition(raw)


def _events(raw: object) -> Condition:
    """A condition on events, or a list of them of which any will do."""
    if not isinstance(raw, list):
        return _some_condition(raw)
    if not raw:
        raise refused("bad_condition", "the list of conditions is empty", "name at least one, or remove it")
    try:
        return parse_condition({"any": raw})
    except ConditionErrors as wrong:
        raise refused_all([(path[1:], "bad_condition", what, hint) for path, what, hint in wrong.errors]) from None


def short_target(raw: object) -> object:
    """`4h` is short for `{target: 4h}`; `none` takes an inherited target away."""
    if isinstance(raw, dict):
        return raw
    return None if raw == NONE else {"target": _amount(raw)}


def _triggers(raw: object) -> tuple[Trigger, ...]:
    """`created`, or a list of triggers, of which `{changed: FIELD}` (or a list of fields) is one."""
    items = raw if isinstance(raw, list) else [raw]
    mistakes: list[Mistake] = []
    triggers: list[Trigger] = []
    for index, item in enumerate(items):
        path: Path = (index,) if isinstance(raw, list) else ()
        triggers += _fields_changed(item, path, mistakes) if isinstance(item, dict) else _trigger(item, path, mistakes)
    if not items:
        mistakes.append(((), "bad_trigger", "the list is empty: the rule would never be looked at", "remove 'on'"))
    if mistakes:
        raise refused_all(mistakes)
    return tuple(triggers)


def _trigger(item: object, path: Path, mistakes: list[Mistake]) -> list[Trigger]:
    for kind in TRIGGERS:
        if item == kind:
            return [Trigger(kind)]  # type: ignore[arg-type]  # TRIGGERS spells out the words of TriggerKind
    near = did_you_mean(item, TRIGGERS) if isinstance(item, str) else ""
    hint = near or f"use {', '.join(TRIGGERS)} or {{changed: priority}}"
    mistakes.append((path, "bad_trigger", f"{_shown(item)} is not when a rule can be looked at", hint))
    return []


def _fields_changed(item: dict[str, Any], path: Path, mistakes: list[Mistake]) -> list[Trigger]:
    if set(item) != {"changed"}:
        what, hint = "the only trigger with a value is 'changed'", "write {changed: priority}"
        mistakes.append((path, "bad_trigger", what, hint))
        return []
    names = item["changed"] if isinstance(item["changed"], list) else [item["changed"]]
    for index, name in enumerate(names):
        if not isinstance(name, str) or not is_field(name):
            what, hint = (
                f"{_shown(name)} is no field of a ticket",
                field_hint(name if isinstance(name, str) else "NAME"),
            )
            mistakes.append(((*path, "changed", index), "bad_trigger", what, hint))
    return [Trigger("changed", str(name)) for name in names]


DEFINITION = "definition"


def defined(name: str) -> WithJsonSchema:
    """What a value looks like to an editor: the definition of this name in `schema_parts`."""
    return WithJsonSchema({DEFINITION: name})


Text = Annotated[str, BeforeValidator(_text), defined("text")]
Texts = Annotated[list[Text], BeforeValidator(_texts), defined("texts")]
ShareOfWhole = Annotated[Fraction, BeforeValidator(_share), defined("share")]
CoarseShare = Annotated[Fraction, BeforeValidator(_coarse_share), defined("share")]
AmountOfTime = Annotated[Amount, BeforeValidator(_amount), defined("amount")]
DueColumn = Annotated[str, BeforeValidator(_due_column), defined("due_column")]
CalendarSpec = Annotated[Any, defined("calendar")]
When = Annotated[Condition, BeforeValidator(_condition), defined("condition")]
Pause = Annotated[Condition | None, BeforeValidator(_condition_or_none), defined("condition_or_none")]
Events = Annotated[Condition, BeforeValidator(_events), defined("events")]
Triggers = Annotated[tuple[Trigger, ...], BeforeValidator(_triggers), defined("triggers")]
