"""The presets as tables of Markdown for the manual, made from their files and the comments in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill
from typing import Any

from slaaudit.markdown import markdown_table
from slaaudit.policy.presets import load_preset, preset_names, preset_text
from slaaudit.policy.resolved import Path
from slaaudit.yaml_nodes import read_yaml

SLAAUDIT: dict[Path, Any] = {("rules_on",): ["created", "changed"], ("on_level_change",): "retarget"}
_COMMENT = re.compile(r"\s{2}# (?P<why>.*?) \[(?P<how>V|Vp|U)(?: (?P<tags>[^\]]+))?\]$")
_WIDEST_CHANGE = 22
_WIDTH = 88
_NO_BREAK = "\x00"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a preset: what it changes from what to what, why, and where that was read.

    `path` leads to the value in the preset's file, `ours` is slaaudit's own one (None: there is none). `how` is V (read
    in the sources named by `tags`), Vp (in part) or U (not verified); without a comment on its line it is empty.
    """

    path: Path
    ours: Any
    theirs: Any
    why: str
    how: str
    tags: tuple[str, ...]

    @property
    def key(self) -> str:
        """`first_reply.on_solved`, `states.pending`, `rules_on`."""
        return ".".join(str(step) for step in self.path if step != "metrics")


def differences(name: str) -> tuple[Difference, ...]:
    """What a preset changes, line by line, in the order of its file."""
    text = preset_text(name)
    document = read_yaml(text, file=f"{name}.yaml")
    lines = text.splitlines()
    ours = _own_values()
    return tuple(
        _difference(path, ours.get(path), value, lines[document.place(path)[0] - 1])
        for path, value in _changes(document.value)
    )


def _changes(content: Any) -> Iterator[tuple[Path, Any]]:
    """Path and value of each setting of a preset's file."""
    for key in ("rules_on", "on_level_change"):
        if key in content:
            yield (key,), content[key]
    for state, words in content.get("states", {}).items():
        yield ("states", state), words
    for metric, keys in content.get("metrics", {}).items():
        for key, value in keys.items():
            yield ("metrics", metric, key), value


def _own_values() -> dict[Path, Any]:
    text = files("slaaudit.policy").joinpath("metrics.yaml").read_text(encoding="utf-8")
    metrics: Any = read_yaml(text, file="metrics.yaml").value
    return SLAAUDIT | {("metrics", name, key): value for name, keys in metrics.items() for key, value in keys.items()}


def _difference(path: Path, ours: Any, theirs: Any, line: str) -> Difference:
    found = _COMMENT.search(line)
    if found is None:
        return Difference(path, ours, theirs, "", "", ())
    tags = tuple((found["tags"] or "").split(", ")) if found["tags"] else ()
    return Difference(path, ours, theirs, found["why"], found["how"], tags)


def clocks_tables() -> str:
    """Which metrics each system has, and what it calls them: two tables, for the width."""
    names = preset_names()
    half = (len(names) + 1) // 2
    return "\n\n".join(_clocks_table(part) for part in (names[:half], names[half:]))


def _clocks_table(names: tuple[str, ...]) -> str:
    presets = [load_preset(name) for name in names]
    metrics = [path[1] for path in _own_values() if path[-1] == "title"]
    rows = [[f"`{metric}`", *(preset.clocks.get(str(metric), "") for preset in presets)] for metric in metrics]
    return markdown_table(["metric", *(preset.title for preset in presets)], rows)


def differences_table() -> str:
    """Every line of every preset, with what slaaudit does without it, and why."""
    rows: list[list[str]] = []
    for name in preset_names():
        rows.append([f"**{name}**", load_preset(name).title, ""])
        rows += [[f"`{each.key}`", _change(each), _why(each)] for each in differences(name)]
    return markdown_table(["preset, key", "slaaudit → preset", "why [source]"], rows)


def _change(difference: Difference) -> str:
    """`stop` → `discard`; conditions on events are too long for a cell."""
    if difference.path[-1] in ("start", "stop"):
        return "other events"
    if difference.path[-1] == "needs":
        added = [word for word in difference.theirs if word not in difference.ours]
        return f"and `{', '.join(added)}`"
    theirs = f"`{_words(difference.theirs)}`"
    change = theirs if difference.ours is None else f"`{_words(difference.ours)}` → {theirs}"
    return change if len(change) <= _WIDEST_CHANGE else theirs


def _words(value: Any) -> str:
    """`pending, on_hold` for a pause by state; of a list of words as many as there is room for."""
    value = value["state"] if isinstance(value, dict) and set(value) == {"state"} else value
    words = [str(word) for word in value] if isinstance(value, list) else [str(value)]
    shown = ", ".join(words)
    return shown if len(shown) <= _WIDEST_CHANGE - 2 else f"{words[0]}, …"


def _why(difference: Difference) -> str:
    tags = f" {', '.join(difference.tags)}" if difference.tags else ""
    return f"{difference.why} [{difference.how}{tags}]"


def not_covered_list() -> str:
    """What of its rules each preset leaves out, one list per preset."""
    blocks = []
    for name in preset_names():
        items = [_item(each) for each in load_preset(name).not_covered]
        blocks.append("\n".join([f"**{name}**", "", *items]))
    return "\n\n".join(blocks)


def _item(text: str) -> str:
    """The text as an item of a list, wrapped; a source in brackets stays on one line."""
    together = re.sub(r"\[[^\]]+\]", lambda found: found[0].replace(" ", _NO_BREAK), text)
    wrapped = fill(together, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
    return wrapped.replace(_NO_BREAK, " ")


def sources_table() -> str:
    """What the tags of each preset stand for."""
    rows: list[list[str]] = []
    for name in preset_names():
        rows.append([f"**{name}**", ""])
        rows += [[tag, where] for tag, where in load_preset(name).source.items()]
    return markdown_table(["tag", "where"], rows)
