"""A seeded help-desk export of any size: tickets with ten columns, about five events each, as CSV or Parquet.

Numbers come from a hash of their position, so that the same size and seed give the same files on every machine. A
part is a quarter of a year with its tickets and events, by time; large exports are several such quarters.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

PART = 500_000  # tickets of one quarter
_EVENTS = 5  # events of a ticket, on average
_DAY = 86_400
_START = 1_577_836_800  # 2020-01-01T00:00:00Z
_QUARTER = 90 * _DAY
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # splitmix64

CHANNELS = ("email",) * 6 + ("web", "web", "chat", "call")
DEPARTMENTS = ("Support", "Support", "Sales", "Billing", "Technical", "Returns")
PRIORITIES = ("low", "normal", "normal", "normal", "high", "urgent")
STATUSES = ("pending", "pending", "pending", "open", "open", "on_hold", "solved")
# What a ticket's events between its first and its last are; a status, a department, … that changes is drawn apart.
KINDS = ("requester",) * 5 + ("agent",) * 6 + ("note", "status", "status", "status", "department", "priority", "work")
_MESSAGES = ("requester", "agent", "note")
_FIELDS = ("status", "department", "priority", "agent")
WORK = ("5m", "10m", "15m", "30m", "1h", "90m")


def export_of(folder: Path, events: int, *, kind: str, seed: int = 1) -> Path:
    """The folder with `tickets.<kind>` and `events.<kind>` of about so many events, made if it is not there yet."""
    made = folder / f"{events}-{kind}-{seed}"
    if not made.is_dir():
        making = made.with_name(f"{made.name}.tmp")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        _write(making, events // _EVENTS, kind, seed)
        making.rename(made)
    return made


def _write(folder: Path, tickets: int, kind: str, seed: int) -> None:
    parts = [range(first, min(first + PART, tickets)) for first in range(0, tickets, PART)]
    if kind == "csv":
        for rows in parts:
            for name, frame in _part(rows, seed).items():
                with (folder / f"{name}.csv").open("ab") as out:
                    frame.write_csv(out, include_header=rows.start == 0, datetime_format=_STAMP)
        return
    for number, rows in enumerate(parts):  # Parquet cannot be appended to
        for name, frame in _part(rows, seed).items():
            frame.write_parquet(folder / f"{name}-{number:03}.parquet")
    for name in ("tickets", "events"):
        pieces = sorted(folder.glob(f"{name}-*.parquet"))
        pl.scan_parquet(pieces).sink_parquet(folder / f"{name}.parquet", maintain_order=True)
        for piece in pieces:
            piece.unlink()


def _part(rows: range, seed: int) -> dict[str, pl.DataFrame]:
    """The tickets and events of one part, without what only the making needs."""
    tickets = _tickets(rows, seed)
    happened = _happened(tickets, seed)
    return {"tickets": _as_exported(tickets, happened), "events": _events(happened)}


def _random(key: pl.Expr, seed: int, stream: int) -> pl.Expr:
    """A hash of each key (splitmix64), as UInt64."""
    mixed = (key.cast(pl.UInt64) * 64 + stream + seed * 1_000_003) * _u64(_MIX[0])
    mixed = (mixed ^ (mixed // (1 << 30))) * _u64(_MIX[1])
    mixed = (mixed ^ (mixed // (1 << 27))) * _u64(_MIX[2])
    return mixed ^ (mixed // (1 << 31))


def _u64(number: int) -> pl.Expr:
    return pl.lit(number, pl.UInt64)


def _of(words: Sequence[str], random: pl.Expr) -> pl.Expr:
    """One of the words."""
    return pl.lit(pl.Series(words)).gather(random % len(words))


def _tickets(rows: range, seed: int) -> pl.DataFrame:
    """The tickets as they were created, by time."""
    number = pl.int_range(rows.start, rows.stop, eager=True).alias("number")
    base = _START + rows.start // PART * _QUARTER
    return number.to_frame().with_columns(
        created=base + (pl.col("number") - rows.start) * _QUARTER // len(rows),
        channel=_of(CHANNELS, _random(pl.col("number"), seed, 1)),
        department=_of(DEPARTMENTS, _random(pl.col("number"), seed, 2)),
        priority=_of(PRIORITIES, _random(pl.col("number"), seed, 3)),
        person=_random(pl.col("number"), seed, 4) % 200_000,
        length=3 + _random(pl.col("number"), seed, 5) % (2 * _EVENTS - 5),
        is_solved=_random(pl.col("number"), seed, 6) % 100 < 88,
    )


def _happened(tickets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per event, by ticket and time, with what the ticket's columns were before it (`was_*`)."""
    rows = tickets.with_columns(k=pl.int_ranges(0, "length", dtype=pl.UInt32)).explode("k", empty_as_null=False)
    key = pl.col("number") * 16 + pl.col("k")
    # gaps between events: mostly minutes and hours, now and then days
    gap = 30 + (_random(key, seed, 7) % 1_000 + 1) * (_random(key, seed, 8) % 1_000 + 1) // 1_000 * (
        1 + _random(key, seed, 9) % 90
    )
    rows = rows.with_columns(at=pl.col("created") + gap.cast(pl.Int64).cum_sum().over("number"))
    rows = rows.with_columns(kind=_kind(key, seed), draw=_random(key, seed, 11))
    rows = rows.with_columns(**{name: _changed(name) for name in _FIELDS})
    first = {"status": "new", "agent": None}
    was = {
        name: pl.when(pl.col("k") == 0)
        .then(pl.lit(first[name], pl.String) if name in first else pl.col(name).first().over("number"))
        .otherwise(pl.col(name).shift(1))
        for name in _FIELDS
    }
    return rows.with_columns(**{f"was_{name}": value for name, value in was.items()})


