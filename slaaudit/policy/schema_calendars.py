"""Calendars as JSON Schema."""

from __future__ import annotations

from slaaudit.calendars import ALWAYS
from slaaudit.calendars.opening_hours import FULL_NAMES, WEEKDAYS
from slaaudit.policy.schema_shapes import Schema, any_of, in_any_case, mapping, one_or_more, reference

_TIME = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_SPAN = rf"\s*{_TIME}\s*-\s*{_TIME}\s*"
_HOURS = rf"^({_SPAN}(,{_SPAN})*|\s*24[hH]\s*|\s*[cC][lL][oO][sS][eE][dD]\s*)$"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATES = rf"^({_DATE}|\s*{_DATE}\s*\.\.\s*{_DATE}\s*)$"


def calendars() -> dict[str, Schema]:
    """Name → schema, of what calendars consist of."""
    day = in_any_case((*WEEKDAYS, *FULL_NAMES)).strip("^$")
    days = rf"^\s*{day}(\s*-\s*{day})?(\s*,\s*{day}(\s*-\s*{day})?)*\s*$|^\s*[dD][aA][iI][lL][yY]\s*$"
    offered = dict.fromkeys(("mon-fri", *WEEKDAYS, "daily"), reference("hours"))
    week = mapping(reference("hours"), offered=offered) | {"patternProperties": {days: reference("hours")}}
    special = mapping(reference("hours")) | {"patternProperties": {_DATES: reference("hours")}}
    keys = {
        "hours": week | {"description": "the open hours of each weekday; days that are not named are closed"},
        "holidays": _holidays(special),
        "timezone": {"type": "string", "description": "zone of the clocks on the wall; the policy's, if left out"},
    }
    calendar = {"type": "object", "required": ["hours"], "properties": keys, "additionalProperties": False}
    return {
        "hours": {
            **one_or_more({"type": "string", "pattern": _HOURS}),
            "description": 'such as "09:00-12:30, 13:00-17:30", 24h or closed',
            "examples": ["09:00-17:00", "09:00-12:30, 13:00-17:30", "24h", "closed"],
        },
        "calendar": any_of({"const": ALWAYS}, calendar, description=f"opening hours, or {ALWAYS}: always open"),
        "dates": one_or_more(any_of({"type": "string", "pattern": _DATES}, *_named_dates())),
    }


def _named_dates() -> list[Schema]:
    date: Schema = {"type": "string", "pattern": f"^{_DATE}$"}
    shapes = (("date",), ("from", "to"))
    return [
        {
            "type": "object",
            "required": list(keys),
            "properties": {**dict.fromkeys(keys, date), "name": {"type": ["string", "number"]}},
            "additionalProperties": False,
        }
        for keys in shapes
    ]


def _holidays(special: Schema) -> Schema:
    keys: dict[str, Schema] = {
        "country": {
            "type": "string",
            "description": "public holidays of a country, by its two-letter code, such as NL",
        },
        "subdivision": {
            "type": ["string", "integer"],
            "description": "and those of its state, province or canton, such as BY",
        },
        "dates": {"allOf": [reference("dates")], "description": "closed days: 2026-12-24 or 2026-12-24..2027-01-02"},
        "exclude": {"allOf": [reference("dates")], "description": "holidays of the country or the file to work on"},
        "special": special | {"description": "other hours on some dates; closed closes them"},
        "ics": {"type": "string", "description": "an iCalendar file with whole-day events, next to the policy"},
    }
    return {
        "type": "object",
        "description": "closed days, and days with other hours",
        "properties": keys,
        "additionalProperties": False,
    }
