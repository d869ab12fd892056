"""Values as the YAML that our strict loader reads back as the same values, and lines with comments in one column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from slaaudit.conditions import Condition
from slaaudit.visible import visible

_PLAIN = re.compile(
    r"[^\W\d_][\w./+-]*(?: [\w./+-]+)*|\d{4}-\d{2}-\d{2}(?:\.\.\d{4}-\d{2}-\d{2})?|\d+(?:\.\d+)?(?:h|m|s|ms|bd|%)|24x7"
)
_SPECIAL = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n")  # also of older YAML, which other readers may speak
_WIDEST = 56  # of a line whose comment still decides where comments stand
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def scalar(value: object) -> str:
    """A text, a number, true or false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.fullmatch(value) and not _SPECIAL.fullmatch(value):
        return value
    return f'"{"".join(_escaped(character) for character in value)}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def flow(value: object) -> str:
    """Any value on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flow(inner) for inner in value)}]"
    return scalar(value)


def condition(value: Condition | None, *, nothing: str = "none") -> str:
    """A condition as it was written; `nothing` stands for none."""
    return nothing if value is None else flow(value.raw)


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of YAML, each with a comment that says where its value comes from."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, depth: int, text: str, comment: str = "") -> None:
        """One line; `depth` in steps of two blanks."""
        self.lines.append((f"{'  ' * depth}{text}", visible(comment)))

    def text(self) -> str:
        """All lines, their comments below each other as far as lines are short."""
        column = max((len(text) for text, comment in self.lines if comment and len(text) <= _WIDEST), default=0)
        shown = [f"{text:<{column}}  # {comment}" if comment else text for text, comment in self.lines]
        return "\n".join([*shown, ""])
