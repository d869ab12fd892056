"""The policy as the engine uses it: every default filled in, every `based_on` merged, every name known to exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from slaaudit.calendars import Calendar
from slaaudit.conditions import Condition
from slaaudit.durations import Amount

NO_LEVEL = "none"  # `level: none` in a rule: no promise
DEFAULT_WARN_AT = Fraction(3, 4)

OnLevelChange = Literal["retarget", "keep", "restart"]
TriggerKind = Literal["created", "changed", "requester_message", "agent_reply", "note"]
Repeat = Literal["each", "once"]
OnSolved = Literal["stop", "cancel", "ignore", "discard"]
OnReopen = Literal["ignore", "resume", "restart"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DueDate:
    """A promise whose date the export has: the column of instants that holds each ticket's, and where it is written."""

    column: str
    path: Path = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a level promises for one metric: how much of which calendar's time, and what pauses it.

    `amounts` maps a priority (casefolded) to its amount; the key None is for every other priority. No cell and no
    None: no target. With `due` there are no amounts: the target ends at a date of the ticket. `warn_at` is the share
    of the target from which a running clock is at risk.
    """

    metric: str
    amounts: Mapping[str | None, Amount]
    calendar: str
    due: DueDate | None = None
    pause: Condition | None = None
    warn_at: Fraction = DEFAULT_WARN_AT
    objective: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A set of promises: targets by metric name, and the share of them that shall be kept (None: not said)."""

    name: str
    targets: Mapping[str, Target]
    objective: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a rule is looked at; with `field`, only when that field changed."""

    kind: TriggerKind
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Gives a ticket its level. `when` None matches every ticket; `on` None means created and changed.

    `level` names the level; None with `no_level` takes the level away; None without it keeps the level so far
    (the rule only stops the ones after it).
    """

    name: str
    when: Condition | None = None
    level: str | None = None
    no_level: bool = False
    stop: bool = True
    on: tuple[Trigger, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A clock as data: when it starts, stops and counts; `counts_in` None = always, `applies_to` None = every ticket.

    `kind` is `sum` for a metric that adds up durations of the events in `sum` instead of running a clock. `pause` is
    that of the targets for which neither the target nor its level writes one: they have it in their own `pause`.
    `needs` are the words of what an export must show for it to be measured.
    """

    name: str
    title: str
    start: Condition | None = None
    stop: Condition | None = None
    repeat: Repeat = "once"
    counts_in: Condition | None = None
    on_solved: OnSolved = "stop"
    on_reopen: OnReopen = "ignore"
    sum: Condition | None = None
    applies_to: Condition | None = None
    pause: Condition | None = None
    needs: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["clock", "sum"]:
        """`sum` if the metric adds up durations of events, else `clock`."""
        return "clock" if self.sum is None else "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy, checked and complete.

    `metrics` are the built-in ones in their order, then the policy's own; `states` maps our states to the help
    desk's words that the policy gives for them; `hash` is the SHA-256 of the file's bytes, in hex. `places` maps
    a path such as `("rules", 3, "when")` to its line and column, from 1.
    """

    name: str
    timezone: str
    calendars: Mapping[str, Calendar]
    levels: Mapping[str, Level]
    rules: tuple[Rule, ...]
    exclude: Condition | None
    on_level_change: OnLevelChange
    states: Mapping[str, tuple[str, ...]]
    metrics: Mapping[str, Metric]
    preset: str | None
    hash: str
    file: str
    places: Mapping[Path, tuple[int, int]] = field(repr=False)

    @property
    def metrics_in_use(self) -> tuple[str, ...]:
        """Names of the metrics for which some level has a target, in the order of `metrics`."""
        targeted = {name for level in self.levels.values() for name in level.targets}
        return tuple(name for name in self.metrics if name in targeted)
