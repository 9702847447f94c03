"""Decides by listed words whether a release is about the election, and on which topics.

The words and their points are data (`crawler/data/topics.toml`), the rule is in
`docs/topics.md`. Nothing is learned: `Topics.words` are the words that decided.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from archive.election_days import vote_days, votes
from crawler.regions import DATA

WORD_LIST = DATA / "topics.toml"

WORD_OR_STOP = re.compile(r"\w+|[.!?]|\n\n")
"""Stops are kept, since no term crosses the end of a sentence."""

SENTENCE_END = re.compile(r"[.!?][\"”’)]*(?=\s|$)")

ONE_WORD = frozenset({"names", "moments", "bodies"})
"""Roles whose terms are all spellings of one thing, counted together."""
FIRM = frozenset({"names", "decisive", "sure"})
"""Roles that count without others."""
VOTE = "vote"
"""Role of a printed day and month, whose term is `MM-DD`: `unsure` in a region that votes then."""
VAGUE = frozenset({"unsure", "telling"})
"""Roles that are weak evidence for the election; `telling` ones show the topic of a release
about it."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics of a release; `topics` and `words` are empty if it is not about the election."""

    election: bool
    topics: list[str]
    """Topics in the order of the word list."""
    words: dict[str, list[str]]
    """For `election` and each topic: the words that decided, as printed and in order."""


class Use(NamedTuple):
    """One meaning of a term."""

    role: str
    """A key of the word list: names, moments, bodies, decisive, sure, ambiguous, unsure, others;
    `beside`, or `vote`."""
    of: str
    """Its topic or table; for `beside`, the ambiguous word it explains."""
    term: str
    """The term as written in the list, which counts once with all its variants."""


class Hit(NamedTuple):
    """A term in a text."""

    role: str
    of: str
    term: str
    printed: str
    part: str
    """`title`, `lead` or `rest`."""
    sentence: int
    """Its number in the body; -1 for the title."""


@dataclass(slots=True)
class Node:
    """A step in the tree of terms."""

    words: dict[str, Node] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()

    def follow(self, printed: str) -> Iterator[Node]:
        """The node after one printed word: as printed (acronyms), or in lower case."""
        if printed in self.words:
            yield self.words[printed]
        small = printed.casefold()
        if small != printed and small in self.words:
            yield self.words[small]

    def begins_with(self, printed: str) -> bool:
        """Whether a term may begin with a printed word; most words of a text begin none."""
        return printed in self.words or printed.casefold() in self.words


