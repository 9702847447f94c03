"""Extracts a release from a page: the only entry point. Pure: no network, no clock, no memory."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.extraction.article import Article, read_article, selected
from crawler.extraction.attachments import (
    is_one_sentence,
    join_attachments,
    leave_others,
    read_attachments,
)
from crawler.extraction.byline.find_byline import split_byline
from crawler.extraction.dateline import split_dateline
from crawler.extraction.hijacked.detection import refuse_hijacked
from crawler.extraction.hijacked.sales_words import offered
from crawler.extraction.language import language
from crawler.extraction.page_type import refuse
from crawler.extraction.page_type_hints import page_name
from crawler.extraction.publication_date import find_published
from crawler.extraction.quotes import find_quotes
from crawler.extraction.reader_version import reader
from crawler.extraction.text_choice import best_reading
from crawler.extraction.text_gone import find_loss, keeps_text
from crawler.extraction.topics import classify, near_votes
from crawler.items import TEXT_IN_ATTACHMENT, Page, Rejected, Release, SiteTemplate
from crawler.markup.dom import Unreadable, parse
from crawler.markup.encoding import decode
from crawler.markup.text import clean
from crawler.registry.source import Select, Source

MAX_BYTES = 8_000_000
UNCHECKED = "certificate-unchecked"
DOWNGRADED = "https-downgrade"
_OFFICE = re.compile(
    r"^(?:pemerintah (?:daerah )?|pemkot |pemkab |pemprov |(?:kpu|kip)(?: ri)? |"
    r"komisi (?:pemilihan umum|independen pemilihan) |dinas .* |diskominfo )*"
    r"(?:kota(?: administrasi)? |kabupaten |kab\.? |provinsi )?",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|div|p|h\d|table|article|br|meta)\b", re.I)
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b", re.IGNORECASE)
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")

_LOG = logging.getLogger(__name__)


def extract(
    page: Page,
    source: Source,
    template: SiteTemplate = SiteTemplate(),  # noqa: B008
) -> Release | Rejected:
    """The release on a page, or why there is none. Never raises, whatever the bytes."""
    try:
        return _extract(page, source, template)
    except Unreadable as error:
        return _rejected(page, source, error.reason, error.detail)
    except Exception as error:  # noqa: BLE001 - a page nobody foresaw must not end a crawl
        _LOG.warning("%s could not be read", page.url, exc_info=True)
        return _rejected(page, source, "unreadable", f"{type(error).__name__}: {error}")


def _extract(page: Page, source: Source, template: SiteTemplate) -> Release | Rejected:
    _must_be_html(page)
    root = parse(decode(page.body, page.content_type))
    _elements = list(root.iter())  # lxml creates an element's object again if nothing holds it
    hint = page.hint.title if page.hint else None
    reading = best_reading(root, source.select, hint, template, source.publisher)
    root, article = reading.root, reading.article
    parts = [(root, article), *_further_parts(article, page, source, template)]
    attachments = join_attachments(
        [read_attachments(tree, part, page.url, source.select) for tree, part in parts]
    )
    if attachments:
        leave_others(article)
    article.paragraphs = list(_paragraphs(part for _, part in parts))
    published = find_published(page, root, article, source)
    place = publisher_place(source.publisher)
    if refusal := _refusal(
        root, article, page, source, dated=published.on_page, documents=len(attachments)
    ):
        return _rejected(page, source, *refusal)
    title = article.title or page_name(root, article) or ""
    signed = split_byline("\n\n".join(article.paragraphs), template.signatures)
    datelined = split_dateline(signed.text, (place,))
    topics = classify(title, datelined.text, near_votes(source.region, published.on))
    body = datelined.text.strip()
    return Release(
        source=source.id,
        url=page.url,
        title=title,
        body=body,
        fetched_at=page.captured_at,
        published_on=published.on,
        published_at=published.at,
        published_by=published.by,
        body_by=reading.body_by,
        dateline=datelined.dateline,
        place=datelined.place,
        byline=signed.byline,
        author_tags=signed.author_tags,
        credits=signed.credits,
        election=topics.election,
        topics=topics.topics,
        topic_words=topics.words,
        language=language(datelined.text),
        quotes=find_quotes(body, (place,)),
        flags=[
            *published.flags,
            *reading.flags,
            *_unselected(root, source.select),
            *([TEXT_IN_ATTACHMENT] if attachments and is_one_sentence(datelined.text) else []),
            *_transport_flags(page),
        ],
        attachments=attachments,
        reader=reader(source, template),
    )


def _refusal(
    root: HtmlElement, article: Article, page: Page, source: Source, *, dated: bool, documents: int
) -> tuple[str, str] | None:
    """Why the page is no release, as reason and detail; None: it is one."""
    place = publisher_place(source.publisher)
    refusal = refuse_hijacked(root, article, page.url, place, source.owns)
    if refusal and not _is_spoilt_release(article, page):
        return refusal
    publisher = source.publisher
    if refusal := refuse(
        root, article, page.url, dated=dated, publisher=publisher, documents=documents
    ):
        return refusal
    loss = find_loss(article, page)
    return ("soft-404", loss) if loss else None


def _transport_flags(page: Page) -> Iterator[str]:
    """What makes it doubtful that the page came from its site."""
    if not page.certificate_checked:
        yield UNCHECKED
    if page.downgraded:
        yield DOWNGRADED


def _is_spoilt_release(article: Article, page: Page) -> bool:
    """Whether strangers have only added words to a release that was extracted without them."""
    earlier = page.earlier
    return (
        earlier is not None
        and not offered(earlier.title.casefold())
        and keeps_text("\n".join(article.paragraphs), earlier)
    )


def _unselected(root: HtmlElement, select: Select) -> Iterator[str]:
    """A flag for each selector of the source that finds nothing: it was ignored, and the site
    has probably changed."""
    for name in ("title", "body", "published"):
        css = getattr(select, name)
        if css and not selected(root, css):
            yield f"select-{name}"


def publisher_place(publisher: str) -> str:
    """`Pemerintah Kota Tanjung Selor Baru` → `Tanjung Selor Baru`."""
    return _OFFICE.sub("", publisher).strip() or publisher


def _must_be_html(page: Page) -> None:
    """Raises Unreadable if the bytes, or else the header, are not HTML."""
    start = page.body[:2048].lstrip()
    if not start:
        raise Unreadable("empty", "an empty answer")
    if len(page.body) > MAX_BYTES:
        raise Unreadable("too-large", f"{len(page.body)} bytes")
    kind = (page.content_type or "").split(";")[0].strip().lower()
    if start.startswith((*_OTHER_KINDS, b"{", b"[")) or _FEED.search(start):
        raise Unreadable("not-html", kind or "another kind of file")
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in (page.content_type or "")
    if not wide and not _MARKUP.search(page.body[:20_000]):
        raise Unreadable("not-html", kind or "no markup")


def _further_parts(
    article: Article, page: Page, source: Source, template: SiteTemplate
) -> Iterator[tuple[HtmlElement, Article]]:
    """The trees and articles of the parts 2, 3, … of a paged release."""
    for body in page.continuations:
        try:
            tree = parse(decode(body, page.content_type))
            part = read_article(tree, source.select, article.title, template, source.publisher)
        except Unreadable:
            continue
        yield tree, part


def _paragraphs(parts: Iterable[Article]) -> Iterator[str]:
    """The paragraphs of all parts, in order. A part that only repeats an earlier one adds nothing:
    routers send one for numbers that are too high."""
    seen: set[str] = set()
    for number, part in enumerate(parts):
        if number == 0 or not seen.issuperset(part.paragraphs):
            yield from part.paragraphs
            seen.update(part.paragraphs)


def _rejected(page: Page, source: Source, reason: str, detail: str) -> Rejected:
    return Rejected(
        source=source.id,
        url=page.url,
        stage="extraction",
        reason=reason,
        detail=clean(detail)[:300],
        fetched_at=page.captured_at,
    )
