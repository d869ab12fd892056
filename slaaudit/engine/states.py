"""The help desk's status words → our states. A word that nobody has named is never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from slaaudit.engine.columns import after, constant, flags, is_first_of_run, no_nulls
from slaaudit.engine.history import History
from slaaudit.frames import DONE_STATES, GONE_STATES, ROW, STATES
from slaaudit.policy import Policy
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import Export

STATE = pl.Enum(STATES)


def state_words(export: Export, policy: Policy | None) -> dict[str, str]:
    """Casefolded status word → state: our own names, then the source's words, then the policy's, if any, which win."""
    words = {
        spelling: state for state in STATES for spelling in (state, state.replace("_", " "), state.replace("_", "-"))
    }
    for mapping in (export.state_words, policy.states if policy else {}):
        words |= {word.strip().casefold(): state for state, listed in mapping.items() for word in listed}
    return words


def check_words(export: Export, policy: Policy) -> None:
    """Raises one `SlaauditError` with a `states:` block to paste when a status word has no state."""
    refuse_unknown(unknown_words(export, policy), policy)


def unknown_words(export: Export, policy: Policy) -> pl.DataFrame:
    """The status words that have no state: one row per `word`, how many `times` it occurs, sorted by word."""
    known = state_words(export, policy)
    found = []
    for words in _status_words(export):
        unique = words.unique().drop_nulls()
        unknown = [word for word in unique.cast(pl.String) if word.strip().casefold() not in known]
        found.append(words.filter(words.cast(pl.String).is_in(unknown)) if unknown else words.clear())
    columns = [words.cast(pl.String).rename("word") for words in found]
    return pl.concat(columns).to_frame().group_by("word").agg(times=pl.len()).sort("word")


def refuse_unknown(counts: pl.DataFrame, policy: Policy) -> None:
    """Raises one `SlaauditError` with a `states:` block to paste if there is any of `unknown_words`."""
    if counts.is_empty():
        return
    raise SlaauditError(
        Problem(
            code="unknown_status",
            what=f"{counts.height} status {'words' if counts.height > 1 else 'word'} of the export "
            f"{'have' if counts.height > 1 else 'has'} no state",
            hint="Add this to the policy, with every word under the state that it means:\n"
            + _states_block(counts.rows(), policy),
        )
    )


def states_of(words: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """The state of each status word (`STATE`; null where the word is null)."""
    unique = words.unique().drop_nulls()
    texts = unique.cast(pl.String)
    states = pl.Series([known[word.strip().casefold()] for word in texts], dtype=STATE)
    if isinstance(words.dtype, pl.Categorical):  # looked up by number: no text is touched
        numbers = words.to_physical()
        greatest = numbers.max()
        table = constant(None, greatest + 1 if isinstance(greatest, int) else 0, STATE)
        return table.scatter(unique.to_physical(), states)[numbers]
    return states[words.cast(pl.Enum(texts)).to_physical()]


def _status_words(export: Export) -> list[pl.Series]:
    """The status words of the tickets, and those before and after every change."""
    events = export.events
    is_change = (events["field"] == "status") & (events["event"] == "change")
    return [export.tickets["status"], events["old"].filter(is_change), events["new"].filter(is_change)]


def _states_block(counts: list[tuple[str, int]], policy: Policy) -> str:
    """A `states:` mapping that keeps what the policy says and adds the unknown words, to be moved to their states."""
    lines = ["states:"]
    for state in dict.fromkeys([*policy.states, "open"]):
        lines += [f"  {state}:", *(f'    - "{_escaped(word)}"' for word in policy.states.get(state, ()))]
        lines += [f'    - "{_escaped(word)}"  # {times:,}×, open?' for word, times in counts if state == "open"]
    return "\n".join([*lines, f"  # the states: {', '.join(STATES)}"])


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def states_over_time(history: History, known: Mapping[str, str], exported: pl.Series) -> pl.Series:
    """The state after each event (`STATE`). A merge is for ever; a state that never changes stands for all time.

    `exported` are the states in which the tickets were exported.
    """
    events = history.events
    has_ended = (events["event"] == "merged") | (events["event"] == "deleted")
    ends, ended = history.where(has_ended), events["event"].filter(has_ended).cast(pl.String).cast(STATE)
    initial = _initial_states(history, ends, exported, known)
    # each ticket has exactly one first event; what is marked later wins where an event tells several things
    marked = constant(None, events.height, STATE).scatter(history.firsts, initial)
    for name in ("status", "state"):
        is_told = history.is_change_of(name) & events["new"].is_not_null()
        marked = marked.scatter(history.where(is_told), states_of(events["new"].filter(is_told), known))
    state = marked.scatter(ends, ended).forward_fill().alias("state")
    merges = ends.filter(ended == "merged")
    return state if merges.is_empty() else _merged_for_ever(state, merges, events, exported.len())


def _merged_for_ever(state: pl.Series, merges: pl.Series, events: pl.DataFrame, tickets: int) -> pl.Series:
    """The states, from a ticket's first merge on `merged`."""
    at = pl.DataFrame({"ticket_row": events["ticket_row"].gather(merges), "merge": merges})
    at = at.unique("ticket_row", keep="first", maintain_order=True)
    merge = constant(None, tickets, pl.UInt32).scatter(at["ticket_row"], at["merge"])
    frame = pl.DataFrame({"state": state, "merge": merge.gather(events["ticket_row"])}).with_row_index("row")
    is_merged = (pl.col("row") >= pl.col("merge")).fill_null(False)
    return frame.select(state=pl.when(is_merged).then(pl.lit("merged", STATE)).otherwise("state")).to_series()


