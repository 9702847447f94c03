"""Bounds of a person's name: titles, name words, degrees, age."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.quotes.sentences import QUOTATION, Token
from crawler.extraction.quotes.vocabulary import Vocabulary, vocabulary

_DEGREE = re.compile(r"[A-Z][A-Za-z]{0,3}(?:\.[A-Z][A-Za-z]{0,4})+")
"""A degree that is in no list: `M.P.H`."""
INSTITUTION = re.compile(r"(?:pe|ke)\w{5,}an")
"""Nouns of offices, derived from verbs: `Pertanahan`."""


class NameReader:
    """Reads names in the tokens of one text."""

    def __init__(self) -> None:
        self.words: Vocabulary = vocabulary()

    def name_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the name with a known word at `at`; at least one word."""
        return max(self._name_end(tokens, at), at + 1)

    def titles_begin(self, tokens: Sequence[Token], at: int) -> int:
        """Where the titles before a name begin; `at` if there are none."""
        while at > 0:
            before = at - 1
            if tokens[before].text == "." and before > 0:
                before -= 1
            if not self._is_title(tokens, before):
                break
            at = before
        return at

    def _name_end(self, tokens: Sequence[Token], at: int) -> int:
        """The end of the run of name words that begins here; `at` if none does."""
        start, limit = at, min(len(tokens), at + 10)
        names = 0
        while at < limit:
            if self._is_title(tokens, at):
                at += 1
                if at < limit and tokens[at].text == ".":
                    at += 1
                continue
            if not names and at > start and (past := self._past_retired(tokens, at)):
                at = past
                continue
            if not self._is_name_word(tokens, at):
                if names and (further := self._past_link(tokens, at)):
                    at = further
                    continue
                break
            names += 1
            at += 1
            short = tokens[at - 1]
            if (
                at < limit
                and tokens[at].text == "."
                and tokens[at].start == short.end
                and (len(short.text) == 1 or short.low in self.words.abbreviated)
                and at + 1 < len(tokens)
                and (tokens[at + 1].capital or tokens[at + 1].text == ",")
            ):
                at += 1
        return at if names else start

    def _past_retired(self, tokens: Sequence[Token], at: int) -> int:
        """Past `(Purn)` between a rank and a name; 0 if that does not stand there."""
        if tokens[at].text != "(" or at + 2 >= len(tokens) or tokens[at + 1].low != "purn":
            return 0
        at += 2 + (tokens[at + 2].text == ".")
        return at + 1 if at < len(tokens) and tokens[at].text == ")" else 0

    def _past_link(self, tokens: Sequence[Token], at: int) -> int:
        """Past what may stand within a name: `Malik bin Saad`, `Yohanes "Anes" Purba`; 0 if it is
        something else."""
        if at + 1 >= len(tokens) or not self._is_name_word(tokens, at + 1):
            return 0
        token = tokens[at]
        if token.kind == QUOTATION:
            nickname = token.text.split()
            return at + 1 if len(nickname) < 3 and all(map(str.istitle, nickname)) else 0
        return at + 1 if token.text in self.words.particles else 0

    def _is_title(self, tokens: Sequence[Token], at: int) -> bool:
        token = tokens[at]
        if token.low not in self.words.titles:
            return False
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is None:
            return False
        if token.text in ("I", "Ni"):  # I Gede, Ni Luh
            return following.low in self.words.after_i
        dotted = following.text == "." and following.start == token.end
        if token.low in self.words.before and (dotted or token.capital):
            return dotted or following.capital
        retired = following.text == "(" and at + 2 < len(tokens) and tokens[at + 2].low == "purn"
        return (
            token.low in self.words.honorifics
            and (following.capital or retired)
            and (token.capital or token.low in ("dokter", "pak", "bu", "ustaz", "dr"))
        )

    def _is_name_word(self, tokens: Sequence[Token], at: int) -> bool:
        if at >= len(tokens):
            return False
        token = tokens[at]
        return (
            token.capital
            and (token.low not in self.words.never_names or self._begins_name(tokens, at))
            and not INSTITUTION.fullmatch(token.low)
        )

    def _begins_name(self, tokens: Sequence[Token], at: int) -> bool:
        """`Anak Agung` is a name, though `anak` is a word for somebody."""
        pair = tuple([each.low for each in tokens[at : at + 2]])
        return pair in self.words.names

    def _past_degrees(self, tokens: Sequence[Token], end: int) -> int:
        """Past `, S.Sos., M.Si.`; they belong to the name as printed."""
        while (
            end + 1 < len(tokens) and tokens[end].text == "," and self._is_degree(tokens[end + 1])
        ):
            end += 2
            if end + 1 < len(tokens) and tokens[end].text == "." and not tokens[end + 1].capital:
                end += 1
        return end

    def _is_degree(self, token: Token) -> bool:
        return token.low.rstrip(".") in self.words.degrees or bool(_DEGREE.fullmatch(token.text))

    def _past_age(self, tokens: Sequence[Token], end: int) -> int:
        """Past ` (57)` or `, 52 tahun` after a name."""
        if end >= len(tokens) or tokens[end].text not in ("(", ",", "berusia"):
            return end
        part = [each.text for each in tokens[end : end + 4]]
        if len(part) > 2 and part[0] == "(" and part[1].isdigit() and part[2] == ")":
            return end + 3
        if len(part) > 3 and part[0] == "(" and part[1].isdigit() and part[3] == ")":
            return end + 4
        if len(part) > 2 and part[0] == "berusia" and part[2] == "tahun":
            return end + 3
        if (
            len(part) > 2
            and part[0] == ","
            and part[1].isdigit()
            and part[2].lower() in ("tahun", "thn")
        ):
            return end + 3
        return end


def is_verb(token: Token, words: Vocabulary) -> bool:
    """Whether a word looks like a verb: `memantau`, `berharap`, `ditemui`."""
    low = token.low
    if token.capital or len(low) < 6 or low in words.offices:
        return False
    return (
        low.startswith(("me", "ber", "di", "ter"))
        and (low,) not in words.functions
        and low not in words.no_verbs
    )
