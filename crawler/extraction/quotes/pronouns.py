"""Resolves `ia` and `-nya`: the subject of the sentence before, or the speaker before; nobody if
neither is certain."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.quotes.mention import BODY, NAME, OFFICE, Mention
from crawler.extraction.quotes.persons import People, Person
from crawler.extraction.quotes.sentences import Token
from crawler.extraction.quotes.vocabulary import vocabulary

REACH = 2
"""Paragraphs over which a speaker is carried."""


@dataclass(slots=True)
class Focus:
    """Who was subject or speaker last."""

    people: People
    named: Sequence[tuple[int, Person]]
    """Every place where a known person is named outside of quotations, in order."""
    mention: Mention | None = None
    paragraph: int = 0
    since: int = 0
    """Position from which on another person's name makes the antecedent uncertain."""
    spoke: bool = True
    """False: only the subject of the sentence before, not a speaker."""

    def set(self, mention: Mention, paragraph: int, since: int, *, spoke: bool = True) -> None:
        """Makes somebody the antecedent. One who is unnamed, or several, leave none."""
        certain = mention.kind == OFFICE or (
            mention.kind == NAME and self.people.find(mention.text) is not None
        )
        self.mention = mention if certain else None
        self.paragraph, self.since, self.spoke = paragraph, since, spoke

    def clear(self) -> None:
        """Leaves no antecedent."""
        self.mention = None

    def pass_by(self, tokens: Sequence[Token]) -> None:
        """Notes a sentence about something else. A speaker stays the antecedent, unless somebody
        may be named there; one who was only the subject of the sentence before does not."""
        if not self.spoke or may_name_somebody(tokens):
            self.mention = None

    def antecedent(self, position: int, paragraph: int) -> Mention | None:
        """Who is meant by a pronoun at a position; None where it cannot be known."""
        if self.mention is None or self.mention.kind == BODY or paragraph - self.paragraph > REACH:
            return None
        meant = self.person(self.mention)
        at = bisect_left(self.named, self.since, key=lambda each: each[0])
        while at < len(self.named) and self.named[at][0] < position:
            if self.named[at][1] is not meant:
                self.mention = None  # stays uncertain from here on
                return None
            at += 1
        self.since = max(self.since, position)
        return self.mention

    def person(self, mention: Mention) -> Person | None:
        """The person of a mention, as far as the release tells."""
        if mention.kind == NAME:
            return self.people.find(mention.text)
        return self.people.holder(mention.text) if mention.kind == OFFICE else None


def may_name_somebody(tokens: Sequence[Token]) -> bool:
    """Whether two words in a row look like a name that nothing says is a place's or a body's."""
    words = vocabulary()
    for at in range(2, len(tokens)):
        if not tokens[at].capital:  # as most words
            continue
        pair = tokens[at - 1 : at + 1]
        if (
            all(each.capital and not each.text.isupper() for each in pair)
            and not any(
                each.low in words.offices
                or each.low in words.things
                or each.low in words.bodies
                or each.low in words.no_name
                or (each.low,) in words.functions
                for each in (*pair, tokens[at - 2])
            )
            and tokens[at - 2].low not in ("di", "ke", "dari", "se")
            and tuple(each.low for each in pair) not in words.places
            and not tokens[at - 2].capital
        ):
            return True
    return False
