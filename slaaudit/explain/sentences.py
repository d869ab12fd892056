"""The verdict on a clock, or why there is none, in one sentence that can be read aloud to a customer. Raw text."""

from __future__ import annotations

from datetime import datetime, timedelta

from slaaudit.explain.phrases import Phrases, phrases_of
from slaaudit.explain.story import Checked, ClockStory
from slaaudit.explain.words import HOUR, Speech, spoken

_NOTHING = timedelta()
_SHORT = timedelta(minutes=5)  # minutes alone would tell such a time badly
_ENDED = {
    "solved": "the ticket was solved",
    "cancelled_by_solve": "the ticket was solved",
    "discarded_by_solve": "the ticket was solved",
    "removed": "the ticket was deleted, merged or marked as spam",
    "level_changed": "its level or target changed and a new clock started",
    "level_taken": "its level was taken away",
}


def sentence_of(story: ClockStory, *, as_of: datetime, timezone: str) -> str:
    """The verdict in one sentence, with instants on the clocks of `timezone`."""
    if not story.is_judged:
        return _not_judged(story)
    if story.is_sum:
        return _sum(story, Speech(timezone, seconds=False))
    telling = _Telling(story, as_of, timezone)
    return telling.ended() if story.row["closed"] is not None else telling.running()


def excluded_sentence(exclusion: Checked) -> str:
    """Why the whole ticket is not judged."""
    met = "; ".join(dict.fromkeys(_met(exclusion)))
    found = f" ({met})" if met else ""
    return f"This ticket is not judged: the policy leaves it out, because {exclusion.text}{found}."


def _met(tested: Checked) -> list[str]:
    """The values of the comparisons that made a condition true: `its state: merged`."""
    if tested.column is not None:
        return [f"its {tested.column}: {tested.value or '(none)'}"] if tested.holds else []
    return [text for part in tested.parts if part.holds for text in _met(part)]


def _not_judged(story: ClockStory) -> str:
    reason = story.row["reason"]
    name = story.title.lower()
    if story.why == "excluded":
        return f"This ticket is not judged; it is {reason}."
    if story.why == "no_level":
        return f"Nothing is promised for this ticket: {reason}."
    if story.why == "no_target":
        return f"Nothing is promised for {name}: {reason}."
    because = f"the ticket is {reason}" if story.why == "unseen_solve" else reason
    return f"Whether the promise was kept ({name}) cannot be measured: {because}."


def _sum(story: ClockStory, speech: Speech) -> str:
    elapsed, target = story.row["elapsed"], story.row["target"]
    so_far = " so far" if story.row["closed"] is None else ""
    if not elapsed:
        return f"No work was logged{so_far}; {spoken(target)} {'is' if _is_one(target) else 'are'} allowed."
    logged = f"{_capital(spoken(elapsed))} of work {'was' if _is_one(elapsed) else 'were'} logged{so_far}"
    if story.row["outcome"] != "missed":
        return f"{logged}, within the {spoken(target)} allowed."
    passed = speech.on(story.row["due_date"])
    return f"{logged}, {spoken(elapsed - target)} more than the {spoken(target)} allowed, which was passed {passed}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _is_one(amount: timedelta) -> bool:
    """Whether a sentence about the amount wants its verb in the singular."""
    said = spoken(amount)
    return " and " not in said and said.startswith(("1 ", "no ", "less "))


