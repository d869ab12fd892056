"""The clocks of every metric with pandas, as one would find them with care: whole columns at a time.

Instants are whole seconds since 1970, spans are half-open; what goes on at the end of the export ends `NEVER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

NEVER = 2**62
DONE = ("solved", "closed")
ONCE = ("requester_wait", "agent_work", "work_logged", "resolution")  # from creation to the last solve


@dataclass(frozen=True)
class Story:
    """An export with what was true over time. Frames are by `ticket` (row of `tickets`) and `since`.

    `states` and `holders` (department, priority) are spans from `since` to `until`. Of each ticket, `excluded` tells
    whether the policy excludes it, `worked` the seconds of work logged on it.
    """

    tickets: pd.DataFrame
    events: pd.DataFrame
    states: pd.DataFrame
    holders: pd.DataFrame
    excluded: np.ndarray
    worked: np.ndarray
    as_of: int


def story_of(folder: Path) -> Story:
    """What the files of an export tell."""
    words = dict.fromkeys(("department", "priority", "status", "channel"), "category")
    columns = ["ticket_id", "created_at", "account", "subject", *words]
    tickets = pd.read_csv(folder / "tickets.csv", usecols=columns, dtype=words)
    tickets = tickets.assign(ticket=np.arange(len(tickets)), since=seconds_of(_parsed(tickets.pop("created_at"))))
    told = dict.fromkeys(("event", "actor", "field", "old", "new"), "category")
    events = pd.read_csv(folder / "events.csv", dtype={**told, "public": "boolean"})
    of_ticket = pd.Index(tickets["ticket_id"]).get_indexer(events.pop("ticket_id"))
    events = events.assign(ticket=of_ticket, since=seconds_of(_parsed(events.pop("at"))))
    # no two events of a ticket share an instant in this export
    events = events.sort_values(["ticket", "since"], ignore_index=True)
    as_of = max(events["since"].max(), tickets["since"].max())
    states, holders = _states(tickets, events), _holders(tickets, events)
    return Story(tickets, events, states, holders, _excluded(tickets, states), _worked(tickets, events), as_of)


def seconds_of(instants: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Whole seconds since 1970 of instants in UTC that name no zone."""
    return instants.to_numpy().astype("datetime64[s]").astype(np.int64)


def _parsed(stamps: pd.Series) -> pd.Series:
    return pd.to_datetime(stamps, format="ISO8601").dt.tz_localize(None)  # directives take far longer


