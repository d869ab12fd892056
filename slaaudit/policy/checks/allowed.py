"""Warnings that a policy allows where they occur: `# allow: level_unused, rule_shadowed` at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"(?:^|\s)#\s*allow:\s*([\w, ]+)")
LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")  # what the YAML parser counts as one


@dataclass(frozen=True, slots=True)
class Allowed:
    """The codes that each line allows, by its number from 1."""

    codes: Mapping[int, frozenset[str]]

    @staticmethod
    def of(text: str) -> Allowed:
        """What the comments of a policy allow."""
        found = {}
        for number, line in enumerate(LINE_BREAK.split(text), start=1):
            if comment := _COMMENT.search(line):
                found[number] = frozenset(re.findall(r"\w+", comment[1]))
        return Allowed(found)

    def allows(self, line: int, code: str) -> bool:
        """Whether a warning of this code in this line is meant to be so."""
        return code in self.codes.get(line, frozenset())
