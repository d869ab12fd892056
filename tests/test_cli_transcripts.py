"""Every recorded session of the command line still goes as it is written, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript import UPDATE, read_transcript, replay

HERE = Path(__file__).parent
SESSIONS = sorted([*(HERE / "transcripts").glob("*.txt"), *(HERE / "errors" / "cli").glob("*.txt")])


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_session_goes_as_it_is_written(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = read_transcript(path)
    happened = replay(written, tmp_path, monkeypatch)
    if UPDATE:
        path.write_text(happened.text(), encoding="utf-8")
    assert happened.text() == written.text()


def test_there_are_sessions() -> None:
    assert len(SESSIONS) > 20