def _states(tickets: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    exported = tickets["status"].astype("str")
    # what was exported as solved, without a word of when, was new
    rows = _over_time(tickets.assign(state=exported.where(~exported.isin(DONE), "new")), events, "status", "state")
    rows = rows[rows["state"] != _before(rows, "state")]
    was_done, is_done = _before(rows, "state").isin(DONE), rows["state"].isin(DONE)
    return rows.assign(
        until=_until(rows), is_done=is_done, solves=is_done & ~was_done, reopens=was_done & ~is_done
    ).astype({"state": "category"})


def _holders(tickets: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    department, priority = (_over_time(tickets, events, name, name) for name in ("department", "priority"))
    rows = pd.concat([department, priority]).sort_values(["ticket", "since"], kind="stable", ignore_index=True)
    values = rows.groupby("ticket")[["department", "priority"]].ffill()
    rows = rows.assign(**values).drop_duplicates(["ticket", "since"], keep="last", ignore_index=True)
    return rows.assign(until=_until(rows))


def _excluded(tickets: pd.DataFrame, states: pd.DataFrame) -> np.ndarray:
    excluded = tickets["subject"].str.endswith("000000").to_numpy(copy=True)
    is_gone = (states["until"] == NEVER) & states["state"].isin(["spam", "deleted", "merged"])
    excluded[states.loc[is_gone, "ticket"]] = True
    return excluded


def _worked(tickets: pd.DataFrame, events: pd.DataFrame) -> np.ndarray:
    work = events[events["event"] == "work"]
    words = work["new"].cat.remove_unused_categories().cat
    seconds = pd.to_timedelta(words.categories).total_seconds().to_numpy()
    return np.bincount(work["ticket"], seconds[words.codes], len(tickets)).astype(np.int64)


def _over_time(tickets: pd.DataFrame, events: pd.DataFrame, field: str, name: str) -> pd.DataFrame:
    """The column `name` of the tickets as of their creation and after each change of the field.

    As created: what the first change says it was before, or, without any change, what was exported.
    """
    is_change = (events["event"] == "change") & (events["field"] == field)
    changes = events.loc[is_change, ["ticket", "since", "old", "new"]].astype({"old": "str", "new": "str"})
    created = tickets[["ticket", "since"]].assign(**{name: tickets[name].astype("str")})
    first = changes.drop_duplicates("ticket")
    created.loc[first["ticket"], name] = first["old"].to_numpy()
    rows = pd.concat([created, changes.drop(columns="old").rename(columns={"new": name})])
    return rows.sort_values(["ticket", "since"], ignore_index=True)


def _before(rows: pd.DataFrame, name: str) -> pd.Series:
    """The value in the ticket's row before."""
    return rows.groupby("ticket")[name].shift()


def _until(rows: pd.DataFrame) -> pd.Series:
    """When the ticket's next row begins."""
    return rows["since"].shift(-1, fill_value=NEVER).where(rows["ticket"] == rows["ticket"].shift(-1), NEVER)


def cycles_of(metric: str, story: Story) -> pd.DataFrame:
    """One row per cycle of the metric: `ticket`, `cycle`, `started`, `ended`, `is_solved` (a solve ended it)."""
    states, events = story.states, story.events
    if metric in ONCE:
        return _resumed(story, pd.Series(dtype=np.int64))
    if metric == "first_resolution":
        ends = states[states["is_done"]].drop_duplicates("ticket")
        cycles = pd.DataFrame({"ticket": story.tickets["ticket"], "cycle": 1, "started": story.tickets["since"]})
        return cycles.assign(ended=_dense(story, ends.set_index("ticket")["since"]), is_solved=True)
    if metric == "first_reply":
        return _resumed(story, _replies(events).groupby("ticket")["since"].min())
    if metric == "first_assign":
        is_it = (events["event"] == "change") & (events["field"] == "agent")
        is_it &= events["old"].isna() & events["new"].notna()
        return _resumed(story, events[is_it].groupby("ticket")["since"].min())
    return _turns(pd.concat([*_marks(metric, story), _mark(states[states["solves"]], starts=False, stops=False)]))


def _resumed(story: Story, stops: pd.Series) -> pd.DataFrame:
    """From creation to the stop or the last solve before it: a reopening resumes what was not stopped yet."""
    alive = story.states[~story.states["is_done"]]
    alive = alive.assign(stopped=_dense(story, stops)[alive["ticket"]])
    by_ticket = alive[alive["since"] < alive["stopped"]].groupby("ticket", as_index=False)
    cycles = by_ticket.agg(started=("since", "min"), ended=("until", "max"), stopped=("stopped", "first"))
    is_solved = cycles["ended"] < cycles["stopped"]
    return cycles.assign(cycle=1, ended=cycles[["ended", "stopped"]].min(axis=1), is_solved=is_solved)


def _dense(story: Story, instants: pd.Series) -> np.ndarray:
    """An instant per ticket; `NEVER` where there is none."""
    found = np.full(len(story.tickets), NEVER)
    found[instants.index.to_numpy(dtype=np.int64)] = instants.to_numpy()
    return found


def _replies(events: pd.DataFrame) -> pd.DataFrame:
    return events[_is_message(events, "agent")]


def _is_message(events: pd.DataFrame, actor: str) -> pd.Series:
    return (events["event"] == "message") & (events["actor"] == actor) & events["public"].fillna(False)


def _marks(metric: str, story: Story) -> list[pd.DataFrame]:
    """The events that start a clock, or stop it, or both: the end of a cycle and the start of the next."""
    events, states = story.events, story.states
    if metric == "next_reply":
        replies, asked = _replies(events), events[_is_message(events, "requester")]
        first = _dense(story, replies.groupby("ticket")["since"].min())[asked["ticket"]]
        again = asked[asked["since"] > first]
        return [_mark(again, starts=True, stops=False), _mark(replies, starts=False, stops=True)]
    if metric in ("periodic_update", "pausable_update"):
        return [_mark(_replies(events), starts=True, stops=True)]
    if metric == "ownership":
        before = _before(story.holders, "department")
        taken = story.holders[story.holders["department"] != before]
        reopened = _mark(states[states["reopens"]], starts=True, stops=False)
        return [_mark(taken, starts=taken["department"].notna(), stops=before[taken.index].notna()), reopened]
    kind = metric.removesuffix("_answer")
    of_kind = events[(story.tickets["channel"] == kind).to_numpy()[events["ticket"]]]
    answered = of_kind[of_kind["event"] == f"{kind}_answered"]
    if kind == "chat":
        answered = answered[answered["actor"] != "requester"]
    started = of_kind[of_kind["event"] == f"{kind}_started"]
    return [_mark(started, starts=True, stops=False), _mark(answered, starts=False, stops=True)]


def _mark(rows: pd.DataFrame, **does: bool | pd.Series) -> pd.DataFrame:
    return rows[["ticket", "since"]].assign(**does)


def _turns(marks: pd.DataFrame) -> pd.DataFrame:
    """The cycles between marks; a start while the clock runs is ignored."""
    marks = marks.sort_values(["ticket", "since"], ignore_index=True)
    ran = marks.groupby("ticket")["starts"].shift(fill_value=False)
    marks = marks.assign(begins=marks["starts"] & (marks["stops"] | ~ran))
    turns = marks[marks["begins"] | (ran & ~marks["starts"])]
    turns = turns.assign(ended=_until(turns), is_solved=~turns["stops"].shift(-1, fill_value=False))
    turns = turns[turns["begins"]].rename(columns={"since": "started"})
    return turns.assign(cycle=turns.groupby("ticket").cumcount() + 1)
