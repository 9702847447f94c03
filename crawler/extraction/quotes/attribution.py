"""Finds the speaker of a quotation or a clause by the words next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.extraction.quotes.mention import NAME, OFFICE, PRONOUN, Mention
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.reported import clause_end, reported_clause
from crawler.extraction.quotes.sentences import QUOTATION, WORD, Token
from crawler.extraction.quotes.subjects import Subject, find_subject, is_name
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary

NEAR = 8
"""Tokens between a verb of saying and the quotation that it introduces."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a quotation, by the words beside it."""

    verb: str | None
    mention: Mention | None
    """None: nobody is named, and `ia` or `-nya` does not stand there either."""


class Attributions:
    """Finds who says what in the sentences of one text."""

    def __init__(self, reader: Reader, people: People) -> None:
        self.reader, self.people = reader, people
        self.words: Vocabulary = vocabulary()

    def after(self, tokens: Sequence[Token], at: int) -> Attribution | None:
        """`"…," ujar X`, `"…," ujarnya`, `"…," X menegaskan`."""
        inner = tokens[at].text
        closed = comma = inner[-1:] in ",?!"
        at += 1
        while at < len(tokens) and tokens[at].text in (",", "-", "–", "—"):
            closed = True
            at += 1
        thus = at
        while at < len(tokens) and tokens[at].low in ("demikian", "begitu"):
            at += 1
        if at >= len(tokens) or tokens[at].kind != WORD:
            return None
        low = tokens[at].low
        if low.endswith("nya") and (low[:-3] in self.words.tags or inner.endswith(",")):
            return Attribution(tokens[at].text, _pronoun(tokens[at]))
        if low in self.words.tags or low in self.words.passive:
            return self._tagged(tokens, at, closed, comma)
        if at > thus and closed and (read := self.reader.read(tokens, at)):
            return Attribution(tokens[thus].text, read[0])
        if self._may_introduce(tokens[at], inner, closed) and (
            person := self._person(tokens, at + 1)
        ):
            return Attribution(tokens[at].text, person)
        subject = find_subject(self.reader, self.people, tokens[at : at + NEAR * 6])
        if subject and closed and tokens[at + subject.predicate].low in self.words.saying:
            return Attribution(tokens[at + subject.predicate].text, subject.mention)
        return None

    def _may_introduce(self, word: Token, inner: str, closed: bool) -> bool:
        """Whether any word may be a verb of saying here, with its speaker after it: a comma ends
        the quotation, or the word is a root of one."""
        if word.capital or not (closed or len(inner.split()) > 2):
            return False
        if word.low in self.words.roots:
            return True
        return inner.endswith(",") and not (
            word.low in self.words.stops
            or word.low in self.words.openers
            or word.low in self.words.adverbs
            or word.low in self.words.pronouns
        )

    def _person(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """The person named here; None if it is not certain that it is one."""
        read = self.reader.read(tokens, at)
        if read is None or read[0].kind not in (NAME, OFFICE):
            return None
        mention = read[0]
        known = mention.kind == OFFICE or self.people.find(mention.text) is not None
        return mention if known or mention.sure else None

    def _tagged(
        self, tokens: Sequence[Token], at: int, closed: bool, comma: bool
    ) -> Attribution | None:
        verb = tokens[at].text
        at += 1
        while at < len(tokens) and tokens[at].low in ("lagi", "pula", "oleh", "singkat", "sang"):
            at += 1
        read = self.reader.read(tokens, at)
        if read:
            return Attribution(verb, read[0])
        if not closed:
            return None
        end = self.reader.phrase_end(tokens, at)
        if end > at and not tokens[at].capital:
            if not comma:
                return None  # "slot", kata kunci itu
            return Attribution(verb, self.reader.unnamed(tokens, at, end))
        return Attribution(verb, None)

    def before(
        self, tokens: Sequence[Token], at: int, subject: Subject | None
    ) -> Attribution | None:
        """`X menambahkan, "…"`, `Menurut X, "…"`, `katanya: "…"`."""
        inner = tokens[at].text
        separated = at > 0 and tokens[at - 1].text in (",", ":")
        start = max(0, at - NEAR - (8 if separated else 0))
        near = tokens[max(0, at - 4) : at]
        if (
            any(each.low in self.words.labels for each in near)
            or not inner.lstrip("….")[:1].isupper()
        ) and not self._is_object(tokens, at):
            return None
        for number in range(at - 1, start - 1, -1):
            token = tokens[number]
            if token.kind == QUOTATION:
                return None
            if token.low.endswith("nya") and token.low[:-3] in self.words.tags and separated:
                return Attribution(token.text, _pronoun(token))
            if token.low in self.words.saying:
                if not separated and (
                    at - number > 1 + (tokens[at - 1].low in self.words.joins)
                    or len(inner.split()) < 3
                    or token.low.startswith("menyebut")
                ):
                    return None
                if self._tells_itself(tokens, number):
                    return None
                speaker = None
                if subject and subject.predicate <= number:
                    speaker = subject.mention
                return Attribution(token.text, speaker)
            if token.low in self.words.passive and (
                read := self.reader.read(tokens, number + 1 + (tokens[number + 1].low == "oleh"))
            ):
                return Attribution(token.text, read[0]) if separated else None
            if token.low in self.words.tags and not token.capital and separated:
                read = self.reader.read(tokens, number + 1)
                if read and read[1] >= at - 1:
                    return Attribution(token.text, read[0])
        if separated and tokens[0].low == "menurut" and (read := self.reader.read(tokens, 1)):
            return Attribution(tokens[0].text, read[0])
        if tokens[at - 1].text == ":" and (read := self.reader.read(tokens, 0, subject=True)):
            mention, end = read  # Ketua KPU, Ruth Ayomi: "…"
            if end == at - 1 and mention.kind == NAME and mention.sure:
                return Attribution(None, mention)
        return None

    def _tells_itself(self, tokens: Sequence[Token], verb: int) -> bool:
        """`Pepatah mengatakan`, `Pasal 7 menyatakan`: nobody speaks."""
        start = max(0, verb - 4)
        return any(each.low in self.words.no_speaker for each in tokens[start:verb]) and not any(
            each.capital for each in tokens[start + 1 : verb]
        )

    def _is_object(self, tokens: Sequence[Token], at: int) -> bool:
        """`X mengatakan "…"`: several words directly after the verb."""
        verb = tokens[at - 1 - (at > 1 and tokens[at - 1].low in self.words.joins)]
        return (
            at > 0
            and verb.low in self.words.saying
            and not verb.low.startswith("menyebut")
            and len(tokens[at].text.split()) > 3
        )

    # Reported clauses

    def according(self, tokens: Sequence[Token]) -> tuple[Attribution, int, int] | None:
        """`Menurut X, …` and `Menurutnya, …`, also after `Namun,` and `Sementara itu,`."""
        if agent := self._agent_first(tokens):
            return agent
        at = 0
        while at < min(4, len(tokens)) and tokens[at].low not in ("menurut", "menurutnya"):
            at += 1
        if at >= min(4, len(tokens)) or (
            at and (tokens[at - 1].text != "," or tokens[0].low not in self.words.openers)
        ):
            return None
        if tokens[at].low == "menurutnya":
            mention, end = _pronoun(tokens[at]), at + 1
        else:
            read = self.reader.read(tokens, at + 1)
            if at + 1 >= len(tokens) or read is None or tokens[at + 1].low in self.words.no_speaker:
                return None
            mention, end = read
            if mention.kind == NAME and not is_name(mention, self.people, self.reader.common):
                return None
        if end < len(tokens) and tokens[end].text != "," and mention.kind == NAME:
            end = self.reader.name_end(tokens, at + 1)  # Menurut Rivai, pemenang mewakili kota
            mention = replace(mention, role=None)
        if end >= len(tokens) or tokens[end].text != ",":
            return None
        start, last = end + 1, clause_end(tokens, end + 1)
        if last - start < 3:
            return None
        return Attribution(tokens[at].text, mention), start, last

    def _agent_first(self, tokens: Sequence[Token]) -> tuple[Attribution, int, int] | None:
        """`Dikatakannya, …`, `Dijelaskan X bahwa …` and `Kata dia, …`."""
        first, low = tokens[0], tokens[0].low
        if low.endswith("nya") and (low[:-3] in self.words.passive or low[:-3] in self.words.tags):
            mention, end = _pronoun(first), 1
        elif low in self.words.passive or low in self.words.tags:
            read = self.reader.read(tokens, 1 + (len(tokens) > 1 and tokens[1].low == "oleh"))
            if read is None or read[0].kind not in (NAME, OFFICE, PRONOUN):
                return None
            mention, end = read
        else:
            return None
        joined = end < len(tokens) and (
            tokens[end].text == "," or tokens[end].low in self.words.strong_joins
        )
        last = clause_end(tokens, end + 1)
        return (
            (Attribution(first.text, mention), end + 1, last) if joined and last > end + 3 else None
        )

    def reported(
        self, tokens: Sequence[Token], subject: Subject
    ) -> tuple[Attribution, int, int] | None:
        verb = subject.predicate
        if any(each.low in self.words.unsaid for each in tokens[max(0, verb - 3) : verb]):
            return None
        if tokens[verb].low in self.words.saying and (clause := reported_clause(tokens, verb)):
            return Attribution(tokens[verb].text, subject.mention), *clause
        for at in range(verb + 1, len(tokens) - 2):
            if (
                tokens[at].low in ("dan", "serta")
                and tokens[at + 1].low in self.words.saying
                and tokens[at + 2].low in self.words.strong_joins
                and (clause := reported_clause(tokens, at + 1))
            ):
                return Attribution(tokens[at + 1].text, subject.mention), *clause
        return None


def _pronoun(token: Token) -> Mention:
    return Mention(PRONOUN, token.text, None, token.start, token.end)
