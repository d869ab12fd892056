"""Commands that are known by name and summary, and loaded only when they run: `--help` and completion stay quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple


class Later(NamedTuple):
    """A command: `module:name` of its function or group in this package, and what the help of its group shows."""

    home: str
    panel: str
    summary: str  # the first line of the docstring
    examples: str = "EXAMPLES"  # the name of its examples in that module
    hidden: bool = False  # the two that completion asks a command for

    def get_short_help_str(self, limit: int = 0) -> str:
        """The summary; it is short enough for every limit."""
        return self.summary

    def load(self) -> Any:
        """The command itself."""
        import typer

        from slaaudit.cli.declaring import command_of

        module_name, _, name = self.home.partition(":")
        module = import_module(f"slaaudit.cli.{module_name}")
        found = getattr(module, name)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        return command_of(found, panel=self.panel, examples=getattr(module, self.examples))


class Loaded(Mapping[str, Any]):
    """The commands themselves, by name, each loaded when it is first looked at."""

    def __init__(self, later: Mapping[str, Later]) -> None:
        self._later = later
        self._ready: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._ready:
            self._ready[name] = self._later[name].load()
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._later)

    def __len__(self) -> int:
        return len(self._later)
