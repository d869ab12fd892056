"""What `--help` looks like: options in panels, one line each, in plain text; rich would double the time to start."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, ClassVar

from typer.core import TyperCommand, TyperGroup

from slaaudit.cli.errors import errors_as_messages
from slaaudit.cli.later import Later, Loaded


class Command(TyperCommand):
    """A command whose help groups its options by panel."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The options; those of a line that is only completed keep what was typed: reading it would import pydantic."""
        params: list[Any] = super().get_params(ctx)
        if ctx.resilient_parsing:
            for param in params:
                param.process_value = _as_typed
        return params

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`[OPTIONS] EXPORT...`."""
        arguments = [param for param in self.params if param.param_type_name == "argument"]
        return ["[OPTIONS]", *(_argument(param) if param.required else f"[{_argument(param)}]" for param in arguments)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """One section a panel, one line an option."""
        _write_panels(self.get_params(ctx), formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, line by line as they are written."""
        _write_examples(self.epilog, formatter)


class Group(TyperGroup):
    """The application: its commands by panel, and the place where every error ends."""

    later: ClassVar[Mapping[str, Later]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = Loaded(self.later)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, in their order."""
        return list(self.later)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """As its parent does, by names and summaries alone: nothing is loaded."""
        loaded, self.commands = self.commands, self.later
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self.commands = loaded

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """One section a panel of commands, then the options."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.later.items():
            panels.setdefault(command.panel, []).append((name, command.summary))
        column = max(len(name) for rows in panels.values() for name, _ in rows)
        for panel, rows in panels.items():
            _write_section(panel, rows, column, formatter)
        _write_panels(self.get_params(ctx), formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, line by line as they are written."""
        _write_examples(self.epilog, formatter)

    def get_params(self, ctx: Any) -> list[Any]:
        """The options; a flag that nobody gave is False, or typer imports pydantic to find out what None means."""
        params = super().get_params(ctx)
        for param in params:
            if getattr(param, "is_flag", False) and param.default is None:
                param.default = False
        return params

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As its parent does, with errors as messages."""
        with errors_as_messages():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command, with errors as messages."""
        with errors_as_messages():
            return super().invoke(ctx)


def _as_typed(ctx: Any, value: Any) -> Any:
    return value


def _argument(param: Any) -> str:
    return f"{param.metavar}..." if param.nargs == -1 else str(param.metavar)


def _write_panels(params: list[Any], formatter: Any) -> None:
    panels: dict[str, list[tuple[str, str]]] = {}
    for param in params:
        if not getattr(param, "hidden", False):
            panels.setdefault(getattr(param, "rich_help_panel", None) or "Options", []).append(_line_of(param))
    column = max(len(name) for rows in panels.values() for name, _ in rows)
    for panel, rows in panels.items():
        _write_section(panel, rows, column, formatter)


def _write_section(title: str, rows: list[tuple[str, str]], column: int, formatter: Any) -> None:
    # not by the formatter's own list, whose columns differ from section to section
    hanging = " " * (column + 4)
    width = formatter.width + 2  # up to the edge
    with formatter.section(title):
        for name, text in rows:
            lines = textwrap.wrap(text, width, initial_indent=hanging, subsequent_indent=hanging)
            formatter.write("\n".join([f"  {name:<{column}}  {lines[0].lstrip()}", *lines[1:], ""]))


def _line_of(param: Any) -> tuple[str, str]:
    default = param.show_default if isinstance(param.show_default, str) else param.default
    shown = f" [{default}]" if isinstance(default, str) and default else ""
    if param.param_type_name == "argument":
        return _argument(param), f"{param.help}{shown}"
    names = ", ".join(sorted(param.opts, key=len)) + "".join(f"/{name}" for name in param.secondary_opts)
    metavar = "" if param.is_flag else f" {param.metavar}"
    return f"{names}{metavar}", f"{param.help}{shown}"


def _write_examples(examples: str | None, formatter: Any) -> None:
    if examples:
        with formatter.section("Examples"):
            formatter.write("".join(f"  {line}\n" for line in examples.strip().splitlines()))
