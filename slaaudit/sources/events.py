"""Rows of events → typed events: what happened, who did it, on which ticket; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from slaaudit.durations import parse_duration
from slaaudit.frames import ACTORS, CUSTOM, EVENTS, EVENTS_OF, STATES, TICKETS
from slaaudit.sources import cells
from slaaudit.sources.columns import MappedTable
from slaaudit.sources.profiles import Profile, fold
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.stamps import Stamps, check_stamp
from slaaudit.sources.tickets import check_ids

_LEVEL = "level"  # a field that changes without being a column of the tickets
_FIELDS = frozenset(
    name for name, dtype in TICKETS.schema.items() if dtype in (pl.String(), pl.List(pl.String), pl.Boolean())
)
_STATES = {fold(state): state for state in STATES}


@dataclass(frozen=True)
class EventRows:
    """Events on their way: the usable rows, how many others there were, and the ticket ids in those.

    `rows`: `ticket_id`, the columns of `frames.EVENTS` except `ticket_row`, then `extra.*`, `_file`, `_row`; in the
    order of the file. `numbered`: the export itself says the order of events at one instant; else `seq` is null in
    the rows of one file, and the position among all rows afterwards.
    """

    rows: pl.DataFrame
    rejected: int
    rejected_ids: pl.Series
    numbered: bool = False
    notes: tuple[str, ...] = ()


def type_events(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> EventRows:
    """The rows of one file with typed cells. Raises `SlaauditError` (`ruined_ids`)."""
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    text = _text(raw, profile)
    check_ids(text["ticket_id"], table)
    sieve.reject(text["ticket_id"].is_null(), "missing_ticket_id", "ticket_id")
    at = stamps[table.number, "at"]
    check_stamp(sieve, "at", at, needed=True)
    sieve.reject(at.instants.is_null(), "missing_date", "at")
    typed = {"ticket_id": text["ticket_id"], "at": at.instants, "seq": _seq(text["seq"], sieve)}
    typed["event"] = cells.worded(text["event"], profile.event_words)
    sieve.reject(typed["event"].is_null(), "unknown_event", "event", words=", ".join(EVENTS_OF))
    typed |= _author(text, typed["event"] == "message", sieve, profile)
    typed |= _values(text, typed["event"], sieve, profile)
    extra = [name for name in raw.columns if name not in ("ticket_id", FILE, ROW, *EVENTS.names)]
    frame = pl.DataFrame(typed).with_columns(raw.select(*extra, FILE, ROW))
    kept = sieve.settled()
    rejected_ids = text["ticket_id"].filter(~kept)
    return EventRows(frame.filter(kept), sieve.rejected, rejected_ids, notes=_notes(table, text["public"], typed))


def _notes(table: MappedTable, public: pl.Series, typed: Mapping[str, pl.Series]) -> tuple[str, ...]:
    from_agents = (typed["event"] == "message") & (typed["actor"] == "agent")
    if public.null_count() < len(public) or not from_agents.any():
        return ()
    return (f"{table.file}: the file does not say which messages were public, so all of them count as public",)


def all_events(files: Sequence[EventRows]) -> EventRows:
    """The rows of all files in one frame, each with its `seq`."""
    nothing = pl.DataFrame(schema={"ticket_id": pl.String, **EVENTS.schema, FILE: pl.UInt16, ROW: pl.UInt32})
    rows = pl.concat([nothing.drop("ticket_row"), *(file.rows for file in files)], how="diagonal")
    position = pl.int_range(pl.len(), dtype=pl.Int64)
    return EventRows(
        rows.with_columns(seq=pl.col("seq").fill_null(position)),
        sum(file.rejected for file in files),
        pl.concat([pl.Series(dtype=pl.String), *(file.rejected_ids for file in files)]),
        rows.height > 0 and rows["seq"].null_count() == 0,
        tuple(note for file in files for note in file.notes),
    )


def _text(raw: pl.DataFrame, profile: Profile) -> dict[str, pl.Series]:
    """The cells of each canonical column but `at`, trimmed; nothing but nulls where the file has no such column."""
    names = ("ticket_id", *(name for name in EVENTS.names if name not in ("ticket_row", "at")))
    absent = pl.repeat(None, raw.height, dtype=pl.String, eager=True)
    return {
        name: cells.trimmed(raw[name], profile.null_words) if name in raw.columns else absent.clone() for name in names
    }


def _seq(text: pl.Series, sieve: Sieve) -> pl.Series:
    """The order of the events as the file gives it; an empty column gives none, an empty cell in it is a mistake."""
    numbers = text.cast(pl.Int64, strict=False)
    if text.null_count() < len(text):
        sieve.reject(numbers.is_null(), "bad_seq", "seq")
    return numbers


def _author(
    text: Mapping[str, pl.Series], is_message: pl.Series, sieve: Sieve, profile: Profile
) -> dict[str, pl.Series]:
    """Who did it, and whether the requester could see it. What a requester writes is public; so is every message of an
    export that has no word on it. Only of an agent's message must it be said.
    """
    actor = cells.worded(text["actor"], profile.actor_words)
    sieve.reject(text["actor"].is_not_null() & actor.is_null(), "unknown_actor", "actor", words=", ".join(ACTORS))
    sieve.reject(is_message & actor.is_null(), "missing_actor", "actor", words=", ".join(ACTORS))
    public = cells.worded(text["public"], profile.booleans, pl.Boolean)
    sieve.reject(text["public"].is_not_null() & public.is_null(), "bad_boolean", "public")
    says_nothing = text["public"].null_count() == len(text["public"])
    implied = is_message & public.is_null() & (pl.Series([says_nothing]) | (actor == "requester"))
    public = public.set(implied.fill_null(False), True)
    sieve.reject(is_message & (actor == "agent") & public.is_null(), "missing_public", "public")
    return {"actor": actor, "public": public}


def _values(text: Mapping[str, pl.Series], event: pl.Series, sieve: Sieve, profile: Profile) -> dict[str, pl.Series]:
    """What changed, from what, to what; of work, how long."""
    field = cells.mapped(text["field"], lambda word: _field(word, profile))
    sieve.reject((event == "change") & field.is_null(), "missing_field", "field")
    work = (event == "work").fill_null(False)
    durations = cells.mapped(text["new"].filter(work), _is_duration, pl.Boolean)
    sieve.reject(work.clone().scatter(work.arg_true(), ~durations.fill_null(False)), "bad_duration", "new")
    values = {"old": text["old"], "new": text["new"]}
    for name, cell in values.items():
        values[name] = _tags(_states(cell, name, field, sieve), field, profile)
    return {"field": field, **values}


def _field(word: str, profile: Profile) -> str:
    """The column of the tickets that the word means: a canonical one, or a custom field."""
    known = {fold(name): column for column, names in profile.tickets.columns.items() for name in (column, *names)}
    column = known.get(fold(word))
    if column in _FIELDS or fold(word) == _LEVEL:
        return column or _LEVEL
    return word if word.startswith(CUSTOM) else CUSTOM + word


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True


def _states(values: pl.Series, name: str, field: pl.Series, sieve: Sieve) -> pl.Series:
    """`values` with our spelling of the states where the state changed."""
    which = (field == "state").fill_null(False)
    if not which.any():
        return values
    states = cells.worded(values.filter(which), _STATES)
    unknown = values.filter(which).is_not_null() & states.is_null()
    sieve.reject(which.clone().scatter(which.arg_true(), unknown), "unknown_state", name, words=", ".join(STATES))
    return values.clone().scatter(which.arg_true(), states)


def _tags(values: pl.Series, field: pl.Series, profile: Profile) -> pl.Series:
    """`values` with tidy lists, joined by `|`, where the tags changed."""
    which = (field == "tags").fill_null(False)
    if not which.any():
        return values
    return values.clone().scatter(which.arg_true(), cells.tag_text(values.filter(which), profile.list_separator))
