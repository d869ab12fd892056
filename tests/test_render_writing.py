"""Writing: a file appears complete or not at all, and every refusal says what to do."""

import io
import os
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fake_audit import a_report

from slaaudit.problems import SlaauditError
from slaaudit.render import FORMATS, RenderOptions, csv, format_of, rendered, write

REPORT = a_report(pl.DataFrame({"ticket": ["T-1"]}))


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(**options: Any) -> str:
    with pytest.raises(SlaauditError) as caught:
        write(REPORT, **options)
    return str(caught.value)


def test_every_format_is_a_file_of_its_name_and_has_a_meaning_and_extensions() -> None:
    folder = Path(csv.__file__).parent
    assert list(FORMATS) == ["table", "csv", "tsv", "json", "ndjson", "md", "parquet"]
    for name, entry in FORMATS.items():
        assert (folder / f"{name}.py").is_file()
        assert entry.name == name
        assert entry.meaning
        assert entry.extensions


def test_an_extension_means_one_format() -> None:
    extensions = [extension for entry in FORMATS.values() for extension in entry.extensions]
    assert len(extensions) == len(set(extensions))
    assert {extension: format_of(f"a.b{extension}") for extension in extensions} == {
        ".txt": "table", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".json": "json", ".ndjson": "ndjson",
        ".jsonl": "ndjson", ".md": "md", ".markdown": "md", ".parquet": "parquet",
    }  # fmt: skip
    assert format_of(Path("REPORT.CSV")) == "csv"


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_what_rendered_gives_without_terminal_and_colours(name: str, tmp_path: Path) -> None:
    target = tmp_path / f"report{FORMATS[name].extensions[0]}"
    write(REPORT, output=target, options=RenderOptions(width=80, color=True))
    assert target.read_bytes() == rendered(REPORT, name)
    assert names(tmp_path) == [target.name]


def test_without_a_file_the_table_goes_to_stdout() -> None:
    out = io.BytesIO()
    write(REPORT, stdout=out)
    assert out.getvalue() == rendered(REPORT, "table")


def test_the_process_s_own_stdout_is_the_default(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write(REPORT, format="csv")
    assert capfdbinary.readouterr().out == b"ticket\nT-1\n"


def test_a_format_that_is_named_wins_over_the_extension(tmp_path: Path) -> None:
    write(REPORT, format="csv", output=tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_bytes() == b"ticket\nT-1\n"


def test_an_unknown_extension_is_refused_with_the_known_ones() -> None:
    assert refusal(output="report.xls") == (
        "error[unknown_format] -o report.xls ends in '.xls', which means no format\n"
        "    say it with -f, or use one of .txt, .csv, .tsv, .tab, .json, .ndjson, .jsonl, .md, .markdown, .parquet"
    )
    assert refusal(output="report").startswith("error[unknown_format] -o report has no extension\n")


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    assert refusal(format="parket") == (
        "error[unknown_format] there is no format 'parket'\n"
        "    did you mean 'parquet'? known formats: table, csv, tsv, json, ndjson, md, parquet"
    )


def test_parquet_is_not_for_a_terminal_but_for_a_pipe() -> None:
    message = refusal(format="parquet", stdout=Terminal())
    assert message == (
        "error[binary_on_terminal] parquet is binary: a terminal cannot show it\n"
        "    write it to a file: -o FILE.parquet"
    )
    pipe = io.BytesIO()
    write(REPORT, format="parquet", stdout=pipe)
    assert pipe.getvalue().startswith(b"PAR1")


def test_text_is_for_a_terminal() -> None:
    out = Terminal()
    write(REPORT, format="csv", stdout=out)
    assert out.getvalue() == b"ticket\nT-1\n"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "out.csv"
    folder.mkdir()
    assert refusal(output=folder) == (
        f"error[cannot_write] cannot write -o {folder}: it is a folder\n"
        "    name a file in a folder that exists and that you may write to"
    )


def test_a_folder_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "out.csv"
    assert refusal(output=target).startswith(f"error[cannot_write] cannot write -o {target}: No such file or directory")
    assert names(tmp_path) == []


def broken(report: Any, options: Any, out: Any) -> None:
    out.write(b"half a rep")
    raise BROKEN[0]


BROKEN: list[BaseException] = []


@pytest.mark.parametrize("error", [RuntimeError("defect"), KeyboardInterrupt()])
def test_a_failure_leaves_the_previous_file_and_nothing_else(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv, "render", broken)
    BROKEN[:] = [error]
    target = tmp_path / "report.csv"
    target.write_text("the old one")
    with pytest.raises(type(error)):
        write(REPORT, output=target)
    assert target.read_text() == "the old one"
    assert names(tmp_path) == ["report.csv"]


def test_a_full_disk_is_an_error_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "render", broken)
    BROKEN[:] = [OSError(28, "No space left on device")]
    target = tmp_path / "report.csv"
    assert refusal(output=target).startswith(f"error[cannot_write] cannot write -o {target}: No space left on device")
    assert names(tmp_path) == []


def test_a_closed_pipe_passes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "render", broken)
    BROKEN[:] = [BrokenPipeError()]
    with pytest.raises(BrokenPipeError):
        write(REPORT, format="csv", stdout=io.BytesIO())


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes and links")
def test_a_new_file_has_the_usual_mode_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    new, old, usual = tmp_path / "new.csv", tmp_path / "old.csv", tmp_path / "usual"
    usual.touch()
    old.touch(mode=0o600)
    for target in (new, old):
        write(REPORT, output=target)
    assert stat.S_IMODE(new.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes and links")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, None])
def test_while_it_is_written_nobody_may_read_a_file_who_may_not_read_it_in_the_end(
    mode: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(report: Any, options: Any, out: Any) -> None:
        meanwhile.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(".report.csv.*.tmp"))

    meanwhile: list[int] = []
    monkeypatch.setattr(csv, "render", told)
    target = tmp_path / "report.csv"
    if mode is not None:
        target.touch()
        target.chmod(mode)
    write(REPORT, output=target)
    final = stat.S_IMODE(target.stat().st_mode)
    assert (meanwhile, final) == (([final], final) if mode is None else ([0o600], mode))


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes and links")
def test_a_link_stays_a_link_and_a_device_stays_a_device(tmp_path: Path) -> None:
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    target.touch()
    link.symlink_to(target)
    write(REPORT, output=link)
    assert link.is_symlink()
    assert target.read_bytes() == b"ticket\nT-1\n"
    write(REPORT, format="csv", output="/dev/null")
    assert not Path("/dev/null").is_file()