def exported_states(tickets: pl.DataFrame, known: Mapping[str, str]) -> pl.Series:
    """The state each ticket was exported in: deleted if marked so, else by its status word, else by its stamps."""
    told = states_of(tickets["status"], known)
    if told.null_count():
        solved = _only_where(tickets["solved_at"].is_not_null(), "solved")
        closed = _only_where(tickets["closed_at"].is_not_null(), "closed")
        told = told.zip_with(told.is_not_null(), closed.zip_with(closed.is_not_null(), solved))
    is_deleted = tickets["deleted"].fill_null(False)
    return (told.set(is_deleted, "deleted") if is_deleted.any() else told).alias("state")


def _only_where(marks: pl.Series, state: str) -> pl.Series:
    """The state where it is marked, null elsewhere."""
    return pl.Series([None, state], dtype=STATE)[marks.cast(ROW)]


def unseen_solves(history: History, states: pl.Series, exported: pl.Series) -> pl.Series:
    """Of each ticket, whether it was exported as solved or closed while its events never say when."""
    is_last = after(history.first, True)
    final = states.filter(is_last)  # one per ticket: each has at least its `created` event
    return _is_any(exported, DONE_STATES) & ~_is_any(final, (*DONE_STATES, *GONE_STATES))


def _initial_states(history: History, ends: pl.Series, exported: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """The state in which each ticket was created: `old` of its first change of status, else as exported.

    But never as solved, nor as gone for those that an event (`ends`) left so: they were new, as is what nothing tells.
    """
    ticket_row, old = history.events["ticket_row"], history.events["old"]
    has_left = flags(False, exported.len()).scatter(ticket_row[ends], True)
    became = _is_any(exported, DONE_STATES) | (_is_any(exported, GONE_STATES) & has_left)
    is_change = history.is_change_of("status") | history.is_change_of("state")
    changed = ticket_row.filter(is_change)
    is_first = is_first_of_run(changed)
    first, was = changed.filter(is_first), old.filter(is_change).filter(is_first)
    initial = exported.set(became, None)
    return initial.scatter(first, states_of(was, known)).fill_null("new")


def _is_any(states: pl.Series, wanted: Sequence[str]) -> pl.Series:
    """Whether each state is one of those; never null."""
    return no_nulls(states.is_in(list(wanted)))
