"""The words of `data/quotes.toml`, read once per process."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.regions import DATA, all_regions


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word lists by which statements are found; all lower case."""

    tags: frozenset[str]
    """Roots that stand after a quotation: `ujar`."""
    roots: frozenset[str]
    """All roots, with those that are commoner as other words: `lapor`."""
    saying: frozenset[str]
    """Forms before what was said: `berujar`."""
    passive: frozenset[str]
    """Forms with the speaker after them: `dikatakan`."""
    plain: frozenset[str]
    requests: frozenset[str]
    asked: frozenset[str]
    joins: frozenset[str]
    strong_joins: frozenset[str]
    no_clause: frozenset[str]
    predicates: frozenset[str]
    adverbs: frozenset[str]
    pronouns: frozenset[str]
    many: frozenset[str]
    one: frozenset[str]
    no_speaker: frozenset[str]
    openers: frozenset[str]
    stops: frozenset[str]
    no_name: frozenset[str]
    labels: frozenset[str]
    no_verbs: frozenset[str]
    unsaid: frozenset[str]
    descriptions: frozenset[str]
    adjuncts: frozenset[str]
    """Begins an adjunct between a subject and its verb: `X, dalam sambutannya mengajak`."""
    connectives: frozenset[str]
    """Openers that a subject may follow without a comma: `namun`."""
    two_faced: frozenset[str]
    """Verbs of saying that take a noun as often as a clause: `menyampaikan`."""
    stops_subject: frozenset[str]
    """Prepositions and the like: after them the subject of a clause has ended."""
    together: frozenset[str]
    honorifics: frozenset[str]
    before: frozenset[str]
    abbreviated: frozenset[str]
    degrees: frozenset[str]
    particles: frozenset[str]
    """Small words within names: `bin`, `van`."""
    within: frozenset[str]
    """Titles that also stand within names: `Sulaiman Daeng Ngalle`."""
    titles: frozenset[str]
    """All that may be a title; with it begins every name that has one."""
    never_names: frozenset[str]
    """All that no person is called."""
    after_i: frozenset[str]
    """Balinese names that `I` and `Ni` stand before."""
    functions: frozenset[tuple[str, ...]]
    """Every function as its words; acting and deputy forms included."""
    function_sizes: dict[str, tuple[int, ...]]
    """By first word, how many words functions have; the longest first."""
    before_person: frozenset[str]
    """First words of functions, titles and the like: no other word is looked at twice."""
    public: frozenset[tuple[str, ...]]
    """The functions of public offices among them."""
    names: frozenset[tuple[str, ...]]
    """Pairs of words that begin like a function and are a name: `anak agung`."""
    short: dict[str, str]
    """Short forms of functions: `sekda`."""
    of_place: frozenset[tuple[str, ...]]
    of_body: frozenset[tuple[str, ...]]
    offices: frozenset[str]
    before_place: frozenset[str]
    directions: frozenset[str]
    """Last words of places: `Utara`."""
    toponyms: frozenset[str]
    """First words of places of two words: `Sungai`, `Karang`."""
    before_proper: frozenset[str]
    """After these, what has a capital is the name of a firm, a school or a hospital."""
    bodies: frozenset[str]
    things: frozenset[str]
    spelling: tuple[tuple[str, str], ...]
    places: frozenset[tuple[str, ...]]
    """The country's provinces, regencies and cities, and its parties, as words."""


_WORD_LISTS = (
    "plain",
    "requests",
    "asked",
    "joins",
    "strong_joins",
    "no_clause",
    "predicates",
    "adverbs",
    "pronouns",
    "many",
    "one",
    "no_speaker",
    "openers",
    "stops",
    "no_name",
    "labels",
    "no_verbs",
    "unsaid",
    "descriptions",
    "adjuncts",
    "connectives",
    "two_faced",
    "stops_subject",
    "together",
)
"""The lists of `[words]` that are used as they stand."""


@cache
def vocabulary() -> Vocabulary:
    """The words in force."""
    data = tomllib.loads((DATA / "quotes.toml").read_text("utf-8"))
    families, words, titles = data["families"], data["words"], data["titles"]
    functions, offices = data["functions"], data["offices"]
    forms = {form for family in families.values() for form in family}
    public = _phrases(functions["public"])
    acting = _phrases(functions["acting"])
    public |= {(*first, *then) for first in acting for then in public}
    public |= {(f"ka{word}",) for word in functions["heads_of"]}
    everyone = public | _phrases(functions["others"])
    sizes: dict[str, set[int]] = {}
    for phrase in everyone:
        sizes.setdefault(phrase[0], set()).add(len(phrase))
    return Vocabulary(
        roots=frozenset(families),
        tags=frozenset(families) - set(words["no_tag"]),
        saying=frozenset(form for form in forms if not form.startswith("di")),
        passive=frozenset(form for form in forms if form.startswith("di")),
        functions=frozenset(everyone),
        function_sizes={word: tuple(sorted(each, reverse=True)) for word, each in sizes.items()},
        before_person=frozenset((*sizes, *words["one"], *titles["before"], *titles["honorifics"]))
        | {"i", "ni"},
        public=frozenset(public),
        titles=frozenset([*titles["before"], *titles["honorifics"], "i", "ni"]),
        never_names=frozenset((*words["no_name"], *words["stops"], *words["openers"]))
        | frozenset((*offices["words"], *offices["bodies"]))
        | frozenset(form for form in forms if form.startswith("di")),
        names=frozenset(_phrases(functions["names"])),
        short=functions["short"],
        of_place=frozenset(_phrases(functions["of_place"])),
        of_body=frozenset(_phrases(functions["of_body"])),
        offices=frozenset(offices["words"]),
        before_place=frozenset(offices["before_place"]),
        directions=frozenset(offices["directions"]),
        toponyms=frozenset(offices["toponyms"]),
        before_proper=frozenset(offices["before_proper"]),
        bodies=frozenset(offices["bodies"]),
        things=frozenset(offices["things"]),
        spelling=tuple(data["spelling"].items()),
        places=frozenset(
            tuple(each.bare.lower().split()) for each in all_regions() if each.level != "country"
        )
        | _phrases(offices["parties"]),
        **{name: frozenset(words[name]) for name in _WORD_LISTS},
        **{name: frozenset(titles[name]) for name in titles},
    )


def _phrases(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(phrase.split()) for phrase in phrases}
