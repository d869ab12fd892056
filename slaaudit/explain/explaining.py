"""The way from an export to the story of one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slaaudit.audit import Audit, audit, last_instant
from slaaudit.engine.assign import NONE
from slaaudit.explain.clocks import clock_stories
from slaaudit.explain.deciding import evaluations, level_spans
from slaaudit.explain.matching import tested_at_end
from slaaudit.explain.narrowing import of_ticket, problems_of
from slaaudit.explain.sentences import excluded_sentence
from slaaudit.explain.story import Checked, Explanation
from slaaudit.explain.words import full
from slaaudit.policy import Policy
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources import Export

_EXPORTED_ONLY = ("source_row", "changed_at", "first_reply_at", "solved_at", "closed_at")


def explain(
    export: Export, policy: Policy, ticket_id: str, *, metric: str | None = None, as_of: datetime | None = None
) -> Explanation:
    """The story of a ticket under a policy, as of an instant (default: that of an audit of the whole export).

    `metric` leaves out the clocks of all others. Raises `SlaauditError`: the ticket is not there or could not be used,
    or did not exist yet; no level promises the metric; a status word has no state.
    """
    metrics = metrics_told(policy, metric)
    as_of = last_instant(export) if as_of is None else as_of.astimezone(UTC)
    found = audit(of_ticket(export, ticket_id), policy, as_of=as_of)
    if found.timeline.rows.is_empty():
        raise SlaauditError(_not_yet(found, ticket_id))
    exclusion, clocks = _exclusion(found), clock_stories(found, metrics)
    return Explanation(
        ticket=_ticket(found),
        as_of=as_of,
        timezone=policy.timezone,
        policy_name=policy.name,
        policy_hash=policy.hash,
        evaluations=evaluations(found.timeline, found.levels, policy),
        levels=level_spans(found.timeline, found.levels, policy),
        clocks=clocks,
        exclusion=exclusion,
        sentence=_sentence(found, exclusion) or ("" if clocks else _no_clock(policy, metrics)),
        problems=problems_of(export, ticket_id),
        notes=found.notes,
    )


def metrics_told(policy: Policy, metric: str | None) -> tuple[str, ...]:
    """The metrics to tell of; raises `SlaauditError` when no level of the policy promises the one asked for."""
    known = policy.metrics_in_use
    if metric is None:
        return known
    if metric in known:
        return (metric,)
    is_there = metric in policy.metrics
    what = f"no level promises the metric '{metric}'" if is_there else f"there is no metric '{metric}'"
    hint = f"{'' if is_there else did_you_mean(metric, known)} promised: {', '.join(known)}".strip()
    raise SlaauditError(Problem(code="unknown_metric", what=what, hint=hint))


def _not_yet(found: Audit, ticket_id: str) -> Problem:
    created, as_of = (
        full(instant, found.policy.timezone) for instant in (found.export.tickets["created_at"][0], found.as_of)
    )
    what = f"ticket {ticket_id} was created on {created}, after the as-of instant, {as_of}"
    return Problem(code="not_created_yet", what=what, hint="tell its story as of a later instant, with --as-of")


def _ticket(found: Audit) -> Mapping[str, Any]:
    """The ticket's columns as of the end of the timeline."""
    timeline = found.timeline
    names = [name for name in timeline.tickets.columns if name not in _EXPORTED_ONLY]
    values = {name: timeline.value(name)[-1] for name in names}
    return values | ({"state": "deleted"} if values["deleted"] else {})


def _exclusion(found: Audit) -> Checked | None:
    """The policy's exclusion as it turned out; None if there is none."""
    exclude = found.policy.exclude
    return None if exclude is None else tested_at_end(exclude, found.timeline)


def _sentence(found: Audit, exclusion: Checked | None) -> str:
    """Why nothing of the ticket is judged; empty if something is, or could be."""
    if exclusion is not None and exclusion.holds:
        return excluded_sentence(exclusion)
    levels, rules = found.levels.level, found.levels.rule
    if (levels == NONE).all():
        rule = int(rules[-1])
        reason = (
            "no rule gives it a level" if rule == NONE else f"rule {found.policy.rules[rule].name!r} gives no level"
        )
        return f"Nothing is promised for this ticket: {reason}."
    return ""


def _no_clock(policy: Policy, metrics: tuple[str, ...]) -> str:
    """Why there is nothing to tell of these metrics."""
    titles = [policy.metrics[name].title for name in metrics]
    which = f"the clock {titles[0]}" if len(titles) == 1 else "one of the promised clocks"
    return f"There is nothing to judge: nothing that starts {which} has happened on this ticket."
