"""`slaaudit manual`: the long documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slaaudit.cli import terminal
from slaaudit.cli.terminal import tell
from slaaudit.cli.watching import begin
from slaaudit.problems import Problem, SlaauditError, did_you_mean

EXAMPLES = """
slaaudit manual
slaaudit manual decisions | less
"""
FOLDER = Path(__file__).parent.parent / "manual"
SYSTEMS = FOLDER / "systems"  # one page for each help desk, made from its profile
_WIDEST = 100


def manual(
    topic: Annotated[str | None, typer.Argument(metavar="TOPIC", help="What to read about; none lists them.")] = None,
) -> None:
    """Print a topic of the manual, or the list of topics."""
    begin("page")
    if topic is None:
        _list_topics()
    elif terminal.is_terminal():
        _show(_text_of(topic))
    else:
        tell(_text_of(topic).rstrip("\n"))


def _topics(folder: Path = FOLDER) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def _list_topics() -> None:
    topics, systems = _topics(), _topics(SYSTEMS)
    column = max(map(len, (*topics, *systems)), default=0)
    for name, path in topics.items():
        tell(f"{name:{column}}  {_title(path)}")
    tell("\nHelp desks:\n")
    for name, path in systems.items():
        tell(f"{name:{column}}  {_title(path)}")
    tell("\nRead one: slaaudit manual TOPIC")


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next(lines, "").lstrip("# ").strip()


def _text_of(topic: str) -> str:
    topics = _topics() | _topics(SYSTEMS)
    name = topic.lower().removesuffix(".md")
    if name not in topics:
        known = f"known topics: {', '.join(_topics())}; help desks: {', '.join(_topics(SYSTEMS))}"
        hint = f"{did_you_mean(name, topics)} {known}".strip()
        raise SlaauditError(Problem(code="unknown_topic", what=f"the manual has no topic '{topic}'", hint=hint))
    return topics[name].read_text(encoding="utf-8")


def _show(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    columns = min(terminal.width() or _WIDEST, _WIDEST)
    Console(width=columns, no_color=not terminal.has_color()).print(Markdown(text))
