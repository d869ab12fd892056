"""Whole stories of tickets of the sample data, compared byte by byte with `tests/goldens/explain/`.

`python tests/test_explain_goldens.py` writes them anew; look at the difference before you keep it.
"""

from __future__ import annotations

from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest

from slaaudit.explain import explain, json_of, md_of, text_of
from slaaudit.policy import Policy, load_policy
from slaaudit.sources import Export, read_export

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "goldens" / "explain"
WRITERS = {"txt": text_of, "md": md_of, "json": json_of}
# What is told: file name → ticket, metric (None: all of them).
STORIES = {
    "missed_first_reply.txt": ("HD-10008", "first_reply"),
    "pauses_weekends_and_a_holiday.txt": ("HD-10228", "resolution"),
    "reopened.txt": ("HD-10074", "resolution"),
    "level_change.txt": ("HD-10060", None),
    "chat.txt": ("HD-10022", "chat_answer"),
    "clocks_go_back.txt": ("HD-11498", "first_reply"),
    "clocks_went_back.txt": ("HD-11499", "first_reply"),
    "still_running.txt": ("HD-10016", "resolution"),
    "standing_still.txt": ("HD-10039", "resolution"),
    "solved_without_a_reply.txt": ("HD-10034", "first_reply"),
    "several_cycles.txt": ("HD-10228", "next_reply"),
    "excluded.txt": ("HD-10049", None),
    "no_level.txt": ("HD-10050", None),
    "rows_that_could_not_be_used.txt": ("HD-10470", "call_answer"),
    "everything.md": ("HD-11540", None),
    "chat.json": ("HD-10022", "chat_answer"),
}


@cache
def sample() -> tuple[Export, Policy]:
    policy = load_policy(ROOT / "policies" / "helpdesk.yaml")
    with chdir(ROOT):  # so that the names of the files are the same everywhere
        return read_export([Path("sample_data", "helpdesk")], timezone=policy.timezone), policy


def written(name: str) -> str:
    """The story as it should stand in the file of that name."""
    export, policy = sample()
    ticket, metric = STORIES[name]
    text = WRITERS[name.rpartition(".")[2]](explain(export, policy, ticket, metric=metric))
    return text.replace(policy.hash, "0" * 64).replace(policy.hash[:12], "0" * 12)


def test_every_golden_is_compared() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_stories_read_as_they_did(name: str) -> None:
    assert written(name) == (FOLDER / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in STORIES:
        (FOLDER / name).write_text(written(name), encoding="utf-8")
