"""A YAML document → its model, with every mistake in plain words at its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from slaaudit.conditions.parsing import kind_of
from slaaudit.policy.mistakes import Mistakes
from slaaudit.policy.model import model_at
from slaaudit.policy.resolved import Path
from slaaudit.problems import did_you_mean

_Model = TypeVar("_Model", bound=BaseModel)
ModelAt = Callable[[type[BaseModel], Path], type[BaseModel] | None]
_BELONGS = {
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "bool_type": "true or false",
    "string_type": "a text",
}
# Stand in for what is missing or wrong, so that the rest can still be checked and rules keep their numbers.
_HARMLESS_RULE = {"stop": True}
_HARMLESS: dict[str, Any] = {"policy": "?", "title": "?", "levels": {"?": {}}, "rules": [_HARMLESS_RULE]}
_ROUNDS = 4


def validated(model: type[_Model], mistakes: Mistakes, *, at: ModelAt = model_at) -> _Model | None:
    """What of the document is usable as `model`, with all mistakes noted; None if nothing is.

    Values with a mistake are left out, so that names in the rest can still be checked and everything is reported
    in one go. `at` knows the model of each mapping inside the document.
    """
    usable = deepcopy(mistakes.document.value)
    for path in _check_empty_values(usable, (), mistakes):
        if path and at(model, path[:-1]):
            _leave_out(usable, path)
    for attempt in range(_ROUNDS):
        try:
            return model.model_validate(usable)
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False)
        if attempt == 0:
            for error in errors:
                _note(error, partial(at, model), mistakes)
        for error in errors:
            _leave_out(usable, error["loc"])
    return None


def _check_empty_values(value: object, path: Path, mistakes: Mistakes) -> list[Path]:
    """Where nothing follows the colon: a slip, never a meaning of its own."""
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        return [each for key, inner in entries for each in _check_empty_values(inner, (*path, key), mistakes)]
    if value is not None:
        return []
    what = f"'{path[-1]}' has no value" if path and isinstance(path[-1], str) else "there is no value here"
    # in { } a comma ends an entry: hours with a break, or several days, fall apart there
    unquoted = (
        'put what has a comma in quotes:  mon-thu: "08:30-12:30, 13:00-17:30"'
        if path[:1] == ("calendars",) and "hours" in path
        else ""
    )
    mistakes.add(path, "empty_value", what, unquoted or "write a value, or remove the line", of_key=True)
    return [path]


def _note(error: Any, inside: Callable[[Path], type[BaseModel] | None], mistakes: Mistakes) -> None:
    path, kind, raw = error["loc"], error["type"], error["input"]
    parent = inside(path[:-1]) if path else None
    if kind == "slaaudit":
        for within, code, what, hint in error["ctx"]["mistakes"]:
            mistakes.add((*path, *within), code, what, hint or _example(parent, path), of_key=_is_key(code))
    elif kind == "extra_forbidden":
        known = tuple(parent.model_fields) if parent else ()
        metrics = "; metrics stand under targets" if "targets" in known else ""
        hint = did_you_mean(str(path[-1]), known) or f"known keys here: {', '.join(known)}{metrics}"
        mistakes.add(path, "unknown_key", f"unknown key '{path[-1]}'", hint, of_key=True)
    elif kind == "missing":
        mistakes.add(path, "missing_key", f"the key '{path[-1]}' is missing", _example(parent, path))
    elif kind == "literal_error":
        known = tuple(re.findall(r"'([^']*)'", error["ctx"]["expected"]))
        shown = f"'{raw}'" if isinstance(raw, str) else kind_of(raw)
        hint = (did_you_mean(raw, known) if isinstance(raw, str) else "") or f"use one of {', '.join(known)}"
        mistakes.add(path, "unknown_word", f"{shown} is no word for '{path[-1]}'", hint)
    elif kind == "too_short":
        mistakes.add(path, "empty_value", f"'{path[-1]}' is empty", _example(parent, path), of_key=True)
    else:
        who = f"'{path[-1]}'" if isinstance(path[-1], str) else "an entry of this list"
        what = f"{who} wants {_BELONGS.get(kind, 'something else')}, not {kind_of(raw)}"
        mistakes.add(path, "wrong_type", what, _example(parent, path) or _keys(inside(path)), of_key=True)


def _is_key(code: str) -> bool:
    return code == "unknown_key"


def _example(parent: type[BaseModel] | None, path: Path) -> str:
    """A hint that shows the key as it should look."""
    field = parent.model_fields.get(str(path[-1])) if parent else None
    return f"write it like  {path[-1]}: {field.examples[0]}" if field and field.examples else ""


def _keys(model: type[BaseModel] | None) -> str:
    return f"its keys are {', '.join(model.model_fields)}" if model else ""


def _leave_out(document: Any, path: Path) -> None:
    """Removes the entry that `path` leads to or into; a rule becomes a harmless one, a required key too."""
    if len(path) == 2 and path[0] == "rules":
        document["rules"][path[1]] = _HARMLESS_RULE
        return
    parent, last = document, path[0]
    for step, following in pairwise(path):
        inner = parent[step]
        if not isinstance(inner, dict | list):
            break
        if isinstance(inner, list) and step != "rules":  # an item of a list of words: the whole list goes
            break
        parent, last = inner, following
    if parent is document and last in _HARMLESS:
        document[last] = deepcopy(_HARMLESS[str(last)])
    else:
        parent.pop(last, None)
