"""What travels through the crawler: a page comes in, a `Release` or a `Rejected` goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.ingest.accepts import Entries
    from archive.ingest.frontier import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a listing, feed or REST answer said about a release before its page was read."""

    evidence: str
    """Where it was said: `feed`, `rest`, `sitemap` or `listing`."""
    title: str | None = None
    published: str | None = None
    """The date as printed there; extraction parses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTemplate:
    """What a site prints on every page; learned from several of its own articles."""

    blocks: frozenset[str] = frozenset()
    """Text blocks, whitespace collapsed, that stand on most article pages: not the release."""
    signatures: frozenset[str] = frozenset()
    """Bare initials the site signs with repeatedly, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A release as it was read before, at the address whose page is now read again."""

    title: str
    text: str
    """Dateline included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answered request, as extraction sees it."""

    url: str
    """Canonical URL."""
    body: bytes
    captured_at: datetime
    """UTC; relative dates (`3 jam lalu`) count from here, and nothing can be published later."""
    content_type: str | None = None
    """The Content-Type header as sent."""
    hint: Hint | None = None
    continuations: tuple[bytes, ...] = ()
    """The bodies of parts 2, 3, … when a release runs over several pages."""
    certificate_checked: bool = True
    """False: anybody on the way may have written it; the release is flagged."""
    downgraded: bool = False
    """Asked for over https, answered over http after a redirect; the release is flagged."""
    earlier: Earlier | None = None
    """What the archive holds under this address, for a page that no longer holds it."""
    leads_to: str | None = None
    """Another address, to which this one redirects or which its page declares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who did what, as the desk printed it."""

    role: str
    """`writer`, `photo`, `editor`, `unit` or `source`."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One statement in a release: words in quotation marks, or a clause reported."""

    text: str
    start: int
    end: int
    """Code points of the body, the outer marks left out."""
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
    """`named`: the speaker stands at the verb; `carried`: -nya, ia, dia, or the same one goes on;
    `none`: the text does not say for certain."""


@dataclass(slots=True, kw_only=True)
class Release:
    """One wording of one press release. `dateline + body + byline` is the text as published."""

    source: str
    url: str
    title: str
    body: str
    """Paragraphs joined by a blank line."""
    fetched_at: datetime
    """UTC."""
    published_on: date | None = None
    """Local date at the source."""
    published_at: datetime | None = None
    """With offset; None when only a date is known."""
    published_by: str | None = None
    """The evidence used: `selector`, `page`, `feed`, `rest`, `schema`, `text` or `url`."""
    body_by: str = "page"
    """By which evidence the text was chosen: `selector`, `page`, `trafilatura`, `schema` or
    `script`."""
    dateline: str | None = None
    """As printed, separators included."""
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
    """What looked wrong but was kept as printed, e.g. `weekday-mismatch`."""
    reader: str | None = field(default=None, compare=False)
    """The program that read it, with what it knew of the site
    (`crawler.extraction.reader_version`)."""
    quotes: list[Quote] = field(default_factory=list)
    """Who said what; spans of `body`."""
    look: Look | None = field(default=None, repr=False, compare=False)
    """The look that brought it, for the frontier."""
    entries: Entries | None = field(default=None, repr=False, compare=False)
    """What the indexes of the archive will hold of its text, where a reader worked it out."""

    def as_earlier(self) -> Earlier:
        """What a later reading of its address is compared with."""
        return Earlier(title=self.title, text=(self.dateline or "") + self.body)


@dataclass(slots=True, kw_only=True)
class Rejected:
    """A page that gave no release, and why. It is recorded, never dropped in silence."""

    source: str
    url: str
    stage: str
    """Where it ended: `fetch`, `extraction` or `validation`."""
    reason: str
    """A short stable word for queries, e.g. `http-404`, `no-text`, `not-a-release`."""
    detail: str
    """One sentence for people."""
    fetched_at: datetime
    """UTC."""
    release: Release | None = None
    """What was read, when it was read but failed validation."""
    look: Look | None = field(default=None, repr=False, compare=False)
