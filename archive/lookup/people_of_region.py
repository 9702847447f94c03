"""The people whom the releases of one region quote, from the names they print."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from archive.database.models import MoveRow, QuotedPerson, ReleaseRecord, SourceRow, Version
from archive.lookup.person_names import Keys, folded, function_words, name_words, place_words
from archive.lookup.refused_joinings import Refusal
from archive.lookup.speaker_groups import Form, Group, group

Places = dict[str, frozenset[str]]
"""For regions, the words of their names."""

_RARE: ColumnElement[float] = literal_column("0.001")
"""Share of the sources that one region has. Without it SQLite reads all quoted people for each."""


def regions_with_sources(connection: Connection, region: str | None) -> Places:
    """The regions (those in `region`) that have sources, in the order of their codes."""
    publishers: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(SourceRow.region, SourceRow.publisher)):
        if region is None or f"{row.region}.".startswith(f"{region}."):
            publishers[row.region].append(row.publisher)
    return {code: place_words(publishers[code]) for code in sorted(publishers)}


def regions_that_quote(connection: Connection, wanted: frozenset[str]) -> set[str]:
    """The regions in which somebody with all of these folded words in the name is quoted."""
    query = (
        select(QuotedPerson.person, SourceRow.region)
        .distinct()
        .join(Version, Version.id == QuotedPerson.version_id)
        .join(ReleaseRecord, ReleaseRecord.id == Version.release)
        .join(SourceRow, SourceRow.id == ReleaseRecord.source)
    )
    rows = connection.execute(query, execution_options={"yield_per": 1_000})
    return {region for person, region in rows if wanted <= set(folded(name_words(person)))}


class People:
    """The people of one region, from the quotes that name a person."""

    def __init__(
        self,
        connection: Connection,
        region: str,
        places: frozenset[str],
        refusals: Sequence[Refusal],
    ) -> None:
        self.region = region
        self.refusals = [each for each in refusals if each.region == region]
        self.days: dict[str, date | None] = {}
        """Of publication, by release."""
        self.quotes: Counter[tuple[str, str]] = Counter()
        """By release and name."""
        forms: dict[tuple[Keys, Keys], Form] = {}
        self._names_of: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for release, person, roles in self._rows(connection):
            role = max(roles, key=lambda each: len(function_words(each, places)), default="")
            key = name_words(person), function_words(role, places)
            if not key[0]:
                continue
            form = forms.setdefault(key, Form(*key))
            form.names[person] = form.names.get(person, 0) + 1
            if role and key[1]:
                form.roles[role] = form.roles.get(role, 0) + 1
            form.releases.append(release)
            self._names_of[id(form)].append((release, person))
        self.groups = [each for each in group(forms.values(), self._may_join) if each.is_public]
        """The people with a public function."""
        self._called: dict[Keys, list[Group]] = defaultdict(list)
        for each in self.groups:
            for name in {folded(form.words) for form in each.forms}:
                self._called[name].append(each)

    def _rows(self, connection: Connection) -> Iterator[tuple[str, str, list[str]]]:
        """Release, person and functions printed with that person there. A release that has moved
        counts once, as quoted at its first address."""
        of_old, old, version = aliased(QuotedPerson), aliased(ReleaseRecord), aliased(Version)
        came_along = (
            select(1)
            .select_from(MoveRow)
            .join(old, old.id == MoveRow.old)
            .join(version, (version.release == old.id) & (version.version == old.version))
            .join(of_old, of_old.version_id == version.id)
            .where(MoveRow.new == Version.release, of_old.person == QuotedPerson.person)
        )
        query = (
            select(
                Version.release,
                Version.published_on,
                QuotedPerson.person,
                QuotedPerson.role,
                QuotedPerson.quotes,
            )
            .join(Version, Version.id == QuotedPerson.version_id)
            .join(ReleaseRecord, ReleaseRecord.id == Version.release)
            .join(SourceRow, SourceRow.id == ReleaseRecord.source)
            .where(func.likelihood(SourceRow.region == self.region, _RARE), ~exists(came_along))
            .order_by(Version.release, QuotedPerson.person, QuotedPerson.role)
        )
        before: tuple[str, str] | None = None
        roles: list[str] = []
        for row in connection.execute(query):
            now = (row.release, row.person)
            if before is not None and now != before:
                yield *before, roles
                roles = []
            before = now
            self.days[row.release] = row.published_on
            self.quotes[now] += row.quotes
            if row.role:
                roles.append(row.role)
        if before is not None:
            yield *before, roles

    def _may_join(self, one: Form, other: Form) -> bool:
        return not any(each.forbids(one, other) for each in self.refusals)

    def named(self, wanted: frozenset[str], role: str | None) -> list[Group]:
        """The people who have these words in a name, and this in a function."""
        return [
            each
            for each in self.groups
            if any(wanted <= frozenset(folded(form.words)) for form in each.forms)
            and (
                role is None
                or any(role.lower() in held.lower() for form in each.forms for held in form.roles)
            )
        ]

    def printed(self, group: Group) -> list[tuple[str, str]]:
        """Release and name of all that is this person's."""
        return [each for form in group.forms for each in self._names_of[id(form)]]

    def namesakes(self, group: Group) -> list[Group]:
        """Others of the same name, each once."""
        names = (folded(form.words) for form in group.forms)
        others = dict.fromkeys(each for name in names for each in self._called[name])
        return [each for each in others if each is not group]
