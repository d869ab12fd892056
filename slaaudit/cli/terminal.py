"""What the command line says and where: stdout for the report alone, stderr for everything else."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_HANGING = "    "


def say(line: str = "", *, wrapped: bool = True) -> None:
    """Writes one line to stderr, which must be safe to show already; a terminal that is too narrow gets it wrapped,
    but for what is there to be copied.
    """
    lines = [line]
    if wrapped and sys.stderr.isatty() and len(line) > (columns := shutil.get_terminal_size().columns):
        lines = textwrap.wrap(line, columns, subsequent_indent=_HANGING, break_on_hyphens=False)
    with closed_pipe_is_quiet(sys.stderr):
        print(*lines, sep="\n", file=sys.stderr, flush=True)  # noqa: T201 - this is the function that prints


def say_gap() -> None:
    """Keeps what follows on stderr apart from the report, where both end up on one terminal."""
    if sys.stderr.isatty() and is_terminal():
        say()


def tell(text: str) -> None:
    """Writes text that a command was asked for to stdout."""
    with closed_pipe_is_quiet(sys.stdout):
        print(text, flush=True)  # noqa: T201 - this is the function that prints


@contextmanager
def closed_pipe_is_quiet(stream: TextIO) -> Iterator[None]:
    """A reader that has gone (`| head`) is no error: what is still to come goes nowhere."""
    try:
        yield
    except BrokenPipeError:
        # the descriptor and not the object, or Python complains when it flushes the rest at exit
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def width() -> int | None:
    """Columns of the terminal that stdout is; None when it is none."""
    return shutil.get_terminal_size().columns if is_terminal() else None


def has_color(*, no_color: bool = False) -> bool:
    """Whether stdout gets colours: `--no-color`, then NO_COLOR, then FORCE_COLOR, else whether it is a terminal."""
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"
