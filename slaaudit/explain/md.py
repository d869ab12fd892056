"""An explanation as Markdown, for mails, tickets and wikis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slaaudit.explain.bar import DUE, EDGES, LETTERS, Bar, bar_of
from slaaudit.explain.naming import clock_names, crosses_years, facts, margin, promise, remarks, title, untold
from slaaudit.explain.rules import marked_text, told_rules
from slaaudit.explain.story import ClockStory, Explanation
from slaaudit.explain.timetable import Row, timetable
from slaaudit.explain.words import day_and_time, full, hms, local
from slaaudit.render.md import escaped
from slaaudit.visible import visible

_BAR = 60


def md_of(story: Explanation) -> str:
    """The story with headings and tables; markup in texts is escaped, control characters are visible."""
    blocks = [*_header(story), *_in_short(story), *_rules(story), *_levels(story)]
    for name, clock in clock_names(story.clocks):
        if clock.is_judged:
            blocks += _clock(name, clock, story)
    return "\n\n".join([*blocks, *_remarks(story)]) + "\n"


def _safe(text: str) -> str:
    return escaped(visible(text))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: int = 0) -> str:
    """A table; its last `right` columns are aligned to the right."""
    rules = ["---"] * (len(headings) - right) + ["---:"] * right
    lines = [headings, rules, *([_safe(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _header(story: Explanation) -> Iterator[str]:
    yield f"# {_safe(title(story))}"
    yield _table(["Ticket", ""], facts(story))
    as_of = f"As of {full(story.as_of, story.timezone)}, {story.timezone}, by the policy {story.policy_name}"
    yield f"{_safe(as_of)} ({story.policy_hash[:12]})."


def _in_short(story: Explanation) -> Iterator[str]:
    yield "## In short"
    if story.sentence:
        yield f"**{_safe(story.sentence)}**"
        return
    rows = [_line(name, clock, story.timezone) for name, clock in clock_names(story.clocks) if clock.is_judged]
    if rows:
        yield _table(["Clock", "Outcome", "Due", ""], rows, right=1)
    if others := [f"- {_safe(sentence)}" for sentence in untold(story.clocks)]:
        yield "\n".join(others)


def _line(name: str, clock: ClockStory, timezone: str) -> list[str]:
    due = clock.row["due_date"]
    return [name, clock.row["outcome"], "" if due is None else full(due, timezone), margin(clock)]


def _rules(story: Explanation) -> Iterator[str]:
    yield "## Rules"
    lines = [
        f"    - {told.mark} {_safe(told.text)}" if told.mark else f"- {_safe(told.text)}" for told in told_rules(story)
    ]
    if story.exclusion is not None:
        lines.append(
            f"- {'Left' if story.exclusion.holds else 'Not left'} out by exclude: {_safe(marked_text(story.exclusion))}"
        )
    yield "\n".join(lines)


def _levels(story: Explanation) -> Iterator[str]:
    yield "## Levels"
    rows = [
        [
            full(span.starts, story.timezone),
            span.level or "(none)",
            "" if span.rule is None else f"{span.rule} {span.rule_name}",
        ]
        for span in story.levels
    ]
    yield _table(["From", "Level", "Rule"], rows)


def _clock(name: str, clock: ClockStory, story: Explanation) -> Iterator[str]:
    yield f"## {_safe(name)}: {clock.row['outcome']}"
    yield f"**{_safe(clock.sentence)}**"
    if bar := bar_of(clock, _BAR):
        yield _bar(bar, story.timezone, year=crosses_years(story))
    yield _safe(promise(clock, story.timezone))
    if rows := timetable(clock, story.timezone, year=crosses_years(story)):
        headings = ["When", "What", "Logged" if clock.is_sum else "Counted", "Used"]
        yield _table(headings, [_cells(row) for row in rows], right=2)


def _bar(bar: Bar, timezone: str, *, year: bool) -> str:
    """The bar in a block of its own, where letters are of one width."""
    mark = [] if bar.due is None else [f" {' ' * bar.due}{DUE} due"]
    starts, ends = (day_and_time(local(instant, timezone), year=year) for instant in (bar.starts, bar.ends))
    legend = "  ".join(f"{LETTERS[kind]} {kind}" for kind in bar.kinds if kind != "ahead")
    return "\n".join(["```text", *mark, f"{EDGES[0]}{bar.text}{EDGES[1]}", f"{starts} – {ends}   {legend}", "```"])


def _cells(row: Row) -> list[str]:
    """A row with its kind in words: in a table nobody looks for a legend."""
    what = row.what if row.kind in ("moment", "due") else f"{row.kind} {row.what}".strip()
    return [row.when, what, _shown(row.amount), _shown(row.used)]


def _shown(amount: timedelta | None) -> str:
    return "" if amount is None else hms(amount)


def _remarks(story: Explanation) -> Iterator[str]:
    if lines := remarks(story):
        yield "## Remarks"
        yield "\n".join(f"- {_safe(line)}" for line in lines)
