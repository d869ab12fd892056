"""A source profile → its page of the manual, in Markdown: what to give, what becomes of it, what cannot be measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill

from slaaudit.frames import EVENTS_OF
from slaaudit.inspecting.measurable import measurable
from slaaudit.markdown import markdown_table
from slaaudit.sources.profiles.loading import ColumnSpec, Profile, TableProfile
from slaaudit.sources.profiles.shows import shown

_WIDTH = 88
_HOLDS = {
    "tickets": "one row a ticket",
    "updates": "one row an update, with the whole ticket in it: what differs from the row before has changed",
    "events": "one row for each thing that happened",
    "details": "more about tickets that another file holds",
    "clocks": "one row for each clock of the help desk's own SLA, kept for comparison",
    "names": "names for ids",
    "nothing": "settings: recognised, but not used",
}
_TICKETS = ("tickets", "updates", "details")
_ANY_FIELD = ("status", "agent", "department", "priority")


def page_of(profile: Profile, *, samples: Iterable[str] = ()) -> str:
    """The page about one system, with a line break at its end. `samples`: folders of sample data to try it on."""
    parts = [f"# {profile.title}: what slaaudit reads", _wrapped(profile.about), _try_it(profile, list(samples))]
    parts += ["## What you can give", *_tables(profile), "## What can be measured", _measured(profile)]
    if profile.limits:
        parts += ["What its exports never show:", _listed(profile.limits)]
    parts += ["## Statuses", _states(profile)] if profile.states else []
    parts += ["## How it is written", _listed(_habits(profile))]
    if profile.unverified:
        parts += ["## Not verified", "We had no real file to check this against:", _listed(profile.unverified)]
    return "\n\n".join(part for part in parts if part) + "\n"


def systems_table(profiles: Iterable[Profile]) -> str:
    """A table of the systems: the name of the page, and what it reads."""
    rows = [[f"`{profile.source}`", profile.title] for profile in profiles]
    return markdown_table(["page", "help desk"], rows)


def could_show(tables: Iterable[TableProfile]) -> frozenset[str]:
    """What an export with all of these tables, their columns filled, would show (words of `export.SHOWS`)."""
    columns: set[str] = set()
    kinds: set[tuple[str, str | None]] = set()
    for table in tables:
        if table.holds in ("tickets", "details"):
            columns |= {name.removesuffix(".after") for name in table.columns}
        elif table.holds == "updates":
            kinds |= {("change", name) for name in table.columns if name not in table.final}
        elif table.holds == "events":
            kinds |= set(_kinds(table))
    return shown(columns, kinds)


def _kinds(table: TableProfile) -> Iterator[tuple[str, str | None]]:
    """The events that the rows of a table can be, each with the field it may be about."""
    field = table.columns.get("field")
    fields = _possible(field) if field else ()
    for event in _possible(table.columns["event"]):
        yield from ((event, each) for each in (fields or _ANY_FIELD)) if event == "change" else ((event, None),)


def _possible(spec: ColumnSpec) -> tuple[str, ...]:
    """The words of ours that a column can come to; events that are named as we do can be any."""
    own = [spec.value] if spec.value else list(dict.fromkeys(spec.words.values()))
    own = own or list(EVENTS_OF if spec.column == ("event",) else ())
    return tuple(dict.fromkeys([*own, *(word for each in spec.first_of for word in _possible(each))]))


def _try_it(profile: Profile, samples: list[str]) -> str:
    lines = [f"slaaudit inspect {folder}" for folder in samples] or ["slaaudit inspect EXPORT"]
    return "\n".join(["```sh", *lines, "```"])


def _tables(profile: Profile) -> Iterator[str]:
    for table in profile.tables.values():
        yield f"### {table.title}"
        holds = _HOLDS[table.holds]
        yield _wrapped(f"{holds[0].upper()}{holds[1:]}.{_recognised(table)}")
        if rows := _columns(table):
            yield markdown_table(["slaaudit", "from the export"], rows)


def _recognised(table: TableProfile) -> str:
    groups = [" or ".join(f"`{name}`" for name in group) for group in table.known_by]
    named = " or ".join(f"`{name}`" for name in table.lists if name)
    alone = ", or an array by itself" if "" in table.lists else ""
    place = f" In JSON: the list {named}{alone}." if named else ""
    place += f" A row is an item of `{table.rows}`." if table.rows else ""
    place += f" A row is a filled cell of the repeated column `{table.cells_of.column}`." if table.cells_of else ""
    return (f" Recognised by {', '.join(groups)}." if groups else "") + place


def _columns(table: TableProfile) -> list[list[str]]:
    return [[f"`{name}`", source_of(spec)] for name, spec in table.columns.items()]


def source_of(spec: ColumnSpec) -> str:
    """Where a column comes from, in words: headings, words, units."""
    if spec.value is not None:
        return f"always `{spec.value}`"
    text = "; else ".join(source_of(each) for each in spec.first_of) or " or ".join(f"`{name}`" for name in spec.column)
    notes = [f"in {spec.unit.replace('hms', 'H:MM:SS').replace('since_1970', 'days after 1970')}"] if spec.unit else []
    notes += [f"`{theirs}` = `{ours}`" for theirs, ours in spec.words.items()]
    notes += ["the rest is left out"] if "*" in spec.ignore else []
    notes += (
        [f"left out: {', '.join(f'`{word}`' for word in sorted(spec.ignore - {'*'}))}"] if spec.ignore - {"*"} else []
    )
    notes += [f"names from `{spec.names}`"] if spec.names else []
    notes += ["the ticket's requester is the requester, others are agents"] if spec.actor else []
    notes += ["all columns of this name"] if spec.repeated else []
    notes += [f"negative = `{spec.sign['negative']}`, else `{spec.sign['other']}`"] if spec.sign else []
    return text + (f" ({', '.join(notes)})" if notes else "")


def _measured(profile: Profile) -> str:
    """A table: which clocks each part of an export can tell, and all of them together."""
    tables = [table for table in profile.tables.values() if table.holds not in ("names", "nothing", "clocks")]
    shows = {table.title: could_show([table]) for table in tables}
    shows |= {"all together": could_show(tables)} if len(tables) > 1 else {}
    rows = [
        [title, ", ".join(f"`{each.metric}`" for each in measurable(words) if not each.lacking) or "nothing by itself"]
        for title, words in shows.items()
    ]
    together = frozenset().union(*shows.values()) if shows else frozenset()
    lacking = [f"`{each.metric}`: {each.why}" for each in measurable(together) if each.lacking]
    never = f"\n\nNever, whatever you give:\n\n{_listed(lacking)}" if lacking else ""
    return markdown_table(["from", "these clocks can be measured"], rows) + never


def _states(profile: Profile) -> str:
    rows = [[f"`{state}`", ", ".join(f"`{word}`" for word in words)] for state, words in profile.states.items()]
    about = "Any other status stops the run, which prints a `states:` block for your policy, ready to fill in."
    return f"{markdown_table(['state', 'the help desk says'], rows)}\n\n{_wrapped(about)}"


def _habits(profile: Profile) -> Iterator[str]:
    if profile.timezone:
        yield f"Times that do not say their zone are local times in {profile.timezone}, unless `--timezone` says else."
    else:
        yield "Times that do not say their zone are local times in the zone of `--timezone` or of the policy."
    words = sorted(word for word in profile.null_words if word)
    yield f"Empty is also: {', '.join(f'`{word}`' for word in words)}." if words else "Empty cells are missing values."
    yield f"Lists in a cell are separated by `{profile.list_separator}`."


def _listed(items: Iterable[str]) -> str:
    return "\n".join(
        fill(item, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
        for item in items
    )


def _wrapped(text: str) -> str:
    return fill(" ".join(text.split()), _WIDTH, break_on_hyphens=False, break_long_words=False)
