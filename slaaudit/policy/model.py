"""The policy file as written: every key, its meaning and an example. `schema` makes the JSON Schema of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from slaaudit.policy.fields import (
    NONE,
    AmountOfTime,
    CalendarSpec,
    CoarseShare,
    DueColumn,
    Events,
    Pause,
    ShareOfWhole,
    Text,
    Texts,
    Triggers,
    When,
    defined,
    short_target,
)
from slaaudit.policy.resolved import OnLevelChange, OnReopen, OnSolved, Path, Repeat


class _Written(BaseModel):
    """A mapping of the file: unknown keys are mistakes, nothing is converted behind the writer's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True, defer_build=True)


class TargetFile(_Written):
    """What is promised for one metric. Keys that are left out come from the level, or from the level it is based on."""

    target: AmountOfTime | None = Field(
        None, description="how much open time of the calendar, or how many working days", examples=["4h", "2bd"]
    )
    by_priority: Annotated[dict[str, AmountOfTime], defined("by_priority")] | None = Field(
        None,
        description="a target for each priority; 'otherwise' for the others",
        examples=["{urgent: 1h, otherwise: 8h}"],
    )
    due: DueColumn | None = Field(
        None,
        description="the column with the export's own due date of each ticket, instead of an amount",
        examples=["vendor_due.resolution"],
    )
    calendar: Text | None = Field(None, description="name of a calendar", examples=["office"])
    pause: Pause = Field(None, description="when the clock stands still", examples=["{state: pending}"])
    warn_at: CoarseShare | None = Field(
        None, description="share of the target from which it is at risk", examples=["75%"]
    )
    objective: ShareOfWhole | None = Field(None, description="share of the clocks to be in time", examples=["98%"])


TargetOrShort = Annotated[TargetFile | None, BeforeValidator(short_target), defined("target_or_short")]


class LevelFile(_Written):
    """A set of promises; with `based_on`, those of another level and what differs."""

    based_on: Text | None = Field(None, description="name of the level to start from", examples=["standard"])
    calendar: Text | None = Field(None, description="name of the calendar of its targets", examples=["office"])
    pause: Pause = Field(
        None, description="when the clocks of all its targets stand still", examples=["{state: pending}"]
    )
    targets: Annotated[dict[str, TargetOrShort], defined("targets")] = Field(
        {}, description="a target for each metric", examples=["{first_reply: 4h}"]
    )
    warn_at: CoarseShare | None = Field(
        None, description="share of the targets from which they are at risk", examples=["75%"]
    )
    objective: ShareOfWhole | None = Field(None, description="share of the clocks to be in time", examples=["98%"])


class RuleFile(_Written):
    """Gives tickets a level. In order; the first match decides unless it says `stop: false`."""

    name: Text | None = Field(None, description="name in the log; 'rule N' if left out", examples=["VIP customers"])
    when: When | None = Field(
        None, description="a condition; every ticket if left out", examples=["{priority: urgent}"]
    )
    level: Text | None = Field(None, description=f"name of the level, or {NONE}: no promise", examples=["standard"])
    stop: bool = Field(True, description="whether later rules are left out on a match", examples=["false"])
    on: Triggers | None = Field(
        None, description="when the rule is looked at", examples=["[created, {changed: priority}]"]
    )


