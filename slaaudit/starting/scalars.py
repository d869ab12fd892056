"""Words of strangers as YAML: exactly the same text again when it is read, and harmless in a comment."""

from __future__ import annotations

import re

# Words that mean something else to some reader of YAML, if not to ours.
_RESERVED = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n", "none", "nan", "inf"])
_PLAIN = re.compile(r"[^\W\d_](?:\w|[ ./-](?=\w))*")
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONGEST_REMARK = 60


def scalar(text: str) -> str:
    """`text` as a YAML scalar, in quotes unless it is plain words; also good inside `[ ]` and `{ }` and as a key.

    >>> print(scalar("On hold"), scalar("on"), scalar('a "b": #c'), scalar("1"), scalar("a\\nb"))
    On hold "on" "a \\"b\\": #c" "1" "a\\nb"
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _RESERVED and text.isprintable():
        return text
    return f'"{_escaped(text, _SHORT)}"'


def remark(text: str, longest: int = _LONGEST_REMARK) -> str:
    """`text` as part of a comment: on one line, what steers a terminal made visible, cut off where it gets long."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return _escaped(short, {key: word for key, word in _SHORT.items() if key not in '"\\'})


def _escaped(text: str, short: dict[str, str]) -> str:
    return "".join(short.get(letter) or (letter if letter.isprintable() else _escape(ord(letter))) for letter in text)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
