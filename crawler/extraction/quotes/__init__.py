"""Finds the quotes of a release, direct and reported, each with its speaker.

Pure and by rules: if the text is not certain, no speaker is given. Words are data
(`crawler/data/quotes.toml`); docs/quotes.md defines a quote.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.quotes.mentions import (
    collect_mentions,
    common_words,
    name_runs,
)
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.places import glued_places, named_places
from crawler.extraction.quotes.pronouns import Focus
from crawler.extraction.quotes.reading import Statements
from crawler.extraction.quotes.sentences import split_sentences
from crawler.extraction.quotes.spans import find_marked
from crawler.items import Quote

__all__ = ["find_quotes"]


def find_quotes(body: str, places: Sequence[str] = ()) -> list[Quote]:
    """The quotes of a release's body, in order. Linear in the length of the body.

    `places` are known beside the country's own, such as the publisher's."""
    sentences = split_sentences(body, find_marked(body))
    common = common_words(sentences)
    known = named_places(sentences) | {tuple(place.lower().split()) for place in places}
    reader = Reader(body, known, common)
    mentions = collect_mentions(reader, sentences)
    if glued := glued_places(mentions, body):
        reader = Reader(body, known | glued, common)
        mentions = collect_mentions(reader, sentences)
    people = People(mentions)
    runs = list(name_runs(reader, people, sentences))
    people.note_mentions(runs)
    named = [(start, person) for start, name in runs if (person := people.find(name))]
    statements = Statements(body, reader, people, Focus(people, named))
    return [quote for sentence in sentences for quote in statements.read(sentence)]
