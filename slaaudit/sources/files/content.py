"""The bytes of one input: unpacked within limits, recognised by what is in them, and decoded to UTF-8."""

from __future__ import annotations

import gzip
import io
import re
import stat
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from slaaudit.sources.files.encodings import decode, encoding_of
from slaaudit.sources.files.stopping import stop

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Kind = Literal["delimited", "json", "parquet", "excel"]
HEAD = 64 * 1024  # enough to recognise a format, and to sniff a delimiter
_PIECE = 8 * 1024 * 1024
UNPACKED_FREELY = 256 * 1024 * 1024  # bytes that may be unpacked whatever the ratio
UNPACKED_RATIO = 200  # beyond that, a file that unpacks to more than this many times its size is refused

_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_PICTURE = ("a picture", "export the tickets as CSV or JSON")
_FOREIGN = {
    b"PK\x03\x04": ("a zip archive", "unpack it, or save the sheet of a workbook as .xlsx or CSV (UTF-8)"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook (.xls)", "open it and save it as .xlsx, or the sheet as CSV (UTF-8)"),
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF8": _PICTURE,
    b"%PDF": ("a PDF document", "export the tickets as CSV or JSON"),
    b"BZh": ("packed with bzip2", "unpack it, or pack it with gzip or zstd"),
    b"\xfd7zXZ": ("packed with xz", "unpack it, or pack it with gzip or zstd"),
    b"SQLite": ("a database", "export the tickets as CSV or JSON"),
    b"<": ("XML or HTML", "export the tickets as CSV or JSON, or save the sheet as CSV (UTF-8)"),
}
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"  # what Freshdesk calls .xls
# YAML begins with a key on a line, whatever the file is called; no header of a table does
_FIRST_KEY = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*#[^\n]*\n|\s*\n|---[^\n]*\n)*[A-Za-z_]+:(?: [^,;\t|\r\n]*)?\r?\n")
_KEY = re.compile(rb"^([a-z]+):(?=\s)", re.MULTILINE)
_OF_A_POLICY = {b"policy", b"preset", b"metrics", b"levels", b"rules", b"calendars", b"states", b"timezone", b"exclude"}
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"})


@dataclass(frozen=True)
class Content:
    """What one input holds: `source` is a path (not yet in memory) or the unpacked bytes; `name` is for messages."""

    name: str
    source: Path | bytes
    kind: Kind

    @property
    def data(self) -> bytes:
        """All bytes, in memory."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()

    def pieces(self) -> BinaryIO:
        """The bytes as a stream, to be read piece by piece."""
        return io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")


def open_content(name: str, source: Path | bytes, *, encoding: str | None = None) -> Content:
    """The content of an input, unpacked if packed, as UTF-8 unless nothing but the whole text can tell.

    Raises `SlaauditError`: unreadable, empty, damaged or too large packing, not text, unknown `encoding`.
    """
    source = _unpacked(name, _readable(name, source))
    head = _head(name, source)
    if head.startswith(b"PAR1"):
        return Content(name, source, "parquet")
    if head.startswith(b"PK\x03\x04") and _is_workbook(source):
        return Content(name, source, "excel")
    known = encoding or encoding_of(head)
    if known is None and (found := foreign(name, head)):
        raise stop("unsupported_file", name, f"this file is {found[0]}, not a table", found[1])
    if known:
        source = decode(name, source if isinstance(source, bytes) else source.read_bytes(), known).encode()
        head = source[:HEAD]
    if not head.strip(b" \t\r\n\x00"):
        raise stop("empty_file", name, "the file is empty", "export it again; a table has at least a header row")
    return Content(name, source, "json" if head.lstrip()[:1] in (b"{", b"[") else "delimited")


def _readable(name: str, source: Path | bytes) -> Path | bytes:
    """`source`, but what the shell opened for us (`<(zcat x)`, /dev/stdin) as bytes; raises for pipes and devices."""
    if isinstance(source, bytes) or stat.S_ISREG(mode := source.stat().st_mode):
        return source
    if stat.S_ISFIFO(mode) and source.parent in (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")):
        return source.read_bytes()
    what = "this is a pipe" if stat.S_ISFIFO(mode) else "this is no file, but a folder or a device"
    raise stop("unreadable_file", name, what, "name a file, or read from a pipe as standard input (`-`)")


def _is_workbook(source: Path | bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _head(name: str, source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:HEAD]
    with source.open("rb") as file:
        return file.read(HEAD)


def foreign(name: str, head: bytes) -> tuple[str, str] | None:
    """What a file is that holds no table, and what to do about it; None: it may hold one. `head`: its first bytes."""
    found = next((words for magic, words in _FOREIGN.items() if head.lstrip().startswith(magic)), None)
    if found == _FOREIGN[b"<"] and _SPREADSHEET_XML in head:
        return "a workbook in XML (Excel 2003)", "open it and save it as .xlsx, or export the tickets as CSV"
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if found is None and controls > 16 and controls * 16 > len(head):
        return "binary data", "export the tickets as CSV or JSON"
    return found or _yaml(name, head)


def _yaml(name: str, head: bytes) -> tuple[str, str] | None:
    """What a YAML file is: a policy, a profile or neither."""
    if not _FIRST_KEY.match(head):
        return None
    keys = set(_KEY.findall(head))
    if {b"source", b"tables"} <= keys:
        return "a source profile", "give it with --source, and name the export"
    if keys & _OF_A_POLICY:
        return "a policy", "give it with --policy, and name the export"
    return ("YAML", "export the tickets as CSV or JSON") if name.lower().endswith((".yaml", ".yml")) else None


def is_packed(head: bytes) -> bool:
    """Whether the file is packed in a way that is unpacked here."""
    return any(head.startswith(magic) for magic in _PACKED)


def _unpacked(name: str, source: Path | bytes) -> Path | bytes:
    packing = next((p for magic, p in _PACKED.items() if _head(name, source).startswith(magic)), None)
    if packing is None:
        return source
    packed_size = len(source) if isinstance(source, bytes) else source.stat().st_size
    with _open_packed(packing, source) as stream:
        try:
            data = _read_within(stream, max(UNPACKED_FREELY, packed_size * UNPACKED_RATIO))
        except (EOFError, zlib.error, gzip.BadGzipFile, zstd.ZstdError):
            what = f"the {packing} packing is damaged or cut off"
            raise stop("damaged_packing", name, what, "copy or download the file again") from None
    if data is None:
        what = f"unpacks to more than {UNPACKED_RATIO} times its size"
        raise stop("unpacks_too_large", name, what, "if that is right, unpack it first and name the unpacked file")
    if any(data.startswith(magic) for magic in _PACKED):
        raise stop("unsupported_file", name, "this file is packed twice", "unpack it once")
    return data


def _open_packed(packing: str, source: Path | bytes) -> gzip.GzipFile | zstd.ZstdFile:
    raw: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    return gzip.GzipFile(fileobj=raw) if packing == "gzip" else zstd.ZstdFile(raw)


def _read_within(stream: gzip.GzipFile | zstd.ZstdFile, limit: int) -> bytes | None:
    """All bytes of the stream, or None when there are more than `limit`."""
    unpacked = bytearray()
    while piece := stream.read(_PIECE):
        unpacked += piece
        if len(unpacked) > limit:
            return None
    return bytes(unpacked)
