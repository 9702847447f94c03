"""Stemming: Indonesian words without prefixes and suffixes. *menetapkan*, *ditetapkan* and
*penetapan* all come from *tetap*."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Context.Context import Context
from Sastrawi.Stemmer.Context.Visitor.AbstractDisambiguatePrefixRule import (
    AbstractDisambiguatePrefixRule,
)
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

_ROOT_WORDS = Path(__file__).with_name("root_words.txt")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
"""A word as in SQLite's tokenizer `unicode61`."""

_STEMMABLE = re.compile(r"[a-z]{4,40}|[a-z]{2,40}-[a-z]{2,40}(-[a-z]{2,40})?")

_DIGITS = re.compile(r"\d+")
_PREFIXES = {
    "be": range(1, 6),
    "te": (*range(6, 10), 35),
    "me": range(10, 20),
    "pe": (*range(20, 35), 36),
    "ku": (41,),
    "ka": (42,),
}
"""The numbers of the rules for prefixes, by the first two letters of the words that they match."""
_INFIXES = range(37, 41)
"""The rules for *-er-*, *-el-*, *-em-* and *-in-* after the first letter of any word."""


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text in order, with their positions."""
    return _WORD.finditer(text)


def fold(word: str) -> str:
    """A word without case and accents, as in the index."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=2**17)  # stemming takes over 10 µs, and words are limited in number
def stem(word: str) -> str:
    """The root of a folded word, after Nazief and Adriani; also of a doubled one (*kota-kota*).
    A word that is not Indonesian, or has no other root, is returned unchanged."""
    if not _STEMMABLE.fullmatch(word):
        return word
    root: str = _stemmer().stem_word(word)
    return root


def stems(text: str) -> str:
    """The roots of those words of a text that are not roots themselves, in order."""
    folded = map(fold, _WORD.findall(text))
    return " ".join(root for word in folded if (root := stem(word)) != word)


@cache
def _stemmer() -> Stemmer:
    own = _ROOT_WORDS.read_text(encoding="utf-8").splitlines()
    known = [word for word in own if not word.startswith("#")]
    stemmer = Stemmer(ArrayDictionary([*StemmerFactory().get_words(), *known]))
    provider = stemmer.visitor_provider
    plain, *rules = provider.prefix_visitors  # `plain` removes di-, ke- and se-
    provider.prefix_visitors = [plain, _PrefixRules(rules)]
    for name, module in list(sys.modules.items()):
        if name.startswith("Sastrawi.") and getattr(module, "re", None) is re:
            module.re = _Expressions  # type: ignore[attr-defined]
    return stemmer


class _PrefixRules:
    """Sastrawi's rules for prefixes, in its order. It tries all forty on every word; here only
    those are tried that can match a word with these first two letters."""

    def __init__(self, rules: Sequence[AbstractDisambiguatePrefixRule]) -> None:
        numbered = [(_number(rule), rule) for rule in rules]
        self._infixes = [rule for number, rule in numbered if number in _INFIXES]
        self._by_start = {
            start: [rule for number, rule in numbered if number in {*own, *_INFIXES}]
            for start, own in _PREFIXES.items()
        }

    def visit(self, context: Context) -> None:
        """Removes a prefix or an infix from the word, if it has one."""
        word, removed = context.current_word, len(context.removals)
        for rule in self._by_start.get(word[:2], self._infixes if word[1:2] in "ei" else ()):
            rule.visit(context)
            if len(context.removals) > removed:
                return


def _number(rule: AbstractDisambiguatePrefixRule) -> int:
    """The number of a rule in the literature, from the name of its class."""
    found = _DIGITS.search(type(rule.disambiguators[0]).__name__)
    assert found is not None
    return int(found[0])


class _Expressions:
    """What Sastrawi (1.0.1) gets in place of `re`: half of its time went into compiling. It removes
    a stem from a word by `re.sub(stem, "", word)`, where each stem is a pattern of its own."""

    @staticmethod
    def match(pattern: str, word: str) -> re.Match[str] | None:
        return _compiled(pattern).match(word)

    @staticmethod
    def sub(pattern: str, put: str, word: str, count: int = 0) -> str:
        if pattern.isalpha():
            return word.replace(pattern, put, count or -1)
        return _compiled(pattern).sub(put, word, count)


@lru_cache(maxsize=256)  # it has about sixty patterns
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