class MetricFile(_Written):
    """A clock. Keys that are left out come from the metric of the same name in the preset or in slaaudit."""

    title: Text | None = Field(None, description="its name in tables", examples=["First reply"])
    start: Events | None = Field(
        None, description="the event that starts the clock; of a list, any", examples=["{event: created}"]
    )
    stop: Events | None = Field(
        None,
        description="the event that stops it; of a list, any",
        examples=["{event: message, actor: agent, public: true}"],
    )
    repeat: Repeat | None = Field(None, description="each start, or once a ticket", examples=["once"])
    counts_in: When | None = Field(
        None, description="outside it the clock stands still", examples=["{state: [new, open]}"]
    )
    on_solved: OnSolved | None = Field(None, description="what a solve does to it", examples=["stop"])
    on_reopen: OnReopen | None = Field(None, description="what a reopening does to it", examples=["resume"])
    sum: Events | None = Field(None, description="add up these events' durations instead", examples=["{event: work}"])
    applies_to: When | None = Field(None, description="the tickets that can have it", examples=["{channel: chat}"])
    pause: Pause = Field(
        None, description="when it stands still if no level and no target says so", examples=["{state: pending}"]
    )
    needs: Annotated[Texts, defined("needs")] | None = Field(
        None, description="what an export must show", examples=["[messages]"]
    )


class PresetFile(_Written):
    """Another system's reading of the same words."""

    title: Text = Field(description="the system's name", examples=["LiveAgent"])
    source: dict[str, Text] = Field(
        {}, description="where the reading comes from, by the tags of the comments", examples=["{kb: https://…}"]
    )
    clocks: dict[str, Text] = Field(
        {}, description="the clocks that it has, and what it calls them", examples=["{first_reply: First answer}"]
    )
    not_covered: Texts = Field([], description="what of its rules the preset leaves out", examples=["[…]"])
    rules_on: Triggers | None = Field(None, description="when rules without 'on' are looked at", examples=["[created]"])
    on_level_change: OnLevelChange | None = Field(None, description="as in a policy", examples=["keep"])
    states: dict[str, Texts] = Field({}, description="as in a policy", examples=["{pending: [Waiting]}"])
    metrics: dict[str, MetricFile] = Field(
        {}, description="as in a policy", examples=["{first_reply: {on_solved: cancel}}"]
    )


class PolicyFile(_Written):
    """What was promised to whom, and when the clocks tick."""

    policy: Text = Field(description="name of the policy, shown below every report", examples=["Acme support"])
    timezone: Text = Field(
        "UTC", description="time zone of the reports, and of calendars that name none", examples=["Europe/Amsterdam"]
    )
    preset: Annotated[Text, defined("preset")] | None = Field(
        None, description="take another system's reading of the clocks", examples=["liveagent"]
    )
    calendars: dict[str, CalendarSpec] = Field(
        {},
        description="opening hours by name; 24x7 is always known",
        examples=['{office: {hours: {mon-fri: "09:00-17:00"}}}'],
    )
    levels: dict[str, LevelFile] = Field(
        description="sets of promises, by name", examples=["{standard: {targets: {first_reply: 4h}}}"], min_length=1
    )
    rules: list[RuleFile] = Field(
        description="which ticket gets which level; in order, the first match decides",
        examples=["[{level: standard}]"],
        min_length=1,
    )
    exclude: Pause = Field(
        None,
        description="tickets that are not judged; spam, deleted and merged if left out",
        examples=["{tags: {contains: test}}"],
    )
    on_level_change: OnLevelChange | None = Field(
        None, description="what a change of level does to a running clock", examples=["retarget"]
    )
    states: Annotated[dict[str, Texts], defined("states")] = Field(
        {}, description="which of the help desk's status words stand for which state", examples=["{pending: [Waiting]}"]
    )
    metrics: Annotated[dict[str, MetricFile], defined("metrics")] = Field(
        {}, description="clocks of your own, or changes to known ones", examples=["{next_reply: {repeat: once}}"]
    )


class MetricsFile(_Written):
    """The metrics that slaaudit brings along."""

    metrics: dict[str, MetricFile]


_SECTIONS: dict[str, type[_Written]] = {"levels": LevelFile, "rules": RuleFile, "metrics": MetricFile}


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the mapping at `path` of a file that `root` describes; None where keys are free names."""
    if not path:
        return root
    if len(path) == 2:
        return _SECTIONS.get(str(path[0]))
    return TargetFile if len(path) == 4 and path[0] == "levels" and path[2] == "targets" else None
