"""The tree keeps its own rules: lint, format, types, layers, sizes, and what must not occur in it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "slaaudit"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300  # lines of a module

# Bottom first: a module or package imports from those before it, never from those after it. The imports of
# type checkers do not count: a report says that it takes an Audit, and needs none of its code.
LAYERS = (
    "problems", "visible", "markdown", "stages", "threads", "unfinished", "frames", "zones", "durations",
    "calendars", "yaml_mistakes", "yaml_nodes", "conditions", "policy", "sources",
    "account", "reports", "engine", "audit", "occurrences", "render", "explain", "inspecting", "starting",
    "parts", "buckets", "cases", "cli", "__main__",
)  # fmt: skip
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
}
ROW_LOOPS = {"map_elements", "map_rows", "iter_rows"}
ALLOWED_LOOPS = {
    "terminal.py": {"iter_rows"},  # rich takes a table row by row
    "date_layouts.py": {"iter_rows"},  # over a handful of ways to write a date
}


def run(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", *words], check=False, capture_output=True, text=True, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


def test_the_linter_finds_nothing() -> None:
    code, said = run("ruff", "check", "--quiet", "--output-format", "concise", ".")
    assert code == 0, said


def test_everything_is_formatted() -> None:
    code, said = run("ruff", "format", "--check", "--quiet", "--output-format", "concise", ".")
    assert code == 0, said


def test_the_types_are_right() -> None:
    code, said = run("mypy", "--strict", "--no-error-summary", "slaaudit")
    assert code == 0, said


def offenders(found: Callable[[Path], object]) -> dict[str, object]:
    """Module → what was found in it, of those in which something was."""
    return {str(path.relative_to(ROOT)): wrong for path in MODULES if (wrong := found(path))}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert offenders(lambda path: lengths[path] * (lengths[path] > LONGEST)) == {}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports_of(path: Path) -> Iterator[str]:
    """The parts of the package that a module imports when it runs, at its top or inside functions."""
    tree = parsed(path)
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    for_types = {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.ImportFrom) and node.module == "slaaudit":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("slaaudit."):
            yield (node.module or "").split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("slaaudit."))


def test_every_layer_is_listed_and_every_listed_one_exists() -> None:
    assert {layer_of(path) for path in MODULES} - {"__init__"} == set(LAYERS)


def test_imports_go_down_only() -> None:
    def upwards(path: Path) -> set[str]:
        own = LAYERS.index(layer_of(path)) if layer_of(path) in LAYERS else -1
        return set(imports_of(path)) - {"__version__", *LAYERS[: own + 1]}

    assert offenders(upwards) == {}


def calls_in(path: Path) -> Iterator[ast.Attribute]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func


def test_only_the_command_line_reads_the_wall_clock() -> None:
    def reads(path: Path) -> set[str]:
        named = {f"{ast.unparse(call.value).split('.')[-1]}.{call.attr}" for call in calls_in(path)}
        return named & CLOCKS if layer_of(path) != "cli" else set()

    assert offenders(reads) == {}


def test_no_loop_goes_over_rows() -> None:
    assert (
        offenders(lambda path: {call.attr for call in calls_in(path)} & ROW_LOOPS - ALLOWED_LOOPS.get(path.name, set()))
        == {}
    )


def test_the_command_line_imports_only_typer_at_the_top() -> None:
    light = {"typer", "slaaudit.cli", "slaaudit.problems", "slaaudit.stages", "slaaudit.visible"}

    def heavy(path: Path) -> set[str]:
        body = parsed(path).body
        named = {node.module or "" for node in body if isinstance(node, ast.ImportFrom)} - {"slaaudit"}
        named |= {alias.name for node in body if isinstance(node, ast.Import) for alias in node.names}
        named = {".".join(name.split(".")[: 2 if name.startswith("slaaudit") else 1]) for name in named}
        return named - light - sys.stdlib_module_names if layer_of(path) == "cli" else set()

    assert offenders(heavy) == {}


def test_the_readme_and_the_ci_run_the_same_commands_for_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    command = script.read_text(encoding="utf-8").splitlines()[-1]
    assert command == "pip install -q -e '.[test]' && python -m pytest"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
