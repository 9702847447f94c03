"""Items of the crawler: a page goes into extraction, a `Release` or a `Rejected` comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.ingest.protocols import Entries

TEXT_IN_ATTACHMENT = "text-in-attachment"
"""The flag of a release with at most a sentence of text, and a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a list, feed or REST gave for a release before its page was read."""

    evidence: str
    """Where it is from: `feed`, `rest`, `sitemap` or `listing`."""
    title: str | None = None
    published: str | None = None
    """The date as printed there; extraction parses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTemplate:
    """What a site prints on every page; learned from several of its own pages."""

    blocks: frozenset[str] = frozenset()
    """Text blocks, white space joined, that are on most pages and not part of the release."""
    signatures: frozenset[str] = frozenset()
    """Bare initials the site signs with repeatedly, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A release as it was last extracted, for comparison with its page now."""

    title: str
    text: str
    """With dateline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A response, as extraction gets it."""

    url: str
    """Canonical URL."""
    body: bytes
    captured_at: datetime
    """UTC; the base of relative dates (`3 jam lalu`), and nothing can be published later."""
    content_type: str | None = None
    """The Content-Type header as sent."""
    hint: Hint | None = None
    continuations: tuple[bytes, ...] = ()
    """The bodies of parts 2, 3, … of a release with several pages."""
    certificate_checked: bool = True
    """If False, anybody on the way may have written it, and the release is flagged."""
    downgraded: bool = False
    """Requested over https, answered over http after a redirect; the release is flagged."""
    earlier: Earlier | None = None
    """The release that the archive has at this URL, to recognise a page without it."""
    leads_to: str | None = None
    """Another URL, to which this one redirects or which its page declares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A name in a byline with its role."""

    role: str
    """`writer`, `photo`, `editor`, `unit` or `source`."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One quote in a release: words in quotation marks, or a reported clause."""

    text: str
    start: int
    end: int
    """Code points of the body, without the outer marks."""
    direct: bool
    """In quotation marks."""
    verb: str | None
    """As printed: `ujar`, `tegasnya`, `Menurut`; None without a verb."""
    speaker: str | None
    """As printed at the verb; for `carried` the nearest earlier name."""
    person: str | None
    """The fullest form of the name in the release; None for offices, unnamed and joint speakers."""
    role: str | None
    """Function and office as printed."""
    how: str
    """`named`: the speaker is at the verb; `carried`: -nya, ia, dia, or the same one continues;
    `none`: the text is not certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that a release links to or embeds."""

    url: str
    """Absolute, as linked."""
    type: str | None
    """`pdf`, `docx`, …, by the ending of the address or as the link declares; None if unknown."""
    label: str | None
    """The words of the link."""


@dataclass(slots=True, kw_only=True)
class Release:
    """One version of one release. `dateline + body + byline` is the text as published."""

    source: str
    url: str
    title: str
    body: str
    """Paragraphs separated by a blank line."""
    fetched_at: datetime
    """UTC."""
    published_on: date | None = None
    """Local date at the source."""
    published_at: datetime | None = None
    """With offset; None if only a date is known."""
    published_by: str | None = None
    """The evidence used: `selector`, `page`, `feed`, `rest`, `schema`, `text` or `url`."""
    body_by: str = "page"
    """Where the text was taken from: `selector`, `page`, `trafilatura`, `schema` or `script`."""
    dateline: str | None = None
    """As printed, with separators."""
    place: str | None = None
    byline: str | None = None
    """As printed."""
    author_tags: list[str] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    election: bool = False
    topics: list[str] = field(default_factory=list)
    topic_words: dict[str, list[str]] = field(default_factory=dict)
    """For each topic, and for `election`, the words that decided."""
    language: str | None = None
    """ISO 639-1."""
    flags: list[str] = field(default_factory=list)
    """Doubts about what was kept as printed, e.g. `weekday-mismatch`."""
    reader: str | None = field(default=None, compare=False)
    """The program that read it, with what it knew of the site
    (`crawler.extraction.reader_version`)."""
    quotes: list[Quote] = field(default_factory=list)
    """Quotes with their speakers; spans of `body`."""
    attachments: list[Attachment] = field(default_factory=list)
    """Documents in the order of the page."""
    entries: Entries | None = field(default=None, repr=False, compare=False)
    """What the indexes of the archive will hold of its text, where a reader worked it out."""

    def as_earlier(self) -> Earlier:
        """What a later reading of its address is compared with."""
        return Earlier(title=self.title, text=(self.dateline or "") + self.body)


@dataclass(slots=True, kw_only=True)
class Rejected:
    """A page that is not a release, and why. It is recorded, never dropped silently."""

    source: str
    url: str
    stage: str
    """Where it was rejected: `fetch`, `extraction` or `validation`."""
    reason: str
    """A short stable word for queries, e.g. `http-404`, `no-text`, `not-a-release`."""
    detail: str
    """One sentence for people."""
    fetched_at: datetime
    """UTC."""
    release: Release | None = None
    """The release that was extracted but failed validation."""
