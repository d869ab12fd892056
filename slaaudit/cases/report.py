"""Results of expected-result cases → what a person and a machine read of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slaaudit.cases.exports import export_of
from slaaudit.cases.model import Case
from slaaudit.cases.running import CaseResult
from slaaudit.cases.story import CaseEvent
from slaaudit.durations import format_hms
from slaaudit.explain import explain
from slaaudit.explain.story import ClockStory
from slaaudit.visible import visible

# What a failing case tells of its clocks in JSON.
TOLD = (
    "metric", "cycle", "outcome", "reason", "level", "rule", "calendar", "sla_started", "due_date", "closed", "target",
    "elapsed", "paused",
)  # fmt: skip
_EFFECTS = {
    "starts": "the clock starts",
    "pauses": "it stands still",
    "goes_on": "it goes on",
    "runs_out": "its time is used up",
    "ends": "the clock ends",
}
_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class FileResult:
    """How the cases of one file went, in its order; those that were not asked for are left out."""

    file: str
    results: tuple[CaseResult, ...]

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Those that did not go as expected."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> int:
        """How many went as expected."""
        return len(self.results) - len(self.failed)


def text_of(files: Sequence[FileResult]) -> str:
    """One line a file; under it each failing case with what differs and what happened; at the end the sums."""
    lines: list[str] = []
    for file in files:
        lines.append(f"{file.file}: {_counts(file.passed, len(file.failed))}")
        for result in file.failed:
            lines += ["", *_failure(result)]
        lines += [""] if file.failed else []
    if len(files) > 1:
        sums = _counts(sum(file.passed for file in files), sum(len(file.failed) for file in files))
        lines.append(f"{len(files):,} files: {sums}")
    return "\n".join(visible(line) for line in lines).rstrip("\n")


def json_of(files: Sequence[FileResult]) -> str:
    """Every case; of a failing one what differs and its clocks, instants in RFC 3339 UTC, durations in seconds."""
    content = {
        "passed": sum(file.passed for file in files),
        "failed": sum(len(file.failed) for file in files),
        "files": [{"file": file.file, "cases": [_case(result) for result in file.results]} for file in files],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _counts(passed: int, failed: int) -> str:
    return f"{passed:,} passed" + (f", {failed:,} failed" if failed else "")


def _case(result: CaseResult) -> dict[str, Any]:
    case = result.case
    found: dict[str, Any] = {"name": case.name, "line": case.line, "column": case.column_number}
    found |= {"passed": result.passed, "differences": list(result.differences)}
    if not result.passed:
        found["clocks"] = [
            {"sentence": clock.sentence, **{name: _plain(clock.row[name]) for name in TOLD}}
            for metric, numbers in _differing(result).items()
            for clock in _clocks(result.case, metric, numbers)
        ]
    return found


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds() if value % _SECOND else value // _SECOND
    return value


def _failure(result: CaseResult) -> Iterator[str]:
    """The place and name of the case, what differs, and the story of each clock of which something differs."""
    case = result.case
    yield f"FAILED {case.file}:{case.line}:{case.column_number}: {case.name}"
    yield from (f"    {difference}" for difference in result.differences)
    for metric, numbers in _differing(result).items():
        clocks = _clocks(case, metric, numbers)
        for clock in clocks:
            number = f" {clock.row['cycle']}" if numbers or len(clocks) > 1 else ""
            yield from ("", f"  {metric}{number}: {clock.sentence}", f"      {_terms(clock)}", *_timeline(case, clock))
        if not clocks:
            is_promised = metric in case.policy.metrics_in_use
            why = "nothing that starts this clock happened" if is_promised else "no level has a target for it"
            yield from ("", f"  {metric}: {why}", *_timeline(case, None))


def _differing(result: CaseResult) -> dict[str, set[str]]:
    """Metric → the cycles of which something differs; no cycles: its number of clocks differs, or it has one only.

    Every difference starts with the name of a metric, and the number of its cycle if it has several.
    """
    found: dict[str, set[str]] = {}
    for line in result.differences:
        metric, _, cycle = line.partition(":")[0].partition(" ")
        found.setdefault(metric, set()).update([cycle] if cycle else [])
    return found


def _clocks(case: Case, metric: str, numbers: set[str]) -> list[ClockStory]:
    """The clocks of a metric on the one ticket of the case, or those `numbers` of them."""
    if metric not in case.policy.metrics_in_use:
        return []
    export = export_of([case])
    story = explain(export, case.policy, export.tickets["ticket_id"][0], metric=metric, as_of=case.as_of)
    return [clock for clock in story.clocks if not numbers or str(clock.row["cycle"]) in numbers]


def _terms(clock: ClockStory) -> str:
    """`2:30:00 of 4:00:00 counted, 1:00:00 not; level standard, rule Everyone, calendar office`."""
    row = clock.row
    names = ", ".join(f"{key} {row[key]}" for key in ("level", "rule", "calendar") if row[key] is not None)
    if row["elapsed"] is None or row["target"] is None:
        return names or "no level"
    paused = f", {_hms(row['paused'])} not" if row["paused"] else ""
    return f"{_hms(row['elapsed'])} of {_hms(row['target'])} counted{paused}; {names}"


def _hms(duration: timedelta) -> str:
    return format_hms(duration // _MICROSECOND)


def _timeline(case: Case, clock: ClockStory | None) -> Iterator[str]:
    """What happened to the ticket, in order, and what each of it did to the clock."""
    moments: list[tuple[datetime, int, str]] = [(case.created, 0, f"created by the {case.opened_by}")]
    moments += [(event.at, 0, _happened(event)) for event in case.events if event.at <= case.as_of]
    moments += [(at, 1, f"> {what}") for at, what in _effects(clock)] if clock else []
    moments.append((case.as_of, 2, "> judged as of here"))
    for at, _, what in sorted(moments, key=lambda moment: moment[:2]):
        yield f"      {case.clock.shown(at)}  {what}"


def _effects(clock: ClockStory) -> Iterator[tuple[datetime, str]]:
    for moment in clock.moments:
        if moment.effect in _EFFECTS:
            yield moment.at, _EFFECTS[moment.effect] + (f": {moment.detail}" if moment.detail else "")
    if clock.row["due_date"] is not None and clock.row["outcome"] != "missed":
        yield clock.row["due_date"], "due"


def _happened(event: CaseEvent) -> str:
    """`message of the agent`, `status: open → solved`."""
    if event.event == "message":
        return f"{'message' if event.public else 'note'} of the {event.actor}"
    if event.event == "change":
        return f"{event.field}: {event.old or 'none'} → {event.new or 'none'}"
    words = event.event.replace("_", " ")
    return f"{words}: {event.new}" if event.new else words
