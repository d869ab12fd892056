"""What a run is doing, told to whoever watches it. The logic never looks at a clock: the watcher does.

A stage is told when it begins, with the rows that it is about if they are known. Told again, it goes on, and the rows
are now known. The stages of an audit, in order: `reading FILE` for every file, `recognising` whose export they are,
`dates`, the other `cells`, `tickets` (and the events placed on them), `ordering` of the events; then `timeline`,
`levels`, `metric NAME` for every metric, `account`, and `report`. What a command does before and after has words of its
own.

A large export is judged in parts: then several threads tell the stages from `timeline` to `report`, each for its part,
and that they are idle when they are done with it, while the main thread tells that it is `judging`.

In buckets there are others from `recognising` on: `splitting`, `dates`, `typing bucket N of M` and `judging bucket N of
M` for every bucket, and `merging`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Watch = Callable[[str, int | None], None]

READING = "reading"  # followed by a file
RECOGNISING = "recognising"
DATES = "dates"
CELLS = "cells"
TICKETS = "tickets"
ORDERING = "ordering"
TIMELINE = "timeline"
LEVELS = "levels"
METRIC = "metric"  # followed by its name
ACCOUNT = "account"
REPORT = "report"
SPLITTING = "splitting"
TYPING = "typing"  # followed by a bucket
JUDGING = "judging"  # followed by a bucket, if there are any
MERGING = "merging"
IDLE = ""
BUCKET = re.compile(r"(.+) bucket (\d+) of (\d+)")  # what `of_bucket` makes: the stage, the number, how many there are


def of_bucket(stage: str, number: int, buckets: int) -> str:
    """A stage of one bucket, by its number from 1."""
    return f"{stage} bucket {number} of {buckets}"


def unwatched(stage: str, rows: int | None) -> None:
    """Nobody watches."""
