"""What an explanation holds: plain values, in the order of telling. Texts are raw, renderers make them safe.

Instants are aware datetimes in UTC, durations timedeltas; None where there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from slaaudit.problems import Problem

Kind = Literal["counted", "overdue", "paused", "closed"]
Answer = Literal["decides", "overruled", "keeps", "matches", "no_match", "not_reached", "not_looked_at"]
Effect = Literal["starts", "pauses", "goes_on", "runs_out", "logs", "ends", "as_of"]
JUDGED = ("fulfilled", "missed", "running", "paused", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A condition as it turned out on the ticket: one comparison with the value it met, or a group of tests.

    `joined` is `and`, `or` or `not` for a group, empty for a comparison. `column` is what a comparison looks at,
    `value` what it met as text; None = nothing.
    """

    text: str
    holds: bool
    column: str | None = None
    value: str | None = None
    joined: Literal["", "and", "or", "not"] = ""
    parts: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """One rule at one evaluation.

    `answer`: `decides`; `overruled`, it matches, but a later one decides; `keeps`, it matches and stops, the level so
    far stays; `matches`, without consequence; `no_match`; `not_reached`, an earlier one stopped; `not_looked_at`, it
    does not listen to what has happened so far. `test` is None for a rule without condition, and where it was not
    tested. `since` is when it was last looked at, if that was before this evaluation.
    """

    number: int
    name: str
    answer: Answer
    level: str | None
    stops: bool
    test: Checked | None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The rules gone through once, at the event `what`; `level` and `rule` (number from 1) are in force after it."""

    at: datetime
    what: str
    rules: tuple[RuleAnswer, ...]
    level: str | None
    rule: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSpan:
    """A level in force, from `starts` until `ends` (None: still, as of the as-of instant); None = no level."""

    starts: datetime
    ends: datetime | None
    level: str | None
    rule: int | None
    rule_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of a clock's time: counted, overdue (counted, past the due date), paused (open, not counted) or closed.

    `open` is its business time, `used` what of the target was used up at its end. `why` says why it was paused, or
    which holidays closed it.
    """

    starts: datetime
    ends: datetime
    kind: Kind
    open: timedelta
    used: timedelta
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that changed the clock: what happened, its effect, and more about it (why it pauses, how it ended)."""

    at: datetime
    what: str
    effect: Effect
    detail: str = ""
    amount: timedelta | None = None
    used: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStory:
    """One clock. `row` is its row of the log: every column of `reports.columns.LOG`.

    `why` is the engine's word for the reason. `allowance` is the target as the policy writes it (`4h`, `1bd`, or
    the column of a due date), `exported_due` that date before any pause moves it (None: it is an amount). `pause` and
    `counts_in` are conditions in words. `waits_for_an_event`: it has a stop of its own, a solve is not what it waits
    for. `around_the_clock`: its calendar never closes, business time is real time.
    `stretches` and `moments` are empty where nothing was judged; a sum of logged work has moments only.
    """

    title: str
    why: str
    row: Mapping[str, Any]
    sentence: str
    allowance: str | None = None
    exported_due: datetime | None = None
    pause: str | None = None
    counts_in: str | None = None
    is_sum: bool = False
    waits_for_an_event: bool = False
    around_the_clock: bool = False
    stretches: tuple[Stretch, ...] = ()
    moments: tuple[Moment, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether it was measured and there is something to show."""
        return self.row["outcome"] in JUDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The story of one ticket as of an instant, under one policy.

    `ticket` maps the ticket's columns to their values as of then. `sentence` says why nothing is judged, empty if
    something is; `exclusion` is the policy's `exclude` as it turned out on the ticket. `problems` are the rows of the
    ticket that could not be used as exported.
    """

    ticket: Mapping[str, Any]
    as_of: datetime
    timezone: str
    policy_name: str
    policy_hash: str
    evaluations: tuple[Evaluation, ...]
    levels: tuple[LevelSpan, ...]
    clocks: tuple[ClockStory, ...]
    exclusion: Checked | None
    sentence: str
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
