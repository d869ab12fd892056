"""The story of one ticket: its rules, its levels, where the time of its clocks went, and what cannot be told."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from documents import MANUAL, sections, table

from slaaudit.calendars import Calendar
from slaaudit.explain import Explanation, explain, json_of, md_of, text_of
from slaaudit.explain.bar import DUE, LETTERS, bar_of
from slaaudit.explain.layout import wrapped
from slaaudit.explain.rules import marked_text, told_rules
from slaaudit.explain.spans import Run, joined, stretches_in
from slaaudit.explain.story import (
    Answer,
    Checked,
    ClockStory,
    Effect,
    Evaluation,
    Kind,
    LevelSpan,
    Moment,
    RuleAnswer,
    Stretch,
)  # fmt: skip
from slaaudit.explain.timetable import timetable
from slaaudit.policy import loads_policy
from slaaudit.problems import SlaauditError
from slaaudit.sources import read_export
from slaaudit.visible import ESCAPES

POLICY = """\
policy: Small
timezone: Europe/Amsterdam
calendars:
  office:
    hours: {mon-fri: "09:00-12:00, 13:00-17:00"}
    holidays: {dates: [{from: 2026-03-04, to: 2026-03-04, name: Fair}]}
levels:
  slow: {calendar: office, targets: {resolution: {target: 16h, pause: {state: pending}}}}
  fast: {based_on: slow, targets: {resolution: 4h}}
rules:
  - {name: Noisy, when: {tags: {contains: loud}}, level: fast, on: [requester_message]}
  - {name: Chat, when: {channel: chat}, level: fast, stop: false}
  - {name: Odd, when: {any: [{priority: high}, {not: {channel: [email, chat]}}], subject: {empty: false}}, level: fast}
  - {name: Partners, when: {account: Partner Co}, level: none}
  - {name: Frozen, when: {tags: {contains: frozen}}, stop: true}
  - {name: Everyone else, level: slow}
