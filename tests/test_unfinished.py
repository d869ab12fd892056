"""What is unfinished is gone when its block ends, and when the process is ended."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from threading import RLock

import pytest

from slaaudit import unfinished as module
from slaaudit.unfinished import has_no_room, in_place, keep_track, made_folder, opened, remove, remove_all, unfinished


@pytest.fixture(autouse=True)
def nothing_unfinished_and_a_lock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_lock", RLock())  # `remove_all` keeps it for ever
    monkeypatch.setattr(module, "_paths", set())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_put_in_place_stays_and_one_that_is_not_goes(tmp_path: Path) -> None:
    for name in ("done", "given_up"):
        temporary = tmp_path / f"{name}.tmp"
        with unfinished(temporary):
            with opened(temporary) as out:
                out.write(b"text")
            if name == "done":
                in_place(temporary, tmp_path / name)
    assert names(tmp_path) == ["done"]


def test_a_folder_goes_with_all_that_is_in_it_also_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), unfinished(tmp_path / "buckets"):
        made_folder(tmp_path / "buckets")
        (tmp_path / "buckets" / "7").mkdir()
        (tmp_path / "buckets" / "7" / "events.parquet").write_bytes(b"PAR1")
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_block_that_made_nothing_ends_like_any_other(tmp_path: Path) -> None:
    with unfinished(tmp_path / "never"):
        pass
    assert names(tmp_path) == []


def test_the_end_of_the_process_removes_all_that_is_unfinished_and_nothing_else(tmp_path: Path) -> None:
    for name in ("kept", "forgotten", "file"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").write_text("inner")
    for name in ("forgotten", "file", "folder", "never_made"):
        keep_track(tmp_path / name)
    remove(tmp_path / "forgotten")
    (tmp_path / "forgotten").write_text("a new file of that name")
    remove_all()
    assert names(tmp_path) == ["forgotten", "kept"]


def test_a_link_to_a_folder_is_removed_and_the_folder_is_not(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    keep_track(tmp_path / "link")
    remove_all()
    assert names(tmp_path) == ["precious"]


def test_what_cannot_be_made_is_the_only_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="mkdir"), unfinished(tmp_path / "file" / "buckets"):
        try:
            made_folder(tmp_path / "file" / "buckets")
        except OSError as error:
            raise NotADirectoryError("mkdir") from error


@pytest.mark.parametrize(("failure", "is_so"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False)])
def test_a_folder_has_no_room_when_a_small_file_does_not_fit(
    failure: int, is_so: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_no_room(tmp_path) is False

    def refused(path: Path, mode: int) -> io.BytesIO:
        path.touch()
        raise OSError(failure, "in other words")

    monkeypatch.setattr(module, "opened", refused)
    assert has_no_room(tmp_path) is is_so
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
def test_nobody_else_may_look_into_a_folder_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        made_folder(tmp_path / "buckets")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "buckets").stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
@pytest.mark.parametrize(
    ("umask", "wanted", "mode"), [(0o022, 0o666, 0o644), (0o077, 0o666, 0o600), (0o022, 0o600, 0o600)]
)
def test_a_file_has_what_the_umask_leaves_of_its_mode(umask: int, wanted: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        opened(tmp_path / "file", wanted).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
