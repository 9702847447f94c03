"""Reads a release's text sentence by sentence and says who said what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.extraction.quotes.carrying import Focus, may_name_somebody
from crawler.extraction.quotes.noun_phrases import (
    BODY,
    NAME,
    OFFICE,
    PRONOUN,
    UNNAMED,
    Mention,
    Reader,
)
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.reported import clause_end, reported_clause
from crawler.extraction.quotes.sentences import MARK, QUOTATION, WORD, Sentence, Token
from crawler.extraction.quotes.subjects import Subject, find_subject, is_name
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary
from crawler.items import Quote

THEY = "mereka"
NEAR = 8
"""Tokens between a verb of saying and the quotation that it introduces."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a quotation, by the words beside it."""

    verb: str | None
    mention: Mention | None
    """None: nobody is named, and `ia` or `-nya` does not stand there either."""


class Statements:
    """Finds the statements of one text. Sentences are read in order, since `ia` and `-nya` mean
    somebody named before."""

    def __init__(self, text: str, reader: Reader, people: People, focus: Focus) -> None:
        self.text, self.reader, self.people, self.focus = text, reader, people, focus
        self.words: Vocabulary = vocabulary()
        self.just_spoke: Mention | None = None

    def read(self, sentence: Sentence) -> Iterator[Quote]:
        """The statements in the next sentence."""
        tokens = sentence.tokens
        subject = find_subject(self.reader, self.people, tokens)
        if subject and subject.mention.kind == PRONOUN:
            meant = self._antecedent(subject.mention, subject.mention.start, sentence)
        else:
            meant = subject.mention if subject else None
        quotes = list(self._direct(sentence, subject, meant))
        if not quotes:
            quotes = list(self._indirect(sentence, subject, meant))
        if not quotes:
            self._follow(sentence, subject, meant)
        yield from quotes

    # Direct quotations

    def _direct(
        self, sentence: Sentence, subject: Subject | None, meant: Mention | None
    ) -> Iterator[Quote]:
        tokens = sentence.tokens
        last: Attribution | None = None
        for at in sentence.quotations:
            found = self._after(tokens, at)
            if found is None or found.mention is None:
                found = self._before(tokens, at, subject, meant) or found
            if found is None and last is not None and self._is_interrupted(tokens, at):
                found = last
            if found is not None:
                last = found
                yield self._quote(tokens[at], found, sentence)
            elif self._stands_alone(tokens, at, least=1 if self.just_spoke else 3):
                spoke = self.just_spoke
                verb = None
                yield self._quote(
                    tokens[at],
                    Attribution(verb, spoke and replace(spoke, kind=PRONOUN) if spoke else None),
                    sentence,
                )

    def _after(self, tokens: Sequence[Token], at: int) -> Attribution | None:
        """`"…," ujar X`, `"…," ujarnya`, `"…," X menegaskan`."""
        inner = tokens[at].text
        closed = comma = inner[-1:] in ",?!"
        at += 1
        while at < len(tokens) and tokens[at].text in (",", "-", "–", "—"):
            closed = True
            at += 1
        while at < len(tokens) and tokens[at].low in ("demikian", "begitu"):
            at += 1
        if at >= len(tokens) or tokens[at].kind != WORD:
            return None
        low = tokens[at].low
        if low.endswith("nya") and low[:-3] in self.words.tags:
            return Attribution(tokens[at].text, _pronoun(tokens[at]))
        if low in self.words.tags or low in self.words.passive:
            return self._tagged(tokens, at, closed, comma)
        subject = find_subject(self.reader, self.people, tokens[at : at + NEAR * 6])
        if subject and closed and tokens[at + subject.predicate].low in self.words.saying:
            return Attribution(tokens[at + subject.predicate].text, subject.mention)
        return None

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

    def _before(
        self, tokens: Sequence[Token], at: int, subject: Subject | None, meant: Mention | None
    ) -> Attribution | None:
        """`X menambahkan, "…"`, `Menurut X, "…"`, `katanya: "…"`."""
        inner = tokens[at].text
        separated = at > 0 and tokens[at - 1].text in (",", ":")
        start = max(0, at - NEAR - (8 if separated else 0))
        near = tokens[max(0, at - 4) : at]
        if (
            any(each.low in self.words.labels for each in near)
            or not inner[:1].strip("…").isupper()
        ):
            return None
        for number in range(at - 1, start - 1, -1):
            token = tokens[number]
            if token.kind == QUOTATION:
                return None
            if token.low.endswith("nya") and token.low[:-3] in self.words.tags and separated:
                return Attribution(token.text, _pronoun(token))
            if token.low in self.words.saying:
                if not separated and (
                    at - number > 1 or len(inner.split()) < 3 or token.low.startswith("menyebut")
                ):
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
        return None

    def _is_interrupted(self, tokens: Sequence[Token], at: int) -> bool:
        return tokens[at - 1].kind == MARK or tokens[at].text[:1].islower()

    def _stands_alone(self, tokens: Sequence[Token], at: int, least: int) -> bool:
        """A quotation that is a sentence, or more, by itself."""
        if any(each.kind == WORD for each in tokens):
            return False
        inner = tokens[at].text
        return inner[:1].isupper() and inner[-1] in ".!?…," and len(inner.split()) >= least

    # Indirect ones

    def _indirect(
        self, sentence: Sentence, subject: Subject | None, meant: Mention | None
    ) -> Iterator[Quote]:
        tokens = sentence.tokens
        found = self._according(tokens)
        if found is None and subject is not None:
            found = self._reported(tokens, subject)
        if found is None:
            return
        attribution, start, end = found
        first, last = tokens[start], tokens[end - 1]
        yield self._made(first.start, last.end, False, attribution, sentence)

    def _according(self, tokens: Sequence[Token]) -> tuple[Attribution, int, int] | None:
        """`Menurut X, …` and `Menurutnya, …`, also after `Namun,` and `Sementara itu,`."""
        at = 0
        while at < min(4, len(tokens)) and tokens[at].low not in ("menurut", "menurutnya"):
            at += 1
        first = tokens[0].low
        if (
            first.endswith("nya")
            and first[:-3] in self.words.passive
            and tokens[1:2]
            and tokens[1].text == ","
        ):
            last = clause_end(tokens, 2)  # Dikatakannya, …
            return (
                (Attribution(tokens[0].text, _pronoun(tokens[0])), 2, last)
                if last - 2 > 2
                else None
            )
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

    def _reported(
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

    # What both share

    def _quote(self, token: Token, attribution: Attribution, sentence: Sentence) -> Quote:
        assert token.marked is not None
        return self._made(token.marked.start, token.marked.end, True, attribution, sentence)

    def _made(
        self, start: int, end: int, direct: bool, attribution: Attribution, sentence: Sentence
    ) -> Quote:
        mention, how = attribution.mention, "none"
        if mention is not None and mention.kind == PRONOUN:
            mention = self._antecedent(mention, min(mention.start, start) or start, sentence)
            how = "carried" if mention else "none"
        elif mention is not None:
            how = "named"
        self.just_spoke = mention
        if mention is not None:
            self.focus.set(mention, sentence.paragraph, sentence.tokens[-1].end)
        elif attribution.mention is None and attribution.verb:
            self.focus.clear()
        speaker, person, role = self._who(mention, how, start)
        return Quote(
            text=self.text[start:end], start=start, end=end, direct=direct, verb=attribution.verb,
            speaker=speaker, person=person, role=role, how=how,
        )  # fmt: skip

    def _antecedent(self, pronoun: Mention, position: int, sentence: Sentence) -> Mention | None:
        if pronoun.text.lower() == THEY:
            return None
        return self.focus.antecedent(position, sentence.paragraph)

    def _who(
        self, mention: Mention | None, how: str, position: int
    ) -> tuple[str | None, str | None, str | None]:
        if mention is None:
            return None, None, None
        person = self.focus.person(mention)
        speaker = mention.text
        if how == "carried" and person:
            speaker = person.nearest(position) or speaker
        own = mention.role if how == "named" else None
        role = (
            own
            or (person.role if person else None)
            or (mention.text if mention.kind == OFFICE else None)
        )
        return speaker, person.name if person else None, role

    def _follow(self, sentence: Sentence, subject: Subject | None, meant: Mention | None) -> None:
        """Keeps in mind whom a sentence without a statement was about."""
        tokens = sentence.tokens
        self.just_spoke = None
        if passive := self._passive_agent(tokens):
            self.focus.set(passive, sentence.paragraph, tokens[-1].end)
            self.just_spoke = passive
        elif subject is None:
            self.focus.pass_by(tokens)
        elif meant is not None and meant.kind in (NAME, OFFICE):
            spoke = tokens[subject.predicate].low in self.words.saying
            since = tokens[-1].end if spoke else max(meant.end, subject.mention.end)
            self.focus.set(meant, sentence.paragraph, since, spoke=spoke)
            if not spoke and may_name_somebody(tokens[subject.predicate :]):
                self.focus.clear()
            self.just_spoke = meant if spoke else None
        elif self._cannot_speak_next(tokens, subject):
            self.focus.pass_by(tokens)
        else:
            self.focus.clear()

    def _cannot_speak_next(self, tokens: Sequence[Token], subject: Subject) -> bool:
        """Whether `-nya` cannot mean the unnamed ones whom a sentence is about."""
        mention = subject.mention
        if mention.plural or mention.kind == BODY or mention.text.lower() == THEY:
            return True
        alone = mention.text.lower().startswith(tuple(self.words.one))
        spoke = tokens[subject.predicate].low in self.words.saying
        return mention.kind == UNNAMED and not alone and not spoke

    def _passive_agent(self, tokens: Sequence[Token]) -> Mention | None:
        """`Hal itu disampaikan Ketua KPU, X, saat …`."""
        for at, token in enumerate(tokens[:-1]):
            if token.low in self.words.passive:
                at += 1 + (tokens[at + 1].low in ("oleh", "langsung"))
                read = self.reader.read(tokens, at)
                if read and read[0].kind in (NAME, OFFICE) and (tokens[at].capital or read[0].sure):
                    return read[0]
        return None


def _pronoun(token: Token) -> Mention:
    return Mention(PRONOUN, token.text, None, token.start, token.end)
