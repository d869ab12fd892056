"""The values of a policy file as JSON Schema: what editors complete, and what they can tell to be wrong.

Never stricter than the loader, which knows more: whatever it accepts must pass here. Upper and lower case make no
difference to the loader in most places; where the words are few, they are offered as written here, and patterns accept
them in any case.
"""

from __future__ import annotations

import polars as pl

from slaaudit.conditions.checks import DATE_OPERATORS, ORDER_OPERATORS
from slaaudit.conditions.parsing import LIST_OPERATORS
from slaaudit.frames import CUSTOM, EVENTS, STATES, TICKETS, VENDOR, VENDOR_DUE
from slaaudit.policy.due_dates import INSTANTS
from slaaudit.policy.fields import NONE
from slaaudit.policy.levels import OTHERWISE
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.policy.presets import preset_names
from slaaudit.policy.schema_calendars import calendars
from slaaudit.policy.schema_shapes import Schema, any_of, in_any_case, mapping, one_or_more, reference
from slaaudit.policy.vocabulary import EVENT_SCHEMA, SHOWS, TICKET_SCHEMA, TRIGGERS, WORDS

_AMOUNT = (
    r"^\s*(([0-9]+\s*[hH]\s*)?([0-9]+\s*[mM]([iI][nN])?\s*)?([0-9]+\s*[sS]\s*)?([0-9]+\s*[mM][sS]\s*)?"
    r"|[0-9]+:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?|[0-9]+[bB][dD])\s*$"
)
_MADE_COLUMNS = {
    "last_message_by": "who wrote the last message: requester, agent or system",
    "last_message_public": "whether the requester could see the last message; false: an internal note",
}
_EVENT_COLUMNS = {
    "replied": "whether the ticket had a public reply of an agent before",
    "opened_by": "who created the ticket: requester or agent",
}
_OPERATORS = {
    "contains": "the text contains this; a list has this word",
    "contains_any": "contains at least one of these",
    "contains_all": "contains every one of these",
    "contains_none": "contains none of these, or is missing",
    "matches": "matches this regular expression, such as '(?i)outage'",
    "starts_with": "starts with this",
    "ends_with": "ends with this",
    "not": "is not this, or none of these",
    "empty": "true: is missing; false: is there",
    "from": "on this date or later",
    "to": "on this date or earlier",
    "before": "earlier than this date",
    "after": "later than this date",
    ">": "more than this; put it in quotes inside { }",
    ">=": "at least this; put it in quotes inside { }",
    "<": "less than this; put it in quotes inside { }",
    "<=": "at most this; put it in quotes inside { }",
}


def definitions() -> dict[str, Schema]:
    """Name → schema, of every value that is not a mapping with keys of its own in the model."""
    return {**_plain(), **_conditions(), **calendars(), **_names()}


def _plain() -> dict[str, Schema]:
    text: Schema = {"type": ["string", "number"], "minLength": 1}
    return {
        "text": text,
        "texts": one_or_more(reference("text")) | {"description": "one text, or a list of texts"},
        "share": any_of(
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?%?$"},
            description="a share of the whole: 75% or 0.75",
        ),
        "amount": {
            "type": "string",
            "pattern": _AMOUNT,
            "minLength": 1,
            "description": "open time of the calendar (4h, 90m, 1h30m, 45s, 1:30) or working days (2bd)",
        },
        "due_column": _due_column(),
        NONE: {"const": NONE},
        "target_or_short": any_of(reference("amount"), reference(NONE), reference("target")),
        "condition_or_none": any_of(reference("condition"), reference(NONE)),
        "events": one_or_more(reference("event_condition")),
        "trigger": any_of({"enum": list(TRIGGERS)}, _changed()),
        "triggers": one_or_more(reference("trigger")),
    }


def _due_column() -> Schema:
    offered = [*(f"{VENDOR_DUE}{name}" for name in builtin_metrics()), *INSTANTS]
    return any_of(
        {"enum": offered},
        {"type": "string", "pattern": f"^{VENDOR_DUE.replace('.', '[.]')}."},
        description="a column of instants of the tickets",
    )


