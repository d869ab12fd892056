"""The text of a starting policy, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slaaudit.engine.states import state_words
from slaaudit.frames import STATES
from slaaudit.policy import Policy, loads_policy, preset_names
from slaaudit.problems import Problem, SlaauditError
from slaaudit.reports.periods import local_time
from slaaudit.sources import Export
from slaaudit.sources.profiles.loading import sources
from slaaudit.starting.lines import CHECK, comment, doubted, noted, switched_off
from slaaudit.starting.places import Place, country_of
from slaaudit.starting.priorities import ranked
from slaaudit.starting.promises import WAITING, Basis, levels
from slaaudit.starting.rules import rules
from slaaudit.starting.scalars import remark, scalar
from slaaudit.starting.seen import Word, counted, words_of
from slaaudit.starting.states import Proposal, is_name_of, proposals

SCHEMA = "slaaudit.schema.json"
_NOTHING = "policy: nothing\nlevels: {nothing: {}}\nrules: [{level: nothing}]\n"
_USUAL_PRIORITIES = ("urgent", "high", "normal", "low")
_NAMED = 12  # words listed in one comment
_FILES_NAMED = 4
_LONGEST_PATH = 250
_MOST_STATUSES = 1_000


def starting_policy(export: Export | None = None, place: Place | None = None) -> str:
    """A policy in YAML with everything that the export tells about itself; without an export, one to fill in.

    It loads and runs over that export, whatever its words are. What is but a guess says `check this`; what the export
    cannot show is switched off, with the reason. The same export and place give the same text.
    Raises `SlaauditError` when the column of statuses holds no statuses.
    """
    place = place or Place(doubt="write the zone of your office")
    nothing = loads_policy(_NOTHING)
    statuses = words_of(export, "status")
    known = state_words(export, nothing) if export else {}
    proposed = proposals(statuses, known)
    _check_statuses(proposed)
    sections = [
        _head(export, place.timezone),
        [noted("policy: Our promises", "a name; every report shows it"), *_presets()],
        [noted(f"timezone: {place.timezone}", doubted(bool(place.doubt), place.doubt))],
        _calendars(place),
        levels(_basis(export, nothing, _states_that_occur(statuses, known, proposed))),
        rules(export),
        _states(export, statuses, known, proposed),
        _exclude(),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _presets() -> list[str]:
    named = ", ".join(preset_names())
    return comment(f"To judge as another system does, add preset: NAME ({named}); see slaaudit manual presets")


def _check_statuses(proposed: Mapping[str, list[Proposal]]) -> None:
    unknown = [each.word.text for words in proposed.values() for each in words]
    if len(unknown) > _MOST_STATUSES:
        what = f"the tickets have {len(unknown):,} different statuses, such as '{unknown[0]}': that is another column"
        hint = 'say which column is the status: --map status="HEADING"'
        raise SlaauditError(Problem(code="too_many_statuses", what=what, hint=hint))


def _head(export: Export | None, timezone: str) -> list[str]:
    made_for = ["A policy to start from, written by slaaudit init."]
    if export is not None:
        named = ", ".join(remark(name, _LONGEST_PATH) for name in export.files[:_FILES_NAMED])
        more = f" and {len(export.files) - _FILES_NAMED:,} more" if len(export.files) > _FILES_NAMED else ""
        made_for = [f"A policy to start from, written by slaaudit init for {named}{more}", *_contents(export, timezone)]
    return [
        f"# yaml-language-server: $schema={SCHEMA}",
        f"# (for editors, to complete and check as you type: slaaudit policy schema > {SCHEMA})",
        "",
        *(line for text in made_for for line in comment(text)),
        "#",
        *comment("It runs as it is, but its targets and hours are examples: write yours in their place."),
        *comment(f"Every guess says: {CHECK}. A line whose # has no space after it is switched off: remove the #."),
        *comment("What each key means: slaaudit manual policy"),
    ]


def _contents(export: Export, timezone: str) -> list[str]:
    created = local_time(export.tickets["created_at"], timezone).dt.strftime("%Y-%m-%d")
    events = export.counts["event_rows"]
    first, last = str(created.min()), str(created.max())
    period = f", created {f'on {first}' if first == last else f'from {first} to {last}'}" if len(created) else ""
    rows = f", and {counted(events, 'row')} of events" if events else ""
    return [f"{counted(export.tickets.height, 'ticket')}{period}{rows}"]


def _calendars(place: Place) -> list[str]:
    own = [
        switched_off("      dates: [2026-12-24]", "closed days of your own; ranges as 2026-12-24..2027-01-02"),
        switched_off('      special: {2026-12-31: "09:00-12:00"}', "other hours on some dates"),
    ]
    if place.country:
        lines = ["    holidays:", noted(f"      country: {place.country}", "closed on its public holidays")]
        lines += [f"      subdivision: {scalar(place.subdivision)}"] if place.subdivision else []
    else:
        country = country_of(place.timezone)
        lines = [switched_off("    holidays:", "switch on what you need of this")]
        lines += [switched_off(f"      country: {country or 'NL'}", "public holidays of a country: its two letters")]
    return [
        noted("calendars:", "only the time in here counts; to look at it: slaaudit calendar show"),
        "  office:",
        noted(
            f'    hours: {{{place.working_days}: "09:00-17:00"}}',
            f'{CHECK}: your hours; with a break: "09:00-12:30, 13:00-17:30"',
        ),
        *lines,
        *own,
    ]


def _basis(export: Export | None, nothing: Policy, states: frozenset[str]) -> Basis:
    waiting = tuple(state for state in WAITING if state in states)
    if export is None:
        usual, _ = ranked(Word(word) for word in _USUAL_PRIORITIES)
        return Basis(metrics=nothing.metrics, shows=None, priorities=tuple(usual), waiting=WAITING)
    listed, unlisted = ranked(words_of(export, "priority"))
    without = export.tickets["priority"].null_count()
    return Basis(
        metrics=nothing.metrics,
        shows=export.shows,
        priorities=tuple(listed),
        unlisted=unlisted,
        without_priority=counted(without, "ticket") if without else "",
        waiting=waiting,
    )


def _states_that_occur(
    statuses: list[Word], known: Mapping[str, str], proposed: Mapping[str, list[Proposal]]
) -> frozenset[str]:
    return frozenset({known[word.folded] for word in statuses if word.folded in known} | set(proposed))


def _states(
    export: Export | None, statuses: list[Word], known: Mapping[str, str], proposed: Mapping[str, list[Proposal]]
) -> list[str]:
    understood = [word for word in statuses if word.folded in known]
    named = [word for word in understood if is_name_of(word, known[word.folded])]
    lines = comment(f"Understood as they are: {_named(named)}", 2) if named else []
    if export is not None and len(named) < len(understood):
        lines += _of_the_profile(export, {word: known[word.folded] for word in understood if word not in named})
    lines += comment(f"Our states are: {', '.join(STATES)}", 2)
    if not proposed:
        why = "every status word of the export is understood" if understood else "the export has no status words"
        why = why if export is not None else "the status words of your help desk, where they are not ours"
        return [switched_off("states:", why), *lines, switched_off("  pending: [Waiting for customer]")]
    for state, words in proposed.items():
        lines.append(f"  {state}:")
        lines += [noted(f"    - {scalar(each.word.text)}", doubted(each.is_guess, each.word.times)) for each in words]
    return [noted("states:", "what the status words of your help desk mean"), *lines]


def _of_the_profile(export: Export, states: Mapping[Word, str]) -> list[str]:
    """The words that mean what the profile says."""
    page = f" (slaaudit manual {export.source})" if export.source in sources() else ""
    means = [(state, [word for word, of in states.items() if of == state]) for state in STATES]
    return [
        *comment(f"As the profile of {remark(export.title or export.source)} has it{page}:", 2),
        *(line for state, words in means if words for line in comment(f"{state}: {_named(words)}", 2)),
    ]


def _named(words: Sequence[Word]) -> str:
    more = f" and {len(words) - _NAMED:,} more" if len(words) > _NAMED else ""
    return f"{', '.join(remark(word.text) for word in words[:_NAMED])}{more}"


def _exclude() -> list[str]:
    return [
        *comment("Not judged, but counted: by default what is spam, deleted or merged. For tests as well:"),
        switched_off("exclude: {any: [{state: [spam, deleted, merged]}, {tags: {contains: test}}]}"),
    ]
