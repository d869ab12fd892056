"""Every row of every shape of file is used, a duplicate, ignored, or rejected and told."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import shop
from hypothesis import given
from hypothesis import strategies as st
from source_oracle import Account, Row, as_csv, content, once, one_each, sorted_out, stamp
from strategies import effort

from slaaudit.sources import Export

TABLES = """\
  tickets:
    title: Tickets
    holds: tickets
    known_by: ["No", Opened, Kind]
    only: {Kind: [Ticket]}
    columns: {ticket_id: "No", created_at: Opened, first_reply_at: Replied, requester: Customer,
              agent: {column: Owner, names: users}}
  comments:
    title: Comments
    holds: events
    known_by: [Ticket, Written, By]
    columns:
      ticket_id: Ticket
      at: Written
      seq: Seq
      event: {column: What, words: {message: [Comment]}, ignore: [Seen]}
      actor: {column: By, actor: {system: ["-1"], roles: users}}
      public: Shown
  history:
    title: History
    holds: events
    known_by: [Ticket, Changed, Field]
    old_is_previous: true
    columns: {ticket_id: Ticket, at: Changed, seq: Seq, event: {value: change}, field: Field, new: Value}
  log:
    title: Update log
    holds: updates
    known_by: ["No", Changed, Version]
    columns: {ticket_id: "No", at: Changed, seq: Version, status: Status, priority: Prio}
  details:
    title: Ends
    holds: details
    known_by: ["No", Shut, Edited]
    columns: {ticket_id: "No", closed_at: Shut, changed_at: Edited, channel: Channel}
  clocks:
    title: Clocks
    holds: clocks
    known_by: [Case, Clock, From]
    columns: {ticket_id: Case, metric: {column: Clock, ignore: [Test]}, started_at: From, due_at: Due, outcome: Result}
  users:
    title: Users
    holds: names
    known_by: [User, Name, Role]
    columns: {id: User, name: Name, role: Role}
