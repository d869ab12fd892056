"""The formats that reports can be written in. A format is a file of its name in this folder and a line here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from slaaudit.problems import Problem, SlaauditError, did_you_mean

if TYPE_CHECKING:
    from slaaudit.render.options import RenderOptions
    from slaaudit.reports.report import Report


class Renderer(Protocol):
    """What every format's file has as `render`."""

    def __call__(self, report: Report, options: RenderOptions, out: BinaryIO) -> None:
        """Writes the whole report as bytes."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the file extensions that mean it, whether a terminal can show it, and what it is for."""

    name: str
    extensions: tuple[str, ...]
    is_text: bool
    meaning: str

    @property
    def render(self) -> Renderer:
        """The format's renderer, imported when it is needed: rich and polars are slow to load."""
        return cast("Renderer", import_module(f"slaaudit.render.{self.name}").render)


_FORMATS = (
    Format("table", (".txt",), True, "for reading on a terminal; plain and complete when piped"),
    Format("csv", (".csv",), True, "for spreadsheets; comma-separated, quoted as in RFC 4180"),
    Format("tsv", (".tsv", ".tab"), True, "for cut and awk; tabs and line breaks in cells are written \\t, \\n, \\r"),
    Format("json", (".json",), True, "the rows with the account and notes, as one object"),
    Format("ndjson", (".ndjson", ".jsonl"), True, "the rows only, one object a line"),
    Format("md", (".md", ".markdown"), True, "for wikis, tickets and mails"),
    Format("parquet", (".parquet",), False, "for notebooks and warehouses; native types"),
)
FORMATS = {entry.name: entry for entry in _FORMATS}


def format_of(path: str | Path) -> str:
    """The name of the format that a file's extension means; raises `SlaauditError` for one that means none."""
    extension = Path(path).suffix.lower()
    for entry in _FORMATS:
        if extension in entry.extensions:
            return entry.name
    known = ", ".join(extension for entry in _FORMATS for extension in entry.extensions)
    reason = f"ends in '{extension}', which means no format" if extension else "has no extension"
    raise SlaauditError(
        Problem(code="unknown_format", what=f"-o {path} {reason}", hint=f"say it with -f, or use one of {known}")
    )


def named_format(name: str) -> Format:
    """The format of that name; raises `SlaauditError` naming the known ones."""
    if name in FORMATS:
        return FORMATS[name]
    hint = f"{did_you_mean(name, FORMATS)} known formats: {', '.join(FORMATS)}".strip()
    raise SlaauditError(Problem(code="unknown_format", what=f"there is no format '{name}'", hint=hint))
