"""Who said what in a release: quotations and reported clauses, each with its speaker.

Pure and by rules: where the text does not say for certain who speaks, no speaker is given. Words
are data (`crawler/data/quotes.toml`); what counts as a quote is described in docs/quotes.md.
"""

from __future__ import annotations

from crawler.extraction.quotes.carrying import Focus
from crawler.extraction.quotes.mentions import (
    collect_mentions,
    common_words,
    name_runs,
    named_places,
)
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.reading import Statements
from crawler.extraction.quotes.sentences import split_sentences
from crawler.extraction.quotes.spans import find_marked
from crawler.items import Quote

__all__ = ["find_quotes"]


def find_quotes(body: str) -> list[Quote]:
    """The quotes of a release's body, in order. Never raises; linear in the length of the body."""
    sentences = split_sentences(body, find_marked(body))
    reader = Reader(body, named_places(sentences), common_words(sentences))
    people = People(collect_mentions(reader, sentences))
    runs = list(name_runs(reader, people, sentences))
    people.note_mentions(runs)
    named = [(start, person) for start, name in runs if (person := people.find(name))]
    statements = Statements(body, reader, people, Focus(people, named))
    return [quote for sentence in sentences for quote in statements.read(sentence)]
