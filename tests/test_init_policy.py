"""What `init` proposes: states and priorities by their words, promises by what is shown, a place by its clocks."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import holidays
import pytest
from test_init_laws import COLUMNS, export_of, loaded, switched_on

from slaaudit.audit import audit
from slaaudit.durations import parse_target
from slaaudit.policy import loads_policy
from slaaudit.policy.metrics import builtin_metrics
from slaaudit.problems import SlaauditError
from slaaudit.sources import read_export
from slaaudit.sources.export import SHOWS
from slaaudit.starting import Place, Stamp, find_place, stamps_of, starting_policy, write_new, zones_of_times
from slaaudit.starting.places import country_of, zones_of
from slaaudit.starting.priorities import ranked
from slaaudit.starting.promises import PROMISES
from slaaudit.starting.seen import Word, words_of
from slaaudit.starting.states import proposals

SAMPLES = Path(__file__).parent.parent / "sample_data"
SAMPLE = SAMPLES / "helpdesk"
EVERYTHING = frozenset(SHOWS)


def tickets(**words: str | None) -> list[dict[str, str | None]]:
    """One ticket with these words."""
    return [dict.fromkeys(COLUMNS) | words]


def line_of(text: str, start: str) -> str:
    """The one line that starts so, but for its indentation."""
    (line,) = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
    return line


# --- the sample data -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [["tickets.csv", "events.csv"], ["tickets.csv"], ["events.csv"]])
def test_the_policy_for_the_sample_data_loads_and_judges_it(files: list[str]) -> None:
    export = read_export([SAMPLE / name for name in files])
    text = starting_policy(export, find_place(country="NL"))
    policy = loaded(text)
    account = audit(export, policy).account
    assert account.judged + account.excluded == account.tickets
    assert account.outcomes["not_measurable"] == 0
    assert account.outcomes["no_target"] == 0
    assert audit(export, loaded(switched_on(text))).account.tickets == account.tickets


def test_the_same_export_gives_the_same_policy() -> None:
    first, second = (starting_policy(read_export([SAMPLE])) for _ in range(2))
    assert first == second


# --- states --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Registered", "new"), ("In Progress", "open"), ("Re-opened", "open"), ("Waiting for Customer", "pending"),
        ("Awaiting User Info", "pending"), ("Waiting on third party", "on_hold"), ("Paused", "on_hold"),
        ("Resolved", "solved"), ("Cancelled", "closed"), ("Trash", "deleted"), ("Wachten op klant", "pending"),
        ("Gelöst", "solved"),
    ],
)  # fmt: skip
def test_a_known_status_word_is_proposed_without_a_mark(word: str, state: str) -> None:
    ((found, (proposal,)),) = proposals([Word(word, 1)], known=()).items()
    assert (found, proposal.is_guess) == (state, False)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Waiting for the customer to call", "pending"), ("Waiting for parts from Acme", "on_hold"),
        ("Awaiting 2nd line support", "open"), ("Not resolved", "open"), ("Unsolved", "open"),
        ("Really done", "solved"),
        ("Closed - no answer", "closed"), ("Duplicate of", "merged"), ("Brand new", "new"), ("Parked", "open"),
        ("???", "open"),
    ],
)  # fmt: skip
def test_an_unknown_status_word_is_put_where_it_seems_to_belong_and_marked(word: str, state: str) -> None:
    ((found, (proposal,)),) = proposals([Word(word, 1)], known=()).items()
    assert (found, proposal.is_guess) == (state, True)


def test_a_word_that_the_program_understands_needs_no_state() -> None:
    text = starting_policy(export_of(tickets(status="On-Hold"), [("status", "spam")], EVERYTHING))
    assert line_of(text, "# Understood as they are") == "# Understood as they are: On-Hold, spam"
    assert loaded(text).states == {}


def test_a_word_that_the_profile_names_says_so() -> None:
    export = replace(
        export_of(tickets(status="Parked") + tickets(status="open"), [("status", "In Line")], EVERYTHING),
        source="zendesk",
        title="Zendesk Support",
        state_words={"on_hold": ("Parked",), "open": ("open", "In line")},
    )
    text = starting_policy(export)
    assert line_of(text, "# Understood as they are") == "# Understood as they are: open"
    lines = [line.strip() for line in text.splitlines()]
    at = lines.index("# As the profile of Zendesk Support has it (slaaudit manual zendesk):")
    assert lines[at + 1 : at + 3] == ["# open: In Line", "# on_hold: Parked"]
    own = starting_policy(replace(export, source="my_desk", title="My desk"))
    assert "  # As the profile of My desk has it:\n" in own


def test_a_word_that_only_a_change_names_is_there_too() -> None:
    text = starting_policy(export_of(tickets(status="open"), [("status", "Parked")], EVERYTHING))
    assert line_of(text, "- Parked") == "- Parked                       # check this: only in changes"


def test_a_status_column_that_holds_no_statuses_is_refused() -> None:
    export = export_of(
        [dict.fromkeys(COLUMNS) | {"status": f"word {number}"} for number in range(1001)], [], EVERYTHING
    )
    with pytest.raises(SlaauditError) as refused:
        starting_policy(export)
    assert str(refused.value) == (
        "error[too_many_statuses] the tickets have 1,001 different statuses, such as 'word 0': that is another column\n"
        '    say which column is the status: --map status="HEADING"'
    )


# --- priorities ----------------------------------------------------------------------------------------------------


def test_priorities_are_listed_from_the_most_urgent_down() -> None:
    words = [
        Word(word, 1) for word in ("Low", "Normal", "1 - Critical", "URGENT", "very low", "P2", "Whenever", "hoog")
    ]
    listed, unlisted = ranked(words)
    assert [(each.word.text, each.rank, each.is_guess) for each in listed] == [
        ("URGENT", 0, False), ("1 - Critical", 0, True), ("P2", 1, False), ("hoog", 1, False), ("Normal", 2, False),
        ("Whenever", 2, True), ("Low", 3, False), ("very low", 4, False),
    ]  # fmt: skip
    assert unlisted == 0


def test_priorities_without_a_line_of_their_own_are_counted() -> None:
    rows = [dict.fromkeys(COLUMNS) | {"priority": f"word {number:02}"} for number in range(25)]
    text = starting_policy(export_of([*rows, *tickets(priority="x" * 81), *tickets()], [], EVERYTHING))
    assert text.count("how urgent is this?") == 2 * 20
    assert text.count("# all others; 6 more priorities; 1 ticket without a priority") == 2


def test_a_priority_called_otherwise_is_like_no_priority() -> None:
    policy = loaded(starting_policy(export_of(tickets(priority="Otherwise"), [], EVERYTHING)))
    assert policy.levels["standard"].targets["first_reply"].amounts == {None: parse_target("8h")}


# --- promises ------------------------------------------------------------------------------------------------------


def test_there_is_an_example_of_every_metric() -> None:
    assert list(PROMISES) == list(builtin_metrics())


@pytest.mark.parametrize(
    ("shows", "metrics"),
    [
        (EVERYTHING, ["first_reply", "next_reply", "resolution", "chat_answer", "call_answer"]),
        ({"first_reply"}, ["first_reply"]),
        ({"first_reply", "solves"}, ["first_reply", "resolution"]),
        ({"chats"}, ["chat_answer"]),
        ({"work"}, ["first_reply", "resolution"]),
        ({}, ["first_reply", "resolution"]),
    ],
)
def test_what_the_export_shows_is_promised(shows: frozenset[str], metrics: list[str]) -> None:
    text = starting_policy(export_of(tickets(), [], frozenset(shows)))
    assert list(loaded(text).metrics_in_use) == metrics
    assert list(loaded(switched_on(text)).metrics_in_use) == list(builtin_metrics())


def test_what_the_export_does_not_show_is_switched_off_with_the_reason() -> None:
    text = starting_policy(export_of(tickets(), [], frozenset({"solves"})))
    assert line_of(text, "#next_reply") == "#next_reply: 8h              # the export does not show messages"
    wanted = "#pausable_update: 16h        # the export does not show messages or status changes"
    assert line_of(text, "#pausable_update") == wanted


def test_promises_that_can_never_be_judged_say_so() -> None:
    text = starting_policy(export_of(tickets(), [], frozenset()))
    assert "# The export can show none of the usual promises: these will be not_measurable." in text
    assert line_of(text, "first_reply") == "first_reply: 8h              # the export does not show first replies"


@pytest.mark.parametrize(
    ("shows", "better"),
    [
        (EVERYTHING, "first_reply: 1h"),
        ({"solves"}, "resolution: 8h"),
        ({"calls"}, "call_answer: 15s"),
        ({"agent_changes"}, "first_assign: 1h"),
        ({}, "first_reply: 1h"),
    ],
)
def test_the_second_level_promises_more_of_what_the_export_shows(shows: frozenset[str], better: str) -> None:
    text = starting_policy(export_of(tickets(), [], frozenset(shows)))
    assert line_of(text, "#targets: {") == f"#targets: {{{better}}}"


@pytest.mark.parametrize(
    ("status", "shows", "line"),
    [
        ("Waiting for customer", EVERYTHING, "pause: {state: pending}"),
        ("on hold", EVERYTHING, "pause: {state: on_hold}"),
        ("open", EVERYTHING, "#pause: {state: pending}"),
        ("Waiting for customer", {"solves"}, "#pause: {state: pending}"),
    ],
)
def test_a_resolution_pauses_where_tickets_wait_and_the_export_shows_when(
    status: str, shows: frozenset[str], line: str
) -> None:
    text = starting_policy(export_of(tickets(status=status), [], frozenset(shows)))
    found = [each.partition("} ")[0].strip() + "}" for each in text.splitlines() if "pause:" in each]
    assert found == [line]


# --- rules ---------------------------------------------------------------------------------------------------------


def test_the_largest_customers_are_examples_and_the_others_are_counted() -> None:
    rows = [dict.fromkeys(COLUMNS) | {"account": name} for name in "AABBBCDEF"]
    text = starting_policy(export_of(rows, [], EVERYTHING))
    lines = [line.strip() for line in text.splitlines() if "account" in line]
    assert lines == [
        "#- {name: Account B, when: {account: B}, level: quick}  # 3 tickets",
        "#- {name: Account A, when: {account: A}, level: quick}  # 2 tickets",
        "#- {name: Account C, when: {account: C}, level: quick}  # 1 ticket",
        "#- {name: Account D, when: {account: D}, level: quick}  # 1 ticket",
        "# … and 2 more in the column account",
    ]


def test_an_example_gives_its_level_once_it_is_switched_on() -> None:
    export = export_of([*tickets(account='A "b": #c'), *tickets(account="Other")], [], EVERYTHING)
    text = starting_policy(export).replace("  #- {name: Account Other", "  # ")
    log = audit(export, loaded(switched_on(text))).log(["ticket", "level", "metric"])
    assert log.filter(metric="first_reply")["level"].to_list() == ["quick", "standard"]


def test_words_that_differ_in_case_only_are_one_word() -> None:
    rows = [dict.fromkeys(COLUMNS) | {"priority": word} for word in ("HIGH", "high", "High", "high")]
    assert words_of(export_of(rows, [], EVERYTHING), "priority") == [Word("high", 4)]


# --- place ---------------------------------------------------------------------------------------------------------


def stamps(*texts: str) -> list[Stamp]:
    moments = [datetime.fromisoformat(text) for text in texts]
    return [Stamp(moment, moment.utcoffset() or timedelta()) for moment in moments]


@pytest.mark.parametrize(
    ("times", "timezone", "is_sure"),
    [
        ([], "UTC", False),
        (["2026-07-01T09:00Z"], "UTC", False),
        (["2026-07-01T09:00+02:00"], "Europe/Berlin", False),
        (["2026-07-01T09:00+02:00", "2026-12-01T09:00+01:00"], "Europe/Berlin", False),
        (["2026-07-01T09:00+02:00", "2026-12-01T09:00+02:00"], "Africa/Johannesburg", False),
        (["2026-07-01T09:00-04:00", "2026-12-01T09:00-05:00"], "America/New_York", False),
        (["2026-07-01T09:00+05:30"], "Asia/Kolkata", False),
        (["2026-07-01T09:00+02:00", "2026-07-01T09:00-05:00"], "UTC", False),
        (["2026-07-01T09:00+12:34"], "UTC", False),
    ],
)
def test_a_time_zone_is_proposed_by_the_offsets_of_the_times(times: list[str], timezone: str, is_sure: bool) -> None:
    place = find_place(stamps=stamps(*times))
    assert (place.timezone, not place.doubt) == (timezone, is_sure)
    assert f"timezone: {timezone}" in starting_policy(None, place)


@pytest.mark.parametrize(
    ("country", "times", "timezone", "is_sure"),
    [
        ("NL", [], "Europe/Amsterdam", True),
        ("DE", [], "Europe/Berlin", True),  # Büsingen has the same clocks
        ("UK", ["2026-07-01T09:00Z"], "Europe/London", True),
        ("US", ["2026-07-01T09:00-05:00", "2026-12-01T09:00-06:00"], "America/Chicago", True),
        ("US", ["2026-07-01T09:00-07:00"], "America/Phoenix", False),  # or Los Angeles
    ],
)
def test_a_country_has_its_time_zone(country: str, times: list[str], timezone: str, is_sure: bool) -> None:
    place = find_place(country=country, stamps=stamps(*times))
    assert (place.timezone, not place.doubt) == (timezone, is_sure)


def test_a_time_zone_that_is_named_is_not_doubted() -> None:
    place = find_place("America/New_York", "US", "CA", stamps=stamps("2026-07-01T09:00Z"))
    assert place == Place(timezone="America/New_York", country="US", subdivision="CA")


@pytest.mark.parametrize(
    ("country", "days"),
    [("NL", "mon-fri"), ("IL", "sun-thu"), ("IR", "sat-thu"), ("HK", "mon-sat"), ("BN", '"mon,tue,wed,thu,sat"')],
)
def test_the_working_week_is_that_of_the_country(country: str, days: str) -> None:
    place = Place(timezone="UTC", country=country)
    assert place.working_days == days
    assert len(loads_policy(starting_policy(None, place)).calendars["office"].rules.week) == 7


def test_every_country_with_holidays_has_a_policy() -> None:
    lacking = [country for country in holidays.list_supported_countries() if not zones_of(country)]
    assert set(lacking) <= {"BV", "BVT", "HM", "HMD", "XK", "XKK"}  # two have no inhabitants, one no code of its own
    weeks = {Place(country=country).working_days for country in holidays.list_supported_countries()}
    for days in sorted(weeks):
        loads_policy(starting_policy(None, Place()).replace("mon-fri", days))


def test_holidays_that_are_switched_off_name_the_country_of_the_zone() -> None:
    assert country_of("Europe/Paris") == "FR"
    assert country_of("UTC") is None
    assert "#country: FR " in starting_policy(None, Place(timezone="Europe/Paris"))


def test_a_country_takes_the_zone_that_the_export_names() -> None:
    assert find_place(country="US", zones=["America/New_York"]).timezone == "America/New_York"
    with pytest.raises(SlaauditError, match="several time zones"):
        find_place(country="US", zones=["UTC"])


@pytest.mark.parametrize(
    ("zones", "timezone"),
    [
        (["Europe/Berlin"], "Europe/Berlin"),
        (["UTC", "Europe/Berlin"], "Europe/Berlin"),
        (["Europe/Berlin", "Asia/Tokyo"], "UTC"),
        (["+05:00"], "UTC"),
        (["UTC"], "UTC"),
    ],
)
def test_without_a_country_the_one_zone_of_the_times_is_proposed(zones: list[str], timezone: str) -> None:
    place = find_place(zones=zones)
    assert place.timezone == timezone
    assert place.doubt


def test_the_zone_of_a_heading_or_a_profile_is_one_that_times_were_read_in() -> None:
    assert zones_of_times(read_export([SAMPLES / "intercom" / "csv"])) == ["Europe/Berlin"]
    assert zones_of_times(read_export([SAMPLES / "open311" / "boston"])) == ["America/New_York"]
    assert zones_of_times(read_export([SAMPLES / "helpdesk"])) == []


def test_the_offsets_are_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text(
        "ticket_id,subject,created_at,changed_at\n"
        "1,2026-01-01T09:00+09:00 is when,2026-10-05 09:00:00+0200,\n"
        "2,,2026-11-05T09:00Z,2026-11-05T09:00:00.5-05:00\n"
        "3,,2026-11-31T09:00Z,\n",
        encoding="utf-8",
    )
    found = stamps_of(read_export([file]))
    assert [stamp.offset for stamp in found] == [timedelta(hours=2), timedelta(), timedelta(hours=-5)]
    assert found[1].at == datetime(2026, 11, 5, 9, tzinfo=UTC)


def test_the_offsets_are_read_from_within_json_too() -> None:
    offsets = {stamp.offset for stamp in stamps_of(read_export([SAMPLES / "jira" / "rest"]))}
    assert offsets == {timedelta(hours=2)}


def test_the_offsets_are_read_from_standard_input() -> None:
    given = b"ticket_id,created_at\n1,2026-10-05T09:00+02:00\n"
    found = stamps_of(read_export(["-"], stdin=BytesIO(given)), stdin=given)
    assert [stamp.offset for stamp in found] == [timedelta(hours=2)]


def test_a_pipe_is_not_read_a_second_time(tmp_path: Path) -> None:
    file, pipe = tmp_path / "tickets.csv", tmp_path / "pipe"
    file.write_text("ticket_id,created_at\n1,2026-10-05 09:00+02:00\n", encoding="utf-8")
    os.mkfifo(pipe)
    export = read_export([file])
    tables = [replace(table, file=str(pipe)) for table in export.reading]
    assert stamps_of(replace(export, reading=tuple(tables))) == []


def test_a_file_without_offsets_or_that_is_gone_tells_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("ticket_id,created_at\n1,2026-10-05 09:00\n", encoding="utf-8")
    assert stamps_of(read_export([file], timezone="UTC")) == []
    file.write_text("ticket_id,created_at\n1,2026-10-05 09:00Z\n", encoding="utf-8")
    export = read_export([file])
    file.unlink()
    assert stamps_of(export) == []


# --- the file ------------------------------------------------------------------------------------------------------


def test_a_policy_without_an_export_loads_also_with_everything_switched_on() -> None:
    text = starting_policy()
    assert loaded(text).timezone == "UTC"
    assert "timezone: UTC                      # check this: write the zone of your office" in text
    assert list(loaded(switched_on(text)).metrics_in_use) == list(builtin_metrics())


def test_a_file_that_is_there_is_left_alone_and_no_other_stays_behind(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    write_new(path, "ours\n")
    with pytest.raises(SlaauditError, match="exists already"):
        write_new(path, "theirs\n")
    assert path.read_text(encoding="utf-8") == "ours\n"
    assert [file.name for file in tmp_path.iterdir()] == ["policy.yaml"]


def test_a_link_to_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(SlaauditError, match="exists already"):
        write_new(tmp_path / "policy.yaml", "text\n")
    assert [file.name for file in tmp_path.iterdir()] == ["policy.yaml"]


@pytest.mark.parametrize("name", ["no/such/folder.yaml", "nul\0.yaml"])
def test_a_file_that_cannot_be_written_is_said_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(SlaauditError, match="cannot write -o"):
        write_new(tmp_path / name, "text\n")
    assert list(tmp_path.iterdir()) == []
