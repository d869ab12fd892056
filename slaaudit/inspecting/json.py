"""An inspection as JSON, for scripts: everything that the text says, and more, under stable keys."""

from __future__ import annotations

import json

from slaaudit.explain.json import plain
from slaaudit.inspecting.inspection import Inspection


def json_of(found: Inspection) -> str:
    """One object with the fields of `Inspection`; instants are RFC 3339 in UTC, what is not known is null."""
    return json.dumps(plain(found), ensure_ascii=False, indent=2) + "\n"
