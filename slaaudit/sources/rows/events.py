"""Rows of events → typed events: what happened, who did it, on which ticket; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from slaaudit.durations import hms, parse_duration
from slaaudit.frames import ACTOR as ACTOR_WORD
from slaaudit.frames import ACTORS, CUSTOM, EVENTS, EVENTS_OF, STATES, TICKETS
from slaaudit.sources.dates.stamps import Stamps, check_stamp
from slaaudit.sources.mapping.columns import MappedTable
from slaaudit.sources.profiles.loading import Profile, fold
from slaaudit.sources.profiles.vocabulary import UNKNOWN
from slaaudit.sources.rejects import FILE, ROW, Rejects, Sieve
from slaaudit.sources.rows import cells
from slaaudit.sources.rows.authors import ACTOR, NAMED_REQUESTER
from slaaudit.sources.rows.event_rows import EVENT, PREVIOUS, EventRows
from slaaudit.sources.rows.ids import id_numbers, tidy_ids
from slaaudit.sources.rows.spans import read_spans
from slaaudit.sources.rows.tickets import check_ids

_LEVEL = "level"  # a field that changes without being a column of the tickets
_FIELDS = frozenset(
    name for name, dtype in TICKETS.schema.items() if dtype in (pl.String(), pl.List(pl.String), pl.Boolean())
)
_OUR_FIELDS = {fold(name): name for name in _FIELDS}
_STATES = {fold(state): state for state in STATES}
_OF_SOMEBODY = ("message", "chat_answered", "call_answered")  # events that count by who did it


def type_events(table: MappedTable, stamps: Stamps, profile: Profile, rejects: Rejects) -> EventRows:
    """The rows of one file with typed cells. Raises `SlaauditError` (`ruined_ids`)."""
    raw, sieve = table.frame, Sieve(table.frame, rejects)
    text = _text(raw, profile)
    text["new"] = _with_units(text, table, profile)
    text["ticket_id"], numbers = tidy_ids(raw["ticket_id"], profile.null_words)
    if numbers is None:
        check_ids(text["ticket_id"], table)
    sieve.reject(text["ticket_id"].is_null(), "missing_ticket_id", "ticket_id")
    at = stamps[table.number, "at"]
    check_stamp(sieve, "at", at, needed=True)
    sieve.reject(at.instants.is_null(), "missing_date", "at")
    typed = {"ticket_id": text["ticket_id"], "at": at.instants, "seq": order_of(text["seq"], table, sieve)}
    typed["event"] = cells.worded(text["event"], profile.event_words, EVENT)
    sieve.reject(typed["event"].is_null(), "unknown_event", "event", words=", ".join(EVENTS_OF))
    if ACTOR in table.authors:
        text[ACTOR] = _known_authors(text[ACTOR], typed["event"].is_in(_OF_SOMEBODY), sieve, profile)
    unknown = (text["public"] == UNKNOWN) if table.table.says("public", UNKNOWN) else _nowhere(raw)
    text["public"] = text["public"].set(unknown, None)
    says_nothing = _says_nothing(table, text["public"], unknown)
    typed |= _author(text, typed["event"] == "message", (unknown, says_nothing), sieve, profile)
    typed |= _values(text, typed["event"], sieve, profile)
    extra = [name for name in raw.columns if name not in ("ticket_id", NAMED_REQUESTER, FILE, ROW, *EVENTS.names)]
    frame = pl.DataFrame(typed).with_columns(*raw.select(*extra, FILE, ROW), *id_numbers(numbers))
    if table.table.old_is_previous:
        frame = frame.with_columns(pl.lit(value=True).alias(PREVIOUS))
    kept = sieve.settled()
    return EventRows(
        frame.filter(kept) if sieve.rejected else frame,
        sieve.rejected,
        text["ticket_id"].filter(~kept),
        notes=_notes(table, text["public"], typed, unknown),
        prefix=numbers.prefix if numbers else None,
    )


def _nowhere(rows: pl.DataFrame) -> pl.Series:
    return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)


def _says_nothing(table: MappedTable, public: pl.Series, unknown: pl.Series) -> bool:
    """Whether no message of the table has a word on whether it was public."""
    is_known = table.whole.every((table.number, "nothing unknown"), not unknown.any())
    return _is_empty(table, public) and is_known


def _is_empty(table: MappedTable, public: pl.Series) -> bool:
    return table.whole.every((table.number, "public is empty"), public.null_count() == len(public))


def _notes(
    table: MappedTable, public: pl.Series, typed: Mapping[str, pl.Series], unknown: pl.Series
) -> tuple[str, ...]:
    from_agents = (typed["event"] == "message") & (typed["actor"] == "agent")
    if not table.whole.every((table.number, "known replies"), not (from_agents & unknown).any()):
        note = "the file does not say which messages of agents the requester could see; those count as no replies"
        return (f"{table.file}: {note}",)
    if not _is_empty(table, public) or not from_agents.any():
        return ()
    return (f"{table.file}: the file does not say which messages were public, so all of them count as public",)


def _text(raw: pl.DataFrame, profile: Profile) -> dict[str, pl.Series]:
    """The cells of each column of `frames.EVENTS` but `at`, trimmed; nulls where the file has no such column."""
    names = [name for name in EVENTS.names if name not in ("ticket_row", "at")]
    types = dict.fromkeys(names, pl.String()) | {"seq": pl.Null()}  # nulls of text take as much memory as text
    absent = {name: pl.repeat(None, raw.height, dtype=types[name], eager=True) for name in names if name not in raw}
    return absent | {name: cells.words(raw[name], profile.null_words) for name in names if name in raw}


def order_of(text: pl.Series, table: MappedTable, sieve: Sieve) -> pl.Series:
    """The order of the events as the file gives it; an empty column gives none, an empty cell in it is a mistake."""
    is_empty = text.null_count() == len(text)
    nothing = pl.repeat(None, len(text), dtype=pl.Int64, eager=True)
    numbers = nothing if is_empty else text.cast(pl.String).cast(pl.Int64, strict=False)
    if not table.whole.every((table.number, "no order"), is_empty):
        sieve.reject(numbers.is_null(), "bad_seq", "seq")
    return numbers


def _known_authors(ids: pl.Series, needed: pl.Series, sieve: Sieve, profile: Profile) -> pl.Series:
    """Our words for who did it, of authors by id; null for an id of which nothing tells whose it is."""
    actor = cells.worded(ids, profile.actor_words)
    sieve.reject(needed & ids.is_not_null() & actor.is_null(), "unknown_author", ACTOR)
    return actor


def _author(
    text: Mapping[str, pl.Series],
    is_message: pl.Series,
    visibility: tuple[pl.Series, bool],
    sieve: Sieve,
    profile: Profile,
) -> dict[str, pl.Series]:
    """Who did it, and whether the requester could see it. What a requester writes is public; so is every message of an
    export that has no word on it. Only of an agent's message must it be said, unless the profile says that it is
    `unknown`.
    """
    actor = cells.worded(text["actor"], profile.actor_words, ACTOR_WORD)
    sieve.reject(text["actor"].is_not_null() & actor.is_null(), "unknown_actor", "actor", words=", ".join(ACTORS))
    sieve.reject(is_message & actor.is_null(), "missing_actor", "actor", words=", ".join(ACTORS))
    public = cells.worded(text["public"], profile.booleans, pl.Boolean)
    sieve.reject(text["public"].is_not_null() & public.is_null(), "bad_boolean", "public")
    unknown, says_nothing = visibility
    implied = is_message & public.is_null() & (pl.Series([says_nothing]) | (actor == "requester"))
    public = public.set(implied.fill_null(False), True)
    sieve.reject(is_message & (actor == "agent") & public.is_null() & ~unknown, "missing_public", "public")
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
    column = profile.fields.get(fold(word)) or _OUR_FIELDS.get(fold(word))
    if column in _FIELDS or fold(word) == _LEVEL:
        return column or _LEVEL
    word = column if column and column.startswith(CUSTOM) else word
    return word if word.startswith(CUSTOM) else CUSTOM + word


def _with_units(text: Mapping[str, pl.Series], table: MappedTable, profile: Profile) -> pl.Series:
    """The new values, durations of work in a unit that the profile names as `H:MM:SS`."""
    if "new" not in table.units:
        return text["new"]
    work = cells.mapped(text["event"], lambda word: profile.event_words.get(fold(word)) == "work", pl.Boolean)
    new = text["new"].cast(pl.String)
    spans = read_spans(new, table.units["new"])
    return hms(spans).zip_with((work & spans.is_not_null()).fill_null(False), new)


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
    states = cells.worded(values.filter(which), _STATES).cast(values.dtype)
    unknown = values.filter(which).is_not_null() & states.is_null()
    sieve.reject(which.clone().scatter(which.arg_true(), unknown), "unknown_state", name, words=", ".join(STATES))
    return values.clone().scatter(which.arg_true(), states)


def _tags(values: pl.Series, field: pl.Series, profile: Profile) -> pl.Series:
    """`values` with tidy lists, joined by `|`, where the tags changed."""
    which = (field == "tags").fill_null(False)
    if not which.any():
        return values
    tidy = cells.tag_text(values.filter(which).cast(pl.String), profile.list_separator).cast(values.dtype)
    return values.clone().scatter(which.arg_true(), tidy)


def with_words(rows: pl.DataFrame, words: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Rows of events with our words in `old` and `new` of changes of the columns that the profile has words for.

    `words`: ticket column → folded word of the help desk → ours; others stay as they are.
    """
    for column, ours in words.items():
        which = (rows["field"] == column).fill_null(False)
        if which.any():
            rows = rows.with_columns(
                _in_our_words(rows[value], ours).zip_with(which, rows[value].cast(pl.String))
                for value in ("old", "new")
            )
    return rows


def _in_our_words(values: pl.Series, ours: Mapping[str, str]) -> pl.Series:
    return cells.mapped(values, lambda word: ours.get(fold(word), word)).cast(pl.String).alias(values.name)
