"""Every verdict in one sentence that can be read aloud, and what it is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slaaudit.engine.cycles import CAUSES
from slaaudit.engine.reasons import TEXTS
from slaaudit.engine.verdicts import WHY
from slaaudit.explain.clocks import ENDINGS
from slaaudit.explain.phrases import PHRASES, Phrases, phrases_of
from slaaudit.explain.sentences import sentence_of
from slaaudit.explain.story import ClockStory, Moment
from slaaudit.explain.words import Speech, clock, day_range, full, local, spoken
from slaaudit.policy.metrics import builtin_metrics

AMSTERDAM = "Europe/Amsterdam"
AS_OF = datetime(2026, 11, 5, 16, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant of November 2026: day and local time in Amsterdam."""
    day, _, time = text.partition(" ")
    hour, minute, second = (int(part) for part in (*time.split(":"), "0")[:3])
    return datetime(2026, 11, int(day), hour - 1, minute, second, tzinfo=UTC)


def said(metric: str, outcome: str, why: str, **told: Any) -> str:
    """The sentence of a clock: `start`, `due`, `closed`, `elapsed` and `target` in minutes."""
    target, elapsed = (timedelta(minutes=told.get(name, 60)) for name in ("target", "elapsed"))
    row = {
        "metric": metric, "outcome": outcome, "reason": told.get("reason", ""), "at_risk": told.get("at_risk", False),
        "sla_started": at(told.get("start", "3 09:00")), "due_date": at(told["due"]) if "due" in told else None,
        "closed": at(told["closed"]) if "closed" in told else None,
        "target": target, "elapsed": elapsed, "sla": target - elapsed,
    }  # fmt: skip
    moments = [Moment(at=row["sla_started"], what=told.get("what", "ticket created"), effect="starts")]
    if "paused" in told:
        moments.append(Moment(at=at(told["paused"]), what="", effect="pauses", detail="waiting for the requester"))
    story = ClockStory(
        title=told.get("title", "First reply"),
        why=why,
        row=row,
        sentence="",
        is_sum=metric == "work_logged",
        waits_for_an_event=told.get("waits", metric in ("first_reply", "next_reply", "own")),
        around_the_clock=told.get("always", False),
        moments=tuple(moments),
    )
    return sentence_of(story, as_of=AS_OF, timezone=AMSTERDAM)


def test_a_missed_first_reply() -> None:
    assert said("first_reply", "missed", "stopped", due="3 10:40", closed="3 11:25", elapsed=105) == (
        "The first reply was due on Tue 3 Nov 2026 at 10:40 and came at 11:25, 45 minutes of business time late."
    )


def test_around_the_clock_nobody_speaks_of_business_time() -> None:
    told = said("first_reply", "missed", "stopped", due="3 10:40", closed="3 11:25", elapsed=105, always=True)
    assert told.endswith("came at 11:25, 45 minutes late.")


def test_where_less_than_an_hour_decides_seconds_are_said() -> None:
    close = said("resolution", "missed", "solved", due="3 10:40:20", closed="4 09:00:01", elapsed=62)
    assert close == (
        "The solution was due on Tue 3 Nov 2026 at 10:40:20 and came on Wed 4 Nov at 09:00:01, "
        "2 minutes of business time late."
    )
    far = said("resolution", "missed", "solved", due="3 10:40:20", closed="4 09:00:01", elapsed=200)
    assert "at 10:40 and came on Wed 4 Nov at 09:00, 2 hours and 20 minutes" in far


def test_kept_with_time_to_spare() -> None:
    told = said("resolution", "fulfilled", "solved", due="5 10:00", closed="4 09:00", elapsed=10, target=100)
    assert told == (
        "The solution was due on Thu 5 Nov 2026 at 10:00 and came on Wed 4 Nov at 09:00, "
        "in time, with 1 hour and 30 minutes of business time to spare."
    )


def test_kept_to_the_second_and_kept_because_nobody_worked_in_between() -> None:
    exact = said("first_reply", "fulfilled", "stopped", due="3 17:30", closed="3 17:30")
    assert exact == "The first reply was due on Tue 3 Nov 2026 at 17:30 and came at 17:30, in time, to the second."
    night = said("first_reply", "fulfilled", "stopped", due="3 17:30", closed="3 21:00")
    assert night.endswith("and came at 21:00, in time, as no business time passed in between.")


