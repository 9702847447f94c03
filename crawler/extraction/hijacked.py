"""Pages that strangers have put on an office's host: gambling, medicine, loans, shops, …

No word and no single mark makes a page theirs. It is refused where its own text offers such goods
throughout and at least three kinds of giveaway stand together, words alone not being enough; each
can be shown to a person. A text that reports (who acts against it, who suffers from it) offers
nothing, whatever it quotes. A release into which strangers put their links stays a release. The
words are data: `crawler/data/hijacked.toml`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.characters import clean
from crawler.extraction.visibility import is_hidden
from crawler.regions import DATA

_LEAST = 3
"""Kinds of giveaway, the offer among them."""
_VOCABULARY = frozenset({"offer", "title", "address", "stuffed"})
"""Kinds that rest on the same words."""
_OFFERS = 3
"""Different things a text must offer, of one trade."""
_AGAINST = 2
"""A text that reports has one word against it for so many offers and calls that it quotes."""
_CALLS = 2
"""What a seller asks for, from which it is no chance."""
_WORDS_AN_OFFER = 60
"""A text that offers does so at least once in so many words."""
_STUFFED = 15
"""Where it does once in so many, it is written for search engines."""
_LETTERS_A_WORD = 4
"""In scripts that set no blanks."""
_THROUGHOUT = 0.4
"""The part of a text that stands in paragraphs with an offer; injected links stand apart."""
_SHORT = 200
"""Letters under which links, and what stands outside the column, count as the text too."""
_DISGUISED = 3
"""Words that are spelled so that filters do not find them."""
_FEW_LINKS = 2
"""Links to the office's own pages; what belongs to a site has more: its menu."""
_FOREIGN_HOSTS = 3
_ALL_TEXT = ".//body//text()[not(ancestor::script or ancestor::style)]"
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_WORD = re.compile(r"(?<!\w)\w{2,40}(?!\w)")
_MIXED = re.compile(r"[a-z](?=\w*[\u0370-\u04ff])|[\u0370-\u04ff](?=\w*[a-z])", re.IGNORECASE)
_LEET = re.compile(r"[a-z][013457]+[a-z]", re.IGNORECASE)
_TEXTS = 2_000
_LONGEST = 20_000
"""Letters that are looked at."""


@dataclass(frozen=True, slots=True)
class Giveaway:
    """One thing by which a stranger's page is known."""

    kind: str
    detail: str
    """What it is seen by, in a few words."""


@dataclass(frozen=True, slots=True)
class _Words:
    offers: dict[str, re.Pattern[str]]
    calls: re.Pattern[str]
    brands: re.Pattern[str]
    against: re.Pattern[str]
    voices: re.Pattern[str]
    foreign: re.Pattern[str]
    foreign_share: float
    friends: re.Pattern[str]
    letters: dict[int, int]
    figures: dict[int, int]
    goods: frozenset[str]


