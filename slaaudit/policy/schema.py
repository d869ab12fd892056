"""The JSON Schema of policy files (draft-07, which editors understand), made from the model."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from slaaudit.policy.fields import DEFINITION
from slaaudit.policy.model import LevelFile, MetricFile, PolicyFile, RuleFile, TargetFile
from slaaudit.policy.schema_parts import definitions
from slaaudit.policy.schema_shapes import Schema, reference
from slaaudit.yaml_nodes import read_yaml

DRAFT = "http://json-schema.org/draft-07/schema#"
_MODE: Literal["validation"] = "validation"
_NAMES: dict[type[BaseModel], str] = {
    PolicyFile: "policy",
    LevelFile: "level",
    TargetFile: "target",
    RuleFile: "rule",
    MetricFile: "metric",
}
_NULL = {"type": "null"}


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file: every key with what it says and an example, every value with its shape.

    What the loader accepts is valid; what depends on other parts of the file, such as names of levels, it alone can
    tell.
    """
    wanted = tuple((model, _MODE) for model in _NAMES)
    _, generated = models_json_schema(wanted, ref_template="#/definitions/{model}")
    models = {name: _readable(generated["$defs"][model.__name__]) for model, name in _NAMES.items()}
    policy = models.pop("policy")
    parts = {name: _readable(part) for name, part in definitions().items()}
    known = dict(sorted({**models, **parts}.items()))
    return {"$schema": DRAFT, "title": "slaaudit policy", **policy, "definitions": known}


def schema_text() -> str:
    """The schema as it is printed and kept in files."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"


def _readable(schema: Any) -> Any:
    """A generated schema in the words of draft-07, without what only pydantic says and what a policy cannot be."""
    if isinstance(schema, list):
        return [_readable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _readable(value) for key, value in schema.items() if key != "title" or isinstance(value, dict)}
    if _NULL in kept.get("anyOf", []):  # nothing after a colon is a mistake, whatever the model's default
        kept = _without_null(kept)
    if kept.get("default", ...) is None:
        del kept["default"]
    if isinstance(kept.get("examples"), list):
        kept["examples"] = [_example(each) for each in kept["examples"]]
    return _referring(kept)


def _without_null(schema: Schema) -> Schema:
    others = [each for each in schema["anyOf"] if each != _NULL]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**others[0], **rest} if len(others) == 1 else {"anyOf": others, **rest}


def _referring(schema: Schema) -> Schema:
    """A definition, or a model, by reference; beside `$ref` nothing else counts in draft-07."""
    target: Schema | None = None
    if isinstance(schema.get(DEFINITION), str):
        target = reference(schema[DEFINITION])
    elif isinstance(schema.get("$ref"), str):
        names = {model.__name__: name for model, name in _NAMES.items()}
        last = schema["$ref"].rpartition("/")[2]
        target = reference(names.get(last, last))
    if target is None:
        return schema
    rest = {key: value for key, value in schema.items() if key not in (DEFINITION, "$ref")}
    return {"allOf": [target], **rest} if rest else target


def _example(written: Any) -> Any:
    """The value that an example of the model, which is YAML, stands for."""
    return _plain(read_yaml(written, file="example").value) if isinstance(written, str) else written


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value
