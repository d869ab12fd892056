"""Lines of a commented YAML file."""

from __future__ import annotations

import textwrap

CHECK = "check this"  # marks every guess
_NOTES_AT = 35
_WIDEST = 100


def noted(code: str, note: str = "") -> str:
    """`code`, and after it `note` as a comment; notes stand below each other where the code is short."""
    return f"{code:<{_NOTES_AT - 2}}  # {note}" if note else code


def switched_off(code: str, note: str = "") -> str:
    """A line that does nothing until its `#` is removed: no space after that `#`, unlike in comments."""
    text = code.lstrip(" ")
    return noted(f"{' ' * (len(code) - len(text))}#{text}", note)


def comment(text: str, indent: int = 0) -> list[str]:
    """`text` as lines of comment."""
    start = f"{' ' * indent}# "
    return textwrap.wrap(
        text, _WIDEST, initial_indent=start, subsequent_indent=start, break_on_hyphens=False, break_long_words=False
    )


def guesses(text: str) -> int:
    """How many lines of a policy are still marked as a guess."""
    return sum(f"# {CHECK}" in line for line in text.splitlines())


def doubted(is_guess: bool, *notes: str) -> str:
    """The notes in one, with the mark of a guess in front of them if it is one."""
    said = [note for note in notes if note]
    if not is_guess:
        return "; ".join(said)
    return f"{CHECK}: {'; '.join(said)}" if said else CHECK
