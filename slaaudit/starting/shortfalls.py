"""What to say of an export that can show none of the usual promises."""

from __future__ import annotations

from slaaudit.engine.reasons import NOT_SHOWN
from slaaudit.frames import VENDOR_OUTCOME
from slaaudit.inspecting.measurable import measurable
from slaaudit.sources import Export
from slaaudit.sources.profiles.loading import GENERIC, load_profile, sources
from slaaudit.starting.promises import PROMISES

_STAMPS = ("first_reply_at", "solved_at", "closed_at")
_ZONE = " ({zone})"  # how a profile writes headings that say the zone of their times
_TABLES = frozenset({"tickets", "updates", "details"})


def shows_nothing_usual(export: Export) -> bool:
    """Whether none of the promises that nearly every contract has can be measured."""
    usual = [name for name, promise in PROMISES.items() if promise.is_usual]
    return all(each.lacking for each in measurable(export.shows) if each.metric in usual)


def shortfalls(export: Export) -> list[str]:
    """Notes on an export that shows nothing usual: what is missing, and what to export as well."""
    lacking = f"{NOT_SHOWN['first_reply']} or {NOT_SHOWN['solves']}"
    more = f"; see slaaudit manual {export.source}" if export.source in sources() and export.source != GENERIC else ""
    return [
        f"nothing usual can be measured: the export does not show {lacking}, so all clocks will be not_measurable",
        f"export {_wanted(export)} as well, or the history of the tickets{more}",
    ]


def own_verdicts(export: Export) -> list[str]:
    """The columns with verdicts of the help desk itself."""
    return [name for name in export.tickets.columns if name.startswith(VENDOR_OUTCOME)]


def _wanted(export: Export) -> str:
    """The columns that would tell it, by the headings that the profile knows; by our names where it knows none."""
    names = _headings(export)
    return f"the column{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else "the times of both"


def _headings(export: Export) -> list[str]:
    if export.source not in sources():
        return []
    used = {one.table for one in export.reading if one.holds in _TABLES}
    tables = [table for table in load_profile(export.source).tables.values() if table.name in used]
    specs = [table.columns.get(stamp) for table in tables for stamp in _STAMPS]
    plain = [[name for name in spec.headings if not set(".[*") & set(name)] for spec in specs if spec]
    return list(dict.fromkeys(names[0].removesuffix(_ZONE) for names in plain if names))