def find_giveaways(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> list[Giveaway]:
    """What gives a page away as a stranger's; empty where its text offers nothing. `place`: the
    office's, as its pages name it; `owns`: whether an address lies on the office's hosts."""
    page = _Page(root, article, url, owns)
    offer = _offer(page)
    if offer is None:
        return []
    found = [offer, *_of_text(page), *_of_markup(page)]
    if place and place.casefold() not in page.everything:
        found.append(Giveaway("nameless", f"{place} is not named on it"))
    return found


def refuse_hijacked(
    root: HtmlElement, article: Article, url: str, place: str, owns: Callable[[str], bool]
) -> tuple[str, str] | None:
    """Reason and detail when the page is a stranger's; None when it may be the office's."""
    found = find_giveaways(root, article, url, place, owns)
    kinds = {giveaway.kind for giveaway in found}
    if len(kinds) < _LEAST or kinds <= _VOCABULARY:
        return None
    return "hijacked", "; ".join(giveaway.detail for giveaway in found)


def is_suspect_address(url: str) -> bool:
    """Whether an address speaks of goods such as strangers offer, and of nothing against them. It
    may be a release all the same."""
    address = _address(url)
    return bool(_offered(address)) and not _words().against.search(address)


class _Page:
    """A page as it is looked at here, in lower case."""

    def __init__(
        self, root: HtmlElement, article: Article, url: str, owns: Callable[[str], bool]
    ) -> None:
        self.root = root
        self.column = article.column
        self.url = url
        self.owns = owns
        self.title, _ = _undisguised(article.title or "")
        everything = "\n".join(block.text for block in article.blocks)
        read = [_undisguised(text) for text in _own_text(root, article)]
        self.paragraphs = [text for text, _ in read]
        self.disguised = sum(count for _, count in read)
        """Words spelled in letters that only look alike."""
        self.text = "\n".join(self.paragraphs)[:_LONGEST]
        heads = [clean(e.text_content()) for e in root.iterfind(".//head/title")]
        self.head = " ".join(heads).casefold()
        self.everything = f"{self.head}\n{self.title}\n{everything}".casefold()
        self.length = max(1, len(self.text.split()), len(self.text) // 12)

    @property
    def offered_share(self) -> float:
        """The part of its text that stands in paragraphs with an offer."""
        offering = sum(len(text) for text in self.paragraphs if _offered(text))
        return offering / max(1, sum(map(len, self.paragraphs)))

    @property
    def foreign_share(self) -> float:
        """The share of its letters in scripts that no office writes."""
        letters = sum(map(str.isalpha, self.text))
        return len(_words().foreign.findall(self.text)) / letters if letters else 0.0


def _own_text(root: HtmlElement, article: Article) -> list[str]:
    """The column without links; all of it, or of the page, where hardly anything is left. Where the
    page has no text of its own, what it hides, if that offers something."""
    unlinked = [block.text for block in article.column if block.linked <= 0.5]
    column = [block.text for block in article.column]
    page = [block.text for block in article.blocks]
    chosen = (texts for texts in (unlinked, column, page) if sum(map(len, texts)) >= _SHORT)
    shown = next(chosen, page)
    if sum(map(len, article.paragraphs)) < _SHORT:
        for texts in (_concealed(root), shown, root.xpath(_ALL_TEXT)):
            told = [clean(text) for text in islice(texts, _TEXTS)]
            if len(set(_offered("\n".join(told)[:_LONGEST].casefold()))) >= _OFFERS:
                return told
    return shown


def _concealed(root: HtmlElement) -> Iterator[str]:
    """Texts inside what hides itself."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if isinstance(element.tag, str) and is_hidden(element):
            yield from element.itertext()
            walk.skip_subtree()


def _undisguised(text: str) -> tuple[str, int]:
    """The text in lower case and plain letters, and how many words were not so."""
    count = 0
    text = text[:_LONGEST]
    plain = _INVISIBLE.sub("", normalize("NFKC", text))
    letters, figures = _words().letters, _words().figures

    def spell(found: re.Match[str]) -> str:
        nonlocal count
        word = found[0]
        if _MIXED.search(word):
            word = word.translate(letters)
        if _LEET.search(word):  # a number at the end stays: badakhoki99
            stem = word.rstrip("0123456789")
            word = stem.translate(figures) + word[len(stem) :]
        count += word != found[0]
        return word

    spelled = _WORD.sub(spell, plain)
    return spelled.casefold(), count + len(_INVISIBLE.findall(text))


def _offer(page: _Page) -> Giveaway | None:
    """What the text offers, unless it reports about those who do."""
    words = _words()
    told = f"{page.title}\n{page.text}"
    foreign = page.foreign_share >= words.foreign_share
    length = len(page.text) / _LETTERS_A_WORD if foreign else page.length
    trade, offers = max(
        ((name, pattern.findall(told)) for name, pattern in words.offers.items()),
        key=lambda found: (len(set(found[1])), len(found[1])),
    )
    enough = len(set(offers)) >= _OFFERS and len(offers) * _WORDS_AN_OFFER >= length
    if not enough and not (foreign and offers):
        return None
    calls = words.calls.findall(told)
    if not enough and len(set(calls)) < _CALLS:
        return None
    if _AGAINST * len(words.against.findall(told)) >= len(offers) + len(calls):
        return None
    if page.offered_share < _THROUGHOUT:
        return None
    return Giveaway("offer", f"it offers {trade}: {_few(offers)}")


def _of_text(page: _Page) -> Iterator[Giveaway]:
    words = _words()
    for kind, text in (("title", page.title or page.head), ("address", _address(page.url))):
        offers = _offered(text)
        if offers and not words.against.search(text):
            yield Giveaway(kind, f"{kind}: {_few(offers)}")
    offers = _offered(page.text)
    if len(offers) * _STUFFED >= page.length:
        yield Giveaway("stuffed", f"{len(offers)} such words in {page.length}")
    if len(calls := words.calls.findall(page.text)) >= _CALLS:
        yield Giveaway("calls", f"it asks to {_few(calls)}")
    if brands := words.brands.findall(f"{page.title}\n{page.text}"):
        yield Giveaway("brands", f"names of gambling houses: {_few(brands)}")
    if page.disguised >= _DISGUISED:
        yield Giveaway("disguised", f"{page.disguised} words in letters that only look alike")
    if not words.voices.search(f"{page.title}\n{page.text}"):
        yield Giveaway("nobody", "no office, no citizen acts or speaks in it")
    if page.foreign_share >= words.foreign_share:
        yield Giveaway("script", f"{page.foreign_share:.0%} of its letters are of another script")


def _of_markup(page: _Page) -> Iterator[Giveaway]:
    if elsewhere := next(_declared_elsewhere(page), None):
        yield Giveaway("elsewhere", f"it says that it belongs to {elsewhere}")
    if goods := sorted(set(_goods(page.root))):
        yield Giveaway("goods", f"it calls itself {', '.join(goods)}")
    own, foreign, inside = 0, dict[str, None](), dict[str, None]()
    hidden = ""
    column = {block.element for block in page.column}
    for link in page.root.iter("a"):
        address = _absolute(page.url, link.get("href"))
        if address is None:
            continue
        host = urlsplit(address).hostname or ""
        if page.owns(address):
            own += urlsplit(address).path != urlsplit(page.url).path
        elif not _words().friends.search(host):
            foreign[host] = None
            if column.intersection((link, *islice(link.iterancestors(), 4))):
                inside[host] = None
            anchor = clean(link.text_content()).casefold()
            if _offered(anchor) and any(map(is_hidden, (link, *link.iterancestors()))):
                hidden = anchor
    if inside or len(foreign) >= _FOREIGN_HOSTS or (foreign and not own):
        hosts = list(inside or foreign)
        yield Giveaway("links", f"links to {len(hosts)} other hosts: {_few(hosts)}")
    if own <= _FEW_LINKS:
        yield Giveaway("alone", f"{own} links to other pages of the office")
    if hidden:
        yield Giveaway("hidden", f"hidden links: {hidden[:60]}")


def _declared_elsewhere(page: _Page) -> Iterator[str]:
    """Hosts of others that the page names as its own address."""
    told = [
        link.get("href")
        for link in page.root.iter("link")
        if {"canonical", "amphtml", "alternate"} & set((link.get("rel") or "").lower().split())
        and "wlwmanifest" not in (link.get("type") or "")
    ]
    told += [m.get("content") for m in page.root.iterfind(".//meta[@property='og:url']")]
    for refresh in page.root.iterfind(".//meta[@http-equiv]"):
        if (refresh.get("http-equiv") or "").lower() == "refresh":
            told.append((refresh.get("content") or "").partition("=")[2].strip("'\" "))
    for declared in told:
        address = _absolute(page.url, declared)
        if address and not page.owns(address):
            host = urlsplit(address).hostname or ""
            if not _words().friends.search(host):
                yield host


def _goods(root: HtmlElement) -> Iterator[str]:
    """The kinds of goods of which its data for search engines speaks."""
    for element in root.xpath("//*[@itemtype]"):
        yield from _known_goods(str(element.get("itemtype")).rpartition("/")[2])
    for meta in root.xpath("//meta[@property='og:type' or @property='product:price:amount']"):
        yield from _known_goods(
            "product" if "price" in meta.get("property") else meta.get("content")
        )
    for script in root.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            data = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):  # broken data says nothing
            continue
        for kind in _types(data, 0):
            yield from _known_goods(kind)


def _known_goods(kind: object) -> Iterator[str]:
    name = str(kind or "").casefold()
    if name in _words().goods:
        yield name


def _types(data: Any, depth: int) -> Iterator[object]:
    if depth > 6:
        return
    if isinstance(data, list):
        for one in data[:50]:
            yield from _types(one, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        yield from kinds if isinstance(kinds, list) else [kinds]
        for value in data.values():
            yield from _types(value, depth + 1)


def _offered(text: str) -> list[str]:
    return [word for pattern in _words().offers.values() for word in pattern.findall(text)]


def _address(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[-_/.=&?]+", " ", unquote(f"{parts.path} {parts.query}")).casefold()


def _absolute(base: str, address: str | None) -> str | None:
    try:
        url = urljoin(base, (address or "").strip())
        return url if address and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:  # what is no address leads nowhere
        return None


def _few(words: list[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:4])


@cache
def _words() -> _Words:
    data = tomllib.loads((DATA / "hijacked.toml").read_text("utf-8"))
    return _Words(
        offers={trade: _alternatives(words) for trade, words in data["offers"].items()},
        calls=_alternatives(data["calls"]["words"]),
        brands=_alternatives(data["brands"]["words"]),
        against=_alternatives(data["against"]["words"]),
        voices=_alternatives(data["voices"]["words"]),
        foreign=re.compile("[" + "".join(data["scripts"]["ranges"]) + "]"),
        foreign_share=data["scripts"]["share"],
        friends=re.compile(r"(?:^|\.)(?:" + "|".join(data["friends"]["hosts"]) + r")$"),
        letters=str.maketrans(data["disguises"]["letters"], data["disguises"]["latin"]),
        figures=str.maketrans(data["disguises"]["digits"], data["disguises"]["figures"]),
        goods=frozenset(data["markup"]["types"]),
    )


def _alternatives(words: list[str]) -> re.Pattern[str]:
    """One pattern for all; the longest come first. Words that begin in the Latin alphabet match
    whole. All are tried by their first letter: hundreds in a row would take ten times as long."""
    latin, others = dict[str, list[str]](), dict[str, list[str]]()
    for word in sorted(chain.from_iterable(map(_spelled_out, words)), key=len, reverse=True):
        first = re.match(r"[^\W\d_](?![?*+{])", word)
        groups = latin if word[0].isascii() else others
        groups.setdefault(first[0] if first else "", []).append(word[1:] if first else word)
    choices = [rf"(?<![^\W_])(?:{_by_letter(latin)})(?![^\W_])"] if latin else []
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