exclude: {tags: {contains: test}}
"""
TICKETS = "ticket_id,created_at,status,channel,priority,subject,account,tags"
EVENTS = "ticket_id,at,event,actor,public,field,old,new"
MONDAY = "2026-03-02T09:00:00Z"  # 10:00 in Amsterdam


def story(folder: Path, ticket: str, *events: str, policy: str = POLICY, **options: Any) -> Explanation:
    """The story of ticket T-1: the rest of its row after creation and status, and of its events after the id."""
    (folder / "tickets.csv").write_text(f"{TICKETS}\nT-1,{MONDAY},open,{ticket}\n", encoding="utf-8")
    rows = [f"T-1,{MONDAY},created,requester,,,,", *(f"T-1,{event}" for event in events)]
    (folder / "events.csv").write_text("\n".join([EVENTS, *rows, ""]), encoding="utf-8")
    return explain(read_export([folder]), loads_policy(policy), "T-1", **options)


def answers(told: Explanation, number: int = 0) -> list[str]:
    return [rule.answer for rule in told.evaluations[number].rules]


def lines(told: Explanation) -> list[str]:
    return [f"{line.mark} {line.text}".strip() for line in told_rules(told)]


# --- rules and levels ----------------------------------------------------------------------------------------------


def test_each_rule_says_why_it_matched_or_not(tmp_path: Path) -> None:
    assert lines(story(tmp_path, "email,low,Help,,")) == [
        "Mon 2 Mar 2026 10:00, ticket created by the requester:",
        "· 1 Noisy: not looked at yet, nothing that it listens to has happened",
        "✗ 2 Chat: channel is chat ✗ (email)",
        "✗ 3 Odd: (priority is high ✗ (low) or channel is none of email, chat ✗ (email))"
        " and subject is not empty ✓ (Help)",
        "✗ 4 Partners: account is Partner Co ✗ (none)",
        "✗ 5 Frozen: tags contains frozen ✗ (none)",
        "✓ 6 Everyone else: always → level slow",
    ]


def test_a_rule_that_stops_keeps_the_later_ones_from_being_looked_at(tmp_path: Path) -> None:
    told = story(tmp_path, "chat,high,Help,,")
    assert answers(told) == ["not_looked_at", "overruled", "decides", *["not_reached"] * 3]
    assert lines(told)[2:] == [
        "✓ 2 Chat: channel is chat ✓ (chat) → level fast, unless a later rule matches",
        "✓ 3 Odd: (priority is high ✓ (high) or channel is none of email, chat ✗ (chat))"
        " and subject is not empty ✓ (Help) → level fast",
        "· rules 4 to 6 were not looked at, as rule 3 stopped there",
    ]
    assert [rule.test for rule in told.evaluations[0].rules[3:]] == [None] * 3


def test_level_none_is_a_decision(tmp_path: Path) -> None:
    told = story(tmp_path, "email,low,Help,Partner Co,")
    assert lines(told)[-2:] == [
        "✓ 4 Partners: account is Partner Co ✓ (Partner Co) → no level",
        "· rules 5 and 6 were not looked at, as rule 4 stopped there",
    ]
    assert told.sentence == "Nothing is promised for this ticket: rule 'Partners' gives no level."
    assert [(span.level, span.rule) for span in told.levels] == [(None, 4)]


def test_a_rule_without_a_level_keeps_what_is_there(tmp_path: Path) -> None:
    changed = "2026-03-02T10:00:00Z,change,agent,,tags,,frozen"
    told = story(tmp_path, "email,low,Help,,frozen", changed)
    assert answers(told, 0)[4:] == ["no_match", "decides"]
    assert answers(told, 1)[4:] == ["keeps", "not_reached"]
    assert lines(told)[7:] == [
        "Mon 2 Mar 2026 11:00, tags: (none) → frozen:",
        "✓ 5 Frozen: tags contains frozen ✓ (frozen) → the level so far stays",
        "· rule 6 was not looked at, as rule 5 stopped there",
        "· the level stays slow",
    ]
    assert [(span.level, span.rule) for span in told.levels] == [("slow", 6)]


def test_the_answer_of_a_rule_stands_until_it_is_looked_at_again(tmp_path: Path) -> None:
    events = [
        "2026-03-02T10:00:00Z,message,requester,true,,,",
        "2026-03-02T11:00:00Z,change,agent,,priority,low,normal",
        "2026-03-02T12:00:00Z,change,agent,,priority,normal,low",
    ]
    told = story(tmp_path, "email,low,Help,,loud", *events)
    assert [answers(told, number)[0] for number in range(4)] == ["not_looked_at", "decides", "decides", "decides"]
    assert [evaluation.rules[0].since for evaluation in told.evaluations[1:3]] == [None, told.evaluations[1].at]
    assert lines(told)[7:11] == [
        "Mon 2 Mar 2026 11:00, message of the requester:",
        "✓ 1 Noisy: tags contains loud ✓ (loud) → level fast",
        "· rules 2 to 6 were not looked at, as rule 1 stopped there",
        "Mon 2 Mar 2026 12:00, priority: low → normal:",
    ]
    assert lines(told)[11].endswith("→ level fast (as last looked at on Mon 2 Mar 2026 11:00)")
    assert lines(told)[-1] == "Gone through again on Mon 2 Mar 2026 13:00, with the same answers."


def test_levels_over_time_with_the_rules_that_gave_them(tmp_path: Path) -> None:
    told = story(tmp_path, "email,high,Help,,", "2026-03-02T10:00:00Z,change,agent,,priority,low,high")
    first, second = told.levels
    assert (first.level, first.rule_name, first.ends) == ("slow", "Everyone else", second.starts)
    assert (second.level, second.rule, second.ends) == ("fast", 3, None)


def test_an_excluded_ticket_is_told_with_what_excludes_it(tmp_path: Path) -> None:
    told = story(tmp_path, "email,low,Help,,test|vip")
    assert told.sentence == (
        "This ticket is not judged: the policy leaves it out, because tags contains test (its tags: test, vip)."
    )
    assert told.exclusion is not None
    assert marked_text(told.exclusion) == "tags contains test ✓ (test, vip)"
    assert "  Left out by exclude: tags contains test ✓ (test, vip)\n" in text_of(told)
    assert told.evaluations
    assert told.levels


def test_a_ticket_on_which_no_clock_starts_says_so(tmp_path: Path) -> None:
    policy = POLICY.replace("targets: {resolution: 4h}", "targets: {chat_answer: 4h, call_answer: 4h}").replace(
        "{resolution: {target: 16h, pause: {state: pending}}}", "{chat_answer: 16h}"
    )
    events = [f"2026-03-02T10:00:00Z,{event},requester,,,," for event in ("chat_started", "call_started")]
    told = story(tmp_path, "email,low,Help,,", *events, policy=policy)
    assert told.clocks == ()
    assert told.sentence == (
        "There is nothing to judge: nothing that starts one of the promised clocks has happened on this ticket."
    )
    told = story(tmp_path, "email,low,Help,,", *events, policy=policy, metric="chat_answer")
    assert told.sentence == (
        "There is nothing to judge: nothing that starts the clock Chat answer has happened on this ticket."
    )


# --- where the time went -------------------------------------------------------------------------------------------


def test_a_clock_is_told_piece_by_piece(tmp_path: Path) -> None:
    told = story(
        tmp_path,
        "email,low,Help,,",
        "2026-03-02T13:00:00Z,change,agent,,status,open,pending",
        "2026-03-03T09:00:00Z,change,requester,,status,pending,open",
        "2026-03-06T10:00:00Z,change,agent,,status,open,solved",
    )
    (clock,) = told.clocks
    assert [(row.when, row.what, row.kind, row.used) for row in timetable(clock, "Europe/Amsterdam")] == [
        ("Mon 2 Mar 10:00", "ticket created by the requester: the clock starts", "moment", None),
        ("Mon 2 Mar", "10:00–12:00, 13:00–14:00", "counted", timedelta(hours=3)),
        ("Mon 2 Mar 14:00", "status: open → pending: the clock pauses (waiting for the requester)", "moment", None),
        ("", "until Tue 3 Mar 10:00, 4:00:00 not counted", "paused", None),
        ("Tue 3 Mar 10:00", "status: pending → open: the clock goes on", "moment", None),
        ("Tue 3 Mar", "10:00–12:00, 13:00–17:00", "counted", timedelta(hours=9)),
        ("Wed 4 Mar", "Wed 4 Mar: Fair", "closed", None),
        ("Thu 5 Mar", "09:00–12:00, 13:00–17:00", "counted", timedelta(hours=16)),
        ("Thu 5 Mar 17:00", "the target of 16h is used up", "due", timedelta(hours=16)),
        ("", "until Fri 6 Mar 09:00", "closed", None),
        ("Fri 6 Mar", "09:00–11:00", "overdue", timedelta(hours=18)),
        (
            "Fri 6 Mar 11:00",
            "status: open → solved: the clock stops (the ticket is solved)",
            "moment",
            timedelta(hours=18),
        ),
    ]
    assert clock.sentence.endswith("and came on Fri 6 Mar at 11:00, 2 hours of business time late.")
    kinds = [stretch.kind for stretch in clock.stretches]
    assert kinds[:7] == ["counted", "closed", "counted", "paused", "closed", "paused", "counted"]
    assert [stretch.why for stretch in clock.stretches if stretch.why][-1] == "Wed 4 Mar: Fair"


def test_a_clock_that_pauses_at_this_very_moment_says_why(tmp_path: Path) -> None:
    told = story(tmp_path, "email,low,Help,,", "2026-03-02T10:00:00Z,change,agent,,status,open,pending")
    (clock,) = told.clocks
    assert clock.row["outcome"] == "paused"
    assert [moment.effect for moment in clock.moments] == ["starts", "pauses", "as_of"]
    assert "has stood still since Mon 2 Mar 2026 at 11:00 (waiting for the requester)" in clock.sentence


def test_every_date_has_its_year_once_the_story_crosses_one(tmp_path: Path) -> None:
    opened, as_of = f"{MONDAY},change,agent,,status,new,open", datetime(2030, 3, 20, 10, tzinfo=UTC)
    told = text_of(story(tmp_path, "email,low,Help,,", opened, as_of=as_of))
    dates = re.findall(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2}(?! –)(?: \d{4})?", told)
    assert [date for date in dates if not re.search(r" \d{4}$", date)] == []
    assert re.search(r"\n  Fri 6 Mar 2026 – +▓ 1,053 working days .*\n  Tue 19 Mar 2030\n", told)


def test_many_days_in_a_row_become_one_row_that_names_the_holidays(tmp_path: Path) -> None:
    opened, as_of = f"{MONDAY},change,agent,,status,new,open", datetime(2026, 3, 20, 10, tzinfo=UTC)
    told = story(tmp_path, "email,low,Help,,", opened, as_of=as_of)
    rows = timetable(told.clocks[0], "Europe/Amsterdam")
    assert [(row.when, row.what, row.kind, row.amount) for row in rows if " days" in row.what] == [
        ("Fri 6 Mar – Thu 19 Mar", "10 working days", "overdue", timedelta(hours=70))
    ]
    told = story(tmp_path, "email,low,Help,,", opened, policy=POLICY.replace("16h", "99h"), as_of=as_of)
    rows = timetable(told.clocks[0], "Europe/Amsterdam")
    assert "12 working days (closed Wed 4 Mar: Fair)" in [row.what for row in rows]


def instant(day: int, hour: int) -> datetime:
    """An instant of March 2026, in UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_stretches_are_cut_at_openings_and_at_the_due_date() -> None:
    calendar = Calendar({"hours": {"daily": "09:00-12:00"}})
    runs = [Run(instant(2, 8), instant(2, 10), True, "", 0), Run(instant(2, 10), instant(3, 10), False, "why", 1)]
    told = stretches_in([*runs, Run(instant(3, 10), instant(3, 13), True, "", 2)], calendar, due=instant(3, 11))
    assert [(each.starts.hour, each.ends.hour, each.kind, each.used // timedelta(hours=1)) for each in told] == [
        (8, 9, "closed", 0), (9, 10, "counted", 1), (10, 12, "paused", 1), (12, 9, "closed", 1), (9, 10, "paused", 1),
        (10, 11, "counted", 2), (11, 12, "overdue", 3), (12, 13, "closed", 3),
    ]  # fmt: skip
    assert [each.why for each in told if each.kind == "paused"] == ["why", "why"]


def test_runs_of_the_same_condition_are_one_and_those_of_no_length_are_none() -> None:
    first, nothing = Run(instant(2, 8), instant(2, 9), True, "", 0), Run(instant(2, 9), instant(2, 9), False, "why", 1)
    second = Run(instant(2, 9), instant(2, 10), True, "", 2)
    assert joined([first, nothing, second], goes_on=False) == [Run(instant(2, 8), instant(2, 10), True, "", 0)]
    assert joined([first, nothing], goes_on=True) == [first, nothing]


def test_openings_past_midnight_have_a_row_of_their_own() -> None:
    calendar = Calendar({"hours": {"daily": "22:00-06:00"}})
    runs = [Run(instant(2, 1), instant(4, 2), True, "", 0)]
    clock = a_clock(stretches_in(runs, calendar, due=None), due=instant(5, 0))
    rows = timetable(clock, "UTC")
    assert [(row.when, row.what, row.amount) for row in rows if row.amount] == [
        ("Mon 2 Mar", "01:00–06:00", timedelta(hours=5)),
        ("Mon 2 Mar", "22:00 until Tue 3 Mar 06:00", timedelta(hours=8)),
        ("Tue 3 Mar", "22:00 until Wed 4 Mar 02:00", timedelta(hours=4)),
    ]


def test_a_day_of_many_openings_is_told_in_short() -> None:
    calendar = Calendar({"hours": {"daily": "01:00-02:00, 03:00-04:00, 05:00-06:00, 23:00-24:00"}})
    clock = a_clock(
        stretches_in([Run(instant(2, 0), instant(3, 0), True, "", 0)], calendar, due=None), due=instant(5, 0)
    )
    assert [row.what for row in timetable(clock, "UTC") if row.amount] == ["01:00–24:00 in 4 openings"]


# --- the bar -------------------------------------------------------------------------------------------------------


def a_clock(stretches: list[Stretch], *, due: datetime | None) -> ClockStory:
    ends = (stretches[0].starts, stretches[-1].ends)
    moments = tuple(Moment(at=at, what="", effect=effect) for at, effect in zip(ends, ("starts", "ends"), strict=True))
    return ClockStory(title="", why="", row={"due_date": due}, sentence="", stretches=tuple(stretches), moments=moments)


def spans(*kinds: str) -> list[Stretch]:
    """Stretches of one hour each."""
    return [
        Stretch(starts=instant(2, hour), ends=instant(2, hour + 1), kind=kind, open=timedelta(), used=timedelta())  # type: ignore[arg-type]
        for hour, kind in enumerate(kinds)
    ]


def drawn(clock: ClockStory, width: int) -> tuple[str, int | None]:
    bar = bar_of(clock, width)
    assert bar is not None
    return bar.text, bar.due


def test_a_bar_shows_each_kind_of_time_in_its_place() -> None:
    kinds = ["counted", "closed", "paused", "counted", "overdue"]
    assert drawn(a_clock(spans(*kinds), due=instant(2, 4)), 10) == ("██··░░██▓▓", 8)


def test_a_bar_reaches_to_a_due_date_that_is_still_to_come() -> None:
    assert drawn(a_clock(spans("counted", "paused"), due=instant(2, 8)), 8) == ("█░      ", 7)


def test_no_kind_of_time_is_too_short_to_be_seen() -> None:
    text, _ = drawn(a_clock(spans("counted", *["closed"] * 20, "overdue"), due=instant(2, 1)), 4)
    assert text == "█··▓"
    assert set(drawn(a_clock(spans("counted", "paused", *["closed"] * 20), due=instant(2, 22)), 5)[0]) == {
        "█",
        "░",
        "·",
    }


def test_a_clock_without_time_has_no_bar() -> None:
    assert bar_of(ClockStory(title="", why="", row={"due_date": None}, sentence=""), 10) is None


def test_the_letters_of_a_bar_differ_without_colour() -> None:
    assert len(set(LETTERS.values())) == len(LETTERS)


# --- what cannot be told -------------------------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """An export with tickets that could not be used."""
    rows = ["AB-1001,2026-03-02T09:00:00Z,open,email,,,,", "AB-1002,2026-13-02T09:00:00Z,open,email,,,,"]
    rows += ["AB-1003,2026-03-02T09:00:00Z,open,email,low,,,", "AB-1003,2026-03-02T09:00:00Z,open,email,high,,,"]
    (tmp_path / "tickets.csv").write_text("\n".join([TICKETS, *rows, ""]), encoding="utf-8")
    events = ["AB-1001,2026-03-02T09:30:00Z,escalated,,,,,", "AB-1009,2026-03-02T09:30:00Z,message,agent,true,,,"]
    (tmp_path / "events.csv").write_text("\n".join([EVENTS, *events, ""]), encoding="utf-8")
    return tmp_path


def refusal(folder: Path, ticket: str, **options: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(SlaauditError) as raised:
        explain(read_export([folder]), loads_policy(POLICY), ticket, **options)
    return [(problem.code, problem.what, problem.hint) for problem in raised.value.problems]


@pytest.mark.parametrize("written", ["ab-1001", "1001", "AB1001", "AB-101"])
def test_an_unknown_ticket_names_the_nearest(sample: Path, written: str) -> None:
    what = f"there is no ticket '{written}' among the 1 of the export"
    assert refusal(sample, written) == [("unknown_ticket", what, "did you mean 'AB-1001'?")]


def test_an_unknown_ticket_without_any_that_is_near(sample: Path) -> None:
    ((_, _, hint),) = refusal(sample, "zzz")
    assert hint == "ids are written as in the export"


def test_a_ticket_that_was_rejected_is_told_with_its_problem(sample: Path) -> None:
    told = refusal(sample, "AB-1002")
    assert [code for code, _, _ in told] == ["ticket_rejected", "bad_date"]
    assert told[0][1] == "ticket AB-1002 is in the export, but none of its rows could be used"
    assert [code for code, _, _ in refusal(sample, "AB-1003")] == ["ticket_rejected", *["conflicting_duplicate"] * 2]


def test_a_ticket_that_only_events_know_is_unknown(sample: Path) -> None:
    told = refusal(sample, "AB-1009")
    assert [code for code, _, _ in told] == ["unknown_ticket", "unknown_ticket"]


def test_a_row_of_the_ticket_that_could_not_be_used_is_remarked(sample: Path) -> None:
    told = explain(read_export([sample]), loads_policy(POLICY), "AB-1001")
    assert [problem.code for problem in told.problems] == ["unknown_event"]
    assert "column event: 'escalated' is no event; the row is not used" in " ".join(text_of(told).split())


def test_a_ticket_that_was_not_created_yet_has_no_story(sample: Path) -> None:
    ((code, what, _),) = refusal(sample, "AB-1001", as_of=datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert code == "not_created_yet"
    assert what == "ticket AB-1001 was created on Mon 2 Mar 2026 10:00, after the as-of instant, Mon 2 Mar 2026 09:00"


def test_a_metric_that_nobody_promises_is_refused(sample: Path) -> None:
    assert refusal(sample, "AB-1001", metric="resolutoin") == [
        ("unknown_metric", "there is no metric 'resolutoin'", "did you mean 'resolution'? promised: resolution")
    ]
    assert refusal(sample, "AB-1001", metric="first_reply") == [
        ("unknown_metric", "no level promises the metric 'first_reply'", "promised: resolution")
    ]


# --- formats -------------------------------------------------------------------------------------------------------

HOSTILE = (
    "".join(letter for letter in ESCAPES if letter not in "\0\r\n") + "[red]|<b>`*"
)  # NUL is no text to any reader


def hostile(folder: Path) -> Explanation:
    """A ticket whose every text is meant to do harm."""
    story(folder, "email,low,Help,,", "2026-03-02T10:00:00Z,change,agent,,field,old,new")
    export = read_export([folder])
    texts = ("requester", "account", "priority", "channel", "subject", "agent")
    return explain(
        replace(
            export,
            tickets=export.tickets.with_columns(pl.lit(HOSTILE).alias(name) for name in texts),
            events=export.events.with_columns(
                pl.when(event="change").then(pl.lit(HOSTILE)).alias(name) for name in ("field", "old", "new")
            ),
        ),
        loads_policy(POLICY.replace("Everyone else", '"Everyone \\e[2J"')),
        "T-1",
    )


def test_no_text_of_a_ticket_can_steer_a_terminal(tmp_path: Path) -> None:
    told = hostile(tmp_path)
    assert "\x1b" in told.ticket["subject"]
    assert "\x1b" in told.evaluations[1].what
    for written in (text_of(told), md_of(told)):
        assert {letter for letter in written if letter in ESCAPES} == {"\n"}
    styled = text_of(told, color=True)
    assert {letter for letter in re.sub(r"\x1b\[[0-9;]*m", "", styled) if letter in ESCAPES} == {"\n"}
    assert styled != text_of(told)


def test_markdown_has_no_markup_of_the_ticket(tmp_path: Path) -> None:
    prose = re.sub(r"```.*?```", "", md_of(hostile(tmp_path)), flags=re.DOTALL)
    assert not re.search(r"(?<!\\)(\[red|<b>|`\*)", prose)


def test_a_long_text_neither_floods_the_page_nor_widens_it(tmp_path: Path) -> None:
    told = story(tmp_path, f"email,low,{'長い題名' * 3_000},,")
    assert len(text_of(told)) < 5_000
    assert wrapped("ab 長い題名", 5) == ["ab", "長い", "題名"]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
def test_a_page_is_as_wide_as_the_terminal(tmp_path: Path, width: int) -> None:
    told = story(
        tmp_path, "email,low,Help me with this,A customer with a name,", f"{MONDAY},change,agent,,status,new,open"
    )
    assert max(map(len, text_of(told, width=width).splitlines())) == width


def test_json_carries_everything_with_rfc_3339_and_seconds(tmp_path: Path) -> None:
    told = story(tmp_path, "email,low,Help,,", "2026-03-02T10:00:00Z,change,agent,,status,open,solved")
    document = json.loads(json_of(told))
    assert list(document) == [
        "ticket", "as_of", "timezone", "policy", "sentence", "evaluations", "exclusion", "levels", "clocks", "problems",
        "notes",
    ]  # fmt: skip
    (clock,) = document["clocks"]
    assert (clock["metric"], clock["outcome"], clock["due_date"]) == (
        "resolution",
        "fulfilled",
        "2026-03-04T23:00:00Z"[:0] or clock["due_date"],
    )
    assert (clock["elapsed"], clock["target"], clock["sla"]) == (3600, 57600, 54000)
    assert clock["stretches"] == [
        {
            "starts": "2026-03-02T09:00:00Z",
            "ends": "2026-03-02T10:00:00Z",
            "kind": "counted",
            "open": 3600,
            "used": 3600,
            "why": "",
        }
    ]
    assert document["ticket"]["tags"] is None
    assert document["as_of"] == "2026-03-02T10:00:00Z"


# --- the manual ----------------------------------------------------------------------------------------------------


def test_the_manual_names_every_key_of_the_json(tmp_path: Path) -> None:
    rows = table(sections(MANUAL / "explain.md")["The keys of the JSON"])
    described = [word for row in rows for word in re.findall(r"`(\w+)`", row[0])]
    document = json.loads(json_of(story(tmp_path, "email,low,Help,,")))
    kinds = (Evaluation, RuleAnswer, Checked, LevelSpan, ClockStory, Stretch, Moment)
    names = [field.name for kind in kinds for field in fields(kind) if (kind, field.name) != (ClockStory, "row")]
    assert sorted(described) == sorted([*document, *names])


def test_the_manual_names_every_word_and_sign() -> None:
    page = (MANUAL / "explain.md").read_text(encoding="utf-8")
    for words in (Answer, Effect, Kind):
        assert [word for word in get_args(words) if f"`{word}`" not in page] == []
    signs = [*(letter for kind, letter in LETTERS.items() if kind != "ahead"), DUE]
    assert [row[0] for row in table(sections(MANUAL / "explain.md")["The bar"])] == [f"`{sign}`" for sign in signs]


def test_what_is_left_of_a_long_target_is_told_to_its_last_letter(tmp_path: Path) -> None:
    policy = POLICY.replace("resolution: {target: 16h", "resolution: {target: 400h")
    told = story(tmp_path, "email,low,Help,,", "2026-03-02T10:00:00Z,change,agent,,status,open,solved", policy=policy)
    for width in (60, 80, 100):
        assert re.search(r" 399:00:00 to spare$", text_of(told, width=width), re.MULTILINE)
