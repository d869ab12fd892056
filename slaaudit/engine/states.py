"""The help desk's status words → our states. A word that nobody has named is never guessed."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from slaaudit.engine.history import History
from slaaudit.frames import DONE_STATES, GONE_STATES, STATES
from slaaudit.policy import Policy
from slaaudit.problems import Problem, SlaauditError
from slaaudit.sources import Export

STATE = pl.Enum(STATES)


def state_words(export: Export, policy: Policy) -> dict[str, str]:
    """Casefolded status word → state: our own names, then the source's words, then the policy's, which win."""
    words = {
        spelling: state for state in STATES for spelling in (state, state.replace("_", " "), state.replace("_", "-"))
    }
    for mapping in (export.state_words, policy.states):
        words |= {word.strip().casefold(): state for state, listed in mapping.items() for word in listed}
    return words


def check_words(export: Export, policy: Policy) -> None:
    """Raises one `SlaauditError` with a `states:` block to paste when a status word has no state."""
    known = state_words(export, policy)
    counts = _status_words(export)
    unknown = [word for word in counts["word"] if word.strip().casefold() not in known]
    counts = counts.filter(pl.col("word").is_in(unknown))
    if counts.is_empty():
        return
    raise SlaauditError(
        Problem(
            code="unknown_status",
            what=f"{len(unknown)} status word{'s' if len(unknown) > 1 else ''} of the export have no state",
            hint="Add this to the policy, with every word under the state that it means:\n"
            + _states_block(counts.rows(), policy),
        )
    )


def states_of(words: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """The state of each status word (`STATE`; null where the word is null)."""
    unique = words.unique().drop_nulls()
    states = [known[word.strip().casefold()] for word in unique]
    return words.replace_strict(unique, pl.Series(states, dtype=STATE), default=None, return_dtype=STATE)


def _status_words(export: Export) -> pl.DataFrame:
    """One row per distinct status word (`word`, `times`: tickets and changes that carry it), sorted by word."""
    changes = export.events.filter(event="change", field="status")
    columns = [export.tickets["status"], changes["old"], changes["new"]]
    words = pl.concat([column.rename("word") for column in columns]).drop_nulls()
    return words.to_frame().group_by("word").agg(times=pl.len()).sort("word")


def _states_block(counts: list[tuple[str, int]], policy: Policy) -> str:
    """A `states:` mapping that keeps what the policy says and adds the unknown words, to be moved to their states."""
    lines = ["states:"]
    for state in dict.fromkeys([*policy.states, "open"]):
        lines += [f"  {state}:", *(f'    - "{_escaped(word)}"' for word in policy.states.get(state, ()))]
        lines += [f'    - "{_escaped(word)}"  # {times:,}×, open?' for word, times in counts if state == "open"]
    return "\n".join([*lines, f"  # the states: {', '.join(STATES)}"])


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def states_over_time(history: History, known: Mapping[str, str]) -> pl.Series:
    """The state after each event (`STATE`). A merge is for ever; a state that never changes stands for all time."""
    events = history.events
    is_status, is_state = history.changes("status"), history.changes("state")
    nothing = pl.repeat(None, events.height, dtype=pl.String, eager=True)
    by_word = states_of(events["new"].zip_with(is_status, nothing), known)
    by_state = states_of(events["new"].zip_with(is_state, nothing), known)
    ends = events["event"].zip_with(events["event"].is_in(["merged", "deleted"]), nothing).cast(STATE)
    leaves = events["ticket_row"].filter(ends.is_not_null()).unique()
    initial = _initial_states(history, is_status | is_state, leaves, known).gather(events["ticket_row"])
    frame = pl.DataFrame({"first": history.first, "initial": initial, "ends": ends, "state": by_state, "word": by_word})
    marked = pl.coalesce("ends", "state", "word", pl.when("first").then("initial"))
    state = frame.select(state=marked.forward_fill()).to_series()
    if not (ends == "merged").any():
        return state
    merged = pl.DataFrame({"ticket_row": events["ticket_row"], "state": state, "merged": ends == "merged"})
    is_merged = pl.col("merged").fill_null(False).cum_max().over("ticket_row")
    return merged.select(state=pl.when(is_merged).then(pl.lit("merged", STATE)).otherwise("state")).to_series()


def exported_states(tickets: pl.DataFrame, known: Mapping[str, str]) -> pl.Series:
    """The state each ticket was exported in: deleted if marked so, else by its status word, else by its stamps."""
    told = tickets.with_columns(told=states_of(tickets["status"], known))
    return told.select(
        state=pl.when(pl.col("deleted").fill_null(False))
        .then(pl.lit("deleted", STATE))
        .when(pl.col("told").is_not_null())
        .then("told")
        .when(pl.col("closed_at").is_not_null())
        .then(pl.lit("closed", STATE))
        .when(pl.col("solved_at").is_not_null())
        .then(pl.lit("solved", STATE))
    ).to_series()


def unseen_solves(history: History, states: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """Of each ticket, whether it was exported as solved or closed while its events never say when."""
    is_last = history.first.shift(-1, fill_value=True)
    final = states.filter(is_last)  # one per ticket: each has at least its `created` event
    is_done = exported_states(history.tickets, known).is_in(list(DONE_STATES)).fill_null(False)
    return is_done & ~final.is_in([*DONE_STATES, *GONE_STATES])


def _initial_states(history: History, changes: pl.Series, leaves: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """The state in which each ticket was created: `old` of its first change of status, else as exported.

    But never as solved, nor as gone for those that an event `leaves` so: they were new, as is what nothing tells.
    """
    exported = exported_states(history.tickets, known)
    has_left = pl.repeat(False, exported.len(), dtype=pl.Boolean, eager=True).scatter(leaves, True)
    became = exported.is_in(list(DONE_STATES)) | (exported.is_in(list(GONE_STATES)) & has_left)
    first = history.events.select("ticket_row", "old").filter(changes)
    first = first.unique("ticket_row", keep="first", maintain_order=True)
    initial = exported.set(became.fill_null(False), None)
    return initial.scatter(first["ticket_row"], states_of(first["old"], known)).fill_null("new")
