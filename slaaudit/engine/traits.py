"""What each event is, as a few distinct combinations: a condition is evaluated on those, not on every event."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from slaaudit.engine.history import History
from slaaudit.engine.states import STATE
from slaaudit.frames import ACTORS, DONE_STATES, EVENTS_OF, GONE_STATES

# What a metric may name as an event besides the words of the export: column that tells it → word.
DERIVED_EVENTS = {
    "solves": "solved",
    "reopens": "reopened",
    "assigned": "assigned",
    "owned": "owned",
    "disowned": "disowned",
}
TRAITS = ("event", "actor", "public", "replied", "opened_by", "state")
HOLDERS = ("department", "agent", "priority")  # what a log row tells as of the instant of its outcome
_OPENERS = ("requester", "agent")
_CODES = {state: code for code, state in enumerate(STATE.categories, start=1)}
# The digits of a combination's number, the first with the most weight; the last word of a list is none of them.
_DIGITS: dict[str, Sequence[object]] = {
    "event": (*EVENTS_OF, None),
    "actor": (*ACTORS, None),
    "state": (*STATE.categories, None),
    "opened_by": _OPENERS,
    "public": (False, True, None),
    "replied": (False, True),
    **dict.fromkeys(DERIVED_EVENTS, (False, True)),
}


def with_moves(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """The rows with what each event does: `solves`, `reopens`, `gone`, `assigned`, `owned`, `disowned`.

    `replied` tells of a public agent reply before it, `opened_by` who created the ticket. A solve or a reopening is
    told by the last state in which the ticket was not deleted, merged or spam; a ticket that was never anything else is
    not `gone`: its clocks run as the policy's exclusions let them. `rows` are all events of the history.
    """
    is_gone = rows["state"].is_in(list(GONE_STATES)).fill_null(False)
    living = _living(rows, is_gone)
    is_done = living.is_in([_CODES[state] for state in DONE_STATES])
    was_done = is_done.shift(1, fill_value=False) & ~rows["first"]
    agent, department = _moves("agent", rows, history), _moves("department", rows, history)
    return rows.with_columns(
        solves=is_done & ~was_done,
        reopens=~is_done & was_done,
        gone=is_gone & (living > 0),
        assigned=_at(agent.filter(now=True, before=False), rows),
        owned=_at(department.filter(pl.col("differs") & pl.col("now")), rows),
        disowned=_at(department.filter(pl.col("differs") & pl.col("before")), rows),
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


def _moves(name: str, rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """One row per event that may have given the ticket another holder: `row`, ascending, whether there is one `now`,
    was one `before`, and whether it `differs`.
    """
    held = history.held_by_all(name)
    firsts = rows["first"].arg_true()
    at = pl.concat([firsts, history.changes(name)]).sort()
    is_first = rows["first"].gather(at)
    value = held.pool.gather(held.source.gather(at))
    # nothing changes between two of these rows
    before = value.shift(1).set(is_first, None)
    return pl.DataFrame(
        {
            "row": at,
            "now": value.is_not_null(),
            "before": before.is_not_null(),
            "differs": value.ne_missing(before),
        }
    )


def _at(moves: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Whether each event is among the moves."""
    return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True).scatter(moves["row"], True)


def _has_happened(marks: pl.Series, first: pl.Series) -> pl.Series:
    """Whether there is a mark before each event of its ticket."""
    frame = pl.DataFrame({"marked": marks.shift(1, fill_value=False), "first": first})
    return frame.select(pl.when("first").then(False).when("marked").then(True).forward_fill()).to_series()


def _is_reply(rows: pl.DataFrame) -> pl.Series:
    """A public message of an agent."""
    return (rows["event"] == "message") & (rows["actor"] == "agent").fill_null(False) & rows["public"].fill_null(False)


def _opened_by(rows: pl.DataFrame) -> pl.Series:
    """Who created the ticket of each event."""
    is_by_agent = (rows["actor"].filter(rows["first"]) == "agent").fill_null(False)
    openers = pl.Series(_OPENERS, dtype=pl.Enum(_OPENERS)).gather(is_by_agent.cast(pl.UInt32))
    return openers.gather(rows["ticket_row"])  # each ticket has exactly one first event


def with_traits(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the number of their combination of traits (`trait`), and one row per combination (`TRAITS`).

    `event` of a combination lists all that the row is: a change that solves is both `change` and `solved`.
    """
    codes, number = _codes(rows), _weight("")
    occurs = pl.repeat(False, number, dtype=pl.Boolean, eager=True).scatter(codes, True)
    found = occurs.arg_true()
    numbers = pl.repeat(0, number, dtype=pl.UInt32, eager=True)
    numbers = numbers.scatter(found, pl.int_range(found.len(), dtype=pl.UInt32, eager=True))
    return rows.with_columns(trait=numbers.gather(codes)), _traits(found)


def _traits(codes: pl.Series) -> pl.DataFrame:
    """What each number of a combination means (`TRAITS`)."""
    digits = {name: pl.Series(words).gather(codes // _weight(name) % len(words)) for name, words in _DIGITS.items()}
    derived = [pl.when(column).then(pl.lit(word)) for column, word in DERIVED_EVENTS.items()]
    event = pl.concat_list(pl.col("event"), *derived).list.drop_nulls()
    return pl.DataFrame(digits).with_columns(event=event).select(TRAITS)


def _weight(name: str) -> int:
    """What one more of a digit adds to the number of a combination; of `""`, how many combinations there may be."""
    names = list(_DIGITS)
    weight = 1
    for later in names[names.index(name) + 1 :] if name else names:
        weight *= len(_DIGITS[later])
    return weight


def _codes(rows: pl.DataFrame) -> pl.Series:
    """The number of each event's combination."""
    flags = pl.lit(0, pl.UInt8)
    for name in ("replied", *DERIVED_EVENTS):
        flags = flags * 2 + pl.col(name).cast(pl.UInt8)
    code = pl.lit(0, pl.UInt16)
    for name in ("event", "actor", "state", "opened_by", "public"):
        column = pl.col(name) if name == "public" else pl.col(name).to_physical()
        size = len(_DIGITS[name])
        code = code * size + column.cast(pl.UInt16).fill_null(size - 1)
    weight = _weight("public")
    return rows.select(code.cast(pl.UInt32) * weight + flags.cast(pl.UInt32)).to_series()
