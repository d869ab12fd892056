"""Markdown: a table that stays a table whatever is in the cells."""

from datetime import timedelta

import polars as pl
from fake_audit import a_report

from slaaudit.render import rendered


def test_columns_are_headed_aligned_and_the_total_is_bold() -> None:
    frame = pl.DataFrame({"agent": ["Ann", None], "missed": [1234, 0], "sla": [timedelta(minutes=-90), None]})
    total = pl.DataFrame({"agent": [None], "missed": [1234], "sla": [None]}, schema=frame.schema)
    kinds = {"agent": "text", "missed": "count", "sla": "duration"}
    report = a_report(frame, total=total, kinds=kinds, groups=("agent",), title="Missed | by *agent*")
    assert rendered(report, "md").decode() == (
        "## Missed \\| by \\*agent\\*\n"
        "\n"
        "| Agent | Missed | Time left |\n"
        "| --- | ---: | ---: |\n"
        "| Ann | 1,234 | -1:30:00 |\n"
        "| (none) | 0 |  |\n"
        "|  | **1,234** |  |\n"
    )


def shown(text: str) -> str:
    cell = rendered(a_report(pl.DataFrame({"subject": [text]})), "md").decode().split("\n")[4]
    return cell.removeprefix("| ").removesuffix(" |")


def test_markup_in_texts_is_escaped() -> None:
    assert shown("a|b *c* _d_ `e` [f](g) <h> ~i~ & $j$ #k !l \\m") == (
        "a\\|b \\*c\\* \\_d\\_ \\`e\\` \\[f\\](g) \\<h\\> \\~i\\~ \\& \\$j\\$ \\#k \\!l \\\\m"
    )


def test_words_with_underscores_are_left_alone() -> None:
    assert shown("first_reply") == "first_reply"


def test_line_breaks_stay_in_the_cell_and_control_characters_are_visible() -> None:
    assert shown("one\ntwo\r\nthree\tfour\x1b[31m\u202e") == "one<br>two<br>three four\\\\x1b\\[31m\\\\u202e"


def test_headings_of_custom_columns_are_escaped_too() -> None:
    text = rendered(a_report(pl.DataFrame({"custom.a|b\n\x1b": ["x"]})), "md").decode()
    assert text.split("\n")[2] == "| a\\|b \\\\x1b |"
