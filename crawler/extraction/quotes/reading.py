"""Reads a release's text sentence by sentence and finds its quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.extraction.quotes.attribution import Attribution, Attributions
from crawler.extraction.quotes.mention import BODY, NAME, OFFICE, PRONOUN, UNNAMED, Mention
from crawler.extraction.quotes.noun_phrases import Reader
from crawler.extraction.quotes.persons import People
from crawler.extraction.quotes.pronouns import Focus, may_name_somebody
from crawler.extraction.quotes.sentences import MARK, WORD, Sentence, Token
from crawler.extraction.quotes.subjects import Subject, find_subject
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary
from crawler.items import Quote

THEY = "mereka"


class Statements:
    """Finds the statements of one text. Sentences are read in order, since `ia` and `-nya` mean
    somebody named before."""

    def __init__(self, text: str, reader: Reader, people: People, focus: Focus) -> None:
        self.text, self.reader, self.people, self.focus = text, reader, people, focus
        self.words: Vocabulary = vocabulary()
        self.attributions = Attributions(reader, people)
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
            found = self.attributions.after(tokens, at)
            if found is None or found.mention is None:
                found = self.attributions.before(tokens, at, subject) or found
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
        found = self.attributions.according(tokens)
        if found is None and subject is not None:
            found = self.attributions.reported(tokens, subject)
        if found is None:
            return
        attribution, start, end = found
        first, last = tokens[start], tokens[end - 1]
        yield self._made(first.start, last.end, False, attribution, sentence)

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
        first = mention.text.lower().split()[0]
        if mention.kind == BODY or (mention.plural and first not in self.words.together):
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
