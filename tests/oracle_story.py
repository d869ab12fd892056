"""What was true of one ticket after each of its events, read event by event; and conditions, read word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DONE = {"solved", "closed"}
GONE = {"spam", "deleted", "merged"}
Record = Mapping[str, Any]


@dataclass
class Moment:
    """A ticket just after one of its events."""

    at: int
    event: Record
    values: dict[str, Any]
    words: set[str] = field(default_factory=set)
    replied: bool = False
    solves: bool = False
    reopens: bool = False
    gone: bool = False
    level: str | None = None
    rule: str | None = None
    answers: dict[str, bool] = field(default_factory=dict)

    def look(self, column: str) -> Any:
        """What a condition sees under a name."""
        if column == "event":
            return self.words
        if column == "replied":
            return self.replied
        if column in ("actor", "public", "field", "old", "new"):
            return self.event[column]
        return self.values[column]


def holds(condition: Any, moment: Moment) -> bool:
    """Whether a condition, as in YAML, is true of a moment. A list of conditions: any of them."""
    if isinstance(condition, list):
        return any(holds(part, moment) for part in condition)
    return all(_entry(key, value, moment) for key, value in (condition or {}).items())


def _entry(key: str, value: Any, moment: Moment) -> bool:
    if key == "any":
        return any(holds(part, moment) for part in value)
    if key == "all":
        return all(holds(part, moment) for part in value)
    if key == "not":
        return not holds(value, moment)
    return _matches(moment.look(key), value)


def _matches(seen: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return all(_operator(seen, operator, operand) for operator, operand in wanted.items())
    if isinstance(wanted, list):
        return any(_matches(seen, one) for one in wanted)
    if isinstance(seen, set | list):
        return str(wanted).casefold() in {str(one).casefold() for one in seen}
    return seen is not None and str(seen).casefold() == str(wanted).casefold()


def _operator(seen: Any, operator: str, operand: Any) -> bool:
    if operator == "not":
        return not _matches(seen, operand)
    if operator == "empty":
        return (seen is None or seen == []) == operand
    return {"contains": _matches(seen, operand), "contains_none": not _matches(seen, operand)}[operator]


def moments(policy: Record, ticket: Record, events: Sequence[Record], as_of: int) -> list[Moment]:
    """What was true of a ticket after each of its events up to `as_of`, with the level in force."""
    story: list[Moment] = []
    replied, living = False, None
    for number, event in enumerate(events):
        if event["at"] > as_of:
            break
        moment = Moment(event["at"], event, _values(ticket, events, number), {event["event"]}, replied)
        previous = story[-1] if story else None
        state = moment.values["state"]
        moment.gone = state in GONE and living is not None  # one that was never anything else is let run
        if state not in GONE:
            moment.solves = state in DONE and living not in DONE
            moment.reopens = living in DONE and state not in DONE
            living = state
        moment.words |= _derived(moment, previous)
        replied |= event["event"] == "message" and event["actor"] == "agent" and bool(event["public"])
        _assign(policy, moment, previous)
        story.append(moment)
    return story


def _values(ticket: Record, events: Sequence[Record], number: int) -> dict[str, Any]:
    values = {name: _value(name, ticket, events, number) for name in ticket}
    values["opened_by"] = "agent" if events[0]["actor"] == "agent" else "requester"
    values["state"] = _state(ticket, events, number)
    messages = [event for event in events[: number + 1] if event["event"] == "message"]
    values["last_message_by"] = messages[-1]["actor"] if messages else None
    return values


def _state(ticket: Record, events: Sequence[Record], number: int) -> str:
    """The state after an event; a merge is for ever.

    What was exported as solved, with no word of when, was new; and what was exported as gone, if an event says when.
    """
    olds = [event["old"] for event in events if event["event"] == "change" and event["field"] == "status"]
    leaves = any(event["event"] in ("merged", "deleted") for event in events)
    unsaid = ticket["status"] in DONE or (ticket["status"] in GONE and leaves)
    state = olds[0] if olds else "new" if unsaid else ticket["status"]
    for event in events[: number + 1]:
        if state != "merged" and event["event"] in ("merged", "deleted"):
            state = event["event"]
        elif state != "merged" and event["event"] == "change" and event["field"] == "status":
            state = event["new"]
    return state


def _value(name: str, ticket: Record, events: Sequence[Record], number: int) -> Any:
    """`new` of the last change so far; before the first change its `old`; without any change the exported value."""
    changes = [(n, event) for n, event in enumerate(events) if event["event"] == "change" and event["field"] == name]
    past = [event for n, event in changes if n <= number]
    if not changes:
        return ticket[name]
    text = past[-1]["new"] if past else changes[0][1]["old"]
    return (text.split("|") if text is not None else None) if name == "tags" else text


def _derived(moment: Moment, previous: Moment | None) -> set[str]:
    department, agent = moment.values["department"], moment.values["agent"]
    old_department = previous.values["department"] if previous else None
    old_agent = previous.values["agent"] if previous else None
    told = {
        "solved": moment.solves,
        "reopened": moment.reopens,
        "assigned": agent is not None and old_agent is None,
        "owned": department is not None and department != old_department,
        "disowned": old_department is not None and department != old_department,
    }
    return {word for word, happened in told.items() if happened}


def _assign(policy: Record, moment: Moment, previous: Moment | None) -> None:
    """Puts the level in force into the moment. A rule's answer stands until the rule is looked at again."""
    if previous is not None:
        moment.level, moment.rule, moment.answers = previous.level, previous.rule, dict(previous.answers)
    looked_at = [rule for rule in policy["rules"] if _listens(rule, moment)]
    if previous is not None and not looked_at:
        return
    moment.answers |= {rule["name"]: holds(rule.get("when"), moment) for rule in looked_at}
    decides = None
    for rule in policy["rules"]:
        if not moment.answers.get(rule["name"], False):
            continue
        if "level" in rule:
            decides = rule
        elif decides is None:
            return  # it only keeps the level so far from the rules after it
        if rule.get("stop", True):
            break
    moment.level = None if decides is None or decides["level"] == "none" else decides["level"]
    moment.rule = None if decides is None else decides["name"]


def _listens(rule: Record, moment: Moment) -> bool:
    event = moment.event
    is_message = event["event"] == "message"
    happened = {
        "created": event["event"] == "created",
        "changed": event["event"] in ("change", "merged", "deleted"),
        "requester_message": is_message and event["actor"] == "requester",
        "agent_reply": is_message and event["actor"] == "agent" and event["public"],
        "note": is_message and not event["public"],
    }
    for trigger in rule.get("on", ["created", "changed"]):
        if isinstance(trigger, Mapping):
            if event["event"] == "change" and event["field"] == trigger["changed"]:
                return True
        elif happened[trigger]:
            return True
    return False
