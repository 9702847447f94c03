"""Finds the subject of a sentence, and its predicate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.extraction.quotes.mention import BODY, NAME, OFFICE, PRONOUN, Mention
from crawler.extraction.quotes.names import is_verb
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.sentences import MARK, QUOTATION, WORD, Token
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary

FARTHEST = 10
"""Tokens before a subject that no comma introduces, and of a dateline."""
_DASHES = frozenset(("-", "–", "—", "|"))


@dataclass(frozen=True, slots=True)
class Subject:
    """Who does what in a sentence: the index of its predicate in the tokens."""

    mention: Mention
    predicate: int


def find_subject(reader: Reader, people: People, tokens: Sequence[Token]) -> Subject | None:
    """The person, office or body that a sentence is about, and its predicate; None if it is about
    something else."""
    words = reader.words
    for start in _starts(words, tokens):
        read = reader.read(tokens, start, subject=start == 0)
        if read is None:
            continue
        mention, end = read
        certain = (
            mention.sure or mention.kind in (OFFICE, BODY) or people.find(mention.text) is not None
        )
        predicate = _predicate(words, tokens, end, sure=certain)
        if predicate is None:
            continue
        if (
            mention.kind == NAME
            and not mention.sure
            and not is_name(mention, people, reader.common)
        ):
            continue
        return Subject(mention, predicate)
    for at, token in enumerate(tokens[:20]):
        if token.kind == QUOTATION or token.low in words.saying:
            break
        if (
            token.low in words.pronouns
            and (predicate := _predicate(words, tokens, at + 1)) is not None
        ):
            mention = Mention(PRONOUN, token.text, None, token.start, token.end)
            return Subject(mention, predicate)
    return _after_adjunct(reader, people, tokens)


def _after_adjunct(reader: Reader, people: People, tokens: Sequence[Token]) -> Subject | None:
    """`Usai pelantikan Ratna mengatakan`: no comma before a person known from elsewhere."""
    words = reader.words
    if not tokens or tokens[0].low not in words.openers:
        return None
    for at in range(1, min(len(tokens), FARTHEST)):
        token, before = tokens[at], tokens[at - 1]
        if token.low in words.saying or token.kind != WORD:
            break
        if (
            token.capital
            and before.kind == WORD
            and not (before.capital or before.low in words.stops or is_verb(before, words))
            and (read := reader.read(tokens, at))
            and read[0].kind == NAME
            and people.find(read[0].text)
            and read[1] < len(tokens)
            and tokens[read[1]].low in words.saying
        ):
            return Subject(read[0], read[1])
    return None


def _starts(words: Vocabulary, tokens: Sequence[Token]) -> Iterator[int]:
    """Where a subject may begin: at the start, and after an adjunct and its comma."""
    yield 0
    if tokens and tokens[0].capital:  # TANJUNG RUAI, 12 Mei - Ketua KPU …
        for at in range(1, min(FARTHEST, len(tokens) - 1)):
            if tokens[at].text in _DASHES:
                yield at + 1
                break
            if not (tokens[at].capital or tokens[at].kind == MARK or tokens[at].text.isdigit()):
                break
    if not tokens or not (
        tokens[0].low in words.openers or tokens[0].low.startswith(("me", "ber"))
    ):
        return
    if len(tokens) > 1 and tokens[0].low in words.connectives:
        yield 1
    commas = 0
    for at, token in enumerate(tokens[:40]):
        if token.kind == QUOTATION:
            return
        if token.text == ",":
            commas += 1
            yield at + 1
            if commas == 4:
                return


def _predicate(
    words: Vocabulary, tokens: Sequence[Token], at: int, *, sure: bool = False
) -> int | None:
    """The predicate after a subject, past what describes it and past adverbs; None if none follows.

    `sure`: the subject is a person for certain, so any word may be the predicate."""
    at = _past_description(words, tokens, at)
    begun = at
    while at < len(tokens) and tokens[at].low in words.adverbs:
        at += 1
    last = at - 1 if at > begun and tokens[at - 1].low in words.predicates else None
    if at >= len(tokens) or tokens[at].kind != WORD or tokens[at].capital:
        return last
    low = tokens[at].low
    if low in words.saying or low in words.predicates or is_verb(tokens[at], words):
        return at
    return at if sure and low not in words.stops else last


def _past_description(words: Vocabulary, tokens: Sequence[Token], at: int) -> int:
    """Past `, yang mewakili wali kota,` and ` di Margadana,`."""
    comma = at < len(tokens) and tokens[at].text == ","
    first = at + 1 if comma else at
    if first < len(tokens) and (
        tokens[first].low in words.adjuncts
        if comma
        else tokens[first].low in words.descriptions or tokens[first].low == "kepada"
    ):
        for verb in range(first + 2 * comma, min(len(tokens), first + 14)):
            if tokens[verb].low in words.saying:  # X dalam sambutannya mengatakan
                return verb
            if tokens[verb].kind != WORD or tokens[verb].low == "dan":
                break
    if first < len(tokens) and tokens[first].low in words.descriptions:
        for end in range(first, min(len(tokens), first + 24)):
            if tokens[end].text == ",":
                return end + 1
        return len(tokens) if comma else at
    return first


def is_name(mention: Mention, people: People, common: frozenset[str]) -> bool:
    """Whether a capitalised word that begins a sentence is a name: it is known as one, or it is
    none of the `common` words of the text, and does not look like a common noun."""
    if people.find(mention.text) is not None:
        return True
    first = mention.text.split()[0]
    low = first.lower()
    if " " in mention.text.strip():
        return mention.sure
    if len(low) < 3 or first.isupper() or low in common:
        return False
    derived = (low.startswith(("pe", "ke")) and low.endswith(("an", "i"))) or low.startswith(
        ("pem", "pen", "per", "peng", "peny")
    )
    return not derived and low not in vocabulary().offices and not low.endswith("nya")
