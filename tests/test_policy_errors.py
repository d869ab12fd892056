"""Every message about a policy: one small failing input each in `errors/policy`, and the exact text it gets."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from slaaudit import yaml_nodes
from slaaudit.policy import load_policy
from slaaudit.problems import SlaauditError

ZOO = Path(__file__).parent / "errors" / "policy"
INPUTS = sorted(ZOO.glob("*.yaml"))


def message_of(file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the user reads, with the file as it was named on the command line."""
    monkeypatch.chdir(file.parent)
    with pytest.raises(SlaauditError) as caught:
        load_policy(file.name)
    return f"{caught.value}\n"


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_each_wrong_policy_gets_exactly_its_message(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert message_of(file, monkeypatch) == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(ZOO.glob("yaml_*.yaml")), ids=lambda file: file.stem)
def test_yaml_mistakes_read_the_same_with_the_parser_written_in_python(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert yaml.__with_libyaml__, "the other test of this input would be this one"
    monkeypatch.setattr(yaml_nodes, "Loader", yaml_nodes.PythonLoader)
    assert message_of(file, monkeypatch) == file.with_suffix(".txt").read_text(encoding="utf-8")


def test_each_expected_text_has_its_input() -> None:
    assert sorted(file.with_suffix(".yaml") for file in ZOO.glob("*.txt")) == INPUTS
