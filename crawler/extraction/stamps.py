"""When a release was published: every piece of evidence on the page, in the order of trust."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from htmldate import find_date
from lxml.etree import SubElement
from lxml.html import Element, HtmlElement

from crawler.extraction.article import Article, selected
from crawler.extraction.blocks import Block
from crawler.extraction.boilerplate import MONTHS, has_date
from crawler.extraction.characters import clean
from crawler.extraction.column import is_sentence
from crawler.extraction.dates import Stamp, parse_stamp
from crawler.extraction.headline import linked_data, squash
from crawler.items import Page
from crawler.source import Source

_TIME = re.compile(
    r"\W*(?:pukul|jam|pkl\.?)?\W*\d{1,2}[.:]\d{2}(?:[.:]\d{2})?\W*(?:wib|wita|wit)?\W*", re.I
)
_HOUR = re.compile(
    r"\W*(?:pukul|jam|pkl\.?)?\W*\d{1,2}:\d{2}(?::\d{2})?\W*(?:wib|wita|wit)?\W*", re.I
)
_CLOCK = re.compile(r"\d[:.]\d\d(?!\d)")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00)?")
_CHANGED = re.compile(r"diperbarui|diubah|diupdate|update|modified|pembaruan", re.I)
_DAYS = r"(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|ahad)"
_EVENT = re.compile(
    rf"{_DAYS}\s*,?\s*\(?\s*(?:tanggal\s+)?(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    rf"|\d{{1,2}}\s+(?:{MONTHS})[a-z]*\s+\d{{4}})\s*\)?"
    r"|\(\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\s*\)",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?<!\d)(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)")
_PUBLISHED_META = ("article:published_time", "og:published_time", "datePublished")
_MICRODATA = (
    "//body//*[@itemprop='datePublished'][@content or @datetime]"
    " | //abbr[contains(@class, 'published')][@title]"
)
"""One alone is the article's; several are those of a list."""
_NEAR = 12
"""Blocks beside the title in which a stamp is looked for."""


@dataclass(frozen=True, slots=True)
class Published:
    """The date that won, and what speaks against it."""

    on: date | None = None
    at: datetime | None = None
    by: str | None = None
    """`selector`, `page`, `feed`, `rest`, `schema`, `text` or `url`."""
    flags: tuple[str, ...] = ()

    @property
    def on_page(self) -> bool:
        """The page itself, or who pointed to it, says when it was published."""
        return self.by not in (None, "text", "url")


@dataclass(frozen=True, slots=True)
class _Evidence:
    by: str
    stamp: Stamp


def find_published(page: Page, root: HtmlElement, article: Article, source: Source) -> Published:
    """The first evidence wins. When it has only a date, a later one for the same local day
    lends its time of day and is named; one for another day is flagged `dates-disagree`."""
    zone = ZoneInfo(source.timezone)
    evidence = [
        _Evidence(by, stamp)
        for by, text in _texts(page, root, article, source)
        if (stamp := parse_stamp(text, source.timezone, page.captured_at))
    ]
    if not evidence:
        evidence = [_Evidence(by, stamp) for by, stamp in _last_resort(page, root, source)]
    if not evidence:
        return Published()
    first = evidence[0]
    at, by = first.stamp.at, first.by
    if at is None:
        for other in evidence[1:]:
            if (
                _times(other, zone)
                and other.stamp.at
                and first.stamp.on in _days(other.stamp, zone)
            ):
                at, by = other.stamp.at, other.by
                break
    elif _is_machine_midnight(first, zone):
        at = None
    flags = list(first.stamp.flags)
    others = [e for e in evidence[1:] if e.by not in ("text", first.by)]
    if any(_days(first.stamp, zone).isdisjoint(_days(e.stamp, zone)) for e in others):
        flags.append("dates-disagree")
    return Published(first.stamp.on, at, by, tuple(flags))


def _days(stamp: Stamp, zone: ZoneInfo) -> set[date]:
    """The day as printed, and as it was at the source."""
    return {stamp.on} | ({stamp.at.astimezone(zone).date()} if stamp.at else set())


def _times(evidence: _Evidence, zone: ZoneInfo) -> bool:
    return evidence.by in ("page", "feed", "rest", "schema") and not _is_machine_midnight(
        evidence, zone
    )


