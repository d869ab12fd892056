"""Cases → the export that their tickets would come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from slaaudit.cases.model import Case
from slaaudit.frames import CUSTOM, EVENTS, PROBLEMS, STATES, TICKETS, conform, vendor_dtype
from slaaudit.policy import Policy
from slaaudit.sources import Export
from slaaudit.sources.export import COUNTS


def export_of(cases: Sequence[Case]) -> Export:
    """The export that the tickets of some cases would come from: their ids are the positions of the cases."""
    width = len(str(len(cases)))
    rows = [
        {**case.ticket, "ticket_id": str(number).zfill(width), "created_at": case.created}
        for number, case in enumerate(cases)
    ]
    events = [event for number, case in enumerate(cases) for event in _events(number, case)]
    named = {name for row in rows for name in row} | _named_columns(cases[0].policy)
    own = {name: pl.String() if name.startswith(CUSTOM) else vendor_dtype(name) for name in sorted(named)}
    schema = TICKETS.schema | {name: dtype for name, dtype in own.items() if dtype is not None}
    return Export(
        tickets=conform(pl.DataFrame([_column(name, rows, dtype) for name, dtype in schema.items()]), TICKETS),
        events=conform(pl.DataFrame(events, schema=EVENTS.schema, orient="row"), EVENTS),
        problems=pl.DataFrame(schema=PROBLEMS.schema),
        shows=cases[0].shows,
        counts=dict.fromkeys(COUNTS, 0) | {"ticket_rows": len(cases), "tickets": len(cases)},
        files=(cases[0].file,),
        source="cases",
        state_words={state: (state,) for state in STATES},
    )


def _column(name: str, rows: Sequence[Mapping[str, Any]], dtype: pl.DataType) -> pl.Series:
    values = [row.get(name) for row in rows]
    if dtype == pl.Boolean():
        values = [None if value is None else value == "true" for value in values]
    return pl.Series(name, values, dtype=dtype)


def _named_columns(policy: Policy) -> set[str]:
    """The columns that conditions and due dates name: a ticket that says nothing of them has none of them."""
    targets = [target for level in policy.levels.values() for target in level.targets.values()]
    metrics = policy.metrics.values()
    conditions = [policy.exclude, *(rule.when for rule in policy.rules), *(target.pause for target in targets)]
    conditions += [each for m in metrics for each in (m.start, m.stop, m.sum, m.counts_in, m.applies_to)]
    dues = {target.due.column for target in targets if target.due is not None}
    return dues | {name for condition in conditions if condition is not None for name in condition.columns()}


def _events(number: int, case: Case) -> list[tuple[Any, ...]]:
    """The rows of `frames.EVENTS` of one ticket, its creation first."""
    created = (number, case.created, 0, "created", case.opened_by, None, None, None, None)
    return [
        created,
        *(
            (number, event.at, seq, event.event, event.actor, event.public, event.field, event.old, event.new)
            for seq, event in enumerate(case.events, start=1)
        ),
    ]
