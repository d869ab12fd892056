"""The cost of an audit grows with the rows and no faster: told by counting operations, never by a clock."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import polars as pl
import pytest

from slaaudit.audit import audit
from slaaudit.policy import Policy, load_policy
from slaaudit.reports import compliance
from slaaudit.sources import read_export

POLICY = Path(__file__).parent / "benchmark" / "policy.yaml"
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
KINDS = (
    ("message", "requester", "true", "", "", ""),
    ("message", "agent", "true", "", "", ""),
    ("message", "agent", "false", "", "", ""),
    ("change", "agent", "", "status", "open", "pending"),
    ("change", "agent", "", "status", "pending", "solved"),
    ("change", "agent", "", "status", "solved", "open"),
    ("change", "agent", "", "agent", "", "Ann"),
    ("change", "agent", "", "department", "Support", "Sales"),
    ("change", "agent", "", "priority", "normal", "urgent"),
    ("work", "agent", "", "", "", "15m"),
    ("chat_started", "requester", "", "", "", ""),
    ("chat_answered", "agent", "", "", "", ""),
    ("call_started", "requester", "", "", "", ""),
    ("call_answered", "agent", "", "", "", ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small export, and one of four times the rows with the same kinds of events."""
    small, large = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("large")
    write_export(small, 300)
    write_export(large, 1_200)
    return small, large


def write_export(folder: Path, tickets: int) -> None:
    chance = random.Random(7)
    rows, events = [], []
    for number in range(tickets):
        created = START + timedelta(minutes=number % 300)
        channel = ("email", "chat", "call")[number % 3]
        customer = f"Customer {number % 30},Question {number}"
        rows.append(f"T-{number},{created:%Y-%m-%dT%H:%M:%SZ},Support,normal,open,{channel},{customer}")
        # every kind occurs in either export, so that both take the same ways
        for at in range(6):
            happened = created + timedelta(hours=at, minutes=chance.randrange(60))
            kind = KINDS[(number * 5 + at) % len(KINDS)]
            events.append(",".join([f"T-{number}", f"{happened:%Y-%m-%dT%H:%M:%SZ}", *kind]))
    chance.shuffle(events)
    header = "ticket_id,created_at,department,priority,status,channel,account,subject"
    (folder / "tickets.csv").write_text("\n".join([header, *rows, ""]))
    (folder / "events.csv").write_text("\n".join(["ticket_id,at,event,actor,public,field,old,new", *events, ""]))


def run(folder: Path, policy: Policy) -> None:
    """All that `slaaudit compliance` does with the rows."""
    compliance.build(audit(read_export(folder), policy))


@contextmanager
def profiled(callback: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    sys.setprofile(callback)
    try:
        yield
    finally:
        sys.setprofile(None)


def calls_of(folder: Path, policy: Policy) -> tuple[Counter[str], Counter[str]]:
    """How often each function of Python, and each operation of Polars, is called by a run that is not the first."""
    run(folder, policy)  # what is imported, compiled and remembered once does not count
    python: Counter[str] = Counter()
    polars: Counter[str] = Counter()

    def count(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            python[f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_qualname}"] += 1
        elif event == "c_call" and type(getattr(arg, "__self__", None)).__name__.startswith("Py"):
            polars[arg.__qualname__] += 1

    with profiled(count):
        run(folder, policy)
    return python, polars


def test_four_times_the_rows_take_the_same_number_of_calls(folders: tuple[Path, Path], policy: Policy) -> None:
    (small_python, small_polars), (large_python, large_polars) = (calls_of(folder, policy) for folder in folders)
    # Words that occur for the first time and a second piece of a column cost calls; 900 tickets and 5,400 events do not
    assert large_polars.total() - small_polars.total() <= 40, large_polars - small_polars
    assert large_python.total() - small_python.total() <= 1_000, (large_python - small_python).most_common(20)
    assert small_polars.total() > 1_000  # the counting itself works


def test_the_events_are_sorted_once(folders: tuple[Path, Path], policy: Policy) -> None:
    folder = folders[1]
    events = read_export(folder).events.height
    sorts: list[str] = []

    def note(frame: FrameType, event: str, arg: Any) -> None:
        name = frame.f_code.co_name
        if event != "call" or name not in ("sort", "arg_sort", "arg_sort_by", "join_asof"):
            return
        rows = frame.f_locals.get("self")
        # an expression knows no height, nor does what a frame becomes when it is sorted: both are told by their maker
        if name == "arg_sort_by" or (isinstance(rows, pl.Series | pl.DataFrame) and len(rows) >= events):
            sorts.append(f"{name} of {Path(frame.f_back.f_code.co_filename).name if frame.f_back else ''}")

    with profiled(note):
        run(folder, policy)
    assert sorts == ["arg_sort_by of history.py"]
