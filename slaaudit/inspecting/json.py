"""An inspection as JSON, for scripts: everything that the text says, and more, under stable keys."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from slaaudit.inspecting.inspection import Inspection


def json_of(found: Inspection) -> str:
    """One object with the fields of `Inspection`; instants are RFC 3339 in UTC, what is not known is null."""
    return json.dumps(_plain(found), ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
