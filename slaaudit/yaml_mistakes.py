"""What the YAML parser stumbles over, in plain words and at the place where to mend it."""

from __future__ import annotations

from dataclasses import dataclass

import yaml
from yaml.reader import Reader

from slaaudit.problems import Problem, place_after


@dataclass(frozen=True, slots=True)
class _Mistake:
    """`signs`: what the parser's message contains (libyaml's or PyYAML's); `at_start`: show where it began."""

    signs: tuple[str, ...]
    what: str
    hint: str
    at_start: bool = False


_TAB = _Mistake((), "a tab where YAML wants spaces", "indent with spaces only")
_RESERVED = _Mistake((), "a text cannot start with '{}' here", 'put it in quotes, such as "{}…"')
_OTHER = _Mistake((), "from here on the text is not YAML", "put texts with special characters in quotes")
_MISTAKES = (
    _Mistake(
        ("mapping values are not allowed",),
        "a ':' where no 'key: value' can start",
        "put a text that contains ': ' in quotes, or check the indentation of this line and the one before",
    ),
    _Mistake(
        ("could not find expected ':'",),
        "a line that is no 'key: value'",
        "add a colon and a space after the key",
        at_start=True,
    ),
    _Mistake(
        ("sequence entries are not allowed",),
        "a '- ' where no list can start",
        "start the list on the next line, or put a text that starts with '- ' in quotes",
    ),
    _Mistake(
        ("unknown escape", "hexadecimal", "hexdecimal"),
        "a backslash that starts no known escape",
        "use single quotes: between them a backslash is a backslash",
        at_start=True,
    ),
    _Mistake(
        ("end of stream", "document indicator", "document separator"),
        "a quote that is opened here and never closed",
        "close the quote",
        at_start=True,
    ),
    _Mistake(
        ("',' or",),
        "a bracket that is opened here and not closed, or a comma missing in it",
        "close the bracket; put a text with [ ] { } , or ': ' in quotes",
        at_start=True,
    ),
    _Mistake(("node content",), "a value is missing here", "write a value, or put a text with [ ] { } , in quotes"),
    _Mistake(
        ("undefined alias", "alphabetic or numeric"),
        "an alias (*name) or anchor (&name) that stands for nothing",
        "put a text that starts with * or & in quotes",
        at_start=True,
    ),
    _Mistake(
        ("expected key", "block end", "expected '-' indicator"),
        "this does not fit the lines above",
        "line up what belongs together; write a quote inside '…' twice ('')",
    ),
    _Mistake(
        ("comment or line break", "chomping"), _RESERVED.what.format(">"), _RESERVED.hint.format(">"), at_start=True
    ),
    _Mistake(
        ("duplicate anchor", "second occurrence"), "an anchor (&name) that was used before", "give it another name"
    ),
)


def explain(wrong: yaml.YAMLError, text: str, file: str) -> Problem:
    """The parser's error as a problem; the same words and place whichever of PyYAML's two parsers was used."""
    message = str(getattr(wrong, "problem", "") or "")
    mark, start = getattr(wrong, "problem_mark", None), getattr(wrong, "context_mark", None)
    lines = text.split("\n")
    character = lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""
    if character == "\t":
        mistake = _TAB
    elif "cannot start any token" in message:
        mistake = _Mistake((), _RESERVED.what.format(character), _RESERVED.hint.format(character))
    else:
        mistake = next((each for each in _MISTAKES if any(sign in message for sign in each.signs)), _OTHER)
    place = start if mistake.at_start and start else mark
    line, column_number = (place.line + 1, place.column + 1) if place else (1, 1)
    return Problem(
        code="yaml_syntax", what=mistake.what, hint=mistake.hint, file=file, line=line, column_number=column_number
    )


def unprintable(text: str, file: str) -> Problem | None:
    """The first character that no YAML text may contain (control characters, half surrogates), as a problem."""
    found = Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    line, column_number = place_after(text[: found.start()])
    return Problem(
        code="yaml_syntax",
        what=f"the character U+{ord(found.group()):04X} cannot stand in a text file",
        hint="remove it; is this a text file?",
        file=file,
        line=line,
        column_number=column_number,
    )
