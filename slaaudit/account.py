"""The account of a run: where every row that was read ended, as sums that can be checked by eye."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaaudit.visible import visible

_DIGITS_OF_HASH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The buckets of one run.

    `ticket_rows = tickets + duplicates + rejected` (0 rows when the tickets were made from events) and
    `tickets = judged + excluded + no_level + no_clock + after_as_of`. `outcomes` counts clocks. `problems` counts the
    rows of the problems frame: what was rejected and what was used after a correction. `as_of` is aware.
    """

    ticket_rows: int
    rejected: int
    duplicates: int
    tickets: int
    after_as_of: int
    excluded: int
    no_level: int
    no_clock: int
    judged: int
    event_rows: int
    event_rows_rejected: int
    problems: int
    outcomes: Mapping[str, int]
    as_of: datetime
    policy_name: str
    policy_hash: str
    files: tuple[str, ...]

    def lines(self, time_zone: str | None = None) -> list[str]:
        """The footer: one sum a line, safe to print; the as-of instant in `time_zone` (default: its own zone)."""
        read = [self._rows_read(), *self._events(), self._tickets(), *self._clocks()]
        return [visible(line) for line in [*read, self._judged_by(time_zone), *self._problems()]]

    def as_dict(self) -> dict[str, Any]:
        """The fields for JSON: the instant as RFC 3339 in UTC, mappings and lists plain."""
        fields = asdict(self)
        as_of = self.as_of.astimezone(UTC).replace(tzinfo=None).isoformat()
        return fields | {"outcomes": dict(self.outcomes), "as_of": f"{as_of}Z", "files": list(self.files)}

    def _rows_read(self) -> str:
        if not self.ticket_rows and self.tickets:
            return f"{_count(self.tickets, 'ticket')} made from {_count(self.event_rows, 'event row')}"
        parts = [_count(self.tickets, "ticket")]
        parts += [_count(self.duplicates, "duplicate")] if self.duplicates else []
        parts += [f"{self.rejected:,} rejected"] if self.rejected else []
        lost = self.ticket_rows - self.tickets - self.duplicates - self.rejected
        parts += [f"{lost:,} unaccounted for (a defect of this program: please report it)"] if lost else []
        return f"{_count(self.ticket_rows, 'ticket row')} read = {' + '.join(parts)}"

    def _tickets(self) -> str:
        buckets = [
            (self.excluded, "excluded"),
            (self.no_level, "without level"),
            (self.no_clock, "without a clock"),
            (self.after_as_of, "created after the as-of instant"),
        ]
        parts = [f"{self.judged:,} judged", *(f"{number:,} {what}" for number, what in buckets if number)]
        return f"{_count(self.tickets, 'ticket')} = {' + '.join(parts)}"

    def _clocks(self) -> Iterable[str]:
        if parts := [f"{number:,} {outcome}" for outcome, number in self.outcomes.items() if number]:
            yield f"{_count(sum(self.outcomes.values()), 'clock')} = {' + '.join(parts)}"

    def _events(self) -> Iterable[str]:
        if self.event_rows:
            rejected = f", {self.event_rows_rejected:,} of them rejected" if self.event_rows_rejected else ""
            yield f"{_count(self.event_rows, 'event row')} read{rejected}"

    def _problems(self) -> Iterable[str]:
        if self.problems:
            rejected = self.rejected + self.event_rows_rejected
            yield f"{_count(self.problems, 'row')} rejected or corrected, {rejected:,} of them rejected"

    def _judged_by(self, time_zone: str | None) -> str:
        zone = ZoneInfo(time_zone) if time_zone else self.as_of.tzinfo
        as_of = f"{self.as_of.astimezone(zone).replace(tzinfo=None)} {time_zone or zone}"
        return f"as of {as_of} · policy {self.policy_name} (sha256 {self.policy_hash[:_DIGITS_OF_HASH]})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