class WordList:
    """The terms as a tree, so that a text is read once, however many there are."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.points: dict[str, dict[str, int]] = data["points"]
        self.thresholds: dict[str, int] = data["thresholds"]
        self.topics: tuple[str, ...] = tuple(data["topics"])
        asides = "|".join(map(re.escape, data["asides"]["openings"]))
        self.aside = re.compile(rf"(?<=[.!?”\"\n]\s)(?:{asides})\b")
        self.root, self.ignored = Node(), Node()
        tables = {"election": data["election"], "elsewhere": data["elsewhere"], **data["topics"]}
        for of, roles in tables.items():
            for role, terms in roles.items():
                self._add(terms, role, of)
        for ambiguous, terms in data["homonyms"].items():
            self._add(terms, "beside", ambiguous)
        for day in {vote.day for vote in votes() if vote.day is not None}:
            self._add_day(day)

    def _add_day(self, day: date) -> None:
        for number in {f"{day:%d}", f"{day.day}"}:
            for month in _months()[str(day.month)]:
                node = self.root
                for word in (number, month):
                    node = node.words.setdefault(word, Node())
                node.uses = (Use(VOTE, "election", f"{day:%m-%d}"),)

    def _add(self, terms: Iterable[str], role: str, of: str) -> None:
        for term in terms:
            use = Use(role, of, role if role in ONE_WORD else term)
            for spelled in _spelled_out(term):
                node = self.ignored if role == "ignored" else self.root
                words = re.findall(r"\w+", spelled)
                named = role == "sure" and self._has_name(words)
                for word in words:
                    node = node.words.setdefault(word, Node())
                node.uses = tuple(
                    dict.fromkeys((*node.uses, Use("names", of, "names") if named else use))
                )

    def _has_name(self, words: list[str]) -> bool:
        """`pengamanan pilkada` names the election, whatever its topic."""
        return any(
            use.role == "names"
            for at in range(len(words))
            for use in _longest(self.root, words, at)[1]
        )

    def find(self, title: str, body: str) -> tuple[list[Hit], int]:
        """Every term in title and body, in order, the longest one at each position; and the
        number of sentences of the body."""
        stops = [match.start() for match in SENTENCE_END.finditer(body)] or [len(body)]
        lead = self._lead(body, stops)
        hits = [Hit(*use, printed, "title", -1) for _, printed, use in self._read(title)]
        for start, printed, use in self._read(body):
            part = "lead" if start < lead else "rest"
            hits.append(Hit(*use, printed, part, bisect(stops, start)))
        return hits, len(stops)

    def _strike_ignored(self, words: list[str]) -> None:
        """Replaces ignored phrases by stops, unless a longer term begins with them."""
        for at, word in enumerate(words):
            if not self.ignored.begins_with(word):
                continue
            end, uses = _longest(self.ignored, words, at)
            if uses and _longest(self.root, words, at)[0] <= end:
                words[at:end] = ["."] * (end - at)

    def _lead(self, body: str, stops: list[int]) -> int:
        """End of the lead: mentions in passing are in the second half of the sentences, or in a
        sentence that begins an aside: `Di akhir sambutannya, …`."""
        aside = self.aside.search(body)
        paragraph = body.find("\n\n", self.thresholds["lead_letters_least"])
        letters = self.thresholds["lead_letters"]
        half = stops[(len(stops) - 1) // 2]
        ends = [half, letters, paragraph, aside.start() if aside else -1]
        return min(end for end in ends if end >= 0)

    def _read(self, text: str) -> Iterator[tuple[int, str, Use]]:
        spans = [match.span() for match in WORD_OR_STOP.finditer(text)]
        words = [text[start:end] for start, end in spans]
        self._strike_ignored(words)
        at = 0
        while at < len(words):
            if not self.root.begins_with(words[at]):
                at += 1
                continue
            end, uses = _longest(self.root, words, at)
            if uses:
                start = spans[at][0]
                printed = " ".join(text[start : spans[end - 1][1]].split())
                yield from ((start, printed, use) for use in uses)
            at = self._name_across(words, at, end) or max(end, at + 1)

    def _name_across(self, words: list[str], at: int, end: int) -> int | None:
        """Start of a name that begins within a term and ends after it: `hasil pemilihan` in
        `hasil pemilihan serentak`."""
        for inner in range(at + 1, end):
            last, uses = _longest(self.root, words, inner)
            if last > end and any(use.role == "names" for use in uses):
                return inner
        return None


def _longest(node: Node, words: list[str], at: int) -> tuple[int, tuple[Use, ...]]:
    """End of the longest term from `node` on, and its meanings."""
    best = at, node.uses
    if at < len(words):
        for after in node.follow(words[at]):
            end, uses = _longest(after, words, at + 1)
            if uses and end > best[0]:
                best = end, uses
    return best


def _spelled_out(term: str) -> Iterator[str]:
    """`{,men}coblos` → `coblos`, `mencoblos`."""
    before, brace, rest = term.partition("{")
    inside, _, after = rest.partition("}")
    if not brace:
        yield term
        return
    for ending in _spelled_out(after):
        for variant in inside.split(","):
            yield before + variant + ending


@cache
def word_list() -> WordList:
    """The word list, read once per process."""
    return WordList(tomllib.loads(WORD_LIST.read_text(encoding="utf-8")))


@cache
def _months() -> dict[str, list[str]]:
    """The names of months, by number, in lower case."""
    calendar = tomllib.loads((DATA / "calendar.toml").read_text(encoding="utf-8"))
    names: dict[str, list[str]] = calendar["months"]
    return names


def near_votes(region: str, published: date | None) -> list[date]:
    """The known days on which people of a region vote, and of which a release of that day may
    speak; of an undated one, all. `region`: Kemendagri code; "": the votes of the country."""
    reach = timedelta(days=word_list().thresholds["vote_days"])
    days = vote_days(region)
    return [day for day in days if published is None or abs(day - published) <= reach]


def classify(title: str, body: str, days: Iterable[date] | None = None) -> Topics:
    """Decides election and topics from the words of title and body. `days`: see `near_votes`; None:
    those of the whole country. Never raises."""
    words = word_list()
    found, sentences = words.find(title, body)
    own = near_votes("", None) if days is None else days
    hits = _in_context(_with_days(found, own), words)
    if not _is_election(hits, sentences, words):
        return Topics(False, [], {})
    topics = _topics(hits, words)
    decided = {"election": _printed(hit for hit in hits if hit.of != "elsewhere")}
    for topic in topics:
        decided[topic] = _printed(hit for hit in hits if hit.of == topic)
    return Topics(True, topics, decided)


def _with_days(hits: list[Hit], days: Iterable[date]) -> list[Hit]:
    """Hits with these days of votes as vague words, and without any other day."""
    own = {f"{day:%m-%d}" for day in days}
    return [
        hit._replace(role="unsure") if hit.role == VOTE else hit
        for hit in hits
        if hit.role != VOTE or hit.term in own
    ]


def _in_context(hits: list[Hit], words: WordList) -> list[Hit]:
    """Hits without words that have another meaning here; none if they are about another
    election."""
    announced = any(hit.role in ("names", "decisive") and hit.part != "rest" for hit in hits)
    explained = set() if announced else {hit.of for hit in hits if hit.role == "beside"}
    ours = _weight(hits, "names", words) + _offices(hits)
    if _weight(hits, "others", words) > ours:
        return []
    return [
        hit for hit in hits if hit.role not in ("beside", "others") and hit.term not in explained
    ]


def _is_election(hits: list[Hit], sentences: int, words: WordList) -> bool:
    """Whether there are enough points, and the election is not only mentioned in passing."""
    firm = _offices(hits) + sum(_weight(hits, role, words) for role in FIRM)
    moments = {hit.part for hit in hits if hit.role == "moments"}
    dated = 2 if moments - {"rest"} else len(moments)
    ambiguous = {hit.term for hit in hits if hit.role == "ambiguous"}
    unsure = {hit.term for hit in hits if hit.role in VAGUE}
    voting = any(hit.role == "unsure" and hit.of == "election" for hit in hits)
    if firm or dated or len(ambiguous) > 1 or len(unsure) > 2 or voting:
        firm += _weight(hits, "ambiguous", words)
    total = firm + min(len(unsure), firm or dated) + dated
    return total >= words.thresholds["election"] and not _in_passing(hits, sentences)


def _in_passing(hits: list[Hit], sentences: int) -> bool:
    """Whether it is neither in title nor lead, and late, or in hardly any sentence, as at the
    end of a speech."""
    named = [hit for hit in hits if hit.role not in {*VAGUE, "ambiguous"}] or [
        hit for hit in hits if hit.role == "ambiguous"
    ]
    if any(hit.part != "rest" for hit in named):
        return False
    spoken_of = {hit.sentence for hit in named}
    late = min(spoken_of, default=sentences) >= sentences / 2
    return late or len(spoken_of) < max(2, sentences / 4)


def _weight(hits: list[Hit], role: str, words: WordList) -> int:
    """The points of a role's terms: each once in the title, once in the lead, twice in the rest."""
    times = Counter((hit.term, hit.part) for hit in hits if hit.role == role)
    points = words.points[role]
    return sum(
        points[part] * min(count, 2 if part == "rest" else 1) for (_, part), count in times.items()
    )


def _offices(hits: list[Hit]) -> int:
    """Points of an election office: 2 in title or lead, else 1. It does much besides elections."""
    parts = {hit.part for hit in hits if hit.role == "bodies"}
    return 2 if parts - {"rest"} else len(parts)


def _topics(hits: list[Hit], words: WordList) -> list[str]:
    """The topics with enough points and at least half of the strongest's; if none has enough,
    the strongest."""
    score: Counter[str] = Counter()
    for (of, role, part, _), times in Counter(
        (hit.of, hit.role, hit.part, hit.term) for hit in hits
    ).items():
        if of in words.topics:
            points = words.points["unsure" if role == "unsure" else "sure"]
            score[of] += min(times, 3) * points[part]
    strongest = max((score[topic] for topic in words.topics), default=0)
    needed = max(1, min(words.thresholds["topic"], strongest), strongest / 2)
    return [topic for topic in words.topics if score[topic] >= needed]


def _printed(hits: Iterable[Hit]) -> list[str]:
    """Each printed word once, in any case."""
    first: dict[str, str] = {}
    for hit in hits:
        first.setdefault(hit.printed.casefold(), hit.printed)
    return list(first.values())
