"""The tables. What each column means for a reader of the database stands in docs/query.md."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from archive.database.column_types import Day, Numbers, PrintedDateTime, UtcDateTime, Words


class Base(DeclarativeBase):
    # Named constraints, so that later migrations can refer to them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Words,
        date: Day,
        datetime: UtcDateTime,
        list[str]: JSON,
        list[dict[str, str]]: JSON,
        dict[str, list[str]]: JSON,
        dict[str, str]: JSON,
        dict[str, Any]: JSON,
    }


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _round_when_set(_: type[Base], key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Rounds values when they are set, not when they are written: what is compared in memory is
    what any later reader of the table compares, so that no order depends on who looks."""
    as_stored = getattr(attribute.type, "as_stored", None)
    if as_stored is None:
        return

    @event.listens_for(attribute, "set", retval=True)
    def set_(_: Base, value: Any, *__: Any) -> Any:
        is_aware = isinstance(value, datetime) and value.utcoffset() is not None
        return as_stored(value) if is_aware else value  # others are refused when they are written


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that load no object."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


class SourceRow(Base):
    """A site as the registry declared it last."""

    __tablename__ = "sources"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    publisher: Mapped[str]
    region: Mapped[str]
    home: Mapped[str]
    timezone: Mapped[str]


class Crawl(Base):
    """One visit to one source. `outcome` is null while it runs, and after a kill."""

    __tablename__ = "crawls"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    pages: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    releases_new: Mapped[int] = mapped_column(default=0)
    releases_changed: Mapped[int] = mapped_column(default=0)
    releases_seen: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    deep: Mapped[bool] = mapped_column(default=False)
    """Whether all releases were fetched again, not only those due."""
    named: Mapped[int | None]
    """Releases that lists named; this and what follows are null in crawls before version 0007."""
    unchanged_lists: Mapped[int | None]
    found: Mapped[int | None]
    """Releases to look at."""
    moved: Mapped[int | None]
    """Known releases that were not there when hardly another was."""
    ways: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Those asked: `what`, `url`, and how many releases it `named`, or why it `failed`; neither
    where it had not changed."""
    failures: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Releases that could not be fetched, by reason."""
    refusals: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Pages that gave no release, by reason."""
    seconds: Mapped[float | None]
    """The median time an answer took."""
    alike: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """How many `pages` were answered with 200, how many of them were the `same`, and its `url`."""
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the releases read had, see `crawler.crawl.reading_stats`."""

    __table_args__ = (Index(None, "source", "started_at"),)


class ReleaseRecord(Base):
    """One press release: what its versions share."""

    __tablename__ = "release_records"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), index=True)
    url: Mapped[str]
    seq: Mapped[int] = mapped_column(unique=True)
    version: Mapped[int]
    """The current version's number, which is also how many there are."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"), index=True)
    similarity: Mapped[float | None]
    crawled: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether a crawl has seen it itself; otherwise it was only ever seen in web archives."""


