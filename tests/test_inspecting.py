"""`slaaudit inspect`: whose an export is, how it was read, what it can and cannot measure, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shop
from documents import ROOT
from typer.testing import CliRunner

from slaaudit.cli.app import app
from slaaudit.inspecting.measurable import known_metrics, measurable
from slaaudit.sources.export import SHOWS

TICKETS = """ticket_id,created_at,first_reply_at,status,plan
1,2026-11-02 09:10,2026-11-02 09:40,Open,gold
2,2026-11-02 11:00,2026-11-01 10:30,Waiting,
"""


@pytest.fixture
def tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("tickets.csv").write_text(TICKETS, encoding="utf-8")
    return "tickets.csv"


def inspected(*words: str) -> str:
    result = CliRunner().invoke(app, ["inspect", *words], prog_name="slaaudit")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_text_tells_what_was_found(tickets: str) -> None:
    assert inspected(tickets, "--timezone", "Europe/Amsterdam") == (
        "Tickets and events by slaaudit's own names  (source generic)\n"
        "\n"
        "What it holds\n"
        "  tickets  1\n"
        "  message  1  from the times of the tickets\n"
        "  from 2026-11-02 09:10 to 2026-11-02 09:40 (Europe/Amsterdam)\n"
        "  2 ticket rows read = 1 ticket + 1 rejected\n"
        "\n"
        "What can be measured\n"
        "  yes  first_reply\n"
        "  no   next_reply, periodic_update: the export does not show messages\n"
        "  no   pausable_update: the export does not show messages or status changes\n"
        "  no   requester_wait, agent_work, first_resolution: the export does not show status changes\n"
        "  no   work_logged: the export does not show logged work\n"
        "  no   resolution: the export does not show when tickets were solved\n"
        "  no   first_assign: the export does not show changes of agent\n"
        "  no   ownership: the export does not show changes of department\n"
        "  no   chat_answer: the export does not show chats\n"
        "  no   call_answer: the export does not show calls\n"
        "\n"
        "Statuses\n"
        "  status  tickets  state\n"
        "  Open          1  open\n"
        "\n"
        "Rows with problems\n"
        "  1 × before_creation, 1 of them rejected; tickets.csv, row 3, column first_reply_at: this is\n"
        "    before the creation of the ticket; the row is not used\n"
        "    check the time zones of the columns\n"
        "\n"
        "note: tickets.csv: times without a time zone are local times in Europe/Amsterdam\n"
        "\n"
        "How it was read\n"
        "\n"
        "tickets.csv\n"
        "  Tickets: 2 rows, known by ticket_id, created_at\n"
        "  ticket_id       ticket_id\n"
        "  status          status\n"
        "  created_at      created_at\n"
        "  first_reply_at  first_reply_at\n"
        "  dates written YYYY-MM-DD HH:MM, local times in Europe/Amsterdam:\n"
        "    created_at      2026-11-02 09:10 to 2026-11-02 11:00\n"
        "    first_reply_at  2026-11-01 10:30 to 2026-11-02 09:40\n"
        "  custom fields: plan\n"
    )


def test_the_json_holds_the_same_for_scripts(tickets: str) -> None:
    found = json.loads(inspected(tickets, "-f", "json"))
    assert found["source"] == "generic"
    assert [table["rows"] for table in found["tables"]] == [2]
    assert found["tables"][0]["columns"][2] == {
        "heading": "created_at",
        "column": "created_at",
        "layout": "YYYY-MM-DD HH:MM",
        "timezone": "UTC",
        "first": "2026-11-02T09:10:00Z",
        "last": "2026-11-02T11:00:00Z",
    }
    assert (found["first"], found["last"]) == ("2026-11-02T09:10:00Z", "2026-11-02T09:40:00Z")
    assert found["statuses"] == [{"word": "Open", "tickets": 1, "changes": 0, "state": "open"}]
    assert [each["metric"] for each in found["metrics"] if not each["lacking"]] == ["first_reply"]
    assert [(each["code"], each["rejected"]) for each in found["problems"]] == [("before_creation", 1)]


DESK = (
    shop.HEAD
    + shop.TICKETS
    + """\
      closed_at: Closed
      agent: {first_of: [Owner, Team]}
    ignore: [Noise]
  creators:
    title: Who opened the tickets
    holds: events
    also: true
    known_by: [No, Opened]
    columns: {ticket_id: No, at: Opened, event: {value: created}, actor: {column: Source, words: {agent: [phone]}}}
  settings:
    title: Settings
    holds: nothing
    known_by: [Promise, Hours]
"""
)


@pytest.fixture
def shop_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The text about a shop's export: two files of tickets that are written alike, one that is not, settings."""
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(DESK, encoding="utf-8")
    Path("export").mkdir()
    row = "{0},{1}T09:00:00Z,{1}T17:00:00Z,,blue,phone,x\n"
    for number, day in (("1", "2026-11-02"), ("2", "2026-11-05")):
        text = "No,Opened,Closed,Owner,Team,Source,Noise\n" + row.format(number, day)
        Path(f"export/tickets{number}.csv").write_text(text, encoding="utf-8")
    Path("export/tickets3.csv").write_text("No,Opened,Plan\n3,4/11/2026 8:00,gold\n", encoding="utf-8")
    for number in range(4):
        Path(f"export/settings{number}.csv").write_text("Promise,Hours\ngold,4\n", encoding="utf-8")
    return inspected("export", "--source", "shop.yaml", "--timezone", "UTC", "--day-first")


