"""Collects the certain mentions of persons in a text, before its sentences are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extraction.quotes.mention import NAME, Mention
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People, name_keys
from crawler.extraction.quotes.sentences import QUOTATION, WORD, Sentence
from crawler.extraction.quotes.subjects import find_subject

MOST_UNSURE = 50
"""Names at the beginning of sentences that are compared with those of known persons."""


def common_words(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The words that the text has in small letters outside of quotations."""
    return frozenset(
        token.text
        for sentence in sentences
        for token in sentence.tokens
        if token.kind == WORD and not token.capital
    )


def collect_mentions(reader: Reader, sentences: Sequence[Sentence]) -> list[Mention]:
    """The mentions that are surely persons: with a function or a title, at a verb of saying."""
    nobody = People(())
    unsure: list[Mention] = []
    words = reader.words
    found: list[Mention] = []
    for sentence in sentences:
        tokens = sentence.tokens
        subject = find_subject(reader, nobody, tokens)
        if (
            subject
            and subject.mention.kind == NAME
            and (subject.mention.sure or tokens[subject.predicate].low in words.saying)
        ):
            found.append(subject.mention)
        elif (
            len(unsure) < MOST_UNSURE
            and (begun := reader.read(tokens, 0, subject=True))
            and begun[0].kind == NAME
            and " " in begun[0].text
        ):
            unsure.append(begun[0])
        at = 0
        while at < len(tokens):
            token = tokens[at]
            tagged = (
                token.capital
                and at > 1
                and tokens[at - 1].low in words.tags
                and tokens[at - 2].kind != WORD
            )
            if tagged or (token.low in words.before_person and reader.begins_person(tokens, at)):
                read = reader.read(tokens, at, alone=True)
                if read:
                    if read[0].kind == NAME and (read[0].sure or tagged):
                        found.append(read[0])
                    at = max(read[1], at + 1)
                    continue
            at += 1
    known = [set(name_keys(each.text)) for each in found]
    found += [each for each in unsure if any(keys < set(name_keys(each.text)) for keys in known)]
    return list({(each.start, each.end): each for each in found}.values())


def name_runs(
    reader: Reader, people: People, sentences: Sequence[Sentence]
) -> Iterator[tuple[int, str]]:
    """Where known persons are named outside of quotations: position and name as printed."""
    for sentence in sentences:
        tokens = sentence.tokens
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.kind == QUOTATION or not token.capital or not people.knows(token.text):
                at += 1
                continue
            start, end = reader.titles_begin(tokens, at), reader.name_end(tokens, at)
            yield tokens[start].start, reader.text[tokens[start].start : tokens[end - 1].end]
            at = end
