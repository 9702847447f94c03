"""Recognises spam titles: an offer above copied news, and the signature of attackers.

News is copied from the office, or left in place, so that search engines trust the page; the
offer is in the title, and perhaps in a paragraph within the text. A title that offers counts if
the text is about something else, and if it is separate in the title, names two such things, or
is repeated as an offer within the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.article import Article
from crawler.extraction.hijacked.evidence import CALLS, Giveaway, few
from crawler.extraction.hijacked.sales_words import offered, seller_words, undisguise
from crawler.extraction.hijacked.suspect_page import SuspectPage
from crawler.markup.text import clean

_AMID = 0.25
"""Share of a text that may be in paragraphs about what the title offers."""
_LONGEST_DEFACED = 600
"""Letters of what attackers leave; reports about them are longer."""
_TOPIC = re.compile(r"[^\W_]{4,}")
_PARTS = re.compile(r"[:;|!(),–—•»«\[\]]|\s-\s")
_NUMBER = re.compile(r"[\d.,%]+")


def find_spam_over_text(page: SuspectPage) -> Iterator[Giveaway]:
    """Evidence of an offer above a text about something else; none if the title offers nothing,
    or the text is about it."""
    words = seller_words()
    for title in (page.title, page.head):
        offers = words.blatant.findall(title)
        brands = words.brands.findall(title)
        in_title = list(dict.fromkeys([*offers, *brands]))
        if not offers and not (brands and words.calls.search(title)):
            continue
        if words.against.search(title) or not _speaks_of_others(page, in_title):
            continue
        yield Giveaway("offer", f"its title offers {few(in_title)}")
        yield Giveaway("mismatch", "its text, if any, speaks of other things")
        named = {*in_title, *offered(title), *words.calls.findall(title)}
        if len(named) >= CALLS:
            yield Giveaway("title", f"title: {few(list(named))}")
        if apart := next(filter(_is_offer_alone, _PARTS.split(title)), None):
            yield Giveaway("apart", f"the offer stands apart in it: {apart.strip()}")
        if insert := next(filter(_is_insert, _column(page)), None):
            yield Giveaway("insert", f"an offer amid the text: {insert[:80]}")
        return


def find_defacement(root: HtmlElement, article: Article) -> str | None:
    """The line by which attackers sign a page; None if there is none."""
    if sum(len(block.text) for block in article.blocks) > _LONGEST_DEFACED:
        return None
    heads = (clean(e.text_content()) for e in root.iter("title", "h1", "h2", "h3"))
    spelled = (undisguise(head)[0] for head in (article.title or "", *heads))
    return next(filter(seller_words().defaced.match, spelled), None)


def _speaks_of_others(page: SuspectPage, offers: list[str]) -> bool:
    topics = {topic for offer in offers for topic in _TOPIC.findall(offer)}
    subjects = seller_words().subjects
    about = sum(
        len(text)
        for text in page.paragraphs
        if topics.intersection(_TOPIC.findall(text)) or subjects.search(text) or offered(text)
    )
    return about <= _AMID * sum(map(len, page.paragraphs))


def _is_offer_alone(part: str) -> bool:
    """Whether a part of a title consists of sellers' words only."""
    words = seller_words()
    if not words.blatant.search(part):
        return False
    rest = words.calls.sub(" ", words.brands.sub(" ", words.blatant.sub(" ", part)))
    rest = words.filling.sub(" ", _NUMBER.sub(" ", rest))
    return not rest.strip()


def _is_insert(text: str) -> bool:
    """Whether a paragraph offers something, in at least two words."""
    offers = set(offered(text))
    calls = seller_words().calls.findall(text)
    return bool(offers) and len(offers) + len(set(calls)) >= CALLS


def _column(page: SuspectPage) -> Iterator[str]:
    return (undisguise(block.text)[0] for block in page.column)
