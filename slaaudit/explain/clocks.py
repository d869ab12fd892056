"""The story of each clock: its promise, what started, stopped and paused it, and where its time went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from slaaudit.audit import Audit
from slaaudit.durations import Amount
from slaaudit.engine.clocks import JudgedCycles, judged_cycles
from slaaudit.engine.opening import OpenTime
from slaaudit.engine.stretches import stretches_of
from slaaudit.engine.sums import amounts_of
from slaaudit.explain.happening import event_in_words
from slaaudit.explain.pausing import why_not_counted
from slaaudit.explain.sentences import sentence_of
from slaaudit.explain.spans import Run, joined, stretches_in
from slaaudit.explain.story import JUDGED, ClockStory, Effect, Moment
from slaaudit.explain.words import MICROSECOND, instant_of
from slaaudit.policy import Metric
from slaaudit.reports.columns import LOG_COLUMNS


def clock_stories(audit: Audit, metrics: tuple[str, ...]) -> tuple[ClockStory, ...]:
    """The clocks of these metrics on the one ticket of the audit, in the order of the log."""
    rows = [row for row in audit.log(LOG_COLUMNS).to_dicts() if row["metric"] in metrics]
    whys = {(audit.policy.metrics_in_use[number], cycle): why for number, cycle, why in _whys(audit)}
    opening = OpenTime(audit.timeline, audit.policy)
    measured = {row["metric"] for row in rows if row["outcome"] in JUDGED}
    tellers = {name: _teller(name, audit, opening) for name in sorted(measured)}
    stories = []
    for row in rows:
        why = whys[row["metric"], row["cycle"]]
        if row["outcome"] in JUDGED:
            stories.append(tellers[row["metric"]].story(row, why))
        else:
            stories.append(_untold(audit, row, why))
    return tuple(stories)


def _whys(audit: Audit) -> list[tuple[int, int | None, str]]:
    return audit.verdicts.select("metric", "cycle", pl.col("why").cast(pl.String)).rows()


def _untold(audit: Audit, row: Mapping[str, Any], why: str) -> ClockStory:
    """A clock that was not judged: there is a sentence that says why, and nothing else."""
    metric = audit.policy.metrics[row["metric"]]
    story = ClockStory(title=metric.title, why=why, row=row, sentence="", is_sum=metric.kind == "sum")
    return replace(story, sentence=sentence_of(story, as_of=audit.as_of, timezone=audit.policy.timezone))


def _teller(name: str, audit: Audit, opening: OpenTime) -> _Teller:
    metric = audit.policy.metrics[name]
    judged = judged_cycles(metric, audit.timeline, audit.levels, audit.policy)
    if metric.kind == "sum":
        return _Teller(metric, audit, judged, pl.DataFrame())
    return _Teller(metric, audit, judged, stretches_of(metric, judged, audit.timeline, opening))


@dataclass(frozen=True)
class _Teller:
    """Tells of the clocks of one metric, from the engine's cycles and their stretches."""

    metric: Metric
    audit: Audit
    judged: JudgedCycles
    stretches: pl.DataFrame

    def story(self, row: Mapping[str, Any], why: str) -> ClockStory:
        """The story of the clock of this row of the log."""
        number = self.judged.frame["cycle"].index_of(row["cycle"])
        assert number is not None
        cycle = self.judged.frame.row(number, named=True)
        counts_in, pause, due = self.metric.counts_in, cycle["pause"], cycle["exported_due"]
        story = ClockStory(
            title=self.metric.title,
            why=why,
            row=row,
            sentence="",
            allowance=self._allowance(cycle),
            exported_due=None if due is None else instant_of(due),
            pause=None if pause is None else self.judged.terms.pauses[pause].describe(),
            counts_in=None if counts_in is None or counts_in.matches_everything else counts_in.describe(),
            is_sum=self.metric.kind == "sum",
            waits_for_an_event=self.metric.stop is not None,
        )
        story = self._with_entries(story, cycle) if story.is_sum else self._with_times(story, cycle, number)
        sentence = sentence_of(story, as_of=self.audit.as_of, timezone=self.audit.policy.timezone)
        return replace(story, sentence=sentence)

    def _allowance(self, cycle: Mapping[str, Any]) -> str:
        """The target as the policy writes it."""
        number: int | None = cycle["due_column"]
        if number is not None:
            return self.judged.terms.due_columns[number]
        return str(Amount(cycle["amount"], cycle["working_days"]))

    def _with_times(self, story: ClockStory, cycle: Mapping[str, Any], number: int) -> ClockStory:
        calendar = self.audit.policy.calendars[story.row["calendar"]]
        own = self.stretches.filter(cycle_row=number).to_dicts()
        runs = joined([self._run(each, cycle) for each in own], goes_on=story.row["closed"] is None)
        is_missed = story.row["outcome"] == "missed"
        stretches = stretches_in(runs, calendar, due=story.row["due_date"] if is_missed else None)
        moments = [*self._changes(runs, cycle), *self._runs_out(story), self._end(story, cycle, runs)]
        return replace(
            story,
            around_the_clock=calendar.is_always_open,
            stretches=tuple(stretches),
            moments=tuple(sorted(moments, key=lambda moment: moment.at)),
        )

    def _run(self, stretch: Mapping[str, Any], cycle: Mapping[str, Any]) -> Run:
        pause = None if cycle["pause"] is None else self.judged.terms.pauses[cycle["pause"]]
        why = "" if stretch["counted"] else why_not_counted(stretch, self.metric, pause, self.audit.timeline)
        starts, ends = instant_of(stretch["starts"]), instant_of(stretch["ends"])
        return Run(starts, ends, stretch["counted"], why, stretch["row"])

    def _changes(self, runs: list[Run], cycle: Mapping[str, Any]) -> Iterator[Moment]:
        """The start, and every change between counting and not counting."""
        timeline = self.audit.timeline
        what = event_in_words(timeline, cycle["start_row"])
        first = runs[0].why if runs else ""
        yield Moment(at=instant_of(cycle["started"]), what=what, effect="starts", detail=first)
        for run in runs[1:]:
            what = event_in_words(timeline, run.row)
            yield Moment(at=run.starts, what=what, effect="goes_on" if run.counted else "pauses", detail=run.why)

    def _runs_out(self, story: ClockStory) -> Iterator[Moment]:
        if story.row["outcome"] == "missed":
            at = max(story.row["due_date"], story.row["sla_started"])
            yield Moment(at=at, what=_what_ran_out(story), effect="runs_out", used=story.row["target"])

    def _end(self, story: ClockStory, cycle: Mapping[str, Any], runs: list[Run]) -> Moment:
        if story.row["closed"] is None:
            detail = runs[-1].why if runs else ""
            return Moment(at=self.audit.as_of, what="", effect="as_of", detail=detail, used=story.row["elapsed"])
        what = event_in_words(self.audit.timeline, cycle["end_row"])
        used = story.row["elapsed"]
        return Moment(at=story.row["closed"], what=what, effect="ends", detail=ENDINGS[story.why], used=used)

    def _with_entries(self, story: ClockStory, cycle: Mapping[str, Any]) -> ClockStory:
        """A sum of logged work: one moment an entry."""
        timeline, total, moments = self.audit.timeline, 0, []
        amounts = amounts_of(self.metric.sum, timeline)
        for row in range(cycle["start_row"], timeline.rows.height):
            if amount := int(amounts[row]):
                total += amount
                at, effect = instant_of(timeline.rows["at"][row]), _logged(story, total, amount)
                used, what = total * MICROSECOND, event_in_words(timeline, row)
                moments.append(Moment(at=at, what=what, effect=effect, amount=amount * MICROSECOND, used=used))
        return replace(story, moments=tuple(moments))


def _what_ran_out(story: ClockStory) -> str:
    """What happened when the clock was due, and it became a miss."""
    due, exported = story.row["due_date"], story.exported_due
    if exported is None:
        return f"the target of {story.allowance} is used up"
    if due < story.row["sla_started"]:
        return f"the due date of the export ({story.allowance}) has passed already"
    if due > exported:
        return f"due: the date of the export ({story.allowance}), moved by the time that did not count"
    return f"due, as the export says ({story.allowance})"


def _logged(story: ClockStory, total: int, amount: int) -> Effect:
    """Whether the entry is the one that passes the budget."""
    target = story.row["target"] // MICROSECOND
    return "runs_out" if total - amount <= target < total else "logs"


# Why a clock ended, for the event that ended it.
ENDINGS = {
    "stopped": "",
    "solved": "the ticket is solved",
    "cancelled_by_solve": "the ticket is solved without it",
    "discarded_by_solve": "the ticket is solved without it",
    "removed": "the ticket is deleted, merged or marked as spam",
    "level_changed": "the level or its target changes, and a new clock starts",
    "level_taken": "its level is taken away",
}