"""
PROFILE = shop.HEAD + TABLES
KINDS = {
    "tickets.csv": "ticket", "comments.csv": "event", "history.csv": "event", "log.csv": "event",
    "details.csv": "detail", "clocks.csv": "detail", "users.csv": "name",
}  # fmt: skip
ids = st.sampled_from(["1", "1", "2", "2", "3", "9", ""])
times = st.sampled_from([stamp(minute) for minute in (0, 0, 30, 60, 90)] + ["", "soon"])
early = st.sampled_from([stamp(0), stamp(0), stamp(30), "", "soon"])
seqs = st.sampled_from(["1", "2", "3", "4", "x", ""])
RANDOM = {
    "tickets.csv": {"No": ids, "Opened": early, "Kind": ["Ticket", "Ticket", "Ticket", "Task", ""], "Replied": times,
                    "Customer": ["5"], "Owner": ["7", ""]},
    "comments.csv": {"Ticket": ids, "Written": times, "Seq": seqs,
                     "What": ["Comment", "Comment", "Comment", "Seen", "Odd", ""],
                     "By": ["-1", "5", "7", "8", "6", ""], "Shown": ["yes", "no", "", "perhaps"], "Nr": ["1", "2"]},
    "history.csv": {"Ticket": ids, "Changed": times, "Seq": seqs, "Field": ["Status", "status", "Plan", ""],
                    "Value": ["open", "done", ""]},
    "log.csv": {"No": ids, "Changed": times, "Version": seqs, "Status": ["open", "done"], "Prio": ["low", ""]},
    "details.csv": {"No": ids, "Shut": times, "Edited": times, "Channel": ["chat", "mail", ""]},
    "clocks.csv": {"Case": ids, "Clock": ["Solve", "solve!", "Reply", "Test", ""], "From": times, "Due": times,
                   "Result": ["missed", ""]},
    "users.csv": {"User": ["7", "8", "6", ""], "Name": ["Ann", "Bob"], "Role": ["agent", "requester", "boss", ""]},
}  # fmt: skip
SOUND = {
    "tickets.csv": {"No": "A", "Opened": stamp(0), "Kind": "Ticket", "Replied": stamp(9), "Customer": "5",
                    "Owner": "7"},
    "comments.csv": {"Ticket": "A", "Written": stamp(5), "Seq": "0", "What": "Comment", "By": "5", "Shown": "yes",
                     "Nr": "0"},
    "history.csv": {"Ticket": "A", "Changed": stamp(5), "Seq": "0", "Field": "Plan", "Value": "gold"},
    "log.csv": {"No": "A", "Changed": stamp(5), "Version": "0", "Status": "open", "Prio": "low"},
    "details.csv": {"No": "A", "Shut": stamp(99), "Edited": stamp(99), "Channel": "chat"},
    "clocks.csv": {"Case": "A", "Clock": "Solve", "From": stamp(5), "Due": stamp(9), "Result": ""},
    "users.csv": {"User": "0", "Name": "Zoe", "Role": "agent"},
}  # fmt: skip
DATES = ("Opened", "Replied", "Written", "Changed", "Shut", "Edited", "From", "Due")
Rows = Sequence[Row | None]  # None: a line with too many cells


def rows_of(name: str) -> st.SearchStrategy[list[Row | None]]:
    cells = {
        key: one if isinstance(one, st.SearchStrategy) else st.sampled_from(one) for key, one in RANDOM[name].items()
    }
    row: st.SearchStrategy[Row | None] = st.fixed_dictionaries(cells)
    return st.lists(st.one_of(*[row] * 9, st.none()), max_size=9).map(lambda rows: [SOUND[name], *rows])


exports = st.fixed_dictionaries({name: rows_of(name) for name in RANDOM})


def written(name: str, rows: Rows) -> str:
    head = list(SOUND[name])
    lines = [as_csv([row], head).partition("\n")[2] if row else f"broken{',x' * 20}\n" for row in rows]
    return as_csv([], head) + "".join(lines)


def read(files: Mapping[str, Rows], folder: str | Path) -> Export:
    return shop.read_files(PROFILE, folder, {name: written(name, rows) for name, rows in files.items()})


def never(_: Row) -> bool:
    return False


class Books:
    """What becomes of every row, by file."""

    def __init__(self, files: Mapping[str, Rows]) -> None:
        self.files = files
        self.accounts = {name: Account() for name in files}
        usable = [row for row in files["users.csv"] if row and row["User"]]
        self.roles = {row["User"]: row["Role"] for row in reversed(usable)}
        asked = [row for row in files["tickets.csv"] if row and row["Kind"] == "Ticket"]
        self.asked = {(row["No"], row["Customer"]) for row in asked}
        self.created = self._tickets()
        self._comments()
        self._history()
        self._log()
        self._details()
        self._clocks()
        self._kept("users.csv", lambda row: not row["User"], used=True)

    def _kept(self, name: str, bad: Any, *, ignored: Any = never, used: bool = False) -> list[tuple[int, Row]]:
        account = self.accounts[name]
        account.rejected += [number for number, row in enumerate(self.files[name], start=2) if row is None]
        rows = [row or dict.fromkeys(SOUND[name], "broken") for row in self.files[name]]
        broken = set(account.rejected)
        kept = sorted_out(rows, account, ignored=ignored, bad=bad)
        kept = [(number, row) for number, row in kept if number not in broken]
        for fate in (account.ignored, account.rejected):
            fate[:] = sorted(set(fate) - (broken if fate is account.ignored else set()))
        if used:
            account.used += [number for number, _ in kept]
        return kept

    def _tickets(self) -> dict[str, str]:
        def bad(row: Row) -> bool:
            unusable = not row["No"] or row["Opened"] in ("", "soon") or row["Replied"] == "soon"
            return unusable or (bool(row["Replied"]) and row["Replied"] < row["Opened"])

        kept = self._kept("tickets.csv", bad, ignored=lambda row: row["Kind"] not in ("Ticket", "broken"))
        chosen = one_each(kept, self.accounts["tickets.csv"], ticket="No", changed=None)
        return {one: row["Opened"] for one, row in chosen.items()}

    def actor(self, row: Row) -> str:
        told = {"-1": "system"}.get(row["By"]) or self.roles.get(row["By"], "")
        if told not in ("", "boss"):
            return told
        return "requester" if (row["Ticket"], row["By"]) in self.asked else "agent"

    def _placed(self, ticket: str, at: str) -> bool:
        return ticket in self.created and at >= self.created[ticket]

    def _comments(self) -> None:
        def bad(row: Row) -> bool:
            unusable = not row["Ticket"] or row["Written"] in ("", "soon") or row["Seq"] in ("", "x")
            unusable |= row["What"] != "Comment" or not row["By"] or row["Shown"] == "perhaps"
            unusable |= self.actor(row) == "agent" and not row["Shown"]
            return unusable or not self._placed(row["Ticket"], row["Written"])

        def told(row: Row) -> Hashable:
            shown = row["Shown"] or ("yes" if self.actor(row) == "requester" else "")
            return (row["Ticket"], row["Written"], row["Seq"], row["Nr"], self.actor(row), shown)

        kept = self._kept("comments.csv", bad, ignored=lambda row: row["What"] == "Seen")
        account = self.accounts["comments.csv"]
        account.used += [number for number, _ in once(kept, account, told)]

    def _history(self) -> None:
        def bad(row: Row) -> bool:
            return not row["Ticket"] or row["Changed"] in ("", "soon") or row["Seq"] in ("", "x") or not row["Field"]

        account = self.accounts["history.csv"]
        kept = [(number, {**row, "Field": row["Field"].lower()}) for number, row in self._kept("history.csv", bad)]
        again = repeating([row for _, row in kept])
        placed = [(number, row) for number, row in kept if self._placed(row["Ticket"], row["Changed"])]
        account.rejected += [number for number, row in kept if (number, row) not in placed]
        telling = {(row["Ticket"], row["Field"]) for _, row in placed if content(row) not in again}
        left = []
        for number, row in placed:
            if content(row) in again and (row["Ticket"], row["Field"]) in telling:
                account.ignored.append(number)
            else:
                left.append((number, row))
        account.used += [number for number, _ in once(left, account)]

    def _log(self) -> None:
        def bad(row: Row) -> bool:
            return not row["No"] or row["Changed"] in ("", "soon") or row["Version"] in ("", "x")

        account = self.accounts["log.csv"]
        for number, row in once(self._kept("log.csv", bad), account):
            (account.used if self._placed(row["No"], row["Changed"]) else account.rejected).append(number)

    def _details(self) -> None:
        def bad(row: Row) -> bool:
            shut = row["Shut"].replace("soon", "")
            return row["No"] not in self.created or (bool(shut) and shut < self.created[row["No"]])

        kept = [(number, without_bad_dates(row)) for number, row in self._kept("details.csv", bad)]
        one_each(kept, self.accounts["details.csv"], ticket="No", changed="Edited")

    def _clocks(self) -> None:
        account = self.accounts["clocks.csv"]
        bad = lambda row: not row["Case"] or not row["Clock"]  # noqa: E731 - of one line
        kept = self._kept("clocks.csv", bad, ignored=lambda row: row["Clock"] == "Test")
        plain = [(number, {**without_bad_dates(row), "Clock": row["Clock"].lower().strip("!")}) for number, row in kept]
        latest: dict[tuple[str, str], tuple[tuple[str, ...], int]] = {}
        for number, row in once(plain, account):
            key, rank = (row["Case"], row["Clock"]), (row["From"], row["Due"], row["Result"])
            before = latest.get(key)
            if before is None or rank > before[0]:
                latest[key] = (rank, number)
            account.duplicates += [] if before is None else [number if rank < before[0] else before[1]]
        for (case, _), (_, number) in latest.items():
            (account.used if case in self.created else account.rejected).append(number)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, account in self.accounts.items():
            kind = KINDS[name]
            fates = {
                "_rows_rejected": account.rejected,
                "_rows_ignored": account.ignored,
                "_duplicates": account.duplicates,
            }
            for fate, rows in {"_rows": self.files[name], **fates}.items():
                found[kind + fate] = found.get(kind + fate, 0) + len(rows)
        found["duplicates"] = found.pop("ticket_duplicates")
        return {name: number for name, number in found.items() if name not in ("name_duplicates", "name_rows_ignored")}


def said_in(row: Row) -> tuple[str, str, str, str, int]:
    """Ticket, field, time, value and number of a row of the history."""
    return row["Ticket"], row["Field"].lower(), row["Changed"], row["Value"], int(row["Seq"])


def repeating(rows: Sequence[Row]) -> set[Hashable]:
    """The changes that only repeat the value before of their ticket and field."""
    distinct = list({content(row): row for row in rows}.values())
    distinct.sort(key=lambda row: (row["Ticket"], row["Field"], row["Changed"], int(row["Seq"])))
    pairs = pairwise(distinct)
    same = [row for before, row in pairs if all(before[key] == row[key] for key in ("Ticket", "Field", "Value"))]
    return {content(row) for row in same}


def without_bad_dates(row: Row) -> Row:
    return {key: "" if key in DATES and cell == "soon" else cell for key, cell in row.items()}


@given(files=exports)
@effort(18)
def test_every_row_of_every_shape_is_used_a_duplicate_ignored_or_rejected(files: dict[str, Rows]) -> None:
    books = Books(files)
    for name, account in books.accounts.items():
        fates = [*account.used, *account.duplicates, *account.ignored, *account.rejected]
        assert sorted(fates) == list(range(2, len(files[name]) + 2))  # the oracle itself
    with TemporaryDirectory() as folder:
        export = read(files, folder)
    counts = books.counts()
    assert {name: export.counts[name] for name in counts} == counts
    assert export.tickets["ticket_id"].to_list() == sorted(books.created)
    rejected = export.problems.filter("rejected").select(pl.col("file").str.split("/").list.last(), "row")
    told = [(name, number) for name, one in books.accounts.items() for number in one.rejected]
    assert sorted(rejected.rows()) == sorted(told)
    assert export.problems.filter((pl.col("what") == "") | (pl.col("hint") == "")).is_empty()
    events = export.events["event"].value_counts()
    assert dict(events.rows()).get("message", 0) >= len(books.accounts["comments.csv"].used)
