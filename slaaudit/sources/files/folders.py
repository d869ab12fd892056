"""Files in a folder that are not called like an export: which of them may be one all the same, and what others are."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from slaaudit.problems import SlaauditError
from slaaudit.sources.files.content import HEAD, foreign, is_packed
from slaaudit.sources.recognition.left_out import NOT_AN_EXPORT

# what may be cut by commas as regularly as a table and is none
_NO_TABLES = frozenset(
    (*(".md", ".rst", ".html", ".htm", ".css", ".js", ".ts", ".py", ".sh", ".sql", ".ics", ".ini", ".cfg"),
     *(".toml", ".yaml", ".yml", ".log", ".lock", ".xsd"))
)  # fmt: skip
_SEVERAL = 2  # lines and columns that make a table
_SCHEMA = re.compile(r"schema.*\.json", re.IGNORECASE)


def what_else(file: Path) -> str | None:
    """What a file is whose name is not that of an export; None: by its looks it is a table, so it may be one."""
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
    except OSError as error:
        return f"not readable: {error.strerror or 'damaged'}"
    if not head.strip():
        return "empty"
    if found := foreign(file.name, head):
        return found[0]
    if is_packed(head):
        return "packed"
    if file.suffix.lower() == ".json":
        return "a schema" if _SCHEMA.search(file.name) else "a policy"
    return None if file.suffix.lower() not in _NO_TABLES and _is_table(head) else NOT_AN_EXPORT


def _is_table(head: bytes) -> bool:
    from slaaudit.sources.files.content import Content
    from slaaudit.sources.files.dialect import sniff

    try:
        dialect = sniff(Content("", head, "delimited"))
    except SlaauditError:
        return False
    lines = head.decode("utf-8", errors="replace").splitlines()[: -1 if len(head) == HEAD else None][:50]
    try:
        records = [row for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=dialect.delimiter) if row]
    except csv.Error:
        return False
    width = len(dialect.headings)
    alike = sum(len(row) == width for row in records)
    return width >= _SEVERAL and len(records) >= _SEVERAL and alike * 2 > len(records)
