"""Bytes → text: the encoding that a file gives away, is said to have, or is most likely to have."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.files.stopping import stop

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Guess:
    """The text of a file in the encoding it most likely has; `note` says so where it was not plain UTF-8.

    `damaged`: it is UTF-8 with places that are not, which are U+FFFD in `text`.
    """

    text: str
    note: str = ""
    damaged: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """The note, if there is one."""
        return (self.note,) if self.note else ()


def check_encoding(encoding: str | None) -> None:
    """Nothing, when `encoding` is None or known; else raises `SlaauditError` (`unknown_encoding`)."""
    try:
        codecs.lookup(encoding or "utf-8")
    except (LookupError, ValueError):
        known = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15", "shift_jis", "gb18030")
        hint = did_you_mean(encoding or "", known) or f"for example {', '.join(known)}"
        what = f"there is no encoding called '{encoding}'"
        raise SlaauditError(Problem(code="unknown_encoding", what=what, hint=hint)) from None


def decode(name: str, data: bytes, encoding: str) -> str:
    """`data` as text without a byte order mark; raises `SlaauditError` when it is not in that encoding."""
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        what = f"line {row} is not text in the encoding {encoding.removesuffix('-sig')}"
        raise stop("wrong_encoding", name, what, "name the right one with --encoding") from None


def guess_text(name: str, data: bytes) -> Guess:
    """The text of `data` in an encoding that nothing names.

    UTF-8 if it is valid. Otherwise Windows-1252, unless there is more valid UTF-8 beyond ASCII than invalid: then it is
    UTF-8 with damaged places.
    """
    try:
        return Guess(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    if len(text) - len(text.encode("ascii", "ignore")) > 2 * text.count("\ufffd"):
        return Guess(text, damaged=True)
    # The five bytes that Windows-1252 leaves undefined become C1 controls, as browsers read them.
    table = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
    note = f"{name}: the text is not UTF-8 and was read as windows-1252; --encoding names another"
    return Guess(data.decode("latin-1").translate(table), note)


def encoding_of(head: bytes) -> str | None:
    """The encoding that a byte order mark, or the places of the zero bytes, give away."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 > len(head) and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None
