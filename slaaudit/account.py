"""The account of a run: where every row that was read ended, as sums that can be checked by eye."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaaudit.visible import visible

_DIGITS_OF_HASH = 12
_RARE = ("ignored", "event_rows_ignored", "detail_rows", "detail_rows_rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The buckets of one run.

    `ticket_rows = tickets + duplicates + rejected + ignored` (0 rows when the tickets were made from events) and
    `tickets = judged + excluded + no_level + no_clock + after_as_of`. `outcomes` counts clocks. `problems` counts the
    rows of the problems frame: what was rejected and what was used after a correction. `event_rows_ignored`: rows of
    events that mean nothing for an SLA; `detail_rows`: rows that only add to tickets of other rows. `as_of` is aware.
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
    ignored: int = 0
    event_rows_ignored: int = 0
    detail_rows: int = 0
    detail_rows_rejected: int = 0

    def lines(self, time_zone: str | None = None) -> list[str]:
        """The footer: one sum a line, safe to print; the as-of instant in `time_zone` (default: its own zone)."""
        read = [self._rows_read(), *self._details(), *self._events(), self._tickets(), *self._clocks()]
        return [visible(line) for line in [*read, self._judged_by(time_zone), *self._problems()]]

    def as_dict(self) -> dict[str, Any]:
        """The fields for JSON: the instant as RFC 3339 in UTC, mappings and lists plain; rows of rare kinds if any."""
        fields = {name: value for name, value in asdict(self).items() if value or name not in _RARE}
        as_of = self.as_of.astimezone(UTC).replace(tzinfo=None).isoformat()
        told = f"{as_of}Z" if self._anything else None
        return fields | {"outcomes": dict(self.outcomes), "as_of": told, "files": list(self.files)}

    @property
    def _anything(self) -> bool:
        """Whether anything happened, or the user names the instant: else there is none as of which this is so."""
        return bool(self.tickets or self.as_of.timestamp())

    def _rows_read(self) -> str:
        if not self.ticket_rows and self.tickets:
            source = _count(self.event_rows, "event row") if self.event_rows else _count(self.detail_rows, "detail row")
            return f"{_count(self.tickets, 'ticket')} made from {source}"
        parts = [_count(self.tickets, "ticket")]
        parts += [_count(self.duplicates, "duplicate")] if self.duplicates else []
        parts += [f"{self.rejected:,} rejected"] if self.rejected else []
        parts += [f"{self.ignored:,} ignored"] if self.ignored else []
        lost = self.ticket_rows - self.tickets - self.duplicates - self.rejected - self.ignored
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
            ignored = f", {self.event_rows_ignored:,} ignored" if self.event_rows_ignored else ""
            yield f"{_count(self.event_rows, 'event row')} read{rejected}{ignored}"

    def _details(self) -> Iterable[str]:
        if self.detail_rows:
            rejected = f", {self.detail_rows_rejected:,} of them rejected" if self.detail_rows_rejected else ""
            yield f"{_count(self.detail_rows, 'detail row')} read{rejected}"

    def _problems(self) -> Iterable[str]:
        if self.problems:
            rejected = self.rejected + self.event_rows_rejected + self.detail_rows_rejected
            yield f"{_count(self.problems, 'row')} rejected or corrected, {rejected:,} of them rejected"

    def _judged_by(self, time_zone: str | None) -> str:
        zone = ZoneInfo(time_zone) if time_zone else self.as_of.tzinfo
        as_of = f"as of {self.as_of.astimezone(zone).replace(tzinfo=None)} {time_zone or zone} · " * self._anything
        return f"{as_of}policy {self.policy_name} (sha256 {self.policy_hash[:_DIGITS_OF_HASH]})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