def test_a_clock_that_a_message_started_is_named_by_it() -> None:
    started = {"what": "message of the requester", "start": "3 09:12"}
    told = said("next_reply", "missed", "stopped", due="3 10:12", closed="3 11:15", elapsed=123, **started)
    assert told == (
        "The reply to the requester's message of Tue 3 Nov 2026 at 09:12 was due at 10:12 and came at 11:15, "
        "1 hour and 3 minutes of business time late."
    )
    told = said("next_reply", "missed", "stopped", due="3 10:12", closed="3 11:15", what="status: Spam → Open")
    assert told.startswith("The next reply was due on")


def test_solved_without_the_reply() -> None:
    kept = said("first_reply", "fulfilled", "solved", due="3 12:00", closed="3 09:30", target=120, elapsed=30)
    assert kept.endswith(
        "but the ticket was solved without it at 09:30, in time, with 1 hour and 30 minutes of business time to spare."
    )
    missed = said("first_reply", "missed", "cancelled_by_solve", due="3 12:00", closed="3 13:30", elapsed=150)
    assert missed.endswith(
        "and had not come when the ticket was solved at 13:30, 1 hour and 30 minutes of business time late."
    )
    cancelled = said("next_reply", "cancelled", "cancelled_by_solve", due="3 12:00", closed="3 09:30", elapsed=30)
    assert cancelled.endswith("but the ticket was solved without it at 09:30, before it was due.")
    forgiven = said("next_reply", "cancelled", "discarded_by_solve", due="3 12:00", closed="3 13:30", elapsed=150)
    assert forgiven.endswith(
        "but the ticket was solved without it at 13:30, which the policy does not count as missed."
    )


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("removed", "but the ticket was deleted, merged or marked as spam at 09:30, before it was due."),
        ("level_changed", "but its level or target changed and a new clock started at 09:30, before it was due."),
        ("level_taken", "but its level was taken away at 09:30, before it was due."),
    ],
)
def test_ended_by_something_else(why: str, words: str) -> None:
    assert said("resolution", "cancelled", why, due="3 12:00", closed="3 09:30", elapsed=30).endswith(words)
    missed = said("resolution", "missed", why, due="3 12:00", closed="3 13:30", elapsed=150)
    assert f"and had not come when {words.removeprefix('but ').partition(' at ')[0]} at 13:30, 1 hour" in missed


def test_a_time_that_shall_end() -> None:
    told = said("requester_wait", "missed", "solved", due="3 12:00", closed="3 13:30", elapsed=150)
    assert told.startswith("The requester's wait was to end on Tue 3 Nov 2026 at 12:00 and ended at 13:30, 1 hour")
    own = said("own", "fulfilled", "solved", due="3 12:00", closed="3 09:30", elapsed=30, title="Hand-over")
    assert own.startswith(
        "“Hand-over” was to end on Tue 3 Nov 2026 at 12:00 and ended when the ticket was solved at 09:30, in"
    )


def test_still_running() -> None:
    running = said("resolution", "running", "running", due="6 10:00", target=300, elapsed=240, at_risk=True)
    assert running == (
        "The solution is due on Fri 6 Nov 2026 at 10:00 if nothing pauses it any more: "
        "as of Thu 5 Nov at 17:00, 1 hour of business time is left, and it is at risk."
    )
    missed = said("resolution", "missed", "running", due="4 10:00", target=60, elapsed=240)
    assert missed == (
        "The solution was due on Wed 4 Nov 2026 at 10:00 and has not come yet: "
        "as of Thu 5 Nov at 17:00 it is 3 hours of business time late."
    )


def test_standing_still() -> None:
    told = said("resolution", "paused", "halted", due="6 10:00", target=300, elapsed=60, paused="4 12:15")
    assert told == (
        "The solution has not come yet; its clock has stood still since Wed 4 Nov 2026 at 12:15 "
        "(waiting for the requester): 4 hours of business time are left, "
        "and it would be due on Fri 6 Nov at 10:00 if the clock went on now."
    )
    told = said("agent_work", "paused", "halted", due="6 10:00", paused="4 12:15")
    assert told.endswith(
        "none of the time is left, and it would have to end on Fri 6 Nov at 10:00 if the clock went on now."
    )


