"""The `--where` of the command line → `Condition`."""

from __future__ import annotations

import csv
import re

from slaaudit.conditions.parsing import ConditionErrors, parse_condition
from slaaudit.conditions.tree import Condition
from slaaudit.problems import Problem, SlaauditError
from slaaudit.yaml_nodes import read_yaml

_FILTER = re.compile(r"\s*([^=!<>{\"']+?)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*", re.DOTALL)
_HOW = "write KEY=VALUE[,VALUE…], KEY!=VALUE, KEY>VALUE, KEY<VALUE, or a mapping: '{any: [{…}, {…}]}'"
_NAME = "--where"  # stands for the file in messages


def where_filter(text: str) -> Condition:
    """The condition of one `--where`: `KEY=VALUE[,VALUE…]`, also `!= > >= < <=`, or a YAML flow mapping.

    `KEY=` matches missing values and `KEY!=` the others; a value with a comma stands in double quotes. Raises
    `SlaauditError`, code `bad_filter`, or the YAML codes with the column in the text.
    """
    raw = read_yaml(text, file=_NAME).value if text.lstrip().startswith("{") else _pair(text)
    try:
        return parse_condition(raw)
    except ConditionErrors as wrong:
        raise SlaauditError(_problem(text, what, hint or _HOW) for _, what, hint in wrong.errors) from None


def _problem(text: str, what: str, hint: str) -> Problem:
    return Problem(code="bad_filter", what=f"{what} (in: {text})", hint=hint, file=_NAME)


def _pair(text: str) -> dict[str, object]:
    """`KEY=VALUE,VALUE` as the mapping it stands for."""
    found = _FILTER.fullmatch(text)
    if not found or found[3].startswith("="):
        raise SlaauditError(_problem(text, "this is not a filter", _HOW))
    key, sign, value = found.groups()
    if sign in ("=", "!=") and not value:
        return {key: {"empty": sign == "="}}
    values = next(csv.reader([value], skipinitialspace=True))
    listed = [each.strip() for each in values]
    one_or_more = listed[0] if len(listed) == 1 else listed
    return {key: one_or_more if sign == "=" else {"not" if sign == "!=" else sign: one_or_more}}
