"""A new file: complete or not there at all, and never in place of another one."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from slaaudit.problems import Problem, SlaauditError


def write_new(path: Path, text: str) -> None:
    """Writes the file; raises `SlaauditError` if there is one of that name, or if it cannot be written."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
        os.link(temporary, path)  # unlike a rename, never over another file
    except FileExistsError:
        raise SlaauditError(taken(path)) from None
    except (OSError, ValueError) as error:
        what = f"cannot write -o {path}: {getattr(error, 'strerror', None) or error}"
        hint = "name a file in a folder that exists and that you may write to"
        raise SlaauditError(Problem(code="cannot_write", what=what, hint=hint)) from error
    finally:
        with suppress(OSError, ValueError):
            temporary.unlink()


def taken(path: Path) -> Problem:
    """What is wrong with the name of a file that is there already."""
    hint = "name another file with -o, or move that one away"
    return Problem(code="would_overwrite", what=f"{path} exists already", hint=hint)
