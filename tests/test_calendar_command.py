"""`slaaudit calendar`: its days add up to what the calendar counts, and read well at 80 columns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from documents import MANUAL, code, documented_options, sections, table
from hypothesis import given
from hypothesis import strategies as st
from strategies import CALENDARS, effort
from typer.main import get_command
from typer.testing import CliRunner

from slaaudit.calendars import Calendar
from slaaudit.calendars.findings import Findings
from slaaudit.calendars.opening_hours import read_spans
from slaaudit.cli import terminal
from slaaudit.cli.app import app
from slaaudit.cli.calendar_moments import placed, span
from slaaudit.durations import HOUR, MINUTE, Amount
from slaaudit.frames import INSTANT
from slaaudit.policy import Policy, load_policy, loads_policy
from slaaudit.reports import openings
from slaaudit.reports.opening_days import opening_days
from slaaudit.reports.openings import NamedCalendar
from slaaudit.zones import DAY, EPOCH, to_utc

POLICIES = Path(__file__).parent.parent / "policies"
START = 1_774_000_000_000_000  # 2026-03-20, a week before the clocks of Europe change
instants = st.integers(0, 40 * 24 * 12).map(lambda steps: START + steps * 5 * MINUTE)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """A policy with the calendars of the strategies."""
    import yaml

    rest = {
        "policy": "Any",
        "timezone": "Europe/Amsterdam",
        "levels": {"a": {"calendar": "24x7"}},
        "rules": [{"level": "a"}],
    }
    return loads_policy(yaml.safe_dump({"calendars": CALENDARS} | rest))


def shown(*words: str, width: int | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> list[str]:
    if monkeypatch is not None:
        monkeypatch.setattr(terminal, "width", lambda: width)
    result = CliRunner(env={"NO_COLOR": "1"}).invoke(app, ["calendar", *words], prog_name="slaaudit")
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


# --- laws ----------------------------------------------------------------------------------------------------------


@effort(60)
@given(name=st.sampled_from([*CALENDARS, "24x7"]), ends=st.tuples(instants, instants).map(sorted))
def test_the_days_of_a_span_add_up_to_what_the_calendar_counts(policy: Policy, name: str, ends: list[int]) -> None:
    of = NamedCalendar(name=name, policy=policy)
    report = openings.between(of, *ends)
    starts, stops = (pl.Series([instant]).cast(INSTANT) for instant in ends)
    assert report.frame["open"].sum() == of.calendar.elapsed(starts, stops)[0] == report.total["open"][0]  # type: ignore[index]
    assert report.frame["so_far"][-1] == report.total["open"][0]  # type: ignore[index]
    days = report.frame["date"].to_list()
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert ((report.frame["hours"] == "closed") == (report.frame["open"] == timedelta())).all()


@effort(60)
@given(name=st.sampled_from([*CALENDARS, "24x7"]), start=instants, minutes=st.integers(0, 60 * 60))
def test_a_target_is_due_when_its_days_add_up_to_it(policy: Policy, name: str, start: int, minutes: int) -> None:
    of = NamedCalendar(name=name, policy=policy)
    report = openings.until_due(of, start, Amount(microseconds=minutes * MINUTE))
    assert report.total is not None
    assert report.total["open"][0] == timedelta(minutes=minutes)
    assert report.frame["due"].null_count() == report.frame.height - 1
    assert report.frame["due"].to_physical()[-1] == openings.due(of, start, Amount(microseconds=minutes * MINUTE))


@effort(40)
@given(name=st.sampled_from(list(CALENDARS)), start=instants, days=st.integers(0, 12))
def test_working_days_are_numbered_up_to_the_due_date(policy: Policy, name: str, start: int, days: int) -> None:
    of = NamedCalendar(name=name, policy=policy)
    report = openings.until_due(of, start, Amount(working_days=days))
    assert report.frame["working_day"].drop_nulls().to_list() == list(range(days + 1))
    assert report.frame["working_day"][-1] == days


@effort(30)
@given(name=st.sampled_from([*CALENDARS, "24x7"]), day=st.integers(0, 400))
def test_the_hours_of_a_day_are_its_openings_as_a_policy_would_write_them(policy: Policy, name: str, day: int) -> None:
    calendar = policy.calendars[name]
    first = 20_500 + day
    starts, ends = to_utc(pl.Series([first * DAY, (first + 1) * DAY]), calendar.timezone)
    (row,) = opening_days(calendar, starts, ends).to_dicts()
    spans = read_spans(row["hours"], (), Findings())
    local = [to_utc(pl.Series([first * DAY + time for time in times]), calendar.timezone).to_list() for times in spans]
    expected = calendar.openings(*(EPOCH + timedelta(microseconds=instant) for instant in (starts, ends)))
    assert local == [list(times) for times in expected.select(pl.all().to_physical()).rows()]


# --- days ----------------------------------------------------------------------------------------------------------


def days_of(spec: object, first: date, last: date, timezone: str = "Europe/Amsterdam") -> list[tuple[object, ...]]:
    calendar = Calendar(spec, timezone=timezone)  # type: ignore[arg-type]
    ends = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last + timedelta(days=1))]
    local = pl.Series(ends).cast(INSTANT).to_physical()
    return opening_days(calendar, *to_utc(local, timezone)).select("weekday", "hours", "open", "note").rows()


def test_everything_special_about_a_day_is_named() -> None:
    spec = {
        "hours": {"daily": "22:00-06:00"},
        "holidays": {
            "country": "NL",
            "dates": ["2026-10-23", {"date": "2026-12-25", "name": "Our own"}],
            "special": {"2026-10-25": "01:00-04:00", "2026-10-26": "closed"},
        },
    }
    assert days_of(spec, date(2026, 10, 22), date(2026, 10, 26)) == [
        ("Thu", "00:00-06:00, 22:00-24:00", timedelta(hours=8), None),
        ("Fri", "closed", timedelta(), "holiday"),
        ("Sat", "00:00-06:00, 22:00-24:00", timedelta(hours=8), None),
        ("Sun", "01:00-04:00", timedelta(hours=4), "special hours; clocks go back 1h"),
        ("Mon", "closed", timedelta(), "special hours"),
    ]
    assert days_of(spec, date(2026, 12, 25), date(2026, 12, 25))[0][3] == "Our own; Eerste kerstdag"


def test_a_clock_change_of_half_an_hour_is_named() -> None:
    days = days_of("24x7", date(2026, 4, 5), date(2026, 4, 5), "Australia/Lord_Howe")
    assert days == [("Sun", "00:00-24:00", timedelta(hours=24, minutes=30), "clocks go back 30m")]


def test_a_date_that_the_zone_left_out_is_named() -> None:
    days = days_of("24x7", date(2011, 12, 29), date(2011, 12, 31), "Pacific/Apia")
    assert [(hours, note) for _, hours, _, note in days] == [
        ("00:00-24:00", None),
        ("closed", "the zone has no such date"),
        ("00:00-24:00", "clocks go forward 24h"),
    ]


def test_a_clock_change_at_midnight_belongs_to_the_date_that_lost_or_got_the_hour() -> None:
    forward = days_of("24x7", date(2018, 11, 3), date(2018, 11, 5), "America/Sao_Paulo")
    assert forward == [
        ("Sat", "00:00-24:00", timedelta(hours=24), None),
        ("Sun", "01:00-24:00", timedelta(hours=23), "clocks go forward 1h"),
        ("Mon", "00:00-24:00", timedelta(hours=24), None),
    ]
    back = days_of("24x7", date(2018, 2, 17), date(2018, 2, 18), "America/Sao_Paulo")
    assert [(length, note) for _, _, length, note in back] == [
        (timedelta(hours=25), "clocks go back 1h"),
        (timedelta(hours=24), None),
    ]


def test_a_fraction_of_a_second_is_shown() -> None:
    noon = 1_790_856_000_000_000  # 2026-10-01 12:00 UTC
    (row,) = opening_days(Calendar("24x7"), noon + 500_000, noon + MINUTE).to_dicts()
    assert row["hours"] == "12:00:00.500000-12:01"


def test_a_due_date_in_the_second_of_two_equal_hours_is_said_so() -> None:
    of = NamedCalendar(name="always", policy=load_policy(POLICIES / "helpdesk.yaml"))
    report = openings.until_due(of, *placed("2026-10-25 02:30", "Europe/Amsterdam")[:1], Amount(microseconds=HOUR))
    assert report.notes == (
        "2026-10-25 02:30:00 occurs twice in Europe/Amsterdam: the second is due, after the clocks went back",
    )


# --- which dates ---------------------------------------------------------------------------------------------------


def test_four_weeks_from_this_monday_are_shown_unless_something_else_is_said() -> None:
    first, last = span(None, None, None, "Europe/Amsterdam")
    assert first.weekday() == 0
    assert timedelta(days=-1) <= datetime.now(UTC).date() - first <= timedelta(days=7)
    assert last - first == timedelta(days=27)


@pytest.mark.parametrize(
    ("first", "last", "weeks", "expected"),
    [
        (date(2026, 10, 7), None, None, (date(2026, 10, 7), date(2026, 11, 3))),
        (date(2026, 10, 7), None, 1, (date(2026, 10, 7), date(2026, 10, 13))),
        (date(2026, 10, 7), date(2026, 10, 7), None, (date(2026, 10, 7), date(2026, 10, 7))),
        (None, date(2020, 10, 7), None, (date(2020, 10, 5), date(2020, 10, 7))),
    ],
)
def test_a_span_is_what_was_said(first, last, weeks, expected) -> None:  # type: ignore[no-untyped-def]
    assert span(first, last, weeks, "UTC") == expected


def test_now_is_an_instant() -> None:
    before = (datetime.now(UTC) - EPOCH) // timedelta(microseconds=1)
    instant, notes = placed("now", "Europe/Amsterdam")
    assert before <= instant <= before + HOUR
    assert notes == ()


@pytest.mark.parametrize("text", ["2026-10-25 02:30+01:00", "2026-10-25T01:30:00Z", "2026-10-25 03:30+0200"])
def test_an_offset_leaves_no_doubt(text: str) -> None:
    assert placed(text, "Europe/Amsterdam") == (1_792_891_800_000_000, ())


# --- at 80 columns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calendar", ["office", "extended", "always"])
@pytest.mark.parametrize(
    "words", [["show", "--from", "2026-12-21", "--weeks", "2"], ["due", "2026-12-24 15:00", "12h"]]
)
def test_a_table_fits_into_80_columns_with_its_hours_whole(
    calendar: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [*words, "-p", str(POLICIES / "helpdesk.yaml"), "--calendar", calendar]
    lines = shown(*given, width=80, monkeypatch=monkeypatch)
    whole = shown(*given, "-f", "csv")
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    hours = pl.read_csv("\n".join(whole).encode())["hours"]
    assert all(any(each in line for line in lines) for each in hours)


def test_the_table_of_a_week_reads_so(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["show", "--from", "2026-12-24", "--to", "2026-12-27", "-p", str(POLICIES / "helpdesk.yaml")]
    assert shown(*words, "--calendar", "office", width=80, monkeypatch=monkeypatch) == [
        "Openings of the calendar 'office' from 2026-12-24 to 2026-12-27,",
        "Europe/Amsterdam",
        "",
        "                                                     In the",
        "Date        Day  Hours                        Open     week  Note",
        "─" * 76,
        "2026-12-24  Thu  08:30-12:30, 13:00-17:30  8:30:00",
        "2026-12-25  Fri  closed                    0:00:00           Eerste kerstdag",
        "2026-12-26  Sat  closed                    0:00:00           Tweede kerstdag",
        "2026-12-27  Sun  closed                    0:00:00  8:30:00",
        "─" * 76,
        "                 total                     8:30:00",
        "",
        "Not shown: week. All columns: a wider terminal, or -f csv.",
    ]


# --- which calendar ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendars", "name"), [("{}", "24x7"), ('{"my office": {hours: {mon: "9:00-10:00"}}}', "my office")]
)
def test_the_only_calendar_needs_no_name(calendars: str, name: str, tmp_path: Path) -> None:
    rest = "levels: {all: {targets: {first_reply: 1h}}}\nrules: [{level: all}]\n"
    text = f"policy: Small\ncalendars: {calendars}\n{rest}"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    title = shown("show", "-p", str(tmp_path / "p.yaml"), "--from", "2026-10-05", "--weeks", "1")[0]
    assert title == f"Openings of the calendar '{name}' from 2026-10-05 to 2026-10-11, UTC"


def test_help_fits_into_80_columns() -> None:
    for command in ([], ["show"], ["elapsed"], ["due"]):
        result = CliRunner().invoke(app, ["calendar", *command, "-h"], prog_name="slaaudit", env={"COLUMNS": "80"})
        assert (result.exit_code, result.stderr) == (0, "")
        assert [line for line in result.stdout.splitlines() if len(line) > 80] == []


def test_the_options_of_the_commands_are_all_documented() -> None:
    commands = get_command(app).commands["calendar"].commands.values()  # type: ignore[attr-defined]
    options = {name for command in commands for p in command.params if p.param_type_name == "option" for name in p.opts}
    assert documented_options("calendar") == options


def test_the_columns_of_the_openings_are_documented() -> None:
    of = NamedCalendar(name="office", policy=load_policy(POLICIES / "minimal.yaml"))
    report = openings.schedule(of, date(2026, 10, 1), date(2026, 10, 1))
    rows = table(sections(MANUAL / "calendars.md")["When are we open?"])
    assert [code(row[0]) for row in rows] == report.frame.columns
