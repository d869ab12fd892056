"""The only writer: a report to a file, which appears complete or not at all, or to standard output."""

from __future__ import annotations

import errno
import io
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from slaaudit.problems import Problem, SlaauditError
from slaaudit.render.formats import Format, format_of, named_format
from slaaudit.render.options import RenderOptions
from slaaudit.unfinished import in_place, opened, unfinished

if TYPE_CHECKING:
    from slaaudit.reports.report import Report


def write(
    report: Report,
    *,
    format: str | None = None,
    output: str | Path | None = None,
    stdout: BinaryIO | None = None,
    options: RenderOptions | None = None,
    named_by: str = "-o",
    before_it_is_there: Callable[[], None] | None = None,
) -> None:
    """Writes the report to the file `output`, or to `stdout` (default: the process's own) when that is None.

    Without `format`, the extension of `output` decides; on standard output it is `table`. A file is written beside
    its target under another name and renamed when it is complete: a failure leaves neither a half-written file nor
    the temporary one, and the previous file stays. A file never gets colours or the width of a terminal.

    `named_by` is the option that messages name. `before_it_is_there` is called when the file is complete and before
    it is renamed: both files that a run writes are there, or neither.

    Raises `SlaauditError` on an unknown format or extension, a target that cannot be written, and a binary format on
    a terminal. What `stdout` itself raises (a closed pipe) passes through.
    """
    options = options or RenderOptions()
    if output is not None:
        target = Path(output)
        chosen = named_format(format or format_of(target))
        with whole_file(target, named_by) as out:
            chosen.render(report, replace(options, width=None, color=False), out)
            if before_it_is_there:
                before_it_is_there()
        return
    chosen = named_format(format or "table")
    stream = stdout or sys.stdout.buffer
    _refuse_terminal(chosen, stream)
    chosen.render(report, options, stream)
    stream.flush()


def rendered(report: Report, format: str, options: RenderOptions | None = None) -> bytes:
    """The report as bytes in the format of that name; raises `SlaauditError` on an unknown one."""
    out = io.BytesIO()
    named_format(format).render(report, options or RenderOptions(), out)
    return out.getvalue()


def _refuse_terminal(chosen: Format, stream: BinaryIO) -> None:
    if not chosen.is_text and stream.isatty():
        what = f"{chosen.name} is binary: a terminal cannot show it"
        hint = f"write it to a file: -o FILE{chosen.extensions[0]}"
        raise SlaauditError(Problem(code="binary_on_terminal", what=what, hint=hint))


def check_target(target: Path, named_by: str = "-o") -> None:
    """Nothing, if a file can be written there as far as that is seen before the work; `named_by`: the option.

    Raises `SlaauditError` (`cannot_write`).
    """
    with _told(target, named_by):
        path = target.resolve()
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if not path.parent.is_dir():
            raise _os_error(errno.ENOTDIR if path.parent.exists() else errno.ENOENT)
        if (not path.exists() or path.is_file()) and not os.access(path.parent, os.W_OK | os.X_OK):
            raise _os_error(errno.EACCES)


@contextmanager
def whole_file(target: Path, named_by: str = "-o") -> Iterator[BinaryIO]:
    """A stream that becomes `target` if the block ends well, and nothing if it does not; `named_by`: the option."""
    check_target(target, named_by)
    with _told(target, named_by):
        # through links, so that the link stays and the file it means is replaced
        path = target.resolve()
        if path.exists() and not path.is_file():  # a device or a pipe: nothing to rename
            with path.open("wb") as out:
                yield out
            return
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        with unfinished(temporary):
            # until it is whole, only its owner may read what replaces a file that perhaps nobody else may read
            with opened(temporary, 0o600 if path.exists() else 0o666) as out:
                yield out
            if path.exists():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            in_place(temporary, path)


@contextmanager
def _told(target: Path, named_by: str) -> Iterator[None]:
    """Raises `SlaauditError` (`cannot_write`) for whatever the system says in the block."""
    try:
        yield
    except OSError as error:
        what = f"cannot write {named_by} {target}: {error.strerror or error}"
        hint = "name a file in a folder that exists and that you may write to"
        raise SlaauditError(Problem(code="cannot_write", what=what, hint=hint)) from error


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
