"""`import slaaudit` is cheap, and its names mean the same however they are reached."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import slaaudit

ROOT = Path(__file__).parent.parent


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_package_imports_nothing_else_of_it_and_nothing_that_is_installed() -> None:
    program = "import sys; import slaaudit; print(*sys.modules)"
    names = run(program).split()
    assert [name for name in names if name.startswith("slaaudit")] == ["slaaudit"]
    assert {"polars", "pydantic", "typer", "yaml"} & set(names) == set()


@pytest.mark.parametrize(
    "first",
    [
        "from slaaudit import audit",
        "import slaaudit.audit; from slaaudit import audit",
        "from slaaudit.audit import Audit; from slaaudit import audit",
        "import slaaudit; slaaudit.audit; import slaaudit.audit; audit = slaaudit.audit",
    ],
)
def test_audit_is_the_function_even_after_the_module_of_that_name_was_imported(first: str) -> None:
    assert run(f"{first}; import types; print(type(audit) is types.FunctionType)") == "True"


def test_every_public_name_is_there_and_listed() -> None:
    assert set(slaaudit.__all__) == {"Calendar", "__version__", "audit", "load_policy", "read_export"}
    assert set(slaaudit.__all__) <= set(dir(slaaudit))
    assert all(callable(getattr(slaaudit, name)) for name in slaaudit.__all__ if name != "__version__")


def test_a_name_that_is_not_there_is_said_so() -> None:
    with pytest.raises(AttributeError, match="module 'slaaudit' has no attribute 'adit'"):
        slaaudit.adit  # noqa: B018 - the access is the test
