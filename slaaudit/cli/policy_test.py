"""`slaaudit policy test`: the cases of a policy, run."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slaaudit.cli.terminal import tell
from slaaudit.cli.values import Mistakes, known_words
from slaaudit.cli.watching import begin
from slaaudit.problems import Problem, SlaauditError, did_you_mean

if TYPE_CHECKING:
    from slaaudit.cases.report import FileResult

EXAMPLES = """
slaaudit policy test policies/acme.test.yaml
slaaudit policy test policies/ --filter holiday
slaaudit policy test 'policies/**/*.test.yaml' -f json | jq .failed
"""
ENDINGS = (".test.yaml", ".test.yml")
FORMATS = ("text", "json")
FAILED = 1


def test(
    paths: Annotated[
        list[str], typer.Argument(metavar="CASES", help="Files of cases (*.test.yaml), folders or globs.")
    ],
    wanted: Annotated[
        str, typer.Option("--filter", metavar="TEXT", help="Only cases with this in their names, in any case.")
    ] = "",
    output: Annotated[str, typer.Option("-f", "--format", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """Run the cases of policies: stories of tickets, and their verdicts.

    A case that fails is shown with what was expected, what came, and what
    happened when. Exit 1 if one fails, 2 if a file is wrong, else 0.
    """
    mistakes = Mistakes()
    known_words("--format", [output], FORMATS, mistakes)
    files = mistakes.of(lambda: find_cases(paths)) or []
    mistakes.raise_if_any()
    results = _results(files, wanted, mistakes)
    begin("writing")
    _report(results, output)
    mistakes.raise_if_any()
    if any(each.failed for each in results):
        raise typer.Exit(FAILED)


def find_cases(paths: Sequence[str]) -> list[str]:
    """The files of cases that are meant, each once; those of folders and globs by name.

    Raises `SlaauditError` with every path that leads to none.
    """
    found: dict[Path, str] = {}
    problems: list[Problem] = []
    for path in paths:
        files = _found(path)
        found |= {Path(file).resolve(): file for file in files if Path(file).resolve() not in found}
        problems += [] if files else [_nothing(path)]
    if problems:
        raise SlaauditError(problems)
    return list(found.values())


def _found(path: str) -> list[str]:
    if not path.strip():
        return []
    if Path(path).is_dir():
        return sorted(str(file) for file in Path(path).rglob("*") if file.is_file() and file.name.endswith(ENDINGS))
    if Path(path).exists():
        return [_cases_of(path)]
    found = glob.glob(path, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute patterns
    files = sorted(name for name in found if Path(name).is_file())
    return [name for name in files if name.endswith(ENDINGS)] or files  # policies/* means the cases in there


def _cases_of(path: str) -> str:
    """The file itself; of a policy, the cases next to it: `acme.test.yaml` of `acme.yaml`."""
    if path.endswith(ENDINGS):
        return path
    cases = Path(path).with_suffix(f".test{Path(path).suffix}")
    return str(cases) if cases.is_file() else path


def _nothing(path: str) -> Problem:
    named = "cases are files whose names end in .test.yaml"
    if not path.strip():
        return Problem(code="no_name", what="the name of a file of cases is empty", hint="name files, folders or globs")
    if Path(path).is_dir():
        return Problem(code="no_cases", what="there are no cases in this folder", hint=named, file=path)
    if glob.has_magic(path):
        return Problem(code="no_such_file", what="no file fits this pattern", hint="check the path", file=path)
    parent = Path(path).parent
    siblings = [file.name for file in parent.iterdir()] if parent.is_dir() else []
    hint = did_you_mean(Path(path).name, siblings) or "check the path"
    return Problem(code="no_such_file", what="there is no such file", hint=hint, file=path)


def _results(files: Sequence[str], wanted: str, mistakes: Mistakes) -> list[FileResult]:
    """The results of every file that is sound; what is wrong with the others is noted."""
    from slaaudit.cases import run_cases
    from slaaudit.cases.report import FileResult

    results: list[FileResult] = []
    for file in files:
        begin(f"cases of {file}")
        ran = mistakes.of(lambda file=file: run_cases(file))  # type: ignore[misc]  # binds this round's file
        if ran is not None:
            results.append(
                FileResult(file, tuple(each for each in ran if wanted.casefold() in each.case.name.casefold()))
            )
    if not mistakes and not any(each.results for each in results):
        mistakes.note("no_cases", f"no case has '{wanted}' in its name", "leave --filter out to run all of them")
    return [each for each in results if each.results]


def _report(results: Sequence[FileResult], output: str) -> None:
    from slaaudit.cases.report import json_of, text_of

    if results or output == "json":
        tell(json_of(results) if output == "json" else text_of(results))
