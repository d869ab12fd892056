"""The place of a row in its file, and of a file among the others, means nothing; and `--strict` allows no bad row."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from source_oracle import Row
from strategies import effort
from test_source_laws_accounts import SOUND, Rows, exports, read, written
from typer.testing import CliRunner

from slaaudit.audit import audit
from slaaudit.cli.app import app
from slaaudit.policy import loads_policy
from slaaudit.sources import Export

POLICY = """
policy: P
levels: {a: {targets: {first_reply: 1h, next_reply: 1h, resolution: 3h, requester_wait: 1h, first_assign: 1h}}}
rules: [{level: a}]
"""
LATER = {"comments.csv": "00Z", "history.csv": "01Z", "log.csv": "02Z"}  # nothing happens at once in two files


def ordered(name: str, number: int, row: Row | None) -> Row | None:
    """The row with a number of its own where it has one, and one name for each user: so all order is told."""
    if row is None or name == "users.csv":
        return row and {**row, "Name": row["User"], "Role": "agent"}
    key, at = ("Version" if name == "log.csv" else "Seq"), ("Written" if name == "comments.csv" else "Changed")
    told = {at: row[at].replace("00Z", LATER[name])} if name in LATER else {}
    return {**row, **told, **({key: str(number)} if row.get(key, "").isdigit() else {})}


def said(export: Export, policy: str = POLICY) -> list[object]:
    words = export.problems.select("code", "column", "value", "rejected").sort(pl.all()).rows()
    log = audit(export, loads_policy(policy)).log()
    tickets = export.tickets.drop("source_row")
    return [
        tickets.select(sorted(tickets.columns)).rows(),
        export.events.drop("seq").rows(),
        export.counts,
        export.shows,
        words,
        log.rows(),
    ]


@given(files=exports, chance=st.randoms())
@effort(5)
def test_the_order_of_rows_and_files_means_nothing_where_a_number_tells_it(
    files: dict[str, Rows], chance: random.Random
) -> None:
    told = {name: [ordered(name, number, row) for number, row in enumerate(rows)] for name, rows in files.items()}
    copied: dict[str, Rows] = {name: [*rows, *chance.choices(rows, k=2)] for name, rows in told.items()}
    shuffled = {
        name: chance.sample(list(copied[name]), len(copied[name])) for name in chance.sample([*files], len(files))
    }
    with TemporaryDirectory() as folder:
        assert said(read(copied, folder)) == said(read(shuffled, folder))


def test_strict_allows_no_row_that_could_not_be_used(tmp_path: Path) -> None:
    Path(tmp_path, "policy.yaml").write_text(POLICY)
    clean: dict[str, Rows] = {name: [row] for name, row in SOUND.items()}
    command = ["compliance", *(str(tmp_path / name) for name in clean), "--source", str(tmp_path / "shop.yaml")]
    command += ["--policy", str(tmp_path / "policy.yaml"), "--strict"]
    assert read(clean, tmp_path).problems.is_empty()
    assert CliRunner().invoke(app, command).exit_code == 0
    for name, row in list(SOUND.items())[::3]:
        first = next(iter(row))
        read(clean | {name: [row, {**row, first: ""}]}, tmp_path)
        assert (name, CliRunner().invoke(app, command).exit_code) == (name, 2)
        Path(tmp_path, name).write_text(written(name, [row]))