def _is_machine_midnight(evidence: _Evidence, zone: ZoneInfo) -> bool:
    """A program that knows only the day writes its first second."""
    at = evidence.stamp.at
    if at is None or evidence.by not in ("feed", "rest", "schema"):
        return False
    return time(0) in (at.time(), at.astimezone(zone).time())


def _texts(
    page: Page, root: HtmlElement, article: Article, source: Source
) -> Iterator[tuple[str, str]]:
    """Name and wording of each piece of evidence, the most trusted first."""
    for element in selected(root, source.select.published):
        yield "selector", clean(element.get("datetime") or " ".join(element.itertext()))
    yield from (("page", text) for text in _visible(article))
    hint = page.hint
    if hint and hint.published and hint.evidence != "sitemap":
        yield ("page" if hint.evidence == "listing" else hint.evidence), hint.published
    yield from (("schema", text) for text in _declared(root, article.title))
    body = " ".join(article.paragraphs)
    yield from (("text", found.group()) for found in [_EVENT.search(body)] if found)
    if found := _IN_URL.search(urlsplit(page.url).path):
        yield "url", "-".join((found[1], found[2].zfill(2), found[3].zfill(2)))


def _visible(article: Article) -> Iterator[str]:
    """Stamps beside the title, then right below the text; those of a later change last."""
    below = [block for block in article.below if not _is_text(block)]
    stamped = list(_stamp_lines([*article.above[:_NEAR], *below]))
    stamped.sort(key=lambda text: _CHANGED.search(text) is not None)
    yield from stamped


def _is_text(block: Block) -> bool:
    """A paragraph or caption that mentions a date, not a stamp."""
    roles = {role for _, role in block.roles}
    if "caption" in roles or block.kind == "caption" or len(block.text) > 160:
        return True
    return block.kind is None and "meta" not in roles and is_sentence(block.text)


def _stamp_lines(blocks: Sequence[Block]) -> Iterator[str]:
    """The lines with a date as printed, each with what its <time> tells machines. A time of day
    that stands in another line belongs to a date without one."""
    hours = [block.text for block in blocks if _HOUR.fullmatch(block.text)]
    for place, block in enumerate(blocks):
        if len(block.text) > 160:
            continue
        whole = clean(" ".join(block.element.itertext()))
        text = whole if len(whole) < 200 else block.text
        times = list(block.element.iter("time")) if text is whole else []
        changed = [time for time in times if _CHANGED.search(_names(time))]
        if len(changed) < len(times):
            for time in changed:
                text = text.replace(clean(" ".join(time.itertext())), " ", 1)
                times.remove(time)
        if has_date(text) and not _is_text(block):
            later = blocks[place + 1].text if place + 1 < len(blocks) else ""
            if not _TIME.fullmatch(later):
                later = hours[0] if hours and not _CLOCK.search(text) else ""
            yield f"{text} {later}"
        yield from map(_told, times)


def _told(time: HtmlElement) -> str:
    """What a <time> tells machines: a day, where it says midnight."""
    moment = time.get("datetime") or ""
    return moment[:10] if _MIDNIGHT.search(moment) else moment


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"


def _declared(root: HtmlElement, title: str | None) -> Iterator[str]:
    """What the page tells machines: JSON-LD of this article first, then <meta>."""
    stories = linked_data(root)
    key = squash(title or "")
    stories.sort(key=lambda story: squash(str(story.get("headline") or "")) != key)
    yield from (str(story["datePublished"]) for story in stories if story.get("datePublished"))
    for element in root.iter("meta"):
        names = (element.get("property"), element.get("name"), element.get("itemprop"))
        if any(name in _PUBLISHED_META for name in names):
            yield element.get("content") or ""
    stamped = root.xpath(_MICRODATA)
    if len(stamped) == 1:
        yield stamped[0].get("content") or stamped[0].get("datetime") or stamped[0].get("title")


def _last_resort(page: Page, root: HtmlElement, source: Source) -> Iterator[tuple[str, Stamp]]:
    """htmldate knows dozens of <meta> names. It sees the head alone: in the body it would
    take the dates of sidebars and prefer a change to the publication."""
    alone = Element("html")
    head = SubElement(alone, "head")
    for meta in root.iterfind("./head/meta"):
        head.append(deepcopy(meta))
    if not len(head):
        return
    found = find_date(alone, extensive_search=False, original_date=True)
    if found and (stamp := parse_stamp(found, source.timezone, page.captured_at)):
        yield "schema", stamp