def _changed() -> Schema:
    field = {"type": "string", "description": "a column of the tickets, level, or custom.NAME"}
    return {
        "type": "object",
        "required": ["changed"],
        "properties": {"changed": any_of(field, {"type": "array", "items": field})},
        "additionalProperties": False,
    }


def _conditions() -> dict[str, Schema]:
    on_tickets = {name: meaning for name, meaning in _meanings().items() if name in TICKET_SCHEMA}
    return {
        "scalar": {"type": ["string", "number", "boolean"], "minLength": 1},
        "scalars": one_or_more(reference("scalar")),
        "operators": _operators(),
        "comparison": _comparison(None),
        "condition": _condition("condition", on_tickets),
        "event_condition": _condition("event_condition", _meanings()),
    }


def _meanings() -> dict[str, str]:
    """Column of a condition → what it means."""
    frames = {column.name: column.meaning for frame in (EVENTS, TICKETS) for column in frame.columns}
    known = frames | _MADE_COLUMNS | _EVENT_COLUMNS
    return {name: known[name] for name in EVENT_SCHEMA}


_PREFIXES = "|".join(prefix.removesuffix(".") for prefix in (CUSTOM, *VENDOR))


def _condition(own: str, columns: dict[str, str]) -> Schema:
    inner = reference(own)
    groups = {
        "any": {"type": "array", "minItems": 1, "items": inner, "description": "or: true if one of these is"},
        "all": {"type": "array", "minItems": 1, "items": inner, "description": "and: true if each of these is"},
        "not": {"allOf": [inner], "description": "true if this is not"},
    }
    compared = {name: _column(name) | {"description": meaning} for name, meaning in columns.items()}
    return {
        "type": "object",
        "description": "columns with the values that they must have; side by side means and",
        "properties": groups | compared,
        "patternProperties": {f"^({_PREFIXES})[.].": reference("comparison")},
        "additionalProperties": False,
    }


def _column(name: str) -> Schema:
    if words := WORDS.get(name):
        return _comparison(words)
    if EVENT_SCHEMA[name] == pl.Boolean:
        return any_of({"type": "boolean"}, reference("comparison"))
    return {"allOf": [reference("comparison")]}


def _comparison(words: tuple[str, ...] | None) -> Schema:
    """A value, a list of values, or operators with theirs; `words` are all that the column can be."""
    value: Schema = reference("scalar")
    if words:
        value = any_of({"enum": list(words)}, {"type": "string", "pattern": in_any_case(words)})
    return any_of(*one_or_more(value)["anyOf"], reference("operators"))


def _operators() -> Schema:
    schemas: dict[str, Schema] = {name: reference("scalar") for name in (*DATE_OPERATORS, *ORDER_OPERATORS, "contains")}
    schemas |= {name: reference("scalars") for name in LIST_OPERATORS}
    schemas["empty"] = any_of({"type": "boolean"}, {"type": "string", "pattern": in_any_case(("true", "false"))})
    schemas["not"] = reference("comparison")
    described = {name: {"allOf": [schemas[name]], "description": text} for name, text in _OPERATORS.items()}
    return {"type": "object", "minProperties": 1, "properties": described, "additionalProperties": False}


def _names() -> dict[str, Schema]:
    """Mappings of names of which some are known, and lists of known words."""
    titles = {name: str(keys["title"]) for name, keys in builtin_metrics().items()}
    targets = {name: {"allOf": [reference("target_or_short")], "description": title} for name, title in titles.items()}
    metrics = {name: {"allOf": [reference("metric")], "description": title} for name, title in titles.items()}
    others = {OTHERWISE: {"allOf": [reference("amount")], "description": "for every other priority"}}
    return {
        "targets": mapping(reference("target_or_short"), offered=targets, others=True),
        "metrics": mapping(reference("metric"), offered=metrics, others=True),
        "by_priority": mapping(reference("amount"), offered=others, others=True),
        "states": mapping({}, offered=dict.fromkeys(STATES, reference("texts"))),
        "needs": one_or_more({"enum": list(SHOWS)}),
        "preset": {"enum": list(preset_names())},
    }
