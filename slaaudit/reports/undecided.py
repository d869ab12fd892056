"""What a compliance report says above its rows when no promise was kept or missed: rows of nothing explain nothing."""

from __future__ import annotations

from collections.abc import Mapping

from slaaudit.reports.tallies import JUDGED, OTHERS

_WHY = {
    "running": "{} still running",
    "paused": "{} paused",
    "cancelled": "{} cancelled before a stop",
    "not_measurable": "{} not measurable",
    "no_target": "{} without a target",
    "no_level": "{} of tickets without a level",
    "excluded": "{} of excluded tickets",
}
_LOOK = " What the export does not show: slaaudit log --all --columns ticket,metric,reason."


def summary_of(counts: Mapping[str, int]) -> str:
    """Why nothing was decided, from the clocks of each outcome; empty if something was, or if there are no clocks.

    >>> summary_of({"running": 1, "excluded": 3})
    'No promise was kept or missed. Of 4 clocks: 3 of excluded tickets, 1 still running.'
    """
    if any(counts.get(outcome) for outcome in JUDGED):
        return ""
    found = {outcome: number for outcome in OTHERS if (number := counts.get(outcome, 0))}
    if not found:
        return ""
    most_first = sorted(found, key=lambda outcome: -found[outcome])
    whys = ", ".join(_WHY[outcome].format(f"{found[outcome]:,}") for outcome in most_first)
    clocks = "1 clock" if (number := sum(found.values())) == 1 else f"{number:,} clocks"
    return f"No promise was kept or missed. Of {clocks}: {whys}.{_LOOK if 'not_measurable' in found else ''}"
