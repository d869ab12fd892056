"""The account: sums that add up before the reader's eyes."""

from datetime import UTC, datetime

from fake_audit import an_account


def test_every_bucket_is_in_a_sum_that_adds_up() -> None:
    account = an_account(
        ticket_rows=2012, tickets=2003, duplicates=4, rejected=5, judged=1871, excluded=96, no_level=30, no_clock=5,
        after_as_of=1, event_rows=31000, event_rows_rejected=12, problems=20,
        outcomes={"fulfilled": 4000, "missed": 210, "running": 0, "excluded": 96},
    )  # fmt: skip
    assert account.lines("Europe/Amsterdam") == [
        "2,012 ticket rows read = 2,003 tickets + 4 duplicates + 5 rejected",
        "31,000 event rows read, 12 of them rejected",
        "2,003 tickets = 1,871 judged + 96 excluded + 30 without level + 5 without a clock"
        " + 1 created after the as-of instant",
        "4,306 clocks = 4,000 fulfilled + 210 missed + 96 excluded",
        "as of 2026-11-05 17:42:10 Europe/Amsterdam · policy Acme support (sha256 1a2b3c4d5e6f)",
        "20 rows rejected or corrected, 17 of them rejected",
    ]


def test_empty_buckets_are_not_mentioned() -> None:
    account = an_account(ticket_rows=1, tickets=1, judged=1)
    assert account.lines() == [
        "1 ticket row read = 1 ticket",
        "1 ticket = 1 judged",
        "as of 2026-11-05 16:42:10 UTC · policy Acme support (sha256 1a2b3c4d5e6f)",
    ]


def test_tickets_made_from_events_are_not_said_to_have_been_read_as_rows() -> None:
    account = an_account(tickets=3, judged=3, event_rows=1200)
    assert account.lines()[:2] == ["3 tickets made from 1,200 event rows", "1,200 event rows read"]


def test_a_single_corrected_row_is_one_row() -> None:
    account = an_account(ticket_rows=1, tickets=1, judged=1, problems=1)
    assert account.lines()[-1] == "1 row rejected or corrected, 0 of them rejected"


def test_rows_that_ended_in_no_bucket_are_shouted_out() -> None:
    account = an_account(ticket_rows=10, tickets=7, judged=7, rejected=1)
    assert account.lines()[0] == (
        "10 ticket rows read = 7 tickets + 1 rejected + 2 unaccounted for (a defect of this program: please report it)"
    )


def test_a_policy_name_cannot_steer_the_terminal() -> None:
    account = an_account(policy_name="Acme\x1b[2J\rsupport\u202e")
    assert account.lines()[-1].endswith("policy Acme\\x1b[2J\\rsupport\\u202e (sha256 1a2b3c4d5e6f)")


def test_microseconds_of_the_as_of_instant_are_shown_when_there_are_any() -> None:
    account = an_account(as_of=datetime(2026, 1, 5, 16, 42, 10, 250_000, tzinfo=UTC))
    assert account.lines("Asia/Tokyo")[-1].startswith("as of 2026-01-06 01:42:10.250000 Asia/Tokyo · ")


def test_json_has_every_field_and_the_instant_in_utc() -> None:
    account = an_account(ticket_rows=2, tickets=2, judged=2, outcomes={"missed": 2})
    assert account.as_dict() == {
        "ticket_rows": 2, "rejected": 0, "duplicates": 0, "tickets": 2, "after_as_of": 0, "excluded": 0, "no_level": 0,
        "no_clock": 0, "judged": 2, "event_rows": 0, "event_rows_rejected": 0, "problems": 0, "outcomes": {"missed": 2},
        "as_of": "2026-11-05T16:42:10Z", "policy_name": "Acme support", "policy_hash": "1a2b3c4d5e6f" + "0" * 52,
        "files": ["tickets.csv"],
    }  # fmt: skip