def test_logged_work() -> None:
    assert said("work_logged", "fulfilled", "solved", closed="4 09:00", elapsed=15) == (
        "15 minutes of work were logged, within the 1 hour allowed."
    )
    assert said("work_logged", "running", "running", elapsed=0) == "No work was logged so far; 1 hour is allowed."
    assert said("work_logged", "missed", "solved", due="3 12:00", closed="4 09:00", elapsed=61) == (
        "1 hour and 1 minute of work were logged, 1 minute more than the 1 hour allowed, "
        "which was passed on Tue 3 Nov 2026 at 12:00."
    )


def test_not_judged() -> None:
    assert said("first_reply", "no_target", "no_target", reason="level 'a' has no target for first reply here") == (
        "Nothing is promised for first reply: level 'a' has no target for first reply here."
    )
    assert said("first_reply", "no_level", "no_level", reason="no rule gives it a level") == (
        "Nothing is promised for this ticket: no rule gives it a level."
    )
    assert said("first_reply", "excluded", "excluded", reason="excluded: state is spam") == (
        "This ticket is not judged; it is excluded: state is spam."
    )
    assert said("first_reply", "not_measurable", "not_shown", reason="the export does not show first replies") == (
        "Whether the promise was kept (first reply) cannot be measured: the export does not show first replies."
    )
    assert said("first_reply", "not_measurable", "unseen_solve", reason=TEXTS["unseen_solve", "not_measurable"]) == (
        "Whether the promise was kept (first reply) cannot be measured: "
        "the ticket is solved, but the export does not say when."
    )


def test_every_built_in_metric_has_its_phrases_and_every_end_its_words() -> None:
    assert set(PHRASES) == set(builtin_metrics()) - {"work_logged"}
    assert set(ENDINGS) == set(CAUSES) - {"running"} < set(WHY.categories)
    assert phrases_of("hand_over", "Hand-over") == Phrases(
        "“Hand-over”", "", "to end", "would have to end", "ended", "ended"
    )


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(), "no time"),
        (timedelta(milliseconds=250), "less than a second"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(minutes=9, seconds=59), "9 minutes and 59 seconds"),
        (timedelta(hours=1, seconds=59), "1 hour"),
        (-timedelta(hours=1_234, minutes=1), "1,234 hours and 1 minute"),
    ],
)
def test_durations_as_they_are_said(duration: timedelta, words: str) -> None:
    assert spoken(duration) == words


def test_a_time_that_occurs_twice_says_which_of_the_two_it_is() -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [clock(local(each, AMSTERDAM)) for each in twice] == ["02:30 CEST", "02:30 CET"]
    assert [clock(local(each, "America/Sao_Paulo")) for each in twice] == ["21:30", "22:30"]
    unnamed = datetime(2018, 2, 18, 1, 30, tzinfo=UTC)
    assert clock(local(unnamed, "America/Sao_Paulo")) == "23:30 UTC-0200"
    before_the_gap = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    assert clock(local(before_the_gap, AMSTERDAM)) == "01:59:59"


def test_dates_are_said_once() -> None:
    speech = Speech("UTC", seconds=True)
    morning, new_year = datetime(2026, 12, 31, 9, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    instants = [morning, morning + timedelta(seconds=5), new_year]
    said = ["on Thu 31 Dec 2026 at 09:00", "at 09:00:05", "on Fri 1 Jan 2027 at 00:00"]
    assert [speech.on(each) for each in instants] == said
    assert Speech("UTC", seconds=False).of(instants[1]) == "of Thu 31 Dec 2026 at 09:00"


def test_dates_from_one_to_another() -> None:
    day = datetime(2026, 2, 28, tzinfo=UTC).date()
    assert day_range(day, day) == "Sat 28 Feb"
    assert day_range(day, day + timedelta(days=1)) == "Sat 28 Feb – Sun 1 Mar"
    assert day_range(day - timedelta(days=1), day) == "Fri 27 – Sat 28 Feb"
    assert full(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "Asia/Kolkata") == "Sun 1 Mar 2026 05:00"
