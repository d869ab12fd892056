"""`slaaudit explain`: the story of one ticket."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slaaudit.cli import loading, publishing, terminal
from slaaudit.cli.options import Input, Judging
from slaaudit.cli.terminal import closed_pipe_is_quiet, say
from slaaudit.cli.values import Mistakes, known_words
from slaaudit.cli.watching import Watcher
from slaaudit.visible import visible

if TYPE_CHECKING:
    from slaaudit.explain import Explanation

EXAMPLES = """
slaaudit explain exports/ -p policy.yaml T-17
slaaudit explain tickets.csv events.csv T-17 --metric first_reply
slaaudit explain exports/ T-17 -o T-17.md
slaaudit explain exports/ T-17 -f json | jq '.clocks[].sentence'
"""
_FORMATS = {"text": ".txt", "json": ".json", "md": ".md"}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Of what the story tells, and where it goes."""

    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", metavar="METRIC", help="Only its clocks: first_reply, resolution, …", rich_help_panel="Report"
        ),
    ] = None
    format: Annotated[
        str | None,
        typer.Option("-f", "--format", metavar="FORMAT", help="text, json or md. [text]", rich_help_panel="Output"),
    ] = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Into a file; its extension is the format. [stdout]",
            rich_help_panel="Output",
        ),
    ] = None
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours, as with NO_COLOR set.", rich_help_panel="Output")
    ] = False

    @property
    def file(self) -> str | None:
        """The file to write; None, also for `-`, is stdout."""
        return None if self.output == "-" else self.output


def explain(
    source: Input,
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help="Its id, as in the export.", rich_help_panel="Input")],
    judging: Judging,
    telling: Telling,
) -> None:
    """Tell the story of one ticket: its rules, its clocks, and why.

    Its rules, its levels over time, and of each clock what counted, paused and
    was closed, when it was due, and the verdict in a sentence.
    """
    from slaaudit.explain import explain as explained
    from slaaudit.explain import metrics_told

    mistakes = Mistakes()
    loading.check(source, judging, mistakes)
    publishing.check_targets({"-o": telling.file}, source, judging, mistakes)
    format_ = _format(telling, mistakes)
    mistakes.raise_if_any()
    with Watcher() as watch:
        policy = loading.policy_of(judging, watch)
        metrics_told(policy, telling.metric)  # before a large export is read
        export = loading.export_of(source, policy, watch)
        watch("story")
        as_of = loading.as_of_instant(judging.as_of, policy.timezone)
        story = explained(export, policy, ticket, metric=telling.metric, as_of=as_of)
        watch("writing")
        watch.hush()
        _write(story, format_, telling)


def _format(telling: Telling, mistakes: Mistakes) -> str:
    """The format that was asked for, or that the file's extension means."""
    if telling.format:
        known_words("--format", [telling.format], tuple(_FORMATS), mistakes)
        return telling.format
    if not telling.file:
        return "text"
    extension = Path(telling.file).suffix.lower()
    named = [name for name, known in _FORMATS.items() if known == extension]
    if not named:
        what = f"-o {telling.file}: its extension means none of the formats"
        mistakes.note("unknown_format", what, f"say it with -f, or use one of {', '.join(_FORMATS.values())}")
    return named[0] if named else "text"


def _write(story: Explanation, format_: str, telling: Telling) -> None:
    from slaaudit.render.writing import whole_file

    if telling.file is None:
        with closed_pipe_is_quiet(sys.stdout):
            sys.stdout.buffer.write(_rendered(story, format_, telling).encode())
            sys.stdout.buffer.flush()
        return
    with whole_file(Path(telling.file)) as out:
        out.write(_rendered(story, format_, telling).encode())
    say(visible(f"wrote the story of {story.ticket['ticket_id']} to {telling.file}"))


def _rendered(story: Explanation, format_: str, telling: Telling) -> str:
    from slaaudit.explain import json_of, md_of, text_of

    if format_ == "json":
        return json_of(story)
    if format_ == "md":
        return md_of(story)
    is_page = telling.file is None
    color = is_page and terminal.has_color(no_color=telling.no_color)
    return text_of(story, width=terminal.width() if is_page else None, color=color)
