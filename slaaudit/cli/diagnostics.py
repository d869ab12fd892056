"""What was found in the files of a policy, as texts for people, annotations for GitHub, or JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slaaudit.problems import Problem
from slaaudit.visible import visible

ERROR, WARNING = "error", "warning"
FORMATS = ("text", "json", "github")
_WIDEST = 96  # of a line of a file that is shown; of a longer one, what is around the place
_BEFORE = 32
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")  # what the YAML parser counts as one
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_WORD = re.compile(r"(?:[^\s,\[\]{}:#]|:(?=[^\s,\]}])|(?<=\S)#| (?=[^\s,\[\]{}:#]))+")  # up to a ': ', comma, bracket
_COLORS = {ERROR: "\x1b[1;31m", WARNING: "\x1b[1;33m"}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that was found, and how bad it is: `error` or `warning`."""

    severity: str
    problem: Problem


def as_text(diagnostic: Diagnostic, texts: Mapping[str, str], *, color: bool) -> str:
    """`file:line:col: error[code] message`, the line with a caret under the place, and what to do about it."""
    problem, severity = diagnostic.problem, diagnostic.severity
    kind = f"{severity}[{problem.code}]"
    kind = f"{_COLORS[severity]}{kind}{_PLAIN}" if color else kind
    place = f"{visible(problem.where)}: " if problem.where else ""
    excerpt = [f"{_DIM}{line}{_PLAIN}" if color else line for line in _excerpt(problem, texts)]
    hint = [f"    {visible(line)}" for line in problem.hint.splitlines()]
    return "\n".join([f"{place}{kind} {visible(problem.what)}", *excerpt, *hint])


def as_github(diagnostic: Diagnostic) -> str:
    """A workflow command of GitHub Actions, which shows the message at the line in a pull request."""
    problem = diagnostic.problem
    places = {"file": problem.file, "line": problem.line, "col": problem.column_number, "title": problem.code}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in places.items() if value)
    message = "\n".join(filter(None, [problem.what, problem.hint]))
    return f"::{diagnostic.severity} {properties}::{_message(message)}"


def as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The finding as an object; what is not known is null."""
    problem = diagnostic.problem
    return {
        "file": problem.file or None,
        "line": problem.line,
        "column": problem.column_number,
        "severity": diagnostic.severity,
        "code": problem.code,
        "message": problem.what,
        "hint": problem.hint or None,
    }


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _excerpt(problem: Problem, texts: Mapping[str, str]) -> Iterator[str]:
    """The line with its number, and a line of carets under the word at the place."""
    lines = _lines(texts.get(problem.file, ""))
    if problem.line is None or problem.column_number is None or problem.line > len(lines):
        return
    line, at = lines[problem.line - 1], problem.column_number - 1
    if not line.strip():
        return
    before, word, after = _parts(line, at)
    gutter = f"{problem.line:>5} | "
    yield f"{gutter}{before}{word}{after}".rstrip()
    yield f"{' ' * (len(gutter) - 2)}| {' ' * _width(before)}{'^' * max(1, _width(word))}"


def _lines(text: str) -> Sequence[str]:
    return _LINE_BREAK.split(text)


def _parts(line: str, at: int) -> tuple[str, str, str]:
    """What stands before the word at a position, the word, and what follows; long lines are cut around it."""
    found = _QUOTED.match(line, at) or _WORD.match(line, at)
    end = found.end() if found else at + 1
    start, last = 0, len(line)
    if len(line) > _WIDEST:
        start = max(0, at - _BEFORE) if at > _WIDEST - _BEFORE else 0
        last = min(last, start + _WIDEST)
    before = ("…" if start else "") + visible(line[start:at])
    after = visible(line[min(end, last) : last]) + ("…" if last < len(line) else "")
    return before, visible(line[at : min(end, last)]), after


def _width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)


def tally(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    severities = [each.severity for each in diagnostics]
    numbers = [(severities.count(kind), kind) for kind in (ERROR, WARNING)]
    return ", ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for number, kind in numbers if number) or "sound"
