"""An explanation as text for a terminal or a pipe."""

from __future__ import annotations

from itertools import groupby

from slaaudit.explain.bar import DUE, EDGES, LETTERS, Bar, bar_of
from slaaudit.explain.columns import Columns
from slaaudit.explain.layout import Page, cell_len, padded
from slaaudit.explain.naming import clock_names, crosses_years, facts, margin, promise, remarks, title, untold
from slaaudit.explain.rules import marked_text, told_rules
from slaaudit.explain.story import ClockStory, Explanation
from slaaudit.explain.timetable import timetable
from slaaudit.explain.words import day_and_time, full, local
from slaaudit.visible import visible

WIDTH = 80  # of a page that is not on a terminal
_WIDEST = 100
_DUE = 25  # of the column of due dates; a narrow page leaves it to the parts of the clocks
_OUTCOME, _MARGIN = 11, 17  # of those of outcomes, and of what is left of the targets unless that is longer
_NARROWEST = 60
MARKS = {"fulfilled": "✓", "missed": "✗", "running": "▸", "paused": "‖", "cancelled": "–"}
_STYLES = {"fulfilled": "good", "missed": "bad"}


def text_of(story: Explanation, *, width: int | None = None, color: bool = False) -> str:
    """The story as lines of at most `width` cells (default 80); every text in it is safe to show."""
    page = Page(max(_NARROWEST, min(width or WIDTH, _WIDEST)))
    _header(page, story)
    _overview(page, story)
    _rules(page, story)
    _levels(page, story)
    for name, clock in clock_names(story.clocks):
        if clock.is_judged:
            _clock(page, name, clock, story)
    _remarks(page, story)
    return page.text(color=color)


def _header(page: Page, story: Explanation) -> None:
    page.paragraph(title(story), style="strong", indent=0)
    page.gap()
    pairs = facts(story)
    _pairs(page, pairs)
    page.gap()
    as_of = f"As of {full(story.as_of, story.timezone)}, {story.timezone}, by the policy {story.policy_name}"
    page.paragraph(f"{as_of} ({story.policy_hash[:12]}).", style="dim")


def _pairs(page: Page, pairs: list[tuple[str, str]]) -> None:
    """Labels and values side by side, two in a line where they fit."""
    half, waiting = (page.width - 4) // 2, ""
    for label, value in pairs:
        cell = f"{padded(label, 11)}{visible(value)}"
        if cell_len(cell) > half:
            page.line((f"  {waiting}", "")) if waiting else None
            page.paragraph(cell, hanging=11)
            waiting = ""
        elif waiting:
            page.line((f"  {padded(waiting, half)}  {cell}", ""))
            waiting = ""
        else:
            waiting = cell
    if waiting:
        page.line((f"  {waiting}", ""))


def _heading(page: Page, text: str, style: str = "strong") -> None:
    page.gap()
    page.paragraph(text, style=style, indent=0)


def _overview(page: Page, story: Explanation) -> None:
    """Every clock in a line, and why the others have no verdict."""
    _heading(page, "In short")
    if story.sentence:
        page.paragraph(story.sentence)
        return
    judged = [(name, clock) for name, clock in clock_names(story.clocks) if clock.is_judged]
    widest = max((cell_len(margin(clock)) for _, clock in judged), default=0)
    for name, clock in judged:
        _in_short(page, name, clock, story, width=max(widest, _MARGIN))
    for line in untold(story.clocks):
        page.paragraph(line, style="dim", first="· ", hanging=2)


def _in_short(page: Page, name: str, clock: ClockStory, story: Explanation, *, width: int) -> None:
    """A clock in a line; `width`: of what is left of the target, which is never cut."""
    outcome, due = clock.row["outcome"], clock.row["due_date"]
    style = _STYLES.get(outcome, "")
    year = crosses_years(story)
    shown = (_DUE + len(" 2026") * year) if page.width >= WIDTH else 0
    due_text = "" if due is None else f"due {day_and_time(local(due, story.timezone), year=year, seconds=False)}"
    page.line(
        (f"  {MARKS[outcome]} ", style),
        (padded(name, page.width - _OUTCOME - len("  ✓ ") - shown - width), ""),
        (padded(outcome, _OUTCOME), style),
        (padded(due_text, shown), ""),
        (padded(margin(clock), width, right=True), ""),
    )


def _rules(page: Page, story: Explanation) -> None:
    _heading(page, "Rules")
    for told in told_rules(story):
        if told.mark:
            page.paragraph(told.text, indent=4, first=f"{told.mark} ", hanging=4)
        else:
            page.paragraph(told.text, hanging=2)
    if story.exclusion is not None:
        verdict = "left out" if story.exclusion.holds else "not left out"
        page.paragraph(f"{verdict} by exclude: {marked_text(story.exclusion)}".capitalize(), hanging=2)


def _levels(page: Page, story: Explanation) -> None:
    _heading(page, "Levels")
    for span in story.levels:
        level = "no level" if span.level is None else span.level
        rule = "" if span.rule is None else f"by rule {span.rule}, {span.rule_name}"
        page.paragraph(f"{full(span.starts, story.timezone)}  {level}  {rule}".strip(), hanging=4)


def _clock(page: Page, name: str, clock: ClockStory, story: Explanation) -> None:
    outcome = clock.row["outcome"]
    page.gap()
    page.line((name, "strong"), (": ", "strong"), (outcome, _STYLES.get(outcome, "strong")))
    page.paragraph(clock.sentence)
    page.gap()
    bar = bar_of(clock, page.width - 4)
    if bar is not None:
        _bar(page, bar, story.timezone, year=crosses_years(story))
        page.gap()
    page.paragraph(promise(clock, story.timezone), hanging=2)
    if rows := timetable(clock, story.timezone, year=crosses_years(story)):
        page.gap()
        Columns(page, rows, "Logged" if clock.is_sum else "Counted").write()


def _bar(page: Page, bar: Bar, timezone: str, *, year: bool) -> None:
    """The bar, with the due mark above it and its ends below."""
    if bar.due is not None:
        label, at = "due ", bar.due + 3
        mark = f"{' ' * (at - len(label))}{label}{DUE}" if at > len(label) + 1 else f"{' ' * at}{DUE} due"
        page.line((mark, "due"))
    runs = [(LETTERS[kind] * len(list(cells)), kind) for kind, cells in groupby(bar.cells)]
    page.line((f"  {EDGES[0]}", ""), *runs, (EDGES[1], ""))
    starts, ends = (day_and_time(local(instant, timezone), year=year) for instant in (bar.starts, bar.ends))
    page.line((f"   {starts}{padded(ends, len(bar.cells) - len(starts), right=True)}", "dim"))
    legend = [
        piece for kind in bar.kinds if kind != "ahead" for piece in ((f"  {LETTERS[kind]}", kind), (f" {kind}", ""))
    ]
    page.line((" ", ""), *legend, (f"  {DUE} due" if bar.due is not None else "", ""))


def _remarks(page: Page, story: Explanation) -> None:
    if lines := remarks(story):
        _heading(page, "Remarks")
    for line in lines:
        page.paragraph(line, first="· ", hanging=2)
