"""Our extractor and its peers behind one interface."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import lxml.html
import trafilatura
from w3lib.encoding import html_to_unicode

from bench.gold import Gold
from bench.scores import EXACT, Reading, as_published
from crawler.extraction.release import extract
from crawler.items import Rejected, SiteTemplate

_BLOCKS = ("p", "div", "br", "li", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """One way of reading pages."""

    name: str
    read: Callable[[Gold], Reading | None]
    """None: no release on this page."""
    offers: tuple[str, ...]
    """Which of the exact fields it knows at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A library others use; installed only for the bench."""

    name: str
    module: str
    open: Callable[[Any], Callable[[bytes, Gold], Reading]]
    offers: tuple[str, ...]


def ours(name: str, frames: Mapping[str, SiteTemplate]) -> Extractor:
    """The crawler's own extraction, knowing a page's frame by its key."""

    def read(gold: Gold) -> Reading | None:
        release = extract(gold.page, gold.source, frames.get(gold.key, SiteTemplate()))
        if isinstance(release, Rejected):
            return None
        fields = {name: getattr(release, name) for name in (*EXACT, "body", "byline")}
        return fields | {"text": as_published(fields)}

    return Extractor(name=name, read=read, offers=EXACT)


def installed() -> list[Extractor]:
    """The peers that can be imported here."""
    found = []
    for peer in PEERS:
        try:
            with warnings.catch_warnings(action="ignore"):  # of parts we do not use
                module = importlib.import_module(peer.module)
        except ImportError:
            continue
        found.append(Extractor(name=peer.name, read=_parts(peer.open(module)), offers=peer.offers))
    return found


def text_alone(gold: Gold) -> str | None:
    """Plain trafilatura without title and date: the least it can do, the hardest clock to beat."""
    text: str | None = trafilatura.extract(gold.page.body, url=gold.page.url)
    return text


def _parts(read: Callable[[bytes, Gold], Reading]) -> Callable[[Gold], Reading | None]:
    """Of a release on several pages each is read, and their texts are put together."""

    def read_all(gold: Gold) -> Reading | None:
        try:
            readings = [read(body, gold) for body in (gold.page.body, *gold.page.continuations)]
        except Exception:  # noqa: BLE001 - a library that gives up has found no release
            return None
        text = "\n".join(filter(None, (reading["text"] for reading in readings)))
        return {**readings[0], "text": text} if text.strip() else None

    return read_all


def _trafilatura(module: Any) -> Callable[[bytes, Gold], Reading]:
    def read(body: bytes, gold: Gold) -> Reading:
        found = module.bare_extraction(body, url=gold.page.url, with_metadata=True)
        if found is None:
            return {"text": ""}
        return {
            "title": found.title,
            "published_on": found.date,
            "author_tags": [
                name.strip().lower() for name in (found.author or "").split(";") if name
            ],
            "text": found.text,
        }

    return read


def _newspaper(module: Any) -> Callable[[bytes, Gold], Reading]:
    def read(body: bytes, gold: Gold) -> Reading:
        article = module.Article(gold.page.url, language="id", fetch_images=False)
        article.download(input_html=_decoded(body, gold))
        article.parse()
        return {
            "title": article.title,
            **_moment(article.publish_date, gold),
            "author_tags": [name.lower() for name in article.authors],
            "text": article.text,
        }

    return read


def _readability(module: Any) -> Callable[[bytes, Gold], Reading]:
    def read(body: bytes, gold: Gold) -> Reading:
        try:
            document = module.Document(_decoded(body, gold))
            text = _text(document.summary())
        except module.readability.Unparseable:
            return {"text": ""}
        return {"title": document.short_title(), "text": text}

    return read


def _news_please(module: Any) -> Callable[[bytes, Gold], Reading]:
    def read(body: bytes, gold: Gold) -> Reading:
        found = module.NewsPlease.from_html(
            _decoded(body, gold), url=gold.page.url, fetch_images=False
        )
        if not found:
            return {"text": ""}
        return {
            "title": found.title,
            **_moment(found.date_publish, gold),
            "author_tags": [name.lower() for name in found.authors],
            "text": found.maintext or "",
        }

    return read


PEERS = (
    Peer(
        name="trafilatura",
        module="trafilatura",
        open=_trafilatura,
        offers=("title", "published_on", "author_tags"),
    ),
    Peer(
        name="newspaper4k",
        module="newspaper",
        open=_newspaper,
        offers=("title", "published_on", "published_at", "author_tags"),
    ),
    Peer(name="readability", module="readability", open=_readability, offers=("title",)),
    Peer(
        name="news-please",
        module="newsplease",
        open=_news_please,
        offers=("title", "published_on", "published_at", "author_tags"),
    ),
)


def _decoded(body: bytes, gold: Gold) -> str:
    """For those that want a string: decoded as Scrapy does."""
    _, text = html_to_unicode(gold.page.content_type, body)
    return text


def _moment(found: object, gold: Gold) -> dict[str, date | datetime | None]:
    """A date with a time; midnight is how these libraries write that there is none."""
    if not isinstance(found, datetime):
        return {"published_on": None, "published_at": None}
    if found.time().isoformat("seconds") == "00:00:00":
        return {"published_on": found.date(), "published_at": None}
    moment = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(gold.source.timezone))
    return {"published_on": moment.date(), "published_at": moment}


def _text(html: str) -> str:
    root = lxml.html.fromstring(html)
    for element in root.iter(*_BLOCKS):
        element.tail = "\n" + (element.tail or "")
    text: str = root.text_content()
    return text
