"""Pieces that the JSON Schema is put together from."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def reference(name: str) -> Schema:
    """The schema that stands for a definition."""
    return {"$ref": f"#/definitions/{name}"}


def any_of(*schemas: Schema, **more: Any) -> Schema:
    """What one of the schemas accepts."""
    return {"anyOf": list(schemas), **more}


def one_or_more(schema: Schema) -> Schema:
    """A value, or a list of such."""
    return any_of(schema, {"type": "array", "minItems": 1, "items": schema})


def mapping(of: Schema, *, offered: dict[str, Schema] | None = None, others: bool | Schema = False) -> Schema:
    """A mapping of names to `of`, some of which are offered."""
    return {"type": "object", "properties": offered or {}, "additionalProperties": of if others is True else others}


def in_any_case(words: tuple[str, ...]) -> str:
    """A pattern for the words in upper and lower case."""
    spelled = ["".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in word) for word in words]
    return rf"^({'|'.join(spelled)})$"
