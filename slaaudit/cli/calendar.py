"""`slaaudit calendar`: when a policy's calendars are open, and how they count."""

from __future__ import annotations

import sys
from shlex import quote
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from slaaudit.cli import terminal
from slaaudit.cli.calendar_moments import check_moments, check_range, placed, plain_date, span
from slaaudit.cli.calendar_options import Answer, Dates, Which, Writing, instant
from slaaudit.cli.help import Group
from slaaudit.cli.later import Later
from slaaudit.cli.loading import policy_file
from slaaudit.cli.terminal import closed_pipe_is_quiet, say, say_gap, tell
from slaaudit.cli.values import Mistakes
from slaaudit.cli.watching import begin
from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.durations import Amount
    from slaaudit.policy import Policy
    from slaaudit.reports import Report
    from slaaudit.reports.openings import NamedCalendar

SHOW_EXAMPLES = """
slaaudit calendar show
slaaudit calendar show --calendar office --from 2026-12-21 --weeks 2
slaaudit calendar show --from 2027-01-01 --to 2027-12-31 -o open-2027.csv
"""
ELAPSED_EXAMPLES = """
slaaudit calendar elapsed '2026-12-24 16:00' '2026-12-28 10:00'
slaaudit calendar elapsed 2026-12-24T16:00+01:00 now --short
"""
DUE_EXAMPLES = """
slaaudit calendar due '2026-12-24 16:00' 4h
slaaudit calendar due now 2bd --calendar office --short
"""
_LONGEST = 20_000  # hours of a target: ten years of work
_MOST_DAYS = 2_500


def show(which: Which, dates: Dates, writing: Writing) -> None:
    """The openings of the next weeks, day by day.

    Hours are local times of the calendar's zone. Holidays and special hours are
    named, changes of the clocks too.
    """
    from slaaudit.reports import openings

    mistakes = _checked(writing)
    first, last = (plain_date(option, text, mistakes) for option, text in (("--from", dates.from_), ("--to", dates.to)))
    check_range(dates, first, last, mistakes)
    mistakes.raise_if_any()
    of = _calendar(which)
    first, last = span(first, last, dates.weeks, of.timezone)
    _publish(openings.schedule(of, first, last), writing)


def elapsed(
    start: Annotated[str, instant("START")],
    end: Annotated[str, instant("END")],
    which: Which,
    answer: Answer,
    writing: Writing,
) -> None:
    """The open time between two instants, day by day.

    Times are local times of the calendar's zone, unless they say their offset. A
    date alone is its first instant.
    """
    from slaaudit.durations import format_hms
    from slaaudit.reports import openings

    mistakes = _checked(writing, answer)
    check_moments({"START": start, "END": end}, mistakes)
    mistakes.raise_if_any()
    of = _calendar(which)
    (first, first_notes), (last, last_notes) = (placed(text, of.timezone) for text in (start, end))
    if last < first:
        what = f"END {end} is before START {start}"
        raise SlaauditError(Problem(code="reversed_range", what=what, hint="exchange the two"))
    if answer.short:
        _tell_short(format_hms(openings.elapsed(of, first, last)), (*first_notes, *last_notes))
    else:
        _publish(openings.between(of, first, last, (*first_notes, *last_notes)), writing)


def due(
    start: Annotated[str, instant("START")],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="4h, 90m, or 2bd for working days.", rich_help_panel="When")
    ],
    which: Which,
    answer: Answer,
    writing: Writing,
) -> None:
    """When a target is used up that starts counting at an instant.

    Times are local times of the calendar's zone, unless they say their offset. A
    date alone is its first instant.
    """
    from slaaudit.reports import openings

    mistakes = _checked(writing, answer)
    check_moments({"START": start}, mistakes)
    amount = _amount(target, mistakes)
    mistakes.raise_if_any()
    of = _calendar(which)
    first, notes = placed(start, of.timezone)
    if answer.short:
        _tell_short(openings.shown(openings.due(of, first, amount), of.timezone), notes)
    else:
        _publish(openings.until_due(of, first, amount, notes), writing)


