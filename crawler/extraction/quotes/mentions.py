"""What one look over the whole text tells before its sentences are read: which persons it names
for certain, and which places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extraction.quotes.noun_phrases import NAME, Mention, Reader
from crawler.extraction.quotes.persons import People, name_keys
from crawler.extraction.quotes.sentences import QUOTATION, WORD, Sentence
from crawler.extraction.quotes.subjects import find_subject
from crawler.extraction.quotes.vocabulary import vocabulary

MOST_UNSURE = 50
"""Names at the beginning of sentences that are compared with those of known persons."""


def named_places(sentences: Sequence[Sentence]) -> frozenset[tuple[str, ...]]:
    """Places that the text names as such: `di Tanjung Ruai`, `Kelurahan Karya Bakti`."""
    words = vocabulary()
    found: set[tuple[str, ...]] = set()
    for sentence in sentences:
        tokens = sentence.tokens
        for at in range(1, len(tokens)):
            before = tokens[at - 1]
            if not tokens[at].capital or not (
                before.low in ("di", "ke", "dari")
                or (
                    before.low in words.before_place
                    and at > 1
                    and tokens[at - 2].low in ("di", "ke", "dari", "pemerintah", "se")
                )
            ):
                continue
            end = at
            while (
                end < len(tokens)
                and tokens[end].kind == WORD
                and tokens[end].capital
                and end - at < 4
            ):
                end += 1
            if end - at < 4 and not any(
                each.low in words.offices or each.low in words.bodies for each in tokens[at:end]
            ):
                found.add(tuple(each.low for each in tokens[at:end]))
    return frozenset(found | _shared_beginnings(sentences))


def _shared_beginnings(sentences: Sequence[Sentence]) -> set[tuple[str, ...]]:
    """Two words after `Kota` that stand there alone, or before different words: `Kota Batu Lantang
    Ahmad Rivai` and `Kota Batu Lantang Lukas`."""
    following: dict[tuple[str, ...], set[str]] = {}
    for sentence in sentences:
        tokens = sentence.tokens
        for at in range(1, len(tokens) - 1):
            pair = tokens[at : at + 2]
            if tokens[at - 1].low == "kota" and all(each.capital for each in pair):
                third = tokens[at + 2] if at + 2 < len(tokens) else None
                ends = third is None or not third.capital
                words = following.setdefault(tuple(each.low for each in pair), set())
                words.add("" if ends or third is None else third.low)
    return {pair for pair, words in following.items() if len(words) > 1}


def glued_places(mentions: Sequence[Mention], text: str) -> frozenset[tuple[str, ...]]:
    """Places that were taken for the beginning of a name: what stands after `Kota`, of somebody
    whom the text calls by another word afterwards: `Wali Kota Lembayung Aria Wiratama`, `Aria`."""
    words = vocabulary()
    short = {each.text.lower() for each in mentions if " " not in each.text}
    found: set[tuple[str, ...]] = set()
    for mention in mentions:
        name = mention.text.lower().split()
        before = text[max(0, mention.start - 40) : mention.start].lower().split()
        if len(name) < 3 or not before or name[0] in short or not short & set(name[1:]):
            continue
        if before[-1] in words.toponyms:
            found.add((before[-1], name[0]))
        elif before[-1] == "kota" or before[-1] in words.before_place:
            found.add((name[0],))
    return frozenset(found)


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
                at > 1
                and (token.capital and tokens[at - 1].low in words.tags)
                and tokens[at - 2].kind != WORD
            )
            if token.kind == WORD and (tagged or reader.begins_person(tokens, at)):
                read = reader.read(tokens, at)
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
