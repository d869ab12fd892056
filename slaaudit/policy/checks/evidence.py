"""What a check may know of an export: the words that occur in it, how far it goes, what it cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from slaaudit.policy.logic.literals import Kind


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What occurs in one export.

    `words`: column → the words that some ticket has in it at some time, as written, with the number of times; only
    columns of words or lists of words that the policy looks at. `kinds`: what each column that the export has holds.
    `empty`: columns in which it has nothing at all. `unranked`: tickets without a priority. `states`: those that
    occur, in our words. `strange`: status words that have no state, with the number of times. `unmeasurable`: metric →
    what it needs that the export does not show. `last_at`: when the last thing happened, in UTC.
    """

    words: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, Kind]
    empty: frozenset[str]
    unranked: int
    states: frozenset[str]
    strange: Mapping[str, int]
    shows: frozenset[str]
    unmeasurable: Mapping[str, str]
    last_at: datetime