def _calendar(which: Which) -> NamedCalendar:
    """The calendar that was named; else the policy's only one, or 24x7 if it has none, as for its targets."""
    from slaaudit.policy import load_policy
    from slaaudit.reports.openings import NamedCalendar

    begin("policy")
    policy = load_policy(policy_file(which.policy))
    begin("calendar")
    return NamedCalendar(name=_name(which.calendar, policy), policy=policy)


def _name(wanted: str | None, policy: Policy) -> str:
    from slaaudit.calendars import ALWAYS

    names = list(policy.calendars)
    own = [name for name in names if name != ALWAYS]
    if wanted is None and len(own) < 2:
        return own[0] if own else ALWAYS
    if wanted is None:
        what = f"the policy has several calendars: {', '.join(own)}"
        raise SlaauditError(Problem(code="which_calendar", what=what, hint=f"say which: --calendar {quote(own[0])}"))
    if wanted not in names:
        hint = f"{did_you_mean(wanted, names)} known: {', '.join(names)}".strip()
        raise SlaauditError(Problem(code="unknown_calendar", what=f"there is no calendar '{wanted}'", hint=hint))
    return wanted


def _checked(writing: Writing, answer: Answer | None = None) -> Mistakes:
    from slaaudit.render.cells import durations_as
    from slaaudit.render.formats import format_of, named_format

    mistakes = Mistakes()
    if writing.format:
        mistakes.of(lambda: named_format(writing.format or ""))
    elif writing.file:
        mistakes.of(lambda: format_of(writing.file or ""))
    if writing.durations:
        mistakes.of(lambda: durations_as(writing.durations or ""))
    if answer and answer.short and writing != Writing():
        mistakes.note("wrong_short", "--short is one line of text: it has no format, file or unit", "leave one out")
    return mistakes


def _amount(text: str, mistakes: Mistakes) -> Amount:
    from slaaudit.durations import HOUR, Amount, parse_target

    try:
        amount = parse_target(text)
    except ValueError as error:
        mistakes.note("bad_target", f"TARGET: {error}", "such as 4h, 90m, 1h30m or 2bd")
        return Amount(microseconds=0)
    if (amount.microseconds or 0) > _LONGEST * HOUR or (amount.working_days or 0) > _MOST_DAYS:
        what = f"TARGET: {text} is longer than any promise"
        mistakes.note("bad_target", what, f"at most {_LONGEST:,}h or {_MOST_DAYS:,}bd can be shown day by day")
    return amount


def _publish(report: Report, writing: Writing) -> None:
    from slaaudit.render import RenderOptions, write

    begin("writing")
    color = terminal.has_color(no_color=writing.no_color)
    options = RenderOptions(durations=writing.durations, raw=writing.raw, width=terminal.width(), color=color)
    with closed_pipe_is_quiet(sys.stdout):
        write(report, format=writing.format, output=writing.file, options=options)
    if report.notes and writing.file is None:
        say_gap()
    for line in report.footer():
        say(line)
    if writing.file:
        say(visible(f"wrote {report.frame.height:,} row{'' if report.frame.height == 1 else 's'} to {writing.file}"))


def _tell_short(text: str, notes: tuple[str, ...]) -> None:
    tell(text)
    for note in notes:
        say(visible(f"note: {note}"))


class _Commands(Group):
    """Every command."""

    later: ClassVar = {
        "show": Later("calendar:show", "Calendars", "The openings of the next weeks, day by day.", "SHOW_EXAMPLES"),
        "elapsed": Later(
            "calendar:elapsed", "Calendars", "The open time between two instants, day by day.", "ELAPSED_EXAMPLES"
        ),
        "due": Later(
            "calendar:due", "Calendars", "When a target is used up that starts counting at an instant.", "DUE_EXAMPLES"
        ),
    }


app = typer.Typer(
    name="calendar",
    cls=_Commands,
    help="Look at calendars: openings, elapsed time, due dates.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
