"""A shop's help desk: the head of its profile, to which each test adds its own tables, and what reads exports by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import Export, read_export
from slaaudit.sources.profiles.parsing import parse_profile

HEAD = """\
source: shop
title: Shop desk
about: The exports of a shop.
states: {open: [open], pending: [waiting], solved: [done], closed: [closed]}
tables:
"""
# a table to which columns may be added at its end
TICKETS = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: [No, Opened]
    columns:
      ticket_id: No
      created_at: Opened
"""


def read_files(profile: str, folder: str | Path, files: Mapping[str, str | bytes], **options: Any) -> Export:
    """The export in files of these names, which are put into the folder, and the profile beside them as shop.yaml."""
    source = Path(folder, "shop.yaml")
    source.write_text(profile, encoding="utf-8")
    for name, content in files.items():
        Path(folder, name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_export([Path(folder, name) for name in files], source=str(source), **options)


def read(profile: str, folder: Path, **files: str | list[Any]) -> Export:
    """The export in files of these names: text is CSV (`tickets="No,Opened…"`), a list becomes JSON."""
    texts = {f"{name}.csv": content for name, content in files.items() if isinstance(content, str)}
    lists = {f"{name}.json": json.dumps(content) for name, content in files.items() if not isinstance(content, str)}
    return read_files(profile, folder, texts | lists)


def mistakes(profile: str) -> tuple[Problem, ...]:
    """What is wrong with a profile that must be refused."""
    with pytest.raises(SlaauditError) as caught:
        parse_profile(profile, file="shop.yaml")
    return tuple(caught.value.problems)
