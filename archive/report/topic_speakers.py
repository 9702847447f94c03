"""Who is quoted on which topic: people with a public function, as the releases print them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, Connection, func, select

from archive.database.models import QuotedPerson, SourceRow
from archive.lookup.person_names import function_words, is_public, place_words

_TOPICS = 10
_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class TopicSpeaker:
    """Somebody who is quoted on a topic."""

    topic: str
    person: str
    role: str
    quotes: int


def topic_speakers(connection: Connection, chosen: CTE) -> list[TopicSpeaker]:
    """The topics with the most quotes, and for each the people quoted most; reposts do not
    count."""
    columns = chosen.c
    topic = func.json_each(columns.topics).table_valued("value", joins_implicitly=True).c.value
    people = QuotedPerson
    query = (
        select(topic, columns.region, people.person, people.role, func.sum(people.quotes))
        .join(chosen, columns.version_id == people.version_id)
        .where(
            people.person != "",
            people.role != "",
            columns.duplicate_of.is_(None),
            columns.moved_from.is_(None),
        )
        .group_by(topic, columns.region, people.person, people.role)
    )
    places = _places(connection)
    roles: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    by_topic: Counter[str] = Counter()
    for name, region, person, role, quotes in connection.execute(query):
        if is_public(function_words(role, places.get(region, frozenset()))):
            roles[name, region, person][role] += quotes
            by_topic[name] += quotes
    return [
        TopicSpeaker(name, person, role, quotes)
        for name, _ in sorted(by_topic.items(), key=lambda item: (-item[1], item[0]))[:_TOPICS]
        for person, role, quotes in _most_quoted(name, roles)
    ]


def _most_quoted(
    topic: str, roles: dict[tuple[str, str, str], Counter[str]]
) -> Sequence[tuple[str, str, int]]:
    people = [
        (person, max(sorted(held), key=held.__getitem__), held.total())
        for (name, _, person), held in roles.items()
        if name == topic
    ]
    return sorted(people, key=lambda each: (-each[2], each[0]))[:_PEOPLE]


def _places(connection: Connection) -> dict[str, frozenset[str]]:
    """The words of the names of regions."""
    publishers: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(SourceRow.region, SourceRow.publisher)):
        publishers[row.region].append(row.publisher)
    return {region: place_words(names) for region, names in publishers.items()}
