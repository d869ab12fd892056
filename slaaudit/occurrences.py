"""What occurs in an export, as far as the checks of a policy want to know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from slaaudit.audit import last_instant
from slaaudit.engine.reasons import NOT_SHOWN
from slaaudit.engine.states import state_words
from slaaudit.engine.verdicts import needs_of
from slaaudit.frames import CUSTOM
from slaaudit.policy import Policy
from slaaudit.policy.checks import Evidence, Subject
from slaaudit.policy.loading import Reading
from slaaudit.policy.logic.literals import Kind
from slaaudit.sources import Export

_MESSAGES = ("last_message_by", "last_message_public")
_MADE = ("state", "changed_at", "deleted")  # known of every ticket, whatever was exported
_KINDS: Mapping[type[pl.DataType], Kind] = {
    pl.String: "text",
    pl.Boolean: "flag",
    pl.Datetime: "instant",
    pl.List: "list",
}


def evidence_of(export: Export, reading: Reading) -> Evidence:
    """What occurs in the export of that which the policy looks at."""
    policy = reading.policy
    columns = {name for written in Subject(reading).conditions for name in written.condition.columns()}
    kinds: dict[str, Kind] = {
        name: _KINDS.get(dtype.base_type(), "unknown") for name, dtype in export.tickets.schema.items()
    }
    wanted = dict.fromkeys(["priority", "status", *sorted(columns - {"state"})])
    words = {name: _words(export, name) for name in wanted if kinds.get(name) in ("text", "list")}
    words["last_message_by"] = _counted(export.events.filter(event="message")["actor"])
    known = state_words(export, policy)
    return Evidence(
        words=words,
        kinds=kinds,
        empty=_empty(export),
        unranked=export.tickets["priority"].null_count(),
        states=_states(export, words["status"], known),
        strange={word: times for word, times in words["status"].items() if word.strip().casefold() not in known},
        shows=export.shows,
        unmeasurable=_unmeasurable(policy, export.shows),
        last_at=last_instant(export),
    )


def _words(export: Export, name: str) -> dict[str, int]:
    """The words of a column in tickets and in changes of it, with the number of times each."""
    changes = _changes(export, name)
    parts = [export.tickets[name], changes["old"], changes["new"]]
    if isinstance(parts[0].dtype, pl.List):  # a change has a list as a text with bars
        parts = [parts[0].explode(), *(part.cast(pl.String).str.split("|").explode() for part in parts[1:])]
    return _counted(pl.concat([part.rename(name).cast(pl.String) for part in parts]))


def _changes(export: Export, name: str) -> pl.DataFrame:
    names = [name, name.removeprefix(CUSTOM)]
    return export.events.filter((pl.col("event") == "change") & pl.col("field").is_in(names))


def _counted(words: pl.Series) -> dict[str, int]:
    counts = words.drop_nulls().alias("word").to_frame().group_by("word").agg(times=pl.len()).sort("word")
    return dict(zip(counts["word"], counts["times"], strict=True))


def _empty(export: Export) -> frozenset[str]:
    """The columns in which nothing is known of any ticket at any time."""
    tickets = export.tickets
    changed = set(export.events.filter(pl.col("event") == "change")["field"].unique().drop_nulls())
    empty = {name for name in tickets.columns if _has_nothing(tickets[name])} - {*changed, *_MADE}
    empty = {name for name in empty if name.removeprefix(CUSTOM) not in changed}
    has_messages = (export.events["event"] == "message").any()
    return frozenset(empty if has_messages else {*empty, *_MESSAGES})


def _has_nothing(values: pl.Series) -> bool:
    if isinstance(values.dtype, pl.List):
        return not bool((values.list.len() > 0).any())
    return values.null_count() == values.len()


def _states(export: Export, statuses: Iterable[str], known: Mapping[str, str]) -> frozenset[str]:
    """The states that some ticket is in at some time, as far as it can be told without an audit; rather more."""
    tickets, events = export.tickets, export.events
    changes = _changes(export, "state")
    words = {*statuses, *_counted(changes["old"]), *_counted(changes["new"])}
    states = {known[word.strip().casefold()] for word in words if word.strip().casefold() in known}
    stamped = {"solved_at": "solved", "closed_at": "closed"}
    states |= {state for stamp, state in stamped.items() if not _has_nothing(tickets[stamp])}
    states |= {word for word in ("merged", "deleted") if (events["event"] == word).any()}
    return frozenset(states | {"new"} | ({"deleted"} if tickets["deleted"].any() else set()))


def _unmeasurable(policy: Policy, shows: frozenset[str]) -> dict[str, str]:
    """Metric in use → what it needs that the export does not show."""
    lacking = {name: sorted(needs_of(policy.metrics[name]) - shows) for name in policy.metrics_in_use}
    return {
        name: f"the export does not show {' or '.join(NOT_SHOWN.get(word, word) for word in words)}"
        for name, words in lacking.items()
        if words
    }
