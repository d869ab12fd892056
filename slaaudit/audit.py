"""The map of the code: tickets and events, under a policy, as of an instant → a verdict for every clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from slaaudit.account import Account
from slaaudit.calendars import BusinessClock
from slaaudit.engine.assign import Levels, levels_in_force, tickets_with_level
from slaaudit.engine.log import clocks_frame, log_frame
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.states import check_words
from slaaudit.engine.timeline import Timeline, build_timeline
from slaaudit.engine.verdicts import VERDICTS, excluded_tickets, verdicts_of
from slaaudit.frames import OUTCOMES
from slaaudit.policy import Policy
from slaaudit.reports.columns import LOG_COLUMNS
from slaaudit.sources import Export
from slaaudit.stages import ACCOUNT, LEVELS, METRIC, TIMELINE, Watch, unwatched
from slaaudit.zones import EPOCH

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Audit:
    """What an audit found: `verdicts`, one narrow row per clock (`engine.verdicts.VERDICTS`), and the account."""

    verdicts: pl.DataFrame
    timeline: Timeline
    levels: Levels
    policy: Policy
    export: Export
    as_of: datetime
    account: Account
    notes: tuple[str, ...]

    def log(
        self, columns: Sequence[str] | None = None, *, in_order: bool = True, keep: pl.Series | None = None
    ) -> pl.DataFrame:
        """The log, one row per clock, by `sla_started, ticket, metric, cycle`; default: the documented columns.

        Not `in_order`, the rows come as they were judged, and words of the policy are dictionary-encoded: much faster.
        `keep` tells of each clock, as they were judged, whether it is wanted; None: all are.

        Any column of the tickets can be asked for as well, custom fields as `custom.<name>`.
        """
        make = log_frame if in_order else clocks_frame
        verdicts = self.verdicts if keep is None else self.verdicts.filter(keep)
        return make(verdicts, self.timeline, self.policy, self.export.shows, columns or LOG_COLUMNS)


def audit(
    export: Export,
    policy: Policy,
    *,
    as_of: datetime | None = None,
    watch: Watch = unwatched,
    compiled: dict[str, BusinessClock] | None = None,
) -> Audit:
    """Judges every clock of an export by a policy, as of an instant (default: the latest at which something happened).

    `watch` is told every stage and the rows that it is about: events, or for the account clocks. `compiled`: the
    policy's calendars as compiled so far, which the audits of several parts of one export share. Raises
    `SlaauditError` when a status word has no state or a condition names an unknown column.
    """
    check_words(export, policy)
    as_of = last_instant(export) if as_of is None else as_of.astimezone(UTC)
    watch(TIMELINE, export.events.height)
    timeline = build_timeline(export, policy, (as_of - EPOCH) // MICROSECOND)
    watch(LEVELS, timeline.rows.height)
    levels = levels_in_force(timeline, policy)
    excluded = excluded_tickets(timeline, policy)
    opening = OpenTime(timeline, policy, {} if compiled is None else compiled)
    found = [pl.DataFrame(schema=VERDICTS)]
    for metric in (policy.metrics[name] for name in policy.metrics_in_use):
        watch(f"{METRIC} {metric.name}", timeline.rows.height)
        found += [verdicts_of(metric, timeline, levels, policy, opening=opening, excluded=excluded, shows=export.shows)]
    verdicts = pl.concat(found)
    watch(ACCOUNT, verdicts.height)
    account = _account(export, policy, timeline, levels, excluded=excluded, verdicts=verdicts, as_of=as_of)
    notes = notes_of(export, policy, int(timeline.unseen_solves.sum()))
    return Audit(verdicts, timeline, levels, policy, export, as_of, account, notes)


def last_instant(export: Export) -> datetime:
    """The latest instant at which something happened in the export (due dates do not count); 1970 when nothing did.

    A history that repeats on every row what became of the ticket long after does not count either.
    """
    happened = ("created_at", "changed_at", "first_reply_at", "solved_at", "closed_at")
    stamps = [export.tickets[name].max() for name in happened if name not in export.look_ahead]
    instants = [stamp for stamp in [*stamps, export.events["at"].max()] if isinstance(stamp, datetime)]
    return max(instants, default=EPOCH)


def _account(
    export: Export,
    policy: Policy,
    timeline: Timeline,
    levels: Levels,
    *,
    excluded: pl.Series,
    verdicts: pl.DataFrame,
    as_of: datetime,
) -> Account:
    """Where every row that was read ended, and every ticket, and how many clocks ended in each outcome."""
    exists = _marked(timeline.ticket_end()["ticket_row"], export)
    had_level = _marked(tickets_with_level(timeline, levels), export)
    has_clock = _marked(verdicts["ticket_row"], export)
    counts = export.counts
    return Account(
        **_where_tickets_ended(exists, excluded, had_level, has_clock),
        ticket_rows=counts["ticket_rows"],
        rejected=counts["ticket_rows_rejected"],
        duplicates=counts["duplicates"],
        tickets=export.tickets.height,
        event_rows=counts["event_rows"],
        event_rows_rejected=counts["event_rows_rejected"],
        ignored=counts["ticket_rows_ignored"],
        event_rows_ignored=counts["event_rows_ignored"],
        detail_rows=counts["detail_rows"],
        detail_rows_rejected=counts["detail_rows_rejected"],
        problems=export.problems.height,
        outcomes={outcome: int((verdicts["outcome"] == outcome).sum()) for outcome in OUTCOMES},
        as_of=as_of,
        policy_name=policy.name,
        policy_hash=policy.hash,
        files=export.files,
    )


def _where_tickets_ended(
    exists: pl.Series, excluded: pl.Series, had_level: pl.Series, has_clock: pl.Series
) -> dict[str, int]:
    """How many tickets ended in each bucket of the account; every one is in exactly one."""
    included = exists & ~excluded
    judgeable = included & had_level
    buckets = {
        "after_as_of": ~exists,
        "excluded": exists & excluded,
        "no_level": included & ~had_level,
        "no_clock": judgeable & ~has_clock,
        "judged": judgeable & has_clock,
    }
    return {name: int(is_there.sum()) for name, is_there in buckets.items()}


def _marked(ticket_rows: pl.Series, export: Export) -> pl.Series:
    """Of each ticket of the export, whether its number is among `ticket_rows`."""
    marks = pl.repeat(False, export.tickets.height, dtype=pl.Boolean, eager=True)
    for rows in ticket_rows.get_chunks():  # those of one metric after the other: mostly the first has all tickets
        marks = marks if marks.all() else marks.scatter(rows, True)
    return marks


def notes_of(export: Export, policy: Policy, unseen_solves: int) -> tuple[str, ...]:
    """What a reader of the reports must know about how the export could be judged.

    `unseen_solves`: how many tickets are solved without an event that says when.
    """
    notes = list(export.notes)
    if "changes" not in export.shows and any(rule.when is not None for rule in policy.rules):
        notes.append(
            "The export shows no history of changes: rules see the exported values as if they had always been so."
        )
    if unseen_solves:
        tickets, their = ("1 ticket is", "its") if unseen_solves == 1 else (f"{unseen_solves:,} tickets are", "their")
        notes.append(f"{tickets} solved, but the export does not say when: {their} running clocks are not measurable.")
    return tuple(notes)
