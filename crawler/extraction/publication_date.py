"""The publication date of a release, from all evidence on the page, most trusted first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from htmldate import find_date
from lxml.etree import SubElement
from lxml.html import Element, HtmlElement

from crawler.dates.parser import Stamp, month_first, parse_stamp
from crawler.extraction.article import Article, selected
from crawler.extraction.headline import linked_data
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.boilerplate import MONTHS
from crawler.extraction.title_comparison import squash
from crawler.extraction.visible_stamps import over_title, visible_stamps
from crawler.items import Page
from crawler.markup.text import clean
from crawler.registry.source import Source

_DAYS = r"(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|ahad)"
_EVENT = re.compile(
    rf"{_DAYS}\s*,?\s*\(?\s*(?:tanggal\s+)?(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}"
    rf"|\d{{1,2}}\s+(?:{MONTHS})[a-z]*\s+\d{{4}})\s*\)?"
    r"|\(\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\s*\)",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?<!\d)(20\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)")
_PUBLISHED_META = frozenset({"article:published_time", "og:published_time", "datePublished"})
_MICRODATA = (
    "//body//*[@itemprop='datePublished'][@content or @datetime]"
    " | //abbr[contains(@class, 'published')][@title]"
)
"""A single one belongs to the article; several belong to a list."""
_CHANGED = re.compile(r"updated|modified|revised|edited", re.IGNORECASE)
"""Names of <meta> for the time of a change."""
_LATER = ("text", "url")
"""Evidence that is not about the publication itself."""


@dataclass(frozen=True, slots=True)
class Published:
    """The publication date, its evidence, and doubts about it."""

    on: date | None = None
    at: datetime | None = None
    by: str | None = None
    """`selector`, `page`, `feed`, `rest`, `schema`, `text` or `url`."""
    flags: tuple[str, ...] = ()

    @property
    def on_page(self) -> bool:
        """Whether the page itself, or what linked to it, gives the publication date."""
        return self.by not in (None, *_LATER) and "date-of-change" not in self.flags


@dataclass(frozen=True, slots=True)
class _Evidence:
    by: str
    stamp: Stamp
    clock: bool = False
    """Whether it may be the page's own clock: above the title, with the day of the capture."""

    @property
    def rank(self) -> int:
        """Evidence that may belong to another page comes after data for machines; a change comes
        last."""
        if self.by == "selector":
            return 0
        if "date-of-change" in self.stamp.flags:
            return 3
        if self.by in _LATER:
            return 2
        return 1 if self.clock or "relative-date" in self.stamp.flags else 0


def find_published(page: Page, root: HtmlElement, article: Article, source: Source) -> Published:
    """Chooses the most trusted evidence, in `_texts`' order within a rank. If it has only a
    date, later evidence for the same local day gives the time of day and is named; evidence for
    another day is flagged `dates-disagree`."""
    zone = ZoneInfo(source.timezone)
    evidence = _resolve(list(_evidence(page, root, article, source)), zone)
    if all(each.rank > 2 for each in evidence):
        evidence += [_Evidence(by, stamp) for by, stamp in _last_resort(page, root, source)]
    if not evidence:
        return Published()
    evidence.sort(key=lambda each: each.rank)
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
    others = [e for e in evidence[1:] if e.rank == 0 and e.by != first.by]
    if any(_days(first.stamp, zone).isdisjoint(_days(e.stamp, zone)) for e in others):
        flags.append("dates-disagree")
    return Published(first.stamp.on, at, by, tuple(flags))


def _evidence(
    page: Page, root: HtmlElement, article: Article, source: Source
) -> Iterator[_Evidence]:
    today = page.captured_at.astimezone(ZoneInfo(source.timezone)).date()
    over = set(over_title(article))
    for by, text, block in _texts(page, root, article, source):
        if stamp := parse_stamp(text, source.timezone, page.captured_at):
            yield _Evidence(by, stamp, clock=block in over and stamp.on == today)


def _resolve(evidence: list[_Evidence], zone: ZoneInfo) -> list[_Evidence]:
    """Reads `10/9/2024` as 9 October if other evidence says so, and none says 10 September."""
    sure = [each for each in evidence if each.stamp.swapped is None and each.rank < 3]
    days = {day for each in sure for day in _days(each.stamp, zone)}
    return [
        replace(each, stamp=month_first(each.stamp))
        if each.stamp.swapped in days and each.stamp.on not in days
        else each
        for each in evidence
    ]


def _days(stamp: Stamp, zone: ZoneInfo) -> set[date]:
    """The day as printed, and as it was at the source."""
    return {stamp.on} | ({stamp.at.astimezone(zone).date()} if stamp.at else set())


def _times(evidence: _Evidence, zone: ZoneInfo) -> bool:
    return evidence.by in ("page", "feed", "rest", "schema") and not _is_machine_midnight(
        evidence, zone
    )


def _is_machine_midnight(evidence: _Evidence, zone: ZoneInfo) -> bool:
    """Whether a time is midnight, as written by a program that knows only the day."""
    at = evidence.stamp.at
    if at is None or evidence.by not in ("feed", "rest", "schema"):
        return False
    return time(0) in (at.time(), at.astimezone(zone).time())


def _texts(
    page: Page, root: HtmlElement, article: Article, source: Source
) -> Iterator[tuple[str, str, Block | None]]:
    """Name, text and position of each piece of evidence, the most trusted first."""
    for element in selected(root, source.select.published):
        yield "selector", clean(element.get("datetime") or " ".join(element.itertext())), None
    yield from (("page", text, block) for text, block in visible_stamps(article))
    hint = page.hint
    if hint and hint.published and hint.evidence != "sitemap":
        yield ("page" if hint.evidence == "listing" else hint.evidence), hint.published, None
    yield from (("schema", text, None) for text in _declared(root, article.title))
    body = " ".join(article.paragraphs)
    yield from (("text", match.group(), None) for match in [_EVENT.search(body)] if match)
    if match := _IN_URL.search(urlsplit(page.url).path):
        yield "url", "-".join((match[1], match[2].zfill(2), match[3].zfill(2))), None


def _declared(root: HtmlElement, title: str | None) -> Iterator[str]:
    """Data for machines: JSON-LD of this article first, then <meta>."""
    stories = linked_data(root)
    key = squash(title or "")
    stories.sort(key=lambda story: squash(str(story.get("headline") or "")) != key)
    yield from (str(story["datePublished"]) for story in stories if story.get("datePublished"))
    for element in root.iter("meta"):
        names = (element.get("property"), element.get("name"), element.get("itemprop"))
        if not _PUBLISHED_META.isdisjoint(names):
            yield element.get("content") or ""
    stamped = root.xpath(_MICRODATA)
    if len(stamped) == 1:
        yield stamped[0].get("content") or stamped[0].get("datetime") or stamped[0].get("title")


def _last_resort(page: Page, root: HtmlElement, source: Source) -> Iterator[tuple[str, Stamp]]:
    """htmldate knows dozens of <meta> names. It gets only the head: in the body it would take
    dates of sidebars, and prefer a change to the publication."""
    alone = Element("html")
    head = SubElement(alone, "head")
    for meta in root.iterfind("./head/meta"):
        if not any(
            _CHANGED.search(meta.get(name, "")) for name in ("property", "name", "itemprop")
        ):
            head.append(deepcopy(meta))
    if not len(head):
        return
    day = find_date(alone, extensive_search=False, original_date=True)
    if day and (stamp := parse_stamp(day, source.timezone, page.captured_at)):
        yield "schema", stamp
