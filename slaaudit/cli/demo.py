"""`slaaudit demo`: a first audit, of sample data that comes with the program."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from slaaudit.cli import reporting
from slaaudit.cli.options import Clocks, Gates, Grouping, Input, Judging, Output
from slaaudit.cli.terminal import say
from slaaudit.cli.watching import begin
from slaaudit.problems import Problem, SlaauditError
from slaaudit.visible import visible

EXAMPLES = """
slaaudit demo
slaaudit demo somewhere/else
"""
_PACKAGE = Path(__file__).parent.parent
_HOMES = (  # (sample, policy): in an installed package, in a checkout of the project
    (_PACKAGE / "demo" / "helpdesk", _PACKAGE / "demo" / "helpdesk.yaml"),
    (_PACKAGE.parent / "sample_data" / "helpdesk", _PACKAGE.parent / "policies" / "helpdesk.yaml"),
)
_EXPORTS = ("tickets.csv", "events.csv")
_POLICY = "slaaudit.yaml"  # so that commands in that folder find it by themselves
_SCHEMA = "slaaudit.schema.json"  # the policy tells editors that it is there


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to; nothing in it is overwritten.", show_default=True)
    ] = Path("slaaudit-demo"),
) -> None:
    """Write sample data and a policy into a folder, and audit it."""
    begin("sample")
    files = _written(folder)
    exports = [str(folder / name) for name in _EXPORTS]
    reporting.compliance(
        Input(exports=exports),
        Judging(policy=str(folder / _POLICY)),
        Grouping(per="total"),  # one screen
        Clocks(),
        output=Output(),
        gates=Gates(),
    )
    _say_what_next(folder, files)


def _written(folder: Path) -> list[Path]:
    from slaaudit.policy.schema import schema_text

    sample, policy = _home()
    origins = {folder / name: sample / name for name in _EXPORTS} | {folder / _POLICY: policy}
    written = [*origins, folder / _SCHEMA]
    if taken := [path for path in written if path.exists()]:
        what = f"{' and '.join(map(str, taken))} exist{'s' if len(taken) == 1 else ''} already"
        raise SlaauditError(Problem(code="would_overwrite", what=what, hint="name another folder: slaaudit demo DIR"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, origin in origins.items():
            shutil.copyfile(origin, path)
        (folder / _SCHEMA).write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        what = f"cannot write the sample into {folder}: {error.strerror}"
        raise SlaauditError(Problem(code="cannot_write", what=what, hint="name another folder")) from error
    return written


def _home() -> tuple[Path, Path]:
    for sample, policy in _HOMES:
        if policy.is_file() and sample.is_dir():
            return sample, policy
    what = "the sample data is missing from this installation"
    raise SlaauditError(Problem(code="no_sample", what=what, hint="install slaaudit again"))


def next_commands(folder: Path) -> list[tuple[str, str]]:
    """What to try after the demo: the command and what it shows."""
    return [
        (f"cd {folder}", ""),
        ("slaaudit log . --where outcome=missed --sort sla", "the missed ones, worst first"),
        ("slaaudit explain . HD-11540", "why this one is missed"),
        ("slaaudit compliance . --per quarter --by level", "who gets what was promised"),
        ("slaaudit compliance . -q --fail-under 95%", "for a nightly job"),
        ("slaaudit manual", "how to write a policy"),
    ]


def _say_what_next(folder: Path, files: list[Path]) -> None:
    say()
    say(visible(f"wrote {', '.join(map(str, files))}"))
    say("Change a promise in the policy and run it again, or try:")
    for command, purpose in next_commands(folder):
        say(visible(f"  {command:<50}{purpose}").rstrip())
