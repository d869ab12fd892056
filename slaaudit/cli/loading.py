"""What a command works on: the policy and the export."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from slaaudit.cli.values import NOW, Mistakes, column_map, moment
from slaaudit.problems import Problem, SlaauditError

if TYPE_CHECKING:
    from datetime import datetime

    from slaaudit.buckets.reading import Asked
    from slaaudit.cli.options import Input, Judging
    from slaaudit.policy import Policy
    from slaaudit.sources import Export
    from slaaudit.stages import Watch

POLICY_NAMES = ("slaaudit.yml", "slaaudit.yaml")


def check(source: Input, judging: Judging, mistakes: Mistakes) -> None:
    """Note what is wrong with the options, before anything is read."""
    if not all(name.strip() for name in (*source.exports, *source.events)):
        # an unset variable in a script; as a path it would mean this folder
        mistakes.note(
            "no_name", "the name of an export is empty", "name files, globs, folders, or - for standard input"
        )
    column_map(source.column_map, mistakes)
    if judging.as_of and judging.as_of.strip() != NOW:
        moment("--as-of", judging.as_of, mistakes)


def policy_file(given: str | None) -> Path:
    """The policy to judge by: what was given, SLAAUDIT_POLICY, or the nearest slaaudit.yml or slaaudit.yaml."""
    if named := given or os.environ.get("SLAAUDIT_POLICY"):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in POLICY_NAMES:
            if (folder / name).is_file():
                return folder / name
    what = "there is no policy: no -p, no SLAAUDIT_POLICY, and no slaaudit.yml in this folder or one above"
    hint = "name one with -p FILE, or look at a small one first: slaaudit demo"
    raise SlaauditError(Problem(code="no_policy", what=what, hint=hint))


def policy_of(judging: Judging, watch: Watch) -> Policy:
    """The policy to judge by, read and checked."""
    from slaaudit.policy import load_policy

    watch("policy", None)
    return load_policy(policy_file(judging.policy))


def policy_name(given: str | None) -> str:
    """The policy to judge by, as messages name it: from here if it lies in this folder."""
    path, here = policy_file(given), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def export_of(source: Input, policy: Policy, watch: Watch | None = None, stdin: bytes | None = None) -> Export:
    """As `read`, times whose zone nobody else says read in the zone of the policy."""
    return read(source, policy.timezone, watch, stdin)


def read(source: Input, fallback_timezone: str, watch: Watch | None = None, stdin: bytes | None = None) -> Export:
    """What the export options name, times whose zone nobody else says read in `fallback_timezone`.

    `stdin`: what `standard_input` gives, if it was read already.
    """
    from slaaudit.sources import read_export
    from slaaudit.stages import unwatched

    watch = watch or unwatched
    return read_export(
        source.exports,
        **reading(source),
        timezone=source.timezone,
        fallback_timezone=fallback_timezone,
        stdin=BytesIO(standard_input(source, watch) if stdin is None else stdin),
        watch=watch,
    )


def standard_input(source: Input, watch: Watch) -> bytes:
    """What standard input holds, read before any file if it is an export: whoever writes to it may take long."""
    from slaaudit.sources.files.inputs import STDIN
    from slaaudit.stages import READING

    if STDIN not in source.exports:
        return b""
    watch(f"{READING} {STDIN}", None)
    return sys.stdin.buffer.read()


def asked(source: Input, policy: Policy, stdin: bytes) -> Asked:
    """As `export_of`, for an audit in buckets: what is to be read."""
    from slaaudit.buckets.reading import Asked

    return Asked(
        paths=source.exports,
        **reading(source),
        timezone=source.timezone,
        fallback_timezone=policy.timezone,
        stdin=BytesIO(stdin),
    )


class Reading(TypedDict):
    """What the export options say of how files are read, zones and standard input aside."""

    events: list[str]
    source: str | None
    column_map: dict[str, str]
    day_first: bool | None
    encoding: str | None


def reading(source: Input) -> Reading:
    """The options that every reader of an export takes."""
    return Reading(
        events=source.events,
        source=source.source,
        column_map=column_map(source.column_map, Mistakes()),
        day_first=source.day_first,
        encoding=source.encoding,
    )


def as_of_instant(text: str | None, timezone: str) -> datetime | None:
    """What `--as-of` says; None when it is not given."""
    from datetime import UTC, datetime, timedelta

    from slaaudit.conditions.operands import as_span
    from slaaudit.zones import EPOCH

    if text is None:
        return None
    if text.strip() == NOW:
        return datetime.now(UTC)
    starts, _ = as_span(text.strip(), timezone)
    return EPOCH + timedelta(microseconds=starts)
