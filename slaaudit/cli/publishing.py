"""Out with the report: to stdout or a file, the rejected rows to theirs, and the account to stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from slaaudit.cli import terminal
from slaaudit.cli.rejects import refuse_rejects, reject_lines, write_rejects
from slaaudit.cli.terminal import closed_pipe_is_quiet, say, say_gap
from slaaudit.cli.values import Mistakes
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.cli.finding import Found
    from slaaudit.cli.options import Input, Judging, Output
    from slaaudit.cli.watching import Watcher


def check(output: Output, source: Input, judging: Judging, mistakes: Mistakes) -> None:
    """Note what is wrong with the options, before anything is read."""
    from slaaudit.render.cells import durations_as
    from slaaudit.render.formats import format_of, named_format

    if output.format:
        mistakes.of(lambda: named_format(output.format or ""))
    elif output.file:
        mistakes.of(lambda: format_of(output.file or ""))
    if output.durations:
        mistakes.of(lambda: durations_as(output.durations or ""))
    if output.rejects == "-":
        mistakes.note("wrong_rejects", "--rejects cannot go to stdout, where the report is", "name a file")
    check_targets({"-o": output.file, "--rejects": output.rejects}, source, judging, mistakes)


def check_targets(targets: Mapping[str, str | None], source: Input, judging: Judging, mistakes: Mistakes) -> None:
    """Note each option whose file is read, is written by another, or cannot be written: not only after the work."""
    from slaaudit.render.writing import check_target

    inputs = [*source.exports, *source.events, *filter(None, [judging.policy])]
    taken = {Path(name).resolve(): f"{name}, which is read" for name in inputs}
    for option, name in targets.items():
        if name:
            target = Path(name).resolve()
            if target in taken:
                mistakes.note(
                    "would_overwrite", f"{option} {name} would overwrite {taken[target]}", "name another file"
                )
            taken[target] = f"{name}, which {option} writes"
            mistakes.of(partial(check_target, Path(name), option))


def publish(found: Found, output: Output, *, strict: bool, watch: Watcher) -> None:
    """Writes the report and what goes with it; raises `SlaauditError` when a file cannot be written: then neither is.

    Under `strict` a single unusable row keeps the report from being written: only the rejected rows are.
    """
    from slaaudit.render import RenderOptions, write

    def rejects() -> None:
        if output.rejects:
            write_rejects(found, output.rejects)

    report = found.report
    watch("writing", report.frame.height)
    if strict and found.problems.height:
        rejects()
        refuse_rejects(found, listed_in=output.rejects)
    if output.file is None:
        rejects()
        watch.hush()
    color = terminal.has_color(no_color=output.no_color)
    options = RenderOptions(durations=output.durations, raw=output.raw, width=terminal.width(), color=color)
    with closed_pipe_is_quiet(sys.stdout):
        write(report, format=output.format, output=output.file, options=options, before_it_is_there=rejects)
    watch.hush()
    if not output.quiet:
        _say_account(found, output)


def _say_account(found: Found, output: Output) -> None:
    report = found.report
    if output.file is None:
        say_gap()
    for line in [*report.footer(), *reject_lines(found, listed_in=output.rejects)]:
        say(line)
    if output.file:
        say(visible(f"wrote {_rows(report.frame.height)} to {output.file}"))
    if output.rejects:
        say(visible(f"wrote {_rows(report.account.problems)}, rejected or corrected, to {output.rejects}"))


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"
