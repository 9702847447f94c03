"""The persons of a release: spellings and short forms of a name, and the holders of offices."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from crawler.extraction.quotes.mention import Mention
from crawler.extraction.quotes.vocabulary import vocabulary

_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[’'‘`ʼ-](?=[^\W_]))*(?:\.[^\W\d_]{1,4})*")
_MARKS = re.compile(r"[’'‘`ʼ.-]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_DOUBLED = re.compile(r"(.)\1+")


SHORTEST_BEGINNING = 4
"""Letters of a short form of a first name."""
MOST_ALIKE = 8
"""First names that begin alike; where there are more, no short form is understood."""


@dataclass(eq=False, slots=True)
class Person:
    """One person, by all forms of the name that a release prints."""

    keys: tuple[str, ...]
    """The folded words of the longest form."""
    forms: Counter[str] = field(default_factory=Counter)
    role: str | None = None
    """Function and office, as first printed."""
    mentions: list[tuple[int, str]] = field(default_factory=list)
    """Where each mention begins, and the name printed there; in order."""

    def known_by(self, keys: tuple[str, ...]) -> bool:
        """Whether these are all words of the name."""
        return all(key in self.keys for key in keys)

    @property
    def name(self) -> str:
        """The fullest form; of equal ones the commonest, then the first."""
        return max(self.forms, key=lambda form: (len(name_keys(form)), self.forms[form]))

    def nearest(self, position: int) -> str | None:
        """The name as printed last before a position."""
        at = bisect_left(self.mentions, (position, ""))
        return self.mentions[at - 1][1] if at else None


class People:
    """The persons of one release. Built from the mentions that are surely persons."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._firsts: dict[str, set[str]] = defaultdict(set)
        """First names by their first letters; not all where there are many."""
        self._begins: dict[str, str] = {}
        """Short forms of first names that only one name begins with: `Kristo`, `Kristoforus`."""
        self._offices: dict[str, set[Person]] = defaultdict(set)
        everyone = sorted(mentions, key=lambda each: (-len(name_keys(each.text)), each.start))
        apart = {name_keys(each.text) for each in everyone if each.role}
        for mention in everyone:
            keys = name_keys(mention.text)
            if len(keys) == 1 and keys not in apart and keys[0] not in self._by_key:
                self._note_beginning(keys[0])
            self._add(mention)
        for mention in sorted(everyone, key=lambda each: each.start):
            person = self.find(mention.text)
            if person and mention.role:
                person.role = person.role or _plain_role(mention.role)
                if _plain_role(mention.role):
                    self._offices[office_key(mention.role)].add(person)

    def _add(self, mention: Mention) -> None:
        keys = name_keys(mention.text)
        if not keys:
            return
        person = self.find(mention.text)
        if person is None:
            if len(self._candidates(keys)) > 1:
                return
            person = Person(keys)
            for key in set(keys):
                self._by_key[key].append(person)
            if len(firsts := self._firsts[keys[0][:SHORTEST_BEGINNING]]) < MOST_ALIKE:
                firsts.add(keys[0])
        person.forms[mention.text] += 1

    def _note_beginning(self, key: str) -> None:
        """Notes a name that is the beginning of one person's first name, and of no other's."""
        if len(key) < SHORTEST_BEGINNING:
            return
        longer = {each for each in self._firsts[key[:SHORTEST_BEGINNING]] if each.startswith(key)}
        if len(longer) == 1 and len(self._firsts[key[:SHORTEST_BEGINNING]]) < MOST_ALIKE:
            self._begins[key] = longer.pop()

    def find(self, name: str) -> Person | None:
        """The one person of whom this is a form of the name; None if there is none, or more."""
        found = self._candidates(name_keys(name))
        return found[0] if len(found) == 1 else None

    def _candidates(self, keys: tuple[str, ...]) -> list[Person]:
        """Persons of whom these may be the words of a name; two are as good as many."""
        if not keys:
            return []
        if len(keys) == 1 and keys[0] not in self._by_key:
            keys = (self._begins.get(keys[0], keys[0]),)
        if len(keys) == 1:
            return self._by_key.get(keys[0], [])[:2]
        rarest: list[Person] | None = None
        for key in keys:
            persons = self._by_key.get(key)
            if persons is None:
                return []
            if rarest is None or len(persons) < len(rarest):
                rarest = persons
        return list(islice((each for each in rarest or () if each.known_by(keys)), 2))

    def holder(self, office: str) -> Person | None:
        """The one person whom the release names with this office."""
        found = self._offices.get(office_key(office), set())
        if not found:
            found = {
                person
                for key, persons in self._offices.items()
                if _is_same_office(key, office_key(office))
                for person in persons
            }
        return next(iter(found)) if len(found) == 1 else None

    def knows(self, word: str) -> bool:
        """Whether a word is part of a person's name."""
        return (key := fold(word)) in self._by_key or key in self._begins

    def note_mentions(self, names: Iterable[tuple[int, str]]) -> None:
        """Records where names stand, for `Person.nearest`; in order of position."""
        for start, name in names:
            if person := self.find(name):
                person.mentions.append((start, name))


def name_keys(name: str) -> tuple[str, ...]:
    """The folded words of a name, without titles and degrees."""
    return _name_keys(name)


@lru_cache(maxsize=4096)
def _name_keys(name: str) -> tuple[str, ...]:
    words = vocabulary()
    found = [match[0] for match in _NAME_WORD.finditer(name.split(",")[0])]
    while len(found) > 1 and (
        found[0].lower() in words.before or found[0].lower() in words.honorifics
    ):
        found.pop(0)
    return tuple(filter(None, map(fold, found)))


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """What two spellings of one name share: `Zulkipli` and `Zulkifli`, `Mas'ud` and `Masud`."""
    low = _MARKS.sub("", word.lower())
    if len(low) >= 5:
        for one, other in vocabulary().spelling:
            low = low.replace(one, other)
    return _DOUBLED.sub(r"\1", low)


@lru_cache(maxsize=4096)
def office_key(office: str) -> str:
    """An office in one spelling: `Walikota` and `Wali Kota` are one."""
    short = vocabulary().short
    low = _IN_BRACKETS.sub(" ", office.lower().replace(".", " "))
    key = " ".join(short.get(word, word) for word in low.split())
    for phrase, form in short.items():
        if " " in phrase and phrase in key:
            key = key.replace(phrase, form)
    return key


def _is_same_office(full: str, short: str) -> bool:
    """Whether the short form may stand for the full one: `wali kota` for `wali kota balikpapan`."""
    return full.startswith(short + " ") or short.startswith(full + " ")


def _plain_role(role: str) -> str | None:
    """A role that is the person's own; who speaks for another keeps no role of it."""
    return None if role.lower().startswith("mewakili") else role
