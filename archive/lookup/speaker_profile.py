"""Profiles of people who are quoted in the releases of a region: spellings, functions, topics,
quotes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from archive.database.views import quotes, releases
from archive.lookup.people_of_region import People, regions_that_quote, regions_with_sources
from archive.lookup.person_names import folded, name_words
from archive.lookup.refused_joinings import Refusal
from archive.lookup.speaker_groups import Group

_FEW = 10


class NotFound(Exception):
    """Nobody of public function, or more than one, is quoted by that name; `str()` is one sentence
    for people."""

    def __init__(self, sentence: str, fitting: Sequence[Speaker] = ()) -> None:
        super().__init__(sentence)
        self.fitting = fitting
        """The people who fit the name, when there are several."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody with a public function, as far as releases of a region tell. Days are of
    publication, as JSON values."""

    name: str
    """The fullest form."""
    region: str
    quotes: int
    releases: int
    first_published_on: str | None
    last_published_on: str | None
    functions: list[dict[str, Any]]
    """`role` as printed and `releases`; the most first."""
    spellings: list[dict[str, Any]]
    """`name` as printed, `role`, `releases`, and `joined_by`: by which evidence it is the same
    person; null for the one that the others were joined to."""
    apart: list[dict[str, Any]]
    """`names` and `reason` of joinings that a person has refused."""
    namesakes: list[dict[str, Any]]
    """`name` and `role` of others with the same name, who were not joined for want of evidence."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Profile:
    """A speaker with what they are quoted with."""

    speaker: Speaker
    sources: list[dict[str, Any]]
    """`source` and `quotes`; the most first."""
    topics: list[dict[str, Any]]
    """`topic`, `quotes`, `first_published_on`, `last_published_on`; the most first."""
    latest: list[dict[str, Any]]
    """`release`, `position`, `published_on`, `title`, `text`, `role`, `how` of the ten newest."""

    def as_json(self) -> dict[str, Any]:
        speaker = self.speaker.as_json()
        return speaker | {"sources": self.sources, "topics": self.topics, "latest": self.latest}


def speakers(
    engine: Engine, refusals: Sequence[Refusal] = (), region: str | None = None
) -> Iterator[Speaker]:
    """Everybody with a printed public function, region by region (those in `region`), the most
    quoted first. One region is in memory at a time. Raises ArchiveError."""
    with engine.connect() as connection:
        for code, places in regions_with_sources(connection, region).items():
            people = People(connection, code, places, refusals)
            found = (_speaker(people, each) for each in people.groups)
            yield from sorted(found, key=lambda each: (-each.quotes, each.name))


def speaker(
    engine: Engine,
    name: str,
    refusals: Sequence[Refusal] = (),
    region: str | None = None,
    role: str | None = None,
) -> Profile:
    """The one person of this name (any of its spellings, or some of its words) with a public
    function, `role` being part of one. Raises NotFound, ArchiveError."""
    wanted = frozenset(folded(name_words(name)))
    found: list[tuple[People, Group]] = []
    with engine.connect() as connection:
        regions = regions_with_sources(connection, region)
        quoting = regions_that_quote(connection, wanted) if len(regions) > 1 else regions.keys()
        for code in (each for each in regions if each in quoting):
            people = People(connection, code, regions[code], refusals)
            found += [(people, each) for each in people.named(wanted, role)]
        exact = [each for each in found if _is_called(each[1], wanted)]
        if len(exact) == 1:
            found = exact
        if len(found) != 1:
            fitting = [_speaker(people, each) for people, each in found]
            raise NotFound(_nobody(name, fitting), fitting)
        people, chosen = found[0]
        return _profile(connection, people, chosen)


def _nobody(name: str, found: Sequence[Speaker]) -> str:
    if not found:
        return f"No release quotes anybody of public function by the name {name!r}"
    people = "; ".join(
        f"{each.name}, {each.functions[0]['role']} (region {each.region})" for each in found[:_FEW]
    )
    return f"{len(found)} people fit {name!r}; say --region, --role or more of the name: {people}"


def _is_called(group: Group, wanted: frozenset[str]) -> bool:
    return any(frozenset(folded(form.words)) == wanted for form in group.forms)


def _speaker(people: People, group: Group) -> Speaker:
    printed = people.printed(group)
    own = {release for release, _ in printed}
    days = sorted(filter(None, (people.days[release] for release in own)))
    roles: Counter[str] = Counter()
    for form in group.forms:
        roles.update(form.roles)
    return Speaker(
        name=group.name,
        region=people.region,
        quotes=sum(people.quotes[each] for each in printed),
        releases=len(own),
        first_published_on=days[0].isoformat() if days else None,
        last_published_on=days[-1].isoformat() if days else None,
        functions=[{"role": role, "releases": number} for role, number in _most(roles)],
        spellings=list(_spellings(group)),
        apart=[
            {"names": list(each.names), "reason": each.reason}
            for each in people.refusals
            if any(entry.fits(form) for entry in each.entries for form in group.forms)
        ],
        namesakes=list(_namesakes(people, group)),
    )


def _namesakes(people: People, group: Group) -> Iterator[dict[str, Any]]:
    for other in people.namesakes(group):
        role = next(role for form in other.forms for role in form.roles)
        yield {"name": other.name, "role": role}


def _profile(connection: Connection, people: People, group: Group) -> Profile:
    printed = set(people.printed(group))
    columns = quotes.c
    own = json.dumps(sorted({release for release, _ in printed}))  # one value, however many
    wanted = select(func.json_each(own).table_valued("value").c.value)
    query = (
        select(quotes, releases.c.title, releases.c.topics)
        .join(releases, releases.c.id == columns.release)
        .where(columns.release.in_(wanted))
        .order_by(columns.published_on.desc().nulls_last(), columns.release, columns.position)
    )
    sources: Counter[str] = Counter()
    topics: dict[str, list[date | None]] = defaultdict(list)
    latest: list[dict[str, Any]] = []
    for row in connection.execute(query).mappings():
        if (row["release"], row["person"]) not in printed:
            continue
        sources[row["source"]] += 1
        for topic in row["topics"]:
            topics[topic].append(row["published_on"])
        if len(latest) < _FEW:
            latest.append(_quote(row))
    return Profile(
        speaker=_speaker(people, group),
        sources=[{"source": name, "quotes": number} for name, number in _most(sources)],
        topics=[_topic(name, topics[name]) for name, _ in _most(_sizes(topics))],
        latest=latest,
    )


def _sizes(lists: Mapping[str, Sequence[object]]) -> Counter[str]:
    return Counter({name: len(each) for name, each in lists.items()})


def _most(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _spellings(group: Group) -> Iterator[dict[str, Any]]:
    for form in sorted(group.forms, key=lambda each: (bool(each.evidence), each.words)):
        role = next(iter(sorted(form.roles, key=lambda each: -form.roles[each])), None)
        for name, number in sorted(form.names.items(), key=lambda each: (-each[1], each[0])):
            joined = form.evidence or None
            yield {"name": name, "role": role, "releases": number, "joined_by": joined}


def _topic(name: str, days: Sequence[date | None]) -> dict[str, Any]:
    printed = sorted(filter(None, days))
    return {
        "topic": name,
        "quotes": len(days),
        "first_published_on": printed[0].isoformat() if printed else None,
        "last_published_on": printed[-1].isoformat() if printed else None,
    }


def _quote(row: Any) -> dict[str, Any]:
    copied = ("release", "position", "title", "text", "role", "how", "direct")
    day = row["published_on"]
    return {"published_on": day and day.isoformat()} | {name: row[name] for name in copied}
