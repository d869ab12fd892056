"""What each event is and does: the facts of it that conditions may name besides the ticket's own columns."""

from __future__ import annotations

import polars as pl

from slaaudit.engine.columns import before, flags, no_nulls
from slaaudit.engine.history import History
from slaaudit.engine.states import STATE
from slaaudit.frames import DONE_STATES, GONE_STATES, ROW

# What a metric may name as an event besides the words of the export: column that tells it → word.
DERIVED_EVENTS = {
    "solves": "solved",
    "reopens": "reopened",
    "assigned": "assigned",
    "owned": "owned",
    "disowned": "disowned",
}
# What a condition may name of the event itself, with its type; `event` lists all that it is and does.
TRAITS: dict[str, pl.DataType] = {
    "event": pl.List(pl.String),
    "actor": pl.String(),
    "public": pl.Boolean(),
    "replied": pl.Boolean(),
    "opened_by": pl.String(),
    "state": pl.String(),
}
HOLDERS = ("department", "agent", "priority")  # what a log row tells as of the instant of its outcome
_OPENERS = pl.Enum(["requester", "agent"])
_CODES = {state: code for code, state in enumerate(STATE.categories, start=1)}


def with_moves(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """The rows with what each event does: `solves`, `reopens`, `gone`, `assigned`, `owned`, `disowned`.

    `replied` tells of a public agent reply before it, `opened_by` who created the ticket. A solve or a reopening is
    told by the last state in which the ticket was not deleted, merged or spam; a ticket that was never anything else is
    not `gone`: its clocks run as the policy's exclusions let them. `rows` are all events of the history.
    """
    is_gone = rows["state"].is_in(list(GONE_STATES)).fill_null(False)
    living = _living(rows, is_gone)
    is_done = living.is_in([_CODES[state] for state in DONE_STATES])
    was_done = before(is_done) & ~rows["first"]
    agent, department = _moves("agent", history), _moves("department", history)
    return rows.with_columns(
        solves=is_done & ~was_done,
        reopens=~is_done & was_done,
        gone=is_gone & (living > 0),
        assigned=_at(agent.filter(now=True, before=False), rows),
        owned=_at(department.filter(now=True, differs=True), rows),
        disowned=_at(department.filter(before=True, differs=True), rows),
        replied=_has_happened(_is_reply(rows), rows["first"]),
        opened_by=_opened_by(rows),
    )


def _living(rows: pl.DataFrame, is_gone: pl.Series) -> pl.Series:
    """The code of the last state that was not deleted, merged or spam; 0 = there was none yet."""
    code = rows["state"].to_physical().cast(pl.UInt8) + 1
    if not is_gone.any():
        return code
    frame = pl.DataFrame({"code": code, "gone": is_gone, "first": rows["first"]})
    none_yet = pl.when("first").then(pl.lit(0, pl.UInt8))
    return frame.select(pl.when(~pl.col("gone")).then("code").otherwise(none_yet).forward_fill()).to_series()


def _moves(name: str, history: History) -> pl.DataFrame:
    """One row per event that may have given the ticket another holder, those of creation first: its `row`, whether
    there is one `now`, was one `before`, and whether it `differs`.
    """
    changes = history.changes_of(name)
    first, initial = changes.ticket_row.filter(changes.is_first), changes.old.filter(changes.is_first)
    given = history.tickets[name].is_not_null().scatter(first, initial.is_not_null())
    # of two changes in a row, the first tells what was before the second
    was = changes.old.zip_with(changes.is_first, changes.new.shift(1))
    changed = {
        "row": changes.rows,
        "now": changes.new.is_not_null(),
        "before": was.is_not_null(),
        "differs": changes.new.ne_missing(was),
    }
    unheld = flags(False, given.len())
    created = pl.DataFrame({"row": history.firsts, "now": given, "before": unheld, "differs": given})
    return pl.concat([created, pl.DataFrame(changed)])


def _at(moves: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Whether each event is among the moves."""
    return flags(False, rows.height).scatter(moves["row"], True)


def _has_happened(marks: pl.Series, first: pl.Series) -> pl.Series:
    """Whether there is a mark before each event of its ticket."""
    frame = pl.DataFrame({"marked": before(marks), "first": first})
    return frame.select(pl.when("first").then(False).when("marked").then(True).forward_fill()).to_series()


def _is_reply(rows: pl.DataFrame) -> pl.Series:
    """A public message of an agent."""
    return no_nulls((rows["event"] == "message") & (rows["actor"] == "agent") & rows["public"])


def _opened_by(rows: pl.DataFrame) -> pl.Series:
    """Who created the ticket of each event."""
    is_by_agent = (rows["actor"].filter(rows["first"]) == "agent").fill_null(False)
    openers = pl.Series(_OPENERS.categories, dtype=_OPENERS)[is_by_agent.cast(ROW)]
    return openers[rows["ticket_row"]]  # each ticket has exactly one first event