def test_files_that_were_read_alike_are_shown_once_without_their_folder(shop_desk: str) -> None:
    assert shop_desk.split("How it was read\n")[1] == (
        "  files in export\n"
        "\n"
        "tickets1.csv, tickets2.csv\n"
        "  Tickets: 2 rows, known by No, Opened\n"
        "  ticket_id   No\n"
        "  created_at  Opened\n"
        "  closed_at   Closed\n"
        "  agent       Owner, else Team\n"
        "  dates written YYYY-MM-DDTHH:MM:SSZ:\n"
        "    created_at  2026-11-02 09:00 to 2026-11-05 09:00\n"
        "    closed_at   2026-11-02 17:00 to 2026-11-05 17:00\n"
        "  custom fields: Source\n"
        "  not kept: Noise\n"
        "  also Who opened the tickets: at Opened, event (always created), actor Source\n"
        "\n"
        "tickets3.csv\n"
        "  Tickets: 1 row, known by No, Opened\n"
        "  ticket_id   No\n"
        "  created_at  Opened\n"
        "  dates written D/M/YYYY H:MM, local times in UTC:\n"
        "    created_at  2026-11-04 08:00\n"
        "  custom fields: Plan\n"
        "  also Who opened the tickets: at Opened, event (always created)\n"
        "\n"
        "Not used\n"
        "  Settings: settings0.csv, settings1.csv, settings2.csv, settings3.csv\n"
    )


def test_what_it_is_comes_before_how_it_was_read(shop_desk: str) -> None:
    headings = [line for line in shop_desk.splitlines() if line and line[0].isupper()]
    assert headings == [
        "Shop desk  (source shop)",
        "What it holds",
        "What can be measured",
        "Statuses",
        "How it was read",
        "Not used",
    ]
    assert "  change   2  from the times of the tickets\n" in shop_desk  # though there are rows of events
    assert "files not used" not in shop_desk  # they are all listed


def test_a_policy_brings_its_states_its_zone_and_its_metrics(tickets: str) -> None:
    Path("policy.yaml").write_text(
        "policy: P\ntimezone: Asia/Tokyo\nstates: {pending: [Open]}\nlevels: {one: {targets: {resolution: 8h}}}\n"
        "rules: [{name: All, level: one}]\n",
        encoding="utf-8",
    )
    found = json.loads(inspected(tickets, "-p", "policy.yaml", "-f", "json"))
    assert found["statuses"][0]["state"] == "pending"
    assert [each["metric"] for each in found["metrics"]] == ["resolution"]
    assert found["tables"][0]["columns"][2]["timezone"] == "Asia/Tokyo"


def test_a_profile_of_ones_own_is_inspected(tickets: str) -> None:
    Path("mine.yaml").write_text(
        "source: mine\ntitle: My desk\nabout: Mine.\ntables: {t: {title: All, holds: tickets, known_by: [plan],"
        " columns: {ticket_id: ticket_id, created_at: created_at, channel: {value: web},"
        " agent: {first_of: [plan, status]}}}}\n",
        encoding="utf-8",
    )
    found = json.loads(inspected(tickets, "--source", "mine.yaml", "-f", "json"))
    assert (found["source"], found["title"]) == ("mine", "My desk")
    columns = {one["column"]: one["heading"] for one in found["tables"][0]["columns"]}
    assert (columns["channel"], columns["agent"]) == ("(always web)", "plan, else status")


def test_an_export_that_shows_everything_can_tell_every_clock() -> None:
    assert [each.metric for each in measurable(SHOWS) if each.lacking] == []
    assert [each.metric for each in measurable(()) if not each.lacking] == []
    assert len(measurable(())) == len(known_metrics())


def test_hostile_cells_are_shown_harmlessly(tickets: str) -> None:
    Path(tickets).write_text("ticket_id,created_at,status,\x1b[31mred\n1,2026-11-02 09:10,\x1b[2Jgone,x\n", "utf-8")
    text = inspected(tickets)
    assert "\x1b" not in text
    assert "\\x1b[2Jgone" in text


@pytest.mark.parametrize("words", [[], ["tickets.csv", "-f", "csv"], ["tickets.csv", "--map", "x"]])
def test_wrong_options_exit_with_2(tickets: str, words: list[str]) -> None:
    assert tickets
    result = CliRunner().invoke(app, ["inspect", *words], prog_name="slaaudit")
    assert (result.exit_code, result.stdout) == (2, "")


def test_every_system_says_what_it_cannot_show() -> None:
    from slaaudit.sources.profiles.loading import GENERIC, load_profile, sources

    assert [name for name in sources() if name != GENERIC and not load_profile(name).limits] == []
    assert (ROOT / "slaaudit" / "manual" / "sources.md").is_file()
