"""Words of sellers on injected pages, and the disguised spellings of these words.

The words are data, `crawler/data/hijacked.toml`; `detection` and `sales_page` use them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from crawler.regions import DATA

LONGEST = 20_000
"""Letters of a text that are examined."""
_HARDLY = 2
"""A text with fewer different words of any trade offers nothing."""
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_DISGUISES = (
    re.compile(r"[013457](?<=[a-zA-Z].)[013457]*[a-zA-Z]"),
    re.compile("[\u0370-\u04ff]"),
    _INVISIBLE,
)
"""Every disguised word contains one of these; most texts contain none."""
_WORD = re.compile(r"(?<!\w)\w{2,40}(?!\w)")
_MIXED = re.compile(r"[a-z](?=\w*[\u0370-\u04ff])|[\u0370-\u04ff](?=\w*[a-z])", re.IGNORECASE)
_GAME = re.compile(r"^[a-z]+[2-6]d$", re.IGNORECASE)
_LEET = re.compile(r"[a-z][013457]+[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SellerWords:
    """The data file, as patterns for text in lower case."""

    offers: dict[str, re.Pattern[str]]
    """By trade."""
    any_offer: re.Pattern[str]
    """The offers of all trades that begin with a letter, in one pattern: a fifth of the time."""
    blatant: re.Pattern[str]
    """Offers that are never a figure of speech, even in a title."""
    filling: re.Pattern[str]
    """Words that may accompany them."""
    subjects: re.Pattern[str]
    """Names of the trades in reports."""
    defaced: re.Pattern[str]
    """Signatures of those who broke into a site."""
    calls: re.Pattern[str]
    brands: re.Pattern[str]
    against: re.Pattern[str]
    voices: re.Pattern[str]
    officials: re.Pattern[str]
    """Offices, officials, and verbs of quoting."""
    civic: re.Pattern[str]
    """People, places and activities of public life."""
    least_civic: int
    selling: re.Pattern[str]
    """Phrases of sellers, whatever they sell."""
    contacts: re.Pattern[str]
    """Private numbers and names in chat programs."""
    foreign: re.Pattern[str]
    foreign_share: float
    tempting: re.Pattern[str]
    """Chances, bonuses, payouts."""
    symbols: re.Pattern[str]
    friends: re.Pattern[str]
    letters: dict[int, int]
    figures: dict[int, int]
    goods: frozenset[str]


def may_offer(titles: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether a page with these titles and texts must be examined: a fast check."""
    words = seller_words()
    title, _ = undisguise("\n".join(titles))
    if words.blatant.search(title) or (words.calls.search(title) and words.brands.search(title)):
        return True
    text, _ = undisguise("\n".join((title, *texts)))
    if len(set(words.any_offer.findall(text))) >= _HARDLY:
        return True
    return not text.isascii() and words.foreign.search(text) is not None


def is_report(text: str) -> bool:
    """Whether a text, in lower case, names an office or an official, quotes somebody, or
    mentions people, places and activities of public life, as any release does."""
    words = seller_words()
    if words.officials.search(text):
        return True
    return len(set(words.civic.findall(text))) >= words.least_civic


def offered(text: str) -> list[str]:
    """Everything that a text, in lower case, offers."""
    return [word for pattern in seller_words().offers.values() for word in pattern.findall(text)]


def undisguise(text: str) -> tuple[str, int]:
    """The text in lower case and plain letters, and how many words were disguised."""
    count = 0
    text = text[:LONGEST]
    plain = normalize("NFKC", text)
    if not any(mark.search(plain) for mark in _DISGUISES):
        return plain.casefold(), 0
    plain = _INVISIBLE.sub("", plain)
    letters, figures = seller_words().letters, seller_words().figures

    def spell(found: re.Match[str]) -> str:
        nonlocal count
        word = found[0]
        if _MIXED.search(word):
            word = word.translate(letters)
        # A number at the end stays, as in badakhoki99 and sultan4d.
        if _LEET.search(word) and not _GAME.search(word):
            stem = word.rstrip("0123456789")
            word = stem.translate(figures) + word[len(stem) :]
        count += word != found[0]
        return word

    spelled = _WORD.sub(spell, plain)
    return spelled.casefold(), count + len(_INVISIBLE.findall(text))


def read_address(url: str) -> str:
    """The words of a URL."""
    parts = urlsplit(url)
    return re.sub(r"[-_/.=&?]+", " ", unquote(f"{parts.path} {parts.query}")).casefold()


