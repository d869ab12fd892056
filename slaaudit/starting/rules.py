"""The `rules` of a starting policy: everyone has one level; an example for each kind of customer, switched off."""

from __future__ import annotations

from collections.abc import Iterator

from slaaudit.frames import CUSTOM
from slaaudit.sources import Export
from slaaudit.starting.lines import comment, noted, switched_off
from slaaudit.starting.promises import LEVEL, OTHER_LEVEL
from slaaudit.starting.scalars import remark, scalar
from slaaudit.starting.seen import words_of

_COLUMNS = {
    "customer_group": "Customer group",
    "account": "Account",
    "department": "Department",
    "channel": "Channel",
}
_WITHOUT_EXPORT = {"customer_group": "vip", "account": "Acme", "department": "Sales", "channel": "chat"}
_EACH = 4  # examples of a column
_LONGEST = 60  # characters of a word that makes a good example
_COLUMNS_NAMED = 8


def rules(export: Export | None) -> list[str]:
    """The lines of the section."""
    examples = [line for column, title in _COLUMNS.items() for line in _examples(export, column, title)]
    lead = f"Switch one on, and the level '{OTHER_LEVEL}' above with it:" if examples else ""
    return [
        noted("rules:", "read from top to bottom; the first that matches decides"),
        *(comment(lead, 2) if lead else []),
        *examples,
        *_other_columns(export),
        f"  - {{name: Everyone, level: {LEVEL}}}",
    ]


def _examples(export: Export | None, column: str, title: str) -> Iterator[str]:
    if export is None:
        yield switched_off(_rule(column, title, _WITHOUT_EXPORT[column]))
        return
    words = words_of(export, column)
    shown = [word for word in words if len(word.text) <= _LONGEST][:_EACH]
    for word in shown:
        yield switched_off(_rule(column, title, word.text), word.times)
    if shown and len(words) > len(shown):
        yield from comment(f"… and {len(words) - len(shown):,} more in the column {column}", 2)


def _rule(column: str, title: str, word: str) -> str:
    name, value = scalar(f"{title} {word}"), scalar(word)
    return f"  - {{name: {name}, when: {{{column}: {value}}}, level: {OTHER_LEVEL}}}"


def _other_columns(export: Export | None) -> list[str]:
    own = [name for name in export.tickets.columns if name.startswith(CUSTOM)] if export else []
    if not own:
        return comment("Rules can look at every column: slaaudit manual policy", 2)
    named = ", ".join(remark(scalar(name)) for name in own[:_COLUMNS_NAMED])
    more = f" and {len(own) - _COLUMNS_NAMED:,} more" if len(own) > _COLUMNS_NAMED else ""
    return comment(f"Rules can look at every column, also at those of your own: {named}{more}", 2)