class Version(Base):
    """One version of a release. The number `id` also names it in the search index."""

    __tablename__ = "versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    version: Mapped[int]
    seen_at: Mapped[datetime]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    title: Mapped[str]
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    published_by: Mapped[str | None]
    dateline: Mapped[str | None]
    place: Mapped[str | None]
    body: Mapped[str]
    body_by: Mapped[str] = mapped_column(server_default="page")
    byline: Mapped[str | None]
    author_tags: Mapped[list[str]]
    credits: Mapped[list[dict[str, str]]]
    election: Mapped[bool]
    topics: Mapped[list[str]]
    topic_words: Mapped[dict[str, list[str]]]
    language: Mapped[str | None]
    flags: Mapped[list[str]]
    quotes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """Who said what, with spans of `body`; null: read by a program that did not look for it."""
    sha256: Mapped[str]
    text_hash: Mapped[str | None] = mapped_column(index=True)
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]
    via: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The web archive it was first seen in, and the address there; null: a crawl saw it itself."""
    reader: Mapped[str | None]
    """The program that read it, see `crawler.extraction.reader_version`; null: not known."""
    claim_on: Mapped[date | None]
    """The day from which this version may claim its text; null: from `claim_seen_at` on."""
    claim_at: Mapped[datetime | None] = mapped_column(PrintedDateTime)
    """The same with its hour, where that was printed."""
    claim_seen_at: Mapped[datetime | None]
    """When the archive first saw the text here."""

    __table_args__ = (
        UniqueConstraint("release", "version"),
        # Holds all that `archive.health.publishing_rhythm` asks for, so that it reads no text.
        Index(None, "release", "version", "published_on"),
    )


class Sighting(Base):
    """A capture of a release in a web archive: it stood at its source at that moment."""

    __tablename__ = "sightings"

    release: Mapped[str] = mapped_column(ForeignKey("release_records.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    """The address of the capture in the web archive."""
    archive: Mapped[str]


class SearchRoots(Base):
    """The word roots of a current version in the search index; `archive.search.index` says why."""

    __tablename__ = "search_roots"

    id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


class Signature(Base):
    """An author tag of a current version; what `versions.author_tags` says, to be found by it."""

    __tablename__ = "signatures"

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(index=True)


class Rejection(Base):
    """A page that gave no release, and why; `resolved_at` says when it gave one after all."""

    __tablename__ = "rejections"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    stage: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    capture_file: Mapped[str | None]
    capture_offset: Mapped[int | None]
    capture_record_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("source", "url", "stage", "reason"),)


class Address(Base):
    """The frontier: an address of a source that matters, what it answered, when to ask again."""

    __tablename__ = "addresses"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    requested: Mapped[str | None]
    """What to ask for: as a page linked it, or what answered last. None: `url`."""
    what: Mapped[str]
    """`release`, or a seed: `home`, `listing`, `feed`, `sitemap`, `rest`."""
    found_by: Mapped[str]
    """The kind of seed; `web-archive`: no page has linked it, so it is not requested."""
    found_at: Mapped[datetime]
    hint: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the seed that named a release gave for it: evidence, title, published."""
    shown: Mapped[dict[str, str]] = mapped_column(default=dict)
    """For each list that names a release, a digest of what it showed at the last look."""
    asked_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What became of the last look: `release`, `unchanged`, `walked`, or why nothing did."""
    status: Mapped[int | None]
    """The HTTP status of the last answer."""
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    payload: Mapped[str | None]
    """SHA-256 of the last answer's body."""
    due_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    missing_in: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    """The crawl that first missed it; a later one that misses it again confirms it is gone."""
    walked_at: Mapped[datetime | None]
    """When a seed was last followed to where everything beyond was known."""
    regular: Mapped[bool | None]
    """Whether a seed is fetched on every crawl, since together the regular ones name all."""
    release: Mapped[str | None] = mapped_column(ForeignKey("release_records.id"))
    capture: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Where the bytes of the last whole answer lie; the same ones are not kept twice."""

    __table_args__ = (Index(None, "source", "due_at"), Index(None, "release"))


class Alias(Base):
    """A second address of a release."""

    __tablename__ = "aliases"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    leads_to: Mapped[str]
    """The canonical URL."""
    how: Mapped[str]
    """`redirect`, `rel-canonical`, or `spelling` (case, a final slash)."""
    seen_at: Mapped[datetime]


class Lesson(Base):
    """What a site taught about itself; a declaration in the registry overrides it."""

    __tablename__ = "lessons"

    source: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    article: Mapped[str | None]
    """What its releases' addresses look like, in the registry's own template language."""
    frame: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What it prints on every page: `blocks`, and the bare initials it signs with."""
    learned_at: Mapped[datetime]


class ClockCorrection(Base):
    """A crawl that ran with a wrong clock, and by how much its stamps were moved."""

    __tablename__ = "clock_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    began_at: Mapped[datetime]
    """By the wrong clock, as is `ended_at`."""
    ended_at: Mapped[datetime]
    seconds: Mapped[int]
    """Added to each stamp between the two."""
    evidence: Mapped[str]
    """What told the right time: `dates` (the `Date` headers it captured) or `neighbours` (the
    crawls before and after)."""


class CorrectedStamp(Base):
    """A stamp as the wrong clock had it."""

    __tablename__ = "corrected_stamps"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction: Mapped[int] = mapped_column(ForeignKey("clock_corrections.id"), index=True)
    table_name: Mapped[str]
    row_key: Mapped[list[Any]] = mapped_column(JSON)
    """The row's primary key."""
    column_name: Mapped[str]
    original: Mapped[str]
    """As it was written."""


class Told(Base):
    """A finding reported to a webhook and not yet reported as over."""

    __tablename__ = "told"

    webhook: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of its URL, which may hold a secret, and of the one source it hears of."""
    source: Mapped[str] = mapped_column(primary_key=True)
    """Empty for a finding about the whole archive."""
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime]


class Sketch(Base):
    """A text of at least `fingerprint.LEAST_WORDS` words, however many releases carry it now."""

    __tablename__ = "sketches"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(unique=True)
    algorithm: Mapped[int]
    bands: Mapped[list[int]] = mapped_column(Numbers)
    """Its bands, as the index has them."""
    first: Mapped[str] = mapped_column(ForeignKey("release_records.id"))
    """The earliest release that carries it."""
    leader: Mapped[int | None] = mapped_column(ForeignKey("sketches.id"), index=True)
    """The text it is a copy of; null when it leads itself."""


class Band(Base):
    """The index by which copies are found: the least of some shingles, and a text that has it."""

    __tablename__ = "bands"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    member: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the text is a copy of another one: the leaders come first."""
    sketch: Mapped[int] = mapped_column(primary_key=True)
    """Of `sketches`. No foreign key: taking a text out would read all the index to enforce it."""

    __table_args__ = ({"sqlite_with_rowid": False},)
