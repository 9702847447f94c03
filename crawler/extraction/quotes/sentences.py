"""Splits a text into sentences of words, marks and quotations; a quotation is one token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.extraction.quotes.spans import Marked
from crawler.extraction.quotes.vocabulary import vocabulary

WORD, MARK, QUOTATION = "word", "mark", "quotation"

_TOKEN = re.compile(
    r"[A-Za-z]+(?=[ ,\n])"  # most words; the next line would find them too, but slowly
    r"|[^\W\d_][^\W_]*(?:[’'‘`ʼ‑/-][^\W_]+)*"
    r"(?:\.[^\W\d_]{1,4}(?![^\W_])|(?<=\d)[.,]\d+)*[’']?"
    r"|\d+(?:[.,:/]\d+)*[^\W_]*|\n\s*|[^\s\w]|_"
)
THUS = frozenset(("demikian", "begitu"))
"""`“….” Demikian disampaikan X`"""
_ENDS = frozenset(".!?…")


@dataclass(slots=True)
class Token:
    """A word, a mark of punctuation or a quotation. Positions count code points of the text."""

    text: str
    start: int
    end: int
    kind: str
    low: str
    """In lower case."""
    capital: bool
    marked: Marked | None = None
    breaks: bool = False
    """A new paragraph begins after it."""


@dataclass(slots=True)
class Sentence:
    """Tokens up to a full stop, or up to the end of a paragraph."""

    tokens: list[Token]
    paragraph: int
    quotations: list[int] = field(default_factory=list)
    """Where in `tokens` quotations stand."""


def split_sentences(text: str, marked: Sequence[Marked]) -> list[Sentence]:
    """The sentences of a text, with the given stretches as one token each."""
    sentences: list[Sentence] = []
    tokens: list[Token] = []
    paragraph = 0
    stream = _tokens(text, marked)
    quotations: list[int] = []
    last = len(stream) - 1
    for number, token in enumerate(stream):
        if token.kind == QUOTATION:
            quotations.append(len(tokens))
        tokens.append(token)
        if (
            token.breaks
            or number == last
            or (token.kind != WORD and _ends_sentence(tokens, stream[number + 1 : number + 3]))
        ):
            sentences.append(Sentence(tokens, paragraph, quotations))
            tokens, quotations = [], []
        paragraph += token.breaks
    return sentences


def _tokens(text: str, marked: Sequence[Marked]) -> list[Token]:
    """All tokens in order; the line breaks become `breaks` of the token before."""
    tokens: list[Token] = []
    at = 0
    for each in (*marked, None):
        end = each.outer_start if each else len(text)
        for match in _TOKEN.finditer(text, at, end):
            found = match[0]
            if found[0] == "\n":
                if tokens:
                    tokens[-1].breaks = True
                continue
            kind = WORD if found[0].isalnum() else MARK
            start, stop = match.span()
            tokens.append(Token(found, start, stop, kind, found.lower(), found[0].isupper()))
        if each:
            at = each.outer_end
            inner = text[each.start : each.end]
            tokens.append(Token(inner, each.outer_start, at, QUOTATION, "", False, each))
    return tokens


def _ends_sentence(tokens: Sequence[Token], rest: Sequence[Token]) -> bool:
    token, following = tokens[-1], rest[0]
    if token.kind == QUOTATION:
        said = token.text[-1:] in _ENDS
        return (
            said
            and _begins(following)
            and following.low.removesuffix("nya") not in vocabulary().tags
            and not (following.low in THUS and rest[-1].low in vocabulary().passive)
        )
    if token.text not in _ENDS or token.kind != MARK:
        return False
    if token.text == "." and len(tokens) > 1 and _is_abbreviation(tokens[-2], token):
        return False
    return _begins(following) or following.kind == QUOTATION


def _begins(token: Token) -> bool:
    return token.capital or token.kind == QUOTATION or token.text[0].isdigit()


def _is_abbreviation(word: Token, stop: Token) -> bool:
    words = vocabulary()
    if word.kind != WORD or word.end != stop.start:
        return False
    if len(word.text) == 1 and word.capital:
        return True
    if "." in word.text:
        return False
    return word.low in words.before or word.low in words.abbreviated