def is_suspect_address(url: str) -> bool:
    """Whether a URL has words of goods that strangers offer, and none of reporting. It may be a
    release all the same."""
    address = read_address(url)
    return bool(offered(address)) and not seller_words().against.search(address)


@dataclass(frozen=True, slots=True)
class SalesWeights:
    """Points of each kind of evidence (crawler/extraction/hijacked/sales_page.py)."""

    least: int
    least_without_trade: int
    weak_trades: frozenset[str]
    """Trades that an office may promote: goods of the city's makers, loans of its bank."""
    ambiguous: frozenset[str]
    """Words of trades with other meanings."""
    of: dict[str, int]


@cache
def sales_weights() -> SalesWeights:
    """From the data file."""
    data = tomllib.loads((DATA / "hijacked.toml").read_text("utf-8"))["weights"]
    return SalesWeights(
        least=data["least"],
        least_without_trade=data["least_without_trade"],
        weak_trades=frozenset(data["weak_trades"]),
        ambiguous=frozenset(data["ambiguous"]),
        of=data["of"],
    )


@cache
def seller_words() -> SellerWords:
    """The data file."""
    data = tomllib.loads((DATA / "hijacked.toml").read_text("utf-8"))
    spelled = chain.from_iterable(map(_spelled_out, chain(*data["offers"].values())))
    return SellerWords(
        offers={trade: _alternatives(words) for trade, words in data["offers"].items()},
        any_offer=_alternatives([word for word in spelled if word[:1].isalpha()]),
        blatant=_alternatives(data["titles"]["blatant"]),
        filling=_alternatives(data["titles"]["filling"]),
        subjects=_alternatives(data["titles"]["subjects"]),
        defaced=re.compile("|".join(data["titles"]["defaced"])),
        calls=_alternatives(data["calls"]["words"]),
        brands=_alternatives(data["brands"]["words"]),
        against=_alternatives(data["against"]["words"]),
        voices=_alternatives(data["voices"]["words"]),
        officials=_alternatives(data["officials"]["words"]),
        civic=_alternatives(data["civic"]["words"]),
        least_civic=data["civic"]["least"],
        selling=_alternatives(data["selling"]["words"]),
        contacts=re.compile("|".join(data["selling"]["contacts"])),
        foreign=re.compile("[" + "".join(data["scripts"]["ranges"]) + "]"),
        foreign_share=data["scripts"]["share"],
        tempting=re.compile(rf"(?<!\w)(?:{'|'.join(data['figures']['patterns'])})(?!\w)"),
        symbols=re.compile("[" + "".join(data["symbols"]["ranges"]) + "]"),
        friends=re.compile(r"(?:^|\.)(?:" + "|".join(data["friends"]["hosts"]) + r")$"),
        letters=str.maketrans(data["disguises"]["letters"], data["disguises"]["latin"]),
        figures=str.maketrans(data["disguises"]["digits"], data["disguises"]["figures"]),
        goods=frozenset(data["markup"]["types"]),
    )


def _alternatives(words: list[str]) -> re.Pattern[str]:
    """One pattern for all words, the longest first. Words that begin with a Latin letter match
    whole. All are tried by their first letter: hundreds in a row would take ten times as long."""
    latin, others = dict[str, list[str]](), dict[str, list[str]]()
    for word in sorted(chain.from_iterable(map(_spelled_out, words)), key=len, reverse=True):
        first = re.match(r"[^\W\d_](?![?*+{])", word)
        groups = latin if word[0].isascii() else others
        groups.setdefault(first[0] if first else "", []).append(word[1:] if first else word)
    choices = [rf"(?<![^\W_])(?:{_by_letter(latin)})(?:-?nya)?(?![^\W_])"] if latin else []
    choices += [rf"(?=[^\x00-\x7f])(?:{_by_letter(others)})"] if others else []
    joined = "|".join(choices).replace("·", r"[\s\-]?")
    return re.compile(re.sub(r"(?<!\\)\((?!\?)", "(?:", joined))


def _spelled_out(word: str) -> list[str]:
    """`(?:data|angka) hk` as `data hk` and `angka hk`, so that each has a first letter."""
    group = re.match(r"\(\?:([^()]*)\)(\??)(?![*+{])(.*)", word)
    if group is None:
        return [word]
    beginnings = [*group[1].split("|"), *([""] if group[2] else [])]
    return [beginning + group[3] for beginning in beginnings]


def _by_letter(groups: dict[str, list[str]]) -> str:
    ordered = sorted(groups.items(), reverse=True)
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in ordered)
