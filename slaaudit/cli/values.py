"""The texts of options → their values; what is wrong with them is collected, so that all is reported at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from slaaudit.problems import Problem, SlaauditError, did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from slaaudit.conditions import Condition

T = TypeVar("T")
NOW = "now"
_YEARS = range(1900, 2200)  # as in exports
_YEAR_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", re.ASCII)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)", re.ASCII)


class Mistakes(list[Problem]):
    """What is wrong with the options so far."""

    def note(self, code: str, what: str, hint: str) -> None:
        """Add one mistake."""
        self.append(Problem(code=code, what=what, hint=hint))

    def of(self, read: Callable[[], T]) -> T | None:
        """What `read` yields; None, and its problems noted, if it raises `SlaauditError`."""
        try:
            return read()
        except SlaauditError as error:
            self.extend(error.problems)
            return None

    def raise_if_any(self) -> None:
        """Raise one `SlaauditError` with all of them."""
        if self:
            raise SlaauditError(self)


def words(text: str) -> tuple[str, ...]:
    """`a, b` → `("a", "b")`; nothing in between commas is nothing."""
    return tuple(word for part in text.split(",") if (word := part.strip()))


def known_words(option: str, given: Iterable[str], known: Sequence[str], mistakes: Mistakes) -> None:
    """Note each of `given` that is not known, with the nearest known ones."""
    for word in given:
        if word not in known:
            hint = f"{did_you_mean(word, known)} known: {', '.join(known)}".strip()
            mistakes.note("unknown_word", f"{option} cannot be '{word}'", hint)


def ranks(text: str, mistakes: Mistakes) -> tuple[int, ...]:
    """`50,90,95` → the percentiles; whether there are such percentiles is for the report to say."""
    found = words(text)
    for word in found:
        if not (word.isascii() and word.isdigit()):
            hint = "whole numbers from 1 to 100, such as 50,90,95"
            mistakes.note("wrong_percentile", f"--percentiles: '{word}' is not a percentile", hint)
            return ()
    return tuple(int(word) for word in found)


def share(option: str, text: str | None, mistakes: Mistakes) -> Fraction | None:
    """`95%`, `95` and `0.95` → 19/20, exactly; up to 1 without a percent sign is a share of 1."""
    if text is None:
        return None
    found = _SHARE.fullmatch(text.strip())
    value = Fraction(found[1]) if found else Fraction(-1)
    value = value / 100 if found and (found[2] or value > 1) else value
    if not 0 <= value <= 1:
        mistakes.note("wrong_share", f"{option} cannot be '{text}'", "a share from 0 to 100 %: 95%, 95 or 0.95")
        return None
    return value


def moment(option: str, text: str | None, mistakes: Mistakes) -> date | None:
    """A date, or a date and time (naive = local time in the policy's zone); `datetime` is a `date`."""
    from slaaudit.conditions.operands import as_calendar_time

    if text is None:
        return None
    try:
        found = as_calendar_time(text.strip())
    except ValueError as error:
        mistakes.note("wrong_date", f"{option}: {error}", _how_to_write(text))
        return None
    if found.year not in _YEARS:
        mistakes.note(
            "wrong_date",
            f"{option}: {found.year:04} is no year of a ticket",
            f"a year from {_YEARS[0]} to {_YEARS[-1]}",
        )
        return None
    return found


def _how_to_write(text: str) -> str:
    """A hint with the date that was meant, if its year comes last."""
    from datetime import date

    found = _YEAR_LAST.match(text.strip())
    if found is None:
        return "it is local time in the policy's zone unless it ends in Z or +02:00"
    first, second, year = (int(number) for number in found.groups())
    meant = []
    for day, month in dict.fromkeys([(first, second), (second, first)]):
        with suppress(ValueError):
            meant.append(str(date(year, month, day)))
    return f"the year comes first: write {' or '.join(meant) or '2026-01-31'}"


def condition(filters: Sequence[str], mistakes: Mistakes) -> Condition | None:
    """All of the `--where`, joined by and; None without any."""
    from slaaudit.conditions import parse_condition, where_filter

    found = [mistakes.of(lambda text=text: where_filter(text)) for text in filters]  # type: ignore[misc]
    parsed = [one for one in found if one]
    return parsed[0] if len(parsed) == 1 else parse_condition({"all": [one.raw for one in parsed]}) if parsed else None


def column_map(pairs: Sequence[str], mistakes: Mistakes) -> dict[str, str]:
    """`created_at=Opened at` → our column: theirs."""
    found: dict[str, str] = {}
    for pair in pairs:
        ours, sign, theirs = (part.strip() for part in pair.partition("="))
        if not (ours and sign and theirs):
            mistakes.note("wrong_map", f"--map cannot be '{pair}'", 'our column first: --map created_at="Opened at"')
        elif ours in found:
            what = f"--map names {ours} twice: '{found[ours]}' and '{theirs}'"
            mistakes.note("wrong_map", what, "one of our columns comes from one of theirs")
        else:
            found[ours] = theirs
    return found
