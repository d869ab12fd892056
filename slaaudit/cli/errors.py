"""The place where every error ends: a message on stderr and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from slaaudit.cli.terminal import closed_pipe_is_quiet, say
from slaaudit.problems import Problem, SlaauditError
from slaaudit.visible import visible

WRONG = 2  # usage, policy or input
INTERRUPTED = 130


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Turns whatever goes wrong inside into an exit with its code and, on stderr, what a person needs to know."""
    with closed_pipe_is_quiet(sys.stdout):
        try:
            yield
        except SlaauditError as error:
            for problem in error.problems:
                _show(problem)
            raise typer.Exit(WRONG) from None
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BaseException as error:  # a panic inside polars is no Exception
            if _is_no_error(error):
                raise
            _show_mistake_or_defect(error)
            raise typer.Exit(WRONG) from None


def _is_no_error(error: BaseException) -> bool:
    """An exit, a reader that has gone, or the help that `slaaudit` alone shows."""
    answers = (typer.Exit, typer.Abort, SystemExit, GeneratorExit, BrokenPipeError)
    return isinstance(error, answers) or type(error).__name__ == "NoArgsIsHelpError"


def _show(problem: Problem) -> None:
    """Writes what is wrong on one line, and what to do about it on those below."""
    place = f"{problem.where}: " if problem.where else ""
    say(visible(f"{place}error[{problem.code}] {problem.what}"))
    for line in problem.hint.splitlines():
        say(f"    {visible(line)}")


def _show_mistake_or_defect(error: Any) -> None:
    from slaaudit.unfinished import is_full

    if is_full(error):
        hint = "make room, or write it somewhere else"
        _show(Problem(code="no_space", what="the disk is full: not all of it could be written", hint=hint))
        return
    # known by what it can do: the classes of usage errors are in another package in every version of typer
    if not hasattr(error, "format_message"):
        _show_defect(error)
        return
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "slaaudit COMMAND"
    _show(Problem(code="usage", what=error.format_message(), hint=f"see {command} --help"))


def _show_defect(error: BaseException) -> None:
    first = next(iter(str(error).splitlines()), "")  # polars adds its whole query plan
    say(visible(f"error[defect] slaaudit failed: {type(error).__name__}: {first}"))
    if os.environ.get("SLAAUDIT_DEBUG"):
        for line in "".join(traceback.format_exception(error)).splitlines():
            say(visible(line))
    else:
        say("    This is a defect of slaaudit, not of your files. Please report it, with what the same")
        say("    command prints after SLAAUDIT_DEBUG=1 is set.")