class _Telling:
    """Tells of one clock; seconds are said where less than an hour decides, and of short times."""

    def __init__(self, story: ClockStory, as_of: datetime, timezone: str) -> None:
        self.row = story.row
        self.story = story
        self.as_of = as_of
        self.left: timedelta = story.row["sla"]
        ended: datetime = story.row["closed"] or as_of
        is_close = abs(self.left) < HOUR or ended - story.row["sla_started"] < _SHORT
        self.speech = Speech(timezone, seconds=is_close)
        self.phrases: Phrases = phrases_of(story.row["metric"], story.title)
        self.business = "" if story.around_the_clock else " of business time"
        self.subject = self._subject()

    def _subject(self) -> str:
        """What the clock is about, by its start where there can be several."""
        starts = self.story.moments[0].what
        is_of_start = self.phrases.of and starts.startswith(("message", "reply", "chat", "call"))
        return f"{self.phrases.of} {self.speech.of(self.row['sla_started'])}" if is_of_start else self.phrases.subject

    def ended(self) -> str:
        """Of a clock that ended: kept, missed or cancelled."""
        due = f"{self.subject} was {self.phrases.due} {self._due()}"
        closed = self.speech.on(self.row["closed"])
        why = self.story.why
        if why == "stopped" or (why == "solved" and not self.story.waits_for_an_event):
            return f"{due} and {self.phrases.done} {closed}, {self._margin()}."
        if self.row["outcome"] == "missed":
            return f"{due} and had not {self.phrases.has_done} when {_ENDED[why]} {closed}, {self._margin()}."
        if why == "solved" and self.phrases.is_span:
            return f"{due} and {self.phrases.done} when {_ENDED[why]} {closed}, {self._margin()}."
        without = " without it" if "solve" in why and not self.phrases.is_span else ""
        return f"{due}, but {_ENDED[why]}{without} {closed}, {self._margin()}."

    def _due(self) -> str:
        """When it is due, and whether it is the export that says so."""
        due, exported = self.speech.on(self.row["due_date"]), self.story.exported_due
        if exported is None:
            return due
        if exported < self.row["sla_started"]:
            return f"{due} (as the export says, before its clock started)"
        is_moved = self.row["due_date"] > exported
        return f"{due} ({'the date of the export, moved by pauses' if is_moved else 'as the export says'})"

    def _late(self) -> str:
        if self.row["due_date"] < self.row["sla_started"]:
            return "late from the start"
        return f"{spoken(self.left)}{self.business} late" if self.left else "late, outside the hours of its calendar"

    def _margin(self) -> str:
        if self.row["outcome"] == "missed":
            return self._late()
        if self.left < _NOTHING:
            return "which the policy does not count as missed"
        if self.row["closed"] > self.row["due_date"]:
            return "in time, as no business time passed in between"
        if self.row["outcome"] == "cancelled":
            return "before it was due"
        return f"in time, with {spoken(self.left)}{self.business} to spare" if self.left else "in time, to the second"

    def running(self) -> str:
        """Of a clock that still runs or pauses: late already, or with time left."""
        if self.row["outcome"] == "missed":
            due = f"{self.subject} was {self.phrases.due} {self._due()}"
            return f"{due} and has not {self.phrases.has_done} yet: {self._as_of()} it is {self._late()}."
        verb = "is" if _is_one(self.left) else "are"
        left = f"{spoken(self.left)}{self.business} {verb} left" if self.left else "none of the time is left"
        if self.row["outcome"] == "paused":
            return self._paused(left)
        due = f"{self.subject} is {self.phrases.due} {self._due()}"
        risk = ", and it is at risk" if self.row["at_risk"] else ""
        unless = " if nothing pauses it any more" if self._can_move() else ""
        return f"{due}{unless}: {self._as_of()}, {left}{risk}."

    def _can_move(self) -> bool:
        """Whether the due date depends on what will happen; a date of the export stands unless something pauses it."""
        return self.story.exported_due is None or bool(self.story.pause or self.story.counts_in)

    def _paused(self, left: str) -> str:
        """Of a clock that stands still: since when and why, and when it would be due."""
        pause = next(moment for moment in reversed(self.story.moments) if moment.effect in ("starts", "pauses"))
        why = f" ({pause.detail})" if pause.detail else ""
        still = f"has not {self.phrases.has_done} yet; its clock has stood still since {self._bare(pause.at)}{why}"
        due = self.speech.on(self.row["due_date"])
        return f"{self.subject} {still}: {left}, and it {self.phrases.would} {due} if the clock went on now."

    def _as_of(self) -> str:
        return f"as of {self._bare(self.as_of)}"

    def _bare(self, instant: datetime) -> str:
        return self.speech.on(instant).removeprefix("on ").removeprefix("at ")
