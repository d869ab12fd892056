"""What can be wrong with a row, by code: what it is and what was done with the row, and what to do about it.

`{value}` is the cell as exported; `{outcome}` is "the row is not used" or "it is read as empty"; other names in braces
are columns of the row, or words that the check supplies.
"""

from __future__ import annotations

_CORRECT = "correct the cell"
_EXACT_TIMES = "export the times in UTC, or with their offset"

MESSAGES: dict[str, tuple[str, str]] = {
    # the file
    "too_few_fields": (
        "the row has fewer cells than the header; {outcome}",
        "correct the row: a line break or a missing delimiter may have cut it",
    ),
    "too_many_fields": (
        "the row has more cells than the header; {outcome}",
        "put quotes around cells that contain the delimiter",
    ),
    "bad_quotes": (
        "a quoted cell does not end properly; {outcome}",
        "close the quote, and write quotes inside a quoted cell twice",
    ),
    "bad_json": ("the line is not JSON; {outcome}", "export it again, or correct the line"),
    "not_an_object": ("the entry is not an object; {outcome}", 'an entry looks like {{"ticket_id": "…", …}}'),
    "bad_character": (
        "some bytes are not UTF-8 and are shown as \ufffd; the row is used",
        "export the file as UTF-8, or name its encoding with --encoding",
    ),
    "half_character": (
        "half of a character (an emoji that was cut in two) is shown as \ufffd; the row is used",
        "nothing, unless the text matters: the help desk exported it like this",
    ),
    # cells
    "bad_date": ("'{value}' is not a date and time like the others in the column ({layout}); {outcome}", _CORRECT),
    "missing_date": ("there is no time; {outcome}", "every ticket needs its creation, every event its time"),
    "skipped_local_time": ("clocks went forward over this local time; it is moved forward as much", _EXACT_TIMES),
    "repeated_local_time": (
        "clocks went back, so this local time occurred twice; the first is taken",
        _EXACT_TIMES,
    ),
    "bad_boolean": ("'{value}' is neither true nor false; {outcome}", _CORRECT),
    "bad_seq": ("'{value}' is not a whole number; {outcome}", "number the events of a ticket, or leave the column out"),
    "unknown_state": ("'{value}' is none of the states {words}; {outcome}", _CORRECT),
    "bad_span": ("'{value}' is not a duration in {unit}; {outcome}", "write it like {example}"),
    "negative_span": ("this would be before the creation of the ticket; {outcome}", _CORRECT),
    "contradicting_span": (
        "counted from the creation, this is not the time in {stamp}; that time is used",
        "check the time zones of the columns, and whether the duration counts office hours only",
    ),
    # tickets
    "missing_ticket_id": ("there is no ticket id; {outcome}", "every row needs the id of its ticket"),
    "conflicting_duplicate": (
        "rows of ticket {value} differ, and which is right cannot be told; none is used",
        "keep one row per ticket, or export changed_at: the row changed last is used",
    ),
    "older_duplicate": (
        "another row of ticket {value} was changed later and is used instead",
        "keep one row per ticket",
    ),
    "before_creation": ("this is before the creation of the ticket; {outcome}", "check the time zones of the columns"),
    # events
    "unknown_event": ("'{value}' is no event; {outcome}", "events are: {words}"),
    "unknown_actor": ("'{value}' is no actor; {outcome}", "actors are: {words}"),
    "missing_actor": ("the message does not say who wrote it; {outcome}", "actors are: {words}"),
    "unknown_author": (
        "nothing tells whether '{value}' asked or answered; {outcome}",
        "export the tickets with their requesters too, or the users with their roles",
    ),
    "missing_public": (
        "the agent's message does not say whether the requester could see it; {outcome}",
        "write true or false",
    ),
    "missing_field": ("the change does not say which field changed; {outcome}", "name a column of the tickets"),
    "bad_duration": ("'{value}' is not a duration; {outcome}", "write it as 30m, 1h30m or H:MM:SS"),
    "unknown_ticket": ("ticket {value} is not among the tickets; {outcome}", "export the tickets and events together"),
    "ticket_rejected": ("no row of ticket {value} could be used; {outcome}", "see the problems of the ticket"),
    "conflicting_created": (
        "the ticket was created at another time, or by someone else; {outcome}",
        "keep one `created` event per ticket, at the time of created_at",
    ),
    "other_created": (
        "the ticket was created at another time; this event only tells who created it",
        "keep one `created` event per ticket, at the time of created_at",
    ),
    "no_created_event": (
        "ticket {value} has no `created` event and is not among the tickets; its first event counts as its creation",
        "export the tickets too, or their `created` events",
    ),
    # the help desk's own clocks, names
    "missing_metric": ("the clock does not say what it measures; {outcome}", "every clock needs its metric"),
    "missing_id": ("there is no id; {outcome}", "every name needs the id that it stands for"),
    "conflicting_name": ("{value} has another name in a row before; that one is used", "keep one row per id"),
    "unknown_role": ("'{value}' is no role; {outcome}", "roles are: {words}"),
}
OUTCOMES = {True: "the row is not used", False: "it is read as empty"}
