"""The bytes of a policy file, and their text."""

from __future__ import annotations

from pathlib import Path

from slaaudit.problems import Problem, SlaauditError, place_after

LARGEST = 5_000_000  # bytes


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises `SlaauditError`: it cannot be read, or is no policy by its size."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except (FileNotFoundError, ValueError):  # ValueError: a NUL in the name
        raise _unreadable(path, "no such file", "check the path, or name the policy with -p") from None
    except IsADirectoryError:
        raise _unreadable(path, "this is a folder", "name the policy file in it") from None
    except OSError as wrong:
        raise _unreadable(path, f"cannot be read: {wrong.strerror}", "check the path and its permissions") from None
    if size > LARGEST:
        what = f"{size:,} bytes are more than a policy can have ({LARGEST:,})"
        raise SlaauditError(Problem(code="policy_too_large", what=what, hint="is this the right file?", file=str(path)))
    return content


def decoded(content: bytes, *, file: str) -> str:
    """The content as text. Raises `SlaauditError` at the first byte that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line, column_number = place_after(content[: wrong.start].decode("utf-8-sig", "replace"))
        raise SlaauditError(
            Problem(
                code="not_utf8",
                what=f"the byte 0x{content[wrong.start]:02X} is not UTF-8",
                hint="save the file as UTF-8",
                file=file,
                line=line,
                column_number=column_number,
            )
        ) from None


def _unreadable(path: Path, what: str, hint: str) -> SlaauditError:
    return SlaauditError(Problem(code="policy_not_readable", what=what, hint=hint, file=str(path)))