def _kind(key: pl.Expr, seed: int) -> pl.Expr:
    """What each event is: the channel's own first, then the first agent, then anything, and at last the solve."""
    k, channel = pl.col("k"), pl.col("channel")
    is_last = k == pl.col("length") - 1
    opening = channel.is_in(["chat", "call"])
    return (
        pl.when(opening & (k == 0))
        .then(channel + "_started")
        .when(opening & (k == 1))
        .then(channel + "_answered")
        .when(k == pl.when(opening).then(2).otherwise(0))
        .then(pl.lit("agent_set"))
        .when(is_last & pl.col("is_solved"))
        .then(pl.lit("solved"))
        .otherwise(_of(KINDS, _random(key, seed, 10)))
    )


def _changed(name: str) -> pl.Expr:
    """The value of a column of the ticket after each event."""
    agent = pl.format("agent{}@example.com", pl.col("draw") % 200)
    kind, draw = pl.col("kind"), pl.col("draw") // 256
    new = {
        "status": pl.when(kind == "status").then(_of(STATUSES, draw)).when(kind == "solved").then(pl.lit("solved")),
        "department": pl.when(kind == "department").then(_of(DEPARTMENTS, draw)),
        "priority": pl.when(kind == "priority").then(_of(PRIORITIES, draw)),
        "agent": pl.when(kind.is_in(["agent_set", "department"])).then(agent),
    }[name]
    before = {"status": pl.lit("new"), "agent": pl.lit(None, pl.String)}.get(name, pl.col(name))
    started = pl.when(pl.col("k") == 0).then(pl.coalesce(new, before)).otherwise(new)
    return started.forward_fill().over("number")


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    """The events as exported, by time."""
    kind = pl.col("kind")
    field = (
        pl.when(kind.is_in(["status", "solved"])).then(pl.lit("status"))
        .when(kind == "agent_set").then(pl.lit("agent"))
        .when(kind.is_in(["department", "priority"])).then(kind)
    )  # fmt: skip
    rows = rows.with_columns(field=field).with_columns(
        event=pl.when(pl.col("field").is_not_null())
        .then(pl.lit("change"))
        .when(kind.is_in(_MESSAGES))
        .then(pl.lit("message"))
        .otherwise(kind),
        actor=pl.when((kind == "requester") | kind.str.ends_with("_started"))
        .then(pl.lit("requester"))
        .otherwise(pl.lit("agent")),
        public=pl.when(kind.is_in(_MESSAGES)).then(kind != "note"),
        old=_by_field("was_"),
        new=pl.when(kind == "work").then(_of(WORK, pl.col("draw"))).otherwise(_by_field("")),
    )
    return rows.sort("at", "number", "k").select(
        _ticket_id(), _instant("at"), "event", "actor", "public", "field", "old", "new"
    )


def _by_field(prefix: str) -> pl.Expr:
    """The value of the column that changes, after the event or (`was_`) before it."""
    value = pl.lit(None, pl.String)
    for name in _FIELDS:
        value = pl.when(pl.col("field") == name).then(prefix + name).otherwise(value)
    return value


def _as_exported(tickets: pl.DataFrame, happened: pl.DataFrame) -> pl.DataFrame:
    """The tickets with their ten columns as of the end."""
    last = happened.select(pl.col("number", *_FIELDS)).unique("number", keep="last", maintain_order=True)
    person = pl.col("person")
    return tickets.drop("department", "priority").join(last, on="number", maintain_order="left").select(
        _ticket_id(),
        _instant("created").alias("created_at"),
        pl.format("person{}@customer{}.example", person, person % 5_000).alias("requester"),
        pl.format("Customer {}", person % 5_000).alias("account"),
        "department",
        "agent",
        "priority",
        "status",
        "channel",
        pl.format("Question {} about order {}", person % 97, pl.col("number")).alias("subject"),
    )  # fmt: skip


def _ticket_id() -> pl.Expr:
    return pl.format("HD-{}", pl.col("number") + 1_000_000).alias("ticket_id")


def _instant(name: str) -> pl.Expr:
    return (pl.col(name) * 1_000_000).cast(pl.Datetime("us", "UTC"))
