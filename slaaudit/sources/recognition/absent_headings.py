"""Headings that a user's own profile names and that no file has: most are misspelt, and nothing else would tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slaaudit.problems import Problem, SlaauditError, did_you_mean
from slaaudit.sources.mapping.headings import listed, present
from slaaudit.sources.profiles.loading import is_file, profile_document
from slaaudit.sources.profiles.tables import ColumnSpec, TableProfile
from slaaudit.sources.recognition.recognising import Recognised, Recognition
from slaaudit.yaml_nodes import Place


@dataclass(frozen=True)
class _Absent:
    """A place of the profile whose headings (one or the other would do) none of the tables of its kind has."""

    place: Place
    headings: tuple[str, ...]
    required: bool
    files: tuple[str, ...]
    there: tuple[str, ...]

    @property
    def what(self) -> str:
        names = " or ".join(f"'{heading}'" for heading in self.headings)
        return f"no column {names} in {self.files[0] if len(self.files) == 1 else f'any of {len(self.files)} files'}"

    @property
    def meant(self) -> str:
        return next((near for heading in self.headings if (near := did_you_mean(heading, self.there))), "")


def absent_heading_notes(recognition: Recognition, source: str | None, column_map: Mapping[str, str]) -> list[str]:
    """A note for each place of the profile in the file `source` whose heading no file has; none for one of the
    catalogue. Raises `SlaauditError` (`missing_column`) where no row is of use without it.
    """
    if source is None or not is_file(source):
        return []
    absent = list(_absent(recognition, source, column_map))
    if problems := [_problem(one, source) for one in absent if one.required]:
        raise SlaauditError(problems)
    return [f"{source}:{one.place[0]}: {one.what}{f'; {one.meant}' if one.meant else ''}" for one in absent]


def _problem(one: _Absent, source: str) -> Problem:
    hint = f"{one.meant + ' ' if one.meant else ''}there are: {listed(one.there)}"
    line, column = one.place
    return Problem(code="missing_column", file=source, line=line, column_number=column, what=one.what, hint=hint)


def _absent(recognition: Recognition, source: str, column_map: Mapping[str, str]) -> Iterator[_Absent]:
    document = profile_document(source)
    for table, uses in _by_table(recognition):
        names = [name for _, _, group in _named(table) for name in group]
        has = {name for use in uses for name in present(use.text, names)}
        files = tuple(dict.fromkeys(use.file for use in uses))
        there = tuple(dict.fromkeys(heading for use in uses for heading in use.text.headings))
        for key, column, group in _named(table):
            path = ("tables", table.name, key, column)
            if column not in column_map and path in document.keys and not has & set(group):
                required = key == "columns" and column in table.required
                yield _Absent(document.place(path), group, required, files, there)


def _by_table(recognition: Recognition) -> list[tuple[TableProfile, Sequence[Recognised]]]:
    """The tables of the profile that some file is, with what was taken for them; a cell's parts have no headings."""
    found: dict[str, list[Recognised]] = {}
    tables = {}
    for one in recognition.tables:
        if one.used and one.used.cells_of is None and one.text.headings:
            tables[one.used.name] = one.used
            found.setdefault(one.used.name, []).append(one)
    return [(tables[name], uses) for name, uses in found.items()]


def _named(table: TableProfile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Key of the table, key in that, and the headings of which one is enough."""
    for column, spec in table.columns.items():
        for group in _groups(spec):
            yield "columns", column, group
    for heading in table.only:
        yield "only", heading, (heading,)


def _groups(spec: ColumnSpec) -> Iterator[tuple[str, ...]]:
    if spec.column:
        yield spec.column
    yield from ((name,) for name in spec.joined)
    for inner in spec.first_of:
        yield from _groups(inner)
