"""Commands are functions whose parameters are groups of options: here the groups become what typer knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer

from slaaudit.cli.help import Command
from slaaudit.cli.watching import timed

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_TIMINGS = inspect.Parameter(
    "timings",
    _KEYWORD,
    default=False,
    annotation=Annotated[bool, typer.Option("--timings", help="Seconds and memory of every stage.")],
)


def command_of(function: Callable[..., None], *, panel: str, examples: str) -> Any:
    """The command that runs `function`, whose parameters that are dataclasses stand for the options of their fields.

    It has the options of every command as well: `--timings`.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=Command, epilog=examples, rich_help_panel=panel)(_flattened(function))
    return typer.main.get_command(app)


def _flattened(function: Callable[..., None]) -> Callable[..., None]:
    groups: dict[str, Any] = {name: hint for name, hint in get_type_hints(function).items() if is_dataclass(hint)}

    def command(*, timings: bool, **values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        with timed(timings):
            function(**values)

    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        parameters += _parameters_of(groups[name]) if name in groups else [parameter.replace(kind=_KEYWORD)]
    parameters.append(_TIMINGS)
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def _parameters_of(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(field.name, _KEYWORD, default=_default_of(field), annotation=hints[field.name])
        for field in fields(group)
    ]


def _default_of(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is MISSING else field.default
