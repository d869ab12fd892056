"""What each event is, as a few distinct combinations: a condition is evaluated on those, not on every event."""

from __future__ import annotations

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


def with_moves(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """The rows with what each event does: `solves`, `reopens`, `gone`, `assigned`, `owned`, `disowned`, `hands_over`.

    `replied` tells of a public agent reply before it, `opened_by` who created the ticket. A solve or a reopening is
    told by the last state in which the ticket was not deleted, merged or spam; a ticket that was never anything else is
    not `gone`: its clocks run as the policy's exclusions let them.
    """
    rows = rows.with_columns(_living=_living(), _agent=history.value("agent"), _department=history.value("department"))
    rows = rows.with_columns(_reply=_is_reply().cast(pl.UInt32))
    done = [_CODES[state] for state in DONE_STATES]
    is_done, was_done = pl.col("_living").is_in(done), _before("_living", 0).is_in(done)
    has_moved = pl.col("_department").ne_missing(_before("_department", None))
    said = pl.col("_reply").cum_sum() - pl.col("_reply")
    return rows.with_columns(
        solves=is_done & ~was_done,
        reopens=~is_done & was_done,
        gone=_is_gone() & (pl.col("_living") > 0),
        assigned=pl.col("_agent").is_not_null() & _before("_agent", None).is_null(),
        owned=pl.col("_department").is_not_null() & has_moved,
        disowned=_before("_department", None).is_not_null() & has_moved,
        hands_over=((pl.col("event") == "change") & pl.col("field").is_in(HOLDERS)).fill_null(False),
        replied=said > pl.when("first").then(said).forward_fill(),
        opened_by=pl.when("first")
        .then(pl.col("actor").replace_strict({"agent": "agent"}, default="requester"))
        .forward_fill(),
    ).drop("_living", "_agent", "_department", "_reply")


def _is_gone() -> pl.Expr:
    return pl.col("state").is_in(list(GONE_STATES))


def _living() -> pl.Expr:
    """The code of the last state that was not deleted, merged or spam; 0 = there was none yet."""
    code = pl.col("state").to_physical().cast(pl.UInt8) + 1
    return pl.when(~_is_gone()).then(code).when("first").then(pl.lit(0, pl.UInt8)).forward_fill()


def _before(column: str, at_first: int | None) -> pl.Expr:
    """The value before the event; `at_first` at the first event of a ticket."""
    return pl.when("first").then(pl.lit(at_first)).otherwise(pl.col(column).shift(1))


def _is_reply() -> pl.Expr:
    """A public message of an agent."""
    return ((pl.col("event") == "message") & (pl.col("actor") == "agent") & pl.col("public")).fill_null(False)


def with_traits(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the number of their combination of traits (`trait`), and one row per combination (`TRAITS`).

    `event` of a combination lists all that the row is: a change that solves is both `change` and `solved`.
    """
    codes = rows.select(code=_code()).to_series()
    unique = codes.unique().sort()
    samples = rows.with_columns(_code=codes).unique("_code", keep="any").sort("_code")
    derived = [pl.when(column).then(pl.lit(word)) for column, word in DERIVED_EVENTS.items()]
    event = pl.concat_list(pl.col("event").cast(pl.String), *derived).list.drop_nulls()
    traits = samples.with_columns(event=event, state=pl.col("state").cast(pl.String)).select(TRAITS)
    return rows.with_columns(trait=unique.search_sorted(codes)), traits


def _code() -> pl.Expr:
    """One number for each combination of traits."""
    words = {"event": EVENTS_OF, "actor": ACTORS, "state": tuple(STATE.categories), "opened_by": _OPENERS}
    code: pl.Expr = pl.lit(0, pl.Int32)
    for name, known in words.items():
        digit = pl.col(name).cast(pl.Enum(known)).to_physical().cast(pl.Int32).fill_null(len(known))
        code = code * (len(known) + 1) + digit
    code = code * 3 + pl.col("public").cast(pl.Int32).fill_null(2)
    for name in ("replied", *DERIVED_EVENTS):
        code = code * 2 + pl.col(name).cast(pl.Int32)
    return code
