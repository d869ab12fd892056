"""Strict YAML 1.2 → plain values and the place of every key and value. Nothing is guessed:

only `null`, `true`, `false`, whole numbers and decimals are more than text, so that `on`, `NO`, `9:00`, `010` and
dates stay what was written. A number that would not print as it was written (`007`, `1e3`, `+5`) stays a text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from slaaudit.problems import Problem, SlaauditError
from slaaudit.yaml_mistakes import explain, unprintable

Path = tuple[str | int, ...]
Place = tuple[int, int]  # line and column, from 1
Value = dict[str, Any] | list[Any] | str | int | Decimal | bool | None

DEEPEST = 100  # nesting of mappings and lists
ALIASED = 10_000  # values that aliases (*name) may repeat, all together

_PLAIN = re.compile(  # one pattern: it is asked about every plain scalar
    r"(?P<null>null|Null|NULL|~|)"
    r"|(?P<true>true|True|TRUE)"
    r"|(?P<false>false|False|FALSE)"
    r"|(?P<whole>0|-?[1-9][0-9]{0,17})"
    r"|(?P<decimal>-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18})"
)
_SCALARS: Mapping[str, Callable[[str], Value]] = {
    "null": lambda _: None,
    "true": lambda _: True,
    "false": lambda _: False,
    "whole": int,
    "decimal": Decimal,
    "text": str,
}


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its value, and where every key and every value in it stands, by path."""

    file: str
    value: Value
    keys: Mapping[Path, Place] = field(repr=False)
    values: Mapping[Path, Place] = field(repr=False)

    def place(self, path: Path, *, of_key: bool = True) -> Place:
        """Line and column of the key at `path` (an item of a list: of the item), or of its nearest known parent."""
        first, second = (self.keys, self.values) if of_key else (self.values, self.keys)
        while path and path not in first and path not in second:
            path = path[:-1]
        return first.get(path) or second.get(path) or (1, 1)


class _Resolver:
    """Tags of what has no explicit tag: by the pattern for plain scalars, else text, list or mapping."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return "list" if kind is yaml.SequenceNode else "mapping"
        if value is None or not implicit[0]:
            return "text"
        plain = _PLAIN.fullmatch(value)
        return (plain.lastgroup if plain else None) or "text"


class PythonLoader(_Resolver, yaml.SafeLoader):
    """PyYAML's own parser with our resolver."""


Loader: type[Any] = PythonLoader
if yaml.__with_libyaml__:

    class CLoader(_Resolver, yaml.CSafeLoader):
        """libyaml's parser with our resolver: the same nodes, about ten times as fast."""

    Loader = CLoader


def read_yaml(text: str, *, file: str, trusted: bool = False) -> Document:
    """The one document in `text`; `file` is its name in messages. An empty text has the value None. `trusted`: a file
    of our own, which need not be looked through for what would harm the parser.

    Raises `SlaauditError`, codes `yaml_syntax`, `yaml_duplicate_key` and `yaml_not_supported`: tags, merge keys,
    several documents, keys that are not words, deeper than 100 levels, aliases that repeat too much.
    """
    if problem := unprintable(text, file):
        raise SlaauditError(problem)
    try:
        if not trusted:
            _check_events(text, file)
        root = Loader(text).get_single_node()
    except yaml.YAMLError as wrong:
        raise SlaauditError(explain(wrong, text, file)) from None
    reading = _Reading(file)
    value = reading.value(root, ()) if root is not None else None
    if reading.problems:
        raise SlaauditError(reading.problems)
    return Document(file, value, reading.keys, reading.values)


def _events(text: str) -> Iterator[yaml.Event]:
    loader = Loader(text)
    while loader.check_event():
        yield loader.get_event()


def _check_events(text: str, file: str) -> None:
    """Raises for a second document and for nesting that is too deep to compose."""
    depth = documents = 0
    for event in _events(text):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1 or depth > DEEPEST:
            what = "a second document starts here" if documents > 1 else f"nested more than {DEEPEST} levels deep"
            hint = "keep one document in a file; remove the line ---" if documents > 1 else "write it flatter"
            raise SlaauditError(_problem("yaml_not_supported", what, hint, file=file, place=_place(event)))


def _place(marked: Any) -> Place:
    return marked.start_mark.line + 1, marked.start_mark.column + 1


def _problem(code: str, what: str, hint: str, *, file: str, place: Place) -> Problem:
    return Problem(code=code, what=what, hint=hint, file=file, line=place[0], column_number=place[1])


@dataclass(slots=True)
class _Reading:
    """Nodes → values, places and problems. The only walk over the tree."""

    file: str
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    repeated: int = 0

    def value(self, node: yaml.Node, path: Path) -> Value:
        self._count(node, path)
        self.values[path] = _place(node)
        if node.tag == "mapping":
            return self._mapping(node, path)
        if node.tag == "list":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if node.tag not in _SCALARS:
            what = f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not used here"
            self._wrong(node, "yaml_not_supported", what, "put a text that starts with ! in quotes")
            return None
        return _SCALARS[node.tag](node.value)

    def _count(self, node: yaml.Node, path: Path) -> None:
        """Bounds what aliases can repeat: a few lines of them can stand for billions of values, or for themselves."""
        self.repeated += id(node) in self.seen
        self.seen.add(id(node))
        if self.repeated > ALIASED or len(path) > DEEPEST:
            self._wrong(node, "yaml_not_supported", "aliases (*name) repeat too much here", "write it without aliases")
            raise SlaauditError(self.problems)

    def _mapping(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if (key := self._key(key_node)) is None:
                continue
            here = (*path, key)
            if key in mapping:
                what = f"the key '{key}' is written twice, first in line {self.keys[here][0]}"
                self._wrong(key_node, "yaml_duplicate_key", what, "keep one of them")
                continue
            self.keys[here] = _place(key_node)
            mapping[key] = self.value(value_node, here)
        return mapping

    def _key(self, node: yaml.Node) -> str | None:
        """The key as written (`24`, `on`, `null` are words here), or None with a problem."""
        if node.tag == "text" and node.value == "<<" and not getattr(node, "style", None):
            what = "merge keys (<<) are not part of YAML 1.2"
            self._wrong(node, "yaml_not_supported", what, "write the keys out; a level can use based_on")
            return None
        if not isinstance(node, yaml.ScalarNode):
            self._wrong(node, "yaml_not_supported", "a key must be a word", "put texts with [ ] { } in quotes")
            return None
        return str(node.value)

    def _wrong(self, node: yaml.Node, code: str, what: str, hint: str) -> None:
        self.problems.append(_problem(code, what, hint, file=self.file, place=_place(node)))
