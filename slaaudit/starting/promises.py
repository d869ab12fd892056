"""The `levels` of a starting policy: a target for each clock that the export can show, the others switched off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from slaaudit.engine.reasons import NOT_SHOWN
from slaaudit.engine.verdicts import needs_of
from slaaudit.policy.levels import OTHERWISE
from slaaudit.policy.resolved import Metric
from slaaudit.starting.lines import comment, doubted, noted, switched_off
from slaaudit.starting.priorities import USUAL, Priority
from slaaudit.starting.scalars import remark, scalar

WAITING = ("pending", "on_hold")
LEVEL = "standard"
OTHER_LEVEL = "quick"


@dataclass(frozen=True, slots=True)
class Promise:
    """An example of a promise about one metric: its meaning, and its targets from the most urgent priority down."""

    meaning: str
    targets: tuple[str, ...]
    is_usual: bool = False  # what nearly every contract promises
    pauses: bool = False  # customarily stands still while others have to do something

    @property
    def target(self) -> str:
        """The target of most tickets."""
        return self.targets[USUAL] if len(self.targets) > 1 else self.targets[0]

    @property
    def quicker(self) -> str:
        """The target of a better contract: that of the most urgent tickets, else half of it."""
        only = self.targets[0]
        return only if len(self.targets) > 1 else f"{int(only[:-1]) // 2}{only[-1]}"


PROMISES: Mapping[str, Promise] = {
    "first_reply": Promise(
        "from the first message to the first answer", ("1h", "4h", "8h", "16h", "24h"), is_usual=True
    ),
    "next_reply": Promise("from every later message to its answer", ("8h",), is_usual=True),
    "periodic_update": Promise("from each answer to the next one, until it is solved", ("16h",)),
    "pausable_update": Promise("the same, but not while the customer has to answer", ("16h",)),
    "requester_wait": Promise("all the time that it is not the customer's turn", ("40h",)),
    "agent_work": Promise("all the time that it is your turn", ("24h",)),
    "work_logged": Promise("the sum of the work logged on a ticket", ("2h",)),
    "resolution": Promise(
        "from its creation until it is solved for good", ("8h", "16h", "40h", "80h", "120h"), is_usual=True, pauses=True
    ),
    "first_resolution": Promise("from its creation until it is solved for the first time", ("40h",)),
    "first_assign": Promise("from its creation until an agent has it", ("2h",)),
    "ownership": Promise("the time that one department has it", ("24h",)),
    "chat_answer": Promise("from the start of a chat until an agent takes it", ("60s",), is_usual=True),
    "call_answer": Promise("from the start of a call until an agent takes it", ("30s",), is_usual=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the targets depend on. `shows` None: there is no export to know it from."""

    metrics: Mapping[str, Metric]
    shows: Collection[str] | None
    priorities: tuple[Priority, ...] = ()
    unlisted: int = 0  # priorities without a line of their own
    without_priority: str = ""  # the tickets that have none: `12 tickets`
    waiting: tuple[str, ...] = ()  # those of WAITING that tickets can be in

    def lacking(self, name: str) -> str:
        """What the export does not show of what the metric needs, in words; empty if it can be measured."""
        needs = needs_of(self.metrics[name])
        return "" if self.shows is None else _listed(NOT_SHOWN[word] for word in sorted(needs - set(self.shows)))


def levels(basis: Basis) -> list[str]:
    """The lines of the section."""
    known = [name for name in basis.metrics if name in PROMISES]
    usual = [name for name in known if PROMISES[name].is_usual and not basis.lacking(name)]
    pointless = [] if usual else ["first_reply", "resolution"]  # a level without targets would say nothing at all
    possible = [name for name in known if not PROMISES[name].is_usual and not basis.lacking(name)]
    impossible = [name for name in known if basis.lacking(name) and name not in pointless]
    better = next(iter([*usual, *possible, *pointless]))
    return [
        noted("levels:", "a level is a set of promises; the rules below say who gets which"),
        f"  {LEVEL}:",
        noted("    #objective: 95%", "the share of the promises that you mean to keep"),
        noted("    targets:", "time of the calendar: with the hours above, 8h is a working day"),
        *(line for name in usual for line in _target(name, basis)),
        *_pointless(pointless, basis),
        *_headed("The export shows enough for these too:" if basis.shows is not None else "There are more:", possible),
        *_impossible(impossible, basis),
        "",
        *comment("A second level: the promises of the first one, except for what it says itself.", 2),
        switched_off(f"  {OTHER_LEVEL}:"),
        switched_off(f"    based_on: {LEVEL}"),
        switched_off(f"    targets: {{{better}: {PROMISES[better].quicker}}}"),
    ]


def _target(name: str, basis: Basis) -> Iterator[str]:
    promise = PROMISES[name]
    by_priority = len(promise.targets) > 1 and basis.priorities
    pause = list(_pause(basis)) if promise.pauses else []
    if not by_priority and not pause:
        yield noted(f"      {name}: {promise.target}", promise.meaning)
        return
    yield noted(f"      {name}:", promise.meaning)
    if by_priority:
        yield "        by_priority:"
        yield from _cells(promise, basis)
    else:
        yield f"        target: {promise.target}"
    yield from pause


def _cells(promise: Promise, basis: Basis) -> Iterator[str]:
    for priority in basis.priorities:
        note = doubted(priority.is_guess, "how urgent is this?" if priority.is_guess else "", priority.word.times)
        yield noted(f"          {scalar(priority.word.text)}: {promise.targets[priority.rank]}", note)
    others = f"{basis.unlisted:,} more priorities" if basis.unlisted else ""
    note = "; ".join(
        filter(None, ["all others", others, basis.without_priority and f"{basis.without_priority} without a priority"])
    )
    yield noted(f"          {OTHERWISE}: {promise.target}", note)


def _pause(basis: Basis) -> Iterator[str]:
    states = f"[{', '.join(basis.waiting)}]" if len(basis.waiting) > 1 else "".join(basis.waiting)
    if basis.shows is not None and "status_changes" not in basis.shows:
        note = f"needs every {NOT_SHOWN['status_changes'].replace('changes', 'change')}, which the export does not show"
        yield switched_off(f"        pause: {{state: {states or WAITING[0]}}}", note)
    elif states:
        yield noted(f"        pause: {{state: {states}}}", "the clock stands still while others have to act")
    else:
        yield switched_off(f"        pause: {{state: {WAITING[0]}}}", "no status of the export means waiting")


def _headed(heading: str, names: Iterable[str]) -> list[str]:
    lines = [switched_off(f"      {name}: {PROMISES[name].target}", PROMISES[name].meaning) for name in names]
    return [*comment(heading, 6), *lines] if lines else []


def _pointless(names: Iterable[str], basis: Basis) -> list[str]:
    lines = [
        noted(f"      {name}: {PROMISES[name].target}", f"the export does not show {basis.lacking(name)}")
        for name in names
    ]
    return (
        [*comment("The export can show none of the usual promises: these will be not_measurable.", 6), *lines]
        if lines
        else []
    )


def _impossible(names: Iterable[str], basis: Basis) -> list[str]:
    lines = [
        switched_off(f"      {name}: {PROMISES[name].target}", f"the export does not show {basis.lacking(name)}")
        for name in names
    ]
    return [*comment("These cannot be measured: their clocks would be not_measurable.", 6), *lines] if lines else []


def _listed(words: Iterable[str]) -> str:
    return remark(" or ".join(words))
